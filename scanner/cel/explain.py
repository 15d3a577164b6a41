"""What Google's runtime found wrong with an expression, in plain words, with the nearest right name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.cel.hints import COMPARISONS, hint_for, usage
from scanner.cel.problems import ExprProblem, problem
from scanner.cel.suggest import did_you_mean, nearest
from scanner.cel.syntax import explain_syntax
from scanner.cel.tokens import Token, matching, offset_of, tokenize
from scanner.cel.types import TENANT, Types
from scanner.cel.words import ELSEWHERE, GLOBALS, MACROS, METHODS, in_words, outer
from scanner.collect.catalogue import BY_NAME

_ERROR = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE)


@dataclass(frozen=True)
class _Error:
    """One error of the runtime, at the token where it reports it."""

    message: str
    line: int
    column: int
    offset: int
    at: int
    """Index of the token; the number of tokens at the end of the source."""


def explain(message: str, source: str, types: Types, variables: Mapping[str, str]) -> tuple[ExprProblem, ...]:
    """The problems in ``message``, the text of the runtime's error for ``source``; follow-up errors are left out."""
    tokens = tokenize(source)
    errors = [_error(source, tokens, found) for found in _ERROR.finditer(message)]
    if "recursion" in message or not errors:
        return (_as_a_whole(source, message),)
    syntax = next((error for error in errors if error.message.startswith("Syntax error")), None)
    if syntax:
        return explain_syntax(source, syntax.line, syntax.column, syntax.message)
    return _Explainer(source, tokens, errors, types, variables).problems()


def _error(source: str, tokens: Sequence[Token], found: re.Match[str]) -> _Error:
    line, column = int(found[1]), int(found[2])
    offset = offset_of(source, line, column)
    at = next((index for index, token in enumerate(tokens) if offset < token.end), len(tokens))
    return _Error(found[3], line, column, offset, at)


def _as_a_whole(source: str, message: str) -> ExprProblem:
    if "recursion" in message:
        return problem(source, 0, "The expression is nested too deeply.", "Split it into several policies.")
    if "node count" in message:
        return problem(source, 0, "The expression is too large with its macros.", "Split it into several policies.")
    return problem(source, 0, f"The expression cannot be used: {message}.")


