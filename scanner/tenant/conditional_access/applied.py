"""Which Conditional Access policies, enabled or in report-only mode, apply to a class of people: one bit a policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.conditional_access.conditions import Conditions, read_conditions
from scanner.tenant.conditional_access.narrowing import ConditionsRow
from scanner.tenant.conditional_access.people import Entries, Named, places
from scanner.tenant.conditional_access.rows import ALL, ANY_GUEST, PolicyRow

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

POLICIES = "conditionalAccessPolicies"

ENABLED = "enabled"
REPORT_ONLY = "enabledForReportingButNotEnforced"


@dataclass(frozen=True)
class Policy:
    """A policy that is enabled or in report-only mode, ready to be asked."""

    id: str
    name: str
    enabled: bool
    conditions: Conditions
    excluded: int
    """Entries, as bits."""
    doubt: NotCollected | None
    """Why it is not known whom it is for."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Which policies are for some people: one bit a policy, by its place in the list."""

    surely: int
    maybe: int
    left_out: int
    """For them but for an exclusion, both for certain."""


class Policies:
    """All policies that matter, and the entries they name."""

    def __init__(self, rows: Sequence[PolicyRow], conditions: Mapping[str, Conditions], entries: Entries) -> None:
        self.entries = entries
        self.all = [_policy(row, conditions[row.id], entries) for row in rows]
        self._including: dict[int, int] = defaultdict(int)
        self._excluding: dict[int, int] = defaultdict(int)
        self._doubtful = 0
        self._named: dict[int, tuple[int, int]] = {}
        for number, row in enumerate(rows):
            for side, of in ((row.users.included, self._including), (row.users.excluded, self._excluding)):
                for place in places(entries.bits(side)):
                    of[place] |= 1 << number
            self._doubtful |= 1 << number if self.all[number].doubt else 0

    def exempt_users(self) -> list[str]:
        """Ids of the users that enabled policies exclude."""
        excluded = 0
        for policy in self.all:
            excluded |= policy.excluded if policy.enabled else 0
        return [name for kind, name in self.entries.keys(excluded) if kind == "user" and name not in (ALL, ANY_GUEST)]

    def names(self, place: int, entry: int) -> bool:
        """Whether a policy names people by an entry, given as its bit."""
        number = entry.bit_length() - 1
        return bool((self._including.get(number, 0) | self._excluding.get(number, 0)) >> place & 1)

    def applied(self, named: Named) -> Applied:
        """The policies for people of these entries."""
        certain = surely_in, surely_out = self._naming(named.certain, named.activated)
        possible = certain if named.possible == named.certain else self._naming(named.possible, named.activated)
        maybe_in, maybe_out = possible
        surely = surely_in & ~maybe_out & ~self._doubtful
        maybe = (maybe_in | self._doubtful) & ~surely_out
        return Applied(surely, maybe, surely_in & surely_out)

    def _naming(self, entries: int, activated: int) -> tuple[int, int]:
        """The policies that include people of these entries, and those that exclude them.

        What is activated is looked up apart, so that each state of somebody shares the rest.
        """
        included, excluded = self._by_entries(entries & ~activated)
        later = self._by_entries(activated)
        return included | later[0], excluded | later[1]

    def _by_entries(self, entries: int) -> tuple[int, int]:
        if entries not in self._named:
            included = excluded = 0
            for place in places(entries):
                included |= self._including.get(place, 0)
                excluded |= self._excluding.get(place, 0)
            self._named[entries] = included, excluded
        return self._named[entries]


def read_policies(tenant: Tenant) -> Policies:
    """The policies for users that are not off. Raises ``NotCollected``."""
    conditions = {row.id: read_conditions(row.conditions) for row in tenant.rows(POLICIES, ConditionsRow)}
    rows = [row for row in tenant.rows(POLICIES, PolicyRow) if row.state in (ENABLED, REPORT_ONLY)]
    entries = Entries(tenant, [side for row in rows for side in (row.users.included, row.users.excluded)])
    return Policies(rows, conditions, entries)


def _policy(row: PolicyRow, conditions: Conditions, entries: Entries) -> Policy:
    name = row.displayName or row.id
    doubt = NotCollected(POLICIES, f"Conditional Access policy {name!r} {row.doubt}") if row.doubt else None
    return Policy(row.id, name, row.state == ENABLED, conditions, entries.bits(row.users.excluded), doubt)
