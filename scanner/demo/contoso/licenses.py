"""What Contoso has bought: ``subscribedSkus``, and the licences and service plans of single users.

Ids of products and service plans: https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference.
Entra ID P1 and P2 are there; a trial of Workload ID has run out, and so has one size of Cloud PC; one is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanner.demo.bodies import Json
from scanner.demo.contoso.ids import TENANT_ID, ago, guid


@dataclass(frozen=True)
class Plan:
    """A service plan within a product."""

    id: str
    name: str
    service: str
    """As ``assignedPlans`` names it."""
    applies_to: str = "User"


@dataclass(frozen=True)
class Sku:
    """A product and how much of it was bought."""

    id: str
    part_number: str
    plans: tuple[Plan, ...]
    units: int
    status: str = "Enabled"
    """``capabilityStatus``; ``Suspended`` for what was cancelled."""


P1 = Plan("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM", "AADPremiumService")
P2 = Plan("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2", "AADPremiumService")
MFA = Plan("8a256a2b-b617-496d-b51b-e76466e88db0", "MFA_PREMIUM", "MultiFactorService")
INTUNE = Plan("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A", "SCO")
TEAMS = Plan("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1", "TeamspaceAPI")
EXCHANGE = Plan("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE", "exchange")
EXCHANGE_KIOSK = Plan("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE_S_DESKLESS", "exchange")
CLOUD_PC_2 = Plan("3efff3fe-528a-4fc5-b1ba-845802cc764f", "CPC_2", "CloudPC")
CLOUD_PC_4 = Plan("2de9c682-ca3f-4f2b-b360-dfc4775db133", "CPC_E_4C_16GB_128GB", "CloudPC")
CLOUD_PC_8 = Plan("69dc175c-dcff-4757-8389-d19e76acb45d", "CPC_E_8C_32GB_256GB", "CloudPC")
CLOUD_PC_1 = Plan("545e3611-3af8-49a5-9a0a-b7867968f4b0", "CPC_1", "CloudPC")
WORKLOAD_ID_P1 = Plan("84c289f0-efcb-486f-8581-07f44fc9efad", "AAD_WRKLDID_P1", "AADPremiumService", "Company")
WORKLOAD_ID_P2 = Plan("7dc0e92d-bf15-401d-907e-0884efe7c760", "AAD_WRKLDID_P2", "AADPremiumService", "Company")
FLOW = Plan("50e68c76-46c6-4674-81f9-75456511b170", "FLOW_P2_VIRAL", "ProcessSimple")

M365_E5 = Sku("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5", (P1, P2, MFA, INTUNE, EXCHANGE, TEAMS), units=180)
M365_F3 = Sku("66b55226-6b4f-492c-910c-a3b7a3c9d993", "SPE_F1", (P1, MFA, INTUNE, EXCHANGE_KIOSK, TEAMS), units=60)
WINDOWS_365_2 = Sku("e2aebe6c-897d-480f-9d62-fff1381581f7", "CPC_E_2C_8GB_128GB", (CLOUD_PC_2,), units=20)
WINDOWS_365_4 = Sku("d201f153-d3b2-4057-be2f-fe25c8983e6f", "CPC_E_4C_16GB_128GB", (CLOUD_PC_4,), units=10)
WINDOWS_365_8 = Sku("7818ca3e-73c8-4e49-bc34-1276a2d27918", "CPC_E_8C_32GB_256GB", (CLOUD_PC_8,), units=2)
"""Just bought: in nobody's hands and in no rule."""
WINDOWS_365_1 = Sku("226ca751-f0a4-4232-9be5-73c02a92555e", "CPC_E_2C_4GB_128GB", (CLOUD_PC_1,), 10, "Suspended")
WORKLOAD_ID = Sku(
    # The product's own id is not on the page above; this one is made.
    guid("sku", "Workload ID"), "Workload_Identities_Premium_CN", (WORKLOAD_ID_P1, WORKLOAD_ID_P2), 25, "Suspended"
)  # fmt: skip
FLOW_FREE = Sku("f30db892-07e9-47e9-837c-80727f46fd3d", "FLOW_FREE", (FLOW,), units=10000)

SKUS = (M365_E5, M365_F3, WINDOWS_365_2, WINDOWS_365_4, WINDOWS_365_8, WINDOWS_365_1, WORKLOAD_ID, FLOW_FREE)


def subscribed_skus(users: Iterable[Json]) -> list[Json]:
    """The resource, with the units that ``users`` take."""
    taken = Counter(license["skuId"] for user in users for license in user["assignedLicenses"])
    return [_subscribed(sku, taken[sku.id]) for sku in SKUS]


def _subscribed(sku: Sku, consumed: int) -> Json:
    active = sku.status == "Enabled"
    return {
        "accountId": TENANT_ID,
        "accountName": "Contoso",
        "appliesTo": "User" if sku.plans[0].applies_to == "User" else "Company",
        "capabilityStatus": sku.status,
        "consumedUnits": consumed,
        "id": f"{TENANT_ID}_{sku.id}",
        "skuId": sku.id,
        "skuPartNumber": sku.part_number,
        "subscriptionIds": [guid("subscription", sku.part_number)],
        "prepaidUnits": {
            "enabled": sku.units if active else 0,
            "suspended": 0 if active else sku.units,
            "warning": 0,
            "lockedOut": 0,
        },
        "servicePlans": [
            {
                "servicePlanId": plan.id,
                "servicePlanName": plan.name,
                "provisioningStatus": "Success" if active else "Disabled",
                "appliesTo": plan.applies_to,
            }
            for plan in sku.plans
        ],
    }


@dataclass(frozen=True)
class Held:
    """A licence of one user."""

    sku: Sku
    by_group: str | None = None
    """Id of the group that gives it; None: assigned directly."""
    status: str = "Enabled"
    """``capabilityStatus`` of its plans; ``Deleted`` for a licence taken away."""


def license_properties(held: Sequence[Held]) -> Mapping[str, list[Json]]:
    """``assignedLicenses``, ``assignedPlans`` and ``licenseAssignmentStates`` of a user who holds these.

    Plans of a licence that was taken away stay in ``assignedPlans`` as ``Deleted``:
    https://learn.microsoft.com/graph/api/resources/assignedplan.
    """
    active = [license for license in held if license.status == "Enabled"]
    return {
        "assignedLicenses": [{"disabledPlans": [], "skuId": license.sku.id} for license in active],
        "assignedPlans": [
            {
                "assignedDateTime": ago(400),
                "capabilityStatus": license.status,
                "service": plan.service,
                "servicePlanId": plan.id,
            }
            for license in held
            for plan in license.sku.plans
        ],
        "licenseAssignmentStates": [
            {
                "skuId": license.sku.id,
                "disabledPlans": [],
                "assignedByGroup": license.by_group,
                "state": "Active",
                "error": "None",
                "lastUpdatedDateTime": ago(400),
            }
            for license in active
        ],
    }
