"""What can be known of a value in a query: the value itself, that there are so many rows, or why it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from scanner.tenant.monitoring.kql.syntax import Constant

INGESTED = "ingestion_time()"
"""What stands among the columns for the time at which a row came into the log:
https://learn.microsoft.com/kusto/query/ingestion-time-function"""


class Broken(Exception):
    """The query fails when it is run, so that it never gives a row; ``str()`` is the reason."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known."""

    reason: str
    """Part of a sentence: what it is that is not known."""
    varies: bool = False
    """Of a value: it differs from sign-in to sign-in. Of a condition: it is not true of every sign-in."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, by how long ago it is: at least, and at most."""

    least: timedelta
    most: timedelta
    late: timedelta = timedelta(0)
    """How much longer ago it may be when it is first seen."""

    @property
    def is_range(self) -> bool:
        """Whether the time is known in part only."""
        return self.least != self.most

    def moved(self, by: timedelta) -> Moment:
        """So much later."""
        return Moment(self.least - by, self.most - by, self.late)


@dataclass(frozen=True, slots=True)
class Rows:
    """A number of rows: this one for a single sign-in, more where there are more."""

    number: int


Value: TypeAlias = Constant | tuple[Constant, ...] | Moment | Rows | Unknown
Truth: TypeAlias = bool | Unknown


@dataclass(frozen=True)
class Scope:
    """What names stand for."""

    columns: Mapping[str, Value] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    """By ``let`` statements; a table of one column stands here too, as the list of its values."""
    is_open: bool = False
    """Whether there may be further columns."""

    def value(self, name: str) -> Value:
        """What a name stands for; raises ``Broken`` for one that nothing has."""
        if name in self.columns and name in self.values:
            return Unknown(f"{name!r}, which is a column and a let statement at once")
        if name in self.columns:
            return self.columns[name]
        if name in self.values:
            return self.values[name]
        if not self.is_open and any(name.lower() == known.lower() for known in self.columns):
            raise Broken(f"there is no column {name!r}: names of columns are case-sensitive")
        return Unknown(f"{name!r}, which is not a column that tenantlint knows here")
