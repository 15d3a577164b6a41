"""Evaluates expressions every way there is, and checks that the ways agree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.cel.compile import FAILURES, Bindings, compile_node
from scanner.cel.exact import exact_source
from scanner.cel.extents import Extents
from scanner.cel.fast import fast_source
from scanner.cel.scope import Scope
from scanner.cel.tree import Tree
from scanner.cel.values import Value
from scanner.errors import CelError, NotCollected
from tests.cel.records import RECORD, tree_of

Variables: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Failed:
    """What an expression failed with."""

    text: str


def fast_way(tree: Tree, names: tuple[str, ...], bindings: Bindings) -> Callable[..., Value]:
    """The fast way alone: raises what it would leave to the exact way, and works out nothing beforehand."""
    scope = _scope(tree, names, bindings)
    return _function("fast", fast_source(scope, tree.root, lambda node: ()), scope)


def exact_way(tree: Tree, source: str, names: tuple[str, ...], bindings: Bindings) -> Callable[..., Value]:
    """The exact way alone."""
    scope = _scope(tree, names, bindings)
    return _function("exact", exact_source(scope, Extents(tree, source), tree.root), scope)


def _scope(tree: Tree, names: tuple[str, ...], bindings: Bindings) -> Scope:
    return Scope(tree, bindings, {name: f"p{index}" for index, name in enumerate(names)}, {"failures": ()})


def _function(name: str, source: str, scope: Scope) -> Callable[..., Value]:
    exec(compile(source, "<test>", "exec"), scope.namespace)
    function: Callable[..., Value] = scope.namespace[name]
    return function


def outcome(function: Callable[..., Value], *values: Value) -> Value:
    """What the function gives, or fails with."""
    try:
        return function(*values)
    except (CelError, NotCollected) as error:
        return Failed(str(error))


def same(left: Value, right: Value) -> bool:
    """Whether two values are the same in type and value; NaN is the same as NaN, 0.0 not as -0.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        both_nan = math.isnan(left) and math.isnan(right)
        return both_nan or (left == right and math.copysign(1, left) == math.copysign(1, right))
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


def evaluate_tree(
    tree: Tree, source: str, values: tuple[Value, ...], names: tuple[str, ...], bindings: Bindings
) -> Value:
    """The outcome, after a check that all ways agree on it."""
    result = outcome(compile_node(tree, source, bindings, names), *values)
    exact = outcome(exact_way(tree, source, names, bindings), *values)
    assert same(result, exact), f"{source}: {result} but the exact way gives {exact}"
    try:
        fast = fast_way(tree, names, bindings)(*values)
    except FAILURES:
        return result
    assert same(fast, exact), f"{source}: {exact} but the fast way gives {fast}"
    return result


def evaluate(source: str, *values: Value, variables: Variables = RECORD, **bindings: Any) -> Value:
    """The outcome of ``source`` for ``values`` of the first variables, after a check that all ways agree on it."""
    names = tuple(name for name, _ in variables[: len(values)])
    return evaluate_tree(tree_of(source, variables), source, values, names, Bindings(**bindings))
