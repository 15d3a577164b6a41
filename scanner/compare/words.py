"""What a comparison says, as sections of lines that the text and the Markdown share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from scanner.compare.comparison import Change, Comparison, FindingChange, PolicyChange
from scanner.model import Status
from scanner.report.safe import cut, printable
from scanner.report.words import MESSAGE, counted, label, message, status_name, value

HEADINGS: Mapping[Change, str] = {
    Change.NEW: "New",
    Change.CHANGED: "Changed",
    Change.FIXED: "Fixed",
    Change.NOT_JUDGED: "Not judged any more",
    Change.SAME: "Still there",
}
"""In the order in which they are told."""


def sides(comparison: Comparison) -> tuple[str, str]:
    """The two scans, a sentence each."""
    both = ((comparison.before, "Before"), (comparison.after, "After"))
    first, second = (
        f"{name}: {printable(side.collected_at) or 'no time'}, {counted(side.policies, 'policy')}, "
        f"{counted(side.findings, 'finding')}{f' and {side.waived:,} waived' if side.waived else ''}"
        for side, name in both
    )
    return first, second


def summary(comparison: Comparison) -> str:
    """``2 new, 1 fixed, 14 still there``: what there is of each kind."""
    numbers = {change: len(comparison.of(change)) for change in HEADINGS}
    parts = [f"{number:,} {HEADINGS[change].lower()}" for change, number in numbers.items() if number]
    return ", ".join(parts) or "no findings, before or after"


def by_policy(changes: Sequence[FindingChange]) -> Iterator[tuple[str, list[FindingChange]]]:
    """The findings with a head for each policy: ``high  app-power-not-granted: title``."""
    for _, group in groupby(changes, key=lambda one: one.policy.id):
        found = list(group)
        policy = found[0].policy
        yield f"{policy.severity}  {printable(policy.id)}: {printable(policy.title)}", found


def name(change: FindingChange) -> str:
    """Which record."""
    return label(change.finding.record)


def told(change: FindingChange) -> Iterator[str]:
    """What is to be said of one finding, a sentence each."""
    if change.change in (Change.NEW, Change.CHANGED):
        yield message(change.finding)
    for one in change.values:
        yield f"{printable(one.path)}: {value(one.before)} → {value(one.after)}"
    if change.reason:
        yield cut(printable(change.reason), MESSAGE)


def policy_line(change: PolicyChange) -> str:
    """``mfa-for-everybody: fail → pass; its rule was edited``."""
    parts = []
    if change.before is not change.after:
        parts.append(f"{_status(change.before, 'not there')} → {_status(change.after, 'not there')}")
    if change.edited:
        parts.append(f"edited: {', '.join(change.edited)}")
    return f"{printable(change.id)}: {'; '.join(parts)}"


def _status(status: Status | None, absent: str) -> str:
    return absent if status is None else status_name(status)
