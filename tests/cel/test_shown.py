"""Tests of ``scanner.cel.shown``."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import pytest

from scanner.cel.shown import MAX_ELEMENTS, shown
from scanner.cel.values import ABSENT, Optional, Type, Uint, Value
from tests.cel.records import Address, User


@pytest.mark.parametrize(
    ("value", "json_value"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (Uint(3), 3),
        (1.5, 1.5),
        (math.nan, "nan"),
        (math.inf, "inf"),
        ("é", "é"),
        (b"\x00\xff", "00ff"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (timedelta(minutes=90), "5400s"),
        (Type("int"), "int"),
        (ABSENT, None),
        (Optional([1]), [1]),
        ([1, ["a"]], [1, ["a"]]),
        ((1, 2), [1, 2]),
        ({"a": 1, 2: None, (True,): "x"}, {"a": 1, "2": None, "True": "x"}),
        (
            User(displayName="Anna", class_="x", address=Address(city="Bonn")),
            {"displayName": "Anna", "address": {"city": "Bonn"}, "class": "x"},
        ),
    ],
)
def test_a_value_is_shown_as_json(value: Value, json_value: object) -> None:
    assert shown(value) == json_value
    assert json.loads(json.dumps(shown(value))) == json_value


def test_of_a_long_list_the_first_elements_and_the_number_of_others_are_shown() -> None:
    assert shown([0] * MAX_ELEMENTS) == [0] * MAX_ELEMENTS
    assert shown([0] * (MAX_ELEMENTS + 7)) == [*[0] * MAX_ELEMENTS, "… 7 more"]


def test_of_a_large_map_the_first_entries_and_the_number_of_others_are_shown() -> None:
    value = shown({str(number): number for number in range(MAX_ELEMENTS + 1)})
    assert isinstance(value, dict)
    assert len(value) == MAX_ELEMENTS + 1
    assert value["…"] == "1 more"


def test_deep_values_are_cut() -> None:
    user = User(displayName="last")
    for _ in range(20):
        user = User(manager=user)
    assert json.dumps(shown(user), ensure_ascii=False).count("manager") == 9
    assert "last" not in json.dumps(shown(user))
