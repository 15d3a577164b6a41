"""Counts what a collection costs the tenant: HTTP requests and Graph's resource units, by resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNITS = "x-ms-resource-unit"
"""In an answer: what it cost. https://learn.microsoft.com/graph/throttling-limits#regular-responses-requests"""


@dataclass
class Spent:
    """What was spent on one resource so far."""

    sent: int = 0
    """HTTP requests; a batch is one."""
    counted: int = 0
    """Resource units that answers told."""
    untold: int = 0
    """Answers that told none; the parts of a batch are answers each."""

    def units(self, each: int) -> int:
        """Resource units in all, where an answer that told none costs ``each``."""
        return self.counted + self.untold * each


class Meter:
    """The counts of one client."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}

    def of(self, resource: str) -> Spent:
        """The count of one resource."""
        return self._spent.setdefault(resource, Spent())

    def sent(self, resource: str) -> None:
        """A request is sent for ``resource``."""
        self.of(resource).sent += 1

    def answered(self, resource: str, headers: Mapping[str, str]) -> None:
        """It was answered, by itself or in a batch. ``headers`` have names in lower case."""
        told = headers.get(UNITS, "")
        if told.isascii() and told.isdecimal():
            self.of(resource).counted += int(told[:9])
        else:
            self.of(resource).untold += 1
