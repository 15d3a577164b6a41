"""Around Contoso's applications: who owns them, when they last signed in, what governs their credentials."""

from __future__ import annotations

from scanner.demo.bodies import Json
from scanner.demo.contoso.apps import APIS, APPS, GRAPH, App, service_principal_id
from scanner.demo.contoso.ids import ago, guid, spread
from scanner.demo.contoso.people import user_id
from scanner.demo.contoso.permissions import GRAPH_SCOPES


def application_owners() -> list[Json]:
    """The fan-out ``applicationOwners``."""
    return [{"id": guid("application", app.key), "owners": _owners(app)} for app in APPS if app.registered_here]


def service_principal_owners() -> list[Json]:
    """The fan-out ``servicePrincipalOwners``."""
    own = [app for app in APPS if app.service_principal]
    return [
        *({"id": service_principal_id(api.name), "owners": []} for api in APIS),
        *({"id": service_principal_id(app.key), "owners": _owners(app)} for app in own),
    ]


def _owners(app: App) -> list[Json]:
    return [{"@odata.type": "#microsoft.graph.user", "id": user_id(owner)} for owner in app.owners]


def delegated_permission_classifications() -> list[Json]:
    """The fan-out: what users may consent to, where they may consent to what is of low impact."""
    low = ("User.Read", "openid", "profile", "email")
    classifications = [
        {
            "id": guid("classification", value),
            "classification": "low",
            "permissionId": GRAPH_SCOPES[value][0],
            "permissionName": value,
        }
        for value in low
    ]
    return [
        {"id": service_principal_id(api.name), "classifications": classifications if api is GRAPH else []}
        for api in APIS
    ]


def sign_in_activities() -> list[Json]:
    """The resource ``servicePrincipalSignInActivities``: applications that have not signed in have no row."""
    silent = ("Legacy Provisioning", "Contoso Draft", "Contoso CA Manager", "Contoso Archive")
    return [_signed_in(app) for app in APPS if app.service_principal and app.key not in silent]


def _signed_in(app: App) -> Json:
    days = 200.0 if app.key == "Contoso Provisioner" else 1.0 + spread(app.key, 20)
    last = {"lastSignInDateTime": ago(days), "lastSignInRequestId": guid("request", app.key)}
    itself, for_users = (last, None) if app.granted else (None, last)
    return {
        "id": guid("servicePrincipalSignInActivity", app.key),
        "appId": app.public_id,
        "applicationAuthenticationClientSignInActivity": itself,
        "applicationAuthenticationResourceSignInActivity": None,
        "delegatedClientSignInActivity": for_users,
        "delegatedResourceSignInActivity": None,
        "lastSignInActivity": last,
    }


def default_app_management_policy() -> Json:
    """On: no new secrets for applications, certificates for half a year; service principals are free."""
    since = ago(100)
    return {
        "id": "00000000-0000-0000-0000-000000000000",
        "deletedDateTime": None,
        "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions.",
        "isEnabled": True,
        "applicationRestrictions": {
            "passwordCredentials": [_restriction("passwordAddition", None, since)],
            "keyCredentials": [_restriction("asymmetricKeyLifetime", "P180D", since)],
        },
        "servicePrincipalRestrictions": {"passwordCredentials": [], "keyCredentials": []},
    }


def _restriction(kind: str, lifetime: str | None, since: str) -> Json:
    return {
        "restrictionType": kind,
        "maxLifetime": lifetime,
        "restrictForAppsCreatedAfterDateTime": since,
        "state": "enabled",
    }


EXEMPT = "Secrets for the payroll vendor"


def app_management_policies() -> list[Json]:
    """The resource: one exemption from the default."""
    return [
        {
            "id": guid("appManagementPolicy", EXEMPT),
            "deletedDateTime": None,
            "displayName": EXEMPT,
            "description": "Until the vendor supports certificates.",
            "isEnabled": True,
            "restrictions": {
                "passwordCredentials": [_restriction("passwordLifetime", "P730D", ago(100))],
                "keyCredentials": [],
            },
        }
    ]


def app_management_policy_targets() -> list[Json]:
    """The fan-out: the application that is exempt."""
    target = {"@odata.type": "#microsoft.graph.application", "id": guid("application", "Contoso Payroll Sync")}
    return [{"id": guid("appManagementPolicy", EXEMPT), "appliesTo": [target]}]
