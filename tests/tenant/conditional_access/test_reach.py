"""Which policies apply to a user, against brute force on small tenants, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.conditional_access.rows import GUEST_KINDS
from tests.tenant.sample import (
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    Json,
    group,
    guest,
    lacking,
    members_of,
    no_roles,
    policy,
    scheduled,
    tenant_of,
    user,
    value,
)
from tests.tenant.test_groups import IDS, Graph, naive_closure

FACT = "user.conditionalAccessPolicies"

PEOPLE = {
    "ann": user("ann"),
    "ben": user("ben"),
    "visitor": guest("visitor"),
    "partner": guest("partner", userType="Member"),
    "local": user("local", userType="Guest"),
}
KIND = {"visitor": "b2bCollaborationGuest", "partner": "b2bCollaborationMember", "local": "internalGuest"}
ROLES = (GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR)


def reaching(tenant: Any, key: str) -> list[str]:
    """Ids of the policies that apply to a user."""
    return [one["id"] for one in value(tenant, FACT, key)]


def directory(**content: Any) -> Json:
    """Five people of different kinds, groups within groups, and roles."""
    return {
        **no_roles(),
        "users": list(PEOPLE.values()),
        "groups": [group("g"), group("inner")],
        "groupMembers": [members_of("g", ["ben"], ["inner"]), members_of("inner", ["ann"], ["g"])],
        "servicePrincipals": [],
        "roleAssignmentScheduleInstances": [
            scheduled("1", "ann", GLOBAL_ADMINISTRATOR),
            scheduled("2", "ben", USER_ADMINISTRATOR, directoryScopeId="/administrativeUnits/1"),
        ],
        "roleEligibilityScheduleInstances": [scheduled("3", "ben", GLOBAL_ADMINISTRATOR)],
        **content,
    }


def kinds(*names: str, **others: object) -> Json:
    """Guests of these kinds."""
    return {"guestOrExternalUserTypes": ",".join(names), **others}


EVERYONE = sorted(PEOPLE)


@pytest.mark.parametrize(
    ("users", "reached"),
    [
        ({"includeUsers": ["All"]}, EVERYONE),
        ({"includeUsers": ["None"]}, []),
        ({"includeUsers": ["ann"]}, ["ann"]),
        ({"includeUsers": ["All"], "excludeUsers": ["ann"]}, ["ben", "local", "partner", "visitor"]),
        ({"includeGroups": ["g"]}, ["ann", "ben"]),
        ({"includeUsers": ["ann", "ben", "visitor"], "excludeGroups": ["g"]}, ["visitor"]),
        ({"includeRoles": [GLOBAL_ADMINISTRATOR]}, ["ann"]),
        ({"includeRoles": [USER_ADMINISTRATOR]}, []),
        ({"includeUsers": ["ann", "ben"], "excludeRoles": [GLOBAL_ADMINISTRATOR]}, ["ben"]),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, ["local", "partner", "visitor"]),
        ({"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}, ["ann", "ben"]),
        ({"includeGuestsOrExternalUsers": kinds("internalGuest")}, ["local"]),
        ({"includeGuestsOrExternalUsers": kinds("b2bCollaborationGuest", "serviceProvider")}, ["visitor"]),
        (
            {"includeUsers": ["All"], "excludeGuestsOrExternalUsers": kinds("b2bCollaborationMember")},
            ["ann", "ben", "local", "visitor"],
        ),
        (
            {"includeGuestsOrExternalUsers": kinds("internalGuest", externalTenants={"membershipKind": "all"})},
            ["local"],
        ),
        ({"includeUsers": ["All"], "excludeGuestsOrExternalUsers": kinds("none")}, EVERYONE),
    ],
)
def test_a_policy_reaches_whom_its_user_conditions_name(users: Json, reached: list[str]) -> None:
    tenant = tenant_of(**directory(conditionalAccessPolicies=[policy("p", users)]))
    assert [key for key in EVERYONE if reaching(tenant, key)] == reached


@pytest.mark.parametrize("state", ["disabled", "enabledForReportingButNotEnforced", "aStateOfTheFuture"])
def test_only_enabled_policies_reach_anyone(state: str) -> None:
    tenant = tenant_of(**directory(conditionalAccessPolicies=[policy("p", state=state), policy("q")]))
    assert reaching(tenant, "ann") == ["q"]


@pytest.mark.parametrize("declared", ["p", "Protects Glass"])
def test_policies_declared_as_protecting_are_left_out(declared: str) -> None:
    policies = [policy("p", displayName="Protects glass"), policy("q")]
    tenant = tenant_of(
        BreakGlass(accounts=("ann@contoso.com",), protection_policies=(declared,)),
        **directory(conditionalAccessPolicies=policies),
    )
    assert reaching(tenant, "ann") == ["q"]


@pytest.mark.parametrize("side", ["include", "exclude"])
def test_guests_of_named_tenants_are_unknown_and_members_are_not(side: str) -> None:
    users: Json = {"includeUsers": ["All"]} if side == "exclude" else {}
    tenants = {"membershipKind": "enumerated", "members": ["t"]}
    users[f"{side}GuestsOrExternalUsers"] = kinds("b2bCollaborationGuest", externalTenants=tenants)
    tenant = tenant_of(**directory(conditionalAccessPolicies=[policy("p", users)]))
    assert [key for key in EVERYONE if lacking(tenant, FACT, key)] == ["visitor"]


def test_a_guest_who_may_be_of_several_kinds_is_unknown_where_the_kind_matters() -> None:
    people = [user("x", userType="Guest", creationType="Invitation")]
    both = policy("p", {"includeGuestsOrExternalUsers": kinds("internalGuest", "b2bCollaborationGuest")})
    one = policy("q", {"includeGuestsOrExternalUsers": kinds("internalGuest")})
    assert reaching(tenant_of(**directory(users=people, conditionalAccessPolicies=[both])), "x") == ["p"]
    assert lacking(tenant_of(**directory(users=people, conditionalAccessPolicies=[both, one])), FACT, "x") == "users"


def test_a_kind_of_guest_that_is_not_known_here_may_be_any_guest() -> None:
    users = {"includeGuestsOrExternalUsers": kinds("guestOfTheFuture")}
    tenant = tenant_of(**directory(conditionalAccessPolicies=[policy("p", users)]))
    assert [key for key in EVERYONE if lacking(tenant, FACT, key)] == ["local", "partner", "visitor"]


@pytest.mark.parametrize(
    ("without", "users", "missing"),
    [
        ("groupMembers", {"includeUsers": ["All"], "excludeGroups": ["g"]}, "groupMembers"),
        ("groupMembers", {"includeUsers": ["ben"], "excludeGroups": ["g"]}, ""),
        ("groupMembers", {"includeGroups": ["g"]}, "groupMembers"),
        ("groupMembers", {"includeUsers": ["ann"], "includeGroups": ["g"]}, ""),
        ("roleAssignmentScheduleInstances", {"includeRoles": ["r"]}, "roleAssignmentScheduleInstances"),
        ("roleAssignmentScheduleInstances", {"includeUsers": ["All"]}, ""),
        ("roleDefinitions", {"includeRoles": ["r"]}, "roleDefinitions"),
        ("users", {"includeUsers": ["GuestsOrExternalUsers"]}, "users"),
        ("users", {"includeUsers": ["All"]}, ""),
        ("conditionalAccessPolicies", {}, "conditionalAccessPolicies"),
    ],
)
def test_what_is_missing_matters_only_to_users_who_depend_on_it(without: str, users: Json, missing: str) -> None:
    content = directory(conditionalAccessPolicies=[policy("p", users)])
    del content[without]
    assert lacking(tenant_of(**content), FACT, "ann") == missing


NAMES = tuple(PEOPLE)


@st.composite
def selections(draw: st.DrawFn, side: str) -> Json:
    """Users to include or exclude, in every form."""
    special = ["All", "None", "GuestsOrExternalUsers"] if side == "include" else ["GuestsOrExternalUsers"]
    return {
        f"{side}Users": draw(st.lists(st.sampled_from([*NAMES, *special]), max_size=2)),
        f"{side}Groups": draw(st.lists(st.sampled_from([*IDS, "deleted"]), max_size=2)),
        f"{side}Roles": draw(st.lists(st.sampled_from(ROLES), max_size=1)),
        f"{side}GuestsOrExternalUsers": draw(
            st.none() | st.sets(st.sampled_from(GUEST_KINDS), max_size=3).map(lambda names: kinds(*sorted(names)))
        ),
    }


@st.composite
def member_graphs(draw: st.DrawFn) -> Graph:
    """Groups of these people, cycles included."""
    return {key: (draw(st.sets(st.sampled_from(NAMES))), draw(st.sets(st.sampled_from(IDS)))) for key in IDS}


def names(users: Json, side: str, key: str, graph: Graph, roles: dict[str, set[str]]) -> bool:
    """Whether one side of a policy's user conditions names a user, word by word."""
    listed = users[f"{side}Users"]
    guests = users[f"{side}GuestsOrExternalUsers"]
    kind = KIND.get(key)
    return (
        "All" in listed
        or key in listed
        or (kind is not None and "GuestsOrExternalUsers" in listed)
        or any(key in naive_closure(graph, one) for one in users[f"{side}Groups"] if one != "deleted")
        or any(role in roles.get(key, set()) for role in users[f"{side}Roles"])
        or (guests is not None and kind in guests["guestOrExternalUserTypes"].split(","))
    )


