"""Waivers at work: which findings are accepted, and which waivers have no finding or have run out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from scanner.model import Finding, Result, Status, Waived
from scanner.policy.model import Policy
from scanner.policy.waivers import Waiver


class Waivers:
    """The configured waivers, the day they are judged on, and what became of each."""

    def __init__(self, waivers: Sequence[Waiver], policies: Iterable[Policy], now: datetime) -> None:
        self._today = now.date()
        ids = {name: policy.id for policy in policies for name in (policy.id, *policy.aliases)}
        self._known = frozenset(ids.values())
        # Where two are for the same finding, by an id and by its alias, the one that lasts longer counts.
        self._waivers = {
            (ids.get(waiver.policy, waiver.policy), waiver.record): waiver
            for waiver in sorted(waivers, key=lambda waiver: waiver.expires)
        }
        self._used: set[tuple[str, str]] = set()

    def apply(self, policy: Policy, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, those with a waiver in date marked as waived."""
        return tuple(self._one(policy, finding) for finding in findings)

    def _one(self, policy: Policy, finding: Finding) -> Finding:
        key = (policy.id, finding.record.id)
        waiver = self._waivers.get(key)
        if waiver is None:
            return finding
        self._used.add(key)
        if waiver.expires < self._today:
            return finding
        waived = Waived(waiver.reason, waiver.approver, waiver.expires.isoformat(), waiver.ticket)
        return msgspec.structs.replace(finding, waived=waived)

    def notes(self, results: Iterable[Result]) -> tuple[str, ...]:
        """Waivers a reader must know of: expired, unused, or for a policy that was not evaluated.

        Where a policy is not decided, nobody can say that its waivers are of no use.
        """
        undecided = {result.policy.id for result in results if result.status in (Status.UNKNOWN, Status.ERROR)}
        keys = sorted(self._waivers)
        return tuple(note for key in keys if (note := self._note(key, self._waivers[key], key[0] in undecided)))

    def _note(self, key: tuple[str, str], waiver: Waiver, undecided: bool) -> str:
        name = f"The waiver of {waiver.policy} for {waiver.record}"
        if key[0] not in self._known:
            return f"{name} is for a policy that was not evaluated."
        if waiver.expires < self._today:
            return f"{name} expired on {waiver.expires}."
        if key not in self._used and not undecided:
            return f"{name} has no finding to waive."
        return ""
