"""Windows 365: which groups give their members a Cloud PC.

A group does so by being assigned to a provisioning policy or by holding a licence with a Cloud PC service plan.
Sources: https://learn.microsoft.com/graph/api/resources/cloudpcmanagementgroupassignmenttarget
https://learn.microsoft.com/entra/fundamentals/concept-group-based-licensing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.tenant.base import Reading, Row
from scanner.tenant.licenses import SKU_READS, is_cloud_pc, skus

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class Target(msgspec.Struct, gc=False):
    """Whom a provisioning policy is assigned to: a group, the only kind there is."""

    groupId: str | None = None
    servicePlanId: str | None = None
    """The size of the Cloud PCs, where members share licences and hold none themselves (Windows 365 Frontline)."""


class Assignment(msgspec.Struct, gc=False):
    """One assignment of a provisioning policy."""

    target: Target | None = None


class ProvisioningRow(Row):
    """A Cloud PC provisioning policy with its assignments."""

    displayName: str | None = None
    assignments: list[Assignment] | None = None


class GroupLicense(msgspec.Struct, gc=False):
    """A licence that a group passes on to its members."""

    skuId: str | None = None
    disabledPlans: list[str] | None = None


class LicensedGroupRow(Row):
    """A group with its licences."""

    assignedLicenses: list[GroupLicense] | None = None


PROVISIONING_READS = (Reading("cloudPcProvisioningPolicies", ProvisioningRow),)
GRANTS_READS = (
    *PROVISIONING_READS,
    Reading("groups", LicensedGroupRow),
    *SKU_READS,
)


def grants_cloud_pc(tenant: Tenant) -> Callable[[str], bool]:
    """``group.grantsCloudPc``. One of the two ways is enough for a yes; a no needs both to be known."""
    found: set[str] = set()
    missing: list[NotCollected] = []
    for way in (provisioned, licensed):
        try:
            found.update(tenant.once(way))
        except NotCollected as lack:
            missing.append(lack)

    def fact(group: str) -> bool:
        if group.lower() in found:
            return True
        for lack in missing:
            raise NotCollected(lack.resource, lack.reason)
        return False

    return fact


@dataclass
class Provisioned:
    """How a group comes to Cloud PCs by provisioning policies."""

    policies: list[str]
    """Names of the policies, or their ids, sorted."""
    shared: list[str]
    """Ids of the service plans that the assignments fix, in lower case, sorted."""


def provisioned(tenant: Tenant) -> Mapping[str, Provisioned]:
    """Group → the provisioning policies assigned to it; ids of groups in lower case.

    A tenant without Windows 365 has no such policies.

    Raises ``NotCollected``.
    """
    if tenant.outcome("cloudPcProvisioningPolicies") is Outcome.UNLICENSED:
        return {}
    found: dict[str, Provisioned] = {}
    for policy in tenant.rows("cloudPcProvisioningPolicies", ProvisioningRow):
        for assignment in policy.assignments or []:
            target = assignment.target
            if target is None or not target.groupId:
                continue
            group = found.setdefault(target.groupId.lower(), Provisioned([], []))
            group.policies = sorted({*group.policies, policy.displayName or policy.id})
            group.shared = sorted({*group.shared, *([target.servicePlanId.lower()] if target.servicePlanId else [])})
    return found


def provisioning_policies(tenant: Tenant) -> Callable[[str], list[str]]:
    """``group.provisioningPolicies``."""
    groups = tenant.once(provisioned)
    return lambda group: groups[group.lower()].policies if group.lower() in groups else []


def shared_plans(tenant: Tenant) -> Callable[[str], list[str]]:
    """``group.sharedCloudPcPlans``."""
    groups = tenant.once(provisioned)
    return lambda group: groups[group.lower()].shared if group.lower() in groups else []


def licensed(tenant: Tenant) -> Set[str]:
    """Groups that hold a product with a Cloud PC service plan that is not switched off for them, ids in lower case.

    Raises ``NotCollected``.
    """
    plans: Mapping[str, set[str]] = {
        (sku.skuId or "").lower(): {
            (plan.servicePlanId or "").lower() for plan in sku.servicePlans or [] if is_cloud_pc(plan.servicePlanName)
        }
        for sku in tenant.once(skus)
    }
    return {
        group.id.lower()
        for group in tenant.rows("groups", LicensedGroupRow)
        if any(_gives(held, plans) for held in group.assignedLicenses or [])
    }


def _gives(held: GroupLicense, plans: Mapping[str, set[str]]) -> bool:
    disabled = {plan.lower() for plan in held.disabledPlans or []}
    return bool(plans.get((held.skuId or "").lower(), set()) - disabled)
