"""The checked tree of a CEL expression, as frozen dataclasses.

Google's runtime parses and checks an expression; ``decode`` turns what its ``serialize()`` gives into a ``Tree``:
nodes, the type of each node, the declaration each name or call was resolved to, and where in the source it stands.

Macros are expanded already: ``has(a.b)`` is a ``Select`` with ``test_only``, ``l.exists(x, p)`` a ``Comprehension``.
The runtime does not tell which macro a comprehension was; ``scanner.cel.macros`` recognises them by their shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from scanner.cel import wire
from scanner.cel.values import Uint
from scanner.errors import CelError


@dataclass(frozen=True, slots=True)
class TypeRef:
    """The static type of a node."""

    name: str
    """One of ``bool int uint double string bytes null dyn timestamp duration any list map optional type message param
    function error``, or the full name of another abstract type."""
    parameters: tuple[TypeRef, ...] = ()
    """Element type of a list or an optional; key and value type of a map; the type itself of a ``type``."""
    message: str = ""
    """Full name of a protobuf message (``graph.user``), of an abstract type or of a type parameter."""
    nullable: bool = False
    """A wrapper type: a scalar that may be null."""

    def __str__(self) -> str:
        if self.name in ("message", "param"):
            return self.message
        if self.parameters:
            return f"{self.name}({', '.join(map(str, self.parameters))})"
        return f"wrapper({self.name})" if self.nullable else self.name


DYN = TypeRef("dyn")

Literal: TypeAlias = bool | int | float | str | bytes | None
"""A constant; unsigned integers are ``Uint``."""


@dataclass(frozen=True, slots=True)
class Const:
    """A literal."""

    id: int
    value: Literal


@dataclass(frozen=True, slots=True)
class Ident:
    """A variable, a macro's variable or the name of a type. A declared name with dots (``params.maximum``) is one."""

    id: int
    name: str
    """With a leading dot where a macro's variable of the same name is passed over."""


@dataclass(frozen=True, slots=True)
class Select:
    """``operand.field``, or ``has(operand.field)`` with ``test_only``."""

    id: int
    operand: Node
    field: str
    test_only: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function, a method (with ``target``) or an operator: ``_&&_ _==_ !_ _?_:_ _[_] @in _?._ _[?_]`` …"""

    id: int
    function: str
    target: Node | None
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListExpr:
    """``[a, ?b]``; ``optional`` has the indices of the elements written with a question mark."""

    id: int
    elements: tuple[Node, ...]
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class MapEntry:
    """``key: value`` of a map."""

    id: int
    key: Node
    value: Node
    optional: bool = False


@dataclass(frozen=True, slots=True)
class MapExpr:
    """``{key: value, ?key: optional}``."""

    id: int
    entries: tuple[MapEntry, ...]


@dataclass(frozen=True, slots=True)
class MessageExpr:
    """``user{displayName: "x"}``: policies have no use for it, so nothing evaluates it."""

    id: int
    message: str


@dataclass(frozen=True, slots=True)
class Comprehension:
    """What a macro over a list or the keys of a map expands to: a fold of ``step`` while ``condition`` holds."""

    id: int
    iter_var: str
    iter_range: Node
    accu_var: str
    accu_init: Node
    condition: Node
    step: Node
    result: Node


Node: TypeAlias = Const | Ident | Select | Call | ListExpr | MapExpr | MessageExpr | Comprehension


@dataclass(frozen=True, slots=True)
class Reference:
    """What a name or a call was resolved to."""

    name: str
    overloads: tuple[str, ...] = ()
    """Ids of the function's overloads that fit the static types; the one it is, or several where a type is dyn."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked expression. Everything about a node is looked up by its id, which is unique in the tree."""

    root: Node
    types: dict[int, TypeRef] = field(default_factory=dict)
    references: dict[int, Reference] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)
    """Code point in the source: start of a literal or name, the operator, the dot, or a call's opening parenthesis."""

    def type_of(self, node: Node) -> TypeRef:
        """The static type; dyn where the checker left it open (or was switched off)."""
        return self.types.get(node.id, DYN)

    def walk(self) -> Iterator[Node]:
        """Every node, parents before children."""
        return descendants(self.root)


