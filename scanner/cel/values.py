"""Values of CEL in Python, and what a function says when it cannot do its work.

====================  ==================================================================================
CEL                   Python
====================  ==================================================================================
bool, double, string  bool, float, str
bytes, null           bytes, None
int                   int, between -2**63 and 2**63 - 1
uint                  ``Uint``
list                  list
map                   dict; a key that is a bool is stored as a 1-tuple, since ``True == 1`` in Python
timestamp, duration   datetime (aware), timedelta: microseconds, where CEL has nanoseconds
type                  ``Type``
optional_type         ``Optional``
a record              an instance of a class that ``scanner.cel.structs`` made
====================  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

Value: TypeAlias = Any
"""A value of CEL. Its type is known at run time only: functions look at it with ``kind``."""


class Fault(Exception):
    """A function cannot do its work with these values: the reason, without the place, which only the caller knows."""


class NoOverload(Fault):
    """A function is not defined for values of these types."""


class Uint(int):
    """An unsigned 64-bit integer: equal to the int of the same value, but of another type and with other arithmetic."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


@dataclass(frozen=True, slots=True)
class Type:
    """A type as a value, by its CEL name: ``type(1)``."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Optional:
    """A value that may not be there. One that is not is ``ABSENT``."""

    value: Value


ABSENT = Optional(None)

_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    list: "list",
    tuple: "list",
    dict: "map",
    datetime: "timestamp",
    timedelta: "duration",
    Type: "type",
    Optional: "optional",
    msgspec.Struct: "record",
}

TYPE_NAMES = {
    "null": "null_type",
    "timestamp": "google.protobuf.Timestamp",
    "duration": "google.protobuf.Duration",
    "optional": "optional_type",
}
"""CEL's names of the types whose ``kind`` is called otherwise."""


def kind(value: Value) -> str:
    """One of ``null bool int uint double string bytes list map timestamp duration type optional record``.

    Raises Fault for an object that is no value of CEL.
    """
    found = _KINDS.get(value.__class__)
    if found is not None:
        return found
    for base in value.__class__.__mro__:
        if base in _KINDS:
            return _KINDS[base]
    raise Fault(f"an object of type {value.__class__.__name__} is no value of CEL")


def type_of(value: Value) -> Type:
    """The type of a value, as CEL's ``type()``. Raises Fault for a record, whose type ``odataType`` tells."""
    name = kind(value)
    if name == "record":
        raise Fault("a record has no type that an expression could use; compare its `odataType`")
    return Type(TYPE_NAMES.get(name, name))


def to_key(value: Value) -> Hashable:
    """The form in which a dict has ``value`` as a key."""
    return (value,) if value.__class__ is bool else value


def from_key(key: Value) -> Value:
    """The value that a key of a dict stands for."""
    return key[0] if key.__class__ is tuple else key
