"""Lists, maps and optionals: making them, their size, and taking out elements.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#aggregate-values and, for optionals,
https://github.com/google/cel-spec/wiki/proposal-246
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import msgspec

from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.functions.limits import sized_list
from scanner.cel.values import ABSENT, Fault, NoOverload, Optional, Value, from_key, kind, to_key


def make_list(elements: Iterable[tuple[bool, Value]]) -> list[Value]:
    """A list; each element comes with whether it was written with ``?``, and then is left out if absent."""
    made = []
    for is_optional, value in elements:
        if not is_optional:
            made.append(value)
        elif _optional(value) is not ABSENT:
            made.append(value.value)
    return made


def make_map(entries: Iterable[tuple[bool, Value, Value]]) -> dict[Value, Value]:
    """A map; each entry comes with whether it was written with ``?``, and then is left out if absent.

    Raises Fault for a key that is given twice, or is of a type that no key can be of.
    """
    made: dict[Value, Value] = {}
    for is_optional, key, value in entries:
        if kind(key) not in ("bool", "int", "uint", "string"):
            raise Fault(f"a value of type {kind(key)} cannot be the key of a map")
        stored = to_key(key)
        if stored in made:
            raise Fault(f"the map has the key {key!r} twice")
        if not is_optional:
            made[stored] = value
        elif _optional(value) is not ABSENT:
            made[stored] = value.value
    return made


def elements(value: Value) -> list[Value]:
    """What a macro goes through: the elements of a list, the keys of a map. Raises NoOverload for all else."""
    match kind(value):
        case "list":
            return sized_list(list(value))
        case "map":
            return [from_key(key) for key in value]
    raise NoOverload(kind(value))


def _optional(value: Value) -> Optional:
    if not isinstance(value, Optional):
        raise NoOverload(kind(value))
    return value


def _list_index(items: list[Value], position: float) -> int:
    if position != int(position):
        raise Fault(f"a list has no element {position}")
    if not 0 <= position < len(items):
        raise Fault(f"the list has no element {int(position)}: it has {len(items)}")
    return int(position)


def _element(items: list[Value], position: float) -> Value:
    return items[_list_index(items, position)]


def _entry(entries: Mapping[Value, Value], key: Value) -> Value:
    if kind(key) not in ("bool", "int", "uint", "double", "string") or to_key(key) not in entries:
        raise Fault(f"no such key: {key!r}")
    return entries[to_key(key)]


def index(container: Value, position: Value) -> Value:
    """``container[position]``. An optional container gives an optional element."""
    match kind(container), kind(position):
        case "list", ("int" | "uint" | "double"):
            return _element(container, position)
        case "map", _:
            return _entry(container, position)
        case "optional", _:
            return optional_index(container, position)
    raise NoOverload(f"{kind(container)}, {kind(position)}")


def optional_index(container: Value, position: Value) -> Optional:
    """``container[?position]``: absent where there is no such element or key."""
    match kind(container), kind(position):
        case "optional", _:
            return ABSENT if container is ABSENT else optional_index(container.value, position)
        case "list", ("int" | "uint"):
            return Optional(container[position]) if 0 <= position < len(container) else ABSENT
        case "map", ("bool" | "int" | "uint" | "double" | "string"):
            return Optional(container[to_key(position)]) if to_key(position) in container else ABSENT
        case "map", _:
            return ABSENT
    raise NoOverload(f"{kind(container)}, {kind(position)}")


def _value(optional: Value) -> Value:
    if _optional(optional) is ABSENT:
        raise Fault("the optional value is absent")
    return optional.value


def _is_zero(value: Value) -> bool:
    match kind(value):
        case "null":
            return True
        case "bool" | "int" | "uint" | "double" | "string" | "bytes" | "list" | "map":
            return not value
        case "timestamp":
            return bool(value.timestamp() == 0)
        case "duration":
            return bool(value == timedelta())
        case "optional":
            return value is ABSENT
        case "record":
            return all(getattr(value, name) is None for name in value.__struct_fields__)
        case _:
            return False


def select(container: Value, field: str) -> Value:
    """``container.field`` where the type of ``container`` is known at run time only."""
    match kind(container):
        case "map":
            return _entry(container, field)
        case "optional":
            return optional_select(container, field)
        case "record":
            return _property(container, field)
    raise NoOverload(kind(container))


def has(container: Value, field: str) -> bool:
    """``has(container.field)`` where the type of ``container`` is known at run time only."""
    match kind(container):
        case "map":
            return field in container
        case "optional":
            return container is not ABSENT and has(container.value, field)
        case "record":
            return _property(container, field) is not None
    raise NoOverload(kind(container))


def optional_select(container: Value, field: str) -> Optional:
    """``container.?field`` where the type of ``container`` is known at run time only."""
    if kind(container) == "optional":
        return ABSENT if container is ABSENT else optional_select(container.value, field)
    return Optional(select(container, field)) if has(container, field) else ABSENT


def _property(record: msgspec.Struct, name: str) -> Value:
    if name not in record.__struct_fields__:
        raise Fault(f"the record was loaded without its property {name!r}; do not read it through dyn()")
    return getattr(record, name)


COLLECTIONS: dict[str, Callable[..., Value]] = {
    "size": Overloaded({(name,): len for name in ("string", "bytes", "list", "map")}),
    "_[_]": index,
    "_[?_]": optional_index,
    "optional.of": Optional,
    "optional.none": lambda: ABSENT,
    "optional.ofNonZeroValue": lambda value: ABSENT if _is_zero(value) else Optional(value),
    "hasValue": lambda optional: _optional(optional) is not ABSENT,
    "value": _value,
    "or": lambda optional, other: _optional(other) if _optional(optional) is ABSENT else optional,
    "orValue": lambda optional, other: other if _optional(optional) is ABSENT else optional.value,
}
"""Functions and operators by the names that the tree has for them."""
