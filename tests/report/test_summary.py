"""The summary: everything that needs a reader on one line each, within the width, and nothing else."""

from __future__ import annotations

import pytest

from scanner.compare.baseline import against
from scanner.model import Status
from scanner.report.summary import render
from tests.report.samples import SAMPLE, finding, hostile, policy, result, scan


def test_a_line_for_each_policy_that_fails_or_is_not_decided_the_worst_first() -> None:
    *lines, empty, totals, violations = render(SAMPLE, 100).splitlines()
    assert [line.split()[2] for line in lines] == [
        "block-legacy",
        "accounts-enabled",
        "password-in-safe",
        "needs-sign-ins",
        "breaks-at-run-time",
        "all-accepted",
    ]
    assert lines[1].split() == ["FAIL", "high", "accounts-enabled", "2", "findings"]
    assert empty == ""
    assert totals == "8 policies: 2 fail, 1 error, 1 unknown, 1 manual, 1 waived, 1 pass, 1 not applicable"
    assert violations == "Violations: 1 critical, 1 high"


def test_on_a_narrow_terminal_a_policy_takes_two_lines_and_keeps_its_numbers() -> None:
    lines = render(SAMPLE, 30).splitlines()
    assert lines[:4] == [
        "FAIL     critical  1 finding",
        "  block-legacy",
        "FAIL     high      2 findings",
        "  accounts-enabled",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_keep_to_the_width(width: int) -> None:
    assert max(map(len, render(hostile(), width).splitlines())) <= width


def test_of_nothing_there_is_a_line() -> None:
    assert render(scan()) == "0 policies: nothing was evaluated\n"


def test_beside_a_baseline_what_is_new_is_counted() -> None:
    rule = policy("one")
    before = scan(result(rule, Status.FAIL, findings=(finding("one", 1),)))
    now = scan(result(rule, Status.FAIL, findings=(finding("one", 1), finding("one", 2))))
    report = render(against(now, before))
    assert "2 findings, 1 new" in report
    assert "Since the baseline: 1 new, 0 fixed" in report
