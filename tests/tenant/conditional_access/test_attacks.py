"""Tenants in which somebody gets in, one trick each: what must never count as covered, and what must."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.conditional_access.locations import OLD_TRUSTED
from tests.tenant.conditional_access.naive import country
from tests.tenant.conditional_access.test_coverage import directory, gaps
from tests.tenant.sample import (
    CUSTOM_ROLE,
    GLOBAL_ADMINISTRATOR,
    ROLES,
    USER_ADMINISTRATOR,
    Json,
    conditions,
    group,
    members_of,
    policy,
    scheduled,
    tenant_of,
)

EVERYBODY: Json = {"includeUsers": ["All"]}
BLOCK: Json = {"operator": "OR", "builtInControls": ["block"]}
STRONG: Json = {"id": "s", "allowedCombinations": ["fido2", "windowsHelloForBusiness"], "requirementsSatisfied": "mfa"}
EACH_TIME: Json = {"signInFrequency": {"isEnabled": True, "frequencyInterval": "everyTime"}}
REGISTRATION: Json = {"includeUserActions": ["urn:user:registersecurityinfo"]}


def users(**chosen: object) -> Json:
    """Multifactor authentication for these users."""
    return policy("p", {"includeUsers": ["All"], **chosen})


def when(controls: Json | None = None, **narrowed: object) -> Json:
    """For everybody under these conditions."""
    asked = {"grantControls": controls} if controls else {}
    return policy("p", conditions=conditions(EVERYBODY, **narrowed), **asked)


def asks(*controls: str, operator: str | None = "OR", **others: object) -> Json:
    return policy("p", grantControls={"operator": operator, "builtInControls": list(controls), **others})


def strength(*combinations: str, satisfies: str | None = "mfa") -> Json:
    given = {"id": "s", "allowedCombinations": list(combinations), "requirementsSatisfied": satisfies}
    return asks(authenticationStrength=given)


def guests(kinds: str, **where: object) -> Json:
    return {"guestOrExternalUserTypes": kinds, **where}


def joinable(**instance: object) -> Json:
    """A group without members of which Ben can activate membership."""
    one = {"accessId": "member", "principalId": "ben", "memberType": "direct", "endDateTime": None, **instance}
    return {
        "groups": [group("g"), group("e")],
        "groupMembers": [members_of("g", ["ben"]), members_of("e")],
        "groupEligibilityScheduleInstances": [{"id": "e", "instances": [one]}],
    }


@pytest.mark.parametrize(
    "policies",
    [
        [],
        [users(excludeGroups=["G"])],
        [users(excludeUsers=["BEN"])],
        [users(excludeUsers=["all"])],
        [users(excludeUsers=["guestsorexternalusers"])],
        [users(excludeGuestsOrExternalUsers=guests("B2BCollaborationGuest"))],
        [users(excludeGuestsOrExternalUsers=guests("guestOfTheFuture"))],
        [users(excludeGuestsOrExternalUsers=guests("serviceProvider"))],
        [
            users(excludeGuestsOrExternalUsers=guests("b2bCollaborationGuest")),
            policy(
                "q",
                {"includeGuestsOrExternalUsers": guests("b2bCollaborationGuest", externalTenants={"members": ["t"]})},
            ),
        ],
        [policy("p", {"includeUsers": ["None"]})],
        [policy("p", state="disabled")],
        [policy("p", state="enabledForReportingButNotEnforced")],
        [policy("p", state="enabledInTheFuture")],
        [users(excludeAgentUsers=["x"])],
        [when(locations={"includeLocations": ["All"], "excludeLocations": ["deleted"]})],
        [when(locations={"includeLocations": ["AllTrusted"]})],
        [when(locations={"includeLocations": ["All"], "excludeLocations": [OLD_TRUSTED]})],
        [when(platforms={"includePlatforms": ["android", "iOS", "windows", "windowsPhone", "macOS", "linux"]})],
        [when(devices={"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}})],
        [when(devices={"includeDevices": ["All"], "excludeDevices": ["Compliant"]})],
        [when(deviceStates={"includeStates": ["All"], "excludeStates": ["Compliant"]})],
        [when(agentIdRiskLevels="high")],
        [when(insiderRiskLevels="minor,moderate,elevated")],
        [when(userRiskLevels=["low", "medium", "high", "hidden"])],
        [when(authenticationFlows={"transferMethods": "deviceCodeFlow,authenticationTransfer"})],
        [when(clientAppTypes=["browser", "mobileAppsAndDesktopClients", "easSupported", "other"])],
        [when(applications={"includeApplications": ["None"]})],
        [when(applications={"includeAuthenticationContextClassReferences": ["c1"]})],
        [when(applications={"includeApplications": ["All"], "globalSecureAccess": {"on": True}})],
        [asks("mfa", "compliantDevice")],
        [asks("mfa", "approvedApplication", operator=None)],
        [asks("mfa", termsOfUse=["t"])],
        [asks("passwordChange")],
        [policy("p", grantControls=None, sessionControls=EACH_TIME)],
        [strength("password", "fido2")],
        [strength("qrCodePin")],
        [strength("x509CertificateSingleFactor")],
        [strength("newMethod", satisfies="unknownFutureValue")],
        [strength(satisfies=None)],
    ],
    ids=str,
)
def test_somebody_gets_in_without_multifactor_authentication(policies: list[Json]) -> None:
    assert gaps(tenant_of(**directory(*policies)))


@pytest.mark.parametrize(
    ("policies", "held", "summary"),
    [
        (
            [users(excludeRoles=[USER_ADMINISTRATOR])],
            {"roleEligibilityScheduleInstances": [scheduled("1", "ben", USER_ADMINISTRATOR)]},
            "all sign-ins. P leaves out the role User Administrator (which they can activate)",
        ),
        ([users(excludeGroups=["e"])], joinable(), "all sign-ins. P leaves out the group E (which they can join)"),
        ([users(excludeGroups=["e"])], joinable(principalId="g"), "all sign-ins. P leaves out the group E (which"),
        (
            [users(excludeGroups=["e"]), policy("q", {"includeUsers": ["All"], "excludeRoles": [USER_ADMINISTRATOR]})],
            {**joinable(), "roleEligibilityScheduleInstances": [scheduled("1", "ben", USER_ADMINISTRATOR)]},
            "all sign-ins. P leaves out the group E (which they can join). Q leaves out the role User Administrator",
        ),
    ],
)
def test_who_can_activate_an_exemption_has_it(policies: list[Json], held: Json, summary: str) -> None:
    found = gaps(tenant_of(**directory(*policies, **held)))
    assert [(who, text.startswith(summary)) for who, text in found.items()] == [("Ben", True)], found


def test_who_can_own_an_excluded_group_is_no_member_of_it() -> None:
    assert gaps(tenant_of(**directory(users(excludeGroups=["e"]), **joinable(accessId="owner")))) == {}


def test_an_exemption_that_may_be_activated_is_unknown() -> None:
    content = directory(users(excludeGroups=["g"]), groupMembers=[members_of("g")])
    del content["groupEligibilityScheduleInstances"]
    unknown = "unknown: groupEligibilityScheduleInstances"
    assert gaps(tenant_of(**content)) == {"Ann and Ben": unknown}
    assert gaps(tenant_of(**directory(users(), **{"privilegedAccessGroups": []}))) == {}
    assert gaps(tenant_of(**{**content, "privilegedAccessGroups": []})) == {}


@pytest.mark.parametrize(
    "policies",
    [
        [policy("p")],
        [when(BLOCK, clientAppTypes=["exchangeActiveSync"])],
        [
            when(
                BLOCK,
                clientAppTypes=["exchangeActiveSync", "other"],
                platforms={"includePlatforms": ["android", "iOS", "windows", "windowsPhone", "macOS", "linux"]},
            )
        ],
        [
            when(
                BLOCK,
                clientAppTypes=["exchangeActiveSync", "other"],
                applications={"includeApplications": ["Office365"]},
            )
        ],
    ],
    ids=str,
)
def test_somebody_gets_in_with_legacy_authentication(policies: list[Json]) -> None:
    assert gaps(tenant_of(**directory(*policies)), "legacyAuthBlocked")


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"authenticationStrength": STRONG}, scheduled("1", "ben", directoryScopeId="/administrativeUnits/x")),
        ({"authenticationStrength": STRONG}, scheduled("1", "ben", CUSTOM_ROLE)),
        ({"builtInControls": ["compliantDevice"], "authenticationStrength": STRONG}, scheduled("1", "ben")),
        (
            {"authenticationStrength": {**STRONG, "allowedCombinations": ["temporaryAccessPassOneTime"]}},
            scheduled("1", "ben"),
        ),
    ],
)
def test_an_administrator_gets_in_with_what_can_be_phished(given: Json, held: Json) -> None:
    roles = [
        *ROLES,
        {"id": CUSTOM_ROLE, "templateId": CUSTOM_ROLE, "displayName": "Own", "isBuiltIn": False, "rolePermissions": []},
    ]
    asked = policy(
        "p", {"includeRoles": [GLOBAL_ADMINISTRATOR, CUSTOM_ROLE]}, grantControls={"operator": "OR", **given}
    )
    content = directory(asked, roleDefinitions=roles, roleAssignmentScheduleInstances=[held])
    assert list(gaps(tenant_of(**content), "phishingResistant")) == ["Ben"]


@pytest.mark.parametrize(
    ("goal", "given", "covered"),
    [
        ("riskySignInsRemediated", policy("p"), False),
        ("riskySignInsRemediated", when(signInRiskLevels=["high"]), False),
        ("riskySignInsRemediated", {**when(signInRiskLevels=["medium"]), "sessionControls": EACH_TIME}, False),
        (
            "riskySignInsRemediated",
            {**when(signInRiskLevels=["high"]), "sessionControls": {"signInFrequency": None}},
            False,
        ),
        ("riskySignInsRemediated", {**when(signInRiskLevels=["high", "medium"]), "sessionControls": EACH_TIME}, True),
        ("riskyUsersRemediated", when({"builtInControls": ["mfa"]}, userRiskLevels=["high"]), False),
        ("riskyUsersRemediated", when({"builtInControls": ["unknownFutureValue"]}, userRiskLevels=["high"]), False),
        ("riskyUsersBlocked", when(BLOCK, userRiskLevels=["high"], signInRiskLevels=["high"]), False),
        ("otherLocationsBlocked", when(BLOCK, locations={"includeLocations": ["spanish"]}), False),
        (
            "otherLocationsBlocked",
            when(BLOCK, locations={"includeLocations": ["All"], "excludeLocations": ["dutch"]}),
            True,
        ),
        (
            "deviceCodeFlowBlocked",
            when(BLOCK, authenticationFlows={"transferMethods": "authenticationTransfer"}),
            False,
        ),
        ("securityInfoProtected", policy("p"), False),
        ("securityInfoProtected", when(applications=REGISTRATION), True),
        (
            "securityInfoProtected",
            when(applications=REGISTRATION, locations={"includeLocations": ["All"], "excludeLocations": ["dutch"]}),
            False,
        ),
        (
            "securityInfoProtected",
            when(applications=REGISTRATION, locations={"includeLocations": ["All"], "excludeLocations": [OLD_TRUSTED]}),
            True,
        ),
    ],
)
def test_other_goals_are_reached_or_not(goal: str, given: Json, covered: bool) -> None:
    assert (gaps(tenant_of(**directory(given)), goal) == {}) is covered


def test_two_hundred_policies_that_cross_each_other_are_judged_in_bounded_work() -> None:
    """Each has conditions and an exclusion of its own, each user is in groups of their own."""
    places: list[Json] = [country(f"c{number}", f"{number:03}") for number in range(200)]
    people = [{"id": f"u{number}", "displayName": f"U{number}", "userType": "Member"} for number in range(40)]
    crossing = [_crossing(number) for number in range(200)]
    content: dict[str, Any] = directory(
        *crossing,
        users=people,
        groups=[group(f"g{number}") for number in range(200)],
        groupMembers=[
            members_of(f"g{number}", [f"u{one}" for one in range(40) if (one * 7 + number) % 5 == 0])
            for number in range(200)
        ],
        namedLocations=places,
    )
    assert gaps(tenant_of(**content), "legacyAuthBlocked")


def _crossing(number: int) -> Json:
    chosen = {"includeUsers": ["All"], "excludeGroups": [f"g{number}"]}
    narrowed = conditions(
        chosen,
        locations={"includeLocations": ["All"], "excludeLocations": [f"c{number}", f"c{(number + 1) % 200}"]},
        platforms={"includePlatforms": ["all"], "excludePlatforms": [["android", "iOS", "linux"][number % 3]]},
        applications={"includeApplications": ["All"], "excludeApplications": [f"a{number}", "Office365"]},
        devices={"deviceFilter": {"mode": "exclude", "rule": f"r{number}"}} if number % 7 == 0 else None,
        clientAppTypes=["other"],
    )
    return policy(f"p{number}", conditions=narrowed, grantControls=BLOCK)


def test_alternatives_stand_behind_what_is_true_of_all_of_them() -> None:
    narrow = when(clientAppTypes=["browser"], locations={"includeLocations": ["dutch"]}, userRiskLevels=["high"])
    block = when(BLOCK, clientAppTypes=["mobileAppsAndDesktopClients", "exchangeActiveSync", "other"])
    assert list(gaps(tenant_of(**directory(narrow, {**block, "id": "q"}))).values()) == [
        "sign-ins with browsers: at user risk none, low or medium, or not in Dutch"
    ]
