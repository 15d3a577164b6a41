"""Log queries as trees: ``let`` statements, tables, and the operators these go through.

Sources: https://learn.microsoft.com/kusto/query/tabular-expression-statements,
https://learn.microsoft.com/kusto/query/let-statement and the page of each operator below
https://learn.microsoft.com/kusto/query/
"""

from __future__ import annotations

from collections.abc import Callable

from scanner.tenant.monitoring.kql.columns import Columns
from scanner.tenant.monitoring.kql.lexer import Kind, Token, tokenize
from scanner.tenant.monitoring.kql.syntax import (
    Column,
    Constant,
    Datatable,
    Extend,
    Join,
    Literal,
    Name,
    Operator,
    Pick,
    Project,
    Query,
    QueryError,
    Rename,
    Scalar,
    Source,
    Strange,
    Summarize,
    Table,
    Take,
    Union,
    Where,
    Widen,
)

_TABLE_FUNCTIONS = frozenset({"union", "datatable", "materialize", "table", "view"})
"""Words that begin a table where a ``let`` statement could also name a value."""
_UNREAD_SOURCES = frozenset(
    {"externaldata", "range", "print", "search", "find", "workspace", "app", "resource", "cluster", "database",
     "evaluate", "_GetWatchlist", "adx", "arg", "invoke"}
)  # fmt: skip
_ELSEWHERE = frozenset({"workspace", "app", "resource"})
"""Functions that give the tables of another place: https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query"""
_PASSING = frozenset({"sort", "order", "serialize", "render", "as"})
_KEEPING_JOINS = frozenset({"leftouter", "fullouter"})
"""Kinds of joins that keep every row of the left side: https://learn.microsoft.com/kusto/query/join-operator"""


def parse(query: str) -> Query:
    """The tree of a query; raises ``QueryError``."""
    return _Parser(tokenize(query)).query()


