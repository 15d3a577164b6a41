"""Lists of columns and settings within the operators of log queries."""

from __future__ import annotations

from scanner.tenant.monitoring.kql.expressions import Expressions
from scanner.tenant.monitoring.kql.lexer import Kind
from scanner.tenant.monitoring.kql.syntax import Column, Name, Opaque, QueryError


class Columns(Expressions):
    """Reads what stands behind ``project``, ``extend``, ``summarize``."""

    def setting(self) -> dict[str, str]:
        """``kind=inner``, ``hint.strategy=shuffle``."""
        begin = self.next
        self.skip("=")
        name = "".join(token.text for token in self.tokens[begin : self.next])
        self.expect("=")
        return {name: self.take().text}

    def columns(self) -> tuple[Column, ...]:
        """``a, b = tolower(c)``."""
        found: list[Column] = []
        while not found or self.accept(","):
            found.append(self._column())
        return tuple(found)

    def _column(self) -> Column:
        """``name = value`` or a value; several names in brackets are taken by one function and are not read."""
        start = self.token.start
        ahead = self.next
        if self.is_at("(") and self._is_tuple():
            self.skip("=")
            self.expect("=")
            self.expression()
            return Column("", Opaque("several columns at once", start))
        if self.token.kind is Kind.WORD or self.is_at("["):
            name = self._named_before_equals()
            if name:
                return Column(name, self.expression())
            self.next = ahead
        value = self.expression()
        return Column(value.text if isinstance(value, Name) else "", value)

    def _is_tuple(self) -> bool:
        begin = self.next
        self.take()
        self.skip()
        found = self.accept(")") and self.is_at("=")
        self.next = begin
        return found

    def _named_before_equals(self) -> str:
        try:
            name = self.word().text
        except QueryError:
            return ""
        return name if self.accept("=") else ""

    def patterns(self) -> tuple[str, ...]:
        """``Risk*, Location``."""
        found: list[str] = []
        while not found or self.accept(","):
            text = "" if self.is_at("*") else self.word().text
            while self.accept("*"):
                text += "*"
                text += self.take().text if self.token.kind is Kind.WORD else ""
            found.append(text)
        return tuple(found)
