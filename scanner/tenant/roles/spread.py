"""Each role assignment as everybody has it: its principal and, where that is a group, who is or can be in the group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.directory import NAMED_GROUPS, find_principals
from scanner.tenant.roles.grants import Assignment, Grant
from scanner.tenant.roles.memberships import memberships
from scanner.tenant.roles.paths import Need, Way, earlier, outlasts

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

_SUFFIX = {Need.NOTHING: "", Need.ACTIVATED: ":activated", Need.ELIGIBLE: ":eligible"}


@dataclass(frozen=True, slots=True)
class Held:
    """One role assignment as one principal has it."""

    grant: Grant
    principal: str
    way: Way | None = None
    """Into the group that has the role."""

    @property
    def id(self) -> str:
        """The same for the same holding in every snapshot."""
        if not self.via_group:
            return self.grant.id
        return f"{self.grant.id}:{self.principal}{_SUFFIX[self.way.need] if self.way else ''}"

    @property
    def via_group(self) -> bool:
        """Whether the role is held as a member of a group."""
        return self.way is not None or self.grant.inherited

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups on the way to the role, the one that has it first."""
        return self.way.groups if self.way else ()

    @property
    def need(self) -> Need:
        """What the principal has to do: the most that the assignment and the memberships ask for."""
        own = Need.ACTIVATED if self.grant.activated else Need.NOTHING
        own = Need.ELIGIBLE if self.grant.assignment is Assignment.ELIGIBLE else own
        return max(own, self.way.need) if self.way else own

    @property
    def end(self) -> datetime | None:
        """When the assignment or a membership ends; None for never."""
        return earlier(self.grant.end, self.way.end) if self.way else self.grant.end

    @property
    def is_activated(self) -> bool:
        """Whether something has been activated so that the role is active."""
        return self.need is Need.ACTIVATED

    @property
    def assignment(self) -> Assignment:
        """How the role is held."""
        if self.need is Need.ELIGIBLE:
            return Assignment.ELIGIBLE
        return Assignment.PERMANENT if self.end is None else Assignment.TIME_BOUND


def spread(tenant: Tenant, granted: Sequence[Grant]) -> tuple[list[Held], list[NotCollected]]:
    """Each grant for its own principal and, where that is a group, for everybody in it; and what may hide others."""
    principals = find_principals(tenant, {grant.principal for grant in granted}, (NAMED_GROUPS,))
    into = tenant.once(memberships)
    held = [Held(grant, grant.principal) for grant in granted if not grant.inherited]
    missing: list[NotCollected] = []
    for grant in granted:
        if grant.principal in principals.found:
            ways, lacking = into.ways(grant.principal)
            missing.extend(lacking)
            for member, known in ways.items():
                held.extend(_worth_saying(Held(grant, member, way) for way in known))
    held.extend(_unexplained(granted, held))
    return held, missing


def _worth_saying(several: Iterable[Held]) -> Iterator[Held]:
    """Of the ways in which one principal has one grant those that last longer than all that ask for less."""
    longest: list[Held] = []
    for one in sorted(several, key=lambda one: (one.need, one.way.need if one.way else 0)):
        if not longest or outlasts(one.end, longest[-1].end):
            if longest and longest[-1].need is one.need:
                longest.pop()
            longest.append(one)
    yield from longest


def _unexplained(granted: Iterable[Grant], held: Iterable[Held]) -> Iterator[Held]:
    """What PIM lists for a member of a group, unless it is already listed as the group's."""
    listed = {_target(one) for one in held}
    inherited = (Held(grant, grant.principal) for grant in granted if grant.inherited)
    yield from (one for one in inherited if _target(one) not in listed)


def _target(held: Held) -> tuple[object, ...]:
    """What it is that is held, by whom and how. Ends are left out: PIM may tell that of the role only."""
    return (held.principal, *held.grant.target[1:], held.need)
