"""Who is behind an id: users, groups and service principals by id, for the ids that facts ask about."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class NamedRow(Row):
    """Any directory object with its display name."""

    displayName: str | None = None


NAMED_USERS = Reading("users", NamedRow)
NAMED_GROUPS = Reading("groups", NamedRow)
NAMED_SERVICE_PRINCIPALS = Reading("servicePrincipals", NamedRow)

DIRECTORY_READS = (NAMED_USERS, NAMED_GROUPS, NAMED_SERVICE_PRINCIPALS)

_TYPES = {"users": "user", "groups": "group", "servicePrincipals": "servicePrincipal"}


@dataclass(frozen=True, slots=True)
class Principal:
    """One directory object that can hold a role or be named in a policy."""

    type: str
    """``user``, ``group`` or ``servicePrincipal``."""
    name: str | None
    """Its displayName."""


@dataclass(frozen=True)
class Principals:
    """What the directory says about some ids."""

    found: Mapping[str, Principal]
    missing: tuple[NotCollected, ...]
    """The parts of the directory that were not collected: with any, an id not found may exist all the same."""

    def get(self, key: str) -> Principal | None:
        """The object, or None if the directory has none: it was deleted. Raises ``NotCollected`` if it cannot tell."""
        principal = self.found.get(key)
        if principal is None and self.missing:
            lack = self.missing[0]
            raise NotCollected(lack.resource, lack.reason)
        return principal


def find_principals(tenant: Tenant, wanted: Set[str], readings: tuple[Reading, ...] = DIRECTORY_READS) -> Principals:
    """The objects with the ids ``wanted``, of the kinds in ``readings``; one pass over each kind."""
    found: dict[str, Principal] = {}
    missing: list[NotCollected] = []
    for reading in readings if wanted else ():
        kind = _TYPES[reading.resource]
        try:
            for row in tenant.rows(reading.resource, NamedRow):
                if row.id in wanted:
                    found[row.id] = Principal(kind, row.displayName)
        except NotCollected as lack:
            missing.append(lack)
    return Principals(found, tuple(missing))
