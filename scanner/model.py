"""The words that all parts share: severities, statuses, findings and results.

A ``Result`` is all that reporters see. Its JSON form is ``schemas/result.schema.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How bad a violation is. ``rank`` orders them: 0 is worst."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Status(StrEnum):
    """The outcome of one policy on one snapshot."""

    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"
    MANUAL = "manual"
    WAIVED = "waived"
    PASS = "pass"
    NOT_APPLICABLE = "not_applicable"


class Outcome(StrEnum):
    """What became of one resource during collection."""

    COLLECTED = "collected"
    DENIED = "denied"
    UNLICENSED = "unlicensed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Record(msgspec.Struct, frozen=True):
    """What identifies one record to a person and to the next run."""

    resource: str
    id: str
    name: str
    """userPrincipalName, displayName or id: whichever the record has first. Untrusted text."""


class Evidence(msgspec.Struct, frozen=True):
    """One value that an assertion read, as found."""

    path: str
    """As written in the policy: ``user.userPrincipalName``."""
    value: object
    """JSON-able: str, bool, int, float, None, list or dict; times as RFC 3339 text."""


class Waived(msgspec.Struct, frozen=True):
    """Who accepted a finding, why and until when (ISO date)."""

    reason: str
    approver: str
    expires: str
    ticket: str = ""


class Finding(msgspec.Struct, frozen=True):
    """One record that breaks one policy."""

    id: str
    """Stable across runs and renames: derived from policy id, resource and record id only."""
    record: Record
    message: str
    evidence: tuple[Evidence, ...]
    failed: tuple[str, ...]
    """The top-level ``&&`` parts of the assertion that did not hold, as written."""
    waived: Waived | None = None


class Unjudged(msgspec.Struct, frozen=True):
    """One record for which no verdict could be had, and why."""

    record: Record
    status: Status
    """``unknown`` (something was not collected) or ``error`` (the expression failed)."""
    reason: str
    expression: str = ""


class NearMiss(msgspec.Struct, frozen=True):
    """For ``require: any``: the candidate that met most clauses, and the clauses that stopped it."""

    record: Record
    met: int
    of: int
    failed: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Missing(msgspec.Struct, frozen=True):
    """One thing a verdict needed and the snapshot does not have."""

    resource: str
    outcome: Outcome
    reason: str
    """In words: the permission, licence, error or property that is missing."""


class PolicyInfo(msgspec.Struct, frozen=True):
    """What a report shows of the policy behind a result."""

    id: str
    title: str
    severity: Severity
    description: str
    remediation: str
    references: tuple[str, ...]
    controls: Mapping[str, tuple[str, ...]]
    tags: tuple[str, ...]
    path: str
    """The policy file, relative, with ``/`` on every system."""
    line: int
    """The line of ``assert`` (or of ``attestation``) in that file, from 1."""
    source: str
    """The assertion as written."""


class Result(msgspec.Struct, frozen=True):
    """The outcome of one policy on one snapshot."""

    policy: PolicyInfo
    status: Status
    summary: str
    """One sentence: why this status."""
    resource: str
    considered: int
    """How many records ``where`` selected."""
    findings: tuple[Finding, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    missing: tuple[Missing, ...] = ()
    near_miss: NearMiss | None = None
    hints: tuple[str, ...] = ()
    """Notes for the reader, such as likely break-glass accounts when none is declared."""


class Scan(msgspec.Struct, frozen=True):
    """All results of one run over one snapshot, ordered by policy id."""

    tenant_id: str
    tenant_name: str
    collected_at: str
    """RFC 3339, the snapshot's own time. Reports carry no other clock."""
    tool_version: str
    results: tuple[Result, ...]
    incomplete: tuple[Missing, ...] = ()
    """Every resource that was asked for and not collected."""
    notes: tuple[str, ...] = ()
    """About the run as a whole: expired, unused or mistaken waivers and attestations."""

    def count(self, status: Status) -> int:
        return sum(result.status is status for result in self.results)
