"""Permissions of applications, granted and requested."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.applications.permissions import GrantedPermission, RequestedPermission
from scanner.tenant.applications.tiers import judge
from tests.tenant.sample import Json, lacking, tenant_of, value

GRAPH = "00000003-0000-0000-c000-000000000000"
API: Json = {
    "id": "graph-sp",
    "appId": GRAPH,
    "displayName": "Microsoft Graph",
    "appRoles": [{"id": "role-1", "value": "Mail.ReadWrite"}, {"id": "role-2", "value": None}],
    "oauth2PermissionScopes": [{"id": "scope-1", "value": "User.Read"}, {"id": "scope-2", "value": "Mail.Send"}],
}
OWN = {"id": "app-sp", "appId": "app", "displayName": "App", "appRoles": [], "oauth2PermissionScopes": []}


def granted(
    assignments: list[Json], grants: list[Json], apis: tuple[Json, ...] = (API, OWN)
) -> list[GrantedPermission]:
    """What the service principal ``app-sp`` has been granted."""
    tenant = tenant_of(
        servicePrincipals=list(apis),
        appRoleAssignedTo=[{"id": "graph-sp", "assignments": assignments}],
        oauth2PermissionGrants=grants,
    )
    found: list[GrantedPermission] = value(tenant, "servicePrincipal.grantedPermissions", "app-sp")
    return found


def assignment(role: str | None, principal: str = "app-sp") -> Json:
    """An application permission of Graph granted to a client."""
    return {"id": f"{principal}-{role}", "appRoleId": role, "principalId": principal}


def delegated(scope: str | None, consent: str = "AllPrincipals", resource: str = "graph-sp") -> Json:
    """Delegated permissions granted to the client."""
    key = f"{scope}-{consent}-{resource}"
    return {"id": key, "clientId": "app-sp", "resourceId": resource, "consentType": consent, "scope": scope}


def graph(name: str, kind: str, key: str | None, consent: str = "admin") -> GrantedPermission:
    """A permission of Graph."""
    judgement = judge(GRAPH, name, kind)
    return GrantedPermission(
        value=name,
        type=kind,
        id=key,
        resourceAppId=GRAPH,
        resourceName="Microsoft Graph",
        tier=judgement.tier.value,
        tierReason=judgement.reason,
        consent=consent,
    )


def test_application_permissions_are_named_by_the_api() -> None:
    assert granted([assignment("role-1")], []) == [graph("Mail.ReadWrite", "application", "role-1")]


@pytest.mark.parametrize("role", ["role-2", "gone"])
def test_a_permission_that_the_api_does_not_name_keeps_its_id(role: str) -> None:
    assert granted([assignment(role)], []) == [graph(role, "application", role)]


@pytest.mark.parametrize("role", ["00000000-0000-0000-0000-000000000000", None])
def test_default_access_is_no_permission(role: str | None) -> None:
    assert granted([assignment(role), assignment("role-1", "another")], []) == []


def test_delegated_permissions_are_split_and_say_who_consented() -> None:
    grants = [delegated(" User.Read mail.send Own.Thing "), delegated("User.Read", "Principal")]
    assert granted([], grants) == [
        graph("Mail.Send", "delegated", "scope-2"),
        graph("Own.Thing", "delegated", None),
        graph("User.Read", "delegated", "scope-1"),
        graph("User.Read", "delegated", "scope-1", "user"),
    ]


def test_a_permission_that_the_api_does_not_list_is_written_as_in_the_tiers() -> None:
    assert granted([], [delegated("directory.readwrite.ALL")]) == [graph("Directory.ReadWrite.All", "delegated", None)]


def test_letter_case_of_the_api_does_not_matter() -> None:
    (found,) = granted([assignment("role-1")], [], ({**API, "appId": GRAPH.upper()}, OWN))
    assert (found.resourceAppId, found.tier) == (GRAPH, "bulkData")


def test_the_consents_of_many_users_to_one_permission_are_one() -> None:
    twice = [{**delegated("User.Read", "Principal"), "id": key} for key in ("one", "two")]
    assert granted([], twice) == [graph("User.Read", "delegated", "scope-1", "user")]


def test_a_grant_without_a_client_is_nobodys() -> None:
    assert granted([], [{**delegated("User.Read"), "clientId": None}]) == []


def test_a_permission_for_an_api_that_is_gone_has_no_resource() -> None:
    (found,) = granted([], [delegated("Thing.Do", resource="gone"), delegated(None)])
    assert (found.value, found.resourceAppId, found.resourceName) == ("Thing.Do", None, None)


def test_what_an_api_without_a_list_has_granted_is_unknown_for_its_client_only() -> None:
    bare: Json = {**API, "appRoles": [], "oauth2PermissionScopes": None}
    content: Json = {
        "servicePrincipals": [bare, OWN],
        "appRoleAssignedTo": [{"id": "graph-sp", "assignments": [assignment("role-1")]}],
        "oauth2PermissionGrants": [{**delegated("Mail.Send"), "clientId": "other"}],
    }
    fact = "servicePrincipal.grantedPermissions"
    assert lacking(tenant_of(**content), fact, "app-sp") == "servicePrincipals"
    (known,) = value(tenant_of(**content), fact, "other")
    assert (known.value, known.resourceAppId) == ("Mail.Send", GRAPH)
    content["appRoleAssignedTo"] = [{"id": "graph-sp", "assignments": None}]
    assert lacking(tenant_of(**content), fact, "other") == "appRoleAssignedTo"


@pytest.mark.parametrize("absent", ["servicePrincipals", "appRoleAssignedTo", "oauth2PermissionGrants"])
def test_grants_are_unknown_when_part_of_them_was_not_collected(absent: str) -> None:
    content: dict[str, Any] = {"servicePrincipals": [API], "appRoleAssignedTo": [], "oauth2PermissionGrants": []}
    del content[absent]
    assert lacking(tenant_of(**content), "servicePrincipal.grantedPermissions", "app-sp") == absent


def requested(access: list[Json] | None, apis: tuple[Json, ...] = (API,)) -> list[RequestedPermission]:
    """What the app registration ``app`` requests."""
    tenant = tenant_of(
        servicePrincipals=list(apis), applications=[{"id": "app", "requiredResourceAccess": access}, {"id": "other"}]
    )
    assert value(tenant, "application.requestedPermissions", "other") == []
    found: list[RequestedPermission] = value(tenant, "application.requestedPermissions", "app")
    return found


def test_requested_permissions_are_named_by_the_api() -> None:
    access = [
        {
            "resourceAppId": GRAPH,
            "resourceAccess": [
                {"id": "role-1", "type": "Role"},
                {"id": "scope-2", "type": "Scope"},
                {"id": "gone", "type": "Role"},
            ],
        }
    ]
    assert [(one.value, one.type, one.id, one.resourceName) for one in requested(access)] == [
        ("Mail.ReadWrite", "application", "role-1", "Microsoft Graph"),
        ("Mail.Send", "delegated", "scope-2", "Microsoft Graph"),
        ("gone", "application", "gone", "Microsoft Graph"),
    ]


def test_what_is_granted_and_requested_carries_its_tier_and_the_reason() -> None:
    found = granted(
        [assignment("role-1"), assignment("gone")], [delegated("Own.Thing"), delegated("X", resource="gone")]
    )
    assert [(one.value, one.tier) for one in found] == [
        ("Mail.ReadWrite", "bulkData"),
        ("gone", "unlisted"),
        ("Own.Thing", "unlisted"),
        ("X", "otherApi"),
    ]
    assert found[0].tierReason == "Reads and changes everybody's mail."
    (one,) = requested([{"resourceAppId": GRAPH.upper(), "resourceAccess": [{"id": "scope-1", "type": "Scope"}]}])
    assert (one.tier, one.tierReason) == ("rest", judge(GRAPH, "User.Read", "delegated").reason)


def test_a_request_to_an_api_without_a_service_principal_keeps_its_ids() -> None:
    access: list[Json] = [
        {"resourceAppId": "far", "resourceAccess": [{"id": "x", "type": "Scope"}]},
        {"resourceAppId": GRAPH},
    ]
    (one,) = requested(access)
    assert (one.value, one.resourceAppId, one.resourceName) == ("x", "far", None)


def test_letter_case_of_ids_makes_no_difference() -> None:
    access: list[Json] = [
        {"resourceAppId": GRAPH.upper(), "resourceAccess": [{"id": "ROLE-1", "type": "Role"}]},
    ]
    (one,) = requested(access)
    assert (one.value, one.resourceAppId) == ("Mail.ReadWrite", GRAPH)


@pytest.mark.parametrize("apis", [(), ({**API, "appRoles": []},)])
def test_a_request_to_an_api_of_microsofts_that_lists_nothing_is_unknown(apis: tuple[Json, ...]) -> None:
    access = [{"resourceAppId": GRAPH, "resourceAccess": [{"id": "role-1", "type": "Role"}]}]
    tenant = tenant_of(
        servicePrincipals=list(apis), applications=[{"id": "app", "requiredResourceAccess": access}, {"id": "other"}]
    )
    fact = "application.requestedPermissions"
    assert lacking(tenant, fact, "app") == "servicePrincipals"
    assert value(tenant, fact, "other") == []


def test_an_application_without_requests_has_none() -> None:
    assert requested(None) == []


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("f8cdef31-a31e-4b4a-93e4-5f571e91255a", True),
        ("72F988BF-86F1-41AF-91AB-2D7CD011DB47", True),
        ("aaaaaaaa-0000-4000-8000-000000000001", False),
        (None, False),
    ],
)
def test_microsofts_own_applications_are_told_by_the_tenant_that_owns_them(owner: str | None, expected: bool) -> None:
    tenant = tenant_of(servicePrincipals=[{"id": "sp", "appOwnerOrganizationId": owner}])
    assert value(tenant, "servicePrincipal.isMicrosoft", "sp") is expected
