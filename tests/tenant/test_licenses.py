"""Editions and Cloud PC plans that a tenant owns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tenant.sample import Json, lacking, tenant_of, value

P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GOVERNANCE = "e866a266-3cff-43a3-acca-0c90a7e00c8b"
WORKLOAD = "7dc0e92d-bf15-401d-907e-0884efe7c760"
CLOUD_PC = "3efff3fe-528a-4fc5-b1ba-845802cc764f"

REAL = Path(__file__).parents[2] / "../shared/data/real-tenant/subscribedSkus.json"


def sku(*plans: str, enabled: int = 5, warning: int = 0, status: str = "Success") -> Json:
    """A product with service plans."""
    return {
        "id": "tenant_sku",
        "skuId": "sku",
        "prepaidUnits": {"enabled": enabled, "warning": warning, "suspended": 3, "lockedOut": 0},
        "servicePlans": [
            {"servicePlanId": plan, "servicePlanName": f"NAME_{plan[:4]}", "provisioningStatus": status}
            for plan in plans
        ],
    }


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (sku(P1), ["P1"]),
        (sku(P1.upper()), ["P1"]),
        (sku(P2), ["P1", "P2"]),
        (sku(P1, P2), ["P1", "P2"]),
        (sku(GOVERNANCE), ["Governance"]),
        (sku(WORKLOAD), ["Workload ID"]),
        (sku("84c289f0-efcb-486f-8581-07f44fc9efad"), ["Workload ID"]),
        (sku(CLOUD_PC), []),
        (sku(P2, enabled=0, warning=2), ["P1", "P2"]),
        (sku(P2, enabled=0), []),
        (sku(P2, status="Disabled"), []),
        (sku(P2, status="PendingActivation"), ["P1", "P2"]),
        (sku(P2, status="Error"), ["P1", "P2"]),
        ({"id": "x", "prepaidUnits": {"enabled": 1}, "servicePlans": None}, []),
    ],
)
def test_editions_are_told_by_service_plans_that_work(product: Json, expected: list[str]) -> None:
    assert value(tenant_of(subscribedSkus=[product]), "tenant.licenses") == expected


def test_a_tenant_without_products_has_no_editions() -> None:
    assert value(tenant_of(subscribedSkus=[]), "tenant.licenses") == []


@pytest.mark.parametrize("units", [None, {}, {"suspended": 1}])
def test_editions_are_unknown_where_a_product_does_not_say_how_many_units_there_are(units: Json | None) -> None:
    product = {**sku(P2), "prepaidUnits": units}
    assert lacking(tenant_of(subscribedSkus=[product]), "tenant.licenses") == "subscribedSkus"


def test_editions_are_unknown_without_products() -> None:
    assert lacking(tenant_of(), "tenant.licenses") == "subscribedSkus"


def test_cloud_pc_plans_are_told_by_name_and_each_is_listed_once() -> None:
    plans = [
        {"servicePlanId": "B", "servicePlanName": "CPC_E_4C_16GB_128GB", "provisioningStatus": "Success"},
        {"servicePlanId": CLOUD_PC, "servicePlanName": "cpc_2", "provisioningStatus": "Success"},
        {"servicePlanId": "c", "servicePlanName": "CPC_9", "provisioningStatus": "Disabled"},
        {"servicePlanId": "d", "servicePlanName": "AAD_CPC_2", "provisioningStatus": "Success"},
        {"servicePlanId": "e", "servicePlanName": None, "provisioningStatus": "Success"},
    ]
    products = [{**sku(), "id": key, "servicePlans": plans} for key in ("one", "two")]
    found = value(tenant_of(subscribedSkus=products), "tenant.cloudPcPlans")
    assert [(plan.servicePlanId, plan.servicePlanName) for plan in found] == [
        ("b", "CPC_E_4C_16GB_128GB"),
        (CLOUD_PC, "cpc_2"),
    ]


@pytest.mark.skipif(not REAL.exists(), reason="the real tenant's data is not here")
def test_a_tenant_of_the_us_government_is_recognised() -> None:
    products = json.loads(REAL.read_text(encoding="utf-8"))["response"]["value"]
    tenant = tenant_of(subscribedSkus=[{"id": product["skuId"], **product} for product in products])
    assert value(tenant, "tenant.licenses") == ["P1", "P2"]
