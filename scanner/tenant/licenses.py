"""What the tenant has bought: service plans it owns, and the Entra editions these amount to.

Service plan ids are Microsoft's own; national clouds use the same ids for Entra's plans. Source:
https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec

from scanner.collect.catalogue import License
from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

PLANS: Mapping[str, tuple[License, ...]] = {
    "41781fb2-bc02-4b7c-bd55-b576c07bb09d": (License.P1,),  # AAD_PREMIUM
    "eec0eb4f-6444-4f95-aba0-50c24d67f998": (License.P1, License.P2),  # AAD_PREMIUM_P2
    "e866a266-3cff-43a3-acca-0c90a7e00c8b": (License.GOVERNANCE,),  # Entra_Identity_Governance
    "84c289f0-efcb-486f-8581-07f44fc9efad": (License.WORKLOAD_ID,),  # AAD_WRKLDID_P1
    "7dc0e92d-bf15-401d-907e-0884efe7c760": (License.WORKLOAD_ID,),  # AAD_WRKLDID_P2
}
"""Service plan id → the editions whose features it brings."""

CLOUD_PC_PREFIX = "CPC_"
"""Service plans of Windows 365 have names that begin so: CPC_2, CPC_E_4C_16GB_128GB."""

BUSINESS_PREFIXES = ("CPC_B_", "CPC_SS_")
"""Those of Windows 365 Business, by the page above."""


class ServicePlan(msgspec.Struct, frozen=True):
    """One service plan of a product the tenant owns."""

    servicePlanId: Annotated[str, msgspec.Meta(description="Id of the service plan, the same in every tenant.")]
    servicePlanName: Annotated[str, msgspec.Meta(description="Microsoft's name of it, such as CPC_E_4C_16GB_128GB.")]


class PlanInfo(msgspec.Struct, gc=False):
    """A service plan within a product."""

    servicePlanId: str | None = None
    servicePlanName: str | None = None
    provisioningStatus: str | None = None


class Units(msgspec.Struct, gc=False):
    """Numbers of licences of a product."""

    enabled: int | None = None
    warning: int | None = None


class SkuRow(Row):
    """A product: its service plans and its units."""

    skuId: str | None = None
    prepaidUnits: Units | None = None
    servicePlans: list[PlanInfo] | None = None


SKU_READS = (Reading("subscribedSkus", SkuRow),)


def skus(tenant: Tenant) -> tuple[SkuRow, ...]:
    """The products the tenant has at present.

    Units in warning count: the subscription has ended and is in its period of grace, the service goes on.
    ``prepaidUnits`` is what ``capabilityStatus`` is made from:
    https://learn.microsoft.com/graph/api/resources/licenseunitsdetail
    Raises ``NotCollected`` where a product does not say how many units there are.
    """
    return tuple(row for row in tenant.rows("subscribedSkus", SkuRow) if _in_use(row))


def owned_plans(tenant: Tenant) -> Mapping[str, str]:
    """Service plan id → name, of the plans that are not disabled in this tenant, sorted by name.

    One that awaits activation or provisioning is owned all the same:
    https://learn.microsoft.com/graph/api/resources/serviceplaninfo
    """
    plans = {
        plan.servicePlanId.lower(): plan.servicePlanName or plan.servicePlanId
        for sku in tenant.once(skus)
        for plan in sku.servicePlans or []
        if plan.servicePlanId and plan.provisioningStatus != "Disabled"
    }
    return dict(sorted(plans.items(), key=lambda plan: (plan[1], plan[0])))


def plan_names(tenant: Tenant) -> Mapping[str, str]:
    """Service plan id → name, of all products of the tenant, those that have run out too. Raises ``NotCollected``."""
    return {
        plan.servicePlanId.lower(): plan.servicePlanName or plan.servicePlanId
        for sku in tenant.rows("subscribedSkus", SkuRow)
        for plan in sku.servicePlans or []
        if plan.servicePlanId
    }


def licenses(tenant: Tenant) -> Callable[[], list[str]]:
    """``tenant.licenses``."""
    owned = tenant.once(owned_plans)
    found = {edition for plan, editions in PLANS.items() if plan in owned for edition in editions}
    value = [str(edition) for edition in License if edition in found]
    return lambda: value


def cloud_pc_plans(tenant: Tenant) -> Callable[[], list[ServicePlan]]:
    """``tenant.cloudPcPlans``."""
    value = [ServicePlan(key, name) for key, name in tenant.once(owned_plans).items() if is_cloud_pc(name)]
    return lambda: value


def is_cloud_pc(plan_name: str | None) -> bool:
    """Whether a service plan of this name is one of Windows 365."""
    return (plan_name or "").upper().startswith(CLOUD_PC_PREFIX)


def is_business_cloud_pc(plan_name: str) -> bool:
    """Whether a service plan of this name is one of Windows 365 Business."""
    return plan_name.upper().startswith(BUSINESS_PREFIXES)


def _in_use(sku: SkuRow) -> bool:
    units = sku.prepaidUnits
    if units is None or (units.enabled is None and units.warning is None):
        raise NotCollected("subscribedSkus", f"prepaidUnits of {sku.id} were not collected")
    return (units.enabled or 0) + (units.warning or 0) > 0
