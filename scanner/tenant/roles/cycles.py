"""Groups that contain each other: ``tenant.groupCycles``.

Everybody in one of them is, or can be, in all the others, which nobody sees who looks at the members of one. The facts
about roles and Conditional Access follow such a circle once and stop.

Only groups whose members are read are looked at: those that roles, Conditional Access and Windows 365 name, and those
within them. What names them is read with them, so that the answer does not depend on what else is collected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row
from scanner.tenant.directory import NAMED_GROUPS, find_principals
from scanner.tenant.groups import groups
from scanner.tenant.roles.grants import GRANT_READS
from scanner.tenant.roles.holdings import raise_for
from scanner.tenant.roles.memberships import MEMBERSHIP_READS, memberships

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class ConditionsRow(Row):
    """A Conditional Access policy, of which the groups that it names matter to the collector."""

    conditions: dict[str, Any] | None = None


class AssignedRow(Row):
    """A Windows 365 provisioning policy, of which the groups that it is assigned to do."""

    assignments: list[Any] | None = None


CYCLE_READS = (
    *MEMBERSHIP_READS,
    *GRANT_READS,
    NAMED_GROUPS,
    Reading("conditionalAccessPolicies", ConditionsRow),
    Reading("cloudPcProvisioningPolicies", AssignedRow),
)


class GroupCycle(msgspec.Struct, frozen=True):
    """Groups of which each is within every other."""

    groupIds: Annotated[list[str], Meta(description="Ids of the groups, in order.")]
    names: Annotated[str, Meta(description="Their displayNames, in the same order, commas between; ids if not told.")]


def group_cycles(tenant: Tenant) -> Callable[[], list[GroupCycle]]:
    """``tenant.groupCycles``. With a cycle found it is given even if there may be more; raises ``NotCollected`` if
    none was found and something that may hide one was not collected."""
    membership = tenant.once(memberships)
    known = tenant.once(groups)
    missing = [known.lack] if known.lack else []
    cycles = sorted(cyclic(known.ids(), lambda group: membership.groups_within(group, missing)))
    if not cycles:
        raise_for(missing)
    found = find_principals(tenant, {group for cycle in cycles for group in cycle}, (NAMED_GROUPS,)).found
    names = {group: principal.name for group, principal in found.items()}
    value = [GroupCycle(list(cycle), ", ".join(names.get(group) or group for group in cycle)) for cycle in cycles]
    return lambda: value


def cyclic(nodes: Iterable[str], following: Callable[[str], Iterable[str]]) -> list[tuple[str, ...]]:
    """The sets of nodes, each sorted, that are reached from one another; of one node only if it leads to itself."""
    search = _Search(following)
    for node in nodes:
        if node not in search.number:
            search.visit(node)
    return search.found


@dataclass
class _Search:
    """Gabow's search for strongly connected components, without recursion."""

    following: Callable[[str], Iterable[str]]
    number: dict[str, int] = field(default_factory=dict)
    """The order in which nodes were met."""
    found: list[tuple[str, ...]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    """Nodes of components that are not complete yet."""
    _roots: list[str] = field(default_factory=list)
    _closed: set[str] = field(default_factory=set)
    _loops: set[str] = field(default_factory=set)

    def visit(self, start: str) -> None:
        """Completes the components of all nodes reached from ``start``."""
        waiting = [(start, self._enter(start))]
        while waiting:
            node, successors = waiting[-1]
            fresh = next((one for one in successors if self._is_new(node, one)), None)
            if fresh is not None:
                waiting.append((fresh, self._enter(fresh)))
                continue
            waiting.pop()
            if self._roots[-1] == node:
                self._complete()

    def _enter(self, node: str) -> Iterator[str]:
        self.number[node] = len(self.number)
        self._open.append(node)
        self._roots.append(node)
        return iter(self.following(node))

    def _is_new(self, node: str, successor: str) -> bool:
        if successor not in self.number:
            return True
        if successor == node:
            self._loops.add(node)
        elif successor not in self._closed:
            while self.number[self._roots[-1]] > self.number[successor]:
                self._roots.pop()
        return False

    def _complete(self) -> None:
        root = self._roots.pop()
        members = [self._open.pop()]
        while members[-1] != root:
            members.append(self._open.pop())
        self._closed.update(members)
        if len(members) > 1 or root in self._loops:
            self.found.append(tuple(sorted(members)))
