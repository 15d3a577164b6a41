"""Who is in a group, and what stands between them and it: nothing, an end, or an activation still to be made.

Privileged Identity Management (PIM) for Groups adds to the members that a group has: principals who can become members
(eligible), and ends of memberships that there are. What is relied on:

- A group can be an eligible member of another one, and its members can then activate membership in the other one, each
  for themselves. https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups
- A group that PIM does not manage has no instances. Management covers what is in ``privilegedAccessGroups``, and cannot
  be ended. https://learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-discover-groups
- Who is an active member through PIM is a member of the group in ``groupMembers`` as well; an instance without one
  counts all the same. https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupassignmentscheduleinstance
- PIM for Groups takes the same licence as PIM for roles, and without it there are no eligible members and no ends.
  https://learn.microsoft.com/entra/id-governance/licensing-fundamentals
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.tenant.base import Reading, Row
from scanner.tenant.groups import MEMBERS_READS, Groups, IdRow, groups
from scanner.tenant.roles.grants import end_of
from scanner.tenant.roles.paths import Edge, Need, Ways, find_ways

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

OWNER = "owner"


class EligibleInstance(msgspec.Struct, gc=False):
    """One principal who can become a member or owner of a group."""

    accessId: str | None = None
    principalId: str | None = None
    memberType: str | None = None
    endDateTime: datetime | None = None

    @property
    def is_owner(self) -> bool:
        """Whether it is about owning the group; what is neither that nor membership counts as membership."""
        return (self.accessId or "").lower() == OWNER


class ActiveInstance(EligibleInstance):
    """One principal who is a member or owner of a group by way of PIM."""

    assignmentType: str | None = None


class EligibilityRow(Row):
    """Who can become a member or owner of the group whose id the row has."""

    instances: list[EligibleInstance] | None = None


class AssignmentRow(Row):
    """Who is a member or owner, by way of PIM, of the group whose id the row has."""

    instances: list[ActiveInstance] | None = None


ELIGIBILITY = Reading("groupEligibilityScheduleInstances", EligibilityRow)
ASSIGNMENT = Reading("groupAssignmentScheduleInstances", AssignmentRow)
MANAGED = Reading("privilegedAccessGroups", IdRow)

PIM_GROUP_READS = (ELIGIBILITY, ASSIGNMENT, MANAGED)
MEMBERSHIP_READS = (*MEMBERS_READS, *PIM_GROUP_READS)

NOT_DIRECT = 100
"""Steps that an instance counts for which stands for membership in a group within: the way through it says more."""

T = TypeVar("T", EligibilityRow, AssignmentRow)


@dataclass(frozen=True)
class PimInstances:
    """What PIM for Groups lists, by group, and why there may be more."""

    eligible: Mapping[str, Sequence[EligibleInstance]]
    active: Mapping[str, Sequence[ActiveInstance]]
    lacks: Mapping[str, NotCollected]
    """By resource."""
    managed: frozenset[str] | None
    """The groups that PIM manages; None where that is not told."""
    broken: Mapping[tuple[str, str], NotCollected]
    """By resource and group, where the record does not tell the instances, or not whose one is."""

    def lack(self, resource: str, group: str) -> NotCollected | None:
        """Why there may be more instances of the group in this resource, if there may."""
        if (resource, group) in self.broken:
            return self.broken[resource, group]
        return self.lacks.get(resource) if self.managed is None or group in self.managed else None

    def members(self, group: str) -> Iterator[str]:
        """The members of a group that PIM lists."""
        return (one.principalId for one in self.active.get(group, ()) if one.principalId and not one.is_owner)


def pim_instances(tenant: Tenant) -> PimInstances:
    """The instances of all groups. Never raises."""
    lacks: dict[str, NotCollected] = {}
    eligible = _read(tenant, ELIGIBILITY.resource, EligibilityRow, lacks)
    active = _read(tenant, ASSIGNMENT.resource, AssignmentRow, lacks)
    return PimInstances(
        eligible={row.id: row.instances or () for row in eligible},
        active={row.id: row.instances or () for row in active},
        lacks=lacks,
        managed=_managed(tenant) if lacks else None,
        broken={**_broken(ELIGIBILITY.resource, eligible), **_broken(ASSIGNMENT.resource, active)},
    )


class Memberships:
    """The ways into the groups of a tenant. Made once per tenant by ``memberships``."""

    def __init__(self, direct: Groups, pim: PimInstances) -> None:
        self._direct = direct
        self._pim = pim
        self._found: dict[str, tuple[Ways, tuple[NotCollected, ...]]] = {}

    def ways(self, group: str) -> tuple[Ways, tuple[NotCollected, ...]]:
        """The ways into the group for everybody in it or in groups within it, and what may hide further ones."""
        if group not in self._found:
            missing: list[NotCollected] = []
            found = find_ways(group, lambda one: list(self._edges(one, missing)))
            self._found[group] = (found, tuple(missing))
        return self._found[group]

    def eligible(self, group: str) -> tuple[list[str], list[NotCollected]]:
        """Who can activate membership in the group, or in a group within it, and what may hide others."""
        if not self._may_have_eligible(group):
            return [], []
        ways, missing = self.ways(group)
        eligible = [principal for principal, known in ways.items() if any(way.need is Need.ELIGIBLE for way in known)]
        return eligible, [lack for lack in missing if lack.resource == ELIGIBILITY.resource]

    def groups_within(self, group: str, missing: list[NotCollected]) -> list[str]:
        """The groups that are members of the group, or can be. What may hide further ones is added to ``missing``."""
        return [edge.member for edge in self._edges(group, missing) if edge.is_group]

    def _may_have_eligible(self, group: str) -> bool:
        """Whether PIM lists anybody eligible for the group or one within it, or that is not known.

        Asked first because most groups have none, and some have very many members.
        """
        seen, waiting = {group}, [group]
        while waiting:
            current = waiting.pop()
            if self._pim.eligible.get(current) or self._pim.lack(ELIGIBILITY.resource, current):
                return True
            within = {*self._direct.direct(current)[0].groups, *self._pim.members(current)} - seen
            seen |= within
            waiting.extend(within)
        return False

    def _edges(self, group: str, missing: list[NotCollected]) -> Iterator[Edge]:
        """Everybody who is in the group or can be. Without PIM's list it is not known who of the members is in for
        good, so they are left out then."""
        if lack := self._pim.lack(ELIGIBILITY.resource, group):
            missing.append(lack)
        yield from self._eligible_edges(group, missing)
        if lack := self._pim.lack(ASSIGNMENT.resource, group):
            missing.append(lack)
        else:
            yield from self._active_edges(group, missing)

    def _eligible_edges(self, group: str, missing: list[NotCollected]) -> Iterator[Edge]:
        for one in self._pim.eligible.get(group, ()):
            if one.principalId and not one.is_owner:
                is_group = self._is_group(one.principalId, missing)
                yield Edge(one.principalId, Need.ELIGIBLE, end_of(one.endDateTime), is_group, _steps(one))

    def _active_edges(self, group: str, missing: list[NotCollected]) -> Iterator[Edge]:
        """Members with the ends that PIM has for them."""
        listed: dict[str, list[ActiveInstance]] = {}
        for one in self._pim.active.get(group, ()):
            if one.principalId and not one.is_owner:
                listed.setdefault(one.principalId, []).append(one)
        members, absent = self._direct.direct(group)
        missing.extend(absent)
        within = frozenset(members.groups)
        for member in dict.fromkeys((*members.users, *members.others, *members.groups)):
            instances = listed.pop(member, ())
            if not instances:
                yield Edge(member, Need.NOTHING, None, member in within)
            yield from (_active_edge(one, member in within) for one in instances)
        for member, instances in listed.items():
            is_group = self._is_group(member, missing)
            yield from (_active_edge(one, is_group) for one in instances)

    def _is_group(self, principal: str, missing: list[NotCollected]) -> bool:
        try:
            return self._direct.exists(principal)
        except NotCollected as lack:
            missing.append(lack)
            return False


def memberships(tenant: Tenant) -> Memberships:
    """The memberships in the snapshot. Never raises."""
    return Memberships(tenant.once(groups), tenant.once(pim_instances))


def _active_edge(one: ActiveInstance, is_group: bool) -> Edge:
    need = Need.ACTIVATED if (one.assignmentType or "").lower() == "activated" else Need.NOTHING
    return Edge(one.principalId or "", need, end_of(one.endDateTime), is_group, _steps(one))


def _steps(one: EligibleInstance) -> int:
    return 1 if (one.memberType or "").lower() == "direct" else NOT_DIRECT


def _read(tenant: Tenant, resource: str, row: type[T], lacks: dict[str, NotCollected]) -> list[T]:
    try:
        return list(tenant.rows(resource, row))
    except NotCollected as lack:
        if Outcome.UNLICENSED not in (tenant.outcome(resource), tenant.outcome("roleEligibilityScheduleInstances")):
            lacks[resource] = lack
        return []


def _broken(resource: str, rows: Iterable[EligibilityRow | AssignmentRow]) -> dict[tuple[str, str], NotCollected]:
    return {
        (resource, row.id): NotCollected(resource, f"the record of the group {row.id} does not tell who is listed")
        for row in rows
        if row.instances is None or not all(one.principalId for one in row.instances)
    }


def _managed(tenant: Tenant) -> frozenset[str] | None:
    try:
        return frozenset(row.id for row in tenant.rows(MANAGED.resource, IdRow))
    except NotCollected:
        return None
