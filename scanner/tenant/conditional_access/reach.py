"""Which enabled Conditional Access policies apply to a user: ``user.conditionalAccessPolicies``.

Each policy is one bit. For each user the policies that certainly and possibly include them, and those that certainly
and possibly exclude them, are unions of such bits, so that a hundred thousand users cost little more than the groups
that policies name. Where certain and possible differ, the answer is ``NotCollected``, never a guess.

Roles count as they are held at present; what only an activation would bring does not.
Source: https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import PROTECTION_READS, protection_policies
from scanner.tenant.conditional_access.guests import GUEST_READS, INTERNAL, Kinds, guests
from scanner.tenant.conditional_access.rows import GUEST_KINDS, POLICY_READS, PolicyRow
from scanner.tenant.conditional_access.side import Side
from scanner.tenant.groups import MEMBERS_READS
from scanner.tenant.roles.holdings import ROLE_READS

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

REACH_READS = (*POLICY_READS, *PROTECTION_READS, *MEMBERS_READS, *ROLE_READS, *GUEST_READS)

ENABLED = "enabled"


def user_policies(tenant: Tenant) -> Callable[[str], list[Any]]:
    """``user.conditionalAccessPolicies``, as records."""
    reach = tenant.once(policy_reach)
    records: dict[tuple[str, ...], list[Any]] = {}

    def fact(user: str) -> list[Any]:
        keys = reach.policies(user)
        if keys not in records:
            found = (tenant.record("conditionalAccessPolicy", "conditionalAccessPolicies", key) for key in keys)
            records[keys] = [record for record in found if record is not None]
        return records[keys]

    return fact


def policy_reach(tenant: Tenant) -> Reach:
    """The enabled policies that are not declared as protecting break-glass accounts, with whom they reach."""
    left_out = tenant.once(protection_policies).ids
    rows = tenant.rows("conditionalAccessPolicies", PolicyRow)
    policies = [row for row in rows if row.state == ENABLED and row.id not in left_out]
    included, excluded = Side(tenant), Side(tenant)
    for number, policy in enumerate(policies):
        if policy.doubt:
            included.doubt(1 << number, NotCollected("conditionalAccessPolicies", _says(policy)))
        included.add(1 << number, policy.users.included)
        excluded.add(1 << number, policy.users.excluded)
    included.add_members()
    excluded.add_members()
    return Reach(tenant, policies, included, excluded)


def _says(policy: PolicyRow) -> str:
    return f"Conditional Access policy {policy.displayName or policy.id!r} {policy.doubt}"


class Reach:
    """Which policies apply to which user."""

    def __init__(self, tenant: Tenant, policies: Sequence[PolicyRow], included: Side, excluded: Side) -> None:
        self._policies = policies
        self._included = included
        self._excluded = excluded
        self._keys: dict[int, tuple[str, ...]] = {}
        self._lack: NotCollected | None = None
        self._kinds: Mapping[str, Kinds] = {}
        if included.names_guests or excluded.names_guests:
            try:
                self._kinds = tenant.once(guests)
            except NotCollected as lack:
                self._lack = lack

    def policies(self, user: str) -> tuple[str, ...]:
        """Ids of the policies that apply to the user; raises ``NotCollected`` where that cannot be told."""
        kinds = (None, *GUEST_KINDS) if self._lack else self._kinds.get(user, INTERNAL)
        certain = self._included.certain(user, kinds) & ~self._excluded.possible(user, kinds)
        possible = self._included.possible(user, kinds) & ~self._excluded.certain(user, kinds)
        if certain != possible:
            raise self._doubt(certain ^ possible)
        if certain not in self._keys:
            self._keys[certain] = tuple(
                policy.id for number, policy in enumerate(self._policies) if certain >> number & 1
            )
        return self._keys[certain]

    @property
    def for_everyone(self) -> int:
        """How many of the policies are for all users."""
        return self._included.everyone.bit_count()

    def exempting(self, user: str) -> int:
        """How many of the policies for all users certainly leave this one out."""
        return (self._included.everyone & self._excluded.certain(user, self._kinds.get(user, INTERNAL))).bit_count()

    def _doubt(self, policies: int) -> NotCollected:
        """Why it cannot be told whether the first of these policies applies."""
        lowest = policies & -policies
        for side in (self._included, self._excluded):
            if lowest in side.doubts:
                lack = side.doubts[lowest]
                return NotCollected(lack.resource, lack.reason)
        if self._lack:
            return NotCollected(self._lack.resource, self._lack.reason)
        policy = self._policies[lowest.bit_length() - 1]
        return NotCollected(
            "users",
            f"whether Conditional Access policy {policy.displayName or policy.id!r} applies depends on the kind or "
            "the home tenant of this guest, which the user object does not tell",
        )
