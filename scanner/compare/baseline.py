"""A baseline: an earlier scan, whose findings are known and do not count for the exit code."""

from __future__ import annotations

import msgspec

from scanner.compare.comparison import Change, compare, open_findings
from scanner.errors import UsageError
from scanner.model import Baseline, Finding, Result, Scan, Status

UNDECIDED = (Status.UNKNOWN, Status.ERROR, Status.MANUAL)


def against(scan: Scan, earlier: Scan) -> Scan:
    """``scan`` with what was there ``earlier`` marked as known.

    A policy that could not be decided is known if it had the same status before. Raises ``UsageError`` where the two
    are of different tenants: their findings say nothing of each other.
    """
    if scan.tenant_id and earlier.tenant_id and scan.tenant_id != earlier.tenant_id:
        raise UsageError(
            f"The baseline is of another tenant ({earlier.tenant_name or earlier.tenant_id}). "
            "Choose a report of this one with --baseline."
        )
    before = open_findings(earlier)
    old = {result.policy.id: result for result in earlier.results}
    results = tuple(_marked(result, before, old.get(result.policy.id)) for result in scan.results)
    changes = compare(earlier, scan)
    return msgspec.structs.replace(
        scan,
        results=results,
        baseline=Baseline(
            collected_at=earlier.collected_at,
            counts={status.value: earlier.count(status) for status in Status},
            findings=len(before),
            new=len(open_findings(scan) - before),
            fixed=len(changes.of(Change.FIXED)),
        ),
    )


def _marked(result: Result, before: frozenset[str], old: Result | None) -> Result:
    findings = tuple(
        msgspec.structs.replace(one, known=True) if one.id in before and one.waived is None else one
        for one in result.findings
    )
    known = old is not None and _is_known(result, findings, old)
    return msgspec.structs.replace(result, findings=findings, known=known)


def _is_known(result: Result, findings: tuple[Finding, ...], old: Result) -> bool:
    """Whether nothing about the result is new: no finding, and nothing that could be judged before and cannot now."""
    if result.status in UNDECIDED:
        return result.status is old.status
    if result.status is not Status.FAIL or not _undecided(result) <= _undecided(old):
        return False
    return all(one.known or one.waived is not None for one in findings)


def _undecided(result: Result) -> set[str]:
    """Records that could not be judged, and resources that could not be read."""
    return {one.record.id for one in result.unjudged} | {lack.resource for lack in result.missing}
