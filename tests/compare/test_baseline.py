"""A gate with a baseline fails on what is new, and on nothing else."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import msgspec
import pytest

from scanner.compare.baseline import against
from scanner.errors import UsageError
from scanner.model import Missing, Outcome, Result, Scan, Status, Unjudged
from scanner.report.junit import render as to_junit
from scanner.report.sarif import render as to_sarif
from scanner.workflow import exit_code
from tests.compare.test_comparison import RULE, failed, one, passed
from tests.report.samples import ACCEPTED, SAMPLE, policy, record, result, scan

LACK = Missing("users", Outcome.DENIED, "User.Read.All")
UNREAD = Unjudged(record(1), Status.UNKNOWN, "signInActivity was not collected")


def gate(earlier: Result | None, now: Result) -> int:
    before = scan(earlier) if earlier else scan()
    return exit_code(against(scan(now), before), "low", allow_incomplete=False)


@pytest.mark.parametrize(
    ("earlier", "now", "code"),
    [
        (failed(one(1)), failed(one(1)), 0),
        (failed(one(1)), failed(one(1), one(2)), 1),
        (failed(one(1), one(2)), failed(one(1)), 0),
        (passed(), failed(one(1)), 1),
        (None, failed(one(1)), 1),
        (failed(one(1, waived=ACCEPTED)), failed(one(1)), 1),
        (failed(one(1)), failed(one(1), one(2, waived=ACCEPTED)), 0),
        (result(RULE, Status.UNKNOWN), failed(one(1)), 1),
        (failed(one(1)), result(RULE, Status.UNKNOWN), 3),
        (result(RULE, Status.UNKNOWN), result(RULE, Status.UNKNOWN), 0),
        (result(RULE, Status.UNKNOWN), result(RULE, Status.ERROR), 3),
        (None, result(RULE, Status.MANUAL), 3),
        (failed(one(1)), failed(one(1), unjudged=(UNREAD,)), 1),
        (failed(one(1)), failed(one(1), missing=(LACK,)), 1),
        (failed(one(1), unjudged=(UNREAD,)), failed(one(1), unjudged=(UNREAD,)), 0),
    ],
)
def test_exit_code(earlier: Result | None, now: Result, code: int) -> None:
    assert gate(earlier, now) == code


def test_a_scan_is_all_known_to_itself() -> None:
    marked = against(SAMPLE, SAMPLE)
    assert exit_code(marked, "info", allow_incomplete=False) == 0
    assert marked.baseline is not None
    assert (marked.baseline.new, marked.baseline.fixed) == (0, 0)
    assert marked.baseline.counts["fail"] == SAMPLE.count(Status.FAIL)


def test_it_counts_what_is_new_and_what_is_fixed() -> None:
    marked = against(scan(failed(one(2), one(3), one(4))), scan(failed(one(1), one(2))))
    assert marked.baseline is not None
    assert (marked.baseline.findings, marked.baseline.new, marked.baseline.fixed) == (2, 2, 1)


def test_the_baseline_of_another_tenant_is_refused() -> None:
    with pytest.raises(UsageError, match="another tenant"):
        against(scan(), msgspec.structs.replace(scan(), tenant_id="other"))


def compared() -> Scan:
    other = policy("second")
    before = scan(failed(one(1)), result(other, Status.UNKNOWN))
    return against(scan(failed(one(1), one(2)), result(other, Status.UNKNOWN)), before)


def test_sarif_has_the_state_of_every_result() -> None:
    results = json.loads(to_sarif(compared()))["runs"][0]["results"]
    assert sorted(one["baselineState"] for one in results) == ["new", "unchanged", "unchanged"]


def test_junit_skips_what_was_so_before() -> None:
    cases = ElementTree.fromstring(to_junit(compared()).encode()).iter("testcase")
    assert [[child.tag for child in case] for case in cases] == [["failure"], ["skipped"]]
