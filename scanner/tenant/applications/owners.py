"""Who owns applications: an owner can add a secret and then sign in as the application.

An app registration and its service principal have a list of owners each, and those of both can do so. Of service
principals only those are asked for that hold a permission or a role, so that there is no answer for others. Sources:
https://learn.microsoft.com/graph/api/application-list-owners
https://learn.microsoft.com/graph/api/serviceprincipal-list-owners
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.applications.use import LINK_READS, registration_of
from scanner.tenant.base import Reading, Row
from scanner.tenant.directory import NAMED_SERVICE_PRINCIPALS, NamedRow

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

USER, SERVICE_PRINCIPAL, UNKNOWN = "user", "servicePrincipal", "unknown"


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """One owner of an application or a service principal."""

    id: Annotated[str, Meta(description="Id of the owner.")]
    type: Annotated[str, Meta(description="user, servicePrincipal, or unknown: the directory has no such object.")]
    name: Annotated[str | None, Meta(description="displayName; null if the type is unknown.")]
    isGuest: Annotated[bool, Meta(description="A user of userType Guest.")]
    isEnabled: Annotated[bool, Meta(description="A user or service principal that can sign in.")]
    isOwnOwner: Annotated[
        bool,
        Meta(
            description="It is in the list of owners of the object itself; false where the app registration of a "
            "service principal has it and the service principal has not."
        ),
    ] = True


class OwnerReference(msgspec.Struct, gc=False):
    """An owner as the lists have it."""

    id: str


class OwnersRow(Row):
    """The owners of the application, or service principal, with this id."""

    owners: list[OwnerReference] | None = None


class OwningUserRow(NamedRow):
    """A user as an owner."""

    userType: str | None = None
    accountEnabled: bool | None = None


class OwningPrincipalRow(NamedRow):
    """A service principal as an owner."""

    accountEnabled: bool | None = None


_USERS = Reading("users", OwningUserRow)
_PRINCIPALS = Reading(NAMED_SERVICE_PRINCIPALS.resource, OwningPrincipalRow)
APPLICATION_OWNER_READS = (Reading("applicationOwners", OwnersRow), _USERS, _PRINCIPALS)
PRINCIPAL_OWNER_READS = (Reading("servicePrincipalOwners", OwnersRow), *APPLICATION_OWNER_READS, *LINK_READS)


@dataclass(frozen=True)
class _Directory:
    """The owners that were found, and what may hide others."""

    found: Mapping[str, Owner]
    missing: tuple[NotCollected, ...]

    def owner(self, key: str) -> Owner:
        """Raises ``NotCollected`` if it cannot be told who it is."""
        if key in self.found:
            return self.found[key]
        for lack in self.missing:
            raise NotCollected(lack.resource, lack.reason)
        return Owner(id=key, type=UNKNOWN, name=None, isGuest=False, isEnabled=False)


def application_owners(tenant: Tenant) -> Callable[[str], list[Owner]]:
    """``application.owners``."""
    return _owners(tenant, "applicationOwners")


def principal_owners(tenant: Tenant) -> Callable[[str], list[Owner]]:
    """``servicePrincipal.owners``: its own and those of its app registration in this tenant, each once."""
    own = _owners(tenant, "servicePrincipalOwners")
    registration = tenant.once(registration_of)

    def fact(key: str) -> list[Owner]:
        found = {owner.id: owner for owner in own(key)}
        application = registration(key)
        if application is not None:
            for owner in tenant.once(application_owners)(application):
                found.setdefault(owner.id, msgspec.structs.replace(owner, isOwnOwner=False))
        return list(found.values())

    return fact


def _owners(tenant: Tenant, resource: str) -> Callable[[str], list[Owner]]:
    """By id of the application or service principal; raises ``NotCollected`` for one that was not asked for."""
    listed = {
        row.id: [owner.id for owner in row.owners] for row in tenant.rows(resource, OwnersRow) if row.owners is not None
    }
    directory = _find(tenant, {key for keys in listed.values() for key in keys})

    def fact(key: str) -> list[Owner]:
        if key not in listed:
            raise NotCollected(resource, f"the owners of {key} were not collected")
        return [directory.owner(owner) for owner in listed[key]]

    return fact


def _find(tenant: Tenant, wanted: Set[str]) -> _Directory:
    found: dict[str, Owner] = {}
    missing: list[NotCollected] = []
    for find in (_users, _principals) if wanted else ():
        try:
            found.update(find(tenant, wanted))
        except NotCollected as lack:
            missing.append(lack)
    return _Directory(found, tuple(missing))


def _users(tenant: Tenant, wanted: Set[str]) -> dict[str, Owner]:
    return {
        row.id: Owner(
            id=row.id,
            type=USER,
            name=row.displayName,
            isGuest=(row.userType or "").lower() == "guest",
            isEnabled=row.accountEnabled is not False,
        )
        for row in tenant.rows(_USERS.resource, OwningUserRow)
        if row.id in wanted
    }


def _principals(tenant: Tenant, wanted: Set[str]) -> dict[str, Owner]:
    return {
        row.id: Owner(
            id=row.id,
            type=SERVICE_PRINCIPAL,
            name=row.displayName,
            isGuest=False,
            isEnabled=row.accountEnabled is not False,
        )
        for row in tenant.rows(_PRINCIPALS.resource, OwningPrincipalRow)
        if row.id in wanted
    }
