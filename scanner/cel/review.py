"""What type-checks and is still wrong: misspelt enumeration values, bad literals, and records used as a whole.

A record used as a whole (compared, converted, mixed with other values) would be judged by properties that nobody
named: neither the collector nor the evaluator could tell which ones the policy rests on. So that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import re2

from scanner.cel.problems import ExprProblem, problem
from scanner.cel.suggest import nearest
from scanner.cel.tree import (
    Call,
    Comprehension,
    Const,
    Ident,
    ListExpr,
    MapExpr,
    MessageExpr,
    Node,
    Select,
    Tree,
    TypeRef,
    children,
)
from scanner.cel.types import Property, Types

MESSAGE_PREFIX = "graph."

_PASSES_RECORDS = frozenset(
    {
        *("_[_]", "_[?_]", "_?._", "_?_:_", "_+_", "size", "first", "last"),
        *("optional.of", "optional.ofNonZeroValue", "hasValue", "value", "or", "orValue"),
    }
)
"""Functions that hand records on without looking into them."""

_FUTURE = "unknownFutureValue"
"""What Graph sends in place of values that came after the client's version: valid, but nothing to propose."""

_QUIET = re2.Options()
_QUIET.log_errors = False

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"[+-]?(0|((\d+(\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns))+)")


@dataclass(frozen=True)
class _Enumeration:
    """A node whose value is one of an enumeration's, and how the source names it."""

    property: Property
    path: str


def message_of(type_ref: TypeRef) -> str:
    """The record type of a node's type, seen through an optional; an empty string for anything else."""
    if type_ref.name == "optional" and type_ref.parameters:
        return message_of(type_ref.parameters[0])
    is_record = type_ref.name == "message" and type_ref.message.startswith(MESSAGE_PREFIX)
    return type_ref.message.removeprefix(MESSAGE_PREFIX) if is_record else ""


def selected(node: Node, tree: Tree) -> tuple[str, str] | None:
    """Record type and property that a node reads: ``a.b``, ``has(a.b)`` or ``a.?b``."""
    match node:
        case Select(operand=operand, field=field):
            pass
        case Call(function="_?._", args=(operand, Const(value=str(field)))):
            pass
        case _:
            return None
    type_name = message_of(tree.type_of(operand))
    return (type_name, field) if type_name else None


def review(source: str, tree: Tree, types: Types) -> tuple[ExprProblem, ...]:
    """All that is wrong with a checked expression beyond its types."""
    return tuple(_Review(source, tree, types).visit(tree.root, {}))