@settings(deadline=None)
@given(
    st.lists(st.tuples(selections("include"), selections("exclude")), max_size=4),
    member_graphs(),
    st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(ROLES)), max_size=3),
)
def test_reach_agrees_with_brute_force(
    chosen: list[tuple[Json, Json]], graph: Graph, roles: dict[str, set[str]]
) -> None:
    policies = [{**include, **exclude} for include, exclude in chosen]
    tenant = tenant_of(
        **directory(
            groups=[group(key) for key in IDS],
            groupMembers=[members_of(key, *members) for key, members in graph.items()],
            roleAssignmentScheduleInstances=[
                scheduled(f"{key}-{role}", key, role) for key, held in roles.items() for role in sorted(held)
            ],
            conditionalAccessPolicies=[policy(f"p{number}", users) for number, users in enumerate(policies)],
        )
    )
    for key in NAMES:
        assert reaching(tenant, key) == [
            f"p{number}"
            for number, users in enumerate(policies)
            if names(users, "include", key, graph, roles) and not names(users, "exclude", key, graph, roles)
        ]


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"users": None},
        {"users": {}},
        {"users": {"includeUsers": [], "includePeople": {"kind": "administrators"}}},
        {"users": {"includeUsers": ["None"], "includePeople": ["x"]}},
        {"users": {"includeUsers": "All"}},
    ],
)
def test_whom_a_policy_is_for_is_not_guessed(given: Json | None) -> None:
    content = directory(conditionalAccessPolicies=[policy("p", conditions=given)])
    assert lacking(tenant_of(**content), FACT, "ann") == "conditionalAccessPolicies"