def descendants(node: Node) -> Iterator[Node]:
    """``node`` and every node below it, parents before children."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(reversed(children(found)))


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order they stand in the source (a comprehension: range first)."""
    match node:
        case Select(operand=operand):
            return (operand,)
        case Call(target=target, args=args):
            return args if target is None else (target, *args)
        case ListExpr(elements=elements):
            return elements
        case MapExpr(entries=entries):
            return tuple(part for entry in entries for part in (entry.key, entry.value))
        case Comprehension():
            return (node.iter_range, node.accu_init, node.condition, node.step, node.result)
        case _:
            return ()


def decode(serialized: bytes) -> Tree:
    """The tree of ``Expression.serialize()``; one that was compiled without a check has no types and no references.

    Raises CelError where it is nested too deeply to be read.
    """
    parsed = wire.parse(serialized)
    if parsed is None:
        raise CelError("The expression is nested too deeply. Split it into several `&&` parts or several policies.")
    message, is_checked = parsed
    tree = Tree(_node(message.expr), positions={entry.key: entry.value for entry in message.source.positions})
    if is_checked:
        tree.types.update({entry.key: _type(entry.value) for entry in message.types})
        tree.references.update(
            {entry.key: Reference(entry.value.name, tuple(entry.value.overload)) for entry in message.references}
        )
    return tree


def _node(message: Any) -> Node:
    id = message.id
    match message.WhichOneof("kind"):
        case "const":
            return Const(id, _constant(message.const))
        case "ident":
            return Ident(id, message.ident.name)
        case "select":
            select = message.select
            return Select(id, _node(select.operand), select.field, select.test_only)
        case "call":
            call = message.call
            target = _node(call.target) if call.HasField("target") else None
            return Call(id, call.function, target, tuple(map(_node, call.args)))
        case "list":
            return ListExpr(id, tuple(map(_node, message.list.elements)), frozenset(message.list.optional))
        case "struct":
            return _struct(id, message.struct)
        case _:
            return _comprehension(id, message.comprehension)


def _struct(id: int, struct: Any) -> MapExpr | MessageExpr:
    if struct.message_name:
        return MessageExpr(id, struct.message_name)
    return MapExpr(
        id, tuple(MapEntry(entry.id, _node(entry.expr), _node(entry.value), entry.optional) for entry in struct.entries)
    )


def _comprehension(id: int, fold: Any) -> Comprehension:
    if fold.iter_var2:
        raise CelError(f"The macro with the two variables `{fold.iter_var}` and `{fold.iter_var2}` is not supported.")
    return Comprehension(
        id,
        fold.iter_var,
        _node(fold.iter_range),
        fold.accu_var,
        _node(fold.accu_init),
        _node(fold.condition),
        _node(fold.step),
        _node(fold.result),
    )


def _constant(constant: Any) -> Literal:
    kind = constant.WhichOneof("kind")
    if kind == "null":
        return None
    value: Literal = getattr(constant, kind)
    return Uint(value) if kind == "uint" and isinstance(value, int) else value


_PRIMITIVES = ("dyn", "bool", "int", "uint", "double", "string", "bytes")
_WELL_KNOWN = ("dyn", "any", "timestamp", "duration")


def _type(message: Any) -> TypeRef:
    kind = message.WhichOneof("kind")
    match kind:
        case "primitive":
            return TypeRef(_PRIMITIVES[message.primitive])
        case "wrapper":
            return TypeRef(_PRIMITIVES[message.wrapper], nullable=True)
        case "well_known":
            return TypeRef(_WELL_KNOWN[message.well_known])
        case "list":
            return TypeRef("list", (_type(message.list.first),))
        case "map":
            return TypeRef("map", (_type(message.map.first), _type(message.map.second)))
        case "message" | "param":
            return TypeRef(kind, message=getattr(message, kind))
        case "type":
            return TypeRef("type", (_type(message.type),))
        case "abstract":
            return _abstract(message.abstract)
        case _:
            return TypeRef(kind or "dyn")


def _abstract(message: Any) -> TypeRef:
    name = "optional" if message.name == "optional_type" else message.name
    return TypeRef(name, tuple(map(_type, message.parameters)), message=message.name)
