"""A YAML file that has been read: its values, and the place in the file of each, for messages a person can follow."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from scanner.errors import Problem
from scanner.policy.offsets import value_indexes

Step: TypeAlias = str | int
Steps: TypeAlias = tuple[Step, ...]
"""The way to a value: keys of mappings and indexes of lists, from the top of the document."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in the text: indexes of characters, from 0."""

    start: int
    end: int
    key: int
    """Where its key begins (or, in a list, the value itself)."""
    style: str = ""
    """``'``, ``"``, ``|``, ``>``, or nothing for plain text, mappings and lists."""


@dataclass(frozen=True)
class Document:
    """One file: its values, as JSON would have them, and the place of each by the keys that lead there."""

    path: Path
    text: str = field(repr=False)
    data: object
    places: Mapping[Steps, Place] = field(repr=False)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at ``index``."""
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def place(self, steps: Steps) -> Place:
        """The place of a value; of the nearest value around it where the file does not have it."""
        while steps not in self.places:
            steps = steps[:-1]
        return self.places[steps]

    def at(self, steps: Steps, text: str, hint: str = "") -> Problem:
        """A problem with the value under ``steps``."""
        return self._problem(self.place(steps).start, text, hint)

    def at_key(self, steps: Steps, text: str, hint: str = "") -> Problem:
        """A problem with the key that ends ``steps``."""
        return self._problem(self.place(steps).key, text, hint)

    def inside(self, steps: Steps, offset: int, text: str, hint: str = "") -> Problem:
        """A problem with one character of a text value: ``offset`` counts the value's characters, from 0."""
        place = self.place(steps)
        indexes = value_indexes(self.text[place.start : place.end], place.style, self.value(steps))
        return self._problem(place.start + indexes[min(offset, len(indexes) - 1)], text, hint)

    def value(self, steps: Steps) -> Any:
        """The value under ``steps``; raises KeyError or IndexError where the file has none."""
        found: Any = self.data
        for step in steps:
            found = found[step]
        return found

    def line(self, steps: Steps) -> int:
        """The line, from 1, of the key that ends ``steps``."""
        return self.position(self.place(steps).key)[0]

    def _problem(self, index: int, text: str, hint: str) -> Problem:
        return Problem(self.path, *self.position(index), text, hint)
