"""What a role assignment is limited to, in a word.

The scopes of directory roles: the tenant (``/``), an administrative unit (``/administrativeUnits/{id}``), one object
(``/{id}``): an application registration, an enterprise application, a group.
https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments
https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview#scope
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.base import Reading
from scanner.tenant.groups import IdRow

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

TENANT_SCOPE = "/"

_UNIT = "/administrativeunits/"


class Scope(StrEnum):
    """What a role is held over."""

    TENANT = "tenant"
    ADMINISTRATIVE_UNIT = "administrativeUnit"
    APPLICATION = "application"
    GROUP = "group"
    OBJECT = "object"
    """One object of another kind, or of a kind that is not told."""
    APP_SPECIFIC = "appSpecific"
    """Something that only an application knows, such as a catalogue of access packages."""


SCOPE_READS = (Reading("applications", IdRow), Reading("servicePrincipals", IdRow), Reading("groups", IdRow))

_KINDS = {
    "applications": Scope.APPLICATION,
    "servicePrincipals": Scope.APPLICATION,
    "groups": Scope.GROUP,
}


@dataclass(frozen=True)
class Scopes:
    """The words for the scopes of some assignments."""

    kinds: Mapping[str, Scope]
    """Of the single objects among them that were found, by id."""
    missing: tuple[NotCollected, ...]
    """What would tell of what kind the objects are that were not found."""

    def word(self, directory: str | None, app: str | None) -> Scope:
        """The word for ``directoryScopeId`` and ``appScopeId``."""
        if app not in (None, TENANT_SCOPE):
            return Scope.APP_SPECIFIC
        if directory == TENANT_SCOPE:
            return Scope.TENANT
        if (directory or "").lower().startswith(_UNIT):
            return Scope.ADMINISTRATIVE_UNIT
        return self.kinds.get(_object(directory), Scope.OBJECT)


def scopes(tenant: Tenant, directory_scopes: Iterable[str | None]) -> Scopes:
    """The words for assignments with these ``directoryScopeId``. Never raises."""
    wanted = {_object(one) for one in directory_scopes} - {""}
    found: dict[str, Scope] = {}
    missing: list[NotCollected] = []
    for reading in SCOPE_READS if wanted else ():
        try:
            rows = tenant.rows(reading.resource, IdRow)
            found.update((row.id, _KINDS[reading.resource]) for row in rows if row.id in wanted)
        except NotCollected as lack:
            missing.append(lack)
    return Scopes(found, () if wanted <= found.keys() else tuple(missing))


def _object(directory: str | None) -> str:
    """The id of the one object that is the scope, "" where the scope is something else."""
    text = directory or ""
    return "" if text == TENANT_SCOPE or text.lower().startswith(_UNIT) else text.removeprefix("/")
