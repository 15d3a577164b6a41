from __future__ import annotations

import pytest

from tests.cel.checking import told

JOIN = "Join conditions with `&&` (both must hold) or `||` (one is enough), values in a list with commas."


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("user.accountEnabled = true", "1:21: `=` is not an operator. Write `==` to compare."),
        ("user.accountEnabled === true", "1:21: `===` is not an operator. Write `==`."),
        ("user.accountEnabled !== true", "1:21: `!==` is not an operator. Write `!=`."),
        ("user.accountEnabled <> true", "1:21: `<>` is not an operator. Write `!=`."),
        ("size(user.roles) => 1", "1:18: `=>` is not an operator. Write `>=`."),
        ("size(user.roles) =< 1", "1:18: `=<` is not an operator. Write `<=`."),
        ("user.accountEnabled & true", "1:21: `&` is not an operator. Write `&&` for and."),
        ("user.accountEnabled | true", "1:21: `|` is not an operator. Write `||` for or."),
        ("user.accountEnabled and true", "1:21: `and` is not an operator. Write `&&`."),
        ("user.accountEnabled OR true", "1:21: `OR` is not an operator. Write `||`."),
        ("not user.accountEnabled", "1:1: `not` is not an operator. Write `!` before what must not hold."),
        ("user.mail is null", "1:11: `is` is not an operator. Write `==`."),
        ("user.mail -eq 'a'", "1:11: `-eq` is not an operator. Write `==`."),
        ("user.mail -notlike 'a'", f"1:20: `'a'` is not expected here. {JOIN}"),
        ("user.mail like 'a'", '1:11: `like` is not an operator. Write `text.contains("part")` or '
         '`text.matches("pattern")`.'),
        ("user.mail startsWith 'a'", '1:11: `startsWith` is not an operator. Write `text.startsWith("part")`.'),
        ("'a' not in user.proxyAddresses", "1:5: `not` is not an operator. Write `!(a in list)` for what is not in a "
         "list, `!=` for what differs."),
        ("user?.mail", "1:5: `?.` is not an operator. Write `.?` for a property that may be absent; a property of "
         "something absent is null anyway."),
        ("user.mail == 'abc", "1:14: The text that starts here has no closing quote. End it with ' on the same line."),
        ('user.mail == "a\nb"', '1:14: The text that starts here has no closing quote. End it with " on the same '
         'line.'),
        ("true ? true ? 1 : 2 : 3", "1:13: `?` is not expected here. Put parentheses round a `? :` within another."),
        ("user.mail == 'a\\q'", '1:14: A backslash in this text means nothing. Write `\\\\` for a backslash, or put r '
         'before the quote: r"\\d+".'),
        ("user.accountEnabled\u00a0", "1:20: There is an invisible character here (U+00A0). Delete it, or put a space "
         "in its place."),
        ("user.\u200baccountEnabled", "1:6: There is an invisible character here (U+200B). Delete it, or put a space "
         "in its place."),
        ("user.accountEnabled;", "1:20: `;` is not an operator. Nothing ends an expression; delete it."),
        ("user.accountEnabled # why", "1:21: `#` is not an operator. A comment starts with `//`."),
        ("user.accountEnabled /* why */", "1:21: `/*` is not an operator. A comment starts with `//` and ends with "
         "the line."),
        ("policy.@odata.type == ''", "1:8: `@` is not an operator. `@odata.type` is written `odataType`."),
        ("(user.accountEnabled", "1:1: `(` is never closed. Add `)`."),
        ("user.roles.all(r, [r.id == 'a')", "1:31: `)` stands where `]` must close the `[`."),
        ("user.accountEnabled)", "1:20: `)` closes nothing. Delete it, or open it before."),
        ("", "1:1: The expression is empty. Write a condition."),
        (" // nothing", "1:1: The expression is empty. Write a condition."),
        ("user.mail ==", "1:13: The expression ends where a value is expected."),
        ("user.mail == 'a' user.accountEnabled", f"1:18: `user` is not expected here. {JOIN}"),
        ("user.mail in ['a' 'b']", f"1:19: `'b'` is not expected here. {JOIN}"),
        ("user.$mail", "1:6: `$` is not expected here."),
        ("(1, 2)", "1:3: `,` is not expected here."),
        ("user.in", "1:6: `in` is not expected here."),
    ],
)  # fmt: skip
def test_slips_are_told_with_what_to_write(source: str, problem: str) -> None:
    assert told(source) == [problem]


def test_every_slip_is_told_at_once() -> None:
    assert told("user.accountEnabled = True and user.mail == “a”") == [
        "1:21: `=` is not an operator. Write `==` to compare.",
        "1:28: `and` is not an operator. Write `&&`.",
        "1:45: Curly quotes (“) do not mark text. Use straight quotes.",
        "1:47: Curly quotes (”) do not mark text. Use straight quotes.",
    ]


def test_nothing_behind_an_unclosed_quote_is_a_slip() -> None:
    assert len(told("user.mail == 'a and b = c & (")) == 1


@pytest.mark.parametrize("source", ["optional.of(1).or(optional.of(2)).value() == 1", "[1].exists(and, and == 1)"])
def test_words_that_only_look_like_operators_are_left_alone(source: str) -> None:
    assert told(source) == []
    assert "is not expected here" in told(f"{source} 3")[0]
