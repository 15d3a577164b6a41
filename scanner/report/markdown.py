"""Markdown for tickets and pull requests: the worst first, short enough to be posted, the rest counted.

GitHub takes 65,536 characters for a comment and Azure DevOps 150,000
(https://learn.microsoft.com/azure/devops/repos/git/pull-requests), so the report keeps below 60,000. It uses headings,
lists and one table, which both of them, GitLab and Jira's editor know, and no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Result, Scan, Severity, Status
from scanner.report.safe import NAME, cut, printable
from scanner.report.words import (
    MESSAGE,
    SECTIONS,
    by_severity,
    counted,
    label,
    message,
    missing,
    ordered,
    status_name,
    totals,
    violations,
    waiver,
)

LIMIT = 60_000
"""Characters of the whole report."""
RECORDS = 10
"""Records that are listed of one policy."""
_RESERVED = 1_000
"""Characters kept for what is said at the end."""

_MARKUP = re.compile(r"[\\`*_\[\]<|~@#]|&(?=#?\w+;)|:(?=//)|(?<=www)\.|^[-+=>]|(?<=^\d)[.)]", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """``text`` as Markdown that shows it and does nothing: @ and # would call people and issues, addresses be links."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))


def render(scan: Scan) -> str:
    """The scan as Markdown of at most ``LIMIT`` characters."""
    scan = ordered(scan)
    parts = ["\n".join(_head(scan))]
    room = LIMIT - _RESERVED - len(parts[0])
    left: list[Result] = []
    for heading, statuses in SECTIONS:
        results = by_severity(tuple(one for one in scan.results if one.status in statuses))
        title = f"\n## {heading}\n"
        for result in results:
            text = title + "\n".join(_result(result))
            if left or len(text) + 1 > room:
                left.append(result)
                continue
            title = ""
            parts.append(text)
            room -= len(text) + 1
    parts.extend(_left_out(left))
    return "\n".join(parts) + "\n"


def _head(scan: Scan) -> Iterator[str]:
    tenant = escape_markdown(cut(printable(scan.tenant_name or scan.tenant_id), NAME)) or "Tenant"
    yield from (f"# {tenant}: {totals(scan)}", "")
    failed = violations(scan)
    if failed:
        yield from (f"Violations: {failed}.", "")
    if scan.baseline is not None:
        since = escape_markdown(scan.baseline.collected_at) or "the baseline"
        yield from (f"Since {since}: {scan.baseline.new:,} new, {scan.baseline.fixed:,} fixed.", "")
    yield from ("| | " + " | ".join(Severity) + " |", "|---" * (len(Severity) + 1) + "|")
    for status in Status:
        found = [one.policy.severity for one in scan.results if one.status is status]
        numbers = [found.count(level) for level in Severity]
        if any(numbers):
            yield f"| {status_name(status)} | " + " | ".join(str(number or "") for number in numbers) + " |"
    yield ""
    taken = scan.collected_at and f"snapshot of {scan.collected_at}"
    about = [f"tenantlint {scan.tool_version}".strip(), scan.tenant_id, taken]
    yield " · ".join(escape_markdown(cut(part, NAME)) for part in about if part)
    lacks = [f"Could not be read: {missing(lack)}" for lack in scan.incomplete]
    notes = [*lacks, *(cut(note.text, MESSAGE) for note in scan.notes)]
    if notes:
        yield ""
        yield from (f"- {escape_markdown(note)}" for note in notes[:RECORDS])
        yield from _rest(len(notes), "note", "")


def _result(result: Result) -> Iterator[str]:
    policy = result.policy
    known = ", as in the baseline" if result.known else ""
    status = f"{status_name(result.status)}{known}"
    yield f"\n### {policy.severity}: {escape_markdown(cut(policy.title, NAME))}"
    yield ""
    yield f"{escape_markdown(policy.id)} · {status} · {escape_markdown(cut(result.summary, NAME * 2))}"
    yield ""
    findings = [one for one in result.findings if one.waived is None]
    for finding in findings[:RECORDS]:
        new = " (new)" if not finding.known and any(one.known for one in findings) else ""
        said = escape_markdown(message(finding))
        yield f"- {escape_markdown(label(finding.record))}{new}: {said} (finding {escape_markdown(finding.id)})"
    yield from _rest(len(findings), "finding", "- ")
    accepted = [waiver(one.waived) for one in result.findings if one.waived is not None]
    if accepted:
        yield f"- {counted(len(accepted), 'finding')} waived, the first {escape_markdown(accepted[0])}"
    if result.unjudged:
        one = result.unjudged[0]
        number = counted(len(result.unjudged), "record")
        said = f"{number} could not be judged, the first {label(one.record)}: {cut(one.reason, NAME)}"
        yield f"- {escape_markdown(said)}"
    yield from (f"- Not collected: {escape_markdown(missing(lack))}" for lack in result.missing[:RECORDS])
    if policy.remediation.strip() and result.status in (Status.FAIL, Status.MANUAL):
        yield ""
        yield f"**Fix:** {escape_markdown(' '.join(policy.remediation.split()))}"


def _rest(number: int, what: str, mark: str) -> Iterator[str]:
    if number > RECORDS:
        yield f"{mark}… and {counted(number - RECORDS, 'more ' + what)}"


def _left_out(left: list[Result]) -> Iterator[str]:
    if left:
        findings = sum(one.waived is None for result in left for one in result.findings)
        yield (
            f"\n… {counted(len(left), 'more policy')} with {counted(findings, 'finding')} left out; "
            "the JSON and HTML reports have all."
        )
