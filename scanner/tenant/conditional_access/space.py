"""The space of all sign-ins as far as some policies tell them apart, and what is left of it when parts are taken away.

A sign-in is a point: one value for each dimension. Values that no policy names behave alike and are one value. A
location, a filter of devices and a filter of applications is a dimension of its own with two values, inside and
outside, since a sign-in may be in several locations at once. A box is a set of values for each dimension, as bits; a
policy is a few boxes, and what it leaves is cut into boxes that do not overlap. So the answer is exact in this space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import and_
from typing import TypeAlias

from scanner.tenant.conditional_access.conditions import (
    ALL_TRUSTED,
    OTHER,
    VALUES,
    Choice,
    Conditions,
    Dimension,
)
from scanner.tenant.conditional_access.locations import Locations

Box: TypeAlias = tuple[int, ...]
"""For each dimension the values, one bit each."""

Axis: TypeAlias = str | tuple[str, str]
"""A dimension: one of ``Dimension``, the target, or kind and id of a location or a filter."""

Part: TypeAlias = tuple[tuple[Axis, tuple[str, ...]], ...]
"""A box in words: the dimensions in which it is narrower than the whole, with its values there."""

OUTSIDE, INSIDE = 0b01, 0b10
"""The two values of a location or a filter."""

TARGET = "target"

APPLICATION_GROUPS = ("office365", "microsoftadminportals")
"""Words for many applications at once:
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps"""

OFFICE = frozenset(
    {
        "00000002-0000-0ff1-ce00-000000000000",  # Exchange Online
        "00000003-0000-0ff1-ce00-000000000000",  # SharePoint Online
        "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",  # Microsoft Teams
    }
)
"""Applications that surely are in Office365. Of others that a policy names both is assumed possible. Sources:
https://learn.microsoft.com/entra/identity/conditional-access/reference-office-365-application-contents
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in"""

WORK = 20_000
"""Boxes that may be made to answer one question."""

EFFORT = 50_000_000
"""Values of boxes that may be compared to answer all questions about one space: a second or so."""


class TooIntricate(Exception):
    """So many conditions cross each other that what is left was not found with the work allowed."""


@dataclass(frozen=True)
class Target:
    """What is signed in to: an application that some policy names, any other, or an action."""

    key: str
    group: str = ""
    """The group of applications it is in. One of which that is not known stands there once in each and once in none:
    a policy must cover it whatever it is."""
    action: bool = False

    def is_among(self, chosen: frozenset[str] | None) -> bool:
        """Whether an application is one of those that are chosen by id or group."""
        return not self.action and (chosen is None or self.key in chosen or self.group in chosen)


class Space:
    """The dimensions and values that some policies tell apart."""

    def __init__(self, conditions: Sequence[Conditions], locations: Locations, action: str = "") -> None:
        """``action`` is one to tell apart from the others even if no policy names it."""
        self._locations = locations
        self.targets = _targets(conditions, action)
        self.places = _places(conditions)
        self.filters = sorted({(one.kind, one.rule) for each in conditions for one in each.filters})
        self.keys: tuple[Axis, ...] = (TARGET, *Dimension, *map(_place, self.places), *self.filters)
        self._index: Mapping[Axis, int] = {key: number for number, key in enumerate(self.keys)}
        sizes = [len(self.targets), *(len(VALUES[one]) for one in Dimension)]
        sizes += [2] * (len(self.places) + len(self.filters))
        self.full: Box = tuple((1 << size) - 1 for size in sizes)
        self.applications = sum(1 << number for number, one in enumerate(self.targets) if not one.action)
        self._apart: dict[int, set[int]] = {}
        """By place, those that have nothing in common with it; both by their number among the dimensions."""
        for one, other in combinations(self.places, 2):
            if locations.disjoint(one, other):
                first, second = self._index[_place(one)], self._index[_place(other)]
                self._apart.setdefault(first, set()).add(second)
                self._apart.setdefault(second, set()).add(first)
        self._effort = EFFORT

    def with_values(self, box: Box, **chosen: Iterable[str]) -> Box:
        """The box with some dimensions narrowed; dimensions by the name they have in ``Dimension``."""
        for name, values in chosen.items():
            dimension = Dimension[name]
            box = self._narrowed(box, dimension, self._bits(dimension, values))
        return box

    def of_applications(self) -> Box:
        """All sign-ins to any application."""
        return self._narrowed(self.full, TARGET, self.applications)

    def of_action(self, name: str) -> Box:
        """All uses of one user action."""
        wanted = name.lower()
        return self._narrowed(self.full, TARGET, self._target_bits(lambda one: one.action and one.key == wanted))

    def outside_locations(self, box: Box, trusted_only: bool = False) -> Box:
        """The part of a box in no location that is named, or in none that is trusted."""
        for place in self.places:
            if not trusted_only or place == ALL_TRUSTED or self._locations.is_trusted(place):
                box = self._narrowed(box, _place(place), OUTSIDE)
        return box

    def boxes(self, given: Conditions, exclusions: bool = True) -> list[Box]:
        """The sign-ins that a policy with these conditions sees; without its exclusions, if so asked."""
        if given.unknown:
            return []
        box = self.full
        for dimension, choice in given.choices.items():
            box = self._narrowed(box, dimension, self._chosen(dimension, choice, exclusions))
        found = [
            located
            for aimed in self._aimed(box, given, exclusions)
            for located in self._located(aimed, given.locations, exclusions)
        ]
        return [one for one in found if self._is_possible(one)]

    def left(self, pieces: Sequence[Box], covers: Iterable[Box]) -> list[Box]:
        """What of some boxes is left when others are taken away, as boxes that do not overlap.

        Raises ``TooIntricate``.
        """
        work = 0
        for cover in covers:
            self._spend(len(pieces))
            narrowed = [number for number, bits in enumerate(cover) if bits != self.full[number]]
            kept: list[Box] = []
            for piece in pieces:
                kept.extend(self._cut(piece, cover, narrowed))
            work += len(kept)
            if work > WORK:
                raise TooIntricate
            pieces = kept
            if not pieces:
                break
        return list(pieces)

    def meets(self, one: Sequence[Box], other: Sequence[Box]) -> bool:
        """Whether two sets of sign-ins have any in common. Raises ``TooIntricate``."""
        self._spend(len(one) * len(other))
        return any(self._is_possible(tuple(map(and_, first, second))) for first in one for second in other)

    def widest(self, pieces: Sequence[Box], within: Box, most: int) -> tuple[list[Box], bool]:
        """The same set in boxes as large as can be, which may overlap, and whether these are all; for people.

        At most so many boxes. Raises ``TooIntricate``.
        """
        found: list[Box] = []
        waiting = list(pieces)
        while waiting and len(found) < most:
            found.append(self._widened(waiting[0], pieces, within))
            waiting = self.left(waiting, [found[-1]])
        return found, not waiting

    def described(self, box: Box, within: Box) -> Part:
        """The dimensions in which a box is narrower, with its values there: of targets their keys and groups."""
        return tuple(
            (key, self._values(number, box[number]))
            for number, key in enumerate(self.keys)
            if box[number] != within[number]
        )

    def _values(self, number: int, bits: int) -> tuple[str, ...]:
        key = self.keys[number]
        if key == TARGET:
            chosen = [one for place, one in enumerate(self.targets) if bits >> place & 1]
            return tuple(sorted({one.group if one.key == OTHER and one.group else one.key for one in chosen}))
        if isinstance(key, Dimension):
            return tuple(value for place, value in enumerate(VALUES[key]) if bits >> place & 1)
        return ("inside",) if bits == INSIDE else ("outside",)

    def _widened(self, box: Box, pieces: Sequence[Box], within: Box) -> Box:
        for number, whole in enumerate(within):
            if box[number] == whole:
                continue
            wider = (*box[:number], whole, *box[number + 1 :])
            if not self.left([wider], pieces):
                box = wider
        return box

    def _spend(self, boxes: int) -> None:
        """Counts boxes that are about to be compared with one."""
        self._effort -= boxes * len(self.keys)
        if self._effort < 0:
            raise TooIntricate

    def _is_possible(self, box: Box) -> bool:
        return all(box) and all(self._may_be_at(box, number) for number in self._apart)

    def _may_be_at(self, box: Box, number: int) -> bool:
        """Whether a box that is in a place, if it is, is in none apart from it."""
        return box[number] != INSIDE or all(box[other] != INSIDE for other in self._apart.get(number, ()))

    def _cut(self, piece: Box, cover: Box, narrowed: Sequence[int]) -> Iterator[Box]:
        """The parts of one box outside another, which is narrower than all in some dimensions only."""
        if not all(piece[number] & cover[number] for number in narrowed):
            yield piece
            return
        for number in narrowed:
            beyond = piece[number] & ~cover[number]
            if beyond:
                part = (*piece[:number], beyond, *piece[number + 1 :])
                if self._may_be_at(part, number):
                    yield part
                piece = (*piece[:number], piece[number] & cover[number], *piece[number + 1 :])
                if not self._may_be_at(piece, number):
                    return

    def _narrowed(self, box: Box, key: Axis, bits: int) -> Box:
        number = self._index[key]
        return (*box[:number], box[number] & bits, *box[number + 1 :])

    def _chosen(self, dimension: Dimension, choice: Choice, exclusions: bool) -> int:
        whole = self.full[self._index[dimension]]
        bits = whole if choice.included is None else self._bits(dimension, choice.included)
        return bits & ~self._bits(dimension, choice.excluded) if exclusions else bits

    def _bits(self, dimension: Dimension, values: Iterable[str]) -> int:
        named = {value.lower() for value in values}
        return sum(1 << number for number, value in enumerate(VALUES[dimension]) if value.lower() in named)

    def _aimed(self, box: Box, given: Conditions, exclusions: bool) -> Iterator[Box]:
        """The box for the applications or actions that are chosen, and within the filters."""
        chosen, added = given.applications, None
        for one in given.filters:
            if one.kind == "applicationFilter":
                added = one if one.includes else added
                box = box if one.includes or not exclusions else self._narrowed(box, (one.kind, one.rule), OUTSIDE)
            elif one.includes or exclusions:
                box = self._narrowed(box, (one.kind, one.rule), INSIDE if one.includes else OUTSIDE)
        excluded = chosen.excluded if exclusions else frozenset()
        listed = self._target_bits(lambda one: one.is_among(chosen.included) and not one.is_among(excluded))
        yield self._narrowed(
            box, TARGET, listed | self._target_bits(lambda one: one.action and one.key in given.actions)
        )
        if added is not None:
            any_but = self._target_bits(lambda one: not one.action and not one.is_among(excluded))
            yield self._narrowed(self._narrowed(box, TARGET, any_but), (added.kind, added.rule), INSIDE)

    def _located(self, box: Box, chosen: Choice, exclusions: bool) -> Iterator[Box]:
        if exclusions:
            left_out = {self._index[_place(place)] for place in self._spread(chosen.excluded)}
            box = tuple(bits & OUTSIDE if number in left_out else bits for number, bits in enumerate(box))
        if chosen.included is None:
            yield box
            return
        for place in self._spread(chosen.included):
            yield self._narrowed(box, _place(place), INSIDE)

    def _spread(self, places: Iterable[str]) -> Iterator[str]:
        """The locations, ``AllTrusted`` as the trusted ones that are named and all the others."""
        for place in sorted(places):
            yield place
            if place == ALL_TRUSTED:
                yield from (one for one in self.places if self._locations.is_trusted(one))

    def _target_bits(self, wanted: Callable[[Target], bool]) -> int:
        return sum(1 << number for number, one in enumerate(self.targets) if wanted(one))


def lie_within(boxes: Sequence[Box], others: Sequence[Box]) -> bool:
    """Whether each box lies in one of the others."""
    return boxes == others or all(any(_lies_within(box, other) for other in others) for box in boxes)


def _lies_within(box: Box, other: Box) -> bool:
    return not any(bits & ~whole for bits, whole in zip(box, other, strict=True))


def _place(key: str) -> Axis:
    return ("locations", key)


def _targets(conditions: Sequence[Conditions], action: str) -> list[Target]:
    named = {
        key for each in conditions for key in (each.applications.included or frozenset()) | each.applications.excluded
    }
    groups = [group for group in APPLICATION_GROUPS if group in named]
    found = [Target(OTHER), *(Target(OTHER, group) for group in groups)]
    for key in sorted(named - {*groups, "none"}):
        surely = ["office365"] if key in OFFICE and "office365" in groups else []
        found += [Target(key, group) for group in surely or ["", *groups]]
    actions = {key for each in conditions for key in each.actions} | ({action.lower()} if action else set())
    return found + [Target(key, action=True) for key in sorted(actions)]


def _places(conditions: Sequence[Conditions]) -> list[str]:
    return sorted(
        {key for each in conditions for key in (each.locations.included or frozenset()) | each.locations.excluded}
    )
