"""Explains a verdict: what every part of an expression gave for one record.

Each part is compiled and run by itself, as ``scanner.cel.compile`` does the whole, so that there is one evaluator only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from scanner.cel.compile import Bindings, Expression, compile_node
from scanner.cel.evidence import compile_evidence, evidence
from scanner.cel.exact import operands_of
from scanner.cel.extents import Extents
from scanner.cel.functions.collections import elements
from scanner.cel.macros import Bind, Quantifier, free_names, macro_of
from scanner.cel.shown import MAX_ELEMENTS, shown
from scanner.cel.tree import Call, Comprehension, Ident, Node, Select, children
from scanner.cel.values import Fault, Value
from scanner.errors import CelError, NotCollected

__all__ = ["MAX_PARTS", "Part", "compile_evidence", "evidence", "trace"]

MAX_PARTS = 2_000
"""Parts of one trace. Further ones are left out."""


@dataclass(frozen=True)
class Part:
    """A part of an expression, evaluated."""

    text: str
    """Its source."""
    value: object = None
    """What it gave, as JSON."""
    error: str = ""
    """Why it gave nothing; "" where it did."""
    given: Mapping[str, object] = field(default_factory=dict)
    """For what stands inside a macro: the element it was evaluated with, as JSON, by the macro's variable."""
    parts: tuple[Part, ...] = ()
    """The parts it consists of, in the order of the source; of a macro its range, and its body once an element."""


def trace(checked: Expression, bindings: Bindings, record: Value) -> Part:
    """``checked`` on ``record``, part by part. Literals and variables of macros are no parts."""
    tracer = _Tracer(checked, bindings, Extents(checked.tree, checked.source))
    return tracer.part(checked.tree.root, {bindings.record: record})


@dataclass
class _Tracer:
    checked: Expression
    bindings: Bindings
    extents: Extents
    _left: int = MAX_PARTS
    _compiled: dict[int, Callable[..., Value]] = field(default_factory=dict)

    def part(self, node: Node, variables: Mapping[str, Value], given: Mapping[str, object] | None = None) -> Part:
        """``node`` evaluated with these variables."""
        self._left -= 1
        value: object = None
        error = ""
        try:
            value = shown(self._evaluate(node, variables))
        except (CelError, NotCollected) as failure:
            error = str(failure)
        return Part(self.extents.text(node), value, error, given or {}, tuple(self._parts(node, variables)))

    def _evaluate(self, node: Node, variables: Mapping[str, Value]) -> Value:
        if node.id not in self._compiled:
            checked = self.checked
            self._compiled[node.id] = compile_node(checked.tree, checked.source, self.bindings, tuple(variables), node)
        return self._compiled[node.id](*variables.values())

    def _parts(self, node: Node, variables: Mapping[str, Value], seen: frozenset[str] = frozenset()) -> Iterator[Part]:
        if isinstance(node, Comprehension):
            yield from self._macro(node, variables)
            return
        own = self.extents.text(node)
        done = {own, *seen}
        for inner in _below(node):
            text = self.extents.text(inner)
            if text == own:  # a part of what a macro expanded to
                yield from self._parts(inner, variables, frozenset(done))
            elif text not in done and self._left > 0 and self._is_worth_a_part(inner):
                done.add(text)
                yield self.part(inner, variables)

    def _is_worth_a_part(self, node: Node) -> bool:
        return node.name in self.bindings.constants if isinstance(node, Ident) else bool(free_names(node))

    def _macro(self, node: Comprehension, variables: Mapping[str, Value]) -> Iterator[Part]:
        match macro_of(node):
            case Bind(variable, bound, result):
                try:
                    value = self._evaluate(bound, variables)
                except (CelError, NotCollected):
                    return
                yield self.part(result, {**variables, variable: value}, {variable: shown(value)})
            case Quantifier(_, variable, range_, predicate):
                yield from self._loop(variable, range_, (predicate,), variables)
            case mapped:
                bodies = (mapped.value,) if mapped.condition is None else (mapped.condition, mapped.value)
                yield from self._loop(mapped.variable, mapped.range, bodies, variables)

    def _loop(
        self, variable: str, range_: Node, bodies: tuple[Node, ...], variables: Mapping[str, Value]
    ) -> Iterator[Part]:
        yield self.part(range_, variables)
        try:
            items = elements(self._evaluate(range_, variables))
        except (CelError, NotCollected, Fault):
            return
        for item in items[:MAX_ELEMENTS]:
            inside = {**variables, variable: item}
            for body in bodies:
                if self._left > 0 and not (isinstance(body, Ident) and body.name == variable):
                    yield self.part(body, inside, {variable: shown(item)})


def _below(node: Node) -> tuple[Node, ...]:
    """The nodes below, those of a chain of properties left out and those of a chain of one operator side by side."""
    match node:
        case Call(function=("_&&_" | "_||_") as name, args=arguments):
            return tuple(operands_of(name, arguments))
        case Select(operand=operand) if _is_chain(operand):
            return ()
        case _:
            return children(node)


def _is_chain(node: Node) -> bool:
    return isinstance(node, Ident) or (isinstance(node, Select) and _is_chain(node.operand))
