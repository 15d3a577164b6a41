"""Tests of ``scanner.cel.functions.formatting``."""

from __future__ import annotations

import pytest

from scanner.cel.functions.limits import MAX_TEXT
from tests.cel.ways import Failed, evaluate

_LONG = (("s", "string"),)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'plain'.format([])", "plain"),
        ("'100%% %s'.format(['x'])", "100% x"),
        ("'%s, %s'.format(['a', 1])", "a, 1"),
        ("'%s'.format(['a', 'unused'])", "a"),
        ("'%s'.format([null])", "null"),
        ("'%s|%s'.format([true, false])", "true|false"),
        ("'%s|%s'.format([-3, 3u])", "-3|3"),
        ("'%s|%s|%s'.format([1.0, 0.1, 123456789.5])", "1|0.1|1.23457e+08"),
        ("'%s'.format([[double('NaN'), double('inf'), double('-inf')]])", "[NaN, Infinity, -Infinity]"),
        ("'%s'.format([b'xyz'])", "xyz"),
        ("'%s'.format([[1, 'a', [null]]])", "[1, a, [null]]"),
        ("'%s'.format([{'b': 1, 'a': true, 3: 'c', true: 2}])", "{3: c, a: true, b: 1, true: 2}"),
        ("'%s'.format([timestamp('2026-01-31T12:00:00.500Z')])", "2026-01-31T12:00:00.5Z"),
        ("'%s'.format([timestamp('2026-01-31T12:00:00+02:00')])", "2026-01-31T10:00:00Z"),
        ("'%s'.format([duration('90m')])", "5400s"),
        ("'%s %s'.format([type(1), type(null)])", "int null_type"),
        ("'%d|%d|%d|%d'.format([1, 2u, 1.5, double('NaN')])", "1|2|1.500000|NaN"),
        ("'%f|%.2f|%.0f|%f'.format([2.5, 1.005, 2.5, 3])", "2.500000|1.00|2|3.000000"),
        ("'%f|%f'.format(['NaN', '-Infinity'])", "NaN|-Infinity"),
        ("'%e|%.1e'.format([1052.03, 2u])", "1.052030e+03|2.0e+00"),
        ("'%b|%b|%b'.format([5, -5, true])", "101|-101|1"),
        ("'%o|%o'.format([9, 8u])", "11|10"),
        ("'%x|%X|%x|%x'.format([-30, 30u, 'é', b'a'])", "-1e|1E|c3a9|61"),
    ],
)
def test_format_writes(source: str, text: str) -> None:
    assert evaluate(source) == text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("'%a'.format([1])", "the text has the clause '%a'; known are %s %d %f %e %b %o %x %X"),
        ("'50%'.format([1])", "the text has the clause '%'; known are %s %d %f %e %b %o %x %X"),
        ("'%s %s'.format([1])", "the text has a clause '%s' for which the list has no element"),
        ("'%.f'.format([1])", "the clause '%.f' needs a number of digits up to 1000 behind the point"),
        ("'%.1001f'.format([1])", "the clause '%.1001f' needs a number of digits up to 1000 behind the point"),
        ("'%d'.format(['a'])", "the clause %d cannot write a value of type string"),
        ("'%d'.format([true])", "the clause %d cannot write a value of type bool"),
        ("'%f'.format(['1.5'])", "the clause %f cannot write a value of type string"),
        ("'%e'.format([null])", "the clause %e cannot write a value of type null_type"),
        ("'%b'.format([1.5])", "the clause %b cannot write a value of type double"),
        ("'%o'.format([true])", "the clause %o cannot write a value of type bool"),
        ("'%x'.format([1.5])", "the clause %x cannot write a value of type double"),
        ("'%s'.format([optional.none()])", "the clause %s cannot write a value of type optional_type"),
    ],
)
def test_format_fails_naming_the_clause(source: str, reason: str) -> None:
    assert evaluate(source) == Failed(f"`{source}`: {reason}.")


def test_format_fails_where_the_text_becomes_too_long() -> None:
    outcome = evaluate("'%s%s'.format([s, s])", "x" * (MAX_TEXT - 1), variables=_LONG)
    assert isinstance(outcome, Failed)
    assert f"longer than {MAX_TEXT:,} characters" in outcome.text
