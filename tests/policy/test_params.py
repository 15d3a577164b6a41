"""Parameter values are of the type that the policy gives them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.policy.model import ParamValue
from scanner.policy.params import param_value


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("boolean", False, False),
        ("integer", 0, 0),
        ("number", 3, 3.0),
        ("number", 0.5, 0.5),
        ("string", "", ""),
        ("strings", [], ()),
        ("strings", ["a", "b"], ("a", "b")),
        ("duration", "90d", timedelta(days=90)),
        ("duration", "1d12h30m5s", timedelta(days=1, hours=12, minutes=30, seconds=5)),
        ("duration", "0s", timedelta()),
        ("duration", "999999d", timedelta(days=999999)),
    ],
)
def test_values_that_fit(kind: str, written: object, value: ParamValue) -> None:
    found = param_value(kind, written)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("boolean", 0),
        ("boolean", "true"),
        ("integer", True),
        ("integer", 1.0),
        ("integer", "1"),
        ("number", True),
        ("number", "1"),
        ("string", 1),
        ("string", ["a"]),
        ("strings", "a"),
        ("strings", ["a", 1]),
        ("duration", ""),
        ("duration", 90),
        ("duration", "90"),
        ("duration", "12h1d"),
        ("duration", "1.5h"),
        ("duration", "-1d"),
        ("duration", "1000000d"),
        ("duration", "٣d"),
    ],
)
def test_values_that_do_not_fit(kind: str, written: object) -> None:
    with pytest.raises(ValueError, match=r"true or false|number|text|duration"):
        param_value(kind, written)
