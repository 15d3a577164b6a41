"""Applications of the demo tenant: Microsoft's, partners' and Contoso's own; what they ask for and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.app_credentials import certificate, federated, secret, token_signing
from scanner.demo.contoso.ids import DOMAIN, TENANT_ID, ago, guid, spread
from scanner.demo.contoso.people import user_id
from scanner.demo.contoso.permissions import EXCHANGE_ROLES, GRAPH_ROLES, GRAPH_SCOPES, SHAREPOINT_ROLES

MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
MICROSOFT_CORPORATION = "72f988bf-86f1-41af-91ab-2d7cd011db47"
FABRIKAM = guid("tenant", "Fabrikam")

Roles = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Api:
    """An API of Microsoft's as the tenant has it. Application ids:
    https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in."""

    name: str
    app_id: str
    roles: Roles
    scopes: Mapping[str, tuple[str, str, str]]


GRAPH = Api("Microsoft Graph", "00000003-0000-0000-c000-000000000000", GRAPH_ROLES, GRAPH_SCOPES)
EXCHANGE = Api("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000", EXCHANGE_ROLES, {})
SHAREPOINT = Api("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000", SHAREPOINT_ROLES, {})
AZURE_AD_GRAPH = Api("Windows Azure Active Directory", "00000002-0000-0000-c000-000000000000", {}, {})

APIS = (GRAPH, EXCHANGE, SHAREPOINT, AZURE_AD_GRAPH)


@dataclass(frozen=True)
class App:
    """One application. Permissions are named by value; ``exchange:VALUE`` and ``sharepoint:VALUE`` are other APIs'."""

    key: str
    owner: str = TENANT_ID
    granted: tuple[str, ...] = ()
    """Application permissions."""
    requested: tuple[str, ...] = ()
    """Application permissions of the registration; those granted are requested as well."""
    delegated: tuple[str, ...] = ()
    """Delegated permissions that an administrator consented to for everyone."""
    personal: Mapping[str, tuple[str, ...]] | None = None
    """Delegated permissions that single users consented to: user key → permissions."""
    secrets: tuple[float, ...] = ()
    """Days until each client secret ends; negative: it has ended."""
    certificates: tuple[float, ...] = ()
    federated: tuple[str, ...] = ()
    """Subjects of GitHub Actions that may sign in as this application."""
    own_secrets: tuple[float, ...] = ()
    """As ``secrets``, of the service principal itself."""
    own_certificates: tuple[float, ...] = ()
    saml: bool = False
    """Its service principal has a certificate by which SAML tokens are signed."""
    redirects: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """Keys of the users who own the registration and the service principal."""
    name: str = ""
    app_id: str = ""
    kind: str = "Application"
    enabled: bool = True
    service_principal: bool = True

    @property
    def display_name(self) -> str:
        return self.name or self.key

    @property
    def public_id(self) -> str:
        return self.app_id or guid("appId", self.key)

    @property
    def registered_here(self) -> bool:
        return self.owner == TENANT_ID and self.kind == "Application"


MICROSOFT_APPS = (
    App("Microsoft Teams", MICROSOFT, app_id="1fec8e78-bce4-4aaf-ab1b-5451cc387264", own_secrets=(500,)),
    App("Azure Portal", MICROSOFT, app_id="c44b4083-3bb0-49c1-b47d-974e53cbdf3c"),
    App("Microsoft Graph Command Line Tools", MICROSOFT_CORPORATION, app_id="14d82eec-204b-4c2f-b7e8-296a70dab67e",
        delegated=("Directory.ReadWrite.All", "Application.ReadWrite.All", "openid", "profile", "offline_access")),
)  # fmt: skip

RIGHT = (
    App("Contoso Scanner", certificates=(250,), granted=(
        "Application.Read.All", "AuditLog.Read.All", "CloudPC.Read.All", "Directory.Read.All", "Domain.Read.All",
        "Organization.Read.All", "Policy.Read.All", "RoleManagement.Read.Directory", "User.Read.All"),
        federated=("repo:contoso/compliance:environment:production",), owners=("t0-08", "t0-09")),
    App("Contoso Intranet", delegated=("User.Read", "openid", "profile", "email"), certificates=(120,),
        redirects=("https://intranet.contoso.example/signin", "http://localhost:8400")),
    App("Contoso Timesheets", granted=("Sites.Selected", "GroupMember.Read.All"), delegated=("User.Read",),
        owners=("staff-004", "staff-009")),
    App("Fabrikam Travel", FABRIKAM, personal={"staff-011": ("User.Read", "Calendars.Read")}),
    App("Contoso Expenses", delegated=("User.Read",), saml=True),
)  # fmt: skip

