"""What is Microsoft's: published, known by its form, or told by the snapshot itself."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.demo.contoso.role_names import BUILT_IN
from scanner.redact.known import Known, learn, published
from scanner.snapshot import Snapshot
from scanner.tenant.roles.privileged import PRIVILEGED

SKU, PLAN, ROLE, APP, PERMISSION = (f"{number}5d92417-df20-4d12-8edb-f47417b84bc8" for number in range(5))
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


def learnt(**content: Any) -> Known:
    return learn(Snapshot.of(content))


def test_the_published_list_has_all_roles_that_tenantlint_knows() -> None:
    assert published().ids >= PRIVILEGED | {id for id, _ in BUILT_IN.values()}


@pytest.mark.parametrize(
    ("id", "known"),
    [
        ("00000003-0000-0000-c000-000000000000", True),
        ("00000007-0000-0FF1-CE00-000000000000", True),
        ("00000000-0000-0000-0000-000000000004", True),
        ("62e90394-69f5-4237-9190-012177145e10", True),
        (MICROSOFT, True),
        ("5d924175-df20-5d12-8edb-f47417b84bc8", False),
        ("00000003-0000-0000-c000-000000000001", False),
    ],
)
def test_ids_are_known_by_list_and_by_form(id: str, known: bool) -> None:
    assert published().is_id(id) is known


def test_products_teach_their_ids() -> None:
    known = learnt(subscribedSkus=[{"id": f"{APP}_{SKU}", "skuId": SKU, "servicePlans": [{"servicePlanId": PLAN}]}])
    assert known.is_id(SKU.upper())
    assert known.is_id(PLAN)
    assert not known.is_id(APP)


@pytest.mark.parametrize("built_in", [True, False, None])
def test_only_built_in_roles_are_microsofts(built_in: bool | None) -> None:
    known = learnt(roleDefinitions=[{"id": ROLE, "displayName": "Helper of all", "isBuiltIn": built_in}])
    assert known.is_id(ROLE) is bool(built_in)
    assert ("Helper of all" in known.words) is bool(built_in)


@pytest.mark.parametrize(
    ("owner", "known"), [(MICROSOFT, True), (MICROSOFT.upper(), True), (SKU, False), (None, False)]
)
def test_permissions_of_microsofts_applications_stay(owner: str | None, known: bool) -> None:
    principal = {
        "id": SKU,
        "appId": APP,
        "displayName": "Some API",
        "appOwnerOrganizationId": owner,
        "appRoles": [{"id": PERMISSION, "value": "Orders.Read"}, {"id": None, "value": None}],
        "oauth2PermissionScopes": [{"id": ROLE, "value": "Orders.See"}],
    }
    found = learnt(servicePrincipals=[principal])
    assert {found.is_id(id) for id in (APP, PERMISSION, ROLE)} == {known}
    assert {word in found.words for word in ("Some API", "Orders.Read", "Orders.See")} == {known}
    assert not found.is_id(SKU)


def test_a_published_application_is_microsofts_though_its_owner_was_not_read() -> None:
    graph = {
        "id": SKU,
        "appId": "00000003-0000-0000-c000-000000000000",
        "appRoles": [{"id": ROLE, "value": "New.Read"}],
    }
    assert "New.Read" in learnt(servicePrincipals=[graph]).words


def test_domains_are_learnt_from_both_places() -> None:
    known = learnt(
        domains=[{"id": "Contoso.com"}], organization=[{"id": SKU, "verifiedDomains": [{"name": "fabrikam.example"}]}]
    )
    assert known.domains == {"contoso.com", "fabrikam.example"}


def test_a_record_of_another_form_teaches_nothing_and_stops_nothing() -> None:
    known = learnt(subscribedSkus=[{"id": "a", "skuId": 5}, {"id": "b", "skuId": SKU}, {"id": "c", "skuId": "no id"}])
    assert known.ids - published().ids == {SKU}


def test_what_was_not_collected_teaches_nothing() -> None:
    assert learnt(outcomes={"subscribedSkus": {"outcome": "denied", "reason": "x"}}) == published()
