"""Tests of ``scanner.cel.functions.conversions``."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.functions.conversions import double_text
from scanner.cel.values import Type, Uint, Value
from tests.cel.records import User
from tests.cel.ways import Failed, evaluate, same


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("int(1)", 1),
        ("int(7u)", 7),
        ("int(1.9)", 1),
        ("int(-1.9)", -1),
        ("int('-12')", -12),
        ("int('+12')", 12),
        ("int(timestamp('1970-01-01T00:01:00Z'))", 60),
        ("int(timestamp('1969-12-31T23:59:59.5Z'))", -1),
        ("uint(7)", Uint(7)),
        ("uint(7u)", Uint(7)),
        ("uint(1.9)", Uint(1)),
        ("uint('12')", Uint(12)),
        ("double(2.5)", 2.5),
        ("double(3)", 3.0),
        ("double(3u)", 3.0),
        ("double('1.5e3')", 1500.0),
        ("double('.5')", 0.5),
        ("double('-Infinity')", -math.inf),
        ("double('nan')", math.nan),
        ("double('1e400')", math.inf),
        ("string('a')", "a"),
        ("string(-1)", "-1"),
        ("string(1u)", "1"),
        ("string(true)", "true"),
        ("string(false)", "false"),
        ("string(b'\\xc3\\xa9')", "é"),
        ("string(timestamp('2026-01-31T12:00:00Z'))", "2026-01-31T12:00:00Z"),
        ("string(timestamp('2026-01-31T12:00:00.5Z'))", "2026-01-31T12:00:00.500Z"),
        ("string(timestamp('2026-01-31T12:00:00.000001Z'))", "2026-01-31T12:00:00.000001Z"),
        ("string(duration('90m'))", "5400s"),
        ("string(duration('-1.5s'))", "-1.500s"),
        ("string(duration('1us'))", "0.000001s"),
        ("bytes('é')", b"\xc3\xa9"),
        ("bytes(b'a')", b"a"),
        *((f"bool('{text}')", True) for text in ("1", "t", "true", "TRUE", "True")),
        *((f"bool('{text}')", False) for text in ("0", "f", "false", "FALSE", "False")),
        ("bool(true)", True),
        ("timestamp(60)", datetime(1970, 1, 1, 0, 1, tzinfo=UTC)),
        ("timestamp(timestamp(60))", datetime(1970, 1, 1, 0, 1, tzinfo=UTC)),
        ("duration(duration('1s'))", timedelta(seconds=1)),
        ("dyn(1)", 1),
        ("type(1)", Type("int")),
        ("type(1u) == uint", True),
        ("type('a') == string", True),
        ("type(1.0) == double", True),
        ("type(b'') == bytes", True),
        ("type(true) == bool", True),
        ("type(null) == null_type", True),
        ("type([]) == list", True),
        ("type({}) == map", True),
        ("type(int) == type", True),
        ("type(timestamp(0)) == google.protobuf.Timestamp", True),
        ("type(duration('0')) == google.protobuf.Duration", True),
        ("type(optional.none()) == optional_type", True),
        ("type(1) == dyn(type('a'))", False),
    ],
)
def test_conversion_gives(source: str, value: Value) -> None:
    assert same(evaluate(source), value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("int('1.5')", "'1.5' is no whole number"),
        ("int('')", "'' is no whole number"),
        ("int(' 1')", "' 1' is no whole number"),
        ("int('9223372036854775808')", "integer overflow"),
        ("int(9223372036854775808u)", "integer overflow"),
        ("int(1e19)", "1e+19 is out of range"),
        ("int(double('NaN'))", "nan is out of range"),
        ("uint(-1)", "unsigned integer overflow"),
        ("uint(-0.5)", "-0.5 is out of range"),
        ("uint(double('NaN'))", "nan is out of range"),
        ("uint(2e19)", "2e+19 is out of range"),
        ("uint('-1')", "unsigned integer overflow"),
        ("double('1,5')", "'1,5' is no number"),
        ("double('0x10')", "'0x10' is no number"),
        ("string(b'\\xff')", "the bytes are no UTF-8 text"),
        ("bool('yes')", "'yes' is neither true nor false"),
        ("type(user)", "a record has no type that an expression could use; compare its `odataType`"),
    ],
)
def test_conversion_fails_naming_the_reason(source: str, reason: str) -> None:
    outcome = evaluate(source, User())
    assert isinstance(outcome, Failed)
    assert reason in outcome.text


def test_null_has_no_text() -> None:
    assert evaluate("string(user.logins)", User()) == Failed(
        "`user.logins` is null, where `string` needs a value. Test it with `!= null` first."
    )


def test_text_with_half_of_a_surrogate_pair_has_no_bytes() -> None:
    outcome = evaluate("bytes(user.displayName)", User(displayName="\ud800"))
    assert outcome == Failed("`bytes(user.displayName)`: the text has half of a surrogate pair.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (100000.5, "100000.5"),
        (999999.0, "999999"),
        (1e6, "1e+06"),
        (1234567.5, "1.2345675e+06"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-2.5e-7, "-2.5e-07"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
    ],
)
def test_a_double_is_written_as_the_runtime_writes_it(value: float, text: str) -> None:
    assert double_text(value) == text


@given(st.floats(allow_nan=False))
def test_a_double_written_and_read_again_is_the_same(value: float) -> None:
    assert float(double_text(value)) == value
