"""What applications may do: permissions granted to service principals and requested by app registrations.

Permission ids are looked up in the API's own service principal: application permissions among its ``appRoles``,
delegated ones among its ``oauth2PermissionScopes``. Ids and names of scopes are compared without regard to letter case:
a grant keeps the letters it was made with, and tokens have the API's. A name that the API does not list is written as
in the list of tiers, so that policies can look for it. Where one of Microsoft's own APIs does not list
its permissions, or is not there at all, what has been granted or requested of it cannot be told. Sources:
https://learn.microsoft.com/graph/api/resources/approleassignment
https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
https://learn.microsoft.com/graph/api/resources/requiredresourceaccess
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from scanner.collect.catalogue import WELL_KNOWN_APIS
from scanner.errors import NotCollected
from scanner.tenant.applications.tiers import APPLICATION, DELEGATED, judge
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

MICROSOFT_TENANTS: Mapping[str, str] = {
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a": "Microsoft Services, owner of most first-party applications",
    "72f988bf-86f1-41af-91ab-2d7cd011db47": "Microsoft, owner of Graph Explorer and the command line tools",
}
"""Tenants whose applications are Microsoft's. Others are on no page of Microsoft's and are not taken for its own.
Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in"""

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""appRoleId of an assignment to an application as a whole, which is no permission."""

_VALUE = msgspec.Meta(description="Name of the permission, such as Mail.ReadWrite; its id where the API is not known.")
_TYPE = msgspec.Meta(description="application: without a user; delegated: on behalf of the signed-in user.")
_ID = msgspec.Meta(description="Id of the permission; null for a delegated one that its API does not list.")
_APP_ID = msgspec.Meta(
    description="appId of the API it is for, in lower case; null if the API's service principal was deleted."
)
_NAME = msgspec.Meta(description="Display name of the API; null if it has no service principal in this tenant.")
_TIER = msgspec.Meta(
    description="controlPlane: can become or make Global Administrator, or switch off what protects them; "
    "managementPlane: administers users, devices, policies or a service; bulkData: mail, files or chats of everybody; "
    "rest; unlisted: not in tenantlint's list, which does not make it harmless; otherApi: an API not in the list."
)
_REASON = msgspec.Meta(description="Why the permission is in this tier.")
_CONSENT = msgspec.Meta(
    description="admin: for the application itself or for all users; user: for single users, by whomever consented."
)


