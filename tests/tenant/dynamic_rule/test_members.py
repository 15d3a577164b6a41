"""The fact ``group.ruleMembers``: the rule's selection against the members."""

from __future__ import annotations

import msgspec
import pytest

from scanner.errors import NotCollected
from scanner.snapshot import Snapshot
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import Json, group, lacking, members_of, refused, tenant_of, user, value

FACT = "group.ruleMembers"
RULE = 'user.department -eq "Sales"'


def staff(**departments: str | None) -> list[Json]:
    return [user(key, department=department) for key, department in departments.items()]


PEOPLE = staff(ann="Sales", bob="IT", eve=None, zoe="sales")


def test_whom_a_rule_selects_is_compared_with_the_members() -> None:
    tenant = tenant_of(
        users=PEOPLE,
        groups=[group("g", membershipRule=RULE)],
        groupMembers=[members_of("g", ["ann", "bob", "deleted"], others=["a service principal"])],
    )
    found = value(tenant, FACT, "g")
    assert (found.selected, found.members, found.missing, found.surplus, found.untold) == (2, 2, 1, 1, 0)
    assert [(one.id, one.displayName) for one in found.missingUsers] == [("zoe", "Zoe")]
    assert [(one.id, one.displayName) for one in found.surplusUsers] == [("bob", "Bob")]


def test_no_more_than_twenty_are_named() -> None:
    people = staff(**{f"u{number:02}": "Sales" for number in range(30)})
    tenant = tenant_of(users=people, groups=[group("g", membershipRule=RULE)], groupMembers=[members_of("g")])
    found = value(tenant, FACT, "g")
    assert (found.missing, found.surplusUsers) == (30, [])
    assert [one.id for one in found.missingUsers] == [f"u{number:02}" for number in range(20)]


@pytest.mark.parametrize("rule", [None, "", "user.department -is 1", 'user.town -eq "x"'])
def test_a_group_without_a_rule_that_is_right_has_none(rule: str | None) -> None:
    tenant = tenant_of(users=PEOPLE, groups=[group("g", membershipRule=rule)], groupMembers=[members_of("g")])
    assert value(tenant, FACT, "g") is None


def test_a_rule_for_devices_is_not_told() -> None:
    tenant = tenant_of(
        users=PEOPLE, groups=[group("g", membershipRule='device.displayName -eq "x"')], groupMembers=[members_of("g")]
    )
    with pytest.raises(NotCollected, match="selects devices, and devices are not collected"):
        value(tenant, FACT, "g")


def test_what_cannot_be_told_matters_only_where_no_difference_is_certain() -> None:
    rule = 'user.department -notContains "Sal"'
    content: Json = {"users": PEOPLE, "groups": [group("g", membershipRule=rule)]}
    undecided = tenant_of(**content, groupMembers=[members_of("g", ["bob"])])
    with pytest.raises(NotCollected, match="does not document what -notContains makes of no value in department"):
        value(undecided, FACT, "g")
    certain = value(tenant_of(**content, groupMembers=[members_of("g", ["ann", "bob"])]), FACT, "g")
    assert (certain.selected, certain.missing, certain.surplus, certain.untold) == (1, 0, 1, 1)


def test_a_property_that_was_not_collected_matters_only_to_rules_that_read_it() -> None:
    whole = Snapshot.of({
        "users": [user("ann", department="Sales")],
        "groups": [group("g", membershipRule=RULE), group("h", membershipRule='user.state -eq "Utrecht"')],
        "groupMembers": [members_of("g", ["ann"]), members_of("h")],
    })  # fmt: skip
    users = msgspec.structs.replace(whole.entry("users"), properties=("department", "displayName", "id"))
    manifest = msgspec.structs.replace(whole.manifest, resources={**whole.manifest.resources, "users": users})
    tenant = Tenant(Snapshot(manifest, whole._store, whole.origin))
    assert value(tenant, FACT, "g").missing == 0
    with pytest.raises(NotCollected, match="users: property state was not collected"):
        value(tenant, FACT, "h")


def test_what_is_missing_is_named() -> None:
    groups = [group("g", membershipRule=RULE)]
    assert lacking(tenant_of(users=PEOPLE, groupMembers=[]), FACT, "g") == "groups"
    assert lacking(tenant_of(users=PEOPLE, groups=groups), FACT, "g") == "groupMembers"
    assert lacking(tenant_of(users=PEOPLE, groups=groups, groupMembers=[]), FACT, "g") == "groupMembers"
    denied = tenant_of(groups=groups, groupMembers=[members_of("g")], outcomes={"users": refused("denied")})
    assert lacking(denied, FACT, "g") == "users"


def test_members_of_other_groups_are_direct_ones() -> None:
    inner, outer = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
    rule = f'user.memberOf -any (group.objectId -in ["{outer}"])'
    tenant = tenant_of(
        users=PEOPLE,
        groups=[group(inner), group(outer), group("g", membershipRule=rule)],
        groupMembers=[members_of(inner, ["eve"]), members_of(outer, ["ann"], [inner]), members_of("g", ["ann"])],
    )
    found = value(tenant, FACT, "g")
    assert (found.selected, found.missing, found.surplus) == (1, 0, 0)


def test_dates_are_compared_with_the_time_of_the_snapshot() -> None:
    rule = "user.employeeHireDate -ge system.now -minus p7d -and user.employeeHireDate -le system.now"
    tenant = tenant_of(
        collectedAt="2026-01-31T08:00:00Z",
        users=[
            user(key, employeeHireDate=f"2026-{day}T00:00:00Z") for key, day in (("ann", "01-30"), ("bob", "02-28"))
        ],
        groups=[group("g", membershipRule=rule)],
        groupMembers=[members_of("g")],
    )
    assert [one.id for one in value(tenant, FACT, "g").missingUsers] == ["ann"]
