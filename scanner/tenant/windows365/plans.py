"""Windows 365: the Cloud PC plans that the tenant owns or its rules name, and the groups that bring them to users.

A user gets a Cloud PC who holds a licence with such a plan and is in a group that a provisioning policy is assigned to:
https://learn.microsoft.com/windows-365/enterprise/create-provisioning-policy
With Windows 365 Business the licence alone is enough:
https://learn.microsoft.com/windows-365/business-enterprise-comparison
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row
from scanner.tenant.dynamic_rule.rule import RULE_READS, membership_rule
from scanner.tenant.licenses import (
    SKU_READS,
    ServicePlan,
    cloud_pc_plans,
    is_business_cloud_pc,
    is_cloud_pc,
    owned_plans,
    plan_names,
)
from scanner.tenant.windows365.groups import GRANTS_READS, grants_cloud_pc, provisioned

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class StateRow(Row):
    """A group, whether it is dynamic, and whether its rule is being processed."""

    displayName: str | None = None
    groupTypes: list[str] | None = None
    membershipRuleProcessingState: str | None = None


PLAN_READS = (*GRANTS_READS, *SKU_READS, *RULE_READS, Reading("groups", StateRow))


class CloudPcPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A Cloud PC service plan that the tenant owns, or that a rule of a group for Windows 365 names."""

    id: Annotated[str, Meta(description="Id of the service plan, the same in every tenant.")]
    displayName: Annotated[
        str, Meta(description="Microsoft's name of it, such as CPC_E_4C_16GB_128GB; the id of one never owned.")
    ]
    isOwned: Annotated[bool, Meta(description="The tenant has licences with it, in use or in their period of grace.")]
    isBusiness: Annotated[
        bool, Meta(description="One of Windows 365 Business, whose Cloud PCs need no group and no provisioning policy.")
    ]
    groups: Annotated[
        list[str],
        Meta(
            description="Names of the groups that give its holders a Cloud PC, sorted: a provisioning policy is "
            "assigned to the group, and its rule selects users by the plan and is being processed, or the policy fixes "
            "the plan."
        ),
    ]
    pausedGroups: Annotated[
        list[str],
        Meta(
            description="Names of the groups with a provisioning policy whose rule selects users by it and is not "
            "being processed."
        ),
    ]
    unprovisionedGroups: Annotated[
        list[str],
        Meta(
            description="Names of the groups that pass on a licence and select users by it, and have no provisioning "
            "policy, so that nobody gets a Cloud PC by them."
        ),
    ]


def cloud_pc_plan_records(tenant: Tenant) -> Iterator[CloudPcPlan]:
    """The derived resource ``cloudPcPlans``, in order of ids. Raises ``NotCollected``."""
    yield from tenant.once(_plans)


def plans_not_covered(tenant: Tenant) -> Callable[[], list[ServicePlan]]:
    """``tenant.cloudPcPlansNotCovered``."""
    covered = {plan.id for plan in tenant.once(_plans) if plan.groups or plan.isBusiness}
    value = [plan for plan in cloud_pc_plans(tenant)() if plan.servicePlanId not in covered]
    return lambda: value


@dataclass
class _Namers:
    """Names of the groups that name a plan, by what comes of it."""

    running: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)
    unprovisioned: set[str] = field(default_factory=set)


def _plans(tenant: Tenant) -> tuple[CloudPcPlan, ...]:
    owned = {plan: name for plan, name in tenant.once(owned_plans).items() if is_cloud_pc(name)}
    names = tenant.once(plan_names)
    named = {plan: namers for plan, namers in _named(tenant).items() if plan not in names or is_cloud_pc(names[plan])}
    return tuple(
        CloudPcPlan(
            id=plan,
            displayName=names.get(plan, plan),
            isOwned=plan in owned,
            isBusiness=is_business_cloud_pc(names.get(plan, "")),
            groups=sorted(named[plan].running if plan in named else ()),
            pausedGroups=sorted(named[plan].paused if plan in named else ()),
            unprovisionedGroups=sorted(named[plan].unprovisioned if plan in named else ()),
        )
        for plan in sorted({*owned, *named})
    )


def _named(tenant: Tenant) -> dict[str, _Namers]:
    """Plan → the groups for Windows 365 whose rule or assignment names it."""
    gives, rule, ways = grants_cloud_pc(tenant), membership_rule(tenant), tenant.once(provisioned)
    found: dict[str, _Namers] = defaultdict(_Namers)
    for row in tenant.rows("groups", StateRow):
        if not gives(row.id):
            continue
        name = row.displayName or row.id
        way = ways.get(row.id.lower())
        for shared in way.shared if way else ():
            found[shared].running.add(name)
        read = rule(row.id) if "DynamicMembership" in (row.groupTypes or ()) else None
        for plan in read.plans if read else ():
            namers = found[plan.servicePlanId]
            if way is None:
                namers.unprovisioned.add(name)
            elif row.membershipRuleProcessingState == "On":
                namers.running.add(name)
            else:
                namers.paused.add(name)
    return found
