"""What is withheld of a record, and that the rest of it stays."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.refusal import Broken
from scanner.collect.withhold import WITHHELD, withhold

NAMES = frozenset({"callbackUrl", "serviceUri"})

keys = st.sampled_from(["callbackUrl", "name", "serviceUri", "url"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def pairs(value: Any, under: str = "") -> list[tuple[str, Any]]:
    """Every value that is no container, with the name it stands under."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in pairs(inner, name)]
    if isinstance(value, list):
        return [pair for inner in value for pair in pairs(inner)]
    return [(under, value)]


@given(st.dictionaries(keys, values, max_size=4))
def test_only_texts_of_these_names_are_changed(record: dict[str, Any]) -> None:
    after = msgspec.json.decode(withhold(msgspec.json.encode(record), NAMES))
    for (name, before), (same, now) in zip(pairs(record), pairs(after), strict=True):
        assert name == same
        if name in NAMES and isinstance(before, str):
            assert now.endswith(WITHHELD)
        else:
            assert now == before


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("https://hooks.example/services/T0/KEY", "https://hooks.example/(withheld)"),
        ("https://user:KEY@Hooks.example:8443/a?sig=KEY#KEY", "https://hooks.example/(withheld)"),
        ("KEY", "(withheld)"),
        ("", "(withheld)"),
        ("http://[KEY", "(withheld)"),
    ],
)
def test_of_an_address_the_host_is_left(address: str, left: str) -> None:
    record = msgspec.json.encode({"receivers": [{"serviceUri": address}]})
    assert msgspec.json.decode(withhold(record, NAMES)) == {"receivers": [{"serviceUri": left}]}


def test_a_record_without_these_names_stays_as_it_came() -> None:
    record = b'{"id" : "x",  "threshold": 1.0}'
    assert withhold(record, NAMES) is record


def test_a_record_that_is_not_json_is_an_error() -> None:
    with pytest.raises(Broken, match="not JSON"):
        withhold(b'{"serviceUri": ', NAMES)