class _Explainer:
    """Explains the type errors of one expression."""

    def __init__(
        self, source: str, tokens: Sequence[Token], errors: Sequence[_Error], types: Types, variables: Mapping[str, str]
    ) -> None:
        self._source = source
        self._tokens = tokens
        self._errors = errors
        self._types = types
        self._variables = variables
        self._names = {*variables, *_macro_variables(tokens)}
        self._macros = [span for span in map(self._misspelt_macro, errors) if span]
        self._unknown_calls = {error.at for error in errors if self._called(error)}

    def problems(self) -> tuple[ExprProblem, ...]:
        found = tuple(found for error in self._errors if (found := self._explain(error)))
        return found or (self._as_said(self._errors[0]),)

    def _explain(self, error: _Error) -> ExprProblem | None:
        if "*error*" in error.message:
            return None
        for pattern, method in _EXPLAINED:
            if found := re.fullmatch(pattern, error.message):
                return method(self, error, *found.groups())
        return self._as_said(error)

    def _as_said(self, error: _Error) -> ExprProblem:
        return problem(self._source, error.offset, f"{error.message[:1].upper()}{error.message[1:]}.")

    def _text(self, index: int) -> str:
        return self._tokens[index].text if 0 <= index < len(self._tokens) else ""

    def _at(self, index: int, text: str, hint: str) -> ExprProblem:
        offset = self._tokens[index].start if 0 <= index < len(self._tokens) else len(self._source)
        return problem(self._source, offset, text, hint)

    def _name_after(self, index: int, name: str) -> int:
        """The index of the token ``name`` after ``index``: the runtime points at the dot before it, or at ``has(``."""
        following = range(index, len(self._tokens))
        return next((at for at in following if self._text(at).strip("`") == name and self._text(at - 1) in ".?"), index)

    def _chain_start(self, index: int) -> int:
        """The first token of ``a.b.c`` for the index of any of its tokens."""
        if self._text(index) == ".":
            index -= 1
        while self._text(index - 1) == "." and index >= 2 and self._tokens[index - 2].kind == "name":
            index -= 2
        return index

    # Names

    def _property(self, error: _Error, name: str, message: str) -> ExprProblem:
        type_name = message.rpartition(".")[2]
        at = self._name_after(error.at, name)
        if type_name == TENANT and name in BY_NAME:
            hint = f"It holds small resources only; a policy with `resource: {name}` goes through all {name}."
            return self._at(at, f"`{TENANT}` has no property `{name}`.", hint)
        hint = did_you_mean(name, self._types[type_name].properties) if type_name in self._types else ""
        return self._at(at, f"`{type_name}` has no property `{name}`.", hint)

    def _undeclared(self, error: _Error, name: str) -> ExprProblem | None:
        if self._called(error):
            return self._function(error.at - 1, name)
        start = self._chain_start(error.at)
        root = name.partition(".")[0]
        if any(first < start < last and root in names for first, last, names in self._macros):
            return None
        prefix = f"{root}."
        if any(declared.startswith(prefix) for declared in self._variables):
            known = [declared for declared in self._variables if declared.startswith(prefix)]
            return self._at(
                start, f"`{name}` is not declared.", did_you_mean(name, known) or _listed("Declared", known)
            )
        near = nearest(root, self._names - {root})
        if not near and start + 3 in self._unknown_calls:
            return None  # of a namespace that is not known, the function is reported
        if root.casefold() in ("true", "false"):
            return self._at(start, f"`{root}` is not a value.", f"Write `{root.casefold()}`.")
        if root.casefold() in ("null", "none", "nil", "undefined"):
            return self._at(start, f"`{root}` is not a value.", "Write `null`.")
        return self._at(start, f"There is no `{root}` here.", self._meant(start, root, near))

    def _meant(self, at: int, root: str, near: str) -> str:
        if near:
            return f"Did you mean `{near}`?"
        if self._text(at + 1) != "." and self._text(at - 1) in ("==", "!=", "in", "[", ","):
            return f'Text needs quotes: "{root}".'
        for variable, type_name in self._variables.items():
            if type_name in self._types and root in self._types[type_name].properties:
                return f"Did you mean `{variable}.{root}`?"
        return _listed("Known here", self._variables)

    def _called(self, error: _Error) -> str:
        """The name of the function where the error is about a call: the runtime points at the parenthesis."""
        if not error.message.startswith("undeclared reference") or self._text(error.at) != "(":
            return ""
        return self._text(error.at - 1)

    def _function(self, at: int, name: str) -> ExprProblem:
        is_method = self._text(at - 1) == "."
        start = self._chain_start(at) if is_method and self._namespaced(at) else at
        full = "".join(self._text(index) for index in range(start, at + 1))
        known = METHODS if is_method else GLOBALS
        if name in METHODS and not is_method:
            return self._at(at, f"`{name}` is written behind a value.", f"Write `value.{name}(…)`.")
        if name in GLOBALS and name not in METHODS and is_method:
            return self._at(at, f"`{name}` is written before a value.", f"Write `{name}(value)`.")
        if name in known:
            return self._at(at, f"`{name}` does not take what is given here.", usage(name))
        if elsewhere := ELSEWHERE.get(name.casefold().replace("_", "")):
            return self._at(start, f"There is no function `{full}`.", f"Write {elsewhere}.")
        if any(name in record_type.properties for record_type in self._types.values()):
            return self._at(start, f"There is no function `{full}`.", "A property is read without parentheses.")
        return self._at(start, f"There is no function `{full}`.", did_you_mean(full, known | GLOBALS))

    def _namespaced(self, at: int) -> bool:
        """Whether the method at ``at`` stands behind a name that is no variable, as in ``math.greatest``."""
        start = self._chain_start(at)
        return start + 2 == at and not nearest(self._text(start), self._names)

    def _misspelt_macro(self, error: _Error) -> tuple[int, int, frozenset[str]] | None:
        """First and last token and the names of ``list.exist(x, …)``: its ``x`` is unknown only for that reason."""
        name = self._called(error)
        if not name or self._text(error.at - 2) != ".":
            return None
        names = [self._text(error.at + 1)] if name in MACROS else []
        while self._text(error.at + 2 * len(names) + 2) == ",":
            names.append(self._text(error.at + 2 * len(names) + 1))
        return error.at, matching(self._tokens, error.at) or len(self._tokens), frozenset(names)

    # Types

    def _overload(self, error: _Error, function: str, types: str) -> ExprProblem:
        given = outer(f"({types})")[1]
        caller = self._text(error.at - 1) if self._text(error.at) == "(" else ""
        if caller in MACROS and caller != function:
            return self._macro(error, caller, given)
        if function in ("_[_]", "_[?_]"):
            return self._index(error, given)
        if function == "@in" or not function[0].isalpha():
            return self._operator(error, function, given)
        what = " and ".join(map(in_words, given))
        return self._at(error.at - 1, f"`{function}` does not take {what}.", hint_for(function, given))

    def _macro(self, error: _Error, macro: str, given: tuple[str, ...]) -> ExprProblem:
        if macro.startswith("opt"):
            return self._at(error.at - 1, f"`{macro}` takes an optional value, not {in_words(given[0])}.", "")
        text = f"The condition in `{macro}` must be yes or no."
        return self._at(error.at - 1, text, f"Here it is {in_words(given[-1])}.")

    def _operator(self, error: _Error, function: str, given: tuple[str, ...]) -> ExprProblem:
        words = [in_words(one) for one in given]
        sign = _SIGN_OF.get(function, function.strip("_"))
        hint = hint_for(sign, given)
        if sign in ("&&", "||", "!"):
            wrong = " and ".join(word for word in words if word != in_words("bool"))
            text = f"`{sign}` takes yes/no values, not {wrong}."
        elif sign == "? :":
            text = f"`? :` takes a yes/no value before the question mark, not {words[0]}."
            if words[0] == in_words("bool"):
                text = f"`? :` must give one kind of value, not {words[1]} or {words[2]}."
        elif sign == "in":
            text = f"`in` looks in a list, not in {words[1]}."
            if outer(given[1])[0] in ("list", "map"):
                text = f"`in` cannot find {words[0]} in {words[1]}."
        elif len(words) == 1:
            text = f"`{sign}` takes a number, not {words[0]}."
        else:
            verb = "compare" if sign in COMPARISONS else "combine"
            text = f"`{sign}` cannot {verb} {' with '.join(words)}."
        return self._at(error.at, text, hint)

    def _index(self, error: _Error, given: tuple[str, ...]) -> ExprProblem:
        if given[0].startswith("graph."):
            return self._at(error.at, "A property is not read with brackets.", "Write `record.property`.")
        return self._at(error.at, f"`[…]` cannot read {in_words(given[1])} from {in_words(given[0])}.", "")

    def _operand(self, error: _Error, type_text: str) -> ExprProblem:
        at = error.at
        name = self._text(at + 2 if self._text(at + 1) == "?" else at + 1)
        hint = ""
        if name.casefold() in ("length", "size", "count"):
            hint = "Write `size(value)`."
        elif outer(type_text)[0] == "list":
            hint = f"Write `list.exists(x, x.{name} …)` for one of them or `list.all(x, x.{name} …)` for each."
        return self._at(at + 1, f"`{name}` cannot be read from {in_words(type_text)}.", hint)

    def _range(self, error: _Error, type_text: str) -> ExprProblem:
        at = error.at + 1 if self._text(error.at) == "." else error.at
        return self._at(at, f"`all`, `exists`, `filter` and `map` take a list, not {in_words(type_text)}.", "")

    # The rest

    def _expected(self, error: _Error, _wanted: str, found: str) -> ExprProblem:
        return self._at(error.at, f"An optional value is needed behind `?`, not {in_words(found)}.", "Leave out `?`.")

    def _has(self, error: _Error) -> ExprProblem:
        return self._at(error.at, "`has` takes a property.", "Write `has(record.property)`.")

    def _variable_name(self, error: _Error, macro: str) -> ExprProblem:
        return self._at(
            error.at, f"`{macro}` takes a new name first.", f"Write `list.{macro}(x, …)` and use `x` for the item."
        )

    def _reserved(self, error: _Error, name: str) -> ExprProblem:
        return self._at(error.at, f"`{name}` is a reserved word.", "Use another name.")

    def _literal(self, error: _Error, kind: str) -> ExprProblem:
        return self._at(error.at, f"This number does not fit ({kind}).", "Whole numbers have 64 bits.")


