"""One property of all users (or devices): every value once, and who has it.

A condition of a rule is decided once for each value, however many users share it. A set of users is a number with one
bit for each of them, the first user being the highest, so that -and, -or and -not are one operation each.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Truth: TypeAlias = bool | None
"""None: it cannot be told."""
Test: TypeAlias = Callable[[Any], Truth]

_MARKS = {True: b"1"[0], False: b"0"[0], None: b"?"[0]}
_BYTE = 256


class Values:
    """A property that has one value."""

    def __init__(self, values: Sequence[Any], codes: array[int]) -> None:
        """``values`` has every value once, null among them; ``codes`` for each user the place of the value there."""
        self.values = values
        self._codes = bytes(iter(codes)) if len(values) <= _BYTE else codes

    def of(self, place: int) -> Any:
        """The value of the user at this place."""
        return self.values[self._codes[place]]

    def sets(self, test: Test) -> tuple[int, int]:
        """The users of whose value the test is true, and those of whom it cannot be told."""
        marks = self._of_users(bytes([_MARKS[test(value)] for value in self.values]))
        return number(marks.replace(b"?", b"0")), number(marks.replace(b"1", b"0").replace(b"?", b"1"))

    def lacks(self, place: int) -> bool:
        """Whether the user at this place has null."""
        return self.of(place) is None

    def _of_users(self, marks: bytes) -> bytes:
        """A mark for each value → a mark for each user."""
        if isinstance(self._codes, bytes):
            return self._codes.translate(marks.ljust(_BYTE))
        return bytes(map(marks.__getitem__, self._codes))


@dataclass(frozen=True)
class Items:
    """A property that is a list."""

    values: Sequence[Any]
    """Every item once."""
    places: Sequence[array[int]]
    """For each item the places of the users who have it."""
    count: int
    """The number of users, with items or without."""

    def having(self, wanted: Truth, truths: Sequence[Truth]) -> int:
        """The users with an item of which this is the truth; ``truths`` are those of ``values``."""
        digits = bytearray(b"0" * self.count)
        for truth, places in zip(truths, self.places, strict=True):
            if truth is wanted:
                for place in places:
                    digits[place] = _MARKS[True]
        return number(digits)

    def lacks(self, place: int) -> bool:
        """Whether the user at this place has no items."""
        return not any(place in places for places in self.places)


def number(digits: bytes | bytearray) -> int:
    """The set that these digits are, 1 for each user who is in it and 0 for each other."""
    return int(digits, 2) if digits else 0
