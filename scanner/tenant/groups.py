"""Who is in a group: members of members too, cycles and groups that no longer exist included.

Conditional Access applies to the users of nested groups; role-assignable groups cannot be nested today, and where
a snapshot shows one in another all the same its members are counted. Sources:
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

GROUP_TYPE = "#microsoft.graph.group"

NO_USERS = frozenset(
    f"#microsoft.graph.{kind}"
    for kind in ("servicePrincipal", "agentIdentity", "device", "orgContact", "application", "administrativeUnit")
)
"""Kinds of members that are neither users nor groups. Any other kind is one of users, such as ``agentUser``:
https://learn.microsoft.com/graph/api/resources/agentuser
https://learn.microsoft.com/graph/api/group-list-members"""


class Member(msgspec.Struct, gc=False):
    """One direct member of a group."""

    id: str
    type: str | None = msgspec.field(name="@odata.type", default=None)


class MembersRow(Row):
    """The direct members of the group whose id the row has."""

    members: list[Member] | None = None


class IdRow(Row):
    """Any record, of which only the existence matters."""


MEMBERS_READS = (Reading("groupMembers", MembersRow), Reading("groups", IdRow))


@dataclass(frozen=True)
class Nested:
    """The groups whose direct members are in a group: itself, and the groups within it."""

    groups: tuple[str, ...]
    missing: tuple[NotCollected, ...]
    """Groups within it whose members are not in the snapshot: with any, there may be more members."""


@dataclass(frozen=True)
class Closure:
    """Everybody who is in a group, directly or through groups in it."""

    users: frozenset[str]
    others: frozenset[str]
    """Members that are neither users nor groups: service principals, devices, contacts."""
    missing: tuple[NotCollected, ...]
    """As ``Nested`` has it."""

    @property
    def is_empty(self) -> bool:
        """Whether it is certain that no user is in the group."""
        return not self.users and not self.missing


@dataclass(frozen=True)
class Direct:
    """The direct members of one group, by kind. One whose kind is not told is among the users and the groups."""

    users: tuple[str, ...]
    groups: tuple[str, ...]
    others: tuple[str, ...]


NO_MEMBERS = Direct((), (), ())


class Groups:
    """Memberships of the groups that were collected. Made once per tenant by ``groups``."""

    def __init__(self, listed: Mapping[str, Direct | None], lack: NotCollected | None, tenant: Tenant) -> None:
        """``listed`` has None for a group whose record does not tell its members."""
        self._listed = listed.keys()
        self._direct = {group: direct for group, direct in listed.items() if direct is not None}
        self.lack = lack
        """Why no memberships are known at all, if that is so."""
        self._tenant = tenant

    def ids(self) -> Iterable[str]:
        """The groups whose members were asked for."""
        return self._listed

    def nested(self, group: str) -> Nested:
        """The group with this id and the groups within it. One that was deleted has no members."""
        found: list[str] = []
        missing: list[NotCollected] = []
        seen = {group}
        waiting = [group]
        while waiting:
            current = waiting.pop()
            direct = self._direct.get(current)
            if direct is None:
                missing.extend(self._absent(current))
                continue
            found.append(current)
            waiting.extend(new for new in direct.groups if new not in seen)
            seen.update(direct.groups)
        return Nested(tuple(found), tuple(missing))

    def direct(self, group: str) -> tuple[Direct, tuple[NotCollected, ...]]:
        """The direct members of the group with this id, and what may hide further ones."""
        found = self._direct.get(group)
        return (found, ()) if found is not None else (NO_MEMBERS, tuple(self._absent(group)))

    def users(self, group: str) -> tuple[str, ...]:
        """The users who are direct members of a group in ``Nested.groups``."""
        return self._direct[group].users

    def closure(self, group: str) -> Closure:
        """The effective members of the group with this id. A group that was deleted has none."""
        nested = self.nested(group)
        return Closure(
            users=frozenset(user for one in nested.groups for user in self._direct[one].users),
            others=frozenset(other for one in nested.groups for other in self._direct[one].others),
            missing=nested.missing,
        )

    def exists(self, group: str) -> bool:
        """Whether the tenant has a group with this id; raises ``NotCollected`` where that cannot be told."""
        return group in self._listed or group in self._tenant.once(_existing)

    def _absent(self, group: str) -> list[NotCollected]:
        """Why a group has no members here: nothing if it was deleted."""
        try:
            if not self.exists(group):
                return []
        except NotCollected as lack:
            return [lack]
        return [self.lack or NotCollected("groupMembers", f"the members of group {group} were not collected")]


def groups(tenant: Tenant) -> Groups:
    """The memberships in the snapshot. Never raises: what is missing is said by the closure that needs it."""
    try:
        rows = tenant.rows("groupMembers", MembersRow)
        listed = {row.id: None if row.members is None else _sorted_out(row.members) for row in rows}
    except NotCollected as lack:
        return Groups({}, lack, tenant)
    return Groups(listed, None, tenant)


def _existing(tenant: Tenant) -> frozenset[str]:
    return frozenset(row.id for row in tenant.rows("groups", IdRow))


def _sorted_out(members: list[Member]) -> Direct:
    """A member without a type is taken for a user and for a group: whoever it is or has must not be missed."""
    return Direct(
        users=tuple(member.id for member in members if member.type != GROUP_TYPE and member.type not in NO_USERS),
        groups=tuple(member.id for member in members if member.type in (GROUP_TYPE, None)),
        others=tuple(member.id for member in members if member.type in NO_USERS),
    )