def _macro_variables(tokens: Sequence[Token]) -> Iterator[str]:
    """The names that macros give to the items of lists."""
    for macro, opening, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if macro.text in MACROS and opening.text == "(" and name.kind == "name":
            yield name.text


def _listed(heading: str, names: Mapping[str, str] | Sequence[str]) -> str:
    return f"{heading}: {', '.join(f'`{name}`' for name in sorted(names))}."


_EXPLAINED: Sequence[tuple[str, Callable[..., ExprProblem | None]]] = (
    (r"undefined field '(.*)' not found in struct '(.*)'", _Explainer._property),
    (r"undeclared reference to '(.*?)' \(in container '.*'\)", _Explainer._undeclared),
    (r"found no matching overload for '(.*?)' applied to '\((.*)\)'", _Explainer._overload),
    (r"expression of type '(.*)' cannot be the operand of a select operation", _Explainer._operand),
    (r"expression of type '(.*?)' cannot be the range of a comprehension.*", _Explainer._range),
    (r"expected type '(optional_type.*)' but found '(.*)'", _Explainer._expected),
    (r"has\(\) argument must be a field selection", _Explainer._has),
    (r"(\w+)\(\) variable name must be a simple identifier", _Explainer._variable_name),
    (r"reserved identifier: (\w+)", _Explainer._reserved),
    (r"invalid (\w+) literal", _Explainer._literal),
)

_SIGN_OF: Mapping[str, str] = {"@in": "in", "_?_:_": "? :"}
