"""Exclusions that exempt somebody besides the declared break-glass accounts."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import (
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    Json,
    group,
    lacking,
    members_of,
    no_roles,
    policy,
    refused,
    scheduled,
    tenant_of,
    user,
    value,
)

FACT = "conditionalAccessPolicy.excludedUsers"
GLASS = BreakGlass(accounts=("glass@contoso.com",))

DIRECTORY: Json = {
    **no_roles(),
    "users": [user("glass"), user("ann"), user("ben")],
    "groups": [group("keys"), group("staff"), group("empty"), group("outer")],
    "groupMembers": [
        members_of("keys", ["glass"]),
        members_of("staff", ["glass", "ann"]),
        members_of("empty"),
        members_of("outer", [], ["keys"]),
    ],
    "servicePrincipals": [],
    "roleAssignmentScheduleInstances": [
        scheduled("a", "glass", GLOBAL_ADMINISTRATOR),
        scheduled("b", "glass", USER_ADMINISTRATOR),
    ],
    "roleEligibilityScheduleInstances": [scheduled("e", "ann", USER_ADMINISTRATOR)],
}


def excluded(declared: BreakGlass | None = GLASS, without: str = "", **users: object) -> list[tuple[str, str, Any]]:
    """(id, type, name) of the exclusions that count."""
    content = {key: part for key, part in DIRECTORY.items() if key != without}
    tenant = tenant_of(declared, **content, conditionalAccessPolicies=[policy("p", {"includeUsers": ["All"], **users})])
    return [(one.id, one.type, one.name) for one in value(tenant, FACT, "p")]


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ({}, []),
        ({"excludeUsers": ["glass"]}, []),
        ({"excludeUsers": ["ann", "glass"]}, [("ann", "user", "Ann")]),
        ({"excludeUsers": ["gone"]}, [("gone", "unknown", None)]),
        ({"excludeGroups": ["keys"]}, []),
        ({"excludeGroups": ["outer"]}, []),
        ({"excludeGroups": ["empty"]}, []),
        ({"excludeGroups": ["staff"]}, [("staff", "group", "Staff")]),
        ({"excludeGroups": ["gone"]}, [("gone", "unknown", None)]),
        ({"excludeRoles": [GLOBAL_ADMINISTRATOR]}, []),
        ({"excludeRoles": [DIRECTORY_READERS]}, []),
        ({"excludeRoles": [USER_ADMINISTRATOR]}, [(USER_ADMINISTRATOR, "role", "User Administrator")]),
        (
            {"excludeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "serviceProvider,internalGuest"}},
            [("internalGuest,serviceProvider", "guestsOrExternalUsers", "internalGuest,serviceProvider")],
        ),
        ({"excludeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "none"}}, []),
        ({"excludeGuestsOrExternalUsers": {"guestOrExternalUserTypes": None}}, []),
    ],
)
def test_an_exclusion_counts_when_it_exempts_anyone_else(users: Json, expected: list[tuple[str, str, Any]]) -> None:
    assert excluded(**users) == expected


def test_guests_excluded_in_the_old_way_are_all_kinds_of_them() -> None:
    ((key, kind, _),) = excluded(excludeUsers=["GuestsOrExternalUsers"])
    assert kind == "guestsOrExternalUsers"
    assert len(key.split(",")) == 6


def test_nobody_is_exempted_silently_when_no_break_glass_account_is_declared() -> None:
    assert excluded(None, excludeUsers=["glass"], excludeGroups=["keys"]) == [
        ("glass", "user", "Glass"),
        ("keys", "group", "Keys"),
    ]


@pytest.mark.parametrize(
    ("without", "users", "missing"),
    [
        ("groupMembers", {"excludeGroups": ["staff"]}, "groupMembers"),
        ("groupMembers", {"excludeUsers": ["ann"]}, ""),
        ("groups", {"excludeGroups": ["gone"]}, "groups"),
        ("users", {"excludeUsers": ["ann"]}, "users"),
        ("roleAssignmentScheduleInstances", {"excludeRoles": [DIRECTORY_READERS]}, "roleAssignmentScheduleInstances"),
        ("roleAssignmentScheduleInstances", {"excludeRoles": [USER_ADMINISTRATOR]}, ""),
        ("roleDefinitions", {"excludeRoles": [DIRECTORY_READERS]}, "roleDefinitions"),
        ("roleDefinitions", {"excludeUsers": ["ann"]}, ""),
        ("servicePrincipals", {"excludeRoles": [DIRECTORY_READERS]}, ""),
    ],
)
def test_what_is_missing_matters_only_for_exclusions_that_rest_on_it(without: str, users: Json, missing: str) -> None:
    content = {key: part for key, part in DIRECTORY.items() if key != without}
    policies = [policy("p", {"includeUsers": ["All"], **users})]
    tenant = tenant_of(GLASS, **content, conditionalAccessPolicies=policies)
    assert lacking(tenant, FACT, "p") == missing


def test_who_may_be_a_break_glass_account_leaves_the_exclusion_unknown() -> None:
    content = {key: part for key, part in DIRECTORY.items() if key != "groupMembers"}
    tenant = tenant_of(
        BreakGlass(groups=("keys",)),
        **content,
        outcomes={"groupMembers": refused("denied")},
        conditionalAccessPolicies=[policy("p", {"includeUsers": ["All"], "excludeUsers": ["glass"]})],
    )
    assert lacking(tenant, FACT, "p") == "groupMembers"


def test_roles_are_unknown_where_break_glass_accounts_are() -> None:
    policies = [policy("p", {"includeUsers": ["All"], "excludeRoles": [DIRECTORY_READERS]})]
    content = {key: part for key, part in DIRECTORY.items() if key != "groups"}
    tenant = tenant_of(BreakGlass(groups=("keys",)), **content, conditionalAccessPolicies=policies)
    assert lacking(tenant, FACT, "p") == "groups"
