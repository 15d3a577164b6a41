"""Checks expressions against our types before anything runs, and says what they read.

Google's runtime (``scanner.cel.runtime``) parses and type-checks; its findings and those of ``scanner.cel.review``
come out as ``ExprProblem``, all at once. The runtime is loaded with the first ``Checker``, not with this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from scanner.cel.explain import explain
from scanner.cel.problems import CheckFailed, ExprProblem, problem
from scanner.cel.review import message_of, review, selected
from scanner.cel.tokens import conjuncts, tokenize
from scanner.cel.tree import Call, Comprehension, Ident, Node, Tree, TypeRef, children, decode
from scanner.cel.types import Types
from scanner.errors import CelError

__all__ = ["MAX_LENGTH", "CheckFailed", "Checked", "Checker", "Expect", "ExprProblem"]

MAX_LENGTH = 8_000
"""Characters in one expression. The longest in published policy collections have a tenth of that."""

_RESULT_OF: Mapping[str, str] = {
    "bool": "boolean",
    "int": "integer",
    "uint": "integer",
    "double": "number",
    "dyn": "any",
}

_SHOWN = frozenset({"boolean", "integer", "number", "string", "bytes", "timestamp", "duration", "any", "null"})


class Expect(Enum):
    """What an expression must give."""

    ANYTHING = "anything"
    BOOLEAN = "boolean"
    """A yes/no value, for ``where`` and ``assert``. A boolean property may be null in some record: evaluating the
    expression then is an error for that record, never a yes or no."""
    SHOWN = "shown"
    """A scalar or a list of scalars, for the braces of a message."""


@dataclass(frozen=True)
class Checked:
    """An expression that has been checked."""

    source: str
    tree: Tree
    result: str
    """Type of its value: a scalar type, ``list<string>``, ``map<string, integer>``, a record type's name …"""
    reads: frozenset[tuple[str, str]]
    """Every property it reads, facts included, as (record type, property)."""
    variables: frozenset[str]
    """The declared variables it uses."""
    parts: tuple[Checked, ...] = ()
    """Its top-level ``&&`` parts, each with its own source text; empty where it has only one."""

    @property
    def clauses(self) -> tuple[Checked, ...]:
        """The parts, or the expression itself where there is only one."""
        return self.parts or (self,)


class Checker:
    """Checks expressions over one set of record types."""

    def __init__(self, types: Types) -> None:
        from scanner.cel.runtime import Runtime  # loads Google's runtime, which `--help` has no use for

        self._types = types
        self._runtime = Runtime(types)

    def check(self, source: str, variables: Mapping[str, str], expect: Expect = Expect.ANYTHING) -> Checked:
        """``source`` with its types, or ``CheckFailed`` with all problems.

        ``variables`` are the names in scope, each with a scalar type, ``list<string>`` and the like, or the name of a
        record type; a name may have a dot (``params.maximum``).
        """
        _refuse_unreadable(source)
        tree = self._tree(source, variables)
        result = _result(tree.type_of(tree.root))
        problems = (*review(source, tree, self._types), *_unexpected(source, result, expect))
        if problems:
            raise CheckFailed(problems)
        return _checked(source, tree, variables)

    def _tree(self, source: str, variables: Mapping[str, str]) -> Tree:
        try:
            return decode(self._runtime.compile(source, variables))
        except RuntimeError as error:
            raise CheckFailed(explain(str(error), source, self._types, variables)) from None
        except CelError as error:
            raise CheckFailed((problem(source, 0, str(error)),)) from None


def _refuse_unreadable(source: str) -> None:
    if len(source) > MAX_LENGTH:
        text = f"The expression has {len(source):,} characters; {MAX_LENGTH:,} are the most."
        raise CheckFailed((problem(source, 0, text, "Split it into several policies."),))
    try:
        source.encode()
    except UnicodeEncodeError as error:  # YAML's "\ud800" is half a character
        raise CheckFailed((problem(source, error.start, "Half a character stands here.", "Delete it."),)) from None


def _unexpected(source: str, result: str, expect: Expect) -> Iterator[ExprProblem]:
    tokens = tokenize(source)
    start = tokens[0].start if tokens else 0
    if expect is Expect.BOOLEAN and result != "boolean":
        hint = "Compare it, as in `… == true`." if result == "any" else "Compare it with something."
        yield problem(source, start, f"A condition must be yes or no, but this is `{result}`.", hint)
    if expect is Expect.SHOWN and result.removeprefix("list<").removesuffix(">") not in _SHOWN:
        yield problem(source, start, f"A message cannot show `{result}`.", "Name a property that is text or a number.")


def _checked(source: str, tree: Tree, variables: Mapping[str, str]) -> Checked:
    nodes = tuple(_conjuncts(tree.root))
    spans = conjuncts(source)
    parts: tuple[Checked, ...] = ()
    if len(nodes) == len(spans) > 1:
        parts = tuple(
            _single(source[start:end], _cut(tree, node, start, end), variables)
            for node, (start, end) in zip(nodes, spans, strict=True)
        )
    return replace(_single(source, tree, variables), parts=parts)


def _single(source: str, tree: Tree, variables: Mapping[str, str]) -> Checked:
    reads = frozenset(read for node in tree.walk() if (read := selected(node, tree)))
    used = frozenset(name for name in _free(tree.root, frozenset()) if name in variables)
    return Checked(source, tree, _result(tree.type_of(tree.root)), reads, used)


def _conjuncts(node: Node) -> Iterator[Node]:
    """The operands of nested ``&&``, in the order of the source."""
    if isinstance(node, Call) and node.function == "_&&_":
        for operand in node.args:
            yield from _conjuncts(operand)
    else:
        yield node


def _cut(tree: Tree, node: Node, start: int, end: int) -> Tree:
    """The tree below ``node``, its positions counted from ``start`` of the source."""
    positions = {id: position - start for id, position in tree.positions.items() if start <= position < end}
    return replace(tree, root=node, positions=positions)


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    """Names that no macro around them binds."""
    if isinstance(node, Ident):
        name = node.name.removeprefix(".")
        if node.name not in bound:
            yield name
    elif isinstance(node, Comprehension):
        for part in (node.iter_range, node.accu_init):
            yield from _free(part, bound)
        inner = bound | {node.iter_var, node.accu_var}
        for part in (node.condition, node.step, node.result):
            yield from _free(part, inner)
    else:
        for child in children(node):
            yield from _free(child, bound)


def _result(type_ref: TypeRef) -> str:
    """A checked type in the words of record types."""
    if record := message_of(type_ref):
        return f"optional<{record}>" if type_ref.name == "optional" else record
    if type_ref.parameters:
        return f"{type_ref.name}<{', '.join(map(_result, type_ref.parameters))}>"
    return _RESULT_OF.get(type_ref.name, type_ref.name)
