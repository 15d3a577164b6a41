"""Unquoted words mean what YAML 1.2 says."""

from __future__ import annotations

import pytest

from scanner.policy.scalars import Scalar, resolve


@pytest.mark.parametrize(
    ("word", "value"),
    [
        # The examples of https://yaml.org/spec/1.2.2/#1032-tag-resolution
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("0", 0),
        ("0o7", 7),
        ("0x3A", 58),
        ("-19", -19),
        ("0.", 0.0),
        ("-0.0", -0.0),
        (".5", 0.5),
        ("+12e03", 12000.0),
        ("-2E+05", -200000.0),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        # What YAML 1.1 would turn into something else.
        ("no", "no"),
        ("On", "On"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("010", 10),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"),
        ("=", "="),
        ("<<", "<<"),
        ("nUll", "nUll"),
        ("62e90394-69f5-4237-9190-012177145e10", "62e90394-69f5-4237-9190-012177145e10"),
        ("infinity", "infinity"),
        ("0x", "0x"),
        ("1e", "1e"),
        ("٣", "٣"),
    ],
)
def test_words_follow_the_core_schema(word: str, value: Scalar) -> None:
    found = resolve(word)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "word", [".inf", "-.INF", ".NaN", "1e999", "-1e999", "9223372036854775808", "9" * 5000, "0x" + "f" * 17]
)
def test_numbers_that_json_or_cel_cannot_hold_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="number"):
        resolve(word)
