"""The exact way of compiling: every rule of CEL about errors is kept, and every error says where it is.

Generated code is one expression of calls; what may not be evaluated at once stands in lambdas. Slower than the fast way
(``scanner.cel.fast``), it runs where that has failed on a record, and to work out constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from scanner.cel.extents import Extents
from scanner.cel.functions import FUNCTIONS
from scanner.cel.functions import collections as parts
from scanner.cel.macros import Bind, Quantifier, macro_of
from scanner.cel.run import HELPERS, Place
from scanner.cel.scope import Scope
from scanner.cel.tree import Call, Comprehension, Const, Ident, ListExpr, MapExpr, Node, Select
from scanner.errors import CelError


def exact_source(scope: Scope, extents: Extents, node: Node) -> str:
    """Python source of the function ``exact``, which computes ``node`` from the parameters of ``scope``."""
    scope.namespace.update(HELPERS)
    text = _Exact(scope, extents).value(node)
    return f"def exact({', '.join(scope.parameters.values())}):\n    steps = Steps()\n    return {text}\n"


_QUANTIFIERS = {"all": "every", "exists": "some", "exists_one": "exactly_one"}


@dataclass
class _Exact:
    scope: Scope
    extents: Extents
    loops: int = 0
    """Macros around what is being written."""

    def value(self, node: Node) -> str:
        """Python source of the node's value."""
        match node:
            case Const(value=value):
                return self.scope.constant(value)
            case Ident():
                return self._ident(node)
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case ListExpr():
                return self._list(node)
            case MapExpr():
                return self._map(node)
            case Comprehension():
                return self._macro(node)
            case _:
                raise CelError(f"An expression cannot make a {node.message}.")

    def _ident(self, node: Ident) -> str:
        found = self.scope.local_name(node)
        if found is not None:
            return found
        parameter = self.scope.parameter(node)
        if parameter is not None:
            return parameter
        known = self.scope.global_value(node)
        if known:
            return self.scope.constant(known[0])
        return f"unbound({node.name!r})"

    def _place(self, node: Node, *arguments: Node) -> str:
        texts = tuple(map(self.extents.text, arguments))
        name = node.function if isinstance(node, Call) else ""
        return self.scope.constant(Place(self.extents.text(node), name, texts))

    def _invoke(self, node: Node, function: str, *arguments: Node) -> str:
        sources = "".join(f", {self.value(argument)}" for argument in arguments)
        return f"invoke({self._place(node, *arguments)}, {function}{sources})"

    def _select(self, node: Select) -> str:
        operand = self.value(node.operand)
        record_type = self.scope.record_type(node.operand)
        if record_type is not None:
            getter = self.scope.constant(self.scope.getter(record_type, node.field))
            if node.test_only:
                return f"present({operand}, {getter})"
            return f"read({operand}, {getter}, {self.scope.tree.type_of(node).name == 'list'})"
        function = self.scope.constant(parts.has if node.test_only else parts.select)
        return f"invoke({self._place(node, node.operand)}, {function}, {operand}, {node.field!r})"

    def _call(self, node: Call) -> str:
        arguments = node.args if node.target is None else (node.target, *node.args)
        match node.function, arguments:
            case ("_&&_" | "_||_") as name, _:
                operands = operands_of(name, node.args)
                texts = self.scope.constant(tuple(map(self.extents.text, operands)))
                lazy = ", ".join(f"lambda: {self.value(operand)}" for operand in operands)
                return f"{'all_of' if name == '_&&_' else 'any_of'}({texts}, {lazy})"
            case "!_", (operand,):
                return f"(not {self._test(operand)})"
            case "_?_:_", (condition, yes, no):
                return f"({self.value(yes)} if {self._test(condition)} else {self.value(no)})"
            case ("or" | "orValue") as name, (optional, other):
                place = self._place(node, optional)
                return f"or_else({place}, {self.value(optional)}, lambda: {self.value(other)}, {name == 'orValue'})"
            case "_?._", (operand, Const(value=str(field))):
                return self._optional_select(node, operand, field)
        if node.function not in FUNCTIONS:
            return f"unknown({node.function!r})"
        return self._invoke(node, self.scope.constant(FUNCTIONS[node.function]), *arguments)

    def _optional_select(self, node: Call, operand: Node, field: str) -> str:
        record_type = self.scope.record_type(operand)
        if record_type is not None:
            return f"optional({self.value(operand)}, {self.scope.constant(self.scope.getter(record_type, field))})"
        function = self.scope.constant(parts.optional_select)
        return f"invoke({self._place(node, operand)}, {function}, {self.value(operand)}, {field!r})"

    def _test(self, node: Node) -> str:
        return f"test({self.extents.text(node)!r}, {self.value(node)})"

    def _list(self, node: ListExpr) -> str:
        if not node.optional:
            return f"[{', '.join(map(self.value, node.elements))}]"
        elements = "".join(
            f"({index in node.optional}, {self.value(element)}), " for index, element in enumerate(node.elements)
        )
        return f"invoke({self._place(node)}, {self.scope.constant(parts.make_list)}, ({elements}))"

    def _map(self, node: MapExpr) -> str:
        entries = "".join(
            f"({entry.optional}, {self.value(entry.key)}, {self.value(entry.value)}), " for entry in node.entries
        )
        return f"invoke({self._place(node)}, {self.scope.constant(parts.make_map)}, ({entries}))"

    def _macro(self, node: Comprehension) -> str:
        match macro_of(node):
            case Bind(variable, bound, result):
                made = self.value(bound)
                with self.scope.local(variable, lazy=True) as name:
                    return f"(lambda {name}: {self.value(result)})(once(lambda: {made}))"
            case Quantifier(macro, variable, range_, predicate):
                elements = self._elements(node, range_)
                with self._inside(variable) as name:
                    text = self.extents.text(predicate)
                    return f"{_QUANTIFIERS[macro]}({text!r}, {elements}, lambda {name}: {self.value(predicate)})"
            case mapped:
                elements = self._elements(node, mapped.range)
                with self._inside(mapped.variable) as name:
                    test = "True" if mapped.condition is None else self._test(mapped.condition)
                    return f"mapped({elements}, lambda {name}: {test}, lambda {name}: {self.value(mapped.value)})"

    def _elements(self, node: Comprehension, range_: Node) -> str:
        elements = self._invoke(node, self.scope.constant(parts.elements), range_)
        return f"steps.over({elements})" if self.loops else elements

    @contextmanager
    def _inside(self, variable: str) -> Iterator[str]:
        with self.scope.local(variable) as name:
            self.loops += 1
            yield name
            self.loops -= 1


def operands_of(name: str, arguments: Sequence[Node]) -> list[Node]:
    """The operands of a chain of one operator: ``a && b && c`` is a tree of two calls."""
    operands: list[Node] = []
    for argument in arguments:
        if isinstance(argument, Call) and argument.function == name:
            operands.extend(operands_of(name, argument.args))
        else:
            operands.append(argument)
    return operands
