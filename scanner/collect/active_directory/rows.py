"""Rows of an export in its two forms, each with the place where it stands: a table (CSV) or a document (JSON).

A table is read line by line. A document is held in memory as text, its objects are read one after another.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.collect.active_directory.user import COLUMNS, GUID, REQUIRED

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
Values = Mapping[str, object]
_BLANK = re.compile(r"[ \t\r\n]*")


class Unreadable(Exception):
    """The file cannot be read on from a line and column on."""

    def __init__(self, line: int, column: int, text: str, hint: str) -> None:
        self.line = line
        self.column = column
        self.text = text
        self.hint = hint
        super().__init__(text)


@dataclass(frozen=True)
class Row:
    """One user's values by names of columns, and where they begin."""

    values: Values
    line: int
    column: int = 1
    cells: Mapping[str, int] = field(default_factory=dict)
    """Place of each column among the fields of a table's row."""
    source: str = ""
    """The row of a table as it stands in the file."""
    separator: str = ","

    def place(self, name: str) -> tuple[int, int]:
        """Line and column, from 1, at which the value of the column ``name`` begins."""
        if name not in self.cells:
            return self.line, self.column
        start = _start_of(self.source, self.separator, self.cells[name])
        before = self.source[:start]
        return self.line + before.count("\n"), start - before.rfind("\n")


def _start_of(source: str, separator: str, number: int) -> int:
    """Where the field ``number`` (from 0) of a row of a table begins."""
    quoted = False
    for place, char in enumerate(source):
        if not number:
            return place
        if char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            number -= 1
    return len(source)


def table(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a table with a header; raises ``Unreadable``. Lines end as they do in the file."""
    watched = _Lines(lines)
    header = watched.first()
    separator, names = _columns(header, watched.number)
    reader = csv.reader(watched, delimiter=separator, strict=True)
    cells = {COLUMNS[name.lower()]: place for place, name in enumerate(names) if name.lower() in COLUMNS}
    try:
        for fields in reader:
            line, source = watched.taken()
            if len(fields) == len(names):
                values = {name: fields[place] for name, place in cells.items()}
                yield Row(values, line, cells=cells, source=source, separator=separator)
            elif fields:
                text = f"The row has {len(fields)} fields, the header {len(names)}."
                raise Unreadable(line, 1, text, "Put values that hold separators between quotes; export again.")
    except csv.Error as error:
        line, _ = watched.taken()
        raise Unreadable(line, 1, f"The row cannot be read: {error}.", "Export again.") from None


class _Lines:
    """Lines on their way to a reader, which remembers those of the row that it is at."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self._row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._row.append(line)
        return line

    def first(self) -> str:
        """The header: the first line that holds something and is not PowerShell's ``#TYPE``."""
        for line in self:
            self._row.clear()
            if line.strip() and not line.startswith("#TYPE"):
                return line
        raise Unreadable(1, 1, "The file is empty.", "Export again.")

    def taken(self) -> tuple[int, str]:
        """The number of the first line of the row that was just read, and its text."""
        source, lines = "".join(self._row), len(self._row)
        self._row.clear()
        return self.number - max(lines, 1) + 1, source


def _columns(header: str, line: int) -> tuple[str, list[str]]:
    """The separator of a table, told from its header, and the names in the header. Raises ``Unreadable``."""
    parsed = {separator: _fields(header, separator) for separator in SEPARATORS}
    separator = max(parsed, key=lambda one: sum(name.lower() in COLUMNS for name in parsed[one]))
    names = parsed[separator]
    known = [name.lower() for name in names if name.lower() in COLUMNS]
    missing = [name for name in REQUIRED if name.lower() not in known]
    if missing:
        between = ", ".join(SEPARATORS.values())
        raise Unreadable(
            line,
            1,
            f"The header has no column {', '.join(missing)}.",
            f"Export again with all of {', '.join(REQUIRED)}, with {between} between them.",
        )
    twice = [COLUMNS[name] for name in COLUMNS if known.count(name) > 1]
    if twice:
        raise Unreadable(line, 1, f"The header has the column {twice[0]} twice.", "Export again with each once.")
    return separator, names


def _fields(header: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=separator, strict=True), [])]
    except csv.Error:
        return []


def document(text: str) -> Iterator[Row]:
    """The objects of a document: of a list, or the only one. Raises ``Unreadable``."""
    seen: set[str] = set()
    for value, (line, column) in _objects(text):
        if not isinstance(value, dict):
            raise Unreadable(line, column, "This is no object.", "Export one object for each user.")
        seen.update(value)
        yield Row(value, line, column)
    missing = [name for name in REQUIRED if name not in seen]
    if seen and missing:
        hint = f"Export again with all of {', '.join(REQUIRED)}."
        raise Unreadable(1, 1, f"No object has the property {', '.join(missing)}.", hint)


Place = tuple[int, int]
"""Line and column."""


def _objects(text: str) -> Iterator[tuple[Any, Place]]:
    reader = _Reader(text)
    place = _skip(text, 0)
    if not text.startswith("[", place):
        value, where, place = reader.read(place)
        yield from ((one, where) for one in _unpacked(value))
    else:
        place = _skip(text, place + 1)
        while not text.startswith("]", place):
            value, where, place = reader.read(place)
            yield value, where
            place = _skip(text, place)
            if text.startswith(",", place):
                place = _skip(text, place + 1)
            elif not text.startswith("]", place):
                raise Unreadable(*where, "The list does not go on after this object.", "Export again, to the end.")
        place += 1
    if _skip(text, place) < len(text):
        raise Unreadable(
            *reader.where(place), "Something follows the end of the list.", "Export into a file of its own."
        )


def _unpacked(value: Any) -> list[Any]:
    """Windows PowerShell writes some lists as an object with the list in ``value``, and how long it is in ``Count``."""
    inner = value.get("value") if isinstance(value, dict) and GUID not in value else None
    return inner if isinstance(inner, list) else [value]


class _Reader:
    """Reads one value of a document after another, and counts lines on the way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoder = json.JSONDecoder(object_pairs_hook=_named)
        self._line, self._line_start, self._counted = 1, 0, 0

    def read(self, place: int) -> tuple[Any, Place, int]:
        """The value that begins at ``place``, its line and column, and where it ends. Raises ``Unreadable``."""
        where = self.where(place)
        try:
            value, end = self._decoder.raw_decode(self._text, place)
        except json.JSONDecodeError as error:
            raise Unreadable(error.lineno, error.colno, f"This is not JSON: {error.msg}.", "Export again.") from None
        except RecursionError:
            raise Unreadable(*where, "It is nested too deeply.", "Export again with a smaller -Depth.") from None
        except ValueError as error:
            raise Unreadable(*where, f"The object cannot be read: {error}.", "Export again.") from None
        return value, where, end

    def where(self, place: int) -> Place:
        """Line and column of ``place``, which is never before the last one."""
        self._line += self._text.count("\n", self._counted, place)
        newline = self._text.rfind("\n", self._counted, place)
        if newline >= 0:
            self._line_start = newline + 1
        self._counted = place
        return self._line, place - self._line_start + 1


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object by names of columns; the letter case of other keys stays. Raises ``ValueError`` for a key that comes
    twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = COLUMNS.get(key.lower(), key)
        if name in found:
            raise ValueError(f"the key {key[:60]!r} stands twice in it")
        found[name] = value
    return found


def _skip(text: str, place: int) -> int:
    """The next character that is no white space."""
    found = _BLANK.match(text, place)
    return found.end() if found else place
