"""A comparison as text, Markdown and JSON: legible, and whatever names there are, nothing but what it says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from scanner.compare.comparison import compare
from scanner.compare.report import FORMS
from scanner.model import Finding, Result, Scan, Status
from scanner.report.safe import printable_lines
from tests.markdown import does_nothing
from tests.report.samples import HOSTILE_NAMES, SAMPLE, finding, hostile, policy, result, scan
from tests.report.test_read_back import scans


def failed(*findings: Finding, **changes: object) -> Result:
    return result(policy("accounts-enabled"), Status.FAIL, findings=findings, **changes)


BEFORE = scan(failed(finding("accounts-enabled", 1), finding("accounts-enabled", 2)))
AFTER = scan(failed(finding("accounts-enabled", 2), finding("accounts-enabled", 3)))


def test_the_text_begins_with_the_numbers_and_tells_what_is_new_first() -> None:
    assert FORMS["text"](compare(BEFORE, AFTER), 80).startswith(
        "Contoso: 1 new, 1 fixed, 1 still there\n"
        "  Before: 2026-01-31T09:00:00+01:00, 1 policy, 2 findings\n"
        "  After: 2026-01-31T09:00:00+01:00, 1 policy, 2 findings\n"
        "\n"
        "New\n"
        "  high  accounts-enabled: Title of accounts-enabled\n"
        "    - person3@contoso.example (00000000-0000-4000-8000-000000000003)\n"
        "      person3 is enabled\n"
    )


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_of_the_text_is_wider_than_asked(width: int) -> None:
    text = FORMS["text"](compare(scan(), hostile()), width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40)
@given(before=scans(), after=scans())
def test_nothing_a_terminal_obeys_is_in_it(form: str, before: Scan, after: Scan) -> None:
    shown = FORMS[form](compare(before, after), 80)
    assert printable_lines(shown) == shown
    shown.encode()


@settings(max_examples=40)
@given(before=scans(), after=scans())
def test_no_name_does_anything_in_markdown(before: Scan, after: Scan) -> None:
    does_nothing(FORMS["markdown"](compare(before, after), 80))


@settings(max_examples=40)
@given(before=scans(), after=scans())
def test_json_has_every_finding_of_both(before: Scan, after: Scan) -> None:
    told = json.loads(FORMS["json"](compare(before, after), 80))["findings"]
    ids = {(result.policy.id, one.id) for both in (before, after) for result in both.results for one in result.findings}
    assert {(one["policy"]["id"], one["finding"]["id"]) for one in told} == ids


def test_every_hostile_finding_that_is_new_stands_in_text_and_markdown() -> None:
    comparison = compare(SAMPLE, hostile())
    for form in ("text", "markdown"):
        shown = FORMS[form](comparison, 10**6)
        assert sum(f"message {number}" in shown for number in range(len(HOSTILE_NAMES))) == len(HOSTILE_NAMES)
