from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from scanner.collect.catalogue import COVERED_BY, RESOURCES
from scanner.collect.check import Claims, compare, granted, read_claims, render
from scanner.collect.clouds import GLOBAL, US_DOD
from scanner.collect.plan import Needs, permissions

APP = {"tid": "a-tenant", "appid": "an-app", "roles": ["User.Read.All"], "idtyp": "app"}
USER = {"tid": "a-tenant", "appid": "an-app", "scp": "User.Read.All openid", "upn": "alex@contoso.example"}


def token(claims: Any) -> str:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return f"eyJhbGciOiJSUzI1NiJ9.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.c2lnbmF0dXJl"


def app(*names: str) -> Claims:
    return Claims("a-tenant", "an-app", "", frozenset(names))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (APP, Claims("a-tenant", "an-app", "", frozenset({"User.Read.All"}))),
        ({"tid": "a-tenant", "azp": "an-app", "ver": "2.0"}, Claims("a-tenant", "an-app", "", frozenset())),
        (USER, Claims("a-tenant", "an-app", "alex@contoso.example", frozenset({"User.Read.All", "openid"}))),
        ({"tid": "a-tenant", "scp": "openid"}, Claims("a-tenant", "", "a user", frozenset({"openid"}))),
        ({"tid": "a\x1b[2J", "upn": "x", "scp": "a"}, Claims("a [2J", "", "x", frozenset({"a"}))),
    ],
)
def test_the_claims_of_applications_and_users_are_read(claims: Mapping[str, Any], expected: Claims) -> None:
    assert read_claims(token(claims)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c",
        "eyJhbGciOiJkaXIifQ.x.y.z.tag",
        token(b"\xff\xfe"),
        token(b"[]"),
        token(b'{"tid": 1}'),
        token({"roles": ["User.Read.All"]}),
        token({**APP, "roles": "User.Read.All"}),
        "eyJhbGciOiJSUzI1NiJ9.é.c2ln",
    ],
)
def test_a_token_of_another_form_is_not_guessed_at(text: str) -> None:
    assert read_claims(text) is None


@pytest.mark.parametrize(
    ("has", "permission", "is_granted"),
    [
        ({"User.Read.All"}, "User.Read.All", True),
        ({"User.ReadWrite.All"}, "User.Read.All", True),
        ({"Directory.Read.All"}, "User.Read.All", True),
        ({"Directory.ReadWrite.All"}, "User.Read.All", True),
        ({"RoleManagement.ReadWrite.Directory"}, "RoleManagementPolicy.Read.Directory", True),
        ({"User.ReadBasic.All"}, "User.Read.All", False),
        ({"User.Read.All"}, "Directory.Read.All", False),
        ({"user.read.all"}, "User.Read.All", False),
        (set(), "User.Read.All", False),
    ],
)
def test_a_permission_is_granted_by_itself_by_one_that_covers_it_or_by_writing(
    has: set[str], permission: str, is_granted: bool
) -> None:
    assert granted(permission, frozenset(has)) is is_granted


def test_no_permission_covers_itself_in_a_circle() -> None:
    for permission in COVERED_BY:
        assert not granted(permission, frozenset())


POLICIES: Mapping[str, Needs] = {
    "of-users": {"users": ["accountEnabled"]},
    "of-sign-ins": {"users": ["signInActivity"]},
    "of-groups": {"groups": ["displayName"]},
}
LEAST = [permission.name for permission in permissions({"users": ["signInActivity"], "groups": []})]


def test_nothing_is_missing_where_the_least_is_granted() -> None:
    check = compare(app(*LEAST), GLOBAL, POLICIES)
    assert (check.missing, check.exit_code) == ((), 0)
    assert check.needed == tuple(LEAST)


@pytest.mark.parametrize("absent", LEAST)
def test_each_permission_that_is_absent_is_missed(absent: str) -> None:
    check = compare(app(*(name for name in LEAST if name != absent)), GLOBAL, POLICIES)
    assert [missing.permission for missing in check.missing] == [absent]
    assert check.exit_code == 3


def test_a_permission_is_missed_for_the_policies_that_read_with_it() -> None:
    check = compare(app(*(name for name in LEAST if name != "AuditLog.Read.All")), GLOBAL, POLICIES)
    (missing,) = check.missing
    assert (missing.reads, missing.policies) == (("users.signInActivity",), ("of-sign-ins",))


def test_what_is_missing_is_not_more_than_is_needed_to_mend_it() -> None:
    """Of two that are missing, one that the other covers is not asked for."""
    everything = {resource.name: ["id"] for resource in RESOURCES}
    check = compare(app(), GLOBAL, {"of-everything": everything})
    assert tuple(missing.permission for missing in check.missing) == check.needed


def test_writing_is_pointed_out() -> None:
    check = compare(app(*LEAST, "Directory.ReadWrite.All", "Mail.ReadWrite"), GLOBAL, POLICIES)
    assert check.exit_code == 0
    assert "More than is needed, nothing is ever written: Directory.ReadWrite.All, Mail.ReadWrite." in render(check)


def test_azure_roles_are_named_because_no_token_has_them() -> None:
    check = compare(app(*LEAST), GLOBAL, {**POLICIES, "of-alerts": {"actionGroups": ["name"]}})
    assert check.exit_code == 0
    assert "Azure roles do not stand in a token. Needed are:\n  Reader at every subscription" in render(check)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (
            app(),
            "Add them as application permissions of Microsoft Graph to the application in https://portal.azure.us,",
        ),
        (
            Claims("t", "a", "alex@contoso.example", frozenset()),
            "Add them as delegated permissions of Microsoft Graph to the application in https://portal.azure.us,",
        ),
    ],
)
def test_what_to_do_is_said_for_the_cloud_and_for_whoever_signed_in(claims: Claims, words: str) -> None:
    assert words in render(compare(claims, US_DOD, POLICIES))


def test_a_user_is_told_that_roles_count_too() -> None:
    text = render(compare(Claims("t", "a", "alex@contoso.example", frozenset(LEAST)), GLOBAL, POLICIES))
    assert "as alex@contoso.example through application a." in text
    assert "also depends on the user's own roles" in text


def test_a_permission_that_all_policies_need_does_not_list_them() -> None:
    assert "    for     all policies\n" in render(compare(app(), GLOBAL, POLICIES))


def test_without_claims_the_needed_permissions_are_listed_and_none_is_called_missing() -> None:
    check = compare(None, GLOBAL, POLICIES)
    text = render(check)
    assert (check.missing, check.exit_code) == ((), 3)
    assert all(f"  {name}\n" in text for name in LEAST)
    assert "Missing" not in text
