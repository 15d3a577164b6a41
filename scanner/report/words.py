"""How results are put into words, the same in every format for people. All text that leaves here is printable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from scanner.model import (
    Evidence,
    Finding,
    Missing,
    NearMiss,
    Note,
    NoteKind,
    Outcome,
    Record,
    Result,
    Scan,
    Severity,
    Status,
    Unjudged,
    Waived,
)
from scanner.report.safe import NAME, VALUE, cut, printable, printable_lines

WHOLE = "*"
"""Record id of a finding about a resource as a whole: too few records, or none that will do."""
MESSAGE = 1000
"""Characters of a message that are shown."""
NOT_DECIDED = (Status.ERROR, Status.UNKNOWN, Status.MANUAL)
"""Neither a violation nor clean."""
SECTIONS = (("Violations", (Status.FAIL,)), ("Not decided", NOT_DECIDED), ("Waived", (Status.WAIVED,)))
"""What a reader has to do with, under which heading, and in which order."""


class Role(Enum):
    """What a line of a report is."""

    RECORD = auto()
    DETAIL = auto()
    LACK = auto()
    WAIVED = auto()
    HINT = auto()
    FIX = auto()
    PLACE = auto()


class Line(NamedTuple):
    """One line for people: how deep it stands, what it is, its text."""

    depth: int
    role: Role
    text: str


def status_name(status: Status) -> str:
    """``not applicable``, ``fail``."""
    return status.replace("_", " ")


def ordered(scan: Scan) -> Scan:
    """The scan in the one order that reports use: policies, findings and what is missing by their ids."""
    return msgspec.structs.replace(
        scan,
        results=tuple(_ordered(result) for result in sorted(scan.results, key=lambda result: result.policy.id)),
        incomplete=tuple(sorted(scan.incomplete, key=_missing_key)),
        notes=tuple(sorted(scan.notes, key=_note_key)),
    )


def by_severity(results: tuple[Result, ...]) -> list[Result]:
    """Worst first; what was so in the baseline after all that is new."""
    return sorted(results, key=lambda result: (result.known, result.policy.severity.rank, result.policy.id))


def label(record: Record) -> str:
    """A record's name, with its id where that says more."""
    name = cut(printable(record.name), NAME) or printable(record.resource)
    if record.id in (WHOLE, record.name):
        return name
    return f"{name} ({cut(printable(record.id), NAME)})"


def value(found: object) -> str:
    """A value as JSON on one line."""
    try:
        text = msgspec.json.encode(found).decode()
    except ValueError:  # a lone surrogate
        text = repr(found)
    return cut(printable(text), VALUE)


def evidence(read: Evidence) -> str:
    """``user.accountEnabled = true``."""
    return f"{printable(read.path)} = {value(read.value)}"


def missing(lack: Missing) -> str:
    """What was not collected and why: ``users: denied: needs the application permission User.Read.All``."""
    parts = [printable(lack.resource), cut(printable(lack.reason), MESSAGE)]
    if lack.outcome is not Outcome.COLLECTED and not lack.reason.startswith(lack.outcome):
        parts.insert(1, lack.outcome)
    return ": ".join(filter(None, parts))


def waiver(waived: Waived) -> str:
    """Who accepted it, until when and why."""
    ticket = f" [{printable(waived.ticket)}]" if waived.ticket else ""
    said = cut(printable(waived.reason), MESSAGE)
    return f"waived by {printable(waived.approver)} until {printable(waived.expires)}{ticket}: {said}"


def message(finding: Finding) -> str:
    """The finding's own sentence, or which part of the rule it breaks."""
    return cut(printable(finding.message), MESSAGE) or f"does not meet: {'; '.join(map(clause, finding.failed))}"


def clause(source: str) -> str:
    """A part of a rule on one line."""
    return cut(" ".join(printable_lines(source).split()), VALUE)


def counted(number: int, singular: str) -> str:
    """``1 policy``, ``2 policies``, ``1,200 findings``."""
    plural = singular[:-1] + "ies" if singular.endswith("y") else singular + "s"
    return f"{number:,} {singular if number == 1 else plural}"


def tenant(scan: Scan) -> str:
    """Name and id of the tenant, as far as they are known."""
    return printable(" ".join(filter(None, (scan.tenant_name, f"({scan.tenant_id})" if scan.tenant_id else ""))))


def totals(scan: Scan) -> str:
    """``12 policies: 3 fail, 1 unknown, 8 pass``: every status that occurs, worst first."""
    return tally(scan.results)


