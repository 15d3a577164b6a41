"""What the enabled Conditional Access policies together leave open of a goal, for one class of people at a time.

Where it is not certain that a policy applies or serves, the question is asked without it and with it: what is left
with it is open for certain, what is left only without it is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.break_glass.accounts import accounts
from scanner.tenant.conditional_access.applied import POLICIES, Applied, Policy, read_policies
from scanner.tenant.conditional_access.goals import Goal
from scanner.tenant.conditional_access.locations import locations
from scanner.tenant.conditional_access.people import Key, Named, places
from scanner.tenant.conditional_access.space import (
    INSIDE,
    OUTSIDE,
    Axis,
    Box,
    Part,
    Space,
    TooIntricate,
    lie_within,
)

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

MOST_PARTS = 5
"""Parts of a gap that are put into words; more are only said to be there."""

TOO_INTRICATE = "cut the sign-ins of these people into more parts than can be told apart here"


class DefaultsRow(Row):
    """Whether security defaults are on."""

    isEnabled: bool | None = None


DEFAULTS_READS = (Reading("identitySecurityDefaultsEnforcementPolicy", DefaultsRow),)


@dataclass(frozen=True)
class Escape:
    """Why one policy does not cover a gap."""

    policy: str
    entries: tuple[Key, ...] = ()
    """The exclusions that leave these people out."""
    activated: frozenset[Key] = frozenset()
    """Those of them that they have to activate before."""
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The exclusions that leave these sign-ins out, by condition."""
    unknown: str = ""
    """A condition that is not understood."""


@dataclass(frozen=True)
class Verdict:
    """What of a goal is open for one class of people."""

    parts: tuple[Part, ...] = ()
    """Each the dimensions that are narrowed, with the values that are open; nothing narrowed is every sign-in."""
    more: bool = False
    """There are further parts."""
    escapes: tuple[Escape, ...] = ()
    report_only: tuple[str, ...] = ()
    """Policies that would cover some of it if they were enabled."""
    lack: tuple[str, str] | None = None
    """Resource and reason, where it is not known."""

    @property
    def covered(self) -> bool:
        """Whether nothing is open for certain."""
        return not self.parts and self.lack is None


