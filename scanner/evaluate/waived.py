"""Waivers at work: which findings are accepted, and which waivers a reader must know of.

A waiver counts by the id of its record. Its name is for people: where the record bears another one by now, the waiver
still counts, and a note says so, since somebody should look whether it is still the thing that was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec

from scanner.evaluate.sought import Sought
from scanner.model import Finding, Note, NoteKind, Record, Result, Status, Waived
from scanner.policy.model import Policy, Rule
from scanner.policy.waivers import Waiver, plain

SOON = timedelta(days=14)
"""How long before their end waivers and attestations are announced."""

Seek: TypeAlias = Callable[[Mapping[str, Sequence[Waiver]], Mapping[str, Policy]], Mapping[str, Sought]]
"""Looks up the records of waivers, given by the id of their policy; leaves out policies whose resource was not read."""
_Key: TypeAlias = tuple[str, str]
"""Id of the policy, id of the record."""


class Waivers:
    """The configured waivers, the day they are judged on, and what became of each."""

    def __init__(
        self, waivers: Sequence[Waiver], policies: Iterable[Policy], now: datetime, elsewhere: Collection[str] = ()
    ) -> None:
        """``elsewhere``: names of policies that exist and are not evaluated, whose waivers are no mistake."""
        self._today = now.date()
        self._elsewhere = frozenset(elsewhere)
        self._policies = {policy.id: policy for policy in policies}
        ids = {name: policy.id for policy in self._policies.values() for name in (policy.id, *policy.aliases)}
        # Where two are for the same finding, by an id and by its alias, the one that lasts longer counts.
        self._waivers: dict[_Key, Waiver] = {
            (ids.get(waiver.policy, waiver.policy), waiver.record): waiver
            for waiver in sorted(waivers, key=lambda waiver: waiver.expires)
        }
        self._used: dict[_Key, Record] = {}

    def apply(self, policy: Policy, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, those with a waiver in date marked as waived."""
        return tuple(self._one(policy, finding) for finding in findings)

    def _one(self, policy: Policy, finding: Finding) -> Finding:
        key = (policy.id, finding.record.id)
        waiver = self._waivers.get(key)
        if waiver is None:
            return finding
        self._used[key] = finding.record
        if waiver.expires < self._today:
            return finding
        waived = Waived(waiver.reason, waiver.approver, waiver.expires.isoformat(), waiver.ticket)
        return msgspec.structs.replace(finding, waived=waived)

    def notes(self, results: Iterable[Result], seek: Seek) -> tuple[Note, ...]:
        """Waivers a reader must know of: mistaken, expired, unused, soon to end.

        Where a policy is not decided, nobody can say that its waivers are of no use.
        """
        undecided = {result.policy.id for result in results if result.status in (Status.UNKNOWN, Status.ERROR)}
        sought = self._sought(undecided, seek)
        return tuple(note for key in sorted(self._waivers) for note in self._notes(key, undecided, sought.get(key[0])))

    def _sought(self, undecided: Collection[str], seek: Seek) -> Mapping[str, Sought]:
        """What there is to know of the records of those waivers that raise a question."""
        asked: dict[str, list[Waiver]] = {}
        for key, waiver in self._waivers.items():
            used = self._used.get(key)
            if self._has_rule(key[0]) and key[0] not in undecided and (used is None or _renamed(waiver, (used.name,))):
                asked.setdefault(key[0], []).append(waiver)
        return seek(asked, self._policies)

    def _has_rule(self, policy: str) -> bool:
        return policy in self._policies and isinstance(self._policies[policy].body, Rule)

    def _notes(self, key: _Key, undecided: Collection[str], sought: Sought | None) -> Iterator[Note]:
        waiver = self._waivers[key]
        if key[0] not in self._policies:
            if waiver.policy not in self._elsewhere:
                yield _note(NoteKind.WAIVER_MISTAKEN, waiver, "is for a policy that does not exist.")
        elif not self._has_rule(key[0]):
            yield _note(NoteKind.WAIVER_MISTAKEN, waiver, "is for a policy that is decided by an attestation.")
        elif waiver.expires < self._today:
            yield _note(NoteKind.WAIVER_EXPIRED, waiver, f"expired on {waiver.expires}.")
        elif key in self._used:
            yield from self._used_notes(waiver, sought)
        elif key[0] not in undecided:
            yield _unused(waiver, sought)

    def _used_notes(self, waiver: Waiver, sought: Sought | None) -> Iterator[Note]:
        names = sought.names.get(waiver.record, ()) if sought else ()
        if names and _renamed(waiver, names):
            text = f"counts, but the record's name is {names[0]} now. Check that it is still what was accepted."
            yield _note(NoteKind.WAIVER_MISTAKEN, waiver, text)
        if waiver.expires - self._today <= SOON:
            yield _note(NoteKind.WAIVER_ENDS_SOON, waiver, f"ends on {waiver.expires}.")


def _renamed(waiver: Waiver, names: Iterable[str]) -> bool:
    """Whether the record bears none of the names that the waiver could mean."""
    return bool(waiver.name) and plain(waiver.name) not in map(plain, names)


def _unused(waiver: Waiver, sought: Sought | None) -> Note:
    if sought is None or sought.has(waiver.record):
        return _note(NoteKind.WAIVER_UNUSED, waiver, "has no finding to waive.")
    text = f"is for a record that is not among the {sought.resource}."
    if bearer := sought.bearers.get(plain(waiver.name)):
        text += f" {waiver.name} has the id {bearer}."
    return _note(NoteKind.WAIVER_MISTAKEN, waiver, text)


def _note(kind: NoteKind, waiver: Waiver, text: str) -> Note:
    record = f"{waiver.name} ({waiver.record})" if waiver.name else waiver.record
    return Note(f"The waiver of {waiver.policy} for {record} {text}", kind, waiver.policy, waiver.record)
