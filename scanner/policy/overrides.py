"""What a configuration changes about policies, each value with the place it was written at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from scanner.errors import Problem
from scanner.model import Severity

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True)
class Spot:
    """A place in a file. Line and column count from 1."""

    path: Path
    line: int
    column: int

    def problem(self, text: str, hint: str = "") -> Problem:
        """A problem here."""
        return Problem(self.path, self.line, self.column, text, hint)


@dataclass(frozen=True)
class Setting(Generic[Value]):
    """A key of a configuration file with its value."""

    value: Value
    key: Spot
    """Where the key stands."""
    at: Spot
    """Where the value stands."""


Settings = Mapping[str, Setting[object]]
"""Values of parameters by name; only the policy knows their types."""


@dataclass(frozen=True)
class Overrides:
    """Parameter values and severities that differ from the policies' own, by policy id or alias."""

    params: Mapping[str, Setting[Settings]] = field(default_factory=dict)
    severities: Mapping[str, Setting[Severity]] = field(default_factory=dict)
