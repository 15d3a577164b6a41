"""All inclusions, or all exclusions, of a set of Conditional Access policies, by user.

Each policy is one bit, so that whom many policies name is one number for each user.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.conditional_access.guests import Kinds
from scanner.tenant.conditional_access.role_members import role_members
from scanner.tenant.conditional_access.rows import ALL, ANY_GUEST, GUEST_KINDS, NONE, Guests, Selection
from scanner.tenant.groups import groups

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


@dataclass
class Side:
    """All inclusions, or all exclusions, of all policies."""

    tenant: Tenant
    everyone: int = 0
    users: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    groups: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By group, of which the direct members are not in ``users`` yet."""
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By kind of guest."""
    doubtful_kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By kind of guest: policies that name tenants, which the user object does not tell, or kinds unknown here."""
    doubts: dict[int, NotCollected] = field(default_factory=dict)
    """Policies of which the users are not all known, and why."""
    doubtful: int = 0
    """The same policies as one number."""

    def add(self, policy: int, chosen: Selection) -> None:
        """Whom one policy, given as its bit, names."""
        for key in chosen.users:
            self._add_user(policy, key)
        membership = self.tenant.once(groups)
        for group in chosen.groups:
            nested = membership.nested(group)
            for one in nested.groups:
                self.groups[one] |= policy
            self._add_doubts(policy, nested.missing)
        for role in chosen.roles:
            self._add_role(policy, role)
        if chosen.guests:
            self._add_guests(policy, chosen.guests)

    def doubt(self, policy: int, lack: NotCollected) -> None:
        """That the policy may name anyone."""
        self.doubts.setdefault(policy, lack)
        self.doubtful |= policy

    def add_members(self) -> None:
        """The members of all groups named, once for each group however many policies name it."""
        membership = self.tenant.once(groups)
        for group, policies in self.groups.items():
            for user in membership.users(group):
                self.users[user] |= policies

    def certain(self, user: str, kinds: Kinds) -> int:
        """The policies that name this user for sure."""
        by_kind = ~0
        for kind in kinds:
            by_kind &= self.kinds.get(kind, 0) if kind else 0
        return self.everyone | self.users.get(user, 0) | by_kind

    def possible(self, user: str, kinds: Kinds) -> int:
        """Those, and the policies that may name this user."""
        named = self.everyone | self.users.get(user, 0) | self.doubtful
        for kind in kinds:
            if kind:
                named |= self.kinds.get(kind, 0) | self.doubtful_kinds.get(kind, 0)
        return named

    @property
    def names_guests(self) -> bool:
        """Whether any policy depends on the kind of guest."""
        return bool(self.kinds or self.doubtful_kinds)

    def _add_user(self, policy: int, key: str) -> None:
        if key == ALL:
            self.everyone |= policy
        elif key == ANY_GUEST:
            self._add_kinds(self.kinds, policy, GUEST_KINDS)
        elif key != NONE:
            self.users[key] |= policy

    def _add_role(self, policy: int, role: str) -> None:
        members = self.tenant.once(role_members)
        for user in members.active.get(role, ()) if role not in members.custom else ():
            self.users[user] |= policy
        self._add_doubts(policy, members.missing)
        if role in members.custom:
            reason = f"names the custom role {role}, which Conditional Access does not support"
            self.doubt(policy, NotCollected("conditionalAccessPolicies", reason))

    def _add_doubts(self, policy: int, missing: Iterable[NotCollected]) -> None:
        for lack in missing:
            self.doubt(policy, lack)

    def _add_guests(self, policy: int, named: Guests) -> None:
        known = named.kinds & set(GUEST_KINDS)
        self._add_kinds(self.kinds if named.all_tenants else self.doubtful_kinds, policy, known)
        if named.kinds - known:
            self._add_kinds(self.doubtful_kinds, policy, GUEST_KINDS)

    @staticmethod
    def _add_kinds(side: dict[str, int], policy: int, kinds: Iterable[str]) -> None:
        for kind in kinds:
            side[kind] |= policy
