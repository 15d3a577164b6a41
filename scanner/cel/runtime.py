"""Google's CEL runtime, told our types: protobuf descriptors made of record types, and environments that compile.

Scalars are wrapper types (``google.protobuf.StringValue`` …), so that comparing with null type-checks; times are
``Timestamp`` and ``Duration``, lists are repeated, ``any`` is ``google.protobuf.Value``. Importing this module loads
the runtime (tens of milliseconds): import it where an expression is about to be checked.
"""

from __future__ import annotations

from collections.abc import Mapping

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)

from scanner.cel.types import Property, RecordType, Types

PACKAGE = "graph"
"""Package of the messages; the type of a user is ``graph.user``."""

_Field = descriptor_pb2.FieldDescriptorProto
_WELL_KNOWN = (wrappers_pb2, timestamp_pb2, duration_pb2, struct_pb2)

_MESSAGE_OF: Mapping[str, str] = {
    "string": ".google.protobuf.StringValue",
    "boolean": ".google.protobuf.BoolValue",
    "integer": ".google.protobuf.Int64Value",
    "number": ".google.protobuf.DoubleValue",
    "bytes": ".google.protobuf.BytesValue",
    "timestamp": ".google.protobuf.Timestamp",
    "duration": ".google.protobuf.Duration",
    "any": ".google.protobuf.Value",
}
_ELEMENT_OF: Mapping[str, _Field.Type.ValueType] = {
    "string": _Field.TYPE_STRING,
    "boolean": _Field.TYPE_BOOL,
    "integer": _Field.TYPE_INT64,
    "number": _Field.TYPE_DOUBLE,
    "bytes": _Field.TYPE_BYTES,
}
"""Elements of lists are never null, so they need no wrapper."""

_VARIABLE_OF: Mapping[str, cel.Type] = {
    "string": cel.Type.STRING,
    "boolean": cel.Type.BOOL,
    "integer": cel.Type.INT,
    "number": cel.Type.DOUBLE,
    "bytes": cel.Type.BYTES,
    "timestamp": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
    "any": cel.Type.DYN,
}


class Runtime:
    """Compiles expressions over one set of record types. Environments are made once for each set of variables."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._pool = descriptor_pool.DescriptorPool()
        for module in _WELL_KNOWN:
            self._pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
        self._pool.Add(describe(types))
        self._environments: dict[frozenset[tuple[str, str]], cel.Env] = {}

    def compile(self, source: str, variables: Mapping[str, str]) -> bytes:
        """The checked expression, serialised. Raises the runtime's ``RuntimeError`` with all it found wrong."""
        serialized: bytes = self._environment(variables).compile(source).serialize()
        return serialized

    def _environment(self, variables: Mapping[str, str]) -> cel.Env:
        key = frozenset(variables.items())
        if key not in self._environments:
            self._environments[key] = cel.NewEnv(
                self._pool,
                variables={name: self._variable(type_name) for name, type_name in variables.items()},
                extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional()],
            )
        return self._environments[key]

    def _variable(self, type_name: str) -> cel.Type:
        if type_name.startswith("list<"):
            return cel.Type.List(self._variable(type_name.removeprefix("list<").removesuffix(">")))
        if type_name in self._types:
            return cel.Type(f"{PACKAGE}.{type_name}")
        if type_name not in _VARIABLE_OF:
            raise ValueError(f"no type {type_name} for a variable")
        return _VARIABLE_OF[type_name]


def describe(types: Types) -> descriptor_pb2.FileDescriptorProto:
    """The record types as one protobuf file."""
    file = descriptor_pb2.FileDescriptorProto(
        name="graph.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=[module.DESCRIPTOR.name for module in _WELL_KNOWN],
        message_type=[_message(record_type) for record_type in types.values()],
    )
    return file


def _message(record_type: RecordType) -> descriptor_pb2.DescriptorProto:
    return descriptor_pb2.DescriptorProto(
        name=record_type.name,
        field=[_field(number, prop) for number, prop in enumerate(record_type.properties.values(), 1)],
    )


def _field(number: int, prop: Property) -> _Field:
    label = _Field.LABEL_REPEATED if prop.many else _Field.LABEL_OPTIONAL
    if prop.many and prop.type in _ELEMENT_OF:
        return _Field(name=prop.name, number=number, label=label, type=_ELEMENT_OF[prop.type])
    message = f".{PACKAGE}.{prop.type}" if prop.is_record else _MESSAGE_OF[prop.type]
    return _Field(name=prop.name, number=number, label=label, type=_Field.TYPE_MESSAGE, type_name=message)
