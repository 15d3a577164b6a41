"""What people have decided outside of the tenant: accepted findings and attestations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scanner.tenant.break_glass.declared import BreakGlass


@dataclass(frozen=True)
class Waiver:
    """One accepted finding."""

    policy: str
    """Policy id, or an alias of it, as written."""
    record: str
    """Record id."""
    reason: str
    approver: str
    expires: date
    """Last day on which it counts."""
    ticket: str = ""
    path: Path = Path()
    line: int = 1
    """Line in the configuration file, from 1."""


@dataclass(frozen=True)
class Attestation:
    """One statement by a person, for a policy that no API shows."""

    policy: str
    """Policy id, or an alias of it, as written."""
    person: str
    date: date
    """The day of the statement."""
    statement: str = ""
    reference: str = ""
    path: Path = Path()
    line: int = 1
    """Line in the configuration file, from 1."""


@dataclass(frozen=True)
class Declarations:
    """All that a verdict takes from the configuration instead of from the snapshot."""

    break_glass: BreakGlass = field(default_factory=BreakGlass)
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
