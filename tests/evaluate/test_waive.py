"""Waivers: by id or alias, to the last day, never hiding what nobody could judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.evaluate.judge import EVERYTHING
from scanner.model import Scan, Status
from scanner.policy.waivers import Declarations, Waiver
from tests.evaluate.build import scan

LONG = date(2027, 1, 1)
RULE = "aliases: [former-id]\nresource: users\nassert: user.accountEnabled == true\nmessage: x\n"
ONE = {"users": [{"id": "a", "accountEnabled": False}]}


def waiver(
    record: str = "a", expires: date = LONG, policy: str = "a-rule", approver: str = "Security officer"
) -> Waiver:
    return Waiver(policy, record, "Known.", approver, expires, ticket="SEC-1")


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
    assert bool(outcome.notes) is not counts


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
    assert ran(tmp_path, clean, waiver()).notes == ("The waiver of a-rule for a has no finding to waive.",)


def test_notes_come_in_one_order(tmp_path: Path) -> None:
    clean: dict[str, Any] = {"users": []}
    given = [waiver("b"), waiver("a"), waiver("a", policy="another-rule")]
    assert ran(tmp_path, clean, *given).notes == ran(tmp_path, clean, *reversed(given)).notes
