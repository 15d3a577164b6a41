"""CSV: a row for every finding and for everything that is not decided, for spreadsheets and their filters.

What passed or does not apply has no row. Every text goes through ``scanner.report.cells``, so that no cell becomes a
formula; one too long for a spreadsheet is cut and says by how much.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import lru_cache

import msgspec

from scanner.model import Evidence, Finding, Result, Scan, Status, Unjudged
from scanner.report.cells import LONGEST, cell, harmless, json_cell, table
from scanner.report.safe import cut, printable
from scanner.report.words import NOT_DECIDED, message, missing, ordered, value


class Row(msgspec.Struct, frozen=True, rename="camel"):
    """One row. A column is empty where it says nothing: a policy as a whole has no record."""

    tenant_id: str
    collected_at: str
    """RFC 3339, of the snapshot."""
    policy: str
    title: str
    severity: str
    status: str
    """Of the row: ``fail``, ``waived``, ``unknown``, ``error`` or ``manual``. A policy that fails can have rows that
    are unknown."""
    resource: str
    record_id: str
    record_name: str
    message: str
    not_met: tuple[str, ...]
    """The parts of the rule that did not hold; of a record that could not be judged, the expression that failed."""
    evidence: str
    """JSON object: what the rule read, by path, with what it found."""
    waived_by: str
    waived_until: str
    """ISO date, included."""
    waived_reason: str
    ticket: str
    known: bool
    """It was in the baseline."""
    finding_id: str
    controls: tuple[str, ...]
    """``framework id``."""
    fix: str


def render(scan: Scan) -> str:
    """The scan as CSV with commas and the line ends of RFC 4180."""
    scan = ordered(scan)
    heads = [field.encode_name for field in msgspec.structs.fields(Row)]
    return table(heads, (_cells(row) for result in scan.results for row in rows(scan, result)))


def rows(scan: Scan, result: Result) -> Iterator[Row]:
    """The rows of one result; none where it is decided and nothing is wrong."""
    told = [_finding(scan, result, one) for one in result.findings]
    told += [_unjudged(scan, result, one) for one in result.unjudged]
    if result.status in NOT_DECIDED or (result.status in (Status.FAIL, Status.WAIVED) and not result.findings):
        yield _row(scan, result, message=_summary(result))
    elif result.missing and result.status in (Status.FAIL, Status.WAIVED):
        yield _row(scan, result, status=Status.UNKNOWN, message=_summary(result))
    yield from told


def _summary(result: Result) -> str:
    """Why the status, and what of it is missing that the sentence does not say."""
    lacks = [f"Not collected: {missing(lack)}" for lack in result.missing if lack.reason not in result.summary]
    return " ".join(filter(None, (result.summary, *lacks)))


def _finding(scan: Scan, result: Result, found: Finding) -> Row:
    waived = found.waived
    row = _row(
        scan,
        result,
        status=Status.FAIL if waived is None else Status.WAIVED,
        record_id=found.record.id,
        record_name=found.record.name,
        message=found.message or message(found),
        not_met=found.failed,
        evidence=_evidence(found.evidence),
        known=found.known,
        finding_id=found.id,
    )
    if waived is None:
        return row
    return msgspec.structs.replace(
        row,
        waived_by=waived.approver,
        waived_until=waived.expires,
        waived_reason=waived.reason,
        ticket=waived.ticket,
    )


def _unjudged(scan: Scan, result: Result, one: Unjudged) -> Row:
    return _row(
        scan,
        result,
        status=one.status,
        record_id=one.record.id,
        record_name=one.record.name,
        message=one.reason,
        not_met=(one.expression,) if one.expression else (),
    )


def _row(scan: Scan, result: Result, **fields: object) -> Row:
    policy = result.policy
    row = Row(
        tenant_id=scan.tenant_id,
        collected_at=scan.collected_at,
        policy=policy.id,
        title=policy.title,
        severity=policy.severity,
        status=result.status,
        resource=result.resource,
        record_id="",
        record_name="",
        message="",
        not_met=(),
        evidence="",
        waived_by="",
        waived_until="",
        waived_reason="",
        ticket="",
        known=result.known,
        finding_id="",
        controls=tuple(f"{name} {id}" for name in sorted(policy.controls) for id in policy.controls[name]),
        fix=" ".join(policy.remediation.split()),
    )
    return msgspec.structs.replace(row, **fields)


def _evidence(found: tuple[Evidence, ...]) -> str:
    """All of it, or what a cell has room for: values cut, then the last paths left out and counted."""
    whole = json_cell({one.path: one.value for one in found})
    if len(whole) <= LONGEST:
        return whole
    for number in range(len(found), 0, -1):
        left = {"…": f"{len(found) - number:,} more"} if number < len(found) else {}
        short = json_cell({**{one.path: value(one.value) for one in found[:number]}, **left})
        if len(short) <= LONGEST:
            return short
    return ""


def _cells(row: Row) -> list[str]:
    return [_cell(getattr(row, name)) for name in row.__struct_fields__]


@lru_cache(maxsize=2**12, typed=True)
def _cell(content: Hashable) -> str:
    """A cell no longer than a spreadsheet takes. What is said of a policy stands in every row of it."""
    text = cell(content)
    if len(text) <= LONGEST:
        return text
    plain = "; ".join(map(str, content)) if isinstance(content, tuple) else str(content)
    return harmless(cut(printable(plain), LONGEST // 2))  # at most every second character gets an apostrophe
