"""Compiles checked expressions to Python functions.

The function runs the fast way (``scanner.cel.fast``): for a record on which nothing fails it is what a person would
have written. Whatever that raises, the exact way (``scanner.cel.exact``, compiled when first needed) then decides.
Parts that are the same for all records, such as ``now - duration("720h")``, are worked out once, while compiling.

Results are those of Google's runtime, except on purpose: an absent time is null (there 1970), an absent record equals
null (there an empty one, which does not), records cannot be compared with each other (only a part of each is loaded),
times have microseconds (there nanoseconds), the text of a time must be RFC 3339 to the letter, and the end of
``substring(start, end)`` may be the end of the text (there a bug). Macros may go round more often (there 9,999 times).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scanner.cel.exact import exact_source
from scanner.cel.extents import Extents
from scanner.cel.fast import fast_source
from scanner.cel.scope import Bindings, Scope
from scanner.cel.tree import Node, Tree, descendants
from scanner.cel.values import Fault, Value
from scanner.errors import CelError, NotCollected

__all__ = ["FAILURES", "Bindings", "Expression", "compile_node", "compile_program"]

_RAW = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError, RecursionError)
"""What Python raises for values that an operation is not made for."""

FAILURES = (*_RAW, Fault, CelError, NotCollected)
"""What leaves a record to the exact way."""


class Expression(Protocol):
    """An expression that has been checked."""

    @property
    def tree(self) -> Tree: ...
    @property
    def source(self) -> str: ...


def compile_program(checked: Expression, bindings: Bindings) -> Callable[[Value], Value]:
    """A function from a record to the expression's value.

    It raises CelError where the expression fails on the record, and NotCollected where it needs a fact that does.
    With no record variable in ``bindings`` the argument is not looked at.
    Raises CelError for what no expression can do.
    """
    return compile_node(checked.tree, checked.source, bindings, (bindings.record,))


def compile_node(
    tree: Tree, source: str, bindings: Bindings, variables: Sequence[str], node: Node | None = None
) -> Callable[..., Value]:
    """A function of ``variables``, in that order, to the value of ``node`` (the whole expression if not given).

    Variables of macros around ``node`` are among ``variables``; ``bindings.record`` is not, unless it is named.
    """
    return _Compiler(tree, Extents(tree, source), bindings, tuple(variables)).compile(node or tree.root)


@dataclass
class _Compiler:
    tree: Tree
    extents: Extents
    bindings: Bindings
    variables: tuple[str, ...]
    _folded: dict[int, tuple[Value, ...]] = field(default_factory=dict)
    """Values of the parts that are the same for all records; nothing for those that fail."""

    def compile(self, node: Node) -> Callable[..., Value]:
        scope = self._scope(self.variables)
        scope.namespace["failures"] = FAILURES
        scope.namespace["exact"] = _Exactly(lambda: self._exact(node, self.variables))
        return self._function("fast", fast_source(scope, node, self._fold), scope)

    def _exact(self, node: Node, variables: tuple[str, ...]) -> Callable[..., Value]:
        scope = self._scope(variables)
        return self._function("exact", exact_source(scope, self.extents, node), scope)

    def _scope(self, variables: tuple[str, ...]) -> Scope:
        parameters = {name: f"p{index}" for index, name in enumerate(variables)}
        return Scope(self.tree, self.bindings, parameters, {})

    def _function(self, name: str, source: str, scope: Scope) -> Callable[..., Value]:
        exec(compile(source, "<expression>", "exec"), scope.namespace)
        function: Callable[..., Value] = scope.namespace[name]
        return function

    def _fold(self, node: Node) -> tuple[Value, ...]:
        """The value of a node that is the same for all records; nothing where it, or what it is part of, fails."""
        if node.id not in self._folded:
            try:
                self._folded[node.id] = (_Exactly(lambda: self._exact(node, ()))(),)
            except (CelError, NotCollected):
                self._folded.update({part.id: () for part in descendants(node)})
        return self._folded[node.id]


@dataclass
class _Exactly:
    """The exact way, compiled when it is first called; what it raises is CelError or NotCollected, nothing else."""

    make: Callable[[], Callable[..., Value]]
    function: Callable[..., Value] | None = None

    def __call__(self, *arguments: Value) -> Value:
        try:
            if self.function is None:
                self.function = self.make()
            return self.function(*arguments)
        except Fault as fault:
            raise CelError(f"{fault}.") from fault
        except _RAW as error:
            raise CelError(f"The expression failed with {type(error).__name__}: {error}.") from error
