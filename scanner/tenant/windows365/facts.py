"""Facts about Windows 365."""

from __future__ import annotations

from scanner.tenant.base import Derived, Fact
from scanner.tenant.licenses import SKU_READS, ServicePlan, cloud_pc_plans
from scanner.tenant.windows365.groups import (
    GRANTS_READS,
    PROVISIONING_READS,
    grants_cloud_pc,
    provisioning_policies,
    shared_plans,
)
from scanner.tenant.windows365.plans import PLAN_READS, CloudPcPlan, cloud_pc_plan_records, plans_not_covered

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
    Fact(
        owner="tenant",
        name="cloudPcPlansNotCovered",
        returns=list[ServicePlan],
        description="Service plans of Windows 365 that the tenant owns and no group brings to their holders, sorted by "
        "name: no group with a provisioning policy has a rule that is being processed and selects users by them. Those "
        "of Windows 365 Business need no group.",
        build=plans_not_covered,
        reads=PLAN_READS,
    ),
    Fact(
        owner="group",
        name="provisioningPolicies",
        returns=list[str],
        description="Names of the Windows 365 provisioning policies that are assigned to the group, sorted.",
        build=provisioning_policies,
        reads=PROVISIONING_READS,
    ),
    Fact(
        owner="group",
        name="sharedCloudPcPlans",
        returns=list[str],
        description="Ids of the service plans that provisioning policies fix for the group, in lower case: Windows 365 "
        "Frontline, whose users share licences and hold none themselves.",
        build=shared_plans,
        reads=PROVISIONING_READS,
    ),
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="cloudPcPlans",
        singular="cloudPcPlan",
        row=CloudPcPlan,
        description="The service plans of Windows 365 that the tenant owns, and those that rules of groups for Windows "
        "365 name without its owning them, each with the groups that give its holders a Cloud PC.",
        build=cloud_pc_plan_records,
        reads=PLAN_READS,
    ),
)
