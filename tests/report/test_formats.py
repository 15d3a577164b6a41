"""What all formats have in common: nothing hostile gets through, nothing is lost, nothing changes between runs."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from html import unescape
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from scanner.model import Scan, Status
from scanner.report import FORMATS, text
from scanner.report.safe import cut, printable, printable_lines
from scanner.report.sarif_rule import sentence
from tests.report.samples import HOSTILE_NAMES, SAMPLE, finding, hostile, policy, result, scan

RENDER: dict[str, Callable[[Scan], str]] = {
    **{name: form.render for name, form in FORMATS.items()},
    "text, everything": partial(text.render, verbose=True),
    "text, narrow": partial(text.render, width=40, verbose=True),
}
EVERY = pytest.mark.parametrize("name", RENDER)
COLUMNS = 10**9
"""Wide enough that no line is wrapped, so that a name can be looked for."""


@EVERY
@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_a_report_is_one_text_without_anything_a_terminal_obeys(name: str, sample: Scan) -> None:
    report = RENDER[name](sample)
    lines = report.replace("\r\n", "\n") if name == "csv" else report
    assert printable_lines(lines) == lines
    assert not report or report.endswith("\n")
    report.encode()


def test_colour_is_ours_alone() -> None:
    report = text.render(hostile(), color=True, verbose=True)
    codes = {code.split("m", 1)[0] for code in report.split("\x1b[")[1:]}
    assert codes <= {"0", "1", "2", "34", "33", "36", "31", "32", "1;31", "1;33", "1;35", "1;36", "1;32", "1;4"}
    plain = text.render(hostile(), color=False, verbose=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", report) == plain
    assert printable_lines(report.replace("\x1b", "")) == report.replace("\x1b", "")


@EVERY
def test_a_report_is_the_same_for_the_same_results_in_any_order(name: str) -> None:
    def shuffled(sample: Scan, seed: int) -> Scan:
        order = random.Random(seed)

        def mixed(items: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(order.sample(items, len(items)))

        return msgspec.structs.replace(
            sample,
            results=mixed(
                tuple(
                    msgspec.structs.replace(
                        one, findings=mixed(one.findings), unjudged=mixed(one.unjudged), missing=mixed(one.missing)
                    )
                    for one in sample.results
                )
            ),
            incomplete=mixed(sample.incomplete),
            notes=mixed(sample.notes),
        )

    for sample in (SAMPLE, hostile()):
        expected = RENDER[name](sample)
        assert all(RENDER[name](shuffled(sample, seed)) == expected for seed in range(3))


def seen(name: str, report: str) -> str:
    """What readers of a format see: the text of a page, Markdown without its escapes."""
    if name == "html":
        return unescape(re.sub(r"<[^>]*>", "", report.partition("<body>")[2]))
    return re.sub(r"\\(.)", r"\1", report) if name == "markdown" else report


@EVERY
def test_every_policy_and_finding_that_counts_is_in_the_report(name: str) -> None:
    report = seen(name, RENDER[name](SAMPLE))
    quiet = {Status.PASS, Status.NOT_APPLICABLE} | ({Status.WAIVED} if name == "github" else set())
    for one in SAMPLE.results:
        if one.status not in quiet:
            assert one.policy.id in report
        for found in one.findings:
            if found.waived is None and name != "summary":  # which counts them
                assert printable(found.record.name) in report.replace("\n", "")


def strings(content: Any) -> set[str]:
    """All texts in parsed JSON."""
    match content:
        case str():
            return {content}
        case list():
            return set().union(*map(strings, content))
        case dict():
            return set().union(*map(strings, content.values()))
    return set()


@cache
def hostile_report(name: str) -> str:
    """Made once: the tests below look at one part of it each."""
    return text.render(hostile(), width=COLUMNS, verbose=True) if name == "text" else FORMATS[name].render(hostile())


@pytest.mark.parametrize("number", range(len(HOSTILE_NAMES)))
def test_every_hostile_finding_can_be_read_back_from_every_format(number: int) -> None:
    sample = hostile()
    id = f"policy-{number:02d}"
    [one] = [one for one in sample.results if one.policy.id == id]
    record = one.findings[0].record
    shown_id = printable(record.id)
    shown_name = cut(printable(record.name), 256)

    whole = json.loads(hostile_report("json"))
    [parsed] = [entry for entry in whole["results"] if entry["policy"]["id"] == id]
    assert parsed["findings"][0]["record"]["name"] == record.name.replace("\ud800", "\\ud800").replace(
        "\udc00", "\\udc00"
    )

    [case] = [
        case for case in ElementTree.fromstring(hostile_report("junit")).iter("testcase") if case.get("name") == id
    ]
    failure = case.find("failure")
    assert failure is not None
    assert shown_id in (failure.text or "")
    assert shown_name in (failure.text or "")

    [run] = json.loads(hostile_report("sarif"))["runs"]
    [alert] = [
        node
        for node in run["results"]
        if node["ruleId"] == id and node.get("properties", {}).get("recordId") == shown_id
    ]
    assert alert["locations"][0]["logicalLocations"][0]["name"] == (shown_name or "users")
    assert alert["message"]["text"].startswith(sentence(shown_name or "users", 10_000))

    for format in ("text", "html", "markdown"):
        lines = seen(format, hostile_report(format)).splitlines()
        assert any(shown_id in line and shown_name in line for line in lines)


@EVERY
@pytest.mark.parametrize("number", [1, 30])
def test_numbers_of_findings_are_told_or_all_are_there(name: str, number: int) -> None:
    many = scan(
        result(policy("many"), Status.FAIL, findings=tuple(finding("many", n) for n in range(number))),
    )
    report = seen(name, RENDER[name](many))
    shown = sum(f"person{n}@contoso.example" in report for n in range(number))
    assert shown == number or f"and {number - shown} more" in report or (shown == 0 and f"{number} finding" in report)


@EVERY
def test_a_policy_that_says_little_about_itself_can_be_reported(name: str) -> None:
    bare = policy("bare", title="", description="", remediation="", references=(), controls={}, tags=(), path="")
    assert "bare" in RENDER[name](scan(result(bare, Status.FAIL, summary="")))


def test_naming_the_formats_imports_no_library_that_is_slow() -> None:
    code = (
        "import sys, scanner.report; slow = ('rich', 'jinja2', 'junit_xml', 'xml.dom', 'jsonschema', 'yaml'); "
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
