"""An explanation shows every part of a rule with its value for one record, and what the verdict rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.explain.explanation import Basis, Explanation, explain, find_finding
from scanner.explain.text import render
from scanner.model import Outcome, Status
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations, Waiver
from scanner.report.safe import printable_lines
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from tests.evaluate.build import policies

NOW = datetime(2026, 11, 1, tzinfo=UTC)
USERS = [
    {
        "id": "a",
        "displayName": "Ann",
        "userPrincipalName": "ann@contoso.com",
        "accountEnabled": True,
        "city": "Utrecht",
    },
    {"id": "b", "displayName": "Bob", "userPrincipalName": "bob@contoso.com", "accountEnabled": True, "city": None},
    {
        "id": "c",
        "displayName": "Bob",
        "userPrincipalName": "bob2@contoso.com",
        "accountEnabled": False,
        "city": "Delft",
    },
]
BODY = """\
resource: users
where: user.accountEnabled == true
assert: user.city == "Utrecht" && user.displayName.startsWith("A")
message: "{user.displayName} lives in {user.city}"
"""


def given(content: dict[str, Any], declared: Declarations | None = None) -> Basis:
    snapshot = Snapshot.of({"collectedAt": "2026-11-01T06:00:00Z", **content})
    return Basis(snapshot, vocabulary().types, declared or Declarations())


def explained(folder: Path, body: str, record: str = "", content: dict[str, Any] | None = None) -> Explanation:
    (policy,) = policies(folder, rule=body)
    return explain(policy, given(content or {"users": USERS}), record)


def lines(explanation: Explanation, width: int = 200) -> list[str]:
    return [line.strip() for line in render(explanation, width).splitlines()]


def test_every_part_stands_with_its_value(tmp_path: Path) -> None:
    told = lines(explained(tmp_path, BODY, "b"))
    for line in (
        "Record: bob@contoso.com (b)",
        "yes  user.accountEnabled == true",
        'no   user.city == "Utrecht" && user.displayName.startsWith("A")',
        'no   user.city == "Utrecht"',
        "user.city = null",
        'no   user.displayName.startsWith("A")',
        'user.displayName = "Bob"',
        "users: 3 records, read with User.Read.All",
    ):
        assert line in told, told


@pytest.mark.parametrize("wanted", ["a", "A", "ann@contoso.com", "ANN@contoso.com", "ann"])
def test_a_record_is_found_by_id_or_name(tmp_path: Path, wanted: str) -> None:
    (one,) = explained(tmp_path, BODY, wanted).records
    assert one.record.id == "a"


def test_every_record_of_that_name_is_explained(tmp_path: Path) -> None:
    assert [one.record.id for one in explained(tmp_path, BODY, "Bob").records] == ["b", "c"]


def test_a_record_the_policy_is_not_about_is_said_to_be_none(tmp_path: Path) -> None:
    told = lines(explained(tmp_path, BODY, "c"))
    assert "The policy is not about this record." in told
    assert not any("startsWith" in line for line in told)


def test_a_name_that_nobody_has_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Did you mean `ann@contoso.com`\?"):
        explained(tmp_path, BODY, "anne@contoso.com")


def test_without_a_record_the_findings_are_listed(tmp_path: Path) -> None:
    told = explained(tmp_path, BODY)
    assert told.records == ()
    assert "- bob@contoso.com (b)" in lines(told)


def test_without_a_record_the_one_that_came_closest_is_explained(tmp_path: Path) -> None:
    body = 'resource: users\nrequire: any\nassert: user.city == "Delft" && user.accountEnabled == true\n'
    (one,) = explained(tmp_path, body).records
    assert one.record.id in {"a", "b", "c"}


def test_properties_that_take_a_permission_of_their_own_are_told_with_it(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.signInActivity.lastSignInDateTime != null\n"
    (source,) = explained(tmp_path, body).sources
    assert source.permissions == ("User.Read.All", "AuditLog.Read.All")


def test_what_was_not_collected_is_said_where_it_is_read(tmp_path: Path) -> None:
    denied = {"users": {"outcome": "denied", "reason": "User.Read.All"}}
    told = explained(tmp_path, BODY, content={"outcomes": denied})
    assert told.result.status is Status.UNKNOWN
    assert [one.outcome for one in told.sources] == [Outcome.DENIED]
    assert any("User.Read.All" in line for line in lines(told))


def test_facts_are_named_with_what_they_are_made_from(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, rule="resource: users\nassert: user.isBreakGlass == false\n")
    declared = Declarations(break_glass=BreakGlass(accounts=("a",)))
    told = explain(policy, given({"users": USERS, "groups": [], "groupMembers": []}, declared), "a")
    (fact,) = told.facts
    assert fact.name == "user.isBreakGlass"
    assert set(fact.made_from) == {"groupMembers", "groups", "users"}


def test_a_waived_finding_says_so(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, rule=BODY)
    waiver = Waiver("rule", "b", "moves soon", "board", date(2027, 1, 1))
    told = lines(explain(policy, given({"users": USERS}, Declarations(waivers=(waiver,))), "b"))
    assert "Waived until 2027-01-01: moves soon" in told


def test_a_finding_is_found_by_its_id(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, rule=BODY)
    source = given({"users": USERS})
    (finding,) = explain(policy, source).result.findings
    assert find_finding([policy], source, finding.id) == (policy, "b")
    assert find_finding([policy], source, "0" * 16) is None


def test_the_finding_about_all_records_leads_to_the_policy(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, rule='resource: users\nrequire: any\nassert: user.city == "Paris"\n')
    source = given({"users": USERS})
    (finding,) = explain(policy, source).result.findings
    assert find_finding([policy], source, finding.id) == (policy, "")


ATTESTED = "attestation: {statement: The safe is locked., validDays: 30}\n"


def test_an_attested_policy_is_explained_by_its_statement(tmp_path: Path) -> None:
    assert "Statement: The safe is locked." in lines(explained(tmp_path, ATTESTED))
    with pytest.raises(UsageError, match="about no record"):
        explained(tmp_path, ATTESTED, "a")


def test_a_value_of_another_type_than_documented_is_said_to_be_one(tmp_path: Path) -> None:
    users = [{**USERS[0], "city": 7}]
    assert any(
        line.startswith("It cannot be judged") for line in lines(explained(tmp_path, BODY, "a", {"users": users}))
    )


@pytest.mark.parametrize("width", [40, 80, 200])
def test_hostile_names_stay_text_and_lines_keep_to_the_width(tmp_path: Path, width: int) -> None:
    name = "x\x1b[31m\u202e<b>" + "y" * 300
    told = render(explained(tmp_path, BODY, "a", {"users": [{**USERS[0], "displayName": name, "city": name}]}), width)
    assert printable_lines(told) == told
    deepest = 16
    assert max(map(len, told.splitlines())) <= max(width, 40) + deepest