WRONG = (
    App("Contoso Payroll Sync", granted=("Directory.ReadWrite.All", "User.ReadWrite.All"), secrets=(-40, 700),
        owners=("staff-005",)),
    App("Contoso Backup", granted=("Mail.ReadWrite", "Sites.Read.All", "sharepoint:Sites.FullControl.All"),
        certificates=(20,)),
    App("Contoso Provisioner", certificates=(300,), granted=(
        "RoleManagement.ReadWrite.Directory", "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All")),
    App("Fabrikam HR Connector", FABRIKAM, granted=("User.ReadWrite.All", "Group.ReadWrite.All"), own_secrets=(200,)),
    App("Northwind Mail Merge", guid("tenant", "Northwind"), delegated=("Mail.ReadWrite", "User.Read"),
        redirects=("https://*.northwind.example/signin", "http://mail.northwind.example/signin")),
    App("Wingtip Notes", guid("tenant", "Wingtip"),
        personal={"staff-031": ("Mail.ReadWrite", "offline_access"), "guest-01": ("User.Read",)}),
    App("Legacy Provisioning", granted=("PrivilegedAccess.ReadWrite.AzureResources",), secrets=(-400,), enabled=False),
    App("Contoso Archive", granted=("exchange:full_access_as_app",), secrets=(15,), owners=("guest-02",)),
    App("contoso-vm-identity", granted=("Application.ReadWrite.All",), kind="ManagedIdentity", own_certificates=(45,)),
    App("Contoso CA Manager", requested=("Policy.ReadWrite.ConditionalAccess",), secrets=(90,)),
    App("Contoso Draft", requested=("Directory.ReadWrite.All",), service_principal=False),
    App("hostile-markup", granted=("Mail.ReadWrite",), name=hostile.NAMES["markup"]),
    App("hostile-formula", delegated=("Directory.ReadWrite.All",), name=hostile.NAMES["formula-plus"]),
    App("hostile-braces", requested=("User.ReadWrite.All",), name=hostile.NAMES["braces"], secrets=(30,)),
)  # fmt: skip

APPS = (*MICROSOFT_APPS, *RIGHT, *WRONG)


def service_principal_id(key: str) -> str:
    """The id of the service principal of an application or API by key."""
    return guid("servicePrincipal", key)


def service_principals() -> list[Json]:
    """The resource ``servicePrincipals``."""
    own = [_service_principal(app) for app in APPS if app.service_principal]
    return [*map(_api_principal, APIS), *own]


def _principal(key: str, name: str, app_id: str, owner: str, **given: Any) -> Json:
    return {
        "id": service_principal_id(key),
        "deletedDateTime": None,
        "accountEnabled": True,
        "addIns": [],
        "alternativeNames": [],
        "appDescription": None,
        "appDisplayName": name,
        "appId": app_id,
        "applicationTemplateId": None,
        "appOwnerOrganizationId": owner,
        "appRoleAssignmentRequired": False,
        "appRoles": [],
        "createdDateTime": ago(200 + spread(key, 1500)),
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": name,
        "homepage": None,
        "info": {"logoUrl": None, "marketingUrl": None, "privacyStatementUrl": None, "supportUrl": None,
                 "termsOfServiceUrl": None},
        "keyCredentials": [],
        "loginUrl": None,
        "logoutUrl": None,
        "notes": None,
        "notificationEmailAddresses": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "preferredSingleSignOnMode": None,
        "preferredTokenSigningKeyThumbprint": None,
        "replyUrls": [],
        "resourceSpecificApplicationPermissions": [],
        "samlSingleSignOnSettings": None,
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg" if owner == TENANT_ID else "AzureADMultipleOrgs",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
        **given,
    }  # fmt: skip


def _api_principal(api: Api) -> Json:
    roles = [
        {
            "allowedMemberTypes": ["Application"],
            "description": name,
            "displayName": name,
            "id": role_id,
            "isEnabled": True,
            "origin": "Application",
            "value": value,
        }
        for value, (role_id, name) in api.roles.items()
    ]
    scopes = [
        {
            "adminConsentDescription": name,
            "adminConsentDisplayName": name,
            "id": scope_id,
            "isEnabled": True,
            "type": consent,
            "userConsentDescription": name,
            "userConsentDisplayName": name,
            "value": value,
        }
        for value, (scope_id, name, consent) in api.scopes.items()
    ]
    return _principal(api.name, api.name, api.app_id, MICROSOFT, appRoles=roles, oauth2PermissionScopes=scopes)


