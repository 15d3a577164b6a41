"""Values of CEL as JSON, for people to read: bounded, times as text."""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Mapping
from itertools import islice

import msgspec

from scanner.cel.functions.times import duration_text, timestamp_text
from scanner.cel.values import ABSENT, Value, from_key, kind

MAX_ELEMENTS = 50
"""How many elements of a list or map are shown."""

_MAX_DEPTH = 8


def shown(value: Value, depth: int = 0) -> object:
    """``value`` as str, bool, int, float, None, list or dict.

    Times are RFC 3339 text, durations seconds with an ``s``, bytes hexadecimal digits, records objects of what was
    loaded and is not null. Of a long list the first ``MAX_ELEMENTS`` are shown, and last how many there are more.
    """
    name = kind(value)
    if name in _AS_IT_IS:
        return value
    if depth > _MAX_DEPTH:
        return "…"
    show = _NESTED.get(name)
    return show(value, depth + 1) if show else _TEXT[name](value)


def properties(record: msgspec.Struct) -> dict[str, Value]:
    """The properties of a record that were loaded and are not null, by the names that expressions have for them."""
    names = ((name, name.removesuffix("_")) for name in record.__struct_fields__)
    found = {plain if keyword.iskeyword(plain) else name: getattr(record, name) for name, plain in names}
    return {name: value for name, value in found.items() if value is not None}


def shown_list(items: list[Value], show: Callable[[Value], object]) -> list[object]:
    """The first elements as ``show`` gives them, and how many there are more."""
    first = [show(item) for item in islice(items, MAX_ELEMENTS)]
    return [*first, f"… {len(items) - MAX_ELEMENTS} more"] if len(items) > MAX_ELEMENTS else first


def _map(entries: Mapping[Value, Value], depth: int) -> dict[str, object]:
    first = {str(shown(from_key(key))): shown(item, depth) for key, item in islice(entries.items(), MAX_ELEMENTS)}
    more = len(entries) - MAX_ELEMENTS
    return {**first, "…": f"{more} more"} if more > 0 else first


def _double(value: float) -> object:
    return value if math.isfinite(value) else str(value)  # JSON has no NaN and no infinity


_AS_IT_IS = frozenset({"null", "bool", "int"})

_TEXT: Mapping[str, Callable[[Value], object]] = {
    "string": str,
    "uint": int,
    "double": _double,
    "bytes": lambda value: bytes(value).hex(),
    "timestamp": timestamp_text,
    "duration": duration_text,
    "type": lambda value: value.name,
}

_NESTED: Mapping[str, Callable[[Value, int], object]] = {
    "list": lambda items, depth: shown_list(items, lambda item: shown(item, depth)),
    "map": _map,
    "record": lambda record, depth: {name: shown(value, depth) for name, value in properties(record).items()},
    "optional": lambda value, depth: None if value is ABSENT else shown(value.value, depth),
}
