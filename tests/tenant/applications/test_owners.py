"""Owners of app registrations and service principals."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.applications.owners import Owner
from tests.tenant.sample import Json, guest, lacking, tenant_of, user, value

FACT = "servicePrincipal.owners"


def content(principal: list[str], registration: list[str] | None = None, **others: object) -> dict[str, Any]:
    """A tenant in which the service principal ``sp`` and the registration ``app`` have these owners."""
    application: list[Json] = [] if registration is None else [{"id": "app", "appId": "A"}]
    return {
        "servicePrincipals": [
            {"id": "sp", "appId": "a", "displayName": "App", "accountEnabled": True},
            {"id": "robot", "appId": "b", "displayName": "Robot", "accountEnabled": False},
        ],
        "servicePrincipalOwners": [{"id": "sp", "owners": [{"id": one} for one in principal]}],
        "applications": application,
        "applicationOwners": [{"id": "app", "owners": [{"id": one} for one in registration or []]}],
        "users": [user("anna", accountEnabled=True), user("boris", accountEnabled=False), guest("gus")],
        **others,
    }


def owners(principal: list[str], registration: list[str] | None = None) -> list[Owner]:
    found: list[Owner] = value(tenant_of(**content(principal, registration)), FACT, "sp")
    return found


def test_an_owner_has_kind_name_and_whether_it_can_sign_in() -> None:
    assert owners(["anna", "boris", "gus", "robot", "gone"]) == [
        Owner(id="anna", type="user", name="Anna", isGuest=False, isEnabled=True),
        Owner(id="boris", type="user", name="Boris", isGuest=False, isEnabled=False),
        Owner(id="gus", type="user", name="Gus", isGuest=True, isEnabled=True),
        Owner(id="robot", type="servicePrincipal", name="Robot", isGuest=False, isEnabled=False),
        Owner(id="gone", type="unknown", name=None, isGuest=False, isEnabled=False),
    ]


def test_owners_of_the_registration_own_the_service_principal_too_each_once() -> None:
    found = owners(["anna"], ["boris", "anna"])
    assert [(one.id, one.isOwnOwner) for one in found] == [("anna", True), ("boris", False)]
    tenant = tenant_of(**content(["anna"], ["boris"]))
    assert [one.id for one in value(tenant, "application.owners", "app")] == ["boris"]


def test_nobody_owns_what_has_no_owner() -> None:
    assert owners([], []) == []


def test_a_service_principal_that_was_not_asked_for_has_unknown_owners() -> None:
    assert lacking(tenant_of(**content([])), FACT, "robot") == "servicePrincipalOwners"
    unsaid = content([], servicePrincipalOwners=[{"id": "sp", "owners": None}])
    assert lacking(tenant_of(**unsaid), FACT, "sp") == "servicePrincipalOwners"


@pytest.mark.parametrize("absent", ["servicePrincipalOwners", "applications", "applicationOwners"])
def test_owners_are_unknown_when_one_of_the_lists_was_not_collected(absent: str) -> None:
    tenant = content(["anna"], ["anna"])
    del tenant[absent]
    assert lacking(tenant_of(**tenant), FACT, "sp") == absent


def test_owners_of_registrations_are_not_needed_for_an_application_of_another_tenant() -> None:
    tenant = content(["anna"])
    del tenant["applicationOwners"]
    assert [one.id for one in value(tenant_of(**tenant), FACT, "sp")] == ["anna"]


def test_only_an_owner_who_was_not_found_makes_a_missing_directory_matter() -> None:
    tenant = content(["robot"], ["anna"])
    del tenant["users"]
    assert lacking(tenant_of(**tenant), FACT, "sp") == "users"
    tenant["applications"] = []
    assert [one.name for one in value(tenant_of(**tenant), FACT, "sp")] == ["Robot"]
