"""The fast way of compiling: Python as a person would write it by hand, with static types in place of checks.

It holds for records on which nothing fails. Where CEL has an error, the generated code raises *some* exception (null
has no ``startswith``, no order …), and the exact way then decides what the error is, and whether another operand
decides all the same. It never gives a value where CEL has an error: mind that when adding something here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TypeAlias

from scanner.cel.exact import operands_of
from scanner.cel.functions import FUNCTIONS
from scanner.cel.functions import collections as parts
from scanner.cel.functions.comparisons import contained, equal
from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.functions.patterns import searcher
from scanner.cel.inline import DIRECT, HASHED, INLINE, PLAIN, YES_NO
from scanner.cel.macros import Bind, Mapped, Quantifier, macro_of
from scanner.cel.run import MAX_STEPS, optional, present, read
from scanner.cel.scope import Scope
from scanner.cel.structs import attribute
from scanner.cel.tree import Call, Comprehension, Const, Ident, ListExpr, MapExpr, Node, Select, TypeRef
from scanner.cel.values import Fault, Value
from scanner.cel.writer import Writer
from scanner.errors import CelError

Arguments: TypeAlias = tuple[Node, ...]
"""Of a call; a method's target first."""


_LISTS = (list, tuple)
"""Classes of lists: facts may use tuples."""


def fast_source(scope: Scope, node: Node, fold: Callable[[Node], tuple[Value, ...]]) -> str:
    """Python source of the function ``fast``, which computes ``node`` from the parameters of ``scope``.

    ``fold`` gives the value of a node that is the same for all records, nothing where it is not or cannot be had.
    The function hands over to ``exact`` when anything in ``failures`` is raised; both are among its globals.
    Raises CelError for what no expression can do.
    """
    scope.namespace.update(fail=_fail, lists=_LISTS, present=present, optional=optional, read=read, equal=equal)
    emitter = _Fast(scope, fold)
    result = emitter.value(node)
    budget = [f"budget = {MAX_STEPS}"] if emitter.out.counts else []
    body = "\n".join(f"        {line}" for line in [*budget, *emitter.out.lines, f"return {result}"])
    arguments = ", ".join(scope.parameters.values())
    return (
        f"def fast({arguments}):\n    try:\n{body}\n    except failures:\n        pass\n    return exact({arguments})\n"
    )


def _fail() -> bool:
    raise Fault("left to the exact way")


