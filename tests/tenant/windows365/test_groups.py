"""Groups that give their members a Cloud PC."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tenant.sample import Json, lacking, refused, tenant_of, value

FACT = "group.grantsCloudPc"

PRODUCTS = [
    {
        "id": "t_desktop",
        "skuId": "desktop",
        "prepaidUnits": {"enabled": 1},
        "servicePlans": [
            {"servicePlanId": "pc", "servicePlanName": "CPC_2", "provisioningStatus": "Success"},
            {"servicePlanId": "mail", "servicePlanName": "EXCHANGE", "provisioningStatus": "Success"},
        ],
    }
]
PROVISIONING = [
    {
        "id": "policy",
        "assignments": [
            {
                "id": "a",
                "target": {"@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget", "groupId": "g"},
            },
            {"id": "b", "target": None},
        ],
    },
    {"id": "unassigned", "assignments": None},
]


def licensed(*disabled: str, sku: str = "desktop") -> Json:
    """The group with a licence."""
    return {"id": "g", "assignedLicenses": [{"skuId": sku, "disabledPlans": list(disabled)}]}


@pytest.mark.parametrize(
    ("provisioning", "group", "expected"),
    [
        (PROVISIONING, {"id": "g"}, True),
        ([], licensed(), True),
        ([], licensed("mail"), True),
        ([], licensed("PC"), False),
        ([], licensed(sku="office"), False),
        ([], {"id": "g", "assignedLicenses": []}, False),
        ([], {"id": "g", "assignedLicenses": None}, False),
    ],
)
def test_a_group_gives_a_cloud_pc_by_provisioning_or_by_licence(provisioning: Any, group: Json, expected: bool) -> None:
    tenant = tenant_of(subscribedSkus=PRODUCTS, groups=[group], cloudPcProvisioningPolicies=provisioning)
    assert value(tenant, FACT, "g") is expected
    assert value(tenant, FACT, "another") is False


@pytest.mark.parametrize("key", ["abcdef", "ABCDEF"])
def test_letter_case_of_the_group_in_an_assignment_does_not_matter(key: str) -> None:
    policy = {"id": "p", "displayName": "Staff", "assignments": [{"id": "a", "target": {"groupId": "Abcdef"}}]}
    tenant = tenant_of(subscribedSkus=[], groups=[{"id": key}], cloudPcProvisioningPolicies=[policy])
    assert value(tenant, FACT, key) is True
    assert value(tenant, "group.provisioningPolicies", key) == ["Staff"]


def test_one_way_is_enough_and_a_no_needs_both() -> None:
    denied = {"cloudPcProvisioningPolicies": refused("denied", "CloudPC.Read.All")}
    by_licence = tenant_of(subscribedSkus=PRODUCTS, groups=[licensed()], outcomes=denied)
    assert value(by_licence, FACT, "g") is True
    assert lacking(by_licence, FACT, "another") == "cloudPcProvisioningPolicies"
    by_policy = tenant_of(cloudPcProvisioningPolicies=PROVISIONING, groups=[])
    assert value(by_policy, FACT, "g") is True
    assert lacking(by_policy, FACT, "another") == "subscribedSkus"


def test_a_tenant_without_windows_365_has_no_such_group() -> None:
    outcomes = {"cloudPcProvisioningPolicies": refused("unlicensed")}
    tenant = tenant_of(subscribedSkus=[], groups=[{"id": "g"}], outcomes=outcomes)
    assert value(tenant, FACT, "g") is False


def test_a_group_says_which_provisioning_policies_are_assigned_to_it() -> None:
    second = {"id": "other", "displayName": "Amsterdam", "assignments": [{"id": "c", "target": {"groupId": "g"}}]}
    tenant = tenant_of(cloudPcProvisioningPolicies=[*PROVISIONING, second])
    assert value(tenant, "group.provisioningPolicies", "g") == ["Amsterdam", "policy"]
    assert value(tenant, "group.provisioningPolicies", "another") == []
    assert lacking(tenant_of(), "group.provisioningPolicies", "g") == "cloudPcProvisioningPolicies"
