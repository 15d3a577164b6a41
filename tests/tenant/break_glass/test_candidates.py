"""The hint at likely break-glass accounts, given only when none is declared."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import (
    DIRECTORY_READERS,
    Json,
    lacking,
    no_roles,
    policy,
    scheduled,
    tenant_of,
    user,
    value,
)

FACT = "tenant.breakGlassCandidates"


def content(**changed: Any) -> Json:
    """Two Global Administrators, one of whom is left out of two policies of three, and an excluded reader."""
    return {
        **no_roles(),
        "domains": [
            {"id": "contoso.com", "isInitial": False},
            {"id": "contoso.onmicrosoft.com", "isInitial": True},
        ],
        "users": [
            user("ann"),
            user("glass", userPrincipalName="Glass@Contoso.onmicrosoft.com"),
            user("service"),
        ],
        "groups": [],
        "groupMembers": [],
        "servicePrincipals": [],
        "roleAssignmentScheduleInstances": [
            scheduled("1", "ann"),
            scheduled("2", "glass"),
            scheduled("3", "service", DIRECTORY_READERS),
        ],
        "conditionalAccessPolicies": [
            policy("p", {"includeUsers": ["All"], "excludeUsers": ["ann", "service"]}),
            policy("q", {"includeUsers": ["All"], "excludeUsers": ["ann", "service"]}),
            policy("r", {"includeUsers": ["All"], "excludeUsers": ["service"]}),
        ],
        **changed,
    }


def test_a_global_administrator_left_out_of_most_policies_is_likely_one() -> None:
    assert value(tenant_of(**content()), FACT) == ["ann@contoso.com"]


def test_without_exclusions_the_initial_domain_is_the_hint() -> None:
    policies = [policy("p"), policy("q", {"includeUsers": ["All"], "excludeUsers": ["ann"]})]
    assert value(tenant_of(**content(conditionalAccessPolicies=policies)), FACT) == ["Glass@Contoso.onmicrosoft.com"]
    assert value(tenant_of(**content(conditionalAccessPolicies=[])), FACT) == ["Glass@Contoso.onmicrosoft.com"]


def test_a_tenant_without_initial_domain_gives_no_hint() -> None:
    assert value(tenant_of(**content(conditionalAccessPolicies=[], domains=[])), FACT) == []


@pytest.mark.parametrize("declared", [BreakGlass(accounts=("x",)), BreakGlass(groups=("x",))])
def test_nothing_is_guessed_once_something_is_declared(declared: BreakGlass) -> None:
    assert value(tenant_of(declared, **content()), FACT) == []


def test_no_hint_rests_on_missing_data() -> None:
    without = content()
    del without["roleEligibilityScheduleInstances"]
    assert lacking(tenant_of(**without), FACT) == "roleEligibilityScheduleInstances"
