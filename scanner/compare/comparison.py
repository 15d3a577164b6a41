"""What changed from one scan to the next, finding by finding and policy by policy.

Findings are matched by their ids, which renaming a record or reordering a snapshot does not change. A finding that is
gone counts as fixed only where its record was judged again: one that could not be read is never taken for clean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from scanner.model import Evidence, Finding, PolicyInfo, Result, Scan, Status, Waived


class Change(StrEnum):
    """What became of a finding."""

    NEW = "new"
    """It was not there before, or it was waived and is not any more."""
    CHANGED = "changed"
    """It is still there, with other values or another waiver."""
    SAME = "same"
    FIXED = "fixed"
    """Its record was judged again and does not break the policy."""
    NOT_JUDGED = "not_judged"
    """Whether it is still there could not be found out, or is not asked any more."""


class ChangedValue(msgspec.Struct, frozen=True):
    """A value of the evidence that is not what it was; None stands for one that is not read any more, too."""

    path: str
    """As written in the policy: ``user.userPrincipalName``."""
    before: object
    """As the earlier scan found it."""
    after: object
    """As the later scan found it."""


class FindingChange(msgspec.Struct, frozen=True):
    """One finding of either scan, and what became of it."""

    change: Change
    """What became of it."""
    policy: PolicyInfo
    """As in the later scan; as in the earlier one where that has no such policy."""
    finding: Finding
    """As in the later scan; as in the earlier one where that has no such finding."""
    reason: str = ""
    """Why, in words, where the kind of change does not say it."""
    values: tuple[ChangedValue, ...] = ()
    """Values of the evidence that are different."""


class PolicyChange(msgspec.Struct, frozen=True):
    """One policy that has another status, or is not the policy it was."""

    id: str
    """Name of the policy."""
    title: str
    """The required state, in one sentence."""
    before: Status | None
    """None for a policy that the earlier scan does not have."""
    after: Status | None
    """None for a policy that the later scan does not have."""
    edited: tuple[str, ...] = ()
    """What of the policy itself is different: ``severity``, ``rule``, ``parameters``."""


class Side(msgspec.Struct, frozen=True):
    """What tells one of the two scans."""

    collected_at: str
    """RFC 3339, of its snapshot."""
    tool_version: str
    """Of the tenantlint that checked."""
    policies: int
    """How many were checked."""
    findings: int
    """Those that are not waived."""
    waived: int = 0
    """Findings that are waived."""


class Comparison(msgspec.Struct, frozen=True):
    """The later scan beside the earlier one."""

    tenant_id: str
    """Of the later scan."""
    tenant_name: str
    """Of the later scan. Untrusted text."""
    before: Side
    """The earlier scan."""
    after: Side
    """The later scan."""
    findings: tuple[FindingChange, ...]
    """By kind of change in the order of ``Change``, the worst policy first."""
    policies: tuple[PolicyChange, ...]
    """By id."""
    notes: tuple[str, ...] = ()
    """What a reader must know besides: other tenants, versions, the wrong order."""

    def of(self, change: Change) -> tuple[FindingChange, ...]:
        """The findings that this became of."""
        return tuple(one for one in self.findings if one.change is change)


def compare(before: Scan, after: Scan) -> Comparison:
    """What changed from ``before`` to ``after``."""
    old, new = _by_id(before), _by_id(after)
    order = list(Change)
    changes = sorted(
        (*_present(old, new), *_gone(old, new)),
        key=lambda one: (
            order.index(one.change),
            one.policy.severity.rank,
            one.policy.id,
            one.finding.record.resource,
            one.finding.record.id,
        ),
    )
    return Comparison(
        tenant_id=after.tenant_id,
        tenant_name=after.tenant_name,
        before=_side(before),
        after=_side(after),
        findings=tuple(changes),
        policies=tuple(_policies(old, new)),
        notes=tuple(_notes(before, after)),
    )


def open_findings(scan: Scan) -> frozenset[str]:
    """Ids of the findings that are not waived."""
    return frozenset(one.id for result in scan.results for one in result.findings if one.waived is None)


@dataclass(frozen=True)
class _Judged:
    """A result with its findings by id."""

    result: Result
    findings: Mapping[str, Finding]


def _by_id(scan: Scan) -> Mapping[str, _Judged]:
    return {one.policy.id: _Judged(one, {found.id: found for found in one.findings}) for one in scan.results}


def _present(old: Mapping[str, _Judged], new: Mapping[str, _Judged]) -> Iterator[FindingChange]:
    for key, judged in new.items():
        earlier = old.get(key)
        for finding in judged.findings.values():
            before = earlier.findings.get(finding.id) if earlier else None
            if before is None:
                yield FindingChange(Change.NEW, judged.result.policy, finding, _why_new(earlier, finding))
            else:
                yield _kept(judged.result.policy, before, finding)


def _why_new(earlier: _Judged | None, finding: Finding) -> str:
    if earlier is None:
        return "The policy was not checked before."
    if earlier.result.status in (Status.UNKNOWN, Status.ERROR) or finding.record.id in _unjudged(earlier.result):
        return "It could not be judged before."
    if finding.waived is not None:
        return "It is waived."
    return ""


def _kept(policy: PolicyInfo, before: Finding, after: Finding) -> FindingChange:
    values = tuple(_values(before.evidence, after.evidence))
    if before.waived is not None and after.waived is None:
        return FindingChange(Change.NEW, policy, after, f"It was waived until {before.waived.expires}.", values)
    reason = "" if before.waived == after.waived else _waiver(after.waived)
    change = Change.CHANGED if values or reason else Change.SAME
    return FindingChange(change, policy, after, reason, values)


def _waiver(waived: Waived | None) -> str:
    return f"It is waived until {waived.expires}." if waived else ""


def _values(before: tuple[Evidence, ...], after: tuple[Evidence, ...]) -> Iterator[ChangedValue]:
    """Values that both read and found to be different."""
    found = {one.path: one.value for one in before}
    for one in after:
        if one.path in found and found[one.path] != one.value:
            yield ChangedValue(one.path, found[one.path], one.value)


def _gone(old: Mapping[str, _Judged], new: Mapping[str, _Judged]) -> Iterator[FindingChange]:
    for key, judged in old.items():
        later = new.get(key)
        for finding in judged.findings.values():
            if later is None:
                reason = "The policy is not checked any more."
                yield FindingChange(Change.NOT_JUDGED, judged.result.policy, finding, reason)
            elif finding.id not in later.findings:
                reason = _why_not_judged(later.result, finding)
                change = Change.NOT_JUDGED if reason else Change.FIXED
                yield FindingChange(change, later.result.policy, finding, reason)


def _why_not_judged(later: Result, finding: Finding) -> str:
    """Why the absence of the finding says nothing; empty where its record was judged, or is not there any more."""
    if later.status in (Status.UNKNOWN, Status.ERROR, Status.MANUAL, Status.NOT_APPLICABLE):
        return later.summary
    unjudged = _unjudged(later)
    if finding.record.id in unjudged:
        return unjudged[finding.record.id]
    if later.missing:
        return "Not all was read: " + "; ".join(f"{lack.resource} ({lack.reason})" for lack in later.missing) + "."
    return ""


def _unjudged(result: Result) -> Mapping[str, str]:
    return {one.record.id: one.reason for one in result.unjudged}


def _policies(old: Mapping[str, _Judged], new: Mapping[str, _Judged]) -> Iterator[PolicyChange]:
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        shown = (after or before or new[key]).result.policy
        edited = tuple(_edited(before.result.policy, after.result.policy)) if before and after else ()
        was, is_now = (one.result.status if one else None for one in (before, after))
        if edited or was is not is_now:
            yield PolicyChange(key, shown.title, was, is_now, edited)


def _edited(before: PolicyInfo, after: PolicyInfo) -> Iterator[str]:
    if before.severity is not after.severity:
        yield "severity"
    if (before.source.split(), before.where.split()) != (after.source.split(), after.where.split()):
        yield "rule"
    if before.params != after.params:
        yield "parameters"


def _side(scan: Scan) -> Side:
    waived = sum(one.waived is not None for result in scan.results for one in result.findings)
    return Side(scan.collected_at, scan.tool_version, len(scan.results), len(open_findings(scan)), waived)


def _notes(before: Scan, after: Scan) -> Iterator[str]:
    if before.tenant_id != after.tenant_id:
        yield f"These are two tenants: {before.tenant_id or 'unknown'} and {after.tenant_id or 'unknown'}."
    if _time(before) > _time(after):
        yield "The first of the two was collected later than the second."
    if before.tool_version != after.tool_version:
        yield f"They were made by different versions: {before.tool_version} and {after.tool_version}."


def _time(scan: Scan) -> datetime:
    """When the snapshot was made; the beginning of time for one that does not say."""
    try:
        return msgspec.convert(scan.collected_at, datetime).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
