"""Declared break-glass accounts: found by id and name, in groups, and never guessed."""

from __future__ import annotations

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import group, lacking, members_of, policy, refused, tenant_of, user, value

FIRST = "aaaaaaaa-0000-4000-8000-000000000001"
SECOND = "aaaaaaaa-0000-4000-8000-000000000002"
OTHER = "aaaaaaaa-0000-4000-8000-000000000003"
PEOPLE = [
    user(FIRST, userPrincipalName="Glass1@contoso.onmicrosoft.com"),
    user(SECOND, userPrincipalName="glass2@contoso.onmicrosoft.com"),
    user(OTHER),
]
GROUPS = [group("keys", displayName="Break Glass"), group("inner"), group("twin-1"), group("twin-2")]
MEMBERS = [members_of("keys", [FIRST], ["inner"]), members_of("inner", [SECOND], ["keys"])]


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (BreakGlass(accounts=(FIRST,)), {FIRST}),
        (BreakGlass(accounts=(FIRST.upper(),)), {FIRST}),
        (BreakGlass(accounts=("glass1@CONTOSO.onmicrosoft.com",)), {FIRST}),
        (BreakGlass(accounts=(FIRST, "glass2@contoso.onmicrosoft.com")), {FIRST, SECOND}),
        (BreakGlass(groups=("keys",)), {FIRST, SECOND}),
        (BreakGlass(groups=("break glass",)), {FIRST, SECOND}),
        (BreakGlass(groups=("inner",), accounts=(OTHER,)), {FIRST, SECOND, OTHER}),
        (BreakGlass(), set()),
    ],
)
def test_accounts_are_found_by_id_name_and_nested_group(declared: BreakGlass, found: set[str]) -> None:
    tenant = tenant_of(declared, users=PEOPLE, groups=GROUPS, groupMembers=MEMBERS)
    assert {one["id"] for one in PEOPLE if value(tenant, "user.isBreakGlass", one["id"])} == found
    assert tenant.notes() == ()


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (BreakGlass(accounts=("nobody@contoso.com",)), ("user 'nobody@contoso.com'", "does not have")),
        (BreakGlass(accounts=("aaaaaaaa-0000-4000-8000-00000000dead",)), ("00000000dead", "does not have")),
        (BreakGlass(groups=("no such group",)), ("group 'no such group'", "does not have")),
        (BreakGlass(protection_policies=("no such policy",)), ("policy 'no such policy'", "does not have")),
        (BreakGlass(groups=("twin",)), ("group 'twin'", "2 have that name", "twin-1, twin-2")),
    ],
)
def test_a_declaration_that_fits_nothing_or_too_much_is_reported(declared: BreakGlass, words: tuple[str, ...]) -> None:
    twins = [group("twin-1", displayName="Twin"), group("twin-2", displayName="Twin")]
    tenant = tenant_of(
        declared,
        users=PEOPLE,
        groups=[*GROUPS[:2], *twins],
        groupMembers=MEMBERS,
        conditionalAccessPolicies=[policy("p")],
    )
    (note,) = tenant.notes()
    assert all(word in note for word in words)
    assert not any(value(tenant, "user.isBreakGlass", one["id"]) for one in PEOPLE)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (BreakGlass(), ()),
        (BreakGlass(accounts=(FIRST,), groups=("keys",)), ()),
        (BreakGlass(accounts=(FIRST, "nobody@contoso.com")), ("nobody@contoso.com",)),
        (BreakGlass(groups=("twin-1", "keys")), ("twin-1, which has no user in it",)),
        (BreakGlass(protection_policies=("no such policy",)), ()),
    ],
)
def test_mistakes_in_the_declaration_of_accounts_are_a_fact(declared: BreakGlass, words: tuple[str, ...]) -> None:
    members = [*MEMBERS, members_of("twin-1", others=["robot"]), members_of("twin-2")]
    tenant = tenant_of(declared, users=PEOPLE, groups=GROUPS, groupMembers=members)
    found = value(tenant, "tenant.breakGlassMistakes")
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_mistakes_are_unknown_without_what_is_declared() -> None:
    tenant = tenant_of(BreakGlass(groups=("keys",)), groups=GROUPS)
    assert lacking(tenant, "tenant.breakGlassMistakes") == "groupMembers"


def test_an_account_declared_by_id_needs_no_names() -> None:
    people = [{"id": FIRST}, {"id": OTHER}]
    tenant = tenant_of(BreakGlass(accounts=(FIRST,)), users=people)
    assert [value(tenant, "user.isBreakGlass", one["id"]) for one in people] == [True, False]


def test_users_who_may_be_in_a_declared_group_are_unknown_without_its_members() -> None:
    tenant = tenant_of(
        BreakGlass(groups=("keys",), accounts=(FIRST,)),
        users=PEOPLE,
        groups=GROUPS,
        outcomes={"groupMembers": refused("denied", "GroupMember.Read.All")},
    )
    assert value(tenant, "user.isBreakGlass", FIRST) is True
    assert lacking(tenant, "user.isBreakGlass", OTHER) == "groupMembers"


def test_a_name_is_unknown_without_users_and_an_id_is_not() -> None:
    by_name = tenant_of(BreakGlass(accounts=("glass1@contoso.onmicrosoft.com",)))
    assert lacking(by_name, "user.isBreakGlass", OTHER) == "users"
    by_id = tenant_of(BreakGlass(accounts=(FIRST,)))
    assert value(by_id, "user.isBreakGlass", FIRST) is True
    assert value(by_id, "user.isBreakGlass", OTHER) is False
    assert by_id.notes() == by_name.notes() == ()


def test_a_declared_group_is_unknown_without_groups() -> None:
    tenant = tenant_of(BreakGlass(groups=("keys",), protection_policies=("p",)))
    assert lacking(tenant, "user.isBreakGlass", OTHER) == "groups"
    assert tenant.notes() == ()


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (BreakGlass(), False),
        (BreakGlass(protection_policies=("p",)), False),
        (BreakGlass(accounts=("x",)), True),
        (BreakGlass(groups=("x",)), True),
    ],
)
def test_whether_any_is_declared_is_what_the_configuration_says(declared: BreakGlass, expected: bool) -> None:
    assert value(tenant_of(declared), "tenant.breakGlassDeclared") is expected
