"""Conditions that leave a gap. Each was once overlooked by a tool that called the policy complete."""

from __future__ import annotations

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import Json, conditions, lacking, policy, tenant_of, user, value

FACT = "conditionalAccessPolicy.narrowedBy"


def narrowed(given: Json | None) -> list[str]:
    """The conditions that narrow a policy."""
    tenant = tenant_of(
        BreakGlass(accounts=("glass@contoso.com",)),
        users=[user("glass"), user("ann")],
        conditionalAccessPolicies=[policy("p", conditions=given)],
    )
    found: list[str] = value(tenant, FACT, "p")
    return found


WHOLE: list[Json] = [
    {},
    {"clientAppTypes": ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"]},
    {"locations": {"includeLocations": ["All"], "excludeLocations": []}},
    {"locations": {"includeLocations": [], "excludeLocations": []}},
    {"platforms": {"includePlatforms": ["all"], "excludePlatforms": []}},
    {"devices": None},
    {"devices": {"deviceFilter": None}},
    {"devices": {"includeDevices": ["All"], "excludeDevices": [], "deviceFilter": None}},
    {"authenticationFlows": None},
    {"authenticationFlows": {"transferMethods": "none"}},
    {"authenticationFlows": {"transferMethods": []}},
    {"users@odata.context": "x"},
    {"applications": {"includeApplications": ["All"], "applicationFilter@odata.context": "x"}},
    {"signInRiskLevels": [], "userRiskLevels": [], "servicePrincipalRiskLevels": []},
    {"insiderRiskLevels": None},
    {"clientApplications": {"includeServicePrincipals": [], "@odata.type": "#microsoft.graph.x"}},
    {"agents": None, "times": None, "deviceStates": None},
    {"applications": {"includeApplications": ["All"], "applicationFilter": None}},
    {"users": {"includeUsers": ["All"], "excludeUsers": ["glass"]}},
    {"users": {"includeUsers": ["All"], "excludeUsers": [], "newCondition": []}},
]


@pytest.mark.parametrize("changed", WHOLE)
def test_a_condition_that_covers_everything_is_none(changed: Json) -> None:
    assert narrowed(conditions(**changed)) == []


NARROW: list[tuple[str, Json]] = [
    ("users", {"users": {}}),
    ("users", {"users": {"includeUsers": ["None"]}}),
    ("users", {"users": {"includeUsers": [], "includeGroups": ["staff"]}}),
    ("users", {"users": {"includeRoles": ["r"]}}),
    ("users", {"users": {"includeUsers": ["GuestsOrExternalUsers"]}}),
    ("users", {"users": {"includeUsers": ["All"], "excludeUsers": ["ann"]}}),
    ("users", {"users": {"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]}}),
    ("users", {"users": {"includeUsers": ["All"], "excludeAgents": ["x"]}}),
    ("applications", {"applications": None}),
    ("applications", {"applications": {"includeApplications": []}}),
    ("applications", {"applications": {"includeApplications": ["Office365"]}}),
    ("applications", {"applications": {"includeApplications": ["All"], "excludeApplications": ["a"]}}),
    (
        "applications",
        {"applications": {"includeApplications": ["All"], "applicationFilter": {"mode": "exclude", "rule": "r"}}},
    ),
    ("applications", {"applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}}),
    ("applications", {"applications": {"includeAuthenticationContextClassReferences": ["c1"]}}),
    ("applications", {"applications": {"includeApplications": ["All"], "newCondition": "x"}}),
    ("clientAppTypes", {"clientAppTypes": []}),
    ("clientAppTypes", {"clientAppTypes": None}),
    ("clientAppTypes", {"clientAppTypes": ["browser"]}),
    ("clientAppTypes", {"clientAppTypes": ["exchangeActiveSync", "other"]}),
    ("locations", {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}}),
    ("locations", {"locations": {"includeLocations": ["here"]}}),
    ("platforms", {"platforms": {"includePlatforms": ["android"]}}),
    ("platforms", {"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}}),
    ("devices", {"devices": {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}}),
    ("devices", {"devices": {"includeDevices": ["All"], "excludeDevices": ["Compliant"]}}),
    ("signInRiskLevels", {"signInRiskLevels": ["high"]}),
    ("userRiskLevels", {"userRiskLevels": ["high"]}),
    ("insiderRiskLevels", {"insiderRiskLevels": "elevated"}),
    ("servicePrincipalRiskLevels", {"servicePrincipalRiskLevels": ["high"]}),
    ("authenticationFlows", {"authenticationFlows": {"transferMethods": "deviceCodeFlow,authenticationTransfer"}}),
    ("authenticationFlows", {"authenticationFlows": {"transferMethods": ["deviceCodeFlow"]}}),
    ("clientApplications", {"clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}}),
    ("times", {"times": {"all": True}}),
    ("aConditionOfTheFuture", {"aConditionOfTheFuture": {"level": 1}}),
    ("aConditionOfTheFuture", {"aConditionOfTheFuture": False}),
]


@pytest.mark.parametrize(("name", "changed"), NARROW)
def test_a_condition_that_leaves_a_gap_is_named(name: str, changed: Json) -> None:
    assert narrowed(conditions(**changed)) == [name]


def test_a_policy_for_service_principals_needs_no_kinds_of_clients() -> None:
    given = conditions(clientAppTypes=[], clientApplications={"includeServicePrincipals": ["sp"]})
    assert narrowed(given) == ["clientApplications"]


def test_conditions_narrow_together() -> None:
    given = conditions({"includeUsers": ["All"]}, signInRiskLevels=["high"], userRiskLevels=["high"])
    assert narrowed(given) == ["signInRiskLevels", "userRiskLevels"]


@pytest.mark.parametrize("given", [None, {}])
def test_a_policy_without_conditions_covers_nothing(given: Json | None) -> None:
    assert narrowed(given) == ["applications", "clientAppTypes", "users"]


def test_an_exclusion_that_cannot_be_judged_leaves_the_answer_unknown_unless_users_are_narrowed_anyway() -> None:
    def tenant_with(users: Json) -> str:
        return lacking(tenant_of(conditionalAccessPolicies=[policy("p", users)]), FACT, "p")

    assert tenant_with({"includeUsers": ["All"], "excludeGroups": ["g"]}) == "groups"
    assert tenant_with({"includeUsers": ["ann"], "excludeGroups": ["g"]}) == ""
    assert tenant_with({"includeUsers": ["All"]}) == ""