class GoalJudge:
    """Judges classes of people by one goal. Raises ``NotCollected`` when made without policies."""

    def __init__(self, tenant: Tenant, goal: Goal) -> None:
        self._tenant = tenant
        self._known = tenant.once(read_policies)
        self._doubts: dict[int, NotCollected] = {}
        """Policies of which it is not known whether they serve the goal, by place, and why."""
        self._meant = 0
        serving = [place for place in range(len(self._known.all)) if self._serves(goal, place)]
        self._locations = tenant.once(locations)
        conditions = [one for one in (self._policy(place).conditions for place in serving) if not one.unknown]
        self._space = Space(conditions, self._locations, goal.action)
        self._region = goal.region(self._space)
        self._boxes = {place: self._space.boxes(self._policy(place).conditions) for place in serving}
        self._unlimited = {
            place: self._space.boxes(self._policy(place).conditions, exclusions=False) for place in serving
        }
        self._doubtful = sum(1 << place for place in self._doubts)
        self._order = sorted(serving, key=self._narrowness)
        self._serving = sum(1 << place for place in serving)
        self._enabled = sum(1 << place for place in serving if self._policy(place).enabled)
        self._report_only = self._serving & ~self._enabled
        self._by_defaults = goal.by_defaults and not any(one.enabled for one in self._known.all)
        self._contained = [(1 << place, self._later_within(place)) for place in self._order]
        self._own = {place: escape for place in serving if (escape := _own_escape(self._policy(place)))}
        self._limited = sum(1 << place for place in self._own)
        self._not_understood = sum(1 << place for place, escape in self._own.items() if escape.unknown)
        self._left: dict[int, _Left] = {}

    def judge(self, named: Named) -> Verdict:
        """What is open for people of these entries."""
        return self.verdict(named, self._known.applied(named))

    def verdict(self, named: Named, applied: Applied) -> Verdict:
        """What is open for people of these entries, to whom these policies apply."""
        surely = applied.surely & self._enabled & ~self._doubtful
        maybe = applied.maybe & self._enabled
        try:
            if not self._open(surely).pieces:
                return Verdict()
            if not self._open(maybe).pieces:
                return self._unknown(named, maybe & ~surely)
            return self._gap(named, applied, maybe)
        except TooIntricate:
            return Verdict(lack=(POLICIES, TOO_INTRICATE))
        except NotCollected as lack:
            return Verdict(lack=(lack.resource, lack.reason))

    def _policy(self, place: int) -> Policy:
        return self._known.all[place]

    def _serves(self, goal: Goal, place: int) -> bool:
        """Whether a policy may serve the goal, noting whether it is meant for it."""
        policy = self._policy(place)
        try:
            serves = goal.serves(self._tenant)(policy.id)
            meant = serves and goal.means(self._tenant, policy.id, policy.conditions)
        except NotCollected as lack:
            self._doubts[place] = lack
            serves = meant = True
        self._meant |= 1 << place if meant else 0
        return serves

    def _narrowness(self, place: int) -> tuple[int, str]:
        widest = max((sum(map(int.bit_count, box)) for box in self._boxes[place]), default=0)
        return (-widest, self._policy(place).id)

    def _later_within(self, place: int) -> int:
        """Of the policies that come later in the order those that see nothing but what this one sees."""
        later = self._order[self._order.index(place) + 1 :]
        return sum(1 << one for one in later if lie_within(self._boxes[one], self._boxes[place]))

    def _open(self, policies: int) -> _Left:
        """What these policies together leave. Raises ``TooIntricate``."""
        if policies not in self._left:
            deciding = self._deciding(policies)
            if deciding not in self._left:
                covers = (box for place in self._order if deciding >> place & 1 for box in self._boxes[place])
                self._left[deciding] = _Left(self._space.left([self._region], covers))
            self._left[policies] = self._left[deciding]
        return self._left[policies]

    def _deciding(self, policies: int) -> int:
        """Without those that see nothing but what another one of them sees, so that many people share an answer.

        The widest come first, to leave few pieces.
        """
        kept = 0
        for policy, contained in self._contained:
            if policies & policy:
                kept |= policy
                policies &= ~(policy | contained)
        return kept

    def _unknown(self, named: Named, doubtful: int) -> Verdict:
        """Why it is not known whether the first of the doubtful policies covers them."""
        place = next(places(doubtful))
        policy = self._policy(place)
        lack = policy.doubt or self._doubts.get(place) or self._doubt_of(policy, place, named)
        return Verdict(lack=(lack.resource, lack.reason))

    def _doubt_of(self, policy: Policy, place: int, named: Named) -> NotCollected:
        for bit, lack in self._known.entries.doubts.items():
            if bit & (named.certain ^ named.possible) and self._known.names(place, bit):
                return lack
        reason = f"whether {policy.name!r} is for these guests depends on their kind or home tenant, which is not told"
        return NotCollected("users", reason)

    def _gap(self, named: Named, applied: Applied, maybe: int) -> Verdict:
        """Raises ``NotCollected`` if the gap may be none."""
        self._require_certainty(maybe)
        left = self._open(maybe)
        parts, more = self._tell(left)
        waiting = self._meeting(left, applied.surely & self._report_only & self._meant)
        would = tuple(sorted(self._policy(place).id for place in places(waiting)))
        return Verdict(parts, more, self._escapes(named, applied, left, maybe), would)

    def _require_certainty(self, policies: int) -> None:
        """Raises ``NotCollected``. An enabled policy shows that security defaults are off: one excludes the other.

        https://learn.microsoft.com/entra/fundamentals/security-defaults
        """
        self._tenant.once(accounts).certain()
        if self._by_defaults and not any(row.isEnabled is False for row in self._tenant.rows(*DEFAULTS)):
            raise NotCollected(DEFAULTS[0], "does not say whether security defaults are on")
        if self._locations.lack and all(map(self._depends_on_overlap, self._open(policies).pieces)):
            raise NotCollected(self._locations.lack.resource, self._locations.lack.reason)

    def _depends_on_overlap(self, piece: Box) -> bool:
        """Whether the piece is there only if locations overlap or are trusted as it needs."""
        narrowed = [bits for key, bits in zip(self._space.keys, piece, strict=True) if _is_location(key, bits)]
        return len(narrowed) > 1 and INSIDE in narrowed

    def _tell(self, left: _Left) -> tuple[tuple[Part, ...], bool]:
        """What is left, in words, and whether there is more. Raises ``TooIntricate``."""
        if left.told is None:
            found, whole = self._space.widest(left.pieces, self._region, MOST_PARTS)
            left.told = tuple(self._space.described(box, self._region) for box in found), not whole
        return left.told

    def _escapes(self, named: Named, applied: Applied, left: _Left, maybe: int) -> tuple[Escape, ...]:
        """Of the policies that are meant for the goal; where none of them tells, whom the others leave out."""
        left_out = applied.left_out & self._enabled
        found = self._by_people(named, left, left_out & self._meant)
        nearly = self._meeting(left, maybe & self._meant, unlimited=True)
        own = maybe & self._meant & self._limited & (nearly | self._not_understood)
        found += [self._own[place] for place in places(own)]
        found = found or self._by_people(named, left, left_out)
        return tuple(sorted(found, key=lambda one: one.policy))

    def _by_people(self, named: Named, left: _Left, left_out: int) -> list[Escape]:
        found = places(self._meeting(left, left_out))
        keys = self._known.entries.keys
        excluded = ((self._policy(place).id, named.certain & self._policy(place).excluded) for place in found)
        return [
            Escape(policy, tuple(keys(entries)), frozenset(keys(entries & named.activated)))
            for policy, entries in excluded
        ]

    def _meeting(self, left: _Left, asked: int, unlimited: bool = False) -> int:
        """Which of the policies that are asked about have sign-ins in common with what is left; with ``unlimited``
        also those that would but for what their conditions exclude."""
        asked &= self._serving
        boxes = self._unlimited if unlimited else self._boxes
        known, met = left.met.get(unlimited, (0, 0))
        for place in places(asked & ~known):
            met |= 1 << place if self._space.meets(left.pieces, boxes[place]) else 0
        left.met[unlimited] = known | asked, met
        return asked & met


