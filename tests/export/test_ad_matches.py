"""The export of matches: columns, order, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from scanner.errors import NotCollected
from scanner.export.ad_matches import AD_MATCHES
from tests.tenant.sample import Json, no_roles, tenant_of, user

ANN, BOB = "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "11111111-2222-4333-8444-555555555555"
ROLES: Json = {**no_roles(), "groups": [], "groupMembers": [], "servicePrincipals": []}
CONTENT: Json = {
    "adUsers": [{"id": ANN, "userPrincipalName": "ann@contoso.com"}, {"id": BOB}],
    "users": [user("ann")],
}


def rows(content: Json) -> Iterator[msgspec.Struct]:
    return AD_MATCHES.rows(tenant_of(**content))


def test_every_user_there_is_a_row() -> None:
    found = [msgspec.structs.asdict(row) for row in rows({**CONTENT, **ROLES})]
    assert [(row["id"], row["state"], row["holdsRole"]) for row in found] == [
        (BOB, "absent", None),
        (ANN, "softMatchCandidate", False),
    ]
    assert found[1]["request"].startswith("PATCH https://graph.microsoft.com/v1.0/users/ann ")


def test_without_an_export_nothing_is_listed_and_that_is_said() -> None:
    for organization in ([], [{"id": "o"}]):
        with pytest.raises(NotCollected, match="add-ad-users"):
            next(rows({"users": [], "organization": organization}))


def test_roles_that_were_not_collected_are_named_after_the_rows() -> None:
    found = rows(CONTENT)
    assert len([next(found), next(found)]) == 2
    with pytest.raises(NotCollected, match="role"):
        next(found)


def test_nothing_is_missing_where_nobody_has_an_account() -> None:
    assert len(list(rows({**CONTENT, "users": []}))) == 2
