"""The export ``role-assignments``: who holds which directory role, and how.

The legacy form has the columns of the script that administrators used: role, principal, assignment, type and date. What
is assumed of it, since only its columns are known: it listed assignments as they were made, so members of groups are
left out; the type was one of Permanent, Active (until a date) and Eligible; the date was the start of the assignment,
empty where Privileged Identity Management has not recorded it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.export.base import Export, Legacy, LegacyColumn
from scanner.model import Outcome
from scanner.report.cells import iso
from scanner.tenant.roles.grants import Assignment
from scanner.tenant.roles.holdings import RoleHolding, holdings, raise_for

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

GONE = "(no longer exists)"
NOT_TOLD = "(not told)"

TYPES = {
    Assignment.PERMANENT.value: "permanent",
    Assignment.TIME_BOUND.value: "active with an end",
    Assignment.ELIGIBLE.value: "eligible",
}
_LEGACY_TYPES = {"permanent": "Permanent", "active with an end": "Active", "eligible": "Eligible"}

_PIM = {
    "roleEligibilityScheduleInstances": "eligible assignments",
    "groupEligibilityScheduleInstances": "eligible memberships of groups",
}


class RoleAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """One principal with one role in one way."""

    role: Annotated[str, Meta(description="displayName of the role; its id when the role was deleted.")]
    roleId: Annotated[str, Meta(description="Id of the role in this tenant.")]
    isPrivileged: Annotated[bool, Meta(description="Microsoft labels the role privileged.")]
    principal: Annotated[str, Meta(description="displayName of the holder, or that it no longer exists.")]
    principalId: Annotated[str, Meta(description="Id of the holder.")]
    principalType: Annotated[str, Meta(description="user, group, servicePrincipal, deleted, or unknown.")]
    assignmentId: Annotated[str, Meta(description="Id of the assignment, or of the PIM instance, in Graph.")]
    type: Annotated[str, Meta(description="permanent, active with an end, or eligible.")]
    activated: Annotated[bool, Meta(description="Active only because an eligible assignment or membership is in use.")]
    start: Annotated[datetime | None, Meta(description="When the assignment began; empty where it is not recorded.")]
    end: Annotated[datetime | None, Meta(description="When the holder loses the role; empty for never.")]
    scope: Annotated[str, Meta(description="tenant, administrativeUnit, application, group, object or appSpecific.")]
    scopeId: Annotated[str | None, Meta(description="The scope as Graph has it: / for the tenant.")]
    throughGroup: Annotated[str | None, Meta(description="The group that has the role; empty when held directly.")]
    throughGroupId: Annotated[str | None, Meta(description="Its id.")]
    path: Annotated[list[str], Meta(description="The groups from that one to the one the holder is in.")]
    breakGlass: Annotated[bool, Meta(description="The holder is a declared break-glass account.")]


def role_assignments(tenant: Tenant) -> Iterator[RoleAssignment]:
    """By role, then by holder; raises ``NotCollected`` after the last row, also where PIM is not licensed."""
    known = tenant.once(holdings)
    yield from sorted((_row(one) for one in known.rows), key=_order)
    missing = list(known.missing)
    for resource, what in _PIM.items():
        if tenant.outcome(resource) is Outcome.UNLICENSED:
            reason = f"unlicensed: {what} cannot be read without Privileged Identity Management (licence P2)"
            missing.append(NotCollected(resource, reason))
    raise_for(missing)


def _row(one: RoleHolding) -> RoleAssignment:
    return RoleAssignment(
        role=one.roleName,
        roleId=one.roleDefinitionId,
        isPrivileged=one.isPrivileged,
        principal=_name(one),
        principalId=one.principalId,
        principalType=one.principalType if one.principalExists else "deleted",
        assignmentId=one.assignmentId,
        type=TYPES[one.assignment],
        activated=one.isActivated,
        start=one.startDateTime,
        end=one.endDateTime,
        scope=one.scope,
        scopeId=one.appScopeId if one.appScopeId not in (None, "/") else one.directoryScopeId,
        throughGroup=(one.groupName or NOT_TOLD) if one.via == "group" else None,
        throughGroupId=one.groupId,
        path=[group.displayName or group.id for group in one.path],
        breakGlass=one.isBreakGlass,
    )


def _name(one: RoleHolding) -> str:
    if not one.principalExists:
        return GONE
    return one.principalName or NOT_TOLD


def _order(row: RoleAssignment) -> tuple[str, ...]:
    return (row.role, row.roleId, row.principal, row.principalId, row.assignmentId, row.type, str(row.activated))


def _date(row: RoleAssignment) -> str:
    return iso(row.start) if row.start else ""


LEGACY = Legacy(
    columns=(
        LegacyColumn("Role", lambda row: row.role),
        LegacyColumn("Role Id", lambda row: row.roleId),
        LegacyColumn("Assigned to", lambda row: row.principal),
        LegacyColumn("Assigned to Id", lambda row: row.principalId),
        LegacyColumn("Assignment Id", lambda row: row.assignmentId),
        LegacyColumn("Assignment Type", lambda row: _LEGACY_TYPES.get(row.type, row.type)),
        LegacyColumn("Assignment Date", _date),
    ),
    separator=";",
    includes=lambda row: row.throughGroup is None,
)

ROLE_ASSIGNMENTS = Export(
    name="role-assignments",
    description="Who holds which directory role: permanently, until a date or eligible, directly or through groups.",
    row=RoleAssignment,
    rows=role_assignments,
    uses=("roleHoldings",),
    legacy=LEGACY,
)
