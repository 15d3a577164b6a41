from __future__ import annotations

import pytest

from scanner.cel.explain import explain
from tests.cel.checking import TYPES, VARIABLES, told

NUMBERS = "Numbers are written without quotes; `int(text)` and `string(number)` convert."
MOMENT = 'Write `timestamp("2026-01-31T00:00:00Z")` for a moment.'
SPAN = 'Write `duration("720h")` for a length of time: h, m and s; 720h are 30 days.'
LIST_HAS = 'Write `"value" in list` to ask whether a list has a value.'


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("user.dispName == 'x'", "1:6: `user` has no property `dispName`. Did you mean `displayName`?"),
        ("user.ACCOUNTENABLED", "1:6: `user` has no property `ACCOUNTENABLED`. Did you mean `accountEnabled`?"),
        ("user.isBreakglass", "1:6: `user` has no property `isBreakglass`. Did you mean `isBreakGlass`?"),
        ("user.xyzzy", "1:6: `user` has no property `xyzzy`."),
        ("user\n  // why\n  .dispName", "3:4: `user` has no property `dispName`. Did you mean `displayName`?"),
        ("user.?dispName", "1:7: `user` has no property `dispName`. Did you mean `displayName`?"),
        ("has(user.dispName)", "1:10: `user` has no property `dispName`. Did you mean `displayName`?"),
        ("user.`dispName`", "1:6: `user` has no property `dispName`. Did you mean `displayName`?"),
        ("tenant.domains[0].isInital", "1:19: `domain` has no property `isInital`. Did you mean `isInitial`?"),
        ("user.roles[0].rolename", "1:15: `holding` has no property `rolename`. Did you mean `roleName`?"),
        (
            "tenant.users.size()",
            "1:8: `tenant` has no property `users`. It holds small resources only; a policy with `resource: users` "
            "goes through all users.",
        ),
        ("usr.mail", "1:1: There is no `usr` here. Did you mean `user`?"),
        ("a.b.c == 'x'", "1:1: There is no `a` here. Known here: `now`, `params.maximum`, `params.words`, "
         "`policy`, `tenant`, `user`."),
        ("displayName == 'x'", "1:1: There is no `displayName` here. Did you mean `user.displayName`?"),
        ("policy.state == enabled", '1:17: There is no `enabled` here. Text needs quotes: "enabled".'),
        ("params.maximun > 1", "1:1: `params.maximun` is not declared. Did you mean `params.maximum`?"),
        ("params.xyzzy > 1", "1:1: `params.xyzzy` is not declared. Declared: `params.maximum`, `params.words`."),
        ("user.accountEnabled == True", "1:24: `True` is not a value. Write `true`."),
        ("user.accountEnabled != FALSE", "1:24: `FALSE` is not a value. Write `false`."),
        ("user.mail == None", "1:14: `None` is not a value. Write `null`."),
        ("user.mail == NULL", "1:14: `NULL` is not a value. Write `null`."),
        ("user.mail.startswith('a')", "1:11: There is no function `startswith`. Did you mean `startsWith`?"),
        ("user.mail.toLowerCase()", "1:11: There is no function `toLowerCase`. Write `text.lowerAscii()`."),
        ("len(user.mail) > 1", "1:1: There is no function `len`. Write `size(value)`."),
        ("not (user.accountEnabled)", "1:1: There is no function `not`. Write `!value`."),
        ("now() > now", "1:1: There is no function `now`. Write `now`, without parentheses."),
        ("user.mail()", "1:6: There is no function `mail`. A property is read without parentheses."),
        ("user.xyzzy()", "1:6: There is no function `xyzzy`."),
        ("math.greatest(1, 2)", "1:1: There is no function `math.greatest`."),
        ("optional.off(1)", "1:1: There is no function `optional.off`. Did you mean `optional.of`?"),
        ("contains(user.mail, 'a')", "1:1: `contains` is written behind a value. Write `value.contains(…)`."),
        ("user.mail.int()", "1:11: `int` is written before a value. Write `int(value)`."),
        ("user.mail.size(1)", "1:11: `size` does not take what is given here. `size(…)` counts the items of a list or "
         "the characters of a text."),
        ("user.roles.exist(r, r.roleName == 'x')", "1:12: There is no function `exist`. Did you mean `exists`?"),
        ("user.roles.some(r, r.roleName == 'x')", "1:12: There is no function `some`. Write `list.exists(x, …)`."),
        ("user.roles.exists(r)", "1:12: `exists` does not take what is given here. Write `list.exists(x, …)`, with "
         "`x` for the item."),
        ("user.proxyAddresses.exists(p, p.lower() == '')", "1:33: There is no function `lower`. Write "
         "`text.lowerAscii()`."),
        ("user.roles.exists(r.id, true)", "1:20: `exists` takes a new name first. Write `list.exists(x, …)` and use "
         "`x` for the item."),
        ("user.roles.all(r, r.roleName)", "1:12: The condition in `all` must be yes or no. Here it is text."),
        ("user.roles.exists(r, 1)", "1:12: The condition in `exists` must be yes or no. Here it is a whole number."),
        ("user.mail.exists(c, c == '')", "1:6: `all`, `exists`, `filter` and `map` take a list, not text."),
        ("user.roles.optMap(r, r)", "1:12: `optMap` takes an optional value, not a list of `holding` records."),
        ("[1].all(i, v, v > i)", "1:5: `all` does not take what is given here. Write `list.all(x, …)`, with `x` for "
         "the item."),
        ("x.exists(x, x)", "1:1: There is no `x` here. Known here: `now`, `params.maximum`, `params.words`, "
         "`policy`, `tenant`, `user`."),
        ("[?1] == [1]", "1:3: An optional value is needed behind `?`, not a whole number. Leave out `?`."),
        ("'%s'.format('a') == ''", '1:6: `format` does not take text and text. Write `"%s and %s".format([first, '
         'second])`.'),
        ("has(user)", "1:5: `has` takes a property. Write `has(record.property)`."),
        ("for == 1", "1:1: `for` is a reserved word. Use another name."),
        ("99999999999999999999 > 1", "1:1: This number does not fit (int). Whole numbers have 64 bits."),
    ],
)  # fmt: skip
def test_wrong_names_are_told_with_the_right_one(source: str, problem: str) -> None:
    assert told(source) == [problem]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("user.mail == 3", f"1:11: `==` cannot compare text with a whole number. {NUMBERS}"),
        ("user.accountEnabled == 'true'", "1:21: `==` cannot compare a yes/no value with text. Yes/no values are "
         "`true` and `false`, without quotes."),
        ("user.proxyAddresses == 'a'", f"1:21: `==` cannot compare a list of text with text. {LIST_HAS}"),
        ("user.proxyAddresses == null", "1:21: `==` cannot compare a list of text with null. A list is never null; "
         "write `size(list) == 0`."),
        ("user.createdDateTime < '2020-01-01'", f"1:22: `<` cannot compare a date and time with text. {MOMENT}"),
        ("now - user.createdDateTime > 30", f"1:28: `>` cannot compare a duration with a whole number. {SPAN}"),
        ("user.mail < null", "1:11: `<` cannot compare text with null."),
        ("size(user.roles) > 1.5", "1:18: `>` cannot compare a whole number with a decimal number. Write "
         "`double(number)`, or a whole number without a point."),
        ("user.mail + 1 == 'a'", f"1:11: `+` cannot combine text with a whole number. {NUMBERS}"),
        ("user.mail && true", "1:11: `&&` takes yes/no values, not text."),
        ("1 || 'a'", "1:3: `||` takes yes/no values, not a whole number and text."),
        ("!user.mail", "1:1: `!` takes yes/no values, not text."),
        ("-user.mail == 1", "1:1: `-` takes a number, not text."),
        ("user.mail ? 1 : 2", "1:11: `? :` takes a yes/no value before the question mark, not text."),
        ("user.accountEnabled ? 1 : 'a'", "1:21: `? :` must give one kind of value, not a whole number or text."),
        ("user.mail in 'abc'", '1:11: `in` looks in a list, not in text. Write `text.contains("part")`.'),
        ("1 in user.proxyAddresses", "1:3: `in` cannot find a whole number in a list of text."),
        ("user['mail'] == ''", "1:5: A property is not read with brackets. Write `record.property`."),
        ("user.proxyAddresses['a'] == ''", "1:20: `[…]` cannot read text from a list of text."),
        ("user.mail.foo", "1:11: `foo` cannot be read from text."),
        ("user.mail.foo.bar", "1:11: `foo` cannot be read from text."),
        ("user.mail.length == 3", "1:11: `length` cannot be read from text. Write `size(value)`."),
        ("user.roles.roleName == 'x'", "1:12: `roleName` cannot be read from a list of `holding` records. Write "
         "`list.exists(x, x.roleName …)` for one of them or `list.all(x, x.roleName …)` for each."),
        ("user.mail.contains(3)", "1:11: `contains` does not take text and a whole number. Write "
         '`text.contains("part")`.'),
        ("user.proxyAddresses.contains('a')", f"1:21: `contains` does not take a list of text and text. {LIST_HAS}"),
        ("size(user.accountEnabled) > 1", "1:1: `size` does not take a yes/no value. `size(…)` counts the items of a "
         "list or the characters of a text."),
        ("timestamp(true) < now", f"1:1: `timestamp` does not take a yes/no value. {MOMENT}"),
    ],
)  # fmt: skip
def test_wrong_types_are_told_in_plain_words(source: str, problem: str) -> None:
    assert told(source) == [problem]


def test_what_is_not_known_is_handed_on_as_the_runtime_says_it() -> None:
    (problem,) = told("b'\\u1234' == b''")
    assert problem.startswith("1:1: Invalid bytes literal")
    (whole,) = explain("out of memory", "true", TYPES, VARIABLES)
    assert whole.text == "The expression cannot be used: out of memory."
