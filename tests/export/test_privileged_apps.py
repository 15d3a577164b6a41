"""The export of privileged applications: its rows, what it leaves open, and the form of the script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.export.privileged_apps import PRIVILEGED_APPS, PrivilegedApp, privileged_apps
from tests.tenant.sample import Json, tenant_of, user

GRAPH = "00000003-0000-0000-c000-000000000000"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
HERE, PARTNER = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001"
ROLES = {"r-mail": "Mail.ReadWrite", "r-role": "RoleManagement.ReadWrite.Directory", "r-read": "User.Read.All"}
IN_DATE, ENDED = "2027-01-01T00:00:00Z", "2025-01-01T00:00:00Z"


def principal(key: str, owner: str = HERE, kind: str = "Application", **given: object) -> Json:
    return {
        "id": f"sp-{key}",
        "appId": key,
        "displayName": key.title(),
        "servicePrincipalType": kind,
        "appOwnerOrganizationId": owner,
        "accountEnabled": True,
        "passwordCredentials": [],
        "keyCredentials": [],
        **given,
    }


def registration(key: str, *roles: str, **given: object) -> Json:
    access = [{"id": role, "type": "Role"} for role in roles]
    return {
        "id": f"app-{key}",
        "appId": key.upper(),
        "displayName": key.title(),
        "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": access}],
        "passwordCredentials": [],
        "keyCredentials": [],
        "federatedIdentityCredentials": [],
        **given,
    }


API = {
    **principal("graph", MICROSOFT),
    "appId": GRAPH,
    "displayName": "Microsoft Graph",
    "appRoles": [{"id": key, "value": value} for key, value in ROLES.items()],
    "oauth2PermissionScopes": [{"id": "s-mail", "value": "Mail.ReadWrite"}],
}


def tenant_content() -> dict[str, Any]:
    """An application of one's own, a partner's, a managed identity, and a registration without a service principal."""
    return {
        "collectedAt": "2026-06-01T00:00:00Z",
        "servicePrincipals": [
            API,
            principal("own"),
            principal("partner", PARTNER),
            principal("vm", kind="ManagedIdentity"),
        ],
        "applications": [
            registration(
                "own",
                "r-mail",
                "r-role",
                "r-read",
                passwordCredentials=[{"keyId": "s1", "endDateTime": ENDED}],
                keyCredentials=[
                    {"keyId": "k1", "type": "AsymmetricX509Cert", "usage": "Verify", "endDateTime": IN_DATE}
                ],
            ),
            registration("draft", "r-mail", passwordCredentials=[{"keyId": "s2", "endDateTime": IN_DATE}]),
        ],
        "appRoleAssignedTo": [
            {
                "id": "sp-graph",
                "assignments": [
                    {"principalId": "sp-own", "appRoleId": "r-role"},
                    {"principalId": "sp-own", "appRoleId": "r-read"},
                    {"principalId": "sp-vm", "appRoleId": "r-mail"},
                ],
            }
        ],
        "oauth2PermissionGrants": [
            {
                "id": "g1",
                "clientId": "sp-partner",
                "resourceId": "sp-graph",
                "consentType": "Principal",
                "scope": "Mail.ReadWrite",
            },
            {
                "id": "g2",
                "clientId": "sp-partner",
                "resourceId": "sp-graph",
                "consentType": "AllPrincipals",
                "scope": "Mail.ReadWrite",
            },
        ],
        "servicePrincipalOwners": [{"id": f"sp-{key}", "owners": []} for key in ("own", "partner", "vm")],
        "applicationOwners": [
            {"id": "app-own", "owners": [{"id": "anna"}, {"id": "gone"}]},
            {"id": "app-draft", "owners": []},
        ],
        "users": [user("anna")],
        "servicePrincipalSignInActivities": [
            {"id": "a", "appId": "own", "lastSignInActivity": {"lastSignInDateTime": "2026-05-01T00:00:00Z"}}
        ],
    }


def taken(content: Mapping[str, Any]) -> tuple[list[PrivilegedApp], set[str]]:
    """The rows, and the resources that were lacking."""
    rows: list[PrivilegedApp] = []
    try:
        for row in privileged_apps(tenant_of(**content)):
            rows.append(row)  # noqa: PERF402  # those before the error count
    except NotCollected as lack:
        return rows, {lack.resource, *(other.resource for other in lack.others)}
    return rows, set()


def whole() -> dict[tuple[str | None, str], PrivilegedApp]:
    rows, lacking = taken(tenant_content())
    assert lacking == set()
    return {(row.displayName, row.permissionName): row for row in rows}


def test_every_permission_that_could_do_harm_has_a_row() -> None:
    rows, _ = taken(tenant_content())
    assert [(row.displayName, row.permissionName, row.state, row.consent) for row in rows] == [
        ("Own", "Mail.ReadWrite", "requested", []),
        ("Own", "RoleManagement.ReadWrite.Directory", "granted", ["admin"]),
        ("Partner", "Mail.ReadWrite", "granted", ["admin", "user"]),
        ("Vm", "Mail.ReadWrite", "granted", ["admin"]),
        ("Draft", "Mail.ReadWrite", "requested", []),
    ]


def test_a_row_has_everything_about_the_application() -> None:
    row = whole()["Own", "RoleManagement.ReadWrite.Directory"]
    assert row == PrivilegedApp(
        applicationId="own",
        displayName="Own",
        permissionType="application",
        permissionName="RoleManagement.ReadWrite.Directory",
        permissionId="r-role",
        resourceApi="Microsoft Graph",
        state="granted",
        consent=["admin"],
        hasActiveSecret=False,
        hasActiveCertificate=True,
        earliestExpiry=datetime(2027, 1, 1, tzinfo=UTC),
        owners=["Anna", "gone"],
        lastSignIn=datetime(2026, 5, 1, tzinfo=UTC),
        riskTier="controlPlane",
        riskReason="Gives any directory role, Global Administrator included, to anybody.",
        isRequested=True,
        isRegisteredHere=True,
        isMicrosoft=False,
        secrets=1,
        certificates=1,
    )


def test_a_credential_that_is_not_valid_yet_is_not_active() -> None:
    content = tenant_content()
    later = {"keyId": "s3", "startDateTime": "2026-07-01T00:00:00Z", "endDateTime": "2026-09-01T00:00:00Z"}
    content["applications"][0]["passwordCredentials"] = [later]
    row = next(row for row in taken(content)[0] if row.displayName == "Own")
    assert (row.hasActiveSecret, row.earliestExpiry, row.secrets) == (False, datetime(2027, 1, 1, tzinfo=UTC), 1)


def test_what_lies_in_another_tenant_is_left_open() -> None:
    row = whole()["Partner", "Mail.ReadWrite"]
    assert (row.isRegisteredHere, row.isRequested) == (False, None)
    assert (row.hasActiveSecret, row.hasActiveCertificate, row.secrets, row.certificates) == (None,) * 4


def test_a_secret_that_was_added_here_to_another_tenants_application_is_seen() -> None:
    content = tenant_content()
    content["servicePrincipals"][2]["passwordCredentials"] = [{"keyId": "s", "endDateTime": IN_DATE}]
    (row,) = [row for row in taken(content)[0] if row.displayName == "Partner"]
    assert (row.hasActiveSecret, row.hasActiveCertificate, row.secrets) == (True, None, None)


def test_a_managed_identity_has_nothing_elsewhere() -> None:
    row = whole()["Vm", "Mail.ReadWrite"]
    assert (row.hasActiveSecret, row.secrets, row.isRegisteredHere) == (False, 0, False)


def test_microsofts_applications_are_marked_and_not_dropped() -> None:
    content = tenant_content()
    content["servicePrincipals"][2]["appOwnerOrganizationId"] = MICROSOFT
    assert [row.isMicrosoft for row in taken(content)[0] if row.displayName == "Partner"] == [True]


@pytest.mark.parametrize(
    ("absent", "lacking"),
    [
        ("appRoleAssignedTo", {"appRoleAssignedTo"}),
        ("servicePrincipalSignInActivities", {"servicePrincipalSignInActivities"}),
        ("servicePrincipalOwners", {"servicePrincipalOwners"}),
        ("applicationOwners", {"applicationOwners"}),
        ("users", {"users"}),
        ("applications", {"applications"}),
        ("servicePrincipals", {"servicePrincipals"}),
    ],
)
def test_what_is_lacking_is_told_after_the_rows_that_are_certain(absent: str, lacking: set[str]) -> None:
    content = tenant_content()
    del content[absent]
    rows, told = taken(content)
    assert told == lacking
    assert bool(rows) is (absent != "servicePrincipals")


def test_without_what_was_granted_a_request_is_not_said_to_be_only_that() -> None:
    content = tenant_content()
    del content["oauth2PermissionGrants"]
    rows, _ = taken(content)
    assert {(row.displayName, row.state) for row in rows} == {("Own", None), ("Draft", "requested")}


def test_the_legacy_form_is_that_of_the_script() -> None:
    legacy = PRIVILEGED_APPS.legacy
    assert legacy is not None
    assert [column.heading for column in legacy.columns] == [
        "ApplicationId", "DisplayName", "PermissionType", "PermissionName", "PermissionId", "HasClientSecret",
        "HasCertificate",
    ]  # fmt: skip
    rows, _ = taken(tenant_content())
    printed = [
        legacy.separator.join(column.cell(row) for column in legacy.columns) for row in rows if legacy.includes(row)
    ]
    assert printed == [
        "own;Own;Application;Mail.ReadWrite;r-mail;True;True",
        "own;Own;Application;RoleManagement.ReadWrite.Directory;r-role;True;True",
        "DRAFT;Draft;Application;Mail.ReadWrite;r-mail;True;False",
    ]