@pytest.mark.parametrize(
    "given",
    [
        {"users": None, "clientApplications": {"includeServicePrincipals": ["sp"]}},
        {"users": {"includeUsers": [], "includePeople": None, "includeUsers@odata.context": "x"}},
    ],
)
def test_a_policy_that_names_nobody_reaches_nobody(given: Json) -> None:
    assert reaching(tenant_of(**directory(conditionalAccessPolicies=[policy("p", conditions=given)])), "ann") == []


@pytest.mark.parametrize("type_of_member", [None, "#microsoft.graph.agentUser", "#microsoft.graph.aKindOfTheFuture"])
def test_a_member_of_a_kind_not_known_may_be_a_user(type_of_member: str | None) -> None:
    members = [{"id": "g", "members": [{"id": "ann", "@odata.type": type_of_member}]}]
    content = directory(groupMembers=members, conditionalAccessPolicies=[policy("p", {"includeGroups": ["g"]})])
    assert reaching(tenant_of(**content), "ann") == ["p"]


def test_members_that_are_null_were_not_collected() -> None:
    content = directory(
        groupMembers=[{"id": "g", "members": None}], conditionalAccessPolicies=[policy("p", {"includeGroups": ["g"]})]
    )
    assert lacking(tenant_of(**content), FACT, "ann") == "groupMembers"
