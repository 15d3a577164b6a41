"""Break-glass accounts: who was declared to be one, and which declarations are mistaken.

Declared accounts are found by id or userPrincipalName, groups by id or displayName, without regard to letter case.
A name that fits nothing, or several groups, is never guessed at: it declares nobody and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.directory import NAMED_GROUPS, NamedRow
from scanner.tenant.groups import MEMBERS_READS, IdRow, groups

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class AccountRow(Row):
    """A user as it can be declared."""

    userPrincipalName: str | None = None


BREAK_GLASS_READS = (Reading("users", AccountRow), NAMED_GROUPS, *MEMBERS_READS)
PROTECTION_READS = (Reading("conditionalAccessPolicies", NamedRow),)


@dataclass(frozen=True)
class Accounts:
    """The users who are break-glass accounts."""

    ids: frozenset[str]
    missing: tuple[NotCollected, ...]
    """What was not collected and may make further users break-glass accounts."""
    mistakes: tuple[str, ...]

    def certain(self) -> frozenset[str]:
        """The ids; raises ``NotCollected`` if there may be more."""
        for lack in self.missing:
            raise NotCollected(lack.resource, lack.reason)
        return self.ids


@dataclass(frozen=True)
class Resolved:
    """Declared names with the ids they stand for."""

    ids: frozenset[str]
    mistakes: tuple[str, ...]


def accounts(tenant: Tenant) -> Accounts:
    """The declared accounts and the members, nested ones too, of the declared groups."""
    ids: set[str] = set()
    missing: list[NotCollected] = []
    mistakes: list[str] = []
    for find in (_declared_users, _declared_members):
        try:
            found = find(tenant)
        except NotCollected as lack:
            missing.append(lack)
        else:
            ids |= found.ids
            missing += found.missing
            mistakes += found.mistakes
    return Accounts(frozenset(ids), tuple(missing), tuple(mistakes))


def protection_policies(tenant: Tenant) -> Resolved:
    """The Conditional Access policies declared as protecting these accounts."""
    declared = tenant.break_glass.protection_policies
    if not declared:
        return Resolved(frozenset(), ())
    rows = tenant.rows("conditionalAccessPolicies", NamedRow)
    return _resolve("Conditional Access policy", declared, ((row.id, row.displayName) for row in rows))


def mistakes(tenant: Tenant) -> tuple[str, ...]:
    """A sentence for each declaration that fits nothing or too much; none for those that cannot be checked."""
    found = list(tenant.once(accounts).mistakes)
    try:
        found += tenant.once(protection_policies).mistakes
    except NotCollected:
        return tuple(found)
    return tuple(found)


def is_break_glass(tenant: Tenant) -> Callable[[str], bool]:
    """``user.isBreakGlass``."""
    known = tenant.once(accounts)

    def fact(user: str) -> bool:
        return user in known.ids or user in known.certain()

    return fact


def is_declared(tenant: Tenant) -> Callable[[], bool]:
    """``tenant.breakGlassDeclared``."""
    declared = bool(tenant.break_glass.accounts or tenant.break_glass.groups)
    return lambda: declared


def mistaken_declarations(tenant: Tenant) -> Callable[[], list[str]]:
    """``tenant.breakGlassMistakes``."""
    known = tenant.once(accounts)
    known.certain()
    found = list(known.mistakes)
    return lambda: found


def _declared_users(tenant: Tenant) -> Accounts:
    """Ids are believed, so that an exclusion of them holds whatever the list of users says; names are looked up."""
    declared = tenant.break_glass.accounts
    if not declared:
        return Accounts(frozenset(), (), ())
    ids = frozenset(name.lower() for name in declared if _ID.fullmatch(name))
    by_name = len(ids) < len({name.casefold() for name in declared})
    try:
        resolved = _resolve("user", declared, _named_users(tenant, by_name))
    except NotCollected as lack:
        return Accounts(ids, (lack,) if by_name else (), ())
    return Accounts(ids | resolved.ids, (), resolved.mistakes)


def _named_users(tenant: Tenant, by_name: bool) -> Iterator[tuple[str, str | None]]:
    """Ids and names of all users; names only where a declaration needs them, so that no more must be collected."""
    if by_name:
        return ((row.id, row.userPrincipalName) for row in tenant.rows("users", AccountRow))
    return ((row.id, None) for row in tenant.rows("users", IdRow))


def _declared_members(tenant: Tenant) -> Accounts:
    declared = tenant.break_glass.groups
    if not declared:
        return Accounts(frozenset(), (), ())
    rows = tenant.rows("groups", NamedRow)
    resolved = _resolve("group", declared, ((row.id, row.displayName) for row in rows))
    closures = {group: tenant.once(groups).closure(group) for group in sorted(resolved.ids)}
    return Accounts(
        ids=frozenset().union(*(closure.users for closure in closures.values())),
        missing=tuple(lack for closure in closures.values() for lack in closure.missing),
        mistakes=(
            *resolved.mistakes,
            *(_without_members(key) for key, closure in closures.items() if closure.is_empty),
        ),
    )


def _without_members(group: str) -> str:
    return (
        f"breakGlass in the configuration names the group {group}, which has no user in it. Put the accounts into the "
        "group, or declare them one by one."
    )


def _resolve(kind: str, declared: Iterable[str], named: Iterable[tuple[str, str | None]]) -> Resolved:
    """The ids of the objects that are declared by id or name."""
    wanted = {name.casefold(): name for name in declared}
    hits: dict[str, set[str]] = {name: set() for name in wanted}
    for key, name in named:
        for text in (key, name or ""):
            if text.casefold() in hits:
                hits[text.casefold()].add(key)
    return Resolved(
        ids=frozenset(next(iter(keys)) for keys in hits.values() if len(keys) == 1),
        mistakes=tuple(_mistakes(kind, wanted, hits)),
    )


def _mistakes(kind: str, wanted: Mapping[str, str], hits: Mapping[str, set[str]]) -> Iterable[str]:
    for folded, name in wanted.items():
        if not hits[folded]:
            yield (
                f"breakGlass in the configuration names the {kind} {name!r}, which this tenant does not have. "
                "Correct it; an id is the surest name."
            )
        elif len(hits[folded]) > 1:
            keys = ", ".join(sorted(hits[folded]))
            yield (
                f"breakGlass in the configuration names the {kind} {name!r}, and {len(hits[folded])} have that name "
                f"({keys}). Declare the right one by id."
            )
