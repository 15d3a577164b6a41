"""What the page shows, worked out from the scan: every text safe to show, every number counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.model import Baseline, Evidence, Finding, NearMiss, Record, Result, Scan, Severity, Status, Unjudged
from scanner.report.html.charts import Bar, area, areas, frameworks
from scanner.report.safe import NAME, cut, printable, printable_lines
from scanner.report.words import (
    MESSAGE,
    NOT_DECIDED,
    WHOLE,
    by_severity,
    counted,
    message,
    missing,
    ordered,
    status_name,
    value,
    waiver,
)

ELEMENTS = 20
"""Elements of a list that are shown."""


@dataclass(frozen=True)
class Who:
    """A record: its name, and its id where that says more."""

    name: str
    id: str


@dataclass(frozen=True)
class FindingView:
    """One finding."""

    id: str
    who: Who
    message: str
    evidence: Sequence[tuple[str, str]]
    failed: Sequence[str]
    waiver: str
    state: str
    """``waived``, ``known`` or ``new`` beside a baseline, else ``open``."""


@dataclass(frozen=True)
class Near:
    """The record that came closest."""

    who: Who
    met: int
    of: int
    failed: Sequence[str]
    evidence: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class UnjudgedView:
    """Records that could not be judged for the same reason."""

    status: str
    reason: str
    expression: str
    whos: Sequence[Who]


@dataclass(frozen=True)
class PolicyView:
    """One policy with its result."""

    id: str
    title: str
    status: str
    status_name: str
    severity: str
    area: str
    summary: str
    known: bool
    description: Sequence[str]
    remediation: Sequence[str]
    rule: Sequence[tuple[str, str]]
    """Label and source: ``where``, ``assert`` and the parameters."""
    place: str
    references: Sequence[str]
    controls: Sequence[tuple[str, Sequence[str]]]
    groups: str
    """``framework:control`` of each, joined by ``|``, for the script."""
    tags: Sequence[str]
    findings: Sequence[FindingView]
    near: Near | None
    unjudged: Sequence[UnjudgedView]
    missing: Sequence[str]
    hints: Sequence[str]
    open: int


@dataclass(frozen=True)
class Count:
    """How many policies have a status or a severity."""

    key: str
    name: str
    number: int


@dataclass(frozen=True)
class View:
    """The page."""

    tenant: str
    tenant_id: str
    collected_at: str
    tool: str
    verdict: str
    tone: str
    """``bad``, ``doubt`` or ``good``."""
    statuses: Sequence[Count]
    severities: Sequence[Count]
    """Of the policies that fail, those of the baseline too."""
    trend: Sequence[str]
    incomplete: Sequence[str]
    notes: Sequence[str]
    areas: Sequence[Bar]
    frameworks: Sequence[Bar]
    policies: Sequence[PolicyView]


def view(scan: Scan) -> View:
    """All that the template sets."""
    scan = ordered(scan)
    failing = [result.policy.severity for result in scan.results if result.status is Status.FAIL]
    verdict, tone = _verdict(scan)
    ranks = {status: rank for rank, status in enumerate(Status)}
    results = sorted(by_severity(scan.results), key=lambda result: ranks[result.status])
    return View(
        tenant=_name(scan.tenant_name) or _name(scan.tenant_id) or "A tenant without a name",
        tenant_id=_name(scan.tenant_id),
        collected_at=_name(scan.collected_at),
        tool=f"tenantlint {_name(scan.tool_version)}".strip(),
        verdict=verdict,
        tone=tone,
        statuses=[Count(status.value, status_name(status), scan.count(status)) for status in Status],
        severities=[Count(one.value, one.value, failing.count(one)) for one in Severity],
        trend=_trend(scan.baseline, scan),
        incomplete=[missing(lack) for lack in scan.incomplete],
        notes=[cut(printable(note.text), MESSAGE) for note in scan.notes],
        areas=areas(scan.results),
        frameworks=frameworks(scan.results),
        policies=[_policy(result, compared=scan.baseline is not None) for result in results],
    )


def _verdict(scan: Scan) -> tuple[str, str]:
    failing = scan.count(Status.FAIL)
    undecided = sum(scan.count(status) for status in NOT_DECIDED)
    number = counted(len(scan.results), "policy")
    doubt = f"{counted(undecided, 'policy')} could not be decided" if undecided else ""
    if failing:
        rest = f"; {doubt}" if doubt else ""
        return f"{failing:,} of {number} {'fails' if failing == 1 else 'fail'}{rest}", "bad"
    if doubt:
        return f"Nothing fails, but {doubt}", "doubt"
    return (f"Nothing fails: {number} checked", "good") if scan.results else ("No policy was checked", "doubt")


def _trend(baseline: Baseline | None, scan: Scan) -> list[str]:
    if baseline is None:
        return []
    open_now = sum(one.waived is None for result in scan.results for one in result.findings)
    return [
        f"Since {_name(baseline.collected_at) or 'the baseline'}:",
        f"{baseline.new:,} new and {baseline.fixed:,} fixed",
        f"findings {baseline.findings:,} → {open_now:,}",
        f"failing policies {baseline.counts.get(Status.FAIL, 0):,} → {scan.count(Status.FAIL):,}",
    ]


def _policy(result: Result, *, compared: bool) -> PolicyView:
    policy = result.policy
    controls = [(printable(name), tuple(map(printable, ids))) for name, ids in sorted(policy.controls.items())]
    return PolicyView(
        id=printable(policy.id),
        title=printable(policy.title),
        status=result.status.value,
        status_name=status_name(result.status),
        severity=policy.severity.value,
        area=area(result),
        summary=cut(printable(result.summary), MESSAGE),
        known=result.known,
        description=_paragraphs(policy.description),
        remediation=_paragraphs(policy.remediation),
        rule=_rule(result),
        place=f"{printable(policy.path)}:{policy.line}" if policy.path else "",
        references=[one for one in map(printable, policy.references) if one.startswith("https://")],
        controls=controls,
        groups="|".join(f"{name}:{one}" for name, ids in controls for one in ids),
        tags=tuple(map(printable, policy.tags)),
        findings=[_finding(one, compared=compared) for one in result.findings],
        near=_near(result.near_miss) if result.near_miss else None,
        unjudged=_unjudged(result.unjudged),
        missing=[missing(lack) for lack in result.missing],
        hints=[cut(printable(hint), MESSAGE) for hint in result.hints],
        open=sum(one.waived is None for one in result.findings),
    )


def _rule(result: Result) -> list[tuple[str, str]]:
    policy = result.policy
    rule = [("about", printable(result.resource))] if result.resource else []
    rule += [("where", printable_lines(policy.where))] if policy.where else []
    rule.append(("assert" if result.resource else "attestation", printable_lines(policy.source)))
    rule += [(f"params.{printable(name)}", value(one)) for name, one in policy.params.items()]
    return rule


def _finding(finding: Finding, *, compared: bool) -> FindingView:
    states = ((finding.waived is not None, "waived"), (finding.known, "known"), (compared, "new"))
    return FindingView(
        id=printable(finding.id),
        who=_who(finding.record),
        message=message(finding),
        evidence=_evidence(finding.evidence),
        failed=[printable_lines(source) for source in finding.failed],
        waiver=waiver(finding.waived) if finding.waived else "",
        state=next((state for holds, state in states if holds), "open"),
    )


def _near(near: NearMiss) -> Near:
    return Near(
        who=_who(near.record),
        met=near.met,
        of=near.of,
        failed=[printable_lines(source) for source in near.failed],
        evidence=_evidence(near.evidence),
    )


def _evidence(evidence: Iterable[Evidence]) -> list[tuple[str, str]]:
    return [(printable(one.path), _found(one.value)) for one in evidence]


def _found(found: object) -> str:
    """A value as JSON; a list with one element a line."""
    if not isinstance(found, list | tuple) or len(found) < 2:
        return value(found)
    rest = [f"… and {len(found) - ELEMENTS:,} more"] if len(found) > ELEMENTS else []
    return "\n".join([*map(value, found[:ELEMENTS]), *rest])


def _unjudged(unjudged: Iterable[Unjudged]) -> list[UnjudgedView]:
    """Those with the same reason together."""
    groups: dict[tuple[Status, str, str], list[Who]] = {}
    for one in unjudged:
        groups.setdefault((one.status, one.reason, one.expression), []).append(_who(one.record))
    return [
        UnjudgedView(status_name(status), cut(printable(reason), MESSAGE), printable_lines(expression), whos)
        for (status, reason, expression), whos in groups.items()
    ]


def _who(record: Record) -> Who:
    name = _name(record.name) or printable(record.resource)
    return Who(name, "" if record.id in (WHOLE, record.name) else _name(record.id))


def _name(text: str) -> str:
    return cut(printable(text), NAME)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in printable_lines(text).split("\n\n") if part.strip()]
