"""Membership rules as trees, by the grammar and the precedence of the page.

Comparisons bind tightest, then ``-not``, ``-and``, ``-or``, and ``-any`` and ``-all`` last: what follows one of these
two without parentheses belongs to it to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from scanner.tenant.dynamic_rule.lexer import Kind, Token, tokenize
from scanner.tenant.dynamic_rule.moments import is_duration
from scanner.tenant.dynamic_rule.syntax import (
    And,
    Bare,
    Comparison,
    DirectReports,
    Node,
    Not,
    Now,
    Operator,
    Or,
    Quantified,
    RuleError,
    Scalar,
    Value,
)

MAX_DEPTH = 50
"""Parentheses within parentheses. No rule that a person wrote has so many; it bounds the parser's stack."""

_COMPARISONS = {operator.lower(): operator for operator in Operator}
_LOGICAL = frozenset({"and", "or", "not", "any", "all"})
_CONSTANTS: dict[str, bool | None] = {
    "true": True, "$true": True, "false": False, "$false": False, "null": None, "$null": None,
}  # fmt: skip


def parse(rule: str) -> Node:
    """The tree of a rule; raises ``RuleError`` with the place of the first mistake."""
    return _Parser(tokenize(rule)).rule()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def rule(self) -> Node:
        """The whole rule."""
        if self._at_end():
            raise RuleError(0, "the rule is empty")
        node = self._direct_reports() if self._at_words("direct", "reports", "for") else self._or()
        if not self._at_end():
            raise RuleError(self._token.start, f"expected -and, -or or the end, found {self._token.text!r}")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _at_end(self) -> bool:
        return self._token.kind is Kind.END

    def _at_words(self, *words: str) -> bool:
        ahead = self._tokens[self._next : self._next + len(words)]
        return tuple(token.text.lower() for token in ahead if token.kind is Kind.WORD) == words

    def _take(self) -> Token:
        token = self._token
        if token.kind is not Kind.END:
            self._next += 1
        return token

    def _direct_reports(self) -> Node:
        self._next += 3
        manager = self._take()
        if manager.kind is not Kind.STRING:
            raise RuleError(manager.start, "expected the manager's object id in quotes")
        return DirectReports(manager.text)

    def _or(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH + 1:
            raise RuleError(self._token.start, f"more than {MAX_DEPTH} parentheses within each other")
        parts = self._joined("or", self._and)
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Or(parts)

    def _and(self) -> Node:
        parts = self._joined("and", self._not)
        return parts[0] if len(parts) == 1 else And(parts)

    def _joined(self, operator: str, part: Callable[[], Node]) -> tuple[Node, ...]:
        parts = [part()]
        while self._accept(operator):
            parts.append(part())
        return tuple(parts)

    def _not(self) -> Node:
        negated = False
        while self._accept("not"):
            negated = not negated
        part = self._primary()
        return Not(part) if negated else part

    def _primary(self) -> Node:
        if self._is_punctuation("("):
            return self._parenthesised()
        return self._comparison()

    def _parenthesised(self) -> Node:
        opening = self._take()
        node = self._or()
        if not self._is_punctuation(")"):
            raise RuleError(self._token.start, f"expected ) for the ( in column {opening.start + 1}")
        self._next += 1
        return node

    def _comparison(self) -> Node:
        subject = self._take()
        if subject.kind is not Kind.WORD or _is_reserved(subject.text):
            raise RuleError(subject.start, f"expected a property such as user.department, found {_shown(subject)}")
        for name, every in (("any", False), ("all", True)):
            if self._accept(name):
                return self._quantified(subject, every)
        operator = self._operator()
        if operator in (Operator.IN, Operator.NOT_IN):
            return Comparison(subject.text, operator, self._list(), subject.start)
        return Comparison(subject.text, operator, self._value(), subject.start)

    def _quantified(self, subject: Token, every: bool) -> Node:
        body = self._parenthesised() if self._is_punctuation("(") else self._or()
        return Quantified(subject.text, every, body, subject.start, self._tokens[self._next - 1].end)

    def _operator(self) -> Operator:
        token = self._take()
        operator = _COMPARISONS.get(token.text.lower()) if token.kind in (Kind.OPERATOR, Kind.WORD) else None
        if operator is None:
            near = get_close_matches(token.text.lower(), _COMPARISONS, 1)
            hint = f"; did you mean -{_COMPARISONS[near[0]]}?" if near else ""
            raise RuleError(token.start, f"expected an operator such as -eq, found {_shown(token)}{hint}")
        return operator

    def _list(self) -> Value:
        opening = self._take()
        if opening.kind is not Kind.PUNCTUATION or opening.text != "[":
            raise RuleError(opening.start, f"expected a list of values in [ ], found {_shown(opening)}")
        values = [self._value()]
        while self._is_punctuation(","):
            self._next += 1
            values.append(self._value())
        if not self._is_punctuation("]"):
            raise RuleError(self._token.start, f"expected ] for the [ in column {opening.start + 1}")
        self._next += 1
        return tuple(values)

    def _value(self) -> Scalar:
        token = self._take()
        if token.kind is Kind.STRING:
            return token.text
        if token.kind is Kind.BARE:
            return Bare(token.text)
        if token.kind is Kind.WORD and token.text.lower() in _CONSTANTS:
            return _CONSTANTS[token.text.lower()]
        if token.kind is Kind.WORD and token.text.lower() == "system.now":
            return self._now()
        raise RuleError(token.start, f"expected a value, found {_shown(token)}; text stands in quotation marks")

    def _now(self) -> Scalar:
        for name, sign in (("plus", 1), ("minus", -1)):
            if self._accept(name):
                duration = self._take()
                if duration.kind is not Kind.WORD or not is_duration(duration.text):
                    raise RuleError(duration.start, f"expected a duration such as p1d, found {_shown(duration)}")
                return Now(sign, duration.text)
        return Now()

    def _accept(self, name: str) -> bool:
        """Takes the operator of this name if it is next, with or without hyphen."""
        token = self._token
        if token.kind in (Kind.OPERATOR, Kind.WORD) and token.text.lower() == name:
            self._next += 1
            return True
        return False

    def _is_punctuation(self, text: str) -> bool:
        return self._token.kind is Kind.PUNCTUATION and self._token.text == text


def _is_reserved(word: str) -> bool:
    return word.lower() in _COMPARISONS or word.lower() in _LOGICAL


def _shown(token: Token) -> str:
    return "the end of the rule" if token.kind is Kind.END else repr(token.text)