@dataclass
class _Fast:
    """Turns nodes into Python expressions; what needs statements, loops above all, is written to ``out`` first."""

    scope: Scope
    fold: Callable[[Node], tuple[Value, ...]]
    out: Writer = field(default_factory=Writer)

    def value(self, node: Node) -> str:
        """Python source of the node's value."""
        folded = self._folded(node)
        if folded:
            return self.scope.constant(folded[0])
        match node:
            case Const(value=value):
                return self.scope.constant(value)
            case Ident():
                return self.scope.local_name(node) or self.scope.parameter(node) or "fail()"
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

    def test(self, node: Node) -> str:
        """Python source of a condition: true, false, or raises for a value that is neither, null above all."""
        text = self.value(node)
        if text in ("True", "False") or self._is_yes_no(node):
            return text
        if text.isidentifier():
            return f"({text} is True or {text} is not False and fail())"
        name = self.scope.new_name("t")
        return f"(({name} := {text}) is True or {name} is not False and fail())"

    def _is_yes_no(self, node: Node) -> bool:
        match node:
            case Select(test_only=True):
                return True
            case Call(function="_?_:_", args=(_, yes, no)):
                return self._is_yes_no(yes) and self._is_yes_no(no)
            case Call(function=function):
                return function in YES_NO
            case Comprehension():
                return isinstance(macro_of(node), Quantifier)
        return False

    def _folded(self, node: Node) -> tuple[Value, ...]:
        return () if isinstance(node, Const) or self.scope.varies(node) else self.fold(node)

    def _kind(self, node: Node) -> str:
        return self.scope.tree.type_of(node).name

    def _select(self, node: Select) -> str:
        operand = self.value(node.operand)
        record_type = self.scope.record_type(node.operand)
        if record_type is not None and self._kind(node.operand) == "optional":
            getter = self.scope.constant(self.scope.getter(record_type, node.field))
            return f"{'present' if node.test_only else 'optional'}({operand}, {getter})"
        if record_type is not None:
            return self._property(node, record_type, operand)
        if self._kind(node.operand) == "map":
            return f"({node.field!r} in {operand})" if node.test_only else f"{operand}[{node.field!r}]"
        function = self.scope.constant(parts.has if node.test_only else parts.select)
        return f"{function}({operand}, {node.field!r})"

    def _property(self, node: Select, record_type: TypeRef, operand: str) -> str:
        """A property of a record; an absent record has no values and empty lists, so that the chain goes on."""
        is_sure = isinstance(node.operand, Ident)
        name = operand if is_sure else self.scope.new_name("t")
        fact = self.scope.fact(record_type, node.field)
        found = f"{self.scope.constant(fact)}({name})" if fact else f"{name}.{attribute(node.field)}"
        absent = "None"
        if node.test_only:
            value = self.scope.new_name("t")
            found = f"(({value} := {found}) is not None and ({value}.__class__ not in lists or len({value}) > 0))"
            absent = "False"
        elif self._kind(node) == "list":
            found, absent = f"({found} or [])", "[]"
        return found if is_sure else f"({absent} if ({name} := {operand}) is None else {found})"

    def _call(self, node: Call) -> str:
        arguments = node.args if node.target is None else (node.target, *node.args)
        form = _FORMS.get(node.function)
        return (form and form(self, node.function, arguments)) or self._function(node.function, arguments)

    def _dyn(self, name: str, arguments: Arguments) -> str:
        (argument,) = arguments
        return self.scope.shared(argument.value) if isinstance(argument, Const) else self.value(argument)

    def _not(self, name: str, arguments: Arguments) -> str:
        return f"(not {self.test(arguments[0])})"

    def _element(self, name: str, arguments: Arguments) -> str | None:
        match arguments:
            case (container, Const(value=int(position))) if position >= 0 and self._kind(container) == "list":
                return f"{self.value(container)}[{position}]"
        return None

    def _optional_select(self, name: str, arguments: Arguments) -> str:
        operand, field = arguments
        assert isinstance(field, Const)  # the parser writes the property's name there
        record_type = self.scope.record_type(operand)
        if record_type is None:
            return f"{self.scope.constant(parts.optional_select)}({self.value(operand)}, {field.value!r})"
        getter = self.scope.constant(self.scope.getter(record_type, str(field.value)))
        return f"optional({self.value(operand)}, {getter})"

    def _matches(self, name: str, arguments: Arguments) -> str | None:
        match arguments:
            case (text, Const(value=str(pattern))) if self._kind(text) == "string":
                try:
                    search = searcher(pattern)
                except Fault:
                    return "fail()"
                return f"({self.scope.constant(search)}({self.value(text)}) is not None)"
        return None

    def _function(self, name: str, arguments: tuple[Node, ...]) -> str:
        kinds = tuple(map(self._kind, arguments))
        texts = list(map(self.value, arguments))
        if (name, kinds) in INLINE:
            return INLINE[name, kinds].format(*texts)
        if name == "_+_" and kinds == ("string", "string") and any(isinstance(part, Const) for part in arguments):
            return f"({texts[0]} + {texts[1]})"  # text of bounded length more: no need to look at the size
        function = FUNCTIONS.get(name, _fail)
        if name in DIRECT and isinstance(function, Overloaded):
            function = function.overloads.get(kinds, function)
        return f"{self.scope.constant(function)}({', '.join(texts)})"

    def _logic(self, name: str, arguments: Arguments) -> str:
        """A chain of ``and`` or ``or``. Operands that need statements are under an ``if`` of what came before."""
        word = " and " if name == "_&&_" else " or "
        first, *others = operands_of(name, arguments)
        texts = [self.test(first)]
        result = ""
        for operand in others:
            with self.out.apart() as lines:
                text = self.test(operand)
            if not lines:
                texts.append(text)
                continue
            result = result or self.scope.new_name("b")
            self.out.line(f"{result} = {word.join(texts)}")
            with self.out.block(f"if {'not ' if name == '_||_' else ''}{result}:"):
                self.out.insert(lines)
                self.out.line(f"{result} = {text}")
            texts = [result]
        return f"({word.join(texts)})"

    def _choice(self, name: str, arguments: Arguments) -> str:
        condition, *branches = arguments
        test = self.test(condition)
        written: list[tuple[list[str], str]] = []
        for branch in branches:
            with self.out.apart() as lines:
                written.append((lines, self.value(branch)))
        (yes_lines, yes), (no_lines, no) = written
        if not yes_lines and not no_lines:
            return f"({yes} if {test} else {no})"
        result = self.scope.new_name("b")
        for opening, lines, text in ((f"if {test}:", yes_lines, yes), ("else:", no_lines, no)):
            with self.out.block(opening):
                self.out.insert(lines)
                self.out.line(f"{result} = {text}")
        return result

    def _equality(self, name: str, arguments: Arguments) -> str:
        negated = name == "_!=_"
        left, right = arguments
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Const) and one.value is None and not isinstance(other, Const):
                return f"({self.value(other)} {'is not' if negated else 'is'} None)"
        texts = self.value(left), self.value(right)
        if self._kind(left) == self._kind(right) and self._kind(left) in PLAIN:
            return f"({(' != ' if negated else ' == ').join(texts)})"
        return f"({'not ' if negated else ''}equal({', '.join(texts)}))"

    def _membership(self, name: str, arguments: Arguments) -> str:
        element, container = arguments
        kind = self._kind(element)
        container_type = self.scope.tree.type_of(container)
        if kind not in HASHED or container_type.name != "list" or container_type.parameters[0].name != kind:
            return f"{self.scope.constant(contained)}({self.value(element)}, {self.value(container)})"
        known = _constants(container) or self._folded(container)
        if known:
            return f"({self.value(element)} in {self.scope.constant(frozenset(known[0]))})"
        return f"({self.value(element)} in {self.value(container)})"

    def _list(self, node: ListExpr) -> str:
        if not node.optional:
            return f"[{', '.join(map(self.value, node.elements))}]"
        elements = "".join(
            f"({index in node.optional}, {self.value(part)}), " for index, part in enumerate(node.elements)
        )
        return f"{self.scope.constant(parts.make_list)}(({elements}))"

    def _map(self, node: MapExpr) -> str:
        entries = "".join(
            f"({entry.optional}, {self.value(entry.key)}, {self.value(entry.value)}), " for entry in node.entries
        )
        return f"{self.scope.constant(parts.make_map)}(({entries}))"

    def _macro(self, node: Comprehension) -> str:
        match macro_of(node):
            case Bind(variable, bound, result):
                text = self.value(bound)
                with self.scope.local(variable) as name:
                    self.out.line(f"{name} = {text}")
                    return self.value(result)
            case Quantifier() as quantifier:
                return self._quantifier(quantifier)
            case mapped:
                return self._mapped(mapped)

    def _quantifier(self, macro: Quantifier) -> str:
        result = self.scope.new_name("b")
        elements = self._elements(macro.range)
        self.out.line(f"{result} = {'0' if macro.name == 'exists_one' else macro.name == 'all'}")
        with self._loop(macro.variable, elements):
            test = self.test(macro.predicate)
            with self.out.block(f"if {'not ' if macro.name == 'all' else ''}{test}:"):
                if macro.name == "exists_one":
                    self.out.line(f"{result} += 1")
                else:
                    self.out.line(f"{result} = {macro.name == 'exists'}")
                    self.out.line("break")
        return f"({result} == 1)" if macro.name == "exists_one" else result

    def _mapped(self, macro: Mapped) -> str:
        result = self.scope.new_name("b")
        elements = self._elements(macro.range)
        self.out.line(f"{result} = []")
        with self._loop(macro.variable, elements):
            chosen = nullcontext() if macro.condition is None else self.out.block(f"if {self.test(macro.condition)}:")
            with chosen:
                self.out.line(f"{result}.append({self.value(macro.value)})")
        return result

    def _elements(self, range_: Node) -> str:
        text = self.value(range_)
        return text if self._kind(range_) == "list" else f"{self.scope.constant(parts.elements)}({text})"

    @contextmanager
    def _loop(self, variable: str, elements: str) -> Iterator[None]:
        with self.scope.local(variable) as name, self.out.loop(name, elements, self.scope.new_name("n")):
            yield


def _constants(container: Node) -> tuple[tuple[Value, ...], ...]:
    """The elements of a list of literals; nothing for any other node."""
    if not isinstance(container, ListExpr) or container.optional:
        return ()
    values = [element.value for element in container.elements if isinstance(element, Const)]
    return (tuple(values),) if len(values) == len(container.elements) else ()


_FORMS: Mapping[str, Callable[[_Fast, str, Arguments], str | None]] = {
    "_&&_": _Fast._logic,
    "_||_": _Fast._logic,
    "!_": _Fast._not,
    "_?_:_": _Fast._choice,
    "_==_": _Fast._equality,
    "_!=_": _Fast._equality,
    "@in": _Fast._membership,
    "_[_]": _Fast._element,
    "_?._": _Fast._optional_select,
    "matches": _Fast._matches,
    "dyn": _Fast._dyn,
}
"""Functions with a form of their own, by name. A form that gives None leaves the call to ``_function``."""
