"""What changed between two scans: nothing that was not judged again counts as fixed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.compare.comparison import Change, ChangedValue, Comparison, FindingChange, compare
from scanner.model import Evidence, Finding, Missing, Outcome, Result, Scan, Severity, Status, Unjudged
from tests.report.samples import ACCEPTED, SAMPLE, finding, policy, record, result, scan

RULE = policy("accounts-enabled")


def failed(*findings: Finding, **changes: object) -> Result:
    return result(RULE, Status.FAIL, findings=findings, **changes)


def passed(**changes: object) -> Result:
    return result(RULE, Status.PASS, **changes)


def ids(comparison: Comparison, change: Change) -> list[str]:
    return [one.finding.record.id[-1] for one in comparison.of(change)]


def the_one(before: Scan, after: Scan) -> FindingChange:
    (change,) = compare(before, after).findings
    return change


def one(number: int, **changes: object) -> Finding:
    return msgspec.structs.replace(finding("accounts-enabled", number), **changes)


def test_findings_are_new_fixed_or_still_there() -> None:
    found = compare(scan(failed(one(1), one(2))), scan(failed(one(2), one(3))))
    assert ids(found, Change.NEW) == ["3"]
    assert ids(found, Change.FIXED) == ["1"]
    assert ids(found, Change.SAME) == ["2"]
    assert (found.before.findings, found.after.findings) == (2, 2)


def test_a_scan_beside_itself_has_no_change() -> None:
    found = compare(SAMPLE, SAMPLE)
    assert {one.change for one in found.findings} == {Change.SAME}
    assert found.policies == ()
    assert found.notes == ()


def test_a_record_that_was_renamed_is_still_there() -> None:
    renamed = one(
        1, record=msgspec.structs.replace(record(1), name="other@contoso.example"), message="other is enabled"
    )
    assert the_one(scan(failed(one(1))), scan(failed(renamed))).change is Change.SAME


def test_other_values_are_told_with_both() -> None:
    other = one(1, evidence=(Evidence("user.accountEnabled", True), Evidence("user.otherMails", [])))
    change = the_one(scan(failed(one(1))), scan(failed(other)))
    assert change.change is Change.CHANGED
    assert change.values == (ChangedValue("user.otherMails", ["a@b.example"], []),)


def test_evidence_that_only_one_of_them_read_is_no_change_of_the_tenant() -> None:
    fewer = one(1, evidence=(Evidence("user.accountEnabled", True),))
    assert the_one(scan(failed(one(1))), scan(failed(fewer))).change is Change.SAME


def test_a_finding_that_is_waived_now_is_changed_and_one_that_is_not_any_more_is_new() -> None:
    waived = one(1, waived=ACCEPTED)
    now = the_one(scan(failed(one(1))), scan(failed(waived)))
    assert (now.change, now.reason) == (Change.CHANGED, "It is waived until 2026-06-30.")
    over = the_one(scan(failed(waived)), scan(failed(one(1))))
    assert (over.change, over.reason) == (Change.NEW, "It was waived until 2026-06-30.")


LACK = Missing("users", Outcome.DENIED, "User.Read.All")
UNREAD = Unjudged(record(1), Status.UNKNOWN, "signInActivity was not collected")


@pytest.mark.parametrize(
    "later",
    [
        result(RULE, Status.UNKNOWN, missing=(LACK,)),
        result(RULE, Status.ERROR),
        result(RULE, Status.MANUAL),
        result(RULE, Status.NOT_APPLICABLE),
        failed(one(2), unjudged=(UNREAD,)),
        failed(one(2), missing=(LACK,)),
        passed(unjudged=(UNREAD,)),
    ],
    ids=["unknown", "error", "manual", "not applicable", "unjudged", "fails and lacks", "passes but unjudged"],
)
def test_what_was_not_judged_again_is_not_fixed(later: Result) -> None:
    found = compare(scan(failed(one(1))), scan(later))
    assert ids(found, Change.FIXED) == []
    assert ids(found, Change.NOT_JUDGED) == ["1"]
    assert found.of(Change.NOT_JUDGED)[0].reason


def test_the_finding_of_a_policy_that_is_gone_is_not_fixed() -> None:
    change = the_one(scan(failed(one(1))), scan())
    assert (change.change, change.reason) == (Change.NOT_JUDGED, "The policy is not checked any more.")


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        ((), "The policy was not checked before."),
        ((result(RULE, Status.UNKNOWN, missing=(LACK,)),), "It could not be judged before."),
        ((passed(unjudged=(UNREAD,)),), "It could not be judged before."),
        ((passed(),), ""),
    ],
)
def test_a_new_finding_says_whether_it_could_have_been_found_before(earlier: tuple[Result, ...], reason: str) -> None:
    change = the_one(scan(*earlier), scan(failed(one(1))))
    assert (change.change, change.reason) == (Change.NEW, reason)


def test_policies_that_were_edited_meanwhile_are_told() -> None:
    edited = policy("accounts-enabled", Severity.LOW, source="user.accountEnabled", params={"days": 90})
    found = compare(scan(passed()), scan(result(edited, Status.FAIL, findings=(one(1),))))
    (change,) = found.policies
    assert (change.before, change.after) == (Status.PASS, Status.FAIL)
    assert change.edited == ("severity", "rule", "parameters")


def test_a_rule_that_was_only_wrapped_differently_is_the_same() -> None:
    wrapped = policy("accounts-enabled", source="user.accountEnabled  &&\n  user.otherMails.size() == 0")
    assert compare(scan(passed()), scan(result(wrapped, Status.PASS))).policies == ()


def test_policies_that_came_and_went_are_told() -> None:
    found = compare(scan(result(policy("old"), Status.PASS)), scan(result(policy("young"), Status.FAIL)))
    assert [(one.id, one.before, one.after) for one in found.policies] == [
        ("old", Status.PASS, None),
        ("young", None, Status.FAIL),
    ]


def test_the_wrong_order_another_tenant_and_another_version_are_noted() -> None:
    before = scan(collected_at="2026-02-01T00:00:00+02:00", tool_version="0.2.0")
    after = scan(collected_at="2026-01-31T21:59:59Z", tenant_id="other")
    assert len(compare(before, after).notes) == 3
    assert compare(scan(collected_at=""), scan(collected_at="9999-12-31T23:59:59-05:00")).notes == ()


NUMBERS = st.sets(st.integers(1, 9))


@given(NUMBERS, NUMBERS)
def test_every_finding_of_either_scan_is_told_once(before: set[int], after: set[int]) -> None:
    found = compare(scan(failed(*map(one, before))), scan(failed(*map(one, after))))
    told = {change: {int(number) for number in ids(found, change)} for change in Change}
    assert told[Change.NEW] == after - before
    assert told[Change.FIXED] == before - after
    assert told[Change.SAME] == before & after
    assert len(found.findings) == len(before | after)
