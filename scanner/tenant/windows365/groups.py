"""Windows 365: which groups give their members a Cloud PC.

A group does so by being assigned to a provisioning policy or by holding a licence with a Cloud PC service plan.
Sources: https://learn.microsoft.com/graph/api/resources/cloudpcmanagementgroupassignmenttarget
https://learn.microsoft.com/entra/fundamentals/concept-group-based-licensing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


class Assignment(msgspec.Struct, gc=False):
    """One assignment of a provisioning policy."""

    target: Target | None = None


class ProvisioningRow(Row):
    """A Cloud PC provisioning policy with its assignments."""

    assignments: list[Assignment] | None = None


class GroupLicense(msgspec.Struct, gc=False):
    """A licence that a group passes on to its members."""

    skuId: str | None = None
    disabledPlans: list[str] | None = None


class LicensedGroupRow(Row):
    """A group with its licences."""

    assignedLicenses: list[GroupLicense] | None = None


GRANTS_READS = (
    Reading("cloudPcProvisioningPolicies", ProvisioningRow),
    Reading("groups", LicensedGroupRow),
    *SKU_READS,
)


def grants_cloud_pc(tenant: Tenant) -> Callable[[str], bool]:
    """``group.grantsCloudPc``. One of the two ways is enough for a yes; a no needs both to be known."""
    found: set[str] = set()
    missing: list[NotCollected] = []
    for ways in (_provisioned, _licensed):
        try:
            found |= ways(tenant)
        except NotCollected as lack:
            missing.append(lack)

    def fact(group: str) -> bool:
        if group in found:
            return True
        for lack in missing:
            raise NotCollected(lack.resource, lack.reason)
        return False

    return fact


def _provisioned(tenant: Tenant) -> set[str]:
    """Groups that a provisioning policy is assigned to. A tenant without Windows 365 has no such policies."""
    if tenant.outcome("cloudPcProvisioningPolicies") is Outcome.UNLICENSED:
        return set()
    return {
        assignment.target.groupId
        for policy in tenant.rows("cloudPcProvisioningPolicies", ProvisioningRow)
        for assignment in policy.assignments or []
        if assignment.target and assignment.target.groupId
    }


def _licensed(tenant: Tenant) -> set[str]:
    """Groups that hold a product with a Cloud PC service plan that is not switched off for the group."""
    plans: Mapping[str, set[str]] = {
        (sku.skuId or "").lower(): {
            (plan.servicePlanId or "").lower() for plan in sku.servicePlans or [] if is_cloud_pc(plan.servicePlanName)
        }
        for sku in tenant.once(skus)
    }
    return {
        group.id
        for group in tenant.rows("groups", LicensedGroupRow)
        if any(_gives(held, plans) for held in group.assignedLicenses or [])
    }


def _gives(held: GroupLicense, plans: Mapping[str, set[str]]) -> bool:
    disabled = {plan.lower() for plan in held.disabledPlans or []}
    return bool(plans.get((held.skuId or "").lower(), set()) - disabled)