class GrantedPermission(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that a service principal has been granted."""

    value: Annotated[str, _VALUE]
    type: Annotated[str, _TYPE]
    id: Annotated[str | None, _ID]
    resourceAppId: Annotated[str | None, _APP_ID]
    resourceName: Annotated[str | None, _NAME]
    tier: Annotated[str, _TIER]
    tierReason: Annotated[str, _REASON]
    consent: Annotated[str, _CONSENT]


class RequestedPermission(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that an app registration asks for, granted or not."""

    value: Annotated[str, _VALUE]
    type: Annotated[str, _TYPE]
    id: Annotated[str | None, _ID]
    resourceAppId: Annotated[str | None, _APP_ID]
    resourceName: Annotated[str | None, _NAME]
    tier: Annotated[str, _TIER]
    tierReason: Annotated[str, _REASON]


class Permission(msgspec.Struct, gc=False):
    """An application role or a delegated scope of an API."""

    id: str | None = None
    value: str | None = None


class ApiRow(Row):
    """A service principal as the API that others have permissions for."""

    appId: str | None = None
    displayName: str | None = None
    appRoles: list[Permission] | None = None
    oauth2PermissionScopes: list[Permission] | None = None


class OwnerRow(Row):
    """A service principal with the tenant its application is registered in."""

    appOwnerOrganizationId: str | None = None


class RoleAssignment(msgspec.Struct, gc=False):
    """One application permission granted to one client."""

    principalId: str | None = None
    appRoleId: str | None = None


class AssignedToRow(Row):
    """The application permissions granted for one API; the row's id is the API's service principal."""

    assignments: list[RoleAssignment] | None = None


class DelegatedRow(Row):
    """Delegated permissions granted to one client for one API."""

    clientId: str | None = None
    resourceId: str | None = None
    consentType: str | None = None
    scope: str | None = None


class Access(msgspec.Struct, gc=False):
    """One permission in a request."""

    id: str | None = None
    type: str | None = None


class RequestedAccess(msgspec.Struct, gc=False):
    """The permissions requested for one API."""

    resourceAppId: str | None = None
    resourceAccess: list[Access] | None = None


class ApplicationRow(Row):
    """An app registration with what it requests."""

    requiredResourceAccess: list[RequestedAccess] | None = None


API_READS = (Reading("servicePrincipals", ApiRow),)
GRANTED_READS = (
    Reading("appRoleAssignedTo", AssignedToRow),
    Reading("oauth2PermissionGrants", DelegatedRow),
    *API_READS,
)
REQUESTED_READS = (Reading("applications", ApplicationRow), *API_READS)
OWNER_READS = (Reading("servicePrincipals", OwnerRow),)


@dataclass(frozen=True)
class Api:
    """An API with its permissions."""

    app_id: str | None
    """In lower case."""
    name: str | None
    roles: Mapping[str, str]
    """Application permissions, id in lower case → value."""
    scopes: Mapping[str, str]
    """Delegated permissions, id in lower case → value."""
    scope_ids: Mapping[str, str]
    """Delegated permissions, value in lower case → id."""


_UNKNOWN = Api(None, None, {}, {}, {})


@dataclass(frozen=True)
class Apis:
    """The service principals that have permissions to grant."""

    by_id: Mapping[str, Api]
    by_app_id: Mapping[str, Api]
    """By appId in lower case."""


def apis(tenant: Tenant) -> Apis:
    """Every service principal with application roles or scopes and Microsoft's APIs, by id and by appId."""
    by_id = {
        row.id: _api(row)
        for row in tenant.rows("servicePrincipals", ApiRow)
        if row.appRoles or row.oauth2PermissionScopes or _lower(row.appId) in WELL_KNOWN_APIS
    }
    return Apis(by_id, {api.app_id: api for api in by_id.values() if api.app_id})


def granted_permissions(tenant: Tenant) -> Callable[[str], list[GrantedPermission]]:
    """``servicePrincipal.grantedPermissions``."""
    known = tenant.once(apis)
    found: dict[str, set[GrantedPermission]] = defaultdict(set)
    doubts: dict[str, NotCollected] = {}
    unread = {key: api.name or key for key, api in known.by_id.items() if api.app_id in WELL_KNOWN_APIS}
    for row in tenant.rows("appRoleAssignedTo", AssignedToRow):
        unread.pop(row.id, None)
        api = known.by_id.get(row.id, _UNKNOWN)
        for client, role in _assigned(row):
            found[client].add(_application(api, role))
            if not api.roles:
                doubts[client] = _unlisted(api.name or row.id)
    for grant in tenant.rows("oauth2PermissionGrants", DelegatedRow):
        if grant.clientId:
            found[grant.clientId].update(_delegated(known.by_id.get(grant.resourceId or "", _UNKNOWN), grant))
    for name in unread.values():
        raise NotCollected("appRoleAssignedTo", f"what was granted for {name} was not collected")
    ordered = {client: sorted(permissions, key=_order) for client, permissions in found.items()}

    def fact(client: str) -> list[GrantedPermission]:
        if client in doubts:
            raise _again(doubts[client])
        return ordered.get(client, [])

    return fact


def requested_permissions(tenant: Tenant) -> Callable[[str], list[RequestedPermission]]:
    """``application.requestedPermissions``."""
    known = tenant.once(apis).by_app_id
    requested: dict[str, list[RequestedPermission]] = {}
    doubts: dict[str, NotCollected] = {}
    for row in tenant.rows("applications", ApplicationRow):
        for access in row.requiredResourceAccess or []:
            api = known.get((access.resourceAppId or "").lower(), _UNKNOWN)
            for one in access.resourceAccess or []:
                requested.setdefault(row.id, []).append(_request(api, access, one))
                if not _listed(api, one) and (access.resourceAppId or "").lower() in WELL_KNOWN_APIS:
                    doubts[row.id] = _unlisted(WELL_KNOWN_APIS[(access.resourceAppId or "").lower()])

    def fact(application: str) -> list[RequestedPermission]:
        if application in doubts:
            raise _again(doubts[application])
        return requested.get(application, [])

    return fact


def is_microsoft(tenant: Tenant) -> Callable[[str], bool]:
    """``servicePrincipal.isMicrosoft``."""
    owned = {
        row.id
        for row in tenant.rows("servicePrincipals", OwnerRow)
        if (row.appOwnerOrganizationId or "").lower() in MICROSOFT_TENANTS
    }
    return lambda principal: principal in owned


def _api(row: ApiRow) -> Api:
    scopes = _values(row.oauth2PermissionScopes)
    return Api(
        app_id=_lower(row.appId),
        name=row.displayName,
        roles=_values(row.appRoles),
        scopes=scopes,
        scope_ids={value.lower(): key for key, value in scopes.items()},
    )


def _lower(app_id: str | None) -> str | None:
    return app_id and app_id.lower()


def _values(permissions: Iterable[Permission] | None) -> dict[str, str]:
    """Permission id in lower case → value. Roles without a value are for users and groups, not for applications."""
    return {one.id.lower(): one.value for one in permissions or [] if one.id and one.value}


def _assigned(row: AssignedToRow) -> Iterable[tuple[str, str]]:
    """Client and application role of each grant; raises ``NotCollected`` where the row does not say."""
    if row.assignments is None:
        raise NotCollected("appRoleAssignedTo", f"what was granted for the API {row.id} was not collected")
    for assignment in row.assignments:
        if assignment.principalId and assignment.appRoleId not in (None, DEFAULT_ACCESS):
            yield assignment.principalId, assignment.appRoleId or ""


def _listed(api: Api, one: Access) -> bool:
    """Whether the API says what permissions of this kind it has."""
    return bool(api.roles if _kind(one) == APPLICATION else api.scopes)


def _kind(one: Access) -> str:
    return APPLICATION if (one.type or "").lower() == "role" else DELEGATED


def _unlisted(api: str) -> NotCollected:
    return NotCollected("servicePrincipals", f"has no list of the permissions of {api}, so that they cannot be told")


def _again(lack: NotCollected) -> NotCollected:
    return NotCollected(lack.resource, lack.reason)


def _application(api: Api, role: str) -> GrantedPermission:
    return _granted(api, api.roles.get(role.lower(), role), APPLICATION, role, "admin")


def _delegated(api: Api, grant: DelegatedRow) -> Iterable[GrantedPermission]:
    """One permission for each scope of the grant. ``AllPrincipals`` is consent for everyone, which admins give."""
    consent = "admin" if grant.consentType == "AllPrincipals" else "user"
    for value in (grant.scope or "").split():
        key = api.scope_ids.get(value.lower())
        yield _granted(api, api.scopes[key] if key else value, DELEGATED, key, consent)


def _granted(api: Api, value: str, kind: str, key: str | None, consent: str) -> GrantedPermission:
    judgement = judge(api.app_id, value, kind)
    return GrantedPermission(
        value=judgement.value or value,
        type=kind,
        id=key,
        resourceAppId=api.app_id,
        resourceName=api.name,
        tier=judgement.tier.value,
        tierReason=judgement.reason,
        consent=consent,
    )


def _request(api: Api, access: RequestedAccess, one: Access) -> RequestedPermission:
    kind = _kind(one)
    values = api.roles if kind == APPLICATION else api.scopes
    value = values.get((one.id or "").lower(), one.id or "")
    judgement = judge(access.resourceAppId, value, kind)
    return RequestedPermission(
        value=judgement.value or value,
        type=kind,
        id=one.id,
        resourceAppId=_lower(access.resourceAppId),
        resourceName=api.name,
        tier=judgement.tier.value,
        tierReason=judgement.reason,
    )


def _order(permission: GrantedPermission) -> tuple[str, str, str, str]:
    return (permission.type, permission.value, permission.resourceAppId or "", permission.consent)
