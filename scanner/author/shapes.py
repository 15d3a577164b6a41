"""What a rule reads, as the shape of the records that can decide it: properties, and the constants they meet.

    user.userType == "Guest" && user.assignedPlans.exists(plan, plan.service == "x")

reads of a user ``userType``, which meets "Guest", and of each of ``assignedPlans`` the ``service``, which meets "x".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from scanner.cel.check import Checked
from scanner.cel.tree import Call, Comprehension, Const, Ident, Node, Select, Tree, children, descendants
from scanner.cel.types import TENANT, Property, Types

Constant: TypeAlias = bool | int | float | str | timedelta

_DURATION_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass
class Slot:
    """One property that is read, and what it is compared with."""

    property: Property
    shape: Shape | None
    """What is read of it, where it is a record or a list of records."""
    constants: list[Constant] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    """The functions and operators that it is given to."""


@dataclass
class Shape:
    """The properties that are read of one record type."""

    type: str
    slots: dict[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """All that a rule reads."""

    record: Shape
    """Of a record of the policy's resource."""
    tenant: Shape
    """Of ``tenant``."""
    constants: tuple[Constant, ...]
    """All constants of the rule, parameters included."""


def read_shapes(
    expressions: Iterable[Checked], variable: str, record_type: str, types: Types, params: Mapping[str, object]
) -> Reading:
    """The shapes that ``expressions`` read of the record ``variable`` and of ``tenant``.

    ``params`` has the values of the variables ``params.<name>``.
    """
    record, tenant = Shape(record_type), Shape(TENANT)
    scope: Mapping[str, Shape | Slot] = {TENANT: tenant, variable: tenant if variable == TENANT else record}
    constants: list[Constant] = []
    for checked in expressions:
        reader = _Reader(checked.tree, types, params)
        reader.visit(checked.tree.root, scope)
        constants += reader.constants(checked.tree.root)
    return Reading(record, tenant, tuple(dict.fromkeys(constants)))


@dataclass(frozen=True)
class _Reader:
    tree: Tree
    types: Types
    params: Mapping[str, object]

    def visit(self, node: Node, scope: Mapping[str, Shape | Slot]) -> Shape | Slot | None:
        """Notes what ``node`` reads; gives what it stands for, None where that is no property."""
        match node:
            case Ident(name=name):
                return scope.get(name.removeprefix("."))
            case Select(operand=operand, field=field):
                return self._select(self.visit(operand, scope), field)
            case Call(function="_?._", args=(operand, Const(value=str(field)))):
                return self._select(self.visit(operand, scope), field)
            case Call():
                return self._call(node, scope)
            case Comprehension():
                items = self.visit(node.iter_range, scope)
                inner = {name: value for name, value in scope.items() if name != node.iter_var}
                inner |= {node.iter_var: items} if items else {}
                for part in (node.accu_init, node.condition, node.step, node.result):
                    self.visit(part, inner)
                return items
        for child in children(node):
            self.visit(child, scope)
        return None

    def _select(self, base: Shape | Slot | None, name: str) -> Slot | None:
        shape = base.shape if isinstance(base, Slot) else base
        if shape is None or name not in self.types[shape.type].properties:
            return None
        prop = self.types[shape.type].properties[name]
        return shape.slots.setdefault(name, Slot(prop, Shape(prop.type) if prop.is_record else None))

    def _call(self, call: Call, scope: Mapping[str, Shape | Slot]) -> Shape | Slot | None:
        """A method or ``size`` of a property is about the property: what it is compared with concerns that."""
        parts = children(call)
        found = [self.visit(part, scope) for part in parts]
        for index, slot in enumerate(found):
            if isinstance(slot, Slot):
                slot.functions.add(call.function)
                others = (part for number, part in enumerate(parts) if number != index)
                slot.constants += [value for part in others for value in self.constants(part)]
        about_first = call.target is not None or call.function in ("size", "_[_]")
        return found[0] if found and about_first else None

    def constants(self, node: Node) -> Iterator[Constant]:
        """The constants in ``node``, durations as such."""
        inside: set[int] = set()
        for part in descendants(node):
            if isinstance(part, Call) and part.function == "duration":
                inside.update(child.id for child in part.args)
                yield from (length for child in part.args if (length := _length(child)) is not None)
            elif isinstance(part, Const) and part.id not in inside:
                yield from _constant(part.value)
            elif isinstance(part, Ident):
                yield from _constant(self.params.get(part.name.removeprefix(".").removeprefix("params.")))


def _constant(value: object) -> Iterator[Constant]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _constant(item)
    elif isinstance(value, bool | int | float | str | timedelta):
        yield value


def _length(node: Node) -> timedelta | None:
    if not isinstance(node, Const) or not isinstance(node.value, str):
        return None
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(node.value))
    return timedelta(seconds=seconds) if seconds < timedelta.max.total_seconds() / 4 else None
