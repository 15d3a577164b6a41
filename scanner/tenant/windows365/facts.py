"""Facts about Windows 365."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.licenses import SKU_READS, ServicePlan, cloud_pc_plans
from scanner.tenant.windows365.groups import GRANTS_READS, grants_cloud_pc

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="tenant",
        name="cloudPcPlans",
        returns=list[ServicePlan],
        description="Service plans of Windows 365 that the tenant owns, sorted by name.",
        build=cloud_pc_plans,
        reads=SKU_READS,
    ),
    Fact(
        owner="group",
        name="grantsCloudPc",
        returns=bool,
        description="Gives its members a Cloud PC: a Windows 365 provisioning policy is assigned to it, or it holds "
        "a licence with a Windows 365 service plan that is not switched off.",
        build=grants_cloud_pc,
        reads=GRANTS_READS,
    ),
)
