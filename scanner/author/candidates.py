"""Small records to try a rule on: for every property that it reads, values near the constants that it meets.

The order is from the most natural value to the least, and the same on every run.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from scanner.author.shapes import Constant, Shape, Slot

Json: TypeAlias = dict[str, Any]

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
"""The time of the snapshots in test files."""
TIME = "2026-06-30T12:00:00Z"
"""The same, as JSON has it."""
_INNER = 40
"""Forms of a record within a record."""
_FEW = 3
"""Values of an enumeration that the rule does not name; items of a list that stand in pairs."""
_LONGEST_LIST = 200
_DAY = timedelta(days=1)
_FUTURE = "unknownFutureValue"


def records(shape: Shape, pool: Sequence[Constant], limit: int) -> list[Json]:
    """Up to ``limit`` records with the properties of ``shape``; facts are left out.

    ``pool`` has the constants of the whole rule, for properties that meet none.
    """
    slots = [slot for slot in shape.slots.values() if not slot.property.fact]
    columns = [values(slot, pool) for slot in slots]
    keys = [slot.property.key or slot.property.name for slot in slots]
    return [dict(zip(keys, row, strict=True)) for row in combinations(columns, limit)]


def combinations(columns: Sequence[Sequence[Any]], limit: int) -> Iterator[tuple[Any, ...]]:
    """All combinations, or as many that differ as the limit allows: first each value by itself, then any."""
    if math.prod(map(len, columns)) <= limit:
        yield from itertools.product(*columns)
        return
    seen: set[tuple[int, ...]] = set()
    for indexes in itertools.islice(_picked(columns, 3 * limit), 4 * limit):
        if indexes not in seen and len(seen) < limit:
            seen.add(indexes)
            yield tuple(column[index] for column, index in zip(columns, indexes, strict=True))


def _picked(columns: Sequence[Sequence[Any]], tries: int) -> Iterator[tuple[int, ...]]:
    first = [0] * len(columns)
    yield tuple(first)
    for place, column in enumerate(columns):
        for index in range(1, len(column)):
            yield (*first[:place], index, *first[place + 1 :])
    chance = random.Random(0)
    for _ in range(tries):
        yield tuple(chance.randrange(len(column)) for column in columns)


def values(slot: Slot, pool: Sequence[Constant]) -> list[Any]:
    """Values of one property, as JSON has them."""
    if slot.property.many:
        return _lists(slot, pool)
    return [*_items(slot, pool), None]


def _items(slot: Slot, pool: Sequence[Constant]) -> list[Any]:
    """Values that are there, of the property or of one item of a list."""
    if slot.shape is not None:
        return list(records(slot.shape, pool, _INNER))
    constants = tuple(dict.fromkeys(slot.constants)) or tuple(pool)
    match slot.property.type:
        case "boolean":
            return [True, False]
        case "string":
            return _texts(slot, [one for one in constants if isinstance(one, str)])
        case "integer":
            return _numbers(one for one in constants if isinstance(one, int) and not isinstance(one, bool))
        case "number":
            return [float(one) for one in _numbers(one for one in constants if isinstance(one, int | float))]
        case "timestamp":
            return _times(constants)
        case "duration":
            return _lengths(constants)
        case "any":
            return [one for one in constants if isinstance(one, bool | int | float | str)] or [True, False]
    return []


def _texts(slot: Slot, constants: Sequence[str]) -> list[str]:
    known = [one for one in slot.property.values if one != _FUTURE]
    if known:
        named = [one for one in constants if one in known]
        others = [one for one in known if one not in named]
        return [*named, *others[:_FEW]]
    made = [*constants, "example"]
    if "startsWith" in slot.functions:
        made += [f"{one}example" for one in constants]
    if "endsWith" in slot.functions:
        made += [f"example{one}" for one in constants]
    if "contains" in slot.functions:
        made += [f"an {one} example" for one in constants]
    return list(dict.fromkeys([*made, ""]))


def _numbers(constants: Iterable[int | float]) -> list[Any]:
    near = [int(one) + step for one in constants if abs(one) < 2**52 for step in (0, 1, -1)]
    return list(dict.fromkeys([*near, 0, 1]))


def _times(constants: Iterable[Constant]) -> list[str]:
    lengths = [one for one in constants if isinstance(one, timedelta)]
    moments = [moment for one in constants if isinstance(one, str) and (moment := _moment(one))]
    # The past first: what an example has happened rarely lies ahead.
    steps = [side * (length + more) for side in (-1, 1) for length in lengths for more in (-_DAY / 24, _DAY)]
    near = [NOW + step for step in [*steps, -_DAY, _DAY] if abs(step) < timedelta(days=365_000)]
    near += [moment + step for moment in moments for step in (-_DAY, _DAY)]
    return list(dict.fromkeys(moment.isoformat().replace("+00:00", "Z") for moment in near))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and 2 < found.year < 9998 else None


def _lengths(constants: Iterable[Constant]) -> list[str]:
    lengths = [one for one in constants if isinstance(one, timedelta)] or [_DAY]
    near = [one + step for one in lengths for step in (timedelta(), timedelta(hours=1), -timedelta(hours=1))]
    return [f"PT{int(one.total_seconds())}S" for one in dict.fromkeys(near) if one > timedelta()]


def _lists(slot: Slot, pool: Sequence[Constant]) -> list[list[Any]]:
    items = _items(slot, pool)
    made: list[list[Any]] = [[], *([item] for item in items)]
    made += [list(pair) for pair in itertools.combinations(items[: _FEW + 1], 2)]
    if "size" in slot.functions and items:
        for one in slot.constants:
            if isinstance(one, int) and 0 < one < _LONGEST_LIST:
                made += [(items * (count // len(items) + 1))[:count] for count in (one, one + 1, one - 1)]
    if len(items) > 1:
        made.append(items)
    return made
