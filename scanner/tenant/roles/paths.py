"""The ways into a group through groups within it: for each the least that is needed, and the longest it lasts.

A way asks for as much as the step in it that asks for most, and ends when the first of its steps ends. So the best way
of each kind is a widest path, which Dijkstra's algorithm finds in any graph, with cycles too.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

_NEVER = datetime.max.replace(tzinfo=UTC)


class Need(IntEnum):
    """What a principal has to do to be in a group, in order of how much."""

    NOTHING = 0
    ACTIVATED = 1
    """Nothing at present: a membership they were eligible for has been activated."""
    ELIGIBLE = 2
    """Activate a membership that they are eligible for."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One principal as a member of one group."""

    member: str
    need: Need
    end: datetime | None
    """None for never."""
    is_group: bool
    steps: int = 1
    """The fewer, the better the way explains itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way into a group."""

    need: Need
    end: datetime | None
    groups: tuple[str, ...]
    """From the group itself to the one that the principal is a member of, or can be."""


Ways = Mapping[str, Sequence[Way]]
"""By principal, the longest-lasting way of each need, in order of needs. Groups within are principals too."""

Edges = Callable[[str], Sequence[Edge]]

_Key = tuple[timedelta, int, tuple[str, ...]]
"""How much of all time is lacking at the end, steps, groups: the less, the better."""


def outlasts(one: datetime | None, other: datetime | None) -> bool:
    """Whether one end comes after another; None is never."""
    return other is not None and (one is None or one > other)


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The first of two ends; None is never."""
    return other if outlasts(one, other) else one


def find_ways(root: str, edges: Edges) -> Ways:
    """The ways into ``root`` for everybody but itself. ``edges`` is called once for each group."""
    known: dict[str, Sequence[Edge]] = {}
    best: dict[tuple[str, Need], _Key] = {}
    done: set[tuple[str, Need]] = set()
    waiting: list[tuple[_Key, Need, str]] = [((timedelta(), 0, (root,)), Need.NOTHING, root)]
    while waiting:
        (lack, steps, groups), need, group = heapq.heappop(waiting)
        if (group, need) in done:
            continue
        done.add((group, need))
        if group not in known:
            known[group] = edges(group)
        for edge in known[group]:
            total = max(need, edge.need)
            key = (max(lack, _lack(edge.end)), steps + edge.steps, groups)
            if edge.member == root or best.get((edge.member, total), key) < key:
                continue
            best[edge.member, total] = key
            if edge.is_group and (edge.member, total) not in done:
                heapq.heappush(waiting, ((*key[:2], (*groups, edge.member)), total, edge.member))
    return _by_principal(best)


def _by_principal(best: Mapping[tuple[str, Need], _Key]) -> Ways:
    found: dict[str, list[Way]] = {}
    for (member, need), (lack, _, groups) in sorted(best.items(), key=lambda one: one[0][1]):
        found.setdefault(member, []).append(Way(need, _NEVER - lack if lack else None, groups))
    return found


def _lack(end: datetime | None) -> timedelta:
    return timedelta() if end is None else _NEVER - end
