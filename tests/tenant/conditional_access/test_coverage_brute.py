"""Coverage of many policies together, against every sign-in of every person judged one by one."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.conditional_access.applied import read_policies
from scanner.tenant.conditional_access.conditions import OTHER
from scanner.tenant.conditional_access.coverage import SignInCoverage
from scanner.tenant.conditional_access.gaps import GoalJudge
from scanner.tenant.conditional_access.goals import GOALS, Goal
from scanner.tenant.conditional_access.people import classes
from scanner.tenant.conditional_access.rows import GUEST_KINDS
from scanner.tenant.conditional_access.space import Part
from scanner.tenant.tenant import Tenant
from tests.tenant.conditional_access.naive import (
    CENTRE,
    DUTCH,
    HQ,
    LOCATIONS,
    MFA_IPS,
    PLACES,
    SPANISH,
    SignIn,
    first_uncovered,
    sign_ins,
    uncovered,
)
from tests.tenant.sample import (
    GLOBAL_ADMINISTRATOR,
    Json,
    conditions,
    group,
    guest,
    members_of,
    no_roles,
    policy,
    scheduled,
    tenant_of,
    user,
    value,
)

EVERY = list(sign_ins())

PEOPLE: list[Json] = [
    {"key": "ann", "kind": None, "groups": ["g", "outer"], "roles": []},
    {"key": "ben", "kind": None, "groups": [], "roles": [GLOBAL_ADMINISTRATOR]},
    {"key": "visitor", "kind": "b2bCollaborationGuest", "groups": ["outer"], "roles": []},
]
NEWCOMERS: list[Json] = [{"key": "", "kind": kind, "groups": [], "roles": []} for kind in GUEST_KINDS]

SERVING: list[Json] = [
    {"operator": "OR", "builtInControls": ["mfa"]},
    {"operator": "OR", "builtInControls": ["block"]},
    {"operator": "AND", "builtInControls": ["compliantDevice", "mfa"]},
    {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": "s", "requirementsSatisfied": "mfa"}},
]
NOT_SERVING: list[Json] = [
    {"operator": "OR", "builtInControls": ["mfa", "compliantDevice"]},
    {"operator": "OR", "builtInControls": ["passwordChange"]},
]


def some(*values: str, most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


GUESTS = some(*GUEST_KINDS, most=3).map(lambda kinds: {"guestOrExternalUserTypes": ",".join(kinds)} if kinds else None)

USERS = st.fixed_dictionaries(
    {
        "includeUsers": st.just(["All"]) | some("ann", "ben", "visitor", "None", "GuestsOrExternalUsers"),
        "excludeUsers": st.just([]) | some("ann", "ben", "GuestsOrExternalUsers", most=1),
        "includeGroups": some("g", "outer", "deleted", most=1),
        "excludeGroups": st.just([]) | some("g", "outer", most=1),
        "includeRoles": some(GLOBAL_ADMINISTRATOR),
        "excludeRoles": st.just([]) | some(GLOBAL_ADMINISTRATOR),
        "includeGuestsOrExternalUsers": st.none() | GUESTS,
        "excludeGuestsOrExternalUsers": st.none() | GUESTS,
    }
)

APPLICATIONS = st.fixed_dictionaries(
    {
        "includeApplications": st.just(["All"]) | some("a1", "Office365", "None"),
        "excludeApplications": st.just([]) | some("a1", "Office365", most=1),
    }
)
CLIENTS = st.just(["all"]) | some(
    "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other", most=3
).filter(bool)
PLATFORMS = st.fixed_dictionaries(
    {"includePlatforms": st.sampled_from([["all"], ["windows"]]), "excludePlatforms": some("windows", most=1)}
)
NAMED = (HQ, CENTRE, DUTCH, SPANISH, "AllTrusted")
PLACED = st.fixed_dictionaries(
    {"includeLocations": st.just(["All"]) | some(*NAMED, most=3).filter(bool), "excludeLocations": some(*NAMED)}
)
RISKS: st.SearchStrategy[list[str]] = st.just([]) | st.sampled_from([["high"], ["none", "low", "medium"]])
FILTERED = st.sampled_from(["include", "exclude"]).map(lambda mode: {"deviceFilter": {"mode": mode, "rule": "r"}})

PARTS: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "users": (USERS, {"includeUsers": ["All"], "excludeUsers": []}),
    "applications": (APPLICATIONS, {"includeApplications": ["All"], "excludeApplications": []}),
    "clientAppTypes": (CLIENTS, ["all"]),
    "platforms": (PLATFORMS, None),
    "locations": (PLACED, None),
    "userRiskLevels": (RISKS, []),
    "signInRiskLevels": (RISKS, []),
    "authenticationFlows": (st.just({"transferMethods": "deviceCodeFlow,authenticationTransfer"}), None),
    "devices": (FILTERED, None),
}
"""By condition: what may be drawn, and what leaves nobody and nothing out."""


def drawn(names: list[str]) -> st.SearchStrategy[Json]:
    """Conditions that are random where named, and let everything in elsewhere."""
    return st.fixed_dictionaries(
        {name: random if name in names else st.just(broad) for name, (random, broad) in PARTS.items()}
    )


CONDITIONS = some(*PARTS, most=1).flatmap(drawn) | some(*PARTS, most=len(PARTS)).flatmap(drawn)
"""Half of them narrow in one way at most: nearly every sign-in is covered, so that each condition decides."""
STATES = st.sampled_from(["enabled", "enabled", "enabled", "disabled", "enabledForReportingButNotEnforced"])
POLICY = st.fixed_dictionaries(
    {"state": STATES, "conditions": CONDITIONS, "grantControls": st.sampled_from([*SERVING, *SERVING, *NOT_SERVING])}
)


def tenant_with(policies: list[Json]) -> Tenant:
    return tenant_of(
        BreakGlass(accounts=("glass@contoso.com",)),
        **{
            **no_roles(),
            "users": [user("ann"), user("ben"), user("glass"), guest("visitor")],
            "groups": [group("g"), group("outer")],
            "groupMembers": [members_of("g", ["ann"]), members_of("outer", ["visitor"], ["g"])],
            "servicePrincipals": [],
            "roleAssignmentScheduleInstances": [scheduled("1", "ben", GLOBAL_ADMINISTRATOR)],
            "namedLocations": LOCATIONS,
            "identitySecurityDefaultsEnforcementPolicy": [{"id": "d", "isEnabled": False}],
            "conditionalAccessPolicies": policies,
        },
    )


def places_of(policy: Json) -> list[str]:
    """The locations that a policy names."""
    given = policy["conditions"]["locations"] or {}
    return [key for keys in given.values() for key in keys]


def is_among(person: Json, row: SignInCoverage) -> bool:
    """Whether a record of coverage is about a person."""
    return person["key"] in row.users if person["key"] else person["kind"] in row.guestKinds


def is_in(one: SignIn, part: Part, unnamed: set[str]) -> bool:
    """Whether a sign-in is in one part of a gap, as the part says it.

    ``unnamed`` are the trusted locations that policies do not name: to be in one of them is all that can be said.
    """
    return all(_fits(one, axis, values, unnamed) for axis, values in part)


def _fits(one: SignIn, axis: Any, values: tuple[str, ...], unnamed: set[str]) -> bool:
    if isinstance(axis, tuple):
        words = {*one.places, *(["alltrusted"] if one.places & unnamed else [])}
        inside = axis[1] in words if axis[0] == "locations" else one.managed
        return inside == (values[0] == "inside")
    if axis == "target":
        return (one.application if one.application == "a1" else OTHER) in values
    simple = {
        "clientAppTypes": one.client,
        "platforms": OTHER if one.platform == "chrome" else one.platform,
        "authenticationFlows": one.flow,
        "userRiskLevels": one.user_risk,
        "signInRiskLevels": one.risk,
    }
    return simple[str(axis)] in values


MFA = next(goal for goal in GOALS if goal.name == "mfa")


@settings(deadline=None, max_examples=250)
@given(st.lists(POLICY, min_size=1, max_size=4))
def test_coverage_agrees_with_every_sign_in_judged_alone(given_policies: list[Json]) -> None:
    policies = [{**one, "id": f"p{number}", "displayName": f"P{number}"} for number, one in enumerate(given_policies)]
    tenant = tenant_with(policies)
    serving = [one for one in policies if one["grantControls"] in SERVING]
    rows = [row for row in tenant.derived("signInCoverage") if isinstance(row, SignInCoverage)]
    records = {row.id: row for row in rows if row.goal == "mfa"}
    complete = {key: value(tenant, "signInCoverage.isComplete", key) for key in records}
    for person in (*PEOPLE, *NEWCOMERS):
        mine = {key for key, row in records.items() if is_among(person, row)}
        gap = first_uncovered(serving, person, EVERY)
        assert [complete[key] for key in mine] == [gap is None], (person, gap)
    assert all("glass" not in row.users for row in records.values())


@settings(deadline=None, max_examples=200)
@given(st.lists(POLICY, min_size=1, max_size=4))
def test_the_parts_of_a_gap_are_the_sign_ins_that_are_open_and_no_others(given_policies: list[Json]) -> None:
    policies = [
        {**one, "id": f"p{number}", "state": "enabled", "grantControls": SERVING[0]}
        for number, one in enumerate(given_policies)
        if "Office365" not in str(one["conditions"]["applications"])
    ]
    tenant = tenant_with(policies)
    judge = GoalJudge(tenant, MFA)
    named_here = any("a1" in str(one["conditions"]["applications"]) for one in policies)
    unnamed = {MFA_IPS} | ({HQ} - {key for one in policies for key in places_of(one)})
    space = [one for one in EVERY if not one.in_office and (named_here or one.application == "any")]
    for person, named in _judged(tenant):
        verdict = judge.judge(named)
        left = uncovered(policies, person, space)
        said = {one for one in space if any(is_in(one, part, unnamed) for part in verdict.parts)}
        assert said <= left
        assert said == left or verdict.more


@settings(deadline=None, max_examples=150)
@given(st.lists(PLACED, min_size=1, max_size=4))
def test_locations_that_overlap_and_locations_that_cannot_are_told_apart(places: list[Json]) -> None:
    policies = [
        policy(f"p{number}", conditions=conditions(locations=one, applications=EVERYTHING))
        for number, one in enumerate(places)
    ]
    [(person, named), *_] = _judged(tenant := tenant_with(policies))
    space = [one for one in EVERY if one[:4] + one[5:] == EVERY[0][:4] + EVERY[0][5:]]
    assert len(space) == len(PLACES)
    assert GoalJudge(tenant, MFA).judge(named).covered is (not uncovered(policies, person, space))


EVERYTHING: Json = {"includeApplications": ["All"], "excludeApplications": []}


def _judged(tenant: Tenant) -> list[tuple[Json, Any]]:
    people = classes(tenant, tenant.once(read_policies).entries)
    return [(person, one.named) for person in PEOPLE for one in people if person["key"] in one.users]


def test_every_goal_has_a_name_of_its_own() -> None:
    assert len({goal.name for goal in GOALS}) == len(GOALS)
    assert all(isinstance(goal, Goal) for goal in GOALS)
