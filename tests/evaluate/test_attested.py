"""Policies that a dated statement decides: which one counts, until when, and what else is said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scanner.model import NoteKind, Scan, Status
from scanner.policy.waivers import Attestation, Declarations
from tests.evaluate.build import scan

BODY = "aliases: [former-id]\nattestation: {statement: The safe was opened and closed., validDays: 30}\n"
RULE = "resource: users\nassert: user.accountEnabled == true\nmessage: x\n"
SKUS = {
    "subscribedSkus": [
        {
            "id": "s",
            "capabilityStatus": "Enabled",
            "prepaidUnits": {"enabled": 1},
            "servicePlans": [
                {"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998", "provisioningStatus": "Success"},
            ],
        }
    ]
}
"""A subscription with Entra ID P2: https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference"""


def given(day: date, person: str = "Security officer", policy: str = "the-safe") -> Attestation:
    return Attestation(policy, person, day)


def ran(folder: Path, *attestations: Attestation, body: str = BODY, **content: object) -> Scan:
    return scan(folder, content, Declarations(attestations=attestations), the_safe=body, a_rule=RULE)


def of_the_safe(outcome: Scan) -> tuple[Status, str]:
    (result,) = (result for result in outcome.results if result.policy.id == "the-safe")
    return result.status, result.summary


def test_the_latest_one_counts_wherever_it_stands(tmp_path: Path) -> None:
    old, new = given(date(2026, 1, 1), "Before"), given(date(2026, 10, 20), "Now")
    for order in ((old, new), (new, old)):
        assert of_the_safe(ran(tmp_path, *order)) == (
            Status.PASS,
            "Attested by Now on 2026-10-20, valid until 2026-11-19.",
        )


def test_an_alias_names_the_policy_too(tmp_path: Path) -> None:
    outcome = ran(tmp_path, given(date(2026, 10, 20), policy="former-id"))
    assert of_the_safe(outcome)[0] is Status.PASS
    assert outcome.notes == ()


def test_a_statement_made_after_the_snapshot_does_not_take_the_old_one_away(tmp_path: Path) -> None:
    """An old snapshot gives its old verdict again, although a new statement has been made since."""
    outcome = ran(tmp_path, given(date(2026, 10, 20), "Before"), given(date(2027, 10, 20), "Since"))
    assert of_the_safe(outcome)[1].startswith("Attested by Before on 2026-10-20")


@pytest.mark.parametrize(("day", "status"), [(date(2026, 11, 2), Status.PASS), (date(2026, 11, 3), Status.MANUAL)])
def test_a_day_that_is_not_yet_here_may_have_begun_elsewhere(tmp_path: Path, day: date, status: Status) -> None:
    assert of_the_safe(ran(tmp_path, given(day)))[0] is status


def test_the_summary_says_what_is_to_be_stated(tmp_path: Path) -> None:
    for outcome in (ran(tmp_path), ran(tmp_path, given(date(2026, 1, 1))), ran(tmp_path, given(date(2028, 1, 1)))):
        status, summary = of_the_safe(outcome)
        assert status is Status.MANUAL
        assert summary.endswith("The safe was opened and closed.")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"subscribedSkus": []}, Status.NOT_APPLICABLE),
        (SKUS, Status.MANUAL),
        ({}, Status.MANUAL),
    ],
    ids=["not owned", "owned", "not known"],
)
def test_it_does_not_apply_without_its_licence(tmp_path: Path, content: dict[str, object], status: Status) -> None:
    assert of_the_safe(ran(tmp_path, body="license: P2\n" + BODY, **content))[0] is status


@pytest.mark.parametrize(("policy", "note"), [("the-sofa", "does not exist"), ("a-rule", "needs none")])
def test_a_statement_for_the_wrong_policy_is_announced(tmp_path: Path, policy: str, note: str) -> None:
    (said,) = ran(tmp_path, given(date(2026, 10, 20), policy=policy)).notes
    assert said.text == f"The attestation of {policy} by Security officer is for a policy that {note}."
    assert (said.kind, said.policy) == (NoteKind.ATTESTATION_MISTAKEN, policy)


@pytest.mark.parametrize(
    ("days", "status", "summary"),
    [
        (0, Status.PASS, "valid until 2026-11-11."),
        (90, Status.PASS, "valid until 2026-11-11."),
        (20, Status.PASS, "valid until 2026-11-01."),
        (19, Status.MANUAL, "lapsed on 2026-10-31: The safe was opened and closed."),
    ],
)
def test_a_statement_may_hold_for_less_than_the_policy_takes_but_not_for_more(
    tmp_path: Path, days: int, status: Status, summary: str
) -> None:
    outcome = ran(tmp_path, replace(given(date(2026, 10, 12)), valid_days=days))
    assert of_the_safe(outcome)[0] is status
    assert of_the_safe(outcome)[1].endswith(summary)
    claims = [note.text for note in outcome.notes if note.kind is NoteKind.ATTESTATION_MISTAKEN]
    assert bool(claims) is (days == 90)


@pytest.mark.parametrize(("day", "soon"), [(date(2026, 10, 16), True), (date(2026, 10, 17), False)])
def test_two_weeks_before_its_end_it_is_announced(tmp_path: Path, day: date, soon: bool) -> None:
    notes = ran(tmp_path, given(day)).notes
    assert [note.kind for note in notes] == [NoteKind.ATTESTATION_ENDS_SOON] * soon
    assert not soon or notes[0].text == "The attestation of the-safe by Security officer lapses on 2026-11-15."


def test_that_an_old_one_ends_is_not_announced_where_there_is_a_new_one(tmp_path: Path) -> None:
    assert ran(tmp_path, given(date(2026, 10, 5)), given(date(2026, 10, 30))).notes == ()