class _Review:
    def __init__(self, source: str, tree: Tree, types: Types) -> None:
        self._source = source
        self._tree = tree
        self._types = types

    def visit(self, node: Node, scope: Mapping[str, _Enumeration]) -> Iterator[ExprProblem]:
        """Problems of a node and all below; ``scope`` has the macro variables that run over an enumeration."""
        match node:
            case Call():
                yield from self._call(node, scope)
            case ListExpr() | MapExpr():
                yield from self._literal(node)
            case MessageExpr():
                yield self._at(node, "A policy cannot make records.", "Compare the properties one by one.")
            case Comprehension():
                yield from self.visit(node.iter_range, scope)
                inner = dict(scope)
                inner.pop(node.iter_var, None)
                if items := self._enumeration(node.iter_range, scope):
                    inner[node.iter_var] = items
                for part in (node.accu_init, node.condition, node.step, node.result):
                    yield from self.visit(part, inner)
                return
        for child in children(node):
            yield from self.visit(child, scope)

    def _at(self, node: Node, text: str, hint: str = "") -> ExprProblem:
        return problem(self._source, self._tree.positions.get(node.id, 0), text, hint)

    # Records

    def _carries(self, node: Node) -> bool:
        return _holds_record(self._tree.type_of(node))

    def _call(self, call: Call, scope: Mapping[str, _Enumeration]) -> Iterator[ExprProblem]:
        arguments = children(call)
        if any(map(self._carries, arguments)):
            yield from self._given_records(call, arguments)
        elif call.function in ("_==_", "_!=_", "@in"):
            yield from self._compared(arguments, scope)
        elif call.function in ("timestamp", "duration", "matches"):
            yield from self._constant(call.function, arguments[-1])

    def _given_records(self, call: Call, arguments: tuple[Node, ...]) -> Iterator[ExprProblem]:
        kinds = [self._tree.type_of(argument) for argument in arguments]
        if call.function in ("_==_", "_!=_"):
            if any(kind.name == "null" for kind in kinds):
                return
            if any(kind.name == "list" for kind in kinds):
                yield self._at(
                    call, "Lists of records cannot be compared.", "Write `size(list) == 0` for an empty one."
                )
            else:
                yield self._at(call, "Whole records cannot be compared.", "Compare a property, such as `id`.")
        elif call.function not in _PASSES_RECORDS:
            name = "in" if call.function == "@in" else call.function
            yield self._at(call, f"`{name}` cannot take a whole record.", "Name the property that is meant.")
        elif _is_open(self._tree.type_of(call)):
            yield self._at(call, "Records and other values cannot be mixed.", "Name the property that is meant.")

    def _literal(self, node: ListExpr | MapExpr) -> Iterator[ExprProblem]:
        if _is_open(self._tree.type_of(node)) and any(map(self._carries, children(node))):
            yield self._at(node, "Records and other values cannot be mixed.", "Name the property that is meant.")

    # Enumerations

    def _enumeration(self, node: Node, scope: Mapping[str, _Enumeration]) -> _Enumeration | None:
        """What enumeration the value of a node, or each item of it, is taken from."""
        match node:
            case Ident(name=name):
                return scope.get(name)
            case Call(function="_[_]", args=(operand, _)) | Call(function="value", target=Call() as operand):
                return self._enumeration(operand, scope)
        read = selected(node, self._tree)
        prop = self._types[read[0]].properties.get(read[1]) if read else None
        return _Enumeration(prop, _path(node)) if prop and prop.values else None

    def _compared(self, sides: tuple[Node, ...], scope: Mapping[str, _Enumeration]) -> Iterator[ExprProblem]:
        for side, other in (sides, sides[::-1]):
            enumeration = self._enumeration(side, scope)
            if enumeration is None:
                continue
            for constant in other.elements if isinstance(other, ListExpr) else (other,):
                if isinstance(constant, Const) and isinstance(constant.value, str):
                    yield from self._value(constant, constant.value, enumeration)

    def _value(self, node: Const, value: str, enumeration: _Enumeration) -> Iterator[ExprProblem]:
        values = enumeration.property.values
        if not set(value.split(",")) <= set(values):
            near = nearest(value, values)
            listed = f"Its values: {', '.join(one for one in values if one != _FUTURE)}."
            hint = f'Did you mean "{near}"? {listed}' if near else listed
            yield self._at(node, f'"{value}" is not a value of `{enumeration.path}`.', hint)

    # Literals

    def _constant(self, function: str, argument: Node) -> Iterator[ExprProblem]:
        if not isinstance(argument, Const) or not isinstance(argument.value, str):
            return
        value = argument.value
        if function == "timestamp" and not _is_timestamp(value):
            yield self._at(argument, f'"{value}" is not a moment.', 'Write "2026-01-31T00:00:00Z".')
        if function == "duration" and not _DURATION.fullmatch(value):
            yield self._at(argument, f'"{value}" is not a duration.', 'Write "720h" for 30 days; units are h, m and s.')
        if function == "matches":
            try:
                re2.compile(value, _QUIET)
            except re2.error as error:
                hint = f"RE2 says: {_decoded(error)}."
                yield self._at(argument, "This is not a regular expression that can be used.", hint)


def _holds_record(type_ref: TypeRef) -> bool:
    return type_ref.name != "type" and (bool(message_of(type_ref)) or any(map(_holds_record, type_ref.parameters)))


def _is_open(type_ref: TypeRef) -> bool:
    """Whether the checker lost track of what is inside."""
    return type_ref.name == "dyn" or any(map(_is_open, type_ref.parameters))


def _path(node: Node) -> str:
    match node:
        case Select(operand=operand, field=field):
            return f"{_path(operand)}.{field}"
        case Call(function="_?._", args=(operand, Const(value=str(field)))):
            return f"{_path(operand)}.{field}"
        case Ident(name=name):
            return name
        case _:
            return "…"


def _is_timestamp(text: str) -> bool:
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19].upper())
    except ValueError:
        return False
    return True


def _decoded(error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
