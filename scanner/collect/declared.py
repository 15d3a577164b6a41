"""For whom a fan-out asks that is about break-glass accounts only: those that the configuration declares.

Users are declared by id or userPrincipalName, groups by id or displayName, without regard to letter case, and the users
in declared groups are meant too, nested ones included. A name that fits several groups declares nobody, as in a scan
(``scanner/tenant/break_glass.py``); the scan reports it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from scanner.collect.refusal import Broken
from scanner.collect.resource import FanOut

T = TypeVar("T")

GROUPS, MEMBERS = "groups", "groupMembers"
_GROUP, _USER = "#microsoft.graph.group", "#microsoft.graph.user"


class _User(msgspec.Struct):
    """A user as it can be declared."""

    id: str
    name: str | None = msgspec.field(default=None, name="userPrincipalName")


class _Group(msgspec.Struct):
    """A group as it can be declared."""

    id: str
    name: str | None = msgspec.field(default=None, name="displayName")


class _Member(msgspec.Struct):
    id: str
    type: str | None = msgspec.field(default=None, name="@odata.type")


class _Membership(msgspec.Struct):
    id: str
    members: list[_Member] = []


_user = msgspec.json.Decoder(_User).decode
_group = msgspec.json.Decoder(_Group).decode
_membership = msgspec.json.Decoder(_Membership).decode


class DeclaredAccounts:
    """The parents of a fan-out with ``declared``; takes notice of users, groups and members as they go by."""

    def __init__(self, fan_out: FanOut, accounts: Iterable[str], groups: Iterable[str]) -> None:
        self._accounts = {name.casefold() for name in accounts}
        self._names = {name.casefold() for name in groups}
        self._wanted: set[str] = set()
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        """Declared name → the groups that have it."""
        self._users: dict[str, set[str]] = {}
        self._nested: dict[str, set[str]] = {}
        self._see: Mapping[str, Callable[[bytes], None]] = {
            **({fan_out.parents: self._see_user} if self._accounts else {}),
            **({GROUPS: self._see_group, MEMBERS: self._see_members} if self._names else {}),
        }

    @property
    def sources(self) -> frozenset[str]:
        """The resources whose records it wants to see; without all of them it cannot tell the parents."""
        return frozenset(self._see)

    def see(self, resource: str, records: Collection[bytes]) -> None:
        """Takes notice of records of one of its sources; raises ``Broken`` for one of another form."""
        for record in records:
            self._see[resource](record)

    def reads(self, resource: str) -> frozenset[str]:
        """The properties by which records of a source lead to accounts: without one, there may be more of them."""
        if resource not in self._see:
            return frozenset()
        return frozenset({{GROUPS: "displayName", MEMBERS: "members"}.get(resource, "userPrincipalName")})

    def ids(self) -> tuple[str, ...]:
        """Ids of the accounts to ask for, sorted."""
        members = {user for group in self._declared_groups() for user in self._users.get(group, ())}
        return tuple(sorted(self._wanted | members))

    def _declared_groups(self) -> Iterator[str]:
        """The declared groups and those nested in them, each once."""
        waiting = [next(iter(groups)) for groups in self._groups.values() if len(groups) == 1]
        done: set[str] = set()
        while waiting:
            group = waiting.pop()
            if group not in done:
                done.add(group)
                waiting.extend(self._nested.get(group, ()))
                yield group

    def _see_user(self, record: bytes) -> None:
        user = _decoded(_user, record)
        if self._accounts & _names(user):
            self._wanted.add(user.id)

    def _see_group(self, record: bytes) -> None:
        group = _decoded(_group, record)
        for name in self._names & _names(group):
            self._groups[name].add(group.id)

    def _see_members(self, record: bytes) -> None:
        group = _decoded(_membership, record)
        self._nested[group.id] = {member.id for member in group.members if member.type == _GROUP}
        self._users[group.id] = {member.id for member in group.members if member.type == _USER}


def _names(one: _User | _Group) -> set[str]:
    return {one.id.casefold(), (one.name or "").casefold()}


def _decoded(decode: Callable[[Any], T], record: bytes) -> T:
    try:
        return decode(record)
    except msgspec.DecodeError as error:
        raise Broken(f"a record has another form than expected: {error}") from error