@dataclass
class _Left:
    """What some policies leave of a goal, and what has been found out about it."""

    pieces: Sequence[Box]
    told: tuple[tuple[Part, ...], bool] | None = None
    """It in words, and whether there is more."""
    met: dict[bool, tuple[int, int]] = field(default_factory=dict)
    """Policies of which it was asked whether they have sign-ins in common with it, and those that have: as they are,
    and without what their conditions exclude."""


def _own_escape(policy: Policy) -> Escape | None:
    """How sign-ins escape a policy by its own conditions, if they can."""
    given = policy.conditions
    if given.unknown:
        return Escape(policy.id, unknown=given.unknown)
    exclusions = given.exclusions()
    return Escape(policy.id, conditions=exclusions) if exclusions else None


def _is_location(key: Axis, bits: int) -> bool:
    return isinstance(key, tuple) and key[0] == "locations" and bits in (INSIDE, OUTSIDE)


DEFAULTS = ("identitySecurityDefaultsEnforcementPolicy", DefaultsRow)


def defaults_on(tenant: Tenant) -> bool:
    """Whether security defaults are known to be on. Not known counts as off: see where a gap is judged."""
    try:
        return any(row.isEnabled is True for row in tenant.rows(*DEFAULTS))
    except NotCollected:
        return False
