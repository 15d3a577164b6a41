"""Which rows a query gives for one sign-in: what its operators do to a row of which the columns are known.

The sign-in is followed alone, as if nobody else signed in. Operators that are read give a row for it among others just
as well. Each row carries whether it is there for certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from scanner.tenant.monitoring.kql.known import Broken, Rows, Scope, Truth, Unknown, Value
from scanner.tenant.monitoring.kql.syntax import (
    Call,
    Column,
    Constant,
    Datatable,
    Extend,
    Join,
    Name,
    Operator,
    Pick,
    Project,
    Query,
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
from scanner.tenant.monitoring.kql.values import evaluate, truth

MAX_ROWS = 32
"""Rows followed at once. Only a union of a table with itself, again and again, has more than a few."""

_SIGN_INS = frozenset({"signinlogs"})
"""Tables of other workspaces that may have the sign-in, in small letters."""


@dataclass(frozen=True)
class Row:
    """One row of a table on its way through the query."""

    columns: Mapping[str, Value]
    is_there: Truth = True
    is_open: bool = False
    """Whether it may have further columns."""
    cut: str = ""
    """Which operator has let only so many rows through, in words; of many sign-ins, this one may be left out."""


@dataclass
class Reading:
    """One pass over a query."""

    text: str
    tables: Mapping[str, Mapping[str, Value]]
    """The row that each table has, by the table's name; tables that are not here have none."""
    line_of: Callable[[int], int]
    lost: list[str] = field(default_factory=list)
    """What left the row out, in words."""
    sources: list[str] = field(default_factory=list)
    """The tables read, in order."""
    _values: dict[str, Value] = field(default_factory=dict)
    _tables: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, query: Query) -> list[Row]:
        """The rows the query may give; raises ``Broken`` where it fails."""
        for name, value in query.lets:
            self._let(name, value)
        return self._table(query.table)

    def _let(self, name: str, value: Table | Scalar | Strange) -> None:
        match value:
            case Strange(text):
                self._values[name] = Unknown(text)
            case Table(Source(other), ()) if other in self._values:
                self._values[name] = self._values[other]
                if other in self._tables:
                    self._tables[name] = self._tables[other]
            case Table():
                self._tables[name] = self._table(value)
                self._values[name] = _listed(value)
            case _:
                self._values[name] = evaluate(value, Scope(values=self._values))

    def _table(self, table: Table) -> list[Row]:
        rows = self._source(table.source)
        for operator in table.operators:
            rows = self._through(operator, rows)
            if len(rows) > MAX_ROWS:
                rows = [Row({}, Unknown("a union of very many tables"), is_open=True)]
        return rows

    def _source(self, source: Source | Union | Datatable | Table | Strange) -> list[Row]:
        match source:
            case Source(name, start):
                return self._named(name, start)
            case Union(tables):
                return [row for table in tables for row in self._table(table)][: MAX_ROWS + 1]
            case Datatable():
                self.sources.append("datatable")
                return []
            case Table():
                return self._table(source)
            case Strange(text, start, table):
                if table and table.lower() not in _SIGN_INS:
                    self.sources.append(table)
                    return []
                return [Row({}, Unknown(f"what {text!r} gives ({self._line(start)})"), is_open=True)]

    def _named(self, name: str, start: int) -> list[Row]:
        if name in self._tables:
            return self._tables[name]
        value = self._values.get(name)
        if isinstance(value, Unknown):
            return [Row({}, Unknown(f"what {name!r} is ({value.reason})"), is_open=True)]
        if "*" in name:
            return [Row(row) for table, row in self.tables.items() if _fits(name, table)]
        self.sources.append(name)
        if name in self.tables:
            return [Row(self.tables[name])]
        similar = next((table for table in self.tables if table.lower() == name.lower()), None)
        if similar:
            raise Broken(f"{self._line(start)}: there is no table {name!r}, it is called {similar!r}")
        return []

    def _through(self, operator: Operator, rows: list[Row]) -> list[Row]:
        match operator:
            case Where():
                return [row for one in rows if (row := self._where(operator, one))]
            case Summarize():
                return self._summarize(operator, rows)
            case Take(count, start):
                return self._take(evaluate(count, Scope(values=self._values)), start, rows)
            case Join(tables):
                return [*rows, *(row for table in tables for row in self._table(table))]
            case Strange(text, start):
                return [self._doubted(row, Unknown(f"what {text!r} leaves ({self._line(start)})")) for row in rows]
            case _:
                return [self._widened(operator, row) for row in rows]

    def _scope(self, row: Row) -> Scope:
        return Scope(row.columns, self._values, row.is_open)

    def _where(self, operator: Where, row: Row) -> Row | None:
        found = truth(operator.predicate, self._scope(row))
        if found is True and not row.cut:
            return row
        words = f"{self._line(operator.start)}: {_quoted(self.text[operator.start : operator.end])}"
        if found is False:
            self.lost.append(f"{words} leaves the sign-in out")
            return None
        if found is True:
            return self._doubted(row, Unknown(f"{words} comes too late: {row.cut}", varies=True))
        reason = f"{words} ({found.reason})"
        return self._doubted(row, Unknown(reason, found.varies))

    def _doubted(self, row: Row, doubt: Unknown) -> Row:
        """The row, whose being there hangs on this as well. One certain reason to be lost outweighs others."""
        if isinstance(row.is_there, Unknown) and (row.is_there.varies or not doubt.varies):
            return row
        return replace(row, is_there=doubt)

    def _widened(self, operator: Extend | Project | Pick | Rename | Widen, row: Row) -> Row:
        match operator:
            case Extend(columns):
                return replace(row, columns={**row.columns, **self._evaluated(columns, row)})
            case Project(columns):
                return replace(row, columns=self._evaluated(columns, row), is_open=False)
            case Pick(keep, patterns):
                kept = {
                    name: value
                    for name, value in row.columns.items()
                    if any(_fits(one, name.partition(".")[0]) for one in patterns) is keep
                }
                return replace(row, columns=kept)
            case Rename(names):
                renamed = dict(row.columns)
                for new, old in names:
                    renamed[new] = renamed.pop(old, Unknown(f"the column {old!r}"))
                return replace(row, columns=renamed)
            case Widen(touched, adds):
                unread = {name: Unknown(f"the column {name!r}, which is read out of another") for name in touched}
                known = {name: unread.get(name, value) for name, value in row.columns.items()}
                return replace(row, columns=known, is_open=row.is_open or adds)

    def _evaluated(self, columns: tuple[Column, ...], row: Row) -> dict[str, Value]:
        """The values of columns, each of which may use those before it, and the parts of what only has another name."""
        found: dict[str, Value] = {}
        known = dict(row.columns)
        scope = Scope(known, self._values, row.is_open)
        dotted = [key for key in known if "." in key]
        for place, column in enumerate(columns):
            name = column.name or _default_name(column.value, place)
            added = {name: evaluate(column.value, scope)}
            if isinstance(column.value, Name):
                prefix = f"{column.value.text}."
                added |= {f"{name}.{key.removeprefix(prefix)}": known[key] for key in dotted if key.startswith(prefix)}
            found |= added
            known |= added
        return found

    def _summarize(self, operator: Summarize, rows: list[Row]) -> list[Row]:
        """One row for all there are. Without groups there is one even where there was none."""
        if not rows and operator.groups:
            return []
        columns: dict[str, Value] = {}
        if rows:
            groups = [self._evaluated(operator.groups, row) for row in rows]
            columns = {name: _common([group.get(name) for group in groups]) for name in groups[0]}
        number = 1 if any(row.is_there is True for row in rows) else 0
        is_certain = number == 1 or not rows
        for place, column in enumerate(operator.aggregates):
            name = column.name or _default_name(column.value, place)
            columns[name] = Rows(number) if is_certain and _is_count(column.value) else _aggregate(name, rows)
        doubt = None if is_certain or not operator.groups else doubt_of(rows)
        cut = next((row.cut for row in rows if row.cut), "") if operator.groups else ""
        return [Row(columns, doubt or True, cut=cut)]

    def _take(self, count: Value, start: int, rows: list[Row]) -> list[Row]:
        if isinstance(count, int) and not isinstance(count, bool):
            if count <= 0:
                self.lost.append(f"{self._line(start)} takes no row")
            cut = f"{self._line(start)} has let {count} row{'' if count == 1 else 's'} through, which may be others"
            return [replace(row, cut=row.cut or cut) for row in rows] if count > 0 else []
        return [self._doubted(row, Unknown(f"how many rows are taken ({self._line(start)})")) for row in rows]

    def _line(self, start: int) -> str:
        return f"line {self.line_of(start)}"


