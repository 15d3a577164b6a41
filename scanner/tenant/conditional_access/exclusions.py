"""Whom a Conditional Access policy exempts, besides the declared break-glass accounts.

An exclusion counts if it exempts anyone now, or, for roles, anyone who can activate the role: a group without
members and a role that nobody has exempt nobody. Two kinds count whoever is there: guests, since some of them have no
user object, and ids that the directory does not have, since what was deleted can be restored with its exemption
(https://learn.microsoft.com/graph/api/resources/directory).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS, accounts
from scanner.tenant.conditional_access.role_members import role_members
from scanner.tenant.conditional_access.rows import ANY_GUEST, GUEST_KINDS, POLICY_READS, PolicyRow, Users
from scanner.tenant.directory import NAMED_GROUPS, NAMED_USERS, find_principals
from scanner.tenant.groups import MEMBERS_READS, groups
from scanner.tenant.roles.definitions import definitions
from scanner.tenant.roles.holdings import ROLE_READS

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

EXCLUSION_READS = (*POLICY_READS, *BREAK_GLASS_READS, *MEMBERS_READS, *ROLE_READS, NAMED_USERS, NAMED_GROUPS)


UNKNOWN = "unknown"


class ExcludedPrincipal(msgspec.Struct, frozen=True):
    """An exclusion of a policy, as the policy names it."""

    id: Annotated[str, Meta(description="Id of the user or group, template id of the role, or kinds of guests.")]
    type: Annotated[str, Meta(description="user, group, role, guestsOrExternalUsers, or unknown when it was deleted.")]
    name: Annotated[str | None, Meta(description="Its displayName; for guests their kinds, joined by commas.")]


@dataclass(frozen=True)
class Exclusions:
    """The exclusions of one policy that exempt somebody who is not a break-glass account."""

    certain: tuple[ExcludedPrincipal, ...]
    doubts: tuple[NotCollected, ...]
    """What was not collected and may make further exclusions count."""

    def complete(self) -> list[ExcludedPrincipal]:
        """All of them; raises ``NotCollected`` if there may be more."""
        for lack in self.doubts:
            raise NotCollected(lack.resource, lack.reason)
        return list(self.certain)


def excluded_users(tenant: Tenant) -> Callable[[str], list[ExcludedPrincipal]]:
    """``policy.excludedUsers``."""
    find = tenant.once(exclusions)
    return lambda policy: find(policy).complete()


def exclusions(tenant: Tenant) -> Callable[[str], Exclusions]:
    """A function from a policy's id to its exclusions. Raises ``NotCollected`` without the policies."""
    policies = {row.id: row.users for row in tenant.rows("conditionalAccessPolicies", PolicyRow)}
    finder = _Finder(tenant, policies.values())
    return lambda policy: finder.find(policies[policy])


class _Finder:
    """Finds the exclusions that count."""

    def __init__(self, tenant: Tenant, policies: Iterable[Users]) -> None:
        self._tenant = tenant
        self._break_glass = tenant.once(accounts)
        users = {key for policy in policies for key in policy.excludeUsers or []}
        self._users = find_principals(tenant, users - {ANY_GUEST}, (NAMED_USERS,))
        named_groups = {key for policy in policies for key in policy.excludeGroups or []}
        self._groups = find_principals(tenant, named_groups, (NAMED_GROUPS,)).found

    def find(self, policy: Users) -> Exclusions:
        """The exclusions of one policy."""
        certain: list[ExcludedPrincipal] = []
        doubts: list[NotCollected] = []
        if ANY_GUEST in (policy.excludeUsers or []):
            certain.append(_guests(GUEST_KINDS))
        elif policy.excludeGuestsOrExternalUsers and policy.excludeGuestsOrExternalUsers.kinds:
            certain.append(_guests(sorted(policy.excludeGuestsOrExternalUsers.kinds)))
        for judge in self._named(policy):
            try:
                found = judge()
            except NotCollected as lack:
                doubts.append(lack)
            else:
                certain.extend(found)
        return Exclusions(tuple(certain), tuple(doubts))

    def _named(self, policy: Users) -> Iterator[Callable[[], list[ExcludedPrincipal]]]:
        users = (key for key in policy.excludeUsers or [] if key != ANY_GUEST)
        yield from (partial(self._user, key) for key in users)
        yield from (partial(self._group, key) for key in policy.excludeGroups or [])
        yield from (partial(self._role, key) for key in policy.excludeRoles or [])

    def _user(self, key: str) -> list[ExcludedPrincipal]:
        if key in self._break_glass.ids:
            return []
        principal = self._users.get(key)
        if principal is None:
            return [ExcludedPrincipal(key, UNKNOWN, None)]
        self._break_glass.certain()
        return [ExcludedPrincipal(key, "user", principal.name)]

    def _group(self, key: str) -> list[ExcludedPrincipal]:
        membership = self._tenant.once(groups)
        nested = membership.nested(key)
        users = (user for group in nested.groups for user in membership.users(group))
        if not self._exempts(users, nested.missing):
            return [] if membership.exists(key) else [ExcludedPrincipal(key, UNKNOWN, None)]
        group = self._groups.get(key)
        return [ExcludedPrincipal(key, "group", group.name if group else None)]

    def _role(self, key: str) -> list[ExcludedPrincipal]:
        known = self._tenant.once(role_members)
        if not self._exempts(known.possible.get(key, frozenset()), known.missing):
            return []
        return [ExcludedPrincipal(key, "role", self._tenant.once(_role_names).get(key))]

    def _exempts(self, users: Iterable[str], missing: Iterable[NotCollected]) -> bool:
        """Whether one of these users is no break-glass account."""
        if any(user not in self._break_glass.ids for user in users):
            self._break_glass.certain()
            return True
        for lack in missing:
            raise NotCollected(lack.resource, lack.reason)
        return False


def _guests(kinds: Sequence[str]) -> ExcludedPrincipal:
    joined = ",".join(kinds)
    return ExcludedPrincipal(joined, "guestsOrExternalUsers", joined)


def _role_names(tenant: Tenant) -> Mapping[str, str]:
    return {role.template: role.name for role in tenant.once(definitions).values()}
