"""A small world of record types for tests of compiled expressions, with Google's runtime as the oracle beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings
from google.protobuf import (
    descriptor_pool,
    duration_pb2,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)

from scanner.cel.compile import Bindings, compile_node
from scanner.cel.runtime import PACKAGE, describe
from scanner.cel.tree import Tree, decode
from scanner.cel.types import Property, RecordType
from scanner.cel.values import Value

PROPERTIES: Mapping[str, Mapping[str, str]] = {
    "user": {
        "id": "string",
        "displayName": "string",
        "userPrincipalName": "string",
        "accountEnabled": "boolean",
        "isAdmin": "boolean",
        "logins": "integer",
        "failures": "integer",
        "score": "number",
        "photo": "bytes",
        "createdDateTime": "timestamp",
        "lastSeen": "timestamp",
        "grace": "duration",
        "manager": "user",
        "address": "address",
        "mails": "string*",
        "counts": "integer*",
        "flags": "boolean*",
        "roles": "role*",
        "reports": "user*",
        "extra": "any",
        "class": "string",
    },
    "address": {"city": "string", "country": "string", "lines": "string*", "region": "region"},
    "region": {"code": "string", "level": "integer"},
    "role": {"name": "string", "level": "integer", "isPrivileged": "boolean", "scope": "region", "tags": "string*"},
}
"""Record type → property → type; ``*`` is a list."""

TYPES: Mapping[str, RecordType] = {
    name: RecordType(
        name,
        "",
        {key: Property(key, kind.removesuffix("*"), many=kind.endswith("*")) for key, kind in properties.items()},
    )
    for name, properties in PROPERTIES.items()
}

_STRUCTS: dict[str, type[msgspec.Struct]] = {
    name: msgspec.defstruct(
        name, [(f"{key}_" if key == "class" else key, Any, None) for key in properties], kw_only=True
    )
    for name, properties in PROPERTIES.items()
}

User, Address, Region, Role = (_STRUCTS[name] for name in ("user", "address", "region", "role"))


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for module in (wrappers_pb2, timestamp_pb2, duration_pb2, struct_pb2):
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    pool.Add(describe(TYPES))
    return pool


@cache
def environment(variables: tuple[tuple[str, str], ...]) -> cel.Env:
    """The runtime with these variables: name and signature (``graph.user``, ``int``, ``timestamp``, ``dyn``)."""
    return cel.NewEnv(
        _pool(),
        variables={name: cel.Type(signature) for name, signature in variables},
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_bindings.ExtBindings()],
    )


RECORD = (("user", f"{PACKAGE}.user"), ("now", "timestamp"), ("domain", "string"))


def tree_of(source: str, variables: tuple[tuple[str, str], ...] = RECORD) -> Tree:
    """The checked tree of ``source``."""
    return decode(environment(variables).compile(source).serialize())


def run(source: str, *values: Value, variables: tuple[tuple[str, str], ...] = RECORD, **bindings: Any) -> Value:
    """The value of ``source`` for ``values`` of the first variables."""
    names: Sequence[str] = [name for name, _ in variables[: len(values)]]
    return compile_node(tree_of(source, variables), source, Bindings(**bindings), names)(*values)


def message(record: msgspec.Struct) -> Any:
    """The record as the protobuf message that the runtime takes."""
    name = type(record).__name__
    made = message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{PACKAGE}.{name}"))()
    for key in PROPERTIES[name]:
        value = getattr(record, f"{key}_" if key == "class" else key)
        if isinstance(value, list):
            getattr(made, key).extend([message(part) if isinstance(part, msgspec.Struct) else part for part in value])
        elif value is not None:
            _set(getattr(made, key), value)
    return made


def _set(field: Any, value: Value) -> None:
    """Sets a field that is a message: a wrapper, a time, a value of any type or a record."""
    if isinstance(value, msgspec.Struct):
        field.CopyFrom(message(value))
    elif isinstance(value, datetime):
        field.FromDatetime(value)
    elif isinstance(value, timedelta):
        field.FromTimedelta(value)
    elif isinstance(field, struct_pb2.Value):
        raise TypeError("values of any type are not compared with the oracle")
    else:
        field.value = value
        field.SetInParent()
