"""``== != < <= > >=`` and ``in``.

Numbers of all three types compare by value. As in Google's runtime an integer that meets a double is made one first, so
that large integers that differ in the last digits can be equal to the same double.
Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product

from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.values import ABSENT, Fault, NoOverload, Value, kind, to_key

_NUMBERS = ("int", "uint", "double")
_ORDERED = ("bool", "string", "bytes", "timestamp", "duration")


def equal(left: Value, right: Value) -> bool:
    """CEL's equality: false for values of different types, apart from numbers. Raises Fault for two records."""
    kinds = kind(left), kind(right)
    if kinds in _EQUAL:
        return _EQUAL[kinds](left, right)
    return kinds[0] == kinds[1] and bool(left == right)


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(map(equal, left, right))


def _equal_maps(left: dict[Value, Value], right: dict[Value, Value]) -> bool:
    return len(left) == len(right) and all(key in right and equal(item, right[key]) for key, item in left.items())


def _equal_optionals(left: Value, right: Value) -> bool:
    if left is ABSENT or right is ABSENT:
        return left is right
    return equal(left.value, right.value)


def _equal_records(left: Value, right: Value) -> bool:
    raise Fault("whole records cannot be compared, since only some of their properties were loaded; compare their `id`")


_EQUAL: dict[tuple[str, str], Callable[[Value, Value], bool]] = {
    ("list", "list"): _equal_lists,
    ("map", "map"): _equal_maps,
    ("optional", "optional"): _equal_optionals,
    ("record", "record"): _equal_records,
    ("int", "uint"): operator.eq,
    ("uint", "int"): operator.eq,
    **{(whole, "double"): lambda left, right: float(left) == right for whole in ("int", "uint")},
    **{("double", whole): lambda left, right: left == float(right) for whole in ("int", "uint")},
}


def _numbers(compare: Callable[[Value, Value], bool], kinds: tuple[str, ...]) -> Callable[[Value, Value], bool]:
    if "double" in kinds:
        return lambda left, right: compare(float(left), float(right))
    return compare


def _ordering(compare: Callable[[Value, Value], bool]) -> Overloaded:
    return Overloaded(
        {kinds: _numbers(compare, kinds) for kinds in product(_NUMBERS, repeat=2)}
        | {(name, name): compare for name in _ORDERED}
    )


def contained(element: Value, container: Value) -> bool:
    """``element in container``: an element of a list, a key of a map."""
    match kind(container):
        case "list":
            return any(equal(element, other) for other in container)
        case "map" if kind(element) in ("bool", "string", *_NUMBERS):
            return to_key(element) in container
    raise NoOverload(f"{kind(element)}, {kind(container)}")


COMPARISONS: dict[str, Callable[..., Value]] = {
    "_==_": equal,
    "_!=_": lambda left, right: not equal(left, right),
    "_<_": _ordering(operator.lt),
    "_<=_": _ordering(operator.le),
    "_>_": _ordering(operator.gt),
    "_>=_": _ordering(operator.ge),
    "@in": contained,
}
"""Operators by the names that the tree has for them."""
