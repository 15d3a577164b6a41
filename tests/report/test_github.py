"""Annotations of GitHub Actions: one a policy, within GitHub's limits, and no text ends a command early."""

from __future__ import annotations

import re

import pytest

from scanner.model import Scan, Severity, Status
from scanner.report.github import MAX, render
from tests.report.samples import SAMPLE, finding, hostile, policy, result, scan

COMMAND = re.compile(r"::(error|warning|notice) (?:file=([^,:]*),line=([0-9]+),)?title=([^,:]*)::(.*)")


def commands(sample: Scan) -> list[tuple[str, ...]]:
    found = [COMMAND.fullmatch(line) for line in render(sample).splitlines()]
    assert all(found)
    return [one.groups("") for one in found if one]


@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_every_line_is_one_command(sample: Scan) -> None:
    assert commands(sample)[-1][0] == "notice"


def test_violations_are_errors_from_high_on_and_the_rest_warnings() -> None:
    found = ((level, title) for level, _, _, title, _ in commands(SAMPLE) if level != "notice")
    levels = {title.rpartition(" ")[2]: level for level, title in found}
    assert levels == {
        "block-legacy": "error",
        "accounts-enabled": "error",
        "needs-sign-ins": "warning",
        "breaks-at-run-time": "warning",
        "password-in-safe": "warning",
    }


def test_an_annotation_stands_at_the_rule_and_names_records() -> None:
    _, file, line, _, text = next(one for one in commands(SAMPLE) if "accounts-enabled" in one[3])
    assert (file, line) == ("policies/break-glass/accounts-enabled.yaml", "14")
    assert "%0A- person1@contoso.example" in text
    assert "person2" not in text  # it is waived


@pytest.mark.parametrize("number", [MAX, MAX + 1, 40])
def test_more_than_github_shows_are_counted(number: int) -> None:
    results = [result(policy(f"p-{place:02d}", Severity.HIGH), Status.FAIL) for place in range(number)]
    errors = [one for one in commands(scan(*results)) if one[0] == "error"]
    assert len(errors) == MAX
    assert ("more polic" in errors[-1][4]) == (number > MAX)


def test_a_long_list_of_findings_is_cut() -> None:
    rule = policy("many")
    many = scan(result(rule, Status.FAIL, findings=tuple(finding("many", number) for number in range(100))))
    assert "and 95 more findings" in commands(many)[0][4]
