"""The protobuf message in which Google's CEL runtime hands over a checked expression.

``Expression.serialize()`` gives a ``google.protobuf.Any`` with a ``cel.expr.CheckedExpr``. The message classes for it
are built here from a table, because ``cel-expr-python`` ships none. Only fields that ``scanner.cel.tree`` reads are
listed; protobuf skips the rest.

Source: https://github.com/google/cel-spec/tree/master/proto/cel/expr (``syntax.proto``, ``checked.proto``).
"""

from __future__ import annotations

from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

_PACKAGE = "tenantlint.cel"

# message: {field: (number, type)}. `*` is repeated, a name with a capital another message of the table; `group:field`
# belongs to the oneof of that name. Maps are on the wire what repeated entries are.
_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "CheckedExpr": {
        "references": (2, "*ReferenceEntry"),
        "types": (3, "*TypeEntry"),
        "expr": (4, "Expr"),
        "source": (5, "SourceInfo"),
    },
    "ParsedExpr": {"expr": (2, "Expr"), "source": (3, "SourceInfo")},
    "ReferenceEntry": {"key": (1, "int64"), "value": (2, "Reference")},
    "Reference": {"name": (1, "string"), "overload": (3, "*string"), "value": (4, "Constant")},
    "TypeEntry": {"key": (1, "int64"), "value": (2, "Type")},
    "Type": {
        "kind:dyn": (1, "Empty"),
        "kind:null": (2, "int32"),
        "kind:primitive": (3, "int32"),
        "kind:wrapper": (4, "int32"),
        "kind:well_known": (5, "int32"),
        "kind:list": (6, "Types"),
        "kind:map": (7, "Types"),
        "kind:function": (8, "Empty"),
        "kind:message": (9, "string"),
        "kind:param": (10, "string"),
        "kind:type": (11, "Type"),
        "kind:error": (12, "Empty"),
        "kind:abstract": (14, "AbstractType"),
    },
    "Empty": {},
    "Types": {"first": (1, "Type"), "second": (2, "Type")},
    "AbstractType": {"name": (1, "string"), "parameters": (2, "*Type")},
    "SourceInfo": {"positions": (4, "*PositionEntry")},
    "PositionEntry": {"key": (1, "int64"), "value": (2, "int32")},
    "Expr": {
        "id": (2, "int64"),
        "kind:const": (3, "Constant"),
        "kind:ident": (4, "Ident"),
        "kind:select": (5, "Select"),
        "kind:call": (6, "Call"),
        "kind:list": (7, "CreateList"),
        "kind:struct": (8, "CreateStruct"),
        "kind:comprehension": (9, "Comprehension"),
    },
    "Constant": {
        "kind:null": (1, "int32"),
        "kind:bool": (2, "bool"),
        "kind:int": (3, "int64"),
        "kind:uint": (4, "uint64"),
        "kind:double": (5, "double"),
        "kind:string": (6, "string"),
        "kind:bytes": (7, "bytes"),
    },
    "Ident": {"name": (1, "string")},
    "Select": {"operand": (1, "Expr"), "field": (2, "string"), "test_only": (3, "bool")},
    "Call": {"target": (1, "Expr"), "function": (2, "string"), "args": (3, "*Expr")},
    "CreateList": {"elements": (1, "*Expr"), "optional": (2, "*int32")},
    "CreateStruct": {"message_name": (1, "string"), "entries": (2, "*Entry")},
    "Entry": {
        "id": (1, "int64"),
        "key:field": (2, "string"),
        "key:expr": (3, "Expr"),
        "value": (4, "Expr"),
        "optional": (5, "bool"),
    },
    "Comprehension": {
        "iter_var": (1, "string"),
        "iter_var2": (8, "string"),
        "iter_range": (2, "Expr"),
        "accu_var": (3, "string"),
        "accu_init": (4, "Expr"),
        "condition": (5, "Expr"),
        "step": (6, "Expr"),
        "result": (7, "Expr"),
    },
}


def _add_field(
    message: descriptor_pb2.DescriptorProto, groups: dict[str, int], name: str, number: int, kind: str
) -> None:
    group, _, plain = name.rpartition(":")
    kinds = descriptor_pb2.FieldDescriptorProto
    field = message.field.add(name=plain, number=number)
    field.label = kinds.LABEL_REPEATED if kind.startswith("*") else kinds.LABEL_OPTIONAL
    kind = kind.removeprefix("*")
    if kind[0].isupper():
        field.type = kinds.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind}"
    else:
        field.type = kinds.Type.Value(f"TYPE_{kind.upper()}")
    if group:
        if group not in groups:
            groups[group] = len(groups)
            message.oneof_decl.add(name=group)
        field.oneof_index = groups[group]


def _message_classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="tenantlint/cel.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        groups: dict[str, int] = {}
        for field, (number, kind) in fields.items():
            _add_field(message, groups, field, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        f"cel.expr.{name}": message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in ("CheckedExpr", "ParsedExpr")
    }


MESSAGES = _message_classes()
"""Message classes by full name."""


def parse(serialized: bytes) -> tuple[Any, bool] | None:
    """The message in ``serialized``, with fields as named in the table above, and whether it has been checked.

    One that has not has neither types nor references. None where it is nested deeper than protobuf reads: 100
    messages, about 48 nested operators.
    """
    content = any_pb2.Any.FromString(serialized)
    name = content.type_url.rpartition("/")[2]
    try:
        return MESSAGES[name].FromString(content.value), name == "cel.expr.CheckedExpr"
    except DecodeError:
        return None