def doubt_of(rows: list[Row]) -> Unknown | None:
    """Why none of the rows is there for certain; None if one is, or if there are no rows."""
    doubts = [row.is_there for row in rows if isinstance(row.is_there, Unknown)]
    if len(doubts) < len(rows):
        return None
    return next((doubt for doubt in doubts if not doubt.varies), doubts[0] if doubts else None)


def _quoted(text: str) -> str:
    """A part of a query as it stands in a sentence."""
    short = re.sub(r"\s+", " ", text[:400])
    return f"`{short}`" if len(short) <= 160 else f"`{short[:159]}…`"


def _fits(pattern: str, name: str) -> bool:
    """Whether a name has the form of a pattern in which * stands for any text."""
    first, *middle = pattern.split("*")
    if not middle:
        return name == pattern
    last = middle.pop()
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    rest = name[len(first) : len(name) - len(last)]
    for part in middle:
        found = rest.find(part)
        if found < 0:
            return False
        rest = rest[found + len(part) :]
    return True


def _common(values: list[Value]) -> Value:
    first = values[0]
    return first if all(value == first for value in values) else Unknown("a column that differs between the tables")


def _is_count(value: Scalar) -> bool:
    """``count()``, or the operator of that name."""
    match value:
        case Call("count", ()) | Name("count"):
            return True
        case Call("dcount", (_, *_)):
            return True
        case _:
            return False


def _aggregate(name: str, rows: list[Row]) -> Unknown:
    return doubt_of(rows) or Unknown(f"{name!r}, which sums up several rows")


def _default_name(value: Scalar, place: int) -> str:
    """The name a column has where the query gives none: https://learn.microsoft.com/kusto/query/summarize-operator"""
    match value:
        case Call("count", ()):
            return "count_"
        case Call("bin" | "floor" | "startofday" | "startofhour" | "tolower" | "toupper", (Name(text), *_)):
            return text
        case Call(function, (Name(text), *_)):
            return f"{function}_{text}"
        case _:
            return f"Column{place + 1}"


def _listed(table: Table) -> Value:
    """The values of a table of one column, as ``in`` takes them; unknown for any other table."""
    unread = Unknown("the values of a table")
    if not isinstance(table.source, Datatable):
        return unread
    columns, values = table.source.columns, table.source.values
    wanted = columns[:1]
    for operator in table.operators:
        match operator:
            case Project((Column(name, Name()),)) if name in columns:
                wanted = (name,)
            case _:
                return unread
    if not wanted:
        return unread
    picked: tuple[Constant, ...] = values[columns.index(wanted[0]) :: len(columns)]
    return picked
