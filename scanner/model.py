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


class NoteKind(StrEnum):
    """What a note about a run is about, in the order in which reports tell them."""

    RUN = "run"
    WAIVERS_IGNORED = "waivers_ignored"
    WAIVER_MISTAKEN = "waiver_mistaken"
    """For a policy or a record that is not there, or a record of another name."""
    WAIVER_EXPIRED = "waiver_expired"
    WAIVER_UNUSED = "waiver_unused"
    WAIVER_ENDS_SOON = "waiver_ends_soon"
    ATTESTATION_MISTAKEN = "attestation_mistaken"
    """For a policy that is not there or that needs none."""
    ATTESTATION_ENDS_SOON = "attestation_ends_soon"


class Record(msgspec.Struct, frozen=True):
    """What identifies one record to a person and to the next run."""

    resource: str
    """Graph's name of the collection, or of a derived resource: ``users``, ``roleHoldings``."""
    id: str
    """As the service gives it; of a derived record made from the ids it is about."""
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
    """As the waiver has it."""
    approver: str
    """Who accepted it, as the waiver has it."""
    expires: str
    """Last day on which the waiver counts."""
    ticket: str = ""
    """Where the decision is recorded; empty where the waiver does not say."""


class Finding(msgspec.Struct, frozen=True):
    """One record that breaks one policy."""

    id: str
    """Stable across runs and renames: derived from policy id, resource and record id only."""
    record: Record
    """The record that breaks the policy."""
    message: str
    """The policy's message about this record. Untrusted text."""
    evidence: tuple[Evidence, ...]
    """What the rule read of this record."""
    failed: tuple[str, ...]
    """The top-level ``&&`` parts of the assertion that did not hold, as written."""
    waived: Waived | None = None
    """The waiver that accepts it; null for none."""
    known: bool = False
    """It was in the baseline, not waived: it does not count for the exit code."""


class Unjudged(msgspec.Struct, frozen=True):
    """One record for which no verdict could be had, and why."""

    record: Record
    """The record."""
    status: Status
    """``unknown`` (something was not collected) or ``error`` (the expression failed)."""
    reason: str
    """Why, in one sentence."""
    expression: str = ""
    """The expression that failed; empty where none did."""


class NearMiss(msgspec.Struct, frozen=True):
    """For ``require: any``: the candidate that met most clauses, and the clauses that stopped it."""

    record: Record
    """The candidate."""
    met: int
    """How many clauses it meets."""
    of: int
    """How many clauses there are."""
    failed: tuple[str, ...]
    """The clauses that it does not meet, as written."""
    evidence: tuple[Evidence, ...]
    """What the rule read of it."""


class Missing(msgspec.Struct, frozen=True):
    """One thing a verdict needed and the snapshot does not have."""

    resource: str
    """Graph's name of the collection."""
    outcome: Outcome
    """What became of it."""
    reason: str
    """In words: the permission, licence, error or property that is missing."""


class Note(msgspec.Struct, frozen=True):
    """What a reader must know of a run as a whole, or of a waiver or an attestation."""

    text: str
    """One or two sentences. May hold names from the tenant: untrusted."""
    kind: NoteKind = NoteKind.RUN
    """What it is about."""
    policy: str = ""
    """Id of the policy, as the waiver or attestation names it."""
    record: str = ""
    """Id of the record that the waiver is for."""


class PolicyInfo(msgspec.Struct, frozen=True):
    """What a report shows of the policy behind a result."""

    id: str
    """Name of the policy and of its file."""
    title: str
    """The required state, in one sentence."""
    severity: Severity
    """How bad a violation is, as the configuration has it."""
    description: str
    """Why it matters."""
    remediation: str
    """What to do."""
    references: tuple[str, ...]
    """Pages that say so."""
    controls: Mapping[str, tuple[str, ...]]
    """Requirements of outside frameworks that it serves: their own ids, by framework."""
    tags: tuple[str, ...]
    """Words to select policies by."""
    path: str
    """The policy file, relative, with ``/`` on every system."""
    line: int
    """The line of ``assert`` (or of ``attestation``) in that file, from 1."""
    source: str
    """The assertion as written."""
    where: str = ""
    """Which records the policy is about, as written; empty for all."""
    params: Mapping[str, object] = {}
    """The parameters' values in this run; durations as seconds: ``2592000s``."""


class Result(msgspec.Struct, frozen=True):
    """The outcome of one policy on one snapshot."""

    policy: PolicyInfo
    """The policy."""
    status: Status
    """The outcome."""
    summary: str
    """One sentence: why this status."""
    resource: str
    """What the policy is about: a collection, a derived resource, or ``tenant``."""
    considered: int
    """How many records ``where`` selected."""
    findings: tuple[Finding, ...] = ()
    """Every record that breaks the policy, those that are waived included."""
    unjudged: tuple[Unjudged, ...] = ()
    """Every record for which no verdict could be had."""
    missing: tuple[Missing, ...] = ()
    """What the verdict needed and was not collected."""
    near_miss: NearMiss | None = None
    """The record that came closest, where one would be enough and none is there; else null."""
    hints: tuple[str, ...] = ()
    """Notes for the reader, such as likely break-glass accounts when none is declared."""
    known: bool = False
    """Every finding that is not waived was in the baseline, or it was as little decided there: it does not count for
    the exit code."""
    unwaived: Status | None = None
    """The status that it would have without waivers, where they changed it."""


class Baseline(msgspec.Struct, frozen=True):
    """The earlier scan that findings were compared with."""

    collected_at: str
    """RFC 3339, of its snapshot."""
    counts: Mapping[str, int]
    """Number of policies for each status, zeros included."""
    findings: int
    """Those that were not waived."""
    new: int
    """Findings that are not waived and were not in it."""
    fixed: int
    """Findings of it that are certainly gone."""


class Scan(msgspec.Struct, frozen=True):
    """All results of one run over one snapshot, ordered by policy id."""

    tenant_id: str
    """Id of the tenant; empty where the snapshot does not say."""
    tenant_name: str
    """Its name. Untrusted text."""
    collected_at: str
    """RFC 3339, the snapshot's own time. Reports carry no other clock."""
    tool_version: str
    """Of the tenantlint that checked."""
    results: tuple[Result, ...]
    """One for each policy."""
    incomplete: tuple[Missing, ...] = ()
    """Every resource that was asked for and not collected."""
    notes: tuple[Note, ...] = ()
    """What a reader must know besides: expired, unused or mistaken waivers and attestations, and more."""
    baseline: Baseline | None = None
    """What the findings were compared with; null for a scan without a baseline."""

    def count(self, status: Status) -> int:
        return sum(result.status is status for result in self.results)
