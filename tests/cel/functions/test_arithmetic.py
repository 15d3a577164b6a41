"""Tests of ``scanner.cel.functions.arithmetic``."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.functions.limits import MAX_LIST, MAX_TEXT
from scanner.cel.values import Uint, Value
from tests.cel.ways import Failed, evaluate, same

_INT64 = st.integers(-(2**63), 2**63 - 1)
_NUMBERS = (("a", "int"), ("b", "int"))
_TEXTS = (("s", "string"), ("b", "bytes"), ("l", "list<int>"))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2", 3),
        ("1 - 2", -1),
        ("3 * -4", -12),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 / -2", 3),
        ("7 % 2", 1),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("-(3)", -3),
        ("9223372036854775806 + 1", 2**63 - 1),
        ("1u + 2u", Uint(3)),
        ("3u - 2u", Uint(1)),
        ("3u * 2u", Uint(6)),
        ("7u / 2u", Uint(3)),
        ("7u % 2u", Uint(1)),
        ("18446744073709551615u / 1u", Uint(2**64 - 1)),
        ("18446744073709551615u % 10u", Uint(5)),
        ("1.5 + 2.0", 3.5),
        ("1.5 - 2.0", -0.5),
        ("1.5 * 2.0", 3.0),
        ("1.0 / 4.0", 0.25),
        ("1.0 / 0.0", math.inf),
        ("-1.0 / 0.0", -math.inf),
        ("1.0 / -0.0", -math.inf),
        ("0.0 / 0.0", math.nan),
        ("double('NaN') / 0.0", math.nan),
        ("-(0.0)", -0.0),
        ("1e308 * 10.0", math.inf),
        ("'a' + 'b'", "ab"),
        ("b'a' + b'\\xff'", b"a\xff"),
        ("[1] + [2, 3]", [1, 2, 3]),
    ],
)
def test_arithmetic_gives(source: str, value: Value) -> None:
    assert same(evaluate(source), value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("9223372036854775807 + 1", "integer overflow"),
        ("-9223372036854775808 - 1", "integer overflow"),
        ("9223372036854775807 * 2", "integer overflow"),
        ("-9223372036854775808 / -1", "integer overflow"),
        ("-9223372036854775808 % -1", "integer overflow"),
        ("-(-9223372036854775808)", "integer overflow"),
        ("1u - 2u", "unsigned integer overflow"),
        ("18446744073709551615u + 1u", "unsigned integer overflow"),
        ("18446744073709551615u * 2u", "unsigned integer overflow"),
        ("1 / 0", "division by zero"),
        ("1u / 0u", "division by zero"),
        ("1 % 0", "modulus by zero"),
        ("1u % 0u", "modulus by zero"),
    ],
)
def test_arithmetic_fails_naming_the_place_and_the_reason(source: str, reason: str) -> None:
    assert evaluate(source) == Failed(f"`{source}`: {reason}.")


@pytest.mark.parametrize(
    "source",
    [
        *("dyn(1) + dyn('a')", "dyn(1) + dyn(1u)", "dyn(1) + dyn(1.0)", "dyn('a') - dyn('b')", "-dyn('a')"),
        *(
            "dyn(true) + dyn(true)",
            "dyn(2.0) % dyn(1.0)",
            "dyn(now) + dyn(now)",
            "dyn(1) * dyn('a')",
            "dyn([1]) / dyn([1])",
        ),
    ],
)
def test_arithmetic_of_types_that_do_not_go_together_fails(source: str) -> None:
    outcome = evaluate(source, None, datetime(2026, 1, 1, tzinfo=UTC))
    assert isinstance(outcome, Failed)
    assert "is not defined for" in outcome.text


@given(_INT64, _INT64)
def test_integers_add_as_in_python_or_fail_outside_64_bits(a: int, b: int) -> None:
    outcome = evaluate("a + b", a, b, variables=_NUMBERS)
    assert outcome == a + b if -(2**63) <= a + b < 2**63 else isinstance(outcome, Failed)


@given(_INT64, _INT64.filter(bool))
def test_quotient_and_remainder_make_up_the_dividend(a: int, b: int) -> None:
    quotient = evaluate("a / b", a, b, variables=_NUMBERS)
    remainder = evaluate("a % b", a, b, variables=_NUMBERS)
    if isinstance(quotient, Failed):
        assert (a, b) == (-(2**63), -1)
    else:
        assert quotient * b + remainder == a
        assert abs(remainder) < abs(b)
        assert remainder == 0 or (remainder < 0) == (a < 0)


def test_text_may_not_become_too_long() -> None:
    longest = "x" * MAX_TEXT
    assert evaluate("s + s", longest[1:], variables=_TEXTS) == Failed(
        f"`s + s`: the text would be longer than {MAX_TEXT:,} characters."
    )
    assert isinstance(evaluate("b + b", "", longest.encode(), variables=_TEXTS), Failed)
    assert evaluate("s + ''", longest, variables=_TEXTS) == longest


def test_a_list_may_not_become_too_long() -> None:
    outcome = evaluate("l + l", "", b"", [0] * MAX_LIST, variables=_TEXTS)
    assert outcome == Failed(f"`l + l`: the list would have more than {MAX_LIST:,} elements.")
