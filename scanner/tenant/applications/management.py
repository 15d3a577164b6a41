"""Which applications an app management policy is assigned to, and thereby takes out of the tenant's default.

https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.applications.owners import OwnerReference
from scanner.tenant.base import Reading, Row
from scanner.tenant.directory import NAMED_SERVICE_PRINCIPALS, NamedRow

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class TargetsRow(Row):
    """What the policy with this id is assigned to."""

    appliesTo: list[OwnerReference] | None = None


_APPLICATIONS = Reading("applications", NamedRow)
TARGET_READS = (Reading("appManagementPolicyTargets", TargetsRow), _APPLICATIONS, NAMED_SERVICE_PRINCIPALS)


def policy_targets(tenant: Tenant) -> Callable[[str], list[str]]:
    """``appManagementPolicy.targets``."""
    listed = {
        row.id: [target.id for target in row.appliesTo]
        for row in tenant.rows("appManagementPolicyTargets", TargetsRow)
        if row.appliesTo is not None
    }
    names = _names(tenant, {target for targets in listed.values() for target in targets})

    def fact(policy: str) -> list[str]:
        if policy not in listed:
            raise NotCollected("appManagementPolicyTargets", f"what {policy} is assigned to was not collected")
        return [names.get(target, target) for target in listed[policy]]

    return fact


def _names(tenant: Tenant, wanted: Set[str]) -> dict[str, str]:
    return {
        row.id: row.displayName
        for reading in (_APPLICATIONS, NAMED_SERVICE_PRINCIPALS)
        if wanted
        for row in tenant.rows(reading.resource, NamedRow)
        if row.id in wanted and row.displayName
    }