class _Parser(Columns):
    def query(self) -> Query:
        """The whole query."""
        lets: list[tuple[str, Table | Scalar | Strange]] = []
        while True:
            while self.accept(";"):
                pass
            if self.accept("let"):
                lets.append(self._let())
                continue
            if self.is_at("set", "declare", "alias", "restrict", "pattern"):
                raise QueryError(self.token.start, f"the statement {self.token.text!r} is not read")
            break
        table = self._table()
        while self.accept(";"):
            pass
        if self.token.kind is not Kind.END:
            raise QueryError(self.token.start, f"expected an operator or the end, found {self.token.text[:40]!r}")
        return Query(tuple(lets), table)

    def _let(self) -> tuple[str, Table | Scalar | Strange]:
        name = self.word().text
        self.expect("=")
        begin, start = self.next, self.token.start
        self.skip(";", "|", "{")
        is_function, is_piped = self.is_at("{"), self.is_at("|")
        self.next = begin
        if is_function:
            self.skip(";")
            value: Table | Scalar | Strange = Strange("a function of one's own", start)
        elif is_piped or self._is_table():
            value = self._table()
        else:
            value = self.expression()
        if self.token.kind is not Kind.END:
            self.expect(";")
        return name, value

    def _is_table(self) -> bool:
        """Whether what comes next is a table rather than a value, as far as its first words tell."""
        token, after = self.token, self.tokens[min(self.next + 1, len(self.tokens) - 1)]
        if token.text == "(" and token.kind is Kind.SIGN:
            return self._is_piped_bracket()
        if token.kind is not Kind.WORD:
            return False
        return token.text in _TABLE_FUNCTIONS | _UNREAD_SOURCES or after.kind is Kind.END or after.text == ";"

    def _is_piped_bracket(self) -> bool:
        begin = self.next
        self.take()
        self.skip("|")
        found = self.is_at("|")
        self.next = begin
        return found

    def _table(self) -> Table:
        self.enter()
        source = self._source()
        operators = []
        while self.accept("|"):
            operators.append(self._operator())
        self.leave()
        return Table(source, tuple(operators))

    def _source(self) -> Source | Union | Datatable | Table | Strange:
        token = self.token
        if self.accept("("):
            inner = self._table()
            self.expect(")")
            return inner
        if self.is_at("union"):
            self.take()
            return Union(self._united())
        if self.is_at("datatable"):
            return self._datatable()
        if self.is_at("materialize", "view"):
            return self._within()
        if self.is_at("table"):
            return self._by_name()
        name = self.word()
        if name.text in _ELSEWHERE and self.is_at("("):
            return self._elsewhere(name)
        if name.text in _UNREAD_SOURCES or self.is_at("(", "."):
            self.skip("|", ";", ",")
            return Strange(name.text, token.start)
        return Source(name.text, name.start)

    def _elsewhere(self, function: Token) -> Strange:
        """``workspace("other").Heartbeat``."""
        self.expect("(")
        self.skip()
        self.expect(")")
        table = self.word().text if self.accept(".") else ""
        self.skip("|", ";", ",")
        return Strange(function.text, function.start, table)

    def _within(self) -> Table:
        self.take()
        self.expect("(")
        inner = self._table()
        self.expect(")")
        return inner

    def _by_name(self) -> Source | Strange:
        """``table("SigninLogs")``."""
        start = self.take().start
        self.expect("(")
        name = self.take()
        if name.kind is Kind.STRING and self.accept(")"):
            return Source(name.text, start)
        self.skip()
        self.expect(")")
        return Strange("table()", start)

    def _united(self) -> tuple[Table, ...]:
        """The tables of a union, after its settings, which change no row: ``kind=outer isfuzzy=true``."""
        tables: list[Table] = []
        while self.is_at("kind", "isfuzzy", "withsource", "with_source"):
            self.take()
            self.expect("=")
            self.take()
        while not tables or self.accept(","):
            tables.append(self._united_one())
        return tuple(tables)

    def _united_one(self) -> Table:
        """One table of a union: in brackets with operators of its own, or a name or pattern without."""
        start = self.token.start
        if self.is_at("*") or self.tokens[min(self.next + 1, len(self.tokens) - 1)].text == "*":
            name = "" if self.is_at("*") else self.take().text
            self.expect("*")
            return Table(Source(f"{name}*", start))
        return Table(self._source())

    def _datatable(self) -> Datatable:
        start = self.take().start
        self.expect("(")
        columns: list[str] = []
        while not self.accept(")"):
            if columns:
                self.expect(",")
            columns.append(self.word().text)
            self.expect(":")
            self.take()
        self.expect("[")
        values: list[Constant] = []
        while not self.accept("]"):
            value = self.expression()
            if not isinstance(value, Literal):
                raise QueryError(start, "a datatable with other values than texts and numbers is not read")
            values.append(value.value)
            if not self.accept(",") and not self.is_at("]"):
                raise QueryError(self.token.start, "expected a comma in the datatable")
        return Datatable(tuple(columns), tuple(values), start)

    def _operator(self) -> Operator:
        start = self.token.start
        name = self._operator_name()
        if name in _PASSING:
            self.skip("|", ";")
            return Widen(frozenset(), False)
        read = _READ.get(name)
        if read is None:
            self.skip("|", ";")
            return Strange(name, start)
        return read(self, start)

    def _operator_name(self) -> str:
        """Words with hyphens between them: ``project-away``."""
        token = self.word()
        name = token.text
        while self.is_at("-") and self.token.start == token.end:
            self.take()
            token = self.word()
            name += f"-{token.text}"
        return name

    def where(self, start: int) -> Operator:
        """``where``, ``filter``."""
        predicate = self.expression()
        return Where(predicate, start, self.tokens[self.next - 1].end)

    def extend(self, _: int) -> Operator:
        """``extend``."""
        return Extend(self.columns())

    def project(self, _: int) -> Operator:
        """``project``."""
        return Project(self.columns())

    def distinct(self, start: int) -> Operator:
        """``distinct``; with * it keeps every column."""
        if self.accept("*"):
            return Widen(frozenset(), False)
        return self.project(start)

    def keep(self, _: int) -> Operator:
        """``project-keep``."""
        return Pick(True, self.patterns())

    def drop(self, _: int) -> Operator:
        """``project-away``."""
        return Pick(False, self.patterns())

    def rename(self, _: int) -> Operator:
        """``project-rename``."""
        names: list[tuple[str, str]] = []
        while not names or self.accept(","):
            new = self.word().text
            self.expect("=")
            names.append((new, self.word().text))
        return Rename(tuple(names))

    def summarize(self, _: int) -> Operator:
        """``summarize``, after its hints."""
        while self.is_at("hint"):
            self.skip("=")
            self.expect("=")
            self.take()
        aggregates = () if self.is_at("by") else self.columns()
        return Summarize(aggregates, self.columns() if self.accept("by") else ())

    def count(self, start: int) -> Operator:
        """``count``."""
        name = "Count"
        if self.accept("as"):
            name = self.word().text
        return Summarize((Column(name, Name("count", start)),), ())

    def some(self, start: int) -> Operator:
        """``take``, ``limit``, ``sample``; ``top``, whose order does not matter here."""
        count = self.expression()
        self.skip("|", ";")
        return Take(count, start)

    def join(self, start: int) -> Operator:
        """``join`` and ``lookup``: read where the kind keeps every row of the left side."""
        is_lookup = self.tokens[self.next - 1].text == "lookup"
        kind = "leftouter" if is_lookup else "innerunique"
        while self.token.kind is Kind.WORD and self.tokens[self.next + 1].text in ("=", "."):
            setting = self.setting()
            kind = setting.get("kind", kind)
        self.skip("|", ";")
        return Widen(frozenset(), True) if kind in _KEEPING_JOINS else Strange(f"join of kind {kind}", start)

    def parse(self, _: int) -> Operator:
        """``parse``, ``parse-kv``: every row stays, columns are added or replaced."""
        begin = self.next
        self.skip("|", ";")
        words = {token.text for token in self.tokens[begin : self.next] if token.kind is Kind.WORD}
        return Widen(frozenset(words), True)

    def reorder(self, _: int) -> Operator:
        """``project-reorder``."""
        self.skip("|", ";")
        return Widen(frozenset(), False)

    def union(self, _: int) -> Operator:
        """``union`` within a query."""
        return Join(self._united())


_READ: dict[str, Callable[[_Parser, int], Operator]] = {
    "where": _Parser.where,
    "filter": _Parser.where,
    "extend": _Parser.extend,
    "project": _Parser.project,
    "project-keep": _Parser.keep,
    "project-away": _Parser.drop,
    "project-rename": _Parser.rename,
    "project-reorder": _Parser.reorder,
    "distinct": _Parser.distinct,
    "summarize": _Parser.summarize,
    "count": _Parser.count,
    "take": _Parser.some,
    "limit": _Parser.some,
    "sample": _Parser.some,
    "top": _Parser.some,
    "join": _Parser.join,
    "lookup": _Parser.join,
    "parse": _Parser.parse,
    "parse-kv": _Parser.parse,
    "union": _Parser.union,
}
