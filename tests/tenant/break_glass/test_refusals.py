"""Which of the Conditional Access policies that reach a user can refuse a sign-in."""

from __future__ import annotations

import pytest

from tests.tenant.sample import Json, conditions, no_roles, nobody, policy, tenant_of, user, value

NO_GRANTS: Json = {"operator": "OR", "builtInControls": []}


def refuses(one: Json) -> bool:
    content = {**no_roles(), **nobody(), "users": [user("ann")], "conditionalAccessPolicies": [one]}
    return [found.id for found in value(tenant_of(**content), "user.refusingPolicies", "ann")] == ["p"]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, True),
        ({"state": "enabledForReportingButNotEnforced"}, False),
        ({"state": "disabled"}, False),
        ({"grantControls": {"operator": "OR", "builtInControls": ["block"]}}, True),
        ({"grantControls": {**NO_GRANTS, "termsOfUse": ["t"]}}, True),
        ({"grantControls": {**NO_GRANTS, "customAuthenticationFactors": ["f"]}}, True),
        ({"grantControls": {**NO_GRANTS, "authenticationStrength": {"id": "s"}}}, True),
        ({"grantControls": {**NO_GRANTS, "authenticationStrength": {"displayName": "S"}}}, True),
        ({"grantControls": {**NO_GRANTS, "authenticationStrength": None}}, False),
        ({"grantControls": NO_GRANTS}, False),
        ({"grantControls": None}, False),
        ({"grantControls": None, "sessionControls": {"signInFrequency": {"isEnabled": True}}}, False),
        ({"grantControls": None, "sessionControls": {"secureSignInSession": {"isEnabled": True}}}, True),
        ({"grantControls": None, "sessionControls": {"secureSignInSession": {"isEnabled": False}}}, False),
        ({"grantControls": None, "sessionControls": {"disableResilienceDefaults": True}}, True),
    ],
)
def test_a_policy_refuses_by_what_it_asks_for(properties: Json, expected: bool) -> None:
    assert refuses(policy("p", **properties)) is expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ({"includeApplications": ["All"]}, True),
        ({"includeApplications": ["None"]}, False),
        ({"includeApplications": ["None"], "includeUserActions": ["urn:user:registersecurityinfo"]}, True),
        ({"includeApplications": ["None"], "applicationFilter": {"mode": "include", "rule": "x"}}, True),
        ({"includeApplications": ["None"], "includeAuthenticationContextClassReferences": ["c1"]}, True),
        (None, True),
    ],
)
def test_a_policy_without_a_target_refuses_nothing(targets: Json | None, expected: bool) -> None:
    assert refuses(policy("p", conditions=conditions(applications=targets))) is expected


def test_a_policy_for_others_refuses_others() -> None:
    assert not refuses(policy("p", {"includeUsers": ["All"], "excludeUsers": ["ann"]}))