def _service_principal(app: App) -> Json:
    own = ["WindowsAzureActiveDirectoryIntegratedApp"]
    keys, passwords = token_signing(app.key) if app.saml else ([], [])
    return _principal(
        app.key,
        app.display_name,
        app.public_id,
        app.owner,
        accountEnabled=app.enabled,
        keyCredentials=[*keys, *_many(certificate, f"{app.key}/own", app.own_certificates)],
        passwordCredentials=[*passwords, *_many(secret, f"{app.key}/own", app.own_secrets)],
        preferredSingleSignOnMode="saml" if app.saml else None,
        replyUrls=list(app.redirects),
        servicePrincipalType=app.kind,
        tags=own if app.kind == "Application" and app.owner not in (MICROSOFT, MICROSOFT_CORPORATION) else [],
    )


def _many(make: Callable[[str, int, float], Json], key: str, days: Sequence[float]) -> list[Json]:
    return [make(key, number, end) for number, end in enumerate(days)]


def applications() -> list[Json]:
    """The resource ``applications``: registrations in this tenant."""
    return [_application(app) for app in APPS if app.registered_here]


def _application(app: App) -> Json:
    return {
        "id": guid("application", app.key),
        "deletedDateTime": None,
        "addIns": [],
        "appId": app.public_id,
        "appRoles": [],
        "applicationTemplateId": None,
        "createdDateTime": ago(200 + spread(app.key, 1500)),
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": app.display_name,
        "federatedIdentityCredentials": [federated(app.key, subject) for subject in app.federated],
        "groupMembershipClaims": None,
        "identifierUris": [],
        "isDeviceOnlyAuthSupported": None,
        "isFallbackPublicClient": None,
        "keyCredentials": _many(certificate, app.key, app.certificates),
        "notes": None,
        "passwordCredentials": _many(secret, app.key, app.secrets),
        "publisherDomain": DOMAIN,
        "requiredResourceAccess": list(_requested(app)),
        "serviceManagementReference": None,
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "uniqueName": None,
    }


def _requested(app: App) -> Iterable[Json]:
    for api in APIS:
        roles = [_in(api, value) for value in (*app.granted, *app.requested)]
        access = [{"id": api.roles[value][0], "type": "Role"} for value in roles if value]
        if api is GRAPH:
            access += [{"id": GRAPH_SCOPES[value][0], "type": "Scope"} for value in app.delegated]
        if access:
            yield {"resourceAppId": api.app_id, "resourceAccess": access}


def _in(api: Api, value: str) -> str:
    """``value`` without its prefix where it is a permission of ``api``, else nothing."""
    prefix, _, name = value.rpartition(":")
    owner = {"": GRAPH, "exchange": EXCHANGE, "sharepoint": SHAREPOINT}[prefix]
    return name if owner is api else ""


def app_role_assigned_to() -> list[Json]:
    """The fan-out ``appRoleAssignedTo`` of Microsoft's APIs: application permissions that were granted."""
    return [{"id": service_principal_id(api.name), "assignments": list(_assignments(api))} for api in APIS]


def _assignments(api: Api) -> Iterable[Json]:
    for app in APPS:
        for value in filter(None, (_in(api, value) for value in app.granted)):
            yield {
                "id": guid("appRoleAssignment", f"{app.key}/{value}"),
                "deletedDateTime": None,
                "appRoleId": api.roles[value][0],
                "createdDateTime": ago(150),
                "principalDisplayName": app.display_name,
                "principalId": service_principal_id(app.key),
                "principalType": "ServicePrincipal",
                "resourceDisplayName": api.name,
                "resourceId": service_principal_id(api.name),
            }


def oauth2_permission_grants() -> list[Json]:
    """The resource: delegated permissions, for everyone and for single users."""
    grants = [_grant(app, "AllPrincipals", None, app.delegated) for app in APPS if app.delegated]
    personal = [
        _grant(app, "Principal", user_id(user), values) for app in APPS for user, values in (app.personal or {}).items()
    ]
    return [*grants, *personal]


def _grant(app: App, consent: str, principal: str | None, values: Sequence[str]) -> Json:
    return {
        "clientId": service_principal_id(app.key),
        "consentType": consent,
        "id": guid("oauth2PermissionGrant", f"{app.key}/{principal}"),
        "principalId": principal,
        "resourceId": service_principal_id(GRAPH.name),
        # Graph begins the list with a space: https://learn.microsoft.com/graph/api/oauth2permissiongrant-list
        "scope": " " + " ".join(values),
    }
