"""Which macro a comprehension was, told by its shape: the runtime hands over the expanded fold only.

Expansions: https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros and, for ``optMap``, ``optFlatMap`` and
``cel.bind``, the comment on ``Bind`` below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from scanner.cel.tree import Call, Comprehension, Const, Ident, ListExpr, Node, children
from scanner.errors import CelError


@dataclass(frozen=True, slots=True)
class Quantifier:
    """``range.all(variable, predicate)``, ``exists`` or ``exists_one``."""

    name: str
    variable: str
    range: Node
    predicate: Node


@dataclass(frozen=True, slots=True)
class Mapped:
    """``range.map(variable, condition?, value)`` or ``range.filter(variable, condition)``."""

    variable: str
    range: Node
    condition: Node | None
    value: Node


@dataclass(frozen=True, slots=True)
class Bind:
    """``cel.bind(variable, value, result)``: a fold over nothing. ``optMap`` and ``optFlatMap`` expand to
    ``target.hasValue() ? bind(variable, target.value(), …) : optional.none()``."""

    variable: str
    value: Node
    result: Node


Macro: TypeAlias = Quantifier | Mapped | Bind


def macro_of(fold: Comprehension) -> Macro:
    """The macro that expanded to ``fold``. Raises CelError for one that is not known here."""
    if fold.iter_var == "#unused":
        return Bind(fold.accu_var, fold.accu_init, fold.result)
    found = _quantifier(fold) or _mapping(fold)
    if found is None:
        raise CelError("The expression has a macro that is not known here.")
    return found


def free_names(node: Node) -> frozenset[str]:
    """The names in ``node`` that are not variables of macros inside it."""
    match node:
        case Ident(name=name):
            return frozenset({name})
        case Comprehension():
            return _free_names(macro_of(node))
        case _:
            return frozenset().union(*map(free_names, children(node)))


def _free_names(macro: Macro) -> frozenset[str]:
    match macro:
        case Bind(variable, bound, result):
            return free_names(bound) | (free_names(result) - {variable})
        case Quantifier(_, variable, range_, predicate):
            return free_names(range_) | (free_names(predicate) - {variable})
        case _:
            inner = free_names(macro.value) | (free_names(macro.condition) if macro.condition else frozenset())
            return free_names(macro.range) | (inner - {macro.variable})


def _quantifier(fold: Comprehension) -> Quantifier | None:
    match fold.accu_init, fold.step:
        case Const(value=True), Call(function="_&&_", args=(Ident(), predicate)):
            name = "all"
        case Const(value=False), Call(function="_||_", args=(Ident(), predicate)):
            name = "exists"
        case Const(value=0), Call(function="_?_:_", args=(predicate, Call(function="_+_"), Ident())):
            name = "exists_one"
        case _:
            return None
    return Quantifier(name, fold.iter_var, fold.iter_range, predicate)


def _mapping(fold: Comprehension) -> Mapped | None:
    match fold.accu_init, fold.step:
        case ListExpr(elements=()), Call(function="_+_", args=(Ident(), ListExpr(elements=(value,)))):
            return Mapped(fold.iter_var, fold.iter_range, None, value)
        case (
            ListExpr(elements=()),
            Call(
                function="_?_:_",
                args=(predicate, Call(function="_+_", args=(Ident(), ListExpr(elements=(value,)))), Ident()),
            ),
        ):
            return Mapped(fold.iter_var, fold.iter_range, predicate, value)
    return None
