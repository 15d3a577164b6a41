"""Expressions of log queries as trees: or, and, comparisons, sums, and what follows a value.

What the language has beyond that (products, subqueries, functions of one's own) becomes ``Opaque``: it is said that
it is not read, where it matters. Sources: https://learn.microsoft.com/kusto/query/datatypes-string-operators and
https://learn.microsoft.com/kusto/query/logical-operators
"""

from __future__ import annotations

from scanner.tenant.monitoring.kql.lexer import Kind, Token, number, timespan
from scanner.tenant.monitoring.kql.syntax import (
    MAX_DEPTH,
    Among,
    And,
    Call,
    Compared,
    Constant,
    Literal,
    Name,
    Opaque,
    Or,
    Path,
    QueryError,
    Scalar,
    Sum,
    Values,
)

_SIGNS = frozenset({"==", "=~", "!=", "!~", "<>", "<=", ">=", "<", ">"})
_WORDS = frozenset(
    word + suffix
    for word in ("has", "hasprefix", "hassuffix", "contains", "startswith", "endswith")
    for suffix in ("", "_cs")
)
_LISTS = frozenset({"in", "has_any", "has_all", "between"})
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_RAW = frozenset({"datetime", "date", "guid", "typeof", "real", "double", "decimal", "int", "long", "bool"})
"""Functions whose argument is no expression but a value in a form of its own."""
_OPEN, _CLOSED = frozenset("([{"), frozenset(")]}")


