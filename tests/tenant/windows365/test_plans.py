"""The Cloud PC plans: owned, named, covered."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.tenant.windows365.plans import CloudPcPlan
from tests.tenant.sample import Json, group, lacking, refused, tenant_of, value

SMALL = "3efff3fe-528a-4fc5-b1ba-845802cc764f"
LARGE = "2de9c682-ca3f-4f2b-b360-dfc4775db133"
ENDED = "545e3611-3af8-49a5-9a0a-b7867968f4b0"
MAIL = "efb87545-963c-4e0d-99df-69c6916d9eb0"
STRANGE = "00000000-0000-4000-8000-000000000001"

FACT = "tenant.cloudPcPlansNotCovered"


def sku(key: str, name: str, units: int = 5) -> Json:
    plan = {"servicePlanId": key, "servicePlanName": name, "provisioningStatus": "Success"}
    return {"id": name, "skuId": name, "prepaidUnits": {"enabled": units}, "servicePlans": [plan]}


SKUS = [sku(SMALL, "CPC_2"), sku(LARGE, "CPC_E_4C"), sku(ENDED, "CPC_1", 0), sku(MAIL, "EXCHANGE")]


def has(*plans: str) -> str:
    return " -or ".join(
        f'(user.assignedPlans -any (_.servicePlanId -eq "{plan}" -and _.capabilityStatus -eq "Enabled"))'
        for plan in plans
    )


def dynamic(key: str, *plans: str, state: str | None = "On") -> Json:
    rule = has(*plans) if plans else None
    return group(
        key,
        groupTypes=["DynamicMembership"],
        membershipRule=rule,
        membershipRuleProcessingState=state,
        assignedLicenses=[],
    )


def assigned(*groups: str, plan: str | None = None) -> list[Json]:
    targets = [{"id": one, "target": {"groupId": one, "servicePlanId": plan}} for one in groups]
    return [{"id": "p", "displayName": "Staff", "assignments": targets}]


def plans_of(groups: list[Json], policies: list[Json]) -> dict[str, Any]:
    tenant = tenant_of(subscribedSkus=SKUS, groups=groups, cloudPcProvisioningPolicies=policies)
    records: list[Any] = list(tenant.derived("cloudPcPlans"))
    plans = {plan.displayName: plan for plan in records}
    uncovered = [plan.servicePlanName for plan in value(tenant, FACT)]
    assert uncovered == sorted(
        name for name, plan in plans.items() if plan.isOwned and not plan.groups and not plan.isBusiness
    )
    return plans


def test_a_plan_is_covered_by_a_running_rule_of_a_group_with_a_provisioning_policy() -> None:
    plans = plans_of([dynamic("a", SMALL), dynamic("b", SMALL), dynamic("c", LARGE)], assigned("a", "b"))
    assert list(plans) == ["CPC_E_4C", "CPC_2"]
    assert (plans["CPC_2"].isOwned, plans["CPC_2"].groups, plans["CPC_2"].pausedGroups) == (True, ["A", "B"], [])
    assert (plans["CPC_E_4C"].groups, plans["CPC_E_4C"].pausedGroups) == ([], [])


@pytest.mark.parametrize("state", ["Paused", None])
def test_a_rule_that_is_not_processed_covers_nothing(state: str | None) -> None:
    plan = plans_of([dynamic("a", SMALL, state=state)], assigned("a"))["CPC_2"]
    assert (plan.groups, plan.pausedGroups) == ([], ["A"])


def test_plans_that_are_named_and_not_owned_are_there_too() -> None:
    plans = plans_of([dynamic("a", SMALL, ENDED, STRANGE, MAIL)], assigned("a"))
    assert {name: plan.isOwned for name, plan in plans.items()} == {
        STRANGE: False, "CPC_E_4C": True, "CPC_2": True, "CPC_1": False,
    }  # fmt: skip
    assert plans["CPC_1"].groups == plans[STRANGE].groups == ["A"]


@pytest.mark.parametrize("rule", [None, f"({has(SMALL)}", f"{has(SMALL)} -and {has(LARGE)}"])
def test_a_group_whose_rule_selects_nobody_by_the_plan_does_not_cover_it(rule: str | None) -> None:
    member = {**dynamic("a"), "membershipRule": rule}
    assert plans_of([member], assigned("a"))["CPC_2"].groups == []


def test_a_group_that_only_passes_on_the_licence_covers_nothing() -> None:
    licence = {"skuId": "CPC_2", "disabledPlans": []}
    plan = plans_of([{**dynamic("a", SMALL), "assignedLicenses": [licence]}], [])["CPC_2"]
    assert (plan.groups, plan.pausedGroups, plan.unprovisionedGroups) == ([], [], ["A"])


def test_a_rule_left_over_in_a_group_that_is_no_longer_dynamic_covers_nothing() -> None:
    plan = plans_of([{**dynamic("a", SMALL), "groupTypes": []}], assigned("a"))["CPC_2"]
    assert (plan.groups, plan.pausedGroups) == ([], [])


def test_a_plan_that_users_share_is_covered_by_the_assignment() -> None:
    policies = assigned("a", plan=LARGE.upper())
    assert plans_of([dynamic("a")], policies)["CPC_E_4C"].groups == ["A"]
    tenant = tenant_of(cloudPcProvisioningPolicies=policies)
    assert value(tenant, "group.sharedCloudPcPlans", "a") == [LARGE]
    assert value(tenant, "group.sharedCloudPcPlans", "b") == []


@pytest.mark.parametrize("missing", ["subscribedSkus", "groups", "cloudPcProvisioningPolicies"])
def test_without_one_of_the_sources_nothing_is_known(missing: str) -> None:
    content: Json = {"subscribedSkus": SKUS, "groups": [dynamic("a")], "cloudPcProvisioningPolicies": []}
    del content[missing]
    tenant = tenant_of(**content, outcomes={missing: refused("denied")})
    assert lacking(tenant, FACT) == missing
    with pytest.raises(NotCollected):
        next(iter(tenant.derived("cloudPcPlans")))


@pytest.mark.parametrize("name", ["CPC_B_2C_4RAM_128GB", "CPC_SS_2"])
def test_plans_of_windows_365_business_need_no_group(name: str) -> None:
    tenant = tenant_of(subscribedSkus=[sku(SMALL, name)], groups=[], cloudPcProvisioningPolicies=[])
    (plan,) = tenant.derived("cloudPcPlans")
    assert isinstance(plan, CloudPcPlan)
    assert (plan.isBusiness, plan.groups, value(tenant, FACT)) == (True, [], [])
