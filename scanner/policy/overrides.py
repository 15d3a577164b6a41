"""What files change about policies, each value with the place it was written at."""

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

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}"

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
"""Values by name: of parameters, whose types only the policy knows, or of ``min`` and ``max``."""


@dataclass(frozen=True)
class Overrides:
    """What one file changes, by policy id or alias: values of parameters, severities, numbers of records required."""

    params: Mapping[str, Setting[Settings]] = field(default_factory=dict)
    severities: Mapping[str, Setting[Severity]] = field(default_factory=dict)
    require: Mapping[str, Setting[Settings]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing about a policy that a file has changed."""

    what: str
    """``severity``, ``params.days`` or ``require.min``."""
    value: object
    was: object
    """As the policy's own file has it; None where it has none."""
    at: Spot