class Expressions:
    """Reads expressions from tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.next]

    def is_at(self, *texts: str) -> bool:
        """Whether one of these signs or words comes next; a string is none of them."""
        return self.token.text in texts and self.token.kind in (Kind.WORD, Kind.SIGN)

    def take(self) -> Token:
        """Reads a token; the end stays where it is."""
        token = self.token
        if token.kind is not Kind.END:
            self.next += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Reads one of these signs or words, if one comes next."""
        if not self.is_at(*texts):
            return False
        self.next += 1
        return True

    def expect(self, text: str) -> Token:
        """Reads this sign or word; raises ``QueryError``."""
        token = self.take()
        if token.text != text or token.kind not in (Kind.WORD, Kind.SIGN):
            raise QueryError(token.start, f"expected {text!r}, found {token.text[:40]!r}")
        return token

    def word(self) -> Token:
        """Reads a name: a word, or a name in brackets and quotes; raises ``QueryError``."""
        if self.accept("["):
            token = self.take()
            self.expect("]")
        else:
            token = self.take()
        if token.kind not in (Kind.WORD, Kind.STRING):
            raise QueryError(token.start, f"expected a name, found {token.text[:40]!r}")
        return token

    def skip(self, *stops: str) -> int:
        """Reads to one of these signs outside brackets, or to the bracket that closes what it stands in; gives the
        place where the last token read ends."""
        depth = 0
        end = self.token.start
        while self.token.kind is not Kind.END:
            if depth == 0 and (self.is_at(*stops) or self._is_one_of(_CLOSED)):
                break
            depth += self._is_one_of(_OPEN) - self._is_one_of(_CLOSED)
            end = self.take().end
        return end

    def enter(self) -> None:
        """Goes one step deeper; raises ``QueryError``. ``leave`` comes back."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(self.token.start, f"more than {MAX_DEPTH} parentheses within each other")

    def leave(self) -> None:
        """Comes back from ``enter``."""
        self._depth -= 1

    def expression(self) -> Scalar:
        """A whole expression; raises ``QueryError``."""
        self.enter()
        parts = [self._and()]
        while self.accept("or"):
            parts.append(self._and())
        self.leave()
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def listed(self, closing: str) -> tuple[Scalar, ...]:
        """Expressions with commas between them, to the closing bracket, which is read too."""
        found: list[Scalar] = []
        while not self.accept(closing):
            if found:
                self.expect(",")
            found.append(self.expression())
        return tuple(found)

    def _is_one_of(self, signs: frozenset[str]) -> bool:
        return self.token.kind is Kind.SIGN and self.token.text in signs

    def _and(self) -> Scalar:
        parts = [self._comparison()]
        while self.accept("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _comparison(self) -> Scalar:
        left = self._sum()
        start = self.token.start
        if self._is_one_of(_SIGNS):
            return Compared(self.take().text, left, self._sum(), start)
        negation = "!" if self.accept("!") else ""
        if self.is_at("matches") and not negation:
            self.take()
            self.expect("regex")
            return Compared("matches regex", left, self._sum(), start)
        if self.token.kind is Kind.WORD and self.token.text in _WORDS:
            return Compared(negation + self.take().text, left, self._sum(), start)
        if self.token.kind is Kind.WORD and self.token.text in _LISTS:
            return self._among(negation, left, start)
        if negation:
            raise QueryError(start, "an exclamation mark without an operator")
        return left

    def _among(self, negation: str, left: Scalar, start: int) -> Scalar:
        operator = negation + self.take().text
        if operator.endswith("in") and self.accept("~"):
            operator += "~"
        self.expect("(")
        if operator.endswith("between"):
            low = self._sum()
            self.expect("..")
            items: tuple[Scalar, ...] = (low, self._sum())
            self.expect(")")
            return Among(operator, left, items, start)
        return Among(operator, left, self._items(), start)

    def _items(self) -> tuple[Scalar, ...]:
        """What stands in the brackets of ``in``: values, names of lists, or a query of its own."""
        first, start = self.next, self.token.start
        self.skip()
        if any(token.text == "|" and token.kind is Kind.SIGN for token in self.tokens[first : self.next]):
            self.expect(")")
            return (Opaque("a query within the query", start),)
        self.next = first
        return self.listed(")")

    def _sum(self) -> Scalar:
        start = self.token.start
        first = self._product()
        others: list[tuple[int, Scalar]] = []
        while self.is_at("+", "-"):
            sign = 1 if self.take().text == "+" else -1
            others.append((sign, self._product()))
        return Sum(first, tuple(others), start) if others else first

    def _product(self) -> Scalar:
        start = self.token.start
        first = self._signed()
        if not self.is_at("*", "/", "%"):
            return first
        while self.accept("*", "/", "%"):
            self._signed()
        return Opaque("a product", start)

    def _signed(self) -> Scalar:
        start = self.token.start
        if self.is_at("-", "+"):
            sign = 1
            while self.is_at("-", "+"):
                sign = -sign if self.take().text == "-" else sign
            return Sum(Literal(0), ((sign, self._followed()),), start)
        return self._followed()

    def _followed(self) -> Scalar:
        """A value, and the dots and brackets that follow it."""
        start = self.token.start
        base = self._primary()
        steps: list[str | int] = []
        while self.is_at(".", "["):
            if self.accept("."):
                steps.append(self.take().text)
            else:
                steps.append(self._index())
        return Path(base, tuple(steps), start) if steps else base

    def _index(self) -> str | int:
        self.expect("[")
        token = self.take()
        if token.kind not in (Kind.STRING, Kind.NUMBER) or not self.is_at("]"):
            raise QueryError(token.start, "an index that is neither a number nor a text")
        self.expect("]")
        value = number(token) if token.kind is Kind.NUMBER else token.text
        return value if isinstance(value, str | int) else token.text

    def _primary(self) -> Scalar:
        token = self.token
        if token.kind is Kind.SIGN:
            return self._bracketed()
        self.take()
        match token.kind:
            case Kind.STRING:
                return Literal(self._joined(token))
            case Kind.NUMBER:
                return Literal(number(token))
            case Kind.TIMESPAN:
                length = timespan(token)
                return Opaque("a time in a unit that is not known", token.start) if length is None else Literal(length)
            case Kind.WORD:
                return self._named(token)
            case _:
                raise QueryError(token.start, "the query ends where a value is expected")

    def _joined(self, token: Token) -> str:
        """Strings that stand side by side are one: https://learn.microsoft.com/kusto/query/scalar-data-types/string"""
        texts = [token.text]
        while self.token.kind is Kind.STRING:
            texts.append(self.take().text)
        return "".join(texts)

    def _bracketed(self) -> Scalar:
        token = self.token
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.is_at("["):
            return Name(self.word().text, token.start)
        if self.accept("*"):
            return Opaque("*, which stands for every column", token.start)
        raise QueryError(token.start, f"expected a value, found {token.text!r}")

    def _named(self, token: Token) -> Scalar:
        if not self.is_at("("):
            known = token.text.lower() in _CONSTANTS
            return Literal(_CONSTANTS[token.text.lower()]) if known else Name(token.text, token.start)
        self.take()
        function = token.text
        if function == "dynamic":
            return self._dynamic(token)
        if function in _RAW:
            self.skip()
            self.expect(")")
            return Opaque(f"{function}()", token.start)
        return Call(function, self.listed(")"), token.start)

    def _dynamic(self, token: Token) -> Scalar:
        """``dynamic([...])`` with plain values; anything else in it is not read."""
        items: list[Constant] = []
        is_plain = self.accept("[")
        while is_plain and not self.accept("]"):
            if items:
                is_plain = self.accept(",")
            item = self.take()
            if item.kind is Kind.STRING:
                items.append(item.text)
            elif item.kind is Kind.NUMBER:
                items.append(number(item))
            else:
                is_plain = False
        self.skip()
        self.expect(")")
        return Values(tuple(items)) if is_plain else Opaque("dynamic()", token.start)
