"""What an immutable id is for, and who carries the same."""

from __future__ import annotations

import pytest

from scanner.tenant.hybrid.immutable_id import immutable_id
from tests.tenant.sample import Json, lacking, tenant_of, user, value

ANN, BOB = "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "11111111-2222-4333-8444-555555555555"
USE, SAME = "user.immutableIdUse", "user.sameImmutableId"
DOMAINS = [
    {"id": "contoso.com", "authenticationType": "Managed"},
    {"id": "Edu.contoso.com", "authenticationType": "Federated"},
]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, "none"),
        ({"onPremisesImmutableId": ""}, "none"),
        ({"onPremisesImmutableId": "x", "onPremisesSyncEnabled": True}, "synchronised"),
        ({"onPremisesImmutableId": "x", "onPremisesSyncEnabled": False}, "orphaned"),
        ({"onPremisesImmutableId": "x", "onPremisesSyncEnabled": None}, "orphaned"),
        ({"onPremisesImmutableId": "x", "userPrincipalName": "ann@EDU.contoso.com"}, "federated"),
        ({"onPremisesImmutableId": "x", "userPrincipalName": "ann@sub.edu.contoso.com"}, "orphaned"),
        ({"onPremisesImmutableId": "x", "userPrincipalName": None}, "orphaned"),
        ({"onPremisesImmutableId": immutable_id(ANN)}, "awaited"),
        ({"onPremisesImmutableId": immutable_id(BOB), "onPremisesSyncEnabled": None}, "awaited"),
        # Once synchronised: the user of Active Directory was moved out of the scope, and the account restored here.
        ({"onPremisesImmutableId": immutable_id(BOB), "onPremisesSyncEnabled": False}, "orphaned"),
        (
            {"onPremisesImmutableId": "x", "onPremisesSyncEnabled": False, "userPrincipalName": "a@edu.contoso.com"},
            "orphaned",
        ),
        ({"onPremisesImmutableId": immutable_id(ANN).lower()}, "orphaned"),
    ],
)
def test_what_an_immutable_id_is_for(properties: Json, expected: str) -> None:
    exported = [{"id": ANN, "consistencyGuid": BOB}]
    tenant = tenant_of(users=[user("ann", **properties)], domains=DOMAINS, adUsers=exported)
    assert value(tenant, USE, "ann") == expected


def test_without_an_export_nobody_is_awaited() -> None:
    tenant = tenant_of(users=[user("ann", onPremisesImmutableId=immutable_id(ANN))], domains=DOMAINS)
    assert value(tenant, USE, "ann") == "orphaned"


def test_who_is_deleted_has_none_in_use() -> None:
    assert value(tenant_of(users=[], deletedUsers=[user("ann", onPremisesImmutableId="x")]), USE, "ann") == "none"


def test_domains_are_asked_for_only_where_they_decide() -> None:
    users = [user("ann", onPremisesImmutableId="x", onPremisesSyncEnabled=True), user("bob", onPremisesImmutableId="y")]
    tenant = tenant_of(users=users)
    assert value(tenant, USE, "ann") == "synchronised"
    assert lacking(tenant, USE, "bob") == "domains"
    assert lacking(tenant_of(domains=DOMAINS), USE, "bob") == "users"
    assert lacking(tenant_of(users=users, domains=DOMAINS, adUsers=[{"id": "ann"}]), USE, "bob") == "adUsers"


def test_all_others_with_the_same_id_are_named() -> None:
    users = [user("ann", onPremisesImmutableId="x"), user("bob", onPremisesImmutableId="X"), user("none")]
    deleted = [user("old", onPremisesImmutableId="x"), user("older", onPremisesImmutableId="x"), user("empty")]
    tenant = tenant_of(users=users, deletedUsers=deleted)

    def names(record: str) -> list[tuple[str, bool]]:
        return [(one.id, one.isDeleted) for one in value(tenant, SAME, record)]

    assert names("ann") == [("old", True), ("older", True)]
    assert names("old") == [("ann", False), ("older", True)]
    assert names("bob") == names("none") == names("empty") == []


@pytest.mark.parametrize(("enabled", "expected"), [(True, True), (False, False), (None, False)])
def test_others_are_told_to_be_synchronised(enabled: bool | None, expected: bool) -> None:
    active = user("ann", onPremisesImmutableId="x", onPremisesSyncEnabled=enabled)
    tenant = tenant_of(users=[active], deletedUsers=[user("old", onPremisesImmutableId="x")])
    assert [one.isSynchronised for one in value(tenant, SAME, "old")] == [expected]


@pytest.mark.parametrize("missing", ["users", "deletedUsers"])
def test_both_kinds_have_to_be_known(missing: str) -> None:
    content: Json = {"users": [], "deletedUsers": []}
    del content[missing]
    assert lacking(tenant_of(**content), SAME, "ann") == missing
