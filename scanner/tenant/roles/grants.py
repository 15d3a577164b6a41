"""Role assignments of all kinds as one list, each grant once.

What is relied on:

- ``roleAssignmentScheduleInstances`` has every active assignment, those made without Privileged Identity Management
  (PIM) too, so with it ``roleAssignments`` adds nothing; one that no instance stands for is counted all the same.
  https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentscheduleinstances
- Both lists show the same grant under the same id (``roleAssignmentOriginId``).
  https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance
- When the licence for PIM ends, eligible assignments are removed and time-bound ones become permanent, and PIM's lists
  cannot be read. So ``unlicensed`` means that there are no eligible ones, and ``roleAssignments`` alone decides.
  https://learn.microsoft.com/entra/id-governance/licensing-fundamentals#what-happens-to-pim-when-a-license-expires
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class Assignment(StrEnum):
    """How a role is held."""

    PERMANENT = "permanent"
    TIME_BOUND = "timeBound"
    ELIGIBLE = "eligible"


class AssignmentRow(Row):
    """An active assignment as the role management API has it."""

    principalId: str | None = None
    roleDefinitionId: str | None = None
    directoryScopeId: str | None = None
    appScopeId: str | None = None


class EligibleRow(AssignmentRow):
    """An eligible assignment."""

    memberType: str | None = None
    startDateTime: datetime | None = None
    endDateTime: datetime | None = None


class ActiveRow(EligibleRow):
    """An active assignment as PIM sees it."""

    assignmentType: str | None = None
    roleAssignmentOriginId: str | None = None


R = TypeVar("R", bound=AssignmentRow)

GRANT_READS = (
    Reading("roleAssignments", AssignmentRow),
    Reading("roleAssignmentScheduleInstances", ActiveRow),
    Reading("roleEligibilityScheduleInstances", EligibleRow),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role assigned to one principal."""

    id: str
    principal: str
    role: str
    scope: str | None
    app_scope: str | None
    assignment: Assignment
    activated: bool = False
    """An eligible assignment in use."""
    inherited: bool = False
    """PIM lists a member of the group that has the role, not the group."""
    start: datetime | None = None
    end: datetime | None = None

    @property
    def target(self) -> tuple[str, str, str | None, str | None]:
        """What it is that is granted, and to whom."""
        return (self.principal, self.role, self.scope, self.app_scope)


@dataclass(frozen=True)
class Grants:
    """The role assignments that are certain."""

    grants: tuple[Grant, ...]
    missing: tuple[NotCollected, ...]
    """What was not collected and may hide further assignments."""


def grants(tenant: Tenant) -> Grants:
    """All role assignments. Never raises: what could not be read is in ``missing``."""
    found: list[Grant] = []
    missing: list[NotCollected] = []
    for read in (_active, _eligible):
        try:
            found.extend(read(tenant, missing))
        except NotCollected as lack:
            missing.append(lack)
    return Grants(tuple(found), tuple(missing))


def _active(tenant: Tenant, missing: list[NotCollected]) -> Iterable[Grant]:
    """PIM's list where there is one, with what only the other list has; else the other list."""
    if tenant.outcome("roleAssignmentScheduleInstances") is Outcome.UNLICENSED:
        return [_plain(row) for row in _whole(tenant, "roleAssignments", AssignmentRow, missing)]
    rows = list(_whole(tenant, "roleAssignmentScheduleInstances", ActiveRow, missing))
    found = [_scheduled(row, _active_kind(row)) for row in rows]
    if tenant.outcome("roleAssignments") is not Outcome.COLLECTED:
        return found
    return [*found, *_unlisted(_whole(tenant, "roleAssignments", AssignmentRow, missing), rows)]


def _unlisted(assignments: Iterable[AssignmentRow], listed: Iterable[ActiveRow]) -> Iterator[Grant]:
    """Assignments that no instance stands for: neither by id, nor, for what is not an activation, by what they grant.

    An activation is compared by id only, since the same person can hold the role permanently as well.
    """
    ids = {key for row in listed for key in (row.id, row.roleAssignmentOriginId)}
    targets = {_plain(row).target for row in listed if row.assignmentType != "Activated"}
    for row in assignments:
        grant = _plain(row)
        if grant.id not in ids and grant.target not in targets:
            yield grant


def _eligible(tenant: Tenant, missing: list[NotCollected]) -> Iterable[Grant]:
    if tenant.outcome("roleEligibilityScheduleInstances") is Outcome.UNLICENSED:
        return []
    rows = _whole(tenant, "roleEligibilityScheduleInstances", EligibleRow, missing)
    return [_scheduled(row, Assignment.ELIGIBLE) for row in rows]


def _active_kind(row: ActiveRow) -> Assignment:
    return Assignment.PERMANENT if end_of(row.endDateTime) is None else Assignment.TIME_BOUND


def end_of(moment: datetime | None) -> datetime | None:
    """None for what never ends: no time, or one in the year 9999, where the greatest time of .NET lies."""
    return None if moment is None or moment.year == datetime.max.year else moment


def _whole(tenant: Tenant, resource: str, row: type[R], missing: list[NotCollected]) -> Iterator[R]:
    """The rows that say who has which role over what. What one lacks that does not is added to ``missing``: Graph sends
    all three with every assignment, and whoever it is for must not be taken for somebody without a role."""
    for one in tenant.rows(resource, row):
        scope = one.directoryScopeId or (one.appScopeId or "").strip("/")
        told = {"principalId": one.principalId, "roleDefinitionId": one.roleDefinitionId, "directoryScopeId": scope}
        lacking = [name for name, value in told.items() if not value]
        if lacking:
            missing.append(NotCollected(resource, f"the record {one.id} has no {' and no '.join(lacking)}"))
        else:
            yield one


def _plain(row: AssignmentRow) -> Grant:
    return Grant(
        id=row.id,
        principal=row.principalId or "",
        role=row.roleDefinitionId or "",
        scope=row.directoryScopeId,
        app_scope=row.appScopeId,
        assignment=Assignment.PERMANENT,
    )


def _scheduled(row: EligibleRow, assignment: Assignment) -> Grant:
    return Grant(
        id=row.id,
        principal=row.principalId or "",
        role=row.roleDefinitionId or "",
        scope=row.directoryScopeId,
        app_scope=row.appScopeId,
        assignment=assignment,
        activated=isinstance(row, ActiveRow) and row.assignmentType == "Activated",
        inherited=row.memberType in ("Group", "Inherited"),
        start=row.startDateTime,
        end=end_of(row.endDateTime),
    )
