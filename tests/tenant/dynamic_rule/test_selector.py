"""Whom rules select: the examples of Microsoft's pages, and what cannot be told."""

from __future__ import annotations

import pytest

from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.properties import PROPERTIES, Type
from tests.tenant.dynamic_rule.examples import (
    GROUP,
    PAGE,
    SEEDS,
    USERS,
    selected,
    selector,
    who,
)


@pytest.mark.parametrize(("rule", "expected"), SEEDS + PAGE)
def test_every_example_selects_whom_it_says(rule: str, expected: str) -> None:
    assert selected(rule) == expected
    assert selected(rule.replace("-eq", "EQ").replace("-any", "ANY").replace("-in ", "in ")) == expected


@pytest.mark.parametrize("kind", PROPERTIES)
def test_every_property_of_the_page_can_be_compared(kind: str) -> None:
    for found in PROPERTIES[kind].values():
        value = {Type.BOOLEAN: "false", Type.DATE: "2020-01-01"}.get(found.type, '"value"')
        rule = f"{kind}.{found.name} -eq {value}"
        if found.type is Type.PLANS:
            rule = f'{kind}.{found.name} -any (assignedPlan.service -eq "value")'
        elif found.type is Type.GROUPS:
            rule = f"{kind}.{found.name} -any (group.objectId -in ['value'])"
        assert not {"ann", "pc"} & set(selected(rule).split())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('user.department -ne "Sales"', "bob eve"),
        ('user.department -notIn ["Sales", null]', "bob"),
        ('user.department -in ["sales", null]', "ann eve"),
        ('user.department -contains "ale"', "ann"),
        ('user.department -notContains "ale"', "bob ?eve"),
        ('user.department -notMatch "ale"', "bob ?eve"),
        ('user.department -match ".*"', "ann bob ?eve"),
        ('user.department -contains ""', "ann bob ?eve"),
        ('-not (user.department -contains "ale")', "bob eve"),
        (r'user.department -match "(a)\1"', "?ann ?bob ?eve"),
        (r'user.department -match "^\w+$"', "ann bob"),
        ('user.passwordPolicies -eq "None"', "?bob ?eve"),
        ('user.passwordPolicies -ne "DisablePasswordExpiration"', "bob eve"),
        ("user.accountEnabled -ne true", "eve"),
        ("user.dirSyncEnabled -eq false", "?bob ?eve"),
        ("user.dirSyncEnabled -ne true", "bob eve"),
        ("user.dirSyncEnabled -eq null", "bob eve"),
        ("user.employeeHireDate -eq null", "eve"),
        ("user.employeeHireDate -ne null", "ann bob"),
        ('user.employeeHireDate -eq "2024-12-31"', "bob"),
        ("user.employeeHireDate -ge system.now -and user.employeeHireDate -le system.now -plus p1d", "ann"),
        ("user.employeeHireDate -le system.now -minus p1y", "?ann ?bob ?eve"),
        ("user.otherMails -eq null", "?ann ?bob ?eve"),
        ('user.otherMails -all (_ -endsWith "domain")', "bob eve"),
        ('-not (user.otherMails -any (_ -endsWith "domain"))', "ann eve"),
        ('user.proxyAddresses -any (_ -startsWith "smtp" -and -not (_ -endsWith "outlook.com"))', "ann"),
        ('user.proxyAddresses -any (_ -eq "contoso:x" -or _ -contains "outlook")', "ann bob"),
        ('user.proxyAddresses -any (_ -contains "a" -and user.city -eq "Lagos")', "?ann ?bob ?eve"),
        ("user.memberOf -any (group.objectId -in ['unread'])", "?ann ?bob ?eve"),
        (f"user.memberOf -any (group.objectId -in ['unread', '{GROUP}'])", "bob ?ann ?eve"),
        (f"user.memberOf -any (group.objectId -eq '{GROUP}')", "bob"),
        ('device.deviceOSVersion -le "10.0.9"', "?pc ?tab"),
        ('device.deviceOSVersion -ge "1.0"', "pc tab"),
        ('device.deviceOSVersion -ge "beta"', "?pc ?tab"),
        # What is not collected does not matter where the rest decides.
        ('user.state -eq "Utrecht"', "?ann ?bob ?eve"),
        ('user.state -eq "Utrecht" -and user.city -eq "Lagos"', "?bob"),
        ('user.state -eq "Utrecht" -or user.city -eq "Lagos"', "bob ?ann ?eve"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(rule: str, expected: str) -> None:
    assert selected(rule) == expected


@pytest.mark.parametrize(
    ("rule", "resource", "words"),
    [
        ('user.department -notContains "x"', "groups", "what -notContains makes of no value in department"),
        (r'user.department -match "(a)\1"', "groups", "only .NET can run"),
        ('user.state -eq "x"', "users", "property state was not collected"),
        ('user.sipProxyAddress -eq "x"', "users", "sipProxyAddress is not one that Graph gives"),
        ('Direct Reports for "x"', "users", "who is whose manager"),
        ("user.memberOf -any (group.objectId -in ['unread'])", "groupMembers", "group unread"),
        ('user.otherMails -any (_ -eq "a" -and user.city -eq "b")', "groups", "more than the item"),
        ("user.otherMails -eq null", "groups", "what -eq makes of"),
        ('user.otherMails -any (_ -notMatch "(a)\\1")', "groups", "its condition makes of some values in otherMails"),
    ],
)
def test_why_it_cannot_be_told_is_said(rule: str, resource: str, words: str) -> None:
    _, (lack,) = selector("user", USERS).select(parse(rule))
    assert (lack.resource, words in lack.reason) == (resource, True), lack


def test_a_doubt_that_changes_nothing_is_not_reported() -> None:
    selection, why = selector("user", USERS).select(parse('user.state -eq "x" -and user.city -eq "Nowhere"'))
    assert (who(USERS, selection), why) == ("", ())


def test_a_snapshot_without_a_time_does_not_know_now() -> None:
    rule = parse("user.employeeHireDate -le system.now -and user.department -ne null")
    selection, _ = selector("user", USERS, now=None).select(rule)
    assert who(USERS, selection) == "?ann ?bob"


def test_nobody_is_selected_of_nobody() -> None:
    nobody = selector("user", [])
    selection, why = nobody.select(parse("-not (user.objectId -eq null)"))
    assert (selection.yes, selection.maybe, why) == (0, 0, ())
    assert nobody.users(["ann"]) == 0


def test_users_of_a_set_are_named_in_order() -> None:
    some = selector("user", USERS)
    assert some.named(some.users(["eve", "ann", "somebody else"]), 5) == [("ann", "David Ann"), ("eve", None)]
    assert some.named(some.users(["eve", "ann"]), 1) == [("ann", "David Ann")]
