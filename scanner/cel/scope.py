"""What both ways of compiling share: what names mean, how properties are read, and the constants of a function."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter

from scanner.cel.macros import free_names
from scanner.cel.structs import attribute
from scanner.cel.tree import Ident, Node, Tree, TypeRef
from scanner.cel.values import TYPE_NAMES, Type, Value


@dataclass(frozen=True)
class Bindings:
    """What an expression's variables stand for."""

    record: str = ""
    """The variable that is the argument of the compiled function; "" where it has none."""
    constants: Mapping[str, Value] = field(default_factory=dict)
    """Variables that are the same for all records: ``tenant``, ``now``, ``params.maximum``."""
    facts: Mapping[tuple[str, str], Callable[[Value], Value]] = field(default_factory=dict)
    """(record type, property) → what computes the property of a record of that type."""


_TYPES = (
    *("bool", "int", "uint", "double", "string", "bytes", "list", "map", "type", "null_type", "optional_type"),
    *TYPE_NAMES.values(),
)


@dataclass
class Scope:
    """The names that one generated function can use."""

    tree: Tree
    bindings: Bindings
    parameters: Mapping[str, str]
    """Variables of the expression → parameters of the function."""
    namespace: dict[str, Value]
    """Globals of the function: constants, facts and helpers."""
    _locals: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def new_name(self, prefix: str) -> str:
        """A name that is used nowhere else in the function."""
        self._count += 1
        return f"{prefix}{self._count}"

    def constant(self, value: Value) -> str:
        """Python source for ``value``: a literal, or a global of the function."""
        if value is None or value.__class__ in (bool, str, bytes):
            return repr(value)
        if value.__class__ is int or (value.__class__ is float and math.isfinite(value)):
            return repr(value) if value >= 0 else f"({value!r})"
        return self.shared(value)

    def shared(self, value: Value) -> str:
        """A global of the function for ``value``."""
        name = self.new_name("k")
        self.namespace[name] = value
        return name

    @contextmanager
    def local(self, variable: str, lazy: bool = False) -> Iterator[str]:
        """A macro's variable, in force while its body is compiled; gives its name in the function.

        With ``lazy`` the name is that of a function of no arguments, which gives the value.
        """
        name = self.new_name("v")
        before = dict(self._locals)
        self._locals[variable] = f"{name}()" if lazy else name
        try:
            yield name
        finally:
            self._locals = before

    def local_name(self, node: Ident) -> str | None:
        """Source of the macro's variable that ``node`` is, None where it is none; ``.name`` never is one."""
        return self._locals.get(node.name)

    def varies(self, node: Node) -> bool:
        """Whether the node's value depends on a parameter or on the variable of a macro around it."""
        return any(
            name in self._locals or name.removeprefix(".") in self.parameters or not self._known(name)
            for name in free_names(node)
        )

    def parameter(self, node: Ident) -> str | None:
        """The function's parameter that ``node`` is, None where it is none."""
        return self.parameters.get(node.name.removeprefix("."))

    def global_value(self, node: Ident) -> tuple[Value, ...]:
        """The constant or the type that ``node`` stands for; empty where it is neither."""
        return self._known(node.name)

    def _known(self, name: str) -> tuple[Value, ...]:
        name = name.removeprefix(".")
        if name in self.bindings.constants:
            value = self.bindings.constants[name]
            return (list(value) if isinstance(value, tuple) else value,)
        return (Type(name),) if name in _TYPES else ()

    def record_type(self, node: Node) -> TypeRef | None:
        """The type of ``node`` where it is a record or an optional record, None where it is not known to be one."""
        type_ref = self.tree.type_of(node)
        if type_ref.name == "optional" and type_ref.parameters:
            type_ref = type_ref.parameters[0]
        return type_ref if type_ref.name == "message" else None

    def fact(self, record_type: TypeRef, name: str) -> Callable[[Value], Value] | None:
        """What computes the property, None for one that is read from the record."""
        return self.bindings.facts.get((record_type.message.rpartition(".")[2], name))

    def getter(self, record_type: TypeRef, name: str) -> Callable[[Value], Value]:
        """A function from a record to the value of its property."""
        return self.fact(record_type, name) or attrgetter(attribute(name))
