"""The export ``privileged-apps``: applications with every permission they hold or ask for that could do harm.

One row for a permission of an application, granted or only requested; permissions of the tier ``rest`` are left out.
Service principals without an app registration in this tenant are listed too, Microsoft's marked as such. What an
application of another tenant signs in with lies there and cannot be seen from here: such cells are empty.

The legacy form is the list that administrators made with a script: the permissions named as far too powerful, where an
app registration requests them, in seven columns. Assumed, since the script itself is not at hand: semicolons between
columns as in its sister that lists role assignments, the words True and False of PowerShell, and that a secret or
certificate counts whether it has expired or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.export.asking import Facts, time_of
from scanner.export.base import Export, Legacy, LegacyColumn
from scanner.tenant.applications.credentials import CERTIFICATE, SECRET, SIGN_IN, Credential
from scanner.tenant.applications.owners import Owner
from scanner.tenant.applications.permissions import GrantedPermission, RequestedPermission
from scanner.tenant.applications.tiers import Tier
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

NAMED = (
    "Directory.ReadWrite.All",
    "User.ReadWrite.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Mail.ReadWrite",
    "Application.ReadWrite.All",
    "PrivilegedAccess.ReadWrite.AzureResources",
    "RoleManagement.ReadWrite.Directory",
    "AppRoleAssignment.ReadWrite.All",
)
"""The permissions of the legacy form."""

GRANTED, REQUESTED = "granted", "requested"

_HIDDEN = "empty where it cannot be seen: the app registration is in another tenant"


class PrivilegedApp(msgspec.Struct, frozen=True, kw_only=True):
    """One permission of one application."""

    applicationId: Annotated[str | None, Meta(description="appId, also called client id.")]
    displayName: Annotated[str | None, Meta(description="Name of the application.")]
    permissionType: Annotated[str, Meta(description="application: without a user; delegated: on behalf of one.")]
    permissionName: Annotated[str, Meta(description="Such as Mail.ReadWrite; the id where the API does not name it.")]
    permissionId: Annotated[str | None, Meta(description="Id of the permission.")]
    resourceApi: Annotated[str | None, Meta(description="Name of the API it is for; its appId where it has none.")]
    state: Annotated[
        str | None,
        Meta(description="granted, or requested: asked for by the app registration only; empty where it is not known."),
    ]
    consent: Annotated[
        list[str], Meta(description="admin: for the application or for all users; user: single users for themselves.")
    ]
    hasActiveSecret: Annotated[bool | None, Meta(description=f"It has a client secret in date; {_HIDDEN}.")]
    hasActiveCertificate: Annotated[bool | None, Meta(description=f"It has a certificate in date; {_HIDDEN}.")]
    earliestExpiry: Annotated[
        datetime | None, Meta(description="When the first of its secrets and certificates in date ends.")
    ]
    owners: Annotated[
        list[str] | None, Meta(description="Names of the owners of service principal and app registration, else ids.")
    ]
    lastSignIn: Annotated[datetime | None, Meta(description="Its last use on record; empty for none.")]
    riskTier: Annotated[
        str, Meta(description="controlPlane, managementPlane, bulkData, unlisted or otherApi, as in the facts.")
    ]
    riskReason: Annotated[str, Meta(description="Why the permission is in this tier.")]
    isRequested: Annotated[bool | None, Meta(description=f"The app registration asks for it; {_HIDDEN}.")]
    isRegisteredHere: Annotated[bool | None, Meta(description="Its app registration is in this tenant.")]
    isMicrosoft: Annotated[bool | None, Meta(description="It is one of Microsoft's own applications.")]
    secrets: Annotated[int | None, Meta(description=f"Number of client secrets, expired ones too; {_HIDDEN}.")]
    certificates: Annotated[int | None, Meta(description=f"Number of certificates, expired ones too; {_HIDDEN}.")]


class PrincipalRow(Row):
    """A service principal."""

    appId: str | None = None
    displayName: str | None = None
    servicePrincipalType: str | None = None


class RegistrationRow(Row):
    """An app registration."""

    appId: str | None = None
    displayName: str | None = None


@dataclass(frozen=True)
class _App:
    """An application: its service principal, its registration here, or both."""

    principal: PrincipalRow | None
    registration: RegistrationRow | None
    is_registered_here: bool | None
    """None if app registrations were not collected."""

    @property
    def has_registration_elsewhere(self) -> bool:
        """Whether what it requests and signs in with is out of sight."""
        kind = self.principal and self.principal.servicePrincipalType
        return self.registration is None and kind != "ManagedIdentity"


def privileged_apps(tenant: Tenant) -> Iterator[PrivilegedApp]:
    """The rows: service principals by id, then app registrations without one."""
    facts = Facts(tenant)
    now = time_of(tenant)
    principals = tenant.rows("servicePrincipals", PrincipalRow)
    registrations = facts.read(lambda: _registrations(tenant))
    for principal in principals:
        registration = (registrations or {}).pop((principal.appId or "").lower(), None)
        here = None if registrations is None else registration is not None
        yield from _rows(facts, _App(principal, registration, here), now)
    for registration in (registrations or {}).values():
        yield from _rows(facts, _App(None, registration, True), now)
    facts.close()


def _registrations(tenant: Tenant) -> dict[str, RegistrationRow]:
    """By appId in lower case, or by id where it has none."""
    return {(row.appId or row.id).lower(): row for row in tenant.rows("applications", RegistrationRow)}


def _rows(facts: Facts, app: _App, now: datetime) -> Iterator[PrivilegedApp]:
    granted: Sequence[GrantedPermission] | None = (
        facts.ask("servicePrincipal.grantedPermissions", app.principal.id) if app.principal else []
    )
    requested: Sequence[RequestedPermission] | None = (
        facts.ask("application.requestedPermissions", app.registration.id) if app.registration else None
    )
    everything: list[GrantedPermission | RequestedPermission] = [*(requested or []), *(granted or [])]
    permissions = {_key(one): one for one in everything if one.tier != Tier.REST}
    if not permissions:
        return
    shared = {**_about(facts, app, bool(granted)), **_credentials(facts, app, now)}
    asked_for = None if requested is None else {_key(one) for one in requested}
    for key, one in sorted(permissions.items()):
        consent = sorted({grant.consent for grant in granted or [] if _key(grant) == key})
        yield PrivilegedApp(
            permissionType=one.type,
            permissionName=one.value,
            permissionId=one.id,
            resourceApi=one.resourceName or one.resourceAppId,
            state=GRANTED if consent else (None if granted is None else REQUESTED),
            consent=consent,
            riskTier=one.tier,
            riskReason=one.tierReason,
            isRequested=None if asked_for is None else key in asked_for,
            **shared,
        )


def _key(one: GrantedPermission | RequestedPermission) -> tuple[str, str, str]:
    return ((one.resourceAppId or "").lower(), one.type, one.value.lower())


def _about(facts: Facts, app: _App, holds_any: bool) -> dict[str, Any]:
    """The cells that are the same for all permissions of the application, but for its credentials.

    Owners of a service principal are collected only if it holds a permission; else the registration's are all there are
    to know.
    """
    either = app.principal or app.registration
    fact, owned = ("servicePrincipal.owners", app.principal) if holds_any else ("application.owners", app.registration)
    owners: list[Owner] | None = facts.ask(fact, owned.id) if owned else None
    return {
        "applicationId": either.appId if either else None,
        "displayName": either.displayName if either else None,
        "owners": None if owners is None else [owner.name or owner.id for owner in owners],
        "lastSignIn": facts.ask("servicePrincipal.lastSignIn", app.principal.id) if app.principal else None,
        "isMicrosoft": facts.ask("servicePrincipal.isMicrosoft", app.principal.id) if app.principal else False,
        "isRegisteredHere": app.is_registered_here,
    }


def _credentials(facts: Facts, app: _App, now: datetime) -> dict[str, Any]:
    own = facts.ask("servicePrincipal.credentials", app.principal.id) if app.principal else []
    registered = facts.ask("application.credentials", app.registration.id) if app.registration else []
    known = [one for one in [*(own or []), *(registered or [])] if one.usage == SIGN_IN]
    complete = own is not None and registered is not None and not app.has_registration_elsewhere
    active = [one for one in known if _in_date(one, now)]
    return {
        "hasActiveSecret": _any(active, SECRET, complete),
        "hasActiveCertificate": _any(active, CERTIFICATE, complete),
        "earliestExpiry": min((one.endDateTime for one in active if one.endDateTime), default=None),
        "secrets": _count(known, SECRET) if complete else None,
        "certificates": _count(known, CERTIFICATE) if complete else None,
    }


def _in_date(one: Credential, now: datetime) -> bool:
    has_begun = one.startDateTime is None or one.startDateTime <= now
    return has_begun and (one.endDateTime is None or one.endDateTime > now)


def _any(credentials: Iterable[Credential], kind: str, complete: bool) -> bool | None:
    """None where there is none to be seen and not all can be seen."""
    return True if _count(credentials, kind) else (False if complete else None)


def _count(credentials: Iterable[Credential], kind: str) -> int:
    return sum(one.kind == kind for one in credentials)


def _in_legacy(row: PrivilegedApp) -> bool:
    return bool(row.isRegisteredHere and row.isRequested) and row.permissionName in NAMED


PRIVILEGED_APPS = Export(
    name="privileged-apps",
    description="Applications with the permissions that could do harm, granted or requested: what they sign in with, "
    "who owns them, when they were last used.",
    row=PrivilegedApp,
    rows=privileged_apps,
    reads=(Reading("servicePrincipals", PrincipalRow), Reading("applications", RegistrationRow)),
    uses=(
        "servicePrincipal.grantedPermissions",
        "servicePrincipal.credentials",
        "servicePrincipal.owners",
        "servicePrincipal.lastSignIn",
        "servicePrincipal.isMicrosoft",
        "application.requestedPermissions",
        "application.credentials",
        "application.owners",
    ),
    legacy=Legacy(
        columns=(
            LegacyColumn("ApplicationId", lambda row: row.applicationId or ""),
            LegacyColumn("DisplayName", lambda row: row.displayName or ""),
            LegacyColumn("PermissionType", lambda row: row.permissionType.capitalize()),
            LegacyColumn("PermissionName", lambda row: row.permissionName),
            LegacyColumn("PermissionId", lambda row: row.permissionId or ""),
            LegacyColumn("HasClientSecret", lambda row: str(bool(row.secrets))),
            LegacyColumn("HasCertificate", lambda row: str(bool(row.certificates))),
        ),
        separator=";",
        includes=_in_legacy,
    ),
)
