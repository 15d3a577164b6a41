"""What people have decided outside of the tenant: accepted findings and attestations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scanner.tenant.break_glass.declared import BreakGlass


def plain(name: str) -> str:
    """A name as names are compared: without regard to white space and capitals."""
    return " ".join(name.split()).casefold()


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
    name: str = ""
    """What the record is called, for people. The waiver counts by the id alone."""
    long_lived: bool = False
    """It may end more than a year from now."""
    path: Path = Path()
    line: int = 1
    """Line in its file, from 1."""


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
    valid_days: int = 0
    """For how many days it holds, where that is less than the policy takes; 0: for as many as that."""
    path: Path = Path()
    line: int = 1
    """Line in its file, from 1."""


@dataclass(frozen=True)
class Declarations:
    """All that a verdict takes from the configuration instead of from the snapshot."""

    break_glass: BreakGlass = field(default_factory=BreakGlass)
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    """Ids and aliases of policies that exist and are not evaluated: what is declared for them is no mistake."""
