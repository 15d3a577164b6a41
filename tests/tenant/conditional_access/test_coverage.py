"""What a record of coverage says, and when it says that it does not know."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.conditional_access import space
from scanner.tenant.conditional_access.coverage import SignInCoverage
from scanner.tenant.tenant import Tenant
from tests.tenant.conditional_access.naive import LOCATIONS
from tests.tenant.sample import (
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    Json,
    conditions,
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

COMPLETE = "signInCoverage.isComplete"
ANYONE = "guests without a user object of any kind"


def directory(*policies: Json, **content: Any) -> Json:
    """Ann and Ben, a group with Ben in it, and these policies."""
    return {
        **no_roles(),
        "users": [user("ann"), user("ben")],
        "groups": [group("g")],
        "groupMembers": [members_of("g", ["ben"])],
        "servicePrincipals": [],
        "namedLocations": LOCATIONS,
        "identitySecurityDefaultsEnforcementPolicy": [{"id": "d", "isEnabled": False}],
        "conditionalAccessPolicies": list(policies),
        **content,
    }


def records(tenant: Tenant, goal: str = "mfa") -> dict[str, SignInCoverage]:
    """The records of one goal by whom they are about."""
    rows = [row for row in tenant.derived("signInCoverage") if isinstance(row, SignInCoverage) and row.goal == goal]
    return {row.displayName: row for row in rows}


def gaps(tenant: Tenant, goal: str = "mfa") -> dict[str, str]:
    """Who has a gap, and the summary of it; an unknown one says so."""
    found = {}
    for who, row in records(tenant, goal).items():
        lack = lacking(tenant, COMPLETE, row.id)
        if lack:
            found[who] = f"unknown: {lack}"
        elif not value(tenant, COMPLETE, row.id):
            found[who] = row.summary
    return found


def test_a_policy_for_everybody_leaves_nothing() -> None:
    tenant = tenant_of(**directory(policy("p")))
    assert gaps(tenant) == {}
    assert [(row.userCount, row.summary) for row in records(tenant).values()] == [(2, "nothing is open")]


@pytest.mark.parametrize(
    ("users", "through"),
    [
        ({"includeUsers": ["All"], "excludeUsers": ["ben"]}, "P leaves out the user Ben"),
        ({"includeUsers": ["All"], "excludeGroups": ["g"]}, "P leaves out the group G"),
        (
            {"includeUsers": ["All"], "excludeRoles": [USER_ADMINISTRATOR]},
            "P leaves out the role User Administrator",
        ),
        (
            {"includeUsers": ["All"], "excludeUsers": ["ben"], "excludeGroups": ["g"]},
            "P leaves out the group G and the user Ben",
        ),
    ],
)
def test_the_exclusion_that_lets_somebody_through_is_named(users: Json, through: str) -> None:
    content = directory(policy("p", users), roleAssignmentScheduleInstances=[scheduled("1", "ben", USER_ADMINISTRATOR)])
    assert gaps(tenant_of(**content)) == {"Ben": f"all sign-ins. {through}"}


@pytest.mark.parametrize(
    ("changed", "summary"),
    [
        (
            {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
            "sign-ins in a trusted location. P leaves out all trusted locations",
        ),
        (
            {"locations": {"includeLocations": ["All"], "excludeLocations": ["dutch"]}},
            "sign-ins in Dutch. P leaves out Dutch",
        ),
        ({"clientAppTypes": ["browser", "mobileAppsAndDesktopClients", "other"]}, "sign-ins with Exchange ActiveSync"),
        ({"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["linux"]}}, "sign-ins from Linux. P leaves"),
        (
            {"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["platformOfTheFuture"]}},
            "sign-ins from any other platform",
        ),
        ({"signInRiskLevels": ["high"]}, "sign-ins at sign-in risk none, low or medium"),
        ({"insiderRiskLevels": "elevated"}, "sign-ins at insider risk none, minor or moderate"),
        ({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}, "sign-ins with the flow authentication"),
        (
            {"devices": {"deviceFilter": {"mode": "exclude", "rule": "r"}}},
            "sign-ins from devices that meet the filter r",
        ),
        ({"applications": {"includeApplications": ["Office365"]}}, "sign-ins to any application that no policy names"),
        (
            {"applications": {"includeApplications": ["All"], "excludeApplications": ["a1"]}},
            "sign-ins to Payroll. P leaves out Payroll",
        ),
        (
            {"applications": {"includeApplications": ["All"], "applicationFilter": {"mode": "exclude", "rule": "r"}}},
            "sign-ins to applications that meet the filter r",
        ),
        ({"applications": {"includeApplications": [], "applicationFilter": {"mode": "include", "rule": "r"}}}, "sign"),
        ({"applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}}, "all sign-ins"),
        ({"times": {"includedRanges": ["x"]}}, "all sign-ins. P has the condition times, which cannot be judged here"),
        ({"clientApplications": {"includeServicePrincipals": ["s"]}}, "all sign-ins. P has the condition client"),
        ({"clientAppTypes": []}, "all sign-ins. P has the condition clientAppTypes"),
        ({"applications": None}, "all sign-ins"),
        ({"locations": {"includeLocations": [], "excludeLocations": ["dutch"]}}, "all sign-ins"),
        ({"locations": {"includeCompliantNetwork": True}}, "all sign-ins. P has the condition locations"),
        ({"devices": {"includeDevices": ["Compliant"]}}, "all sign-ins. P has the condition devices"),
        (
            {"devices": {"deviceFilter": {"mode": "sometimes", "rule": "r"}}},
            "all sign-ins. P has the condition devices",
        ),
        ({"platforms": "windows"}, "all sign-ins. P has the condition platforms"),
    ],
)
def test_the_sign_ins_that_a_condition_leaves_are_named(changed: Json, summary: str) -> None:
    apps = [{"id": "s1", "appId": "a1", "displayName": "Payroll"}]
    content = directory(policy("p", conditions=conditions(**changed)), servicePrincipals=apps)
    found = gaps(tenant_of(**content))
    assert [text.startswith(summary) for text in found.values()] == [True], found


def test_a_filter_of_applications_and_its_opposite_cover_together() -> None:
    both = [
        policy(
            mode,
            conditions=conditions(
                applications={
                    "includeApplications": ["All"] if mode == "exclude" else [],
                    "applicationFilter": {"mode": mode, "rule": "r"},
                }
            ),
        )
        for mode in ("include", "exclude")
    ]
    assert gaps(tenant_of(**directory(*both))) == {}


@pytest.mark.parametrize(
    ("one", "other", "summaries"),
    [
        ("hq", "centre", []),
        ("dutch", "spanish", []),
        ("hq", "dutch", ["sign-ins in Dutch in Hq. P leaves out Hq. Q leaves out Dutch"]),
    ],
)
def test_two_excluded_locations_leave_where_one_can_be_in_both(one: str, other: str, summaries: list[str]) -> None:
    policies = [
        policy(key, conditions=conditions(locations={"includeLocations": ["All"], "excludeLocations": [place]}))
        for key, place in (("p", one), ("q", other))
    ]
    assert list(gaps(tenant_of(**directory(*policies))).values()) == summaries


def test_each_exclusion_is_one_record_however_many_it_exempts() -> None:
    people = [user(f"u{number}") for number in range(50)]
    content = directory(
        policy("p", {"includeUsers": ["All"], "excludeGroups": ["g"]}),
        users=people,
        groupMembers=[members_of("g", [f"u{number}" for number in range(40)])],
    )
    found = records(tenant_of(**content))
    assert list(found) == ["U0, U1, U10 and 37 more users", f"U40, U41, U42, 7 more users and {ANYONE}"]
    assert [row.userCount for row in found.values()] == [40, 10]


def test_the_id_stays_when_people_come_and_names_change() -> None:
    one = directory(policy("p", {"includeUsers": ["All"], "excludeGroups": ["g"]}))
    other = directory(
        policy("p", {"includeUsers": ["All"], "excludeGroups": ["g"]}, displayName="New"),
        groupMembers=[members_of("g", ["ann", "ben"])],
        groups=[group("g", displayName="Newer")],
    )
    ids = [{row.id for row in records(tenant_of(**content)).values() if row.openSignIns} for content in (one, other)]
    assert ids[0] == ids[1] != set()


def test_every_record_has_an_id_of_its_own() -> None:
    waiting = policy("w", {"includeUsers": ["ann"]}, state="enabledForReportingButNotEnforced")
    rows = list(tenant_of(**directory(waiting)).derived("signInCoverage"))
    assert len({row.id for row in rows if isinstance(row, SignInCoverage)}) == len(rows)


def test_an_id_that_the_directory_does_not_have_may_come_back() -> None:
    content = directory(policy("p", {"includeUsers": ["All"], "excludeUsers": ["gone"]}))
    assert gaps(tenant_of(**content)) == {"gone": "all sign-ins. P leaves out the user gone"}


def test_break_glass_accounts_are_no_part_of_it() -> None:
    content = directory(policy("p", {"includeUsers": ["All"], "excludeUsers": ["ben", "gone"]}))
    declared = BreakGlass(accounts=("ben@contoso.com",))
    assert list(gaps(tenant_of(declared, **content))) == ["gone"]


def test_a_gap_is_unknown_while_it_is_not_known_who_the_break_glass_accounts_are() -> None:
    content = directory(policy("p", {"includeUsers": ["All"], "excludeUsers": ["ben"]}))
    del content["groups"]
    assert gaps(tenant_of(BreakGlass(groups=("Keys",)), **content)) == {"Ben": "unknown: groups"}


@pytest.mark.parametrize(
    ("without", "given", "missing"),
    [
        ("groupMembers", {"includeUsers": ["All"], "excludeGroups": ["g"]}, "groupMembers"),
        ("roleDefinitions", {"includeUsers": ["All"], "excludeRoles": ["r"]}, "roleDefinitions"),
        ("groupMembers", {"includeUsers": ["All"], "excludeUsers": ["gone"]}, ""),
    ],
)
def test_what_is_missing_makes_unknown_what_depends_on_it(without: str, given: Json, missing: str) -> None:
    content = directory(policy("p", given))
    del content[without]
    found = gaps(tenant_of(**content))
    assert all(text == f"unknown: {missing}" for text in found.values()) is bool(missing)


def test_a_second_policy_makes_certain_what_one_alone_leaves_unknown() -> None:
    content = directory(policy("p", {"includeUsers": ["All"], "excludeGroups": ["g"]}), policy("q"))
    del content["groupMembers"]
    assert gaps(tenant_of(**content)) == {}


def test_whom_a_policy_is_for_is_not_guessed() -> None:
    strange = policy("p", conditions=conditions({"includeUsers": [], "includePeople": ["x"]}))
    assert set(gaps(tenant_of(**directory(strange))).values()) == {"unknown: conditionalAccessPolicies"}


def test_a_guest_of_a_tenant_that_is_excluded_may_be_one_of_the_guests_here() -> None:
    fabrikam = {"membershipKind": "enumerated", "members": ["fabrikam"]}
    kinds = {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": fabrikam}
    content = directory(
        policy("p", {"includeUsers": ["All"], "excludeGuestsOrExternalUsers": kinds}), users=[guest("visitor")]
    )
    assert gaps(tenant_of(**content)) == {
        "Visitor": "unknown: users",
        "guests without a user object (b2bCollaborationGuest) from the tenant fabrikam": "all sign-ins. P leaves out "
        "guests (b2bCollaborationGuest) of the tenants fabrikam",
    }


def test_conditions_that_cross_too_often_are_unknown_and_not_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "WORK", 3)
    crossed = [
        policy(
            f"p{number}",
            conditions=conditions(
                applications={"includeApplications": ["All"], "excludeApplications": [f"a{number}"]},
                signInRiskLevels=["low", "high"][: number % 2 + 1],
                clientAppTypes=["browser"] if number % 3 else ["other"],
            ),
        )
        for number in range(6)
    ]
    found = gaps(tenant_of(**directory(*crossed)))
    assert set(found.values()) == {"unknown: conditionalAccessPolicies"}


@pytest.mark.parametrize("on", [True, False, None])
def test_security_defaults_ask_for_multifactor_authentication_and_block_legacy_clients(on: bool | None) -> None:
    tenant = tenant_of(**directory(identitySecurityDefaultsEnforcementPolicy=[{"id": "d", "isEnabled": on}]))
    expected = {True: [], False: ["all sign-ins"], None: ["unknown: identitySecurityDefaultsEnforcementPolicy"]}[on]
    assert list(gaps(tenant).values()) == expected
    assert list(gaps(tenant, "legacyAuthBlocked").values()) == expected
    assert list(gaps(tenant, "managedDevice").values()) == ["all sign-ins"]


def test_an_administrator_is_judged_with_the_role_active() -> None:
    held = {"roleEligibilityScheduleInstances": [scheduled("1", "ben")]}
    strong = {"id": "s", "allowedCombinations": ["fido2"], "requirementsSatisfied": "mfa"}
    asked = policy("p", {"includeRoles": [GLOBAL_ADMINISTRATOR]}, grantControls={"authenticationStrength": strong})
    left_out = policy("p", {"includeUsers": ["All"], "excludeRoles": [GLOBAL_ADMINISTRATOR]})
    left_out["grantControls"] = asked["grantControls"]
    assert gaps(tenant_of(**directory(asked, **held)), "phishingResistant") == {}
    assert gaps(tenant_of(**directory(left_out, **held)), "phishingResistant") == {
        "Ben": "all sign-ins. P leaves out the role Global Administrator"
    }


def test_administrators_who_are_not_known_are_no_reason_to_pass() -> None:
    content = directory(policy("p"))
    del content["roleEligibilityScheduleInstances"]
    found = gaps(tenant_of(**content), "phishingResistant")
    assert found == {"people who could not be listed": "unknown: roleEligibilityScheduleInstances"}


@pytest.mark.parametrize("missing", ["users", "conditionalAccessPolicies"])
def test_without_users_or_policies_there_are_no_records(missing: str) -> None:
    content = directory(policy("p"))
    del content[missing]
    assert lacking(tenant_of(**content), COMPLETE, "mfa:covered") == missing
