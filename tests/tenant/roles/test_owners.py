"""Who owns a group, in which way, and what has to be known to say so."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.roles.owners import GroupOwner
from tests.tenant.roles.test_spread import LATER, by_group, instance
from tests.tenant.sample import Json, group, lacking, no_roles, nobody, scheduled, tenant_of, user, value

PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"


def directory(**content: Any) -> Json:
    """Ann owns the group; Ben holds Privileged Role Administrator."""
    roles = no_roles()
    roles["roleDefinitions"].append(
        {
            "id": PRIVILEGED_ROLE_ADMINISTRATOR,
            "templateId": PRIVILEGED_ROLE_ADMINISTRATOR,
            "displayName": "Privileged Role Administrator",
            "isBuiltIn": True,
        }
    )
    return {
        **nobody(),
        **roles,
        "users": [user("ann"), user("ben")],
        "groups": [group("admins"), group("other")],
        "groupOwners": [{"id": "admins", "owners": [{"id": "ann"}]}],
        "roleAssignmentScheduleInstances": [scheduled("p", "ben", PRIVILEGED_ROLE_ADMINISTRATOR)],
        **content,
    }


def owners(**content: Any) -> list[GroupOwner]:
    found: list[GroupOwner] = value(tenant_of(**directory(**content)), "group.owners", "admins")
    return found


def owner(key: str, end: str | None = None) -> Json:
    return instance("admins", key, end, accessId="owner")


def test_an_owner_says_all_there_is_to_say() -> None:
    assert owners() == [GroupOwner(id="ann", type="user", displayName="Ann", ownership="permanent", managesRoles=False)]


@pytest.mark.parametrize(("scope", "manages"), [("/", True), ("/administrativeUnits/unit", False)])
def test_who_assigns_roles_anyway_is_told_apart(scope: str, manages: bool) -> None:
    held = scheduled("p", "ben", PRIVILEGED_ROLE_ADMINISTRATOR, directoryScopeId=scope)
    (found,) = owners(groupOwners=[{"id": "admins", "owners": [{"id": "ben"}]}], roleAssignmentScheduleInstances=[held])
    assert found.managesRoles is manages


@pytest.mark.parametrize(
    ("listed", "active", "eligible", "ownership"),
    [
        ([], [], [owner("ann")], "eligible"),
        ([], [owner("ann", LATER)], [owner("ann")], "timeBound"),
        (["ann"], [owner("ann", LATER)], [], "timeBound"),
        (["ann"], [owner("ann", LATER), owner("ann")], [], "permanent"),
        (["ann"], [], [owner("ann")], "permanent"),
        (["ann"], [owner("ann", "9999-12-31T23:59:59.9999999Z")], [], "permanent"),
    ],
)
def test_of_several_ways_to_own_a_group_the_strongest_is_told(
    listed: list[str], active: list[Json], eligible: list[Json], ownership: str
) -> None:
    found = owners(
        groupOwners=[{"id": "admins", "owners": [{"id": key} for key in listed]}],
        groupAssignmentScheduleInstances=by_group(*active),
        groupEligibilityScheduleInstances=by_group(*eligible),
    )
    assert [(one.id, one.ownership) for one in found] == [("ann", ownership)]


def test_members_are_no_owners_and_deleted_owners_stay() -> None:
    found = owners(
        groupOwners=[{"id": "admins", "owners": [{"id": "gone"}]}],
        groupEligibilityScheduleInstances=by_group(instance("admins", "ben")),
    )
    assert [(one.id, one.type, one.displayName) for one in found] == [("gone", "unknown", None)]


@pytest.mark.parametrize(
    ("absent", "record", "missing"),
    [
        ("groupOwners", "admins", "groupOwners"),
        ("", "other", "groupOwners"),
        ("groupEligibilityScheduleInstances", "admins", "groupEligibilityScheduleInstances"),
        ("groupAssignmentScheduleInstances", "admins", "groupAssignmentScheduleInstances"),
        ("roleEligibilityScheduleInstances", "admins", "roleEligibilityScheduleInstances"),
        ("roleAssignments", "admins", ""),
    ],
)
def test_owners_are_unknown_only_if_what_is_missing_could_change_them(absent: str, record: str, missing: str) -> None:
    content = directory()
    content.pop(absent, None)
    assert lacking(tenant_of(**content), "group.owners", record) == missing
