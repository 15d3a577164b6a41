"""Tests of ``scanner.cel.values``."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from scanner.cel.values import ABSENT, Fault, Optional, Type, Uint, Value, from_key, kind, to_key, type_of
from tests.cel.records import User


class _Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "bool"),
        (1, "int"),
        (Uint(1), "uint"),
        (1.5, "double"),
        ("a", "string"),
        (_Colour.RED, "string"),
        (b"a", "bytes"),
        ([], "list"),
        ((), "list"),
        ({}, "map"),
        (OrderedDict(), "map"),
        (datetime(2026, 1, 1, tzinfo=UTC), "timestamp"),
        (timedelta(), "duration"),
        (Type("int"), "type"),
        (ABSENT, "optional"),
        (Optional(1), "optional"),
        (User(), "record"),
    ],
)
def test_kind_of_values_and_of_values_of_derived_classes(value: Value, name: str) -> None:
    assert kind(value) == name


def test_an_object_that_is_no_value_of_cel_is_refused() -> None:
    with pytest.raises(Fault, match="an object of type set is no value of CEL"):
        kind({1})


def test_types_have_the_names_of_cel() -> None:
    assert [type_of(value).name for value in (None, 1, timedelta(), ABSENT)] == [
        "null_type",
        "int",
        "google.protobuf.Duration",
        "optional_type",
    ]


def test_keys_tell_true_from_one() -> None:
    stored = {to_key(True): "bool", to_key(1): "int", to_key("a"): "text"}
    assert len(stored) == 3
    assert [from_key(key) for key in stored] == [True, 1, "a"]


def test_an_unsigned_integer_shows_what_it_is() -> None:
    assert repr(Uint(7)) == "7u"
