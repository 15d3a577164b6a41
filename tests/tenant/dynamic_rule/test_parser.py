"""The language of membership rules: examples of the page and of users, and where a rule is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.dynamic_rule.lexer import tokenize
from scanner.tenant.dynamic_rule.parser import MAX_DEPTH, parse
from scanner.tenant.dynamic_rule.syntax import (
    MAX_LENGTH,
    And,
    Bare,
    Comparison,
    DirectReports,
    Node,
    Not,
    Now,
    Operator,
    Or,
    Quantified,
    RuleError,
)


def equal(name: str, value: object) -> Comparison:
    """``name -eq value``."""
    assert value is None or isinstance(value, str | bool | Bare)
    return Comparison(name, Operator.EQ, value)


A, B, C = equal("user.a", "1"), equal("user.b", "2"), equal("user.c", "3")

PAGE = [
    'user.department -eq "Sales"',
    "user.accountEnabled -eq true",
    'user.mail -notEndsWith "@Contoso.com"',
    'user.otherMails -endsWith"@contoso.com"',
    "user.memberOf -any (group.objectId -in ['value'])",
    'user.department -in ["50001","50002","50003"]',
    "user.employeehiredate -ge system.now -plus p1d",
    "user.employeehiredate -le 2020-06-10T18:13:20Z",
    'user.displayName -match "^Da.*"',
    "user.mail –ne null",
    '(user.department -eq "Sales") -or (user.department -eq "Marketing")',
    '(user.department -eq "Sales") -and -not (user.jobTitle -startsWith "SDE")',
    'user.department –eq "Marketing" –and user.country –eq "US"',
    'user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")',
    'user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
    "user.assignedPlans -all (assignedPlan.servicePlanId -eq null)",
    '(user.proxyAddresses -any (_ -startsWith "contoso"))',
    'Direct Reports for "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb"',
    '(user.objectId -ne null) -and (user.userType -eq "Member")',
    'user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123"',
    'device.devicePhysicalIDs -any _ -startsWith "[ZTDId]"',
    '(device.devicePhysicalIds -any (_ -eq "[OrderID]:179887111881"))',
]

SEEDS = [
    '(user.assignedPlans -any (assignedPlan.servicePlanId -eq "3efff3fe-528a-4fc5-b1ba-845802cc764f" -and '
    'assignedPlan.capabilityStatus -eq "Enabled"))',
    '(user.country -eq "Netherlands") and (user.city -eq "Amsterdam") or (user.city -eq "Den Haag")',
    '(user.accountEnabled -eq True) and (user.userType -eq "Member")',
    '(device.displayName -startsWith "vm-jv") and (device.deviceModel -eq "Virtual Machine") and '
    '(device.managementType -eq "MDM")',
    "(user.employeeHireDate -ge 2025-01-01)",
    '(device.deviceOSType -eq "Windows") and (device.deviceOSVersion -ge "10.0.26200.7462")',
]


@pytest.mark.parametrize("rule", PAGE + SEEDS)
def test_every_example_of_the_pages_is_a_rule(rule: str) -> None:
    assert parse(rule)
    assert parse(rule.replace("-eq", "-EQ").replace("-any", "-ANY").replace(" and ", " AND "))


@pytest.mark.parametrize(
    ("rule", "tree"),
    [
        ('user.a -eq "1"', A),
        ('(((user.a eq "1")))', A),
        ('user.a -eq "1" -and user.b -eq "2" -and user.c -eq "3"', And((A, B, C))),
        ('user.a -eq "1" -or user.b -eq "2" -and user.c -eq "3"', Or((A, And((B, C))))),
        ('user.a -eq "1" -and user.b -eq "2" -or user.c -eq "3"', Or((And((A, B)), C))),
        ('(user.a -eq "1" -or user.b -eq "2") -and user.c -eq "3"', And((Or((A, B)), C))),
        ('-not user.a -eq "1" -and user.b -eq "2"', And((Not(A), B))),
        ('not (user.a -eq "1" -or user.b -eq "2")', Not(Or((A, B)))),
        ('-not -not user.a -eq "1"', A),
        ('user.a Eq "1" OR user.b —eq "2"', Or((A, B))),
        ('user.a -in ["x", null, 7, true]', Comparison("user.a", Operator.IN, ("x", None, Bare("7"), True))),
        ("user.a notin ['x']", Comparison("user.a", Operator.NOT_IN, ("x",))),
        ("user.a -ne $null", Comparison("user.a", Operator.NE, None)),
        ("user.a -eq $True", equal("user.a", True)),
        ("user.a -eq FALSE", equal("user.a", False)),
        ('user.a -eq "null"', equal("user.a", "null")),
        ('user.a -eq "a`"b"', equal("user.a", 'a"b')),
        ('user.a -eq `"Sales`"', equal("user.a", '"Sales"')),
        ("user.a -eq 'O''Brien'", equal("user.a", "O'Brien")),
        ("user.a -eq \"O''Brien\"", equal("user.a", "O'Brien")),
        ('user.a -eq ""', equal("user.a", "")),
        ("user.a -le system.now", Comparison("user.a", Operator.LE, Now())),
        ("user.a -le system.now -minus P30D", Comparison("user.a", Operator.LE, Now(-1, "P30D"))),
        ("user.a -ge 2025-01-01", Comparison("user.a", Operator.GE, Bare("2025-01-01"))),
        ('direct REPORTS for "m"', DirectReports("m")),
    ],
)
def test_a_rule_is_read_by_the_precedence_of_the_page(rule: str, tree: Node) -> None:
    assert parse(rule) == tree


def test_any_without_parentheses_takes_all_that_follows() -> None:
    body = And((equal("_", "x"), A))
    assert parse('user.p -any _ -eq "x" -and user.a -eq "1"') == Quantified("user.p", False, body, 0, 41)


def test_any_with_parentheses_ends_with_them() -> None:
    rule = 'user.p -all (_ -eq "x") -and user.a -eq "1"'
    assert parse(rule) == And((Quantified("user.p", True, equal("_", "x"), 0, 23), A))


@pytest.mark.parametrize(
    ("rule", "position", "words"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("user.a", 6, "expected an operator such as -eq, found the end"),
        ('user.a -equals "1"', 7, "expected an operator"),
        ('user.a -startWith "1"', 7, "did you mean -startsWith?"),
        ("user.a -eq", 10, "expected a value, found the end"),
        ("user.a -eq Sales", 11, "text stands in quotation marks"),
        ("user.a -eq -ne", 11, "expected a value"),
        ('user.a -eq "1" user.b -eq "2"', 15, "expected -and, -or or the end"),
        ('user.a -eq "1")', 14, "expected -and, -or or the end"),
        ('(user.a -eq "1"', 15, "expected ) for the ( in column 1"),
        ('user.a -eq "1" -and', 19, "expected a property"),
        ('-and user.a -eq "1"', 0, "expected a property"),
        ('"1" -eq user.a', 0, "expected a property"),
        ('user.a -in "1"', 11, "expected a list of values in [ ]"),
        ('user.a -in ["1" "2"]', 16, "expected ] for the [ in column 12"),
        ("user.a -in []", 12, "expected a value"),
        ('user.a -eq "1', 11, "not closed"),
        ("user.a -eq 'it's'", 16, "not closed"),
        ("user.a -eq “1”", 11, "typographic quotation mark"),
        ('user.a - eq "1"', 7, "a hyphen must stand before"),
        ("user.a -eq 1 ; 2", 13, "does not belong here"),
        ("user.a -ge system.now -plus 1", 28, "expected a duration such as p1d"),
        ("user.a -ge system.now -plus one", 28, "expected a duration such as p1d"),
        ("Direct Reports for manager", 19, "expected the manager's object id"),
        ('Direct Reports for "m" -and user.a -eq 1', 23, "expected -and, -or or the end"),
        ("user.a -any ()", 13, "expected a property"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(rule: str, position: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(rule)
    assert (caught.value.position, words in caught.value.text) == (position, True), caught.value
    assert str(caught.value).startswith(f"column {position + 1}: ")


def test_a_rule_of_the_greatest_length_is_one_and_a_longer_one_is_not() -> None:
    rule = 'user.a -eq "' + "x" * (MAX_LENGTH - 13) + '"'
    assert len(rule) == MAX_LENGTH
    assert parse(rule)
    with pytest.raises(RuleError, match="at most 3,072"):
        parse(rule + " ")


def test_deep_parentheses_are_refused_before_they_harm() -> None:
    assert parse("(" * MAX_DEPTH + 'user.a -eq "1"' + ")" * MAX_DEPTH) == A
    with pytest.raises(RuleError, match="within each other"):
        parse("(" * 1500 + 'user.a -eq "1"' + ")" * 1500)


def test_many_operators_in_a_row_do_no_harm() -> None:
    assert parse("-not " * 600 + 'user.a -eq "1"') == A
    with pytest.raises(RuleError):
        parse("user.a -any " * 200)


@settings(deadline=None)
@given(st.text(alphabet="()[]`'\"-–,_.$ abenqotuysr01", max_size=60))
def test_any_text_is_a_rule_or_a_mistake_with_a_place(text: str) -> None:
    try:
        parse(text)
    except RuleError as error:
        assert 0 <= error.position <= len(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    try:
        tokens = tokenize(text)
    except RuleError:
        return
    ends = [0, *(token.end for token in tokens)]
    assert all(token.start >= end for token, end in zip(tokens, ends, strict=False))
    assert tokens[-1].end == len(text)
