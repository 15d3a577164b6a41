"""Workflow commands of GitHub Actions: annotations at the policies' lines, for runs that cannot upload SARIF.

GitHub shows ten errors, ten warnings and ten notices of a step
(https://docs.github.com/en/actions/reference/limits), so each policy is one annotation, the worst first, and what does
not fit is counted in the last. Text is escaped as the toolkit does it: ``%``, carriage returns and newlines, in
properties colons and commas too.
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.model import NoteKind, Result, Scan, Severity, Status
from scanner.report.safe import cut, printable
from scanner.report.words import NOT_DECIDED, by_severity, counted, label, message, ordered, status_name, totals

MAX = 10
"""Annotations of one level that GitHub shows."""
RECORDS = 5
"""Records named in one annotation."""
_LENGTH = 2_000
"""Characters of one annotation."""


def render(scan: Scan) -> str:
    """One command a line; the last is a notice with the numbers."""
    scan = ordered(scan)
    failing = by_severity(tuple(one for one in scan.results if one.status is Status.FAIL and not one.known))
    severe = [one for one in failing if one.policy.severity in (Severity.CRITICAL, Severity.HIGH)]
    others = [one for one in failing if one not in severe]
    undecided = by_severity(tuple(one for one in scan.results if one.status in NOT_DECIDED and not one.known))
    lines = [*_commands("error", severe), *_commands("warning", [*others, *undecided])]
    lines += _decisions(scan)
    lines.append(f"::notice title=tenantlint::{_data(totals(scan))}")
    return "\n".join(lines) + "\n"


def _decisions(scan: Scan) -> Iterator[str]:
    """What is to be said of waivers and attestations, in one notice: GitHub shows few."""
    said = [printable(note.text) for note in scan.notes if note.kind is not NoteKind.RUN]
    if said:
        yield f"::notice title=tenantlint::{_data(cut(chr(10).join(said), _LENGTH))}"


def _commands(level: str, results: Sequence[Result]) -> Iterator[str]:
    shown = results if len(results) <= MAX else results[: MAX - 1]
    yield from (_command(level, result) for result in shown)
    if len(shown) < len(results):
        left = counted(len(results) - len(shown), "more policy")
        yield f"::{level} title=tenantlint::{_data(f'{left}; the other reports have all.')}"


def _command(level: str, result: Result) -> str:
    policy = result.policy
    place = f"file={_property(policy.path)},line={max(policy.line, 1)}," if policy.path else ""
    title = _property(f"{policy.severity} {status_name(result.status)}: {policy.id}")
    return f"::{level} {place}title={title}::{_data(_text(result))}"


def _text(result: Result) -> str:
    found = [one for one in result.findings if one.waived is None and not one.known]
    lines = [printable(result.policy.title), printable(result.summary)]
    lines += [f"- {label(one.record)}: {message(one)} (finding {printable(one.id)})" for one in found[:RECORDS]]
    if len(found) > RECORDS:
        lines.append(f"and {counted(len(found) - RECORDS, 'more finding')}")
    return cut("\n".join(lines), _LENGTH)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
