"""Evidence: what an expression read of a record, with the values found.

The longest chains of properties count: ``user.userPrincipalName``, not ``user``. Of a list that a macro went through
the elements are shown with those of their properties that the macro read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from scanner.cel.compile import Bindings, Expression, compile_node
from scanner.cel.macros import Bind, Quantifier, macro_of
from scanner.cel.scope import Scope
from scanner.cel.shown import shown, shown_list
from scanner.cel.tree import Call, Comprehension, Const, Ident, Node, Select, Tree, children
from scanner.cel.values import Optional, Value
from scanner.errors import CelError, NotCollected
from scanner.model import Evidence


def evidence(checked: Expression, bindings: Bindings, record: Value) -> tuple[Evidence, ...]:
    """What ``checked`` reads and what it found, in the order of the source. For many records: ``compile_evidence``."""
    return compile_evidence(checked, bindings)(record)


def compile_evidence(checked: Expression, bindings: Bindings) -> Callable[[Value], tuple[Evidence, ...]]:
    """A function from a record to the evidence. A value that cannot be had is shown as ``{"error": reason}``."""
    reader = _Reader(checked.tree, bindings)
    reader.visit(checked.tree.root, {})
    sources = [
        (path, read, compile_node(checked.tree, checked.source, bindings, (bindings.record,), read.node))
        for path, read in reader.found.items()
        if not any(other.startswith(f"{path}.") for other in reader.found)
    ]

    def collect(record: Value) -> tuple[Evidence, ...]:
        return tuple(Evidence(path, _found(compute, record, read)) for path, read, compute in sources)

    return collect


NAME = "displayName"
"""Shown of every element that has it, read or not: a list of records is of no use to a person without."""


@dataclass
class _Read:
    """A value that is read, and which properties of it are."""

    node: Node
    """Where it is read first."""
    getter: Callable[[Value], Value] | None = None
    """What gets it from the element it is a property of; None for one that is read from a variable."""
    parts: dict[str, _Read] = field(default_factory=dict)

    def shown(self, value: Value) -> object:
        """``value`` as JSON; records with the properties that were read, if any."""
        match value:
            case Optional(value=inside):
                return self.shown(inside)
            case list() | tuple() if self.parts:
                return shown_list(list(value), self.shown)
            case None:
                return None
        if not self.parts:
            return shown(value)
        read = {name: _found(part.getter, value, part) for name, part in self.parts.items() if part.getter}
        name = getattr(value, NAME, None)
        return {NAME: name, **read} if isinstance(name, str) else read


def _found(compute: Callable[[Value], Value], record: Value, read: _Read) -> object:
    try:
        return read.shown(compute(record))
    except (CelError, NotCollected) as error:
        return {"error": str(error)}


_SAME = frozenset({"value", "or", "orValue", "optional.of", "dyn", "_[_]", "_[?_]"})
"""Functions that give their first argument, or an element of it."""


@dataclass
class _Reader:
    """Goes through a tree for the chains it reads."""

    tree: Tree
    bindings: Bindings
    found: dict[str, _Read] = field(default_factory=dict)
    """By path, as ``user.address.city``."""

    def visit(self, node: Node, variables: Mapping[str, _Read | None]) -> _Read | None:
        """Notes what ``node`` reads; gives what its value is read from, where it is a chain or elements of one.

        ``variables`` are those of the macros around: what they are elements of, None where that is no chain.
        """
        chain = _chain(node)
        if chain is not None:
            return self._read(node, *chain, variables)
        if isinstance(node, Comprehension):
            return self._macro(node, variables)
        reads = [self.visit(part, variables) for part in children(node)]
        match node:
            case Call(function=function) if function in _SAME and reads:
                return reads[0]
            case Select(operand=operand, field=name):
                return self._part(reads[0], operand, name)
        return None

    def _part(self, read: _Read | None, operand: Node, name: str) -> _Read | None:
        return read and read.parts.setdefault(name, _Read(operand, self._getter(operand, name)))

    def _read(
        self, node: Node, root: Ident, links: list[tuple[Node, str]], variables: Mapping[str, _Read | None]
    ) -> _Read | None:
        if root.name in variables:
            read = variables[root.name]
            for operand, name in links:
                read = self._part(read, operand, name)
            return read
        name = root.name.removeprefix(".")
        if not links and (self.tree.type_of(root).name == "message" or name not in self._variables()):
            return None
        path = ".".join((name, *(link for _, link in links)))
        return self.found.setdefault(path, _Read(replace(node, test_only=False) if isinstance(node, Select) else node))

    def _variables(self) -> set[str]:
        return {self.bindings.record, *self.bindings.constants}

    def _getter(self, operand: Node, name: str) -> Callable[[Value], Value] | None:
        scope = Scope(self.tree, self.bindings, {}, {})
        record_type = scope.record_type(operand)
        return scope.getter(record_type, name) if record_type else None

    def _macro(self, node: Comprehension, variables: Mapping[str, _Read | None]) -> _Read | None:
        match macro_of(node):
            case Bind(variable, bound, result):
                return self.visit(result, {**variables, variable: self.visit(bound, variables)})
            case Quantifier(_, variable, range_, predicate):
                self.visit(predicate, {**variables, variable: self.visit(range_, variables)})
                return None
            case mapped:
                inner = {**variables, mapped.variable: self.visit(mapped.range, variables)}
                if mapped.condition is not None:
                    self.visit(mapped.condition, inner)
                return self.visit(mapped.value, inner)


def _chain(node: Node) -> tuple[Ident, list[tuple[Node, str]]] | None:
    """The variable that a chain of selections begins with, and each (operand, property); None for other nodes."""
    match node:
        case Ident():
            return node, []
        case Select(operand=operand, field=name):
            pass
        case Call(function="_?._", args=(operand, Const(value=str(name)))):
            pass
        case _:
            return None
    before = _chain(operand)
    return before and (before[0], [*before[1], (operand, name)])
