"""The parts a log query is made of, as far as they matter for which rows it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

MAX_LENGTH = 50_000
"""Characters of a query that is read. No query that a person wrote has so many."""

MAX_DEPTH = 40
"""Parentheses within each other; it bounds the stack."""


class QueryError(ValueError):
    """A query, or a part of it, that cannot be read."""

    def __init__(self, position: int, text: str) -> None:
        """``position`` counts characters from 0."""
        self.position = position
        self.text = text
        super().__init__(text)


Constant: TypeAlias = str | int | float | bool | timedelta | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the query."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Values:
    """``dynamic(["a", "b"])``."""

    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A column, or what a ``let`` statement named."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Path:
    """``Status.errorCode`` or ``parts[0]``."""

    base: Scalar
    steps: tuple[str | int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Call:
    """``tolower(UserPrincipalName)``."""

    function: str
    arguments: tuple[Scalar, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Compared:
    """``left == right`` and every other comparison of two values, with the operator as written."""

    operator: str
    left: Scalar
    right: Scalar
    start: int


@dataclass(frozen=True, slots=True)
class Among:
    """``left in (items)``, and the like with ``has_any``, ``has_all`` and ``between``."""

    operator: str
    left: Scalar
    items: tuple[Scalar, ...]
    start: int


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts, all of which must hold."""

    parts: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts, one of which must hold."""

    parts: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A value to which others are added, or from which they are taken: a sign, 1 or -1, and a value each."""

    first: Scalar
    others: tuple[tuple[int, Scalar], ...]
    start: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """An expression that is not read."""

    text: str
    """What it is, for a person."""
    start: int


Scalar: TypeAlias = Literal | Values | Name | Path | Call | Compared | Among | And | Or | Sum | Opaque


@dataclass(frozen=True, slots=True)
class Column:
    """``name = value``; the name is empty where the query leaves it to the language."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Where:
    """``| where …``; start and end of its text."""

    predicate: Scalar
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extend:
    """``| extend …``: further columns."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """``| project …`` and ``| distinct …``: these columns and no others."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """``| project-keep``, ``| project-away``: the columns that are kept, or those that are not, as patterns with *."""

    keep: bool
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rename:
    """``| project-rename new = old``: new and old names."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Summarize:
    """``| summarize … by …``, and ``| count``, which is a summary without groups."""

    aggregates: tuple[Column, ...]
    groups: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """``| take``, ``| limit``, ``| sample`` and ``| top``: so many rows at most."""

    count: Scalar
    start: int


@dataclass(frozen=True, slots=True)
class Widen:
    """An operator that leaves the rows there are and adds columns: ``parse``, an outer join, ``sort``."""

    touched: frozenset[str]
    """Columns whose values it may replace."""
    adds: bool
    """Whether columns of unknown names appear."""


@dataclass(frozen=True, slots=True)
class Join:
    """``| union …`` within a query: the rows of other tables beside those there are."""

    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Strange:
    """An operator, a source or a ``let`` statement that is not read."""

    text: str
    start: int
    table: str = ""
    """Of a source: the table that it has from elsewhere."""


Operator: TypeAlias = Where | Extend | Project | Pick | Rename | Summarize | Take | Widen | Join | Strange


@dataclass(frozen=True, slots=True)
class Source:
    """A table by its name, which may be that of a ``let`` statement; in a union also a pattern with *."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Union:
    """``union A, B``."""

    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Datatable:
    """``datatable(UserPrincipalName: string) ["a", "b"]``: names of columns, and the values row by row."""

    columns: tuple[str, ...]
    values: tuple[Constant, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Table:
    """A source and the operators it goes through."""

    source: Source | Union | Datatable | Table | Strange
    operators: tuple[Operator, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """The ``let`` statements in order, and the table that the query gives."""

    lets: tuple[tuple[str, Table | Scalar | Strange], ...]
    table: Table
