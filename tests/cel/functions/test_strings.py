"""Tests of ``scanner.cel.functions.strings``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.functions.limits import MAX_TEXT
from scanner.cel.values import Value
from tests.cel.ways import Failed, evaluate

_TEXTS = (("s", "string"), ("t", "string"), ("n", "int"))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'abc'.startsWith('ab')", True),
        ("'abc'.startsWith('b')", False),
        ("'abc'.endsWith('bc')", True),
        ("'abc'.endsWith('b')", False),
        ("'abc'.contains('b')", True),
        ("'abc'.contains('x')", False),
        ("'a🐱c'.charAt(1)", "🐱"),
        ("'abc'.charAt(3)", ""),
        ("'abcb'.indexOf('b')", 1),
        ("'abcb'.indexOf('b', 2)", 3),
        ("'abcb'.indexOf('x')", -1),
        ("'abcb'.indexOf('', 4)", 4),
        ("'abcb'.lastIndexOf('b')", 3),
        ("'abcb'.lastIndexOf('b', 2)", 1),
        ("'abcb'.lastIndexOf('')", 4),
        ("'abcb'.lastIndexOf('', 2)", 2),
        ("'abcb'.lastIndexOf('x', 2)", -1),
        ("'abc'.substring(1)", "bc"),
        ("'abc'.substring(3)", ""),
        ("'abc'.substring(1, 2)", "b"),
        ("'abc'.substring(0, 3)", "abc"),
        ("'a,b,c'.split(',')", ["a", "b", "c"]),
        ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
        ("'a,b,c'.split(',', 1)", ["a,b,c"]),
        ("'a,b,c'.split(',', 0)", []),
        ("'a,b,c'.split(',', -5)", ["a", "b", "c"]),
        ("'abc'.split('')", ["a", "b", "c"]),
        ("'abc'.split('', 2)", ["a", "bc"]),
        ("'abc'.split('', 0)", []),
        ("'abc'.split('', 7)", ["a", "b", "c"]),
        ("''.split('')", [""]),
        ("''.split(',')", [""]),
        ("'aaa'.replace('a', 'b')", "bbb"),
        ("'aaa'.replace('a', 'b', 2)", "bba"),
        ("'aaa'.replace('a', 'b', 0)", "aaa"),
        ("'aaa'.replace('a', 'b', -1)", "bbb"),
        ("'ab'.replace('', '-')", "-a-b-"),
        ("['a', 'b'].join()", "ab"),
        ("['a', 'b'].join(', ')", "a, b"),
        ("[].join(', ')", ""),
        ("' \\t\\u00a0a b\\u3000\\n'.trim()", "a b"),
        ("'\\u200ba'.trim()", "\u200ba"),
        ("'\\x1ca'.trim()", "\x1ca"),
        ("'AbÉ'.lowerAscii()", "abÉ"),
        ("'aBé'.upperAscii()", "ABé"),
        ("'aé🐱'.reverse()", "🐱éa"),
        (r"""strings.quote('a"\\\a\b\f\n\r\t\v\u00e9')""", '"a\\"\\\\\\a\\b\\f\\n\\r\\t\\vé"'),
    ],
)
def test_function_gives(source: str, value: Value) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("'abc'.charAt(4)", "position 4 is outside the text, which has 3 characters"),
        ("'abc'.charAt(-1)", "position -1 is outside the text, which has 3 characters"),
        ("'abc'.indexOf('a', 4)", "position 4 is outside the text, which has 3 characters"),
        ("'abc'.lastIndexOf('a', -1)", "position -1 is outside the text, which has 3 characters"),
        ("'abc'.substring(4)", "position 4 is outside the text, which has 3 characters"),
        ("'abc'.substring(0, 4)", "position 4 is outside the text, which has 3 characters"),
        ("'abc'.substring(2, 1)", "the part would begin at 2, behind its end at 1"),
    ],
)
def test_function_fails_naming_the_place_and_the_reason(source: str, reason: str) -> None:
    assert evaluate(source) == Failed(f"`{source}`: {reason}.")


def test_join_fails_for_a_list_with_something_else_in_it() -> None:
    assert evaluate("dyn(['a', 1]).join()") == Failed(
        "`dyn(['a', 1]).join()`: `join` is not defined for a list with an element of type int."
    )


@pytest.mark.parametrize(
    "source", ["s.replace('x', s)", "s.split('').join(s)", "strings.quote(s)", "s.replace('x', s, 5)"]
)
def test_functions_that_would_make_too_long_a_text_fail(source: str) -> None:
    outcome = evaluate(source, "x" * MAX_TEXT, variables=_TEXTS)
    assert isinstance(outcome, Failed)
    assert f"longer than {MAX_TEXT:,} characters" in outcome.text


@given(st.text("ab,", max_size=8), st.sampled_from(["", ",", "a"]), st.integers(-1, 9))
def test_split_parts_put_together_again_are_the_text(text: str, separator: str, limit: int) -> None:
    parts = evaluate("s.split(t, n)", text, separator, limit, variables=_TEXTS)
    assert limit < 0 or len(parts) <= limit
    assert limit == 0 or separator.join(parts) == text


@given(st.text("ab", max_size=6), st.text("ab", max_size=2), st.integers(0, 6))
def test_positions_are_what_a_search_from_every_position_finds(text: str, part: str, start: int) -> None:
    hits = [at for at in range(len(text) + 1) if text.startswith(part, at)]
    first = evaluate("s.indexOf(t, n)", text, part, start, variables=_TEXTS)
    last = evaluate("s.lastIndexOf(t, n)", text, part, start, variables=_TEXTS)
    if start > len(text):
        assert isinstance(first, Failed)
        assert isinstance(last, Failed)
    else:
        assert first == min((at for at in hits if at >= start), default=-1)
        assert last == max((at for at in hits if at <= start), default=-1)
