"""Waivers: by id or alias, to the last day, never hiding what nobody could judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.evaluate.judge import EVERYTHING
from scanner.evaluate.sought import Sought
from scanner.model import Note, NoteKind, Scan, Status
from scanner.policy.waivers import Declarations, Waiver
from tests.evaluate.build import policies, scan

LONG = date(2027, 1, 1)
RULE = "aliases: [former-id]\nresource: users\nassert: user.accountEnabled == true\nmessage: x\n"
ONE = {"users": [{"id": "a", "accountEnabled": False}]}


def waiver(
    record: str = "a",
    expires: date = LONG,
    policy: str = "a-rule",
    approver: str = "Security officer",
    name: str = "",
) -> Waiver:
    return Waiver(policy, record, "Known.", approver, expires, ticket="SEC-1", name=name)


def ran(folder: Path, content: dict[str, Any], *waivers: Waiver, body: str = RULE) -> Scan:
    return scan(folder, content, Declarations(waivers=waivers), a_rule=body)


def status(outcome: Scan) -> Status:
    (result,) = outcome.results
    return result.status


def test_a_waiver_may_name_the_policy_by_a_former_id(tmp_path: Path) -> None:
    outcome = ran(tmp_path, ONE, waiver(policy="former-id"))
    assert status(outcome) is Status.WAIVED
    assert outcome.notes == ()


@pytest.mark.parametrize(("expires", "counts"), [(date(2026, 11, 1), True), (date(2026, 10, 31), False)])
def test_it_counts_to_the_end_of_its_last_day(tmp_path: Path, expires: date, counts: bool) -> None:
    outcome = ran(tmp_path, ONE, waiver(expires=expires))
    assert status(outcome) is (Status.WAIVED if counts else Status.FAIL)
    (note,) = outcome.notes
    assert note.kind is (NoteKind.WAIVER_ENDS_SOON if counts else NoteKind.WAIVER_EXPIRED)
    assert (note.policy, note.record) == ("a-rule", "a")


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_for_one_finding_the_one_that_lasts_longer_counts(tmp_path: Path, order: int) -> None:
    """One by the id and one by the alias: renewing a waiver under the new id must work wherever it stands."""
    old = waiver(policy="former-id", expires=date(2026, 1, 1), approver="Before")
    new = waiver(approver="Now")
    outcome = ran(tmp_path, ONE, *[old, new][::order])
    (finding,) = outcome.results[0].findings
    assert finding.waived is not None
    assert (finding.waived.approver, finding.waived.expires, finding.waived.ticket) == ("Now", "2027-01-01", "SEC-1")


def test_that_there_are_too_few_can_be_waived(tmp_path: Path) -> None:
    body = "resource: users\nrequire: {min: 2}\nassert: user.accountEnabled == true\nmessage: x\n"
    assert status(ran(tmp_path, ONE, waiver(EVERYTHING), body=body)) is Status.WAIVED


UNJUDGED = {
    Status.ERROR: {"id": "b", "accountEnabled": "odd"},
    Status.UNKNOWN: {"id": "b", "accountEnabled": True},
}


@pytest.mark.parametrize("expected", UNJUDGED)
def test_waiving_every_finding_does_not_cover_records_that_nobody_could_judge(tmp_path: Path, expected: Status) -> None:
    body = "resource: users\nassert: user.accountEnabled == true && size(tenant.domains) > 0\nmessage: x\n"
    denied = {"outcomes": {"domains": {"outcome": "denied", "reason": "Domain.Read.All"}}}
    content = {"users": [*ONE["users"], UNJUDGED[expected]], **denied}
    outcome = ran(tmp_path, content, waiver(), body=body)
    (result,) = outcome.results
    assert result.status is expected
    assert result.summary.startswith("Every finding is waived, but")
    assert [finding.waived is not None for finding in result.findings] == [True]
    assert [unjudged.record.id for unjudged in result.unjudged] == ["b"]


def test_that_there_are_too_few_stays_waived_where_others_could_not_be_judged(tmp_path: Path) -> None:
    """Whatever those are, it is the violation that was waived."""
    body = "resource: users\nrequire: {min: 3}\nassert: user.accountEnabled == true\nmessage: x\n"
    content = {"users": [*ONE["users"], UNJUDGED[Status.ERROR]]}
    assert status(ran(tmp_path, content, waiver(EVERYTHING), body=body)) is Status.WAIVED


@pytest.mark.parametrize(
    "content",
    [
        {"outcomes": {"users": {"outcome": "denied", "reason": "User.Read.All"}}},
        {"users": [{"id": "a", "accountEnabled": "odd"}]},
    ],
    ids=["unknown", "error"],
)
def test_nobody_says_a_waiver_is_of_no_use_where_the_policy_is_not_decided(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    assert ran(tmp_path, content, waiver()).notes == ()


def test_a_waiver_that_has_nothing_to_waive_is_named(tmp_path: Path) -> None:
    clean = {"users": [{"id": "a", "accountEnabled": True}]}
    (note,) = ran(tmp_path, clean, waiver()).notes
    assert note == Note("The waiver of a-rule for a has no finding to waive.", NoteKind.WAIVER_UNUSED, "a-rule", "a")


def test_notes_come_in_one_order(tmp_path: Path) -> None:
    clean: dict[str, Any] = {"users": []}
    given = [waiver("b"), waiver("a"), waiver("a", policy="another-rule")]
    assert ran(tmp_path, clean, *given).notes == ran(tmp_path, clean, *reversed(given)).notes


def kinds(outcome: Scan) -> list[tuple[NoteKind, str]]:
    return [(note.kind, note.text) for note in outcome.notes]


ANNA = {"id": "a", "accountEnabled": False, "displayName": "Anna  Berg", "userPrincipalName": "anna@contoso.example"}


@pytest.mark.parametrize("name", ["", "anna@contoso.example", "Anna Berg", "ANNA@Contoso.example "])
def test_either_name_of_the_record_will_do(tmp_path: Path, name: str) -> None:
    outcome = ran(tmp_path, {"users": [ANNA]}, waiver(name=name))
    assert (status(outcome), kinds(outcome)) == (Status.WAIVED, [])


def test_a_record_that_was_renamed_stays_waived_and_the_report_says_so(tmp_path: Path) -> None:
    outcome = ran(tmp_path, {"users": [ANNA]}, waiver(name="Anna Holm"))
    assert status(outcome) is Status.WAIVED
    text = (
        "The waiver of a-rule for Anna Holm (a) counts, but the record's name is anna@contoso.example now. "
        "Check that it is still what was accepted."
    )
    assert kinds(outcome) == [(NoteKind.WAIVER_MISTAKEN, text)]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (waiver("b"), "The waiver of a-rule for b is for a record that is not among the users."),
        (
            waiver("b", name="anna berg"),
            "The waiver of a-rule for anna berg (b) is for a record that is not among the users. "
            "anna berg has the id a.",
        ),
        (waiver("b", name="Bo"), "The waiver of a-rule for Bo (b) is for a record that is not among the users."),
    ],
)
def test_a_record_that_is_not_there_is_a_mistake(tmp_path: Path, given: Waiver, text: str) -> None:
    outcome = ran(tmp_path, {"users": [ANNA]}, given)
    assert (status(outcome), kinds(outcome)) == (Status.FAIL, [(NoteKind.WAIVER_MISTAKEN, text)])


def test_a_record_whose_properties_do_not_fit_is_there_all_the_same(tmp_path: Path) -> None:
    content = {"users": [ANNA, {"id": "b", "accountEnabled": True, "displayName": "Bo"}]}
    odd = {"users": [ANNA, {"id": "b", "accountEnabled": "odd", "displayName": "Bo"}]}
    assert kinds(ran(tmp_path, content, waiver("b", name="Bo")))[0][0] is NoteKind.WAIVER_UNUSED
    assert NoteKind.WAIVER_MISTAKEN not in [kind for kind, _ in kinds(ran(tmp_path, odd, waiver("b", name="Bo")))]


def test_a_policy_that_an_attestation_decides_has_nothing_to_waive(tmp_path: Path) -> None:
    body = "attestation: {statement: It is so., validDays: 30}\n"
    text = "The waiver of a-rule for a is for a policy that is decided by an attestation."
    assert kinds(ran(tmp_path, {}, waiver(), body=body)) == [(NoteKind.WAIVER_MISTAKEN, text)]


def test_the_status_without_waivers_is_kept(tmp_path: Path) -> None:
    outcome = {given: ran(tmp_path, ONE, *([waiver()] if given else [])).results[0] for given in (True, False)}
    assert (outcome[True].status, outcome[True].unwaived) == (Status.WAIVED, Status.FAIL)
    assert (outcome[False].status, outcome[False].unwaived) == (Status.FAIL, None)


def test_it_is_kept_where_the_rest_is_not_known(tmp_path: Path) -> None:
    result = ran(tmp_path, {"users": [*ONE["users"], UNJUDGED[Status.ERROR]]}, waiver()).results[0]
    assert (result.status, result.unwaived) == (Status.ERROR, Status.FAIL)


def test_records_of_several_policies_are_looked_for_at_once(tmp_path: Path) -> None:
    bodies = {f"rule_{letter}": RULE.replace("former-id", f"former-{letter}") for letter in "ab"}
    given = [waiver(record, policy=f"rule-{policy}") for policy in "ab" for record in ("x", "y")]
    content = {"users": [{"id": "x", "accountEnabled": True}]}
    outcome = scan(tmp_path, content, Declarations(waivers=tuple(given)), **bodies)
    assert [(note.policy, note.record, note.kind) for note in outcome.notes] == [
        (f"rule-{policy}", record, kind)
        for policy in "ab"
        for record, kind in (("x", NoteKind.WAIVER_UNUSED), ("y", NoteKind.WAIVER_MISTAKEN))
    ]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"users": [], "subscribedSkus": []}, f"license: P2\n{RULE}"),
        ({"subscribedSkus": []}, f"license: P2\n{RULE}"),
    ],
    ids=["read", "not read"],
)
def test_a_policy_that_does_not_apply_has_nothing_to_waive(tmp_path: Path, content: dict[str, Any], body: str) -> None:
    (note,) = ran(tmp_path, content, waiver(), body=body).notes
    assert note.kind is (NoteKind.WAIVER_MISTAKEN if "users" in content else NoteKind.WAIVER_UNUSED)


def test_of_a_derived_resource_that_is_not_complete_nobody_says_what_is_not_in_it(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, a_rule=RULE)
    sought = Sought(policy, "users", "id", ids={"a"})
    assert not sought.has("a")
    sought.lack(NotCollected("roleAssignments", "denied"))
    assert sought.has("a")
