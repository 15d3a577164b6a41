"""Everybody who may sign in, sorted by what Conditional Access policies name them for.

Each user, group, role or kind of guest that some policy includes or excludes is one entry, one bit. People of the same
entries are alike to every policy, so that a question about coverage is asked once for each class, and the exclusion by
which a class escapes is known. Guests without a user object stand as classes of their own, for each kind and for each
home tenant that a policy names; declared break-glass accounts are in none.

Whoever can activate a role or a membership of a group (Privileged Identity Management) can have its exemptions within
minutes, so people are judged as they are and as they can be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import accounts
from scanner.tenant.conditional_access.guests import INTERNAL, Kinds, guests
from scanner.tenant.conditional_access.role_members import role_members
from scanner.tenant.conditional_access.rows import ALL, ANY_GUEST, GUEST_KINDS, NONE, Guests, Selection
from scanner.tenant.conditional_access.side import Side
from scanner.tenant.groups import IdRow
from scanner.tenant.roles.memberships import memberships

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

Key: TypeAlias = tuple[str, str]
"""Kind of entry (user, group, role, guests) and its id; of guests their kinds and tenants."""

EVERYONE: Key = ("user", ALL)

INTERNAL_GUEST = "internalGuest"


def places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, in ascending order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


@dataclass(frozen=True, slots=True)
class Named:
    """Who is meant: the entries that surely name somebody, and those that may."""

    certain: int
    possible: int
    later: int = 0
    """Entries that name them once they activate a role or a membership."""
    perhaps: int = 0
    """Entries of which it is not known whether they can activate them."""
    activated: int = 0
    """Of the certain entries, those that were ``later``."""

    def plus(self, entries: int) -> Named:
        """The same with further entries."""
        return Named(
            self.certain | entries, self.possible | entries, self.later & ~entries, self.perhaps, self.activated
        )

    def states(self) -> Iterator[Named]:
        """As they are now, with each entry that they can activate, and with all of those."""
        now = Named(self.certain, self.possible)
        yield now
        if self.perhaps & ~self.possible:
            yield Named(self.certain, self.possible | self.perhaps)
        alone = 0
        for place in places(self.later):
            alone = 1 << place
            yield now.activating(alone)
        if self.later != alone:
            yield now.activating(self.later)

    def activating(self, entries: int) -> Named:
        """The same once they activate these entries."""
        return Named(self.certain | entries, self.possible | entries, activated=entries)


@dataclass(frozen=True)
class Newcomer:
    """A guest without a user object."""

    kind: str
    home: str
    """Id of the home tenant; empty for any that no policy names."""


@dataclass
class People:
    """Those who are alike to every policy."""

    named: Named
    users: list[str] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)


class Entries:
    """Everything that policies name people by."""

    def __init__(self, tenant: Tenant, selections: Iterable[Selection]) -> None:
        self._numbers: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._guests: dict[Key, Guests] = {}
        self._side = Side(tenant)
        for selection in selections:
            for key, alone in _split(selection):
                if key not in self._numbers:
                    self._numbers[key] = len(self._keys)
                    self._keys.append(key)
                    self._side.add(self.bit(key), alone)
                    if alone.guests:
                        self._guests[key] = alone.guests
        self._side.add_members()
        self._later: dict[str, int] = defaultdict(int)
        lacks = dict(self._find_later(tenant))
        self._perhaps = sum(lacks)
        self.doubts: Mapping[int, NotCollected] = {**lacks, **self._side.doubts}
        """Entries of which the people are not all known, as their bit, and why."""

    def bit(self, key: Key) -> int:
        """The bit of an entry; 0 for one that no policy names."""
        return 1 << self._numbers[key] if key in self._numbers else 0

    def bits(self, selection: Selection) -> int:
        """The entries of one selection."""
        return sum({self.bit(key) for key, _ in _split(selection)})

    def keys(self, bits: int) -> list[Key]:
        """The entries, sorted."""
        return sorted(map(self._keys.__getitem__, places(bits)))

    @property
    def names_guests(self) -> bool:
        """Whether any entry depends on the kind of guest."""
        return self._side.names_guests

    def of_user(self, user: str, kinds: Kinds) -> Named:
        """The entries for a user of the directory."""
        certain = self._side.certain(user, kinds)
        later = self._later.get(user, 0) & ~certain
        return Named(certain, self._side.possible(user, kinds), later, self._perhaps & ~certain)

    def _find_later(self, tenant: Tenant) -> Iterator[tuple[int, NotCollected]]:
        """Notes who can activate what, and gives the entries of which that is not known."""
        for (kind, name), number in self._numbers.items():
            if kind == "role":
                for user in tenant.once(role_members).possible.get(name, ()):
                    self._later[user] |= 1 << number
            elif kind == "group":
                eligible, missing = tenant.once(memberships).eligible(name)
                for user in eligible:
                    self._later[user] |= 1 << number
                yield from ((1 << number, lack) for lack in missing)

    def of_newcomer(self, one: Newcomer) -> Named:
        """The entries for a guest who is in no group and has no role."""
        certain = self.bit(EVERYONE) | self.bit(("user", ANY_GUEST))
        doubtful = 0
        for key, chosen in self._guests.items():
            if one.kind in chosen.kinds:
                if chosen.all_tenants or one.home in chosen.tenants:
                    certain |= self.bit(key)
                elif one.kind == INTERNAL_GUEST or not chosen.tenants:
                    doubtful |= self.bit(key)
        return Named(certain, certain | doubtful)

    def newcomers(self) -> Iterator[Newcomer]:
        """One guest without a user object of each kind, and from each tenant that some policy names."""
        homes = sorted({home for chosen in self._guests.values() for home in chosen.tenants})
        unknown = {kind for chosen in self._guests.values() for kind in chosen.kinds} - set(GUEST_KINDS)
        for kind in (*GUEST_KINDS, *sorted(unknown)):
            yield from (Newcomer(kind, home) for home in ("", *(homes if kind != INTERNAL_GUEST else ())))


def classes(tenant: Tenant, entries: Entries, exempt: Iterable[str] = (), members_only: bool = False) -> list[People]:
    """Everybody, in classes: users of the directory, who must have been collected, and guests without a user object.

    Users who are exempt by id count even if the directory does not have them: whoever was deleted can be restored.
    """
    found: dict[Named, People] = {}
    break_glass = tenant.once(accounts).ids
    kinds_of_user = kinds_of(tenant, entries.names_guests or members_only)
    gone = dict.fromkeys(exempt)
    for row in tenant.rows("users", IdRow):
        gone.pop(row.id, None)
        kinds = kinds_of_user(row.id)
        if row.id not in break_glass and not (members_only and None not in kinds):
            named = entries.of_user(row.id, kinds)
            found.setdefault(named, People(named)).users.append(row.id)
    for user in sorted(gone.keys() - break_glass):
        named = entries.of_user(user, INTERNAL)
        found.setdefault(named, People(named)).users.append(user)
    for one in () if members_only else entries.newcomers():
        named = entries.of_newcomer(one)
        found.setdefault(named, People(named)).newcomers.append(one)
    return list(found.values())


def kinds_of(tenant: Tenant, needed: bool) -> Callable[[str], Kinds]:
    """The kinds of guest that a user may be of; every kind where that is not known, none where it is not needed."""
    known: Mapping[str, Kinds] = {}
    if needed:
        try:
            known = tenant.once(guests)
        except NotCollected:
            return lambda user: (None, *GUEST_KINDS)
    return lambda user: known.get(user, INTERNAL)


def _split(selection: Selection) -> Sequence[tuple[Key, Selection]]:
    """Each entry of a selection, and a selection of it alone."""
    found: list[tuple[Key, Selection]] = []
    found += [(("user", key), Selection((key,), (), (), None)) for key in selection.users if key != NONE]
    found += [(("group", key), Selection((), (key,), (), None)) for key in selection.groups]
    found += [(("role", key), Selection((), (), (key,), None)) for key in selection.roles]
    if selection.guests and selection.guests.kinds:
        chosen = selection.guests
        where = "" if chosen.all_tenants else "@" + ",".join(sorted(chosen.tenants))
        found.append((("guests", ",".join(sorted(chosen.kinds)) + where), Selection((), (), (), chosen)))
    return found