def tally(results: Sequence[Result]) -> str:
    """The same for some results."""
    found = [result.status for result in results]
    parts = [f"{number:,} {status_name(status)}" for status in Status if (number := found.count(status))]
    return f"{counted(len(results), 'policy')}: {', '.join(parts) or 'nothing was evaluated'}"


def violations(scan: Scan) -> str:
    """``1 critical, 2 high``; empty when nothing failed."""
    failed = [result.policy.severity for result in scan.results if result.status is Status.FAIL]
    return ", ".join(f"{failed.count(severity)} {severity}" for severity in Severity if severity in failed)


def details(result: Result, limit: int | None = None) -> Iterator[Line]:
    """Everything to say of one result below its summary; ``limit`` records are told in full, the rest counted."""
    open_findings = [finding for finding in result.findings if finding.waived is None]
    waived = [finding for finding in result.findings if finding.waived is not None]
    for finding in open_findings[:limit]:
        yield from _finding(finding)
    yield from _rest(len(open_findings), limit, "finding")
    if result.near_miss is not None:
        yield from _near_miss(result.near_miss)
    yield from _not_judged(result.unjudged, limit)
    for finding in waived[:limit]:
        yield from _finding(finding)
    yield from _rest(len(waived), limit, "waived finding")
    for lack in result.missing:
        if lack.reason not in result.summary:
            yield Line(0, Role.LACK, f"Not collected: {missing(lack)}")
    for hint in result.hints:
        yield Line(0, Role.HINT, f"Note: {cut(printable(hint), MESSAGE)}")


def remedy(result: Result) -> Iterator[Line]:
    """What to do about a violation, and where the rule stands."""
    policy = result.policy
    advice = printable_lines(policy.remediation).strip().splitlines()
    if advice and result.status in (Status.FAIL, Status.MANUAL):
        yield Line(0, Role.FIX, f"Fix: {advice[0]}")
        yield from (Line(2, Role.FIX, line) for line in advice[1:])
    if policy.path:
        yield Line(0, Role.PLACE, f"Rule: {printable(policy.path)}:{policy.line}")


def _finding(finding: Finding) -> Iterator[Line]:
    role = Role.RECORD if finding.waived is None else Role.WAIVED
    yield Line(2, role, f"- {label(finding.record)}")
    yield Line(4, Role.DETAIL, message(finding))
    for read in finding.evidence:
        yield Line(4, Role.DETAIL, evidence(read))
    for source in finding.failed:
        yield Line(4, Role.DETAIL, f"not met: {clause(source)}")
    if finding.waived is not None:
        yield Line(4, Role.WAIVED, waiver(finding.waived))
    yield Line(4, Role.PLACE, f"finding {printable(finding.id)}")


def _near_miss(near: NearMiss) -> Iterator[Line]:
    yield Line(2, Role.DETAIL, f"Closest: {label(near.record)} meets {near.met} of {near.of} conditions")
    for read in near.evidence:
        yield Line(4, Role.DETAIL, evidence(read))
    for source in near.failed:
        yield Line(4, Role.DETAIL, f"not met: {clause(source)}")


def _not_judged(unjudged: Sequence[Unjudged], limit: int | None) -> Iterator[Line]:
    """Records that could not be judged, those with the same reason together."""
    groups: dict[tuple[Status, str, str], list[Record]] = {}
    for one in unjudged:
        groups.setdefault((one.status, one.reason, one.expression), []).append(one.record)
    for (status, reason, expression), records in groups.items():
        could = f"{counted(len(records), 'record')} could not be judged ({status_name(status)})"
        yield Line(2, Role.LACK, f"? {could}: {cut(printable(reason), MESSAGE)}")
        if expression:
            yield Line(4, Role.DETAIL, f"in: {clause(expression)}")
        yield from (Line(4, Role.LACK, label(record)) for record in records[:limit])
        yield from _rest(len(records), limit, "record")


def _rest(number: int, limit: int | None, what: str) -> Iterator[Line]:
    if limit is not None and number > limit:
        yield Line(2, Role.LACK, f"and {number - limit:,} more: {what}s, {number:,} in all")


def _ordered(result: Result) -> Result:
    return msgspec.structs.replace(
        result,
        findings=tuple(sorted(result.findings, key=lambda finding: _record_key(finding.record))),
        unjudged=tuple(sorted(result.unjudged, key=lambda unjudged: _record_key(unjudged.record))),
        missing=tuple(sorted(result.missing, key=_missing_key)),
    )


def _record_key(record: Record) -> tuple[str, str]:
    return record.resource, record.id


def _note_key(note: Note) -> tuple[int, str, str, str]:
    return list(NoteKind).index(note.kind), note.policy, note.record, note.text


def _missing_key(lack: Missing) -> tuple[str, str]:
    return lack.resource, lack.reason
