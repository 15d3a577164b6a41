"""Policies that no API shows: a dated human statement decides them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from scanner.evaluate.verdict import Verdict
from scanner.evaluate.waived import SOON
from scanner.model import Note, NoteKind, Status
from scanner.policy.model import Attested, Policy
from scanner.policy.waivers import Attestation


def decide_attested(policy: Policy, body: Attested, attestations: Sequence[Attestation], now: datetime) -> Verdict:
    """``pass`` while an attestation is in date at ``now``, else ``manual``, saying since when.

    The latest one counts that was there at ``now``: an old snapshot gets its old verdict again when a new statement has
    been made since.
    """
    made = _made(policy, attestations)
    if not made:
        return Verdict(Status.MANUAL, f"Needs an attestation: {body.statement}")
    latest = _latest(made, now)
    if latest is None:
        return Verdict(Status.MANUAL, f"The attestation is dated {made[0].date}, after the snapshot: {body.statement}")
    until = _until(latest, body)
    if now.date() > until:
        return Verdict(Status.MANUAL, f"The attestation of {latest.date} lapsed on {until}: {body.statement}")
    return Verdict(Status.PASS, f"Attested by {latest.person} on {latest.date}, valid until {until}.")


def attestation_notes(
    attestations: Sequence[Attestation], policies: Iterable[Policy], now: datetime, elsewhere: Collection[str] = ()
) -> Iterator[Note]:
    """Attestations a reader must know of: those for no policy that was evaluated, for one that needs none, that claim
    to hold for longer than their policy takes, or that lapse soon.

    ``elsewhere``: names of policies that exist and are not evaluated, whose attestations are no mistake.
    """
    named = {name: policy for policy in policies for name in (policy.id, *policy.aliases)}
    for given in attestations:
        policy = named.get(given.policy)
        if policy is None:
            if given.policy not in elsewhere:
                yield _note(NoteKind.ATTESTATION_MISTAKEN, given, "is for a policy that does not exist.")
        elif not isinstance(policy.body, Attested):
            yield _note(NoteKind.ATTESTATION_MISTAKEN, given, "is for a policy that needs none.")
        else:
            most = policy.body.valid_for.days
            if given.valid_days > most:
                text = f"says {given.valid_days} days, but the policy takes {most} at most."
                yield _note(NoteKind.ATTESTATION_MISTAKEN, given, text)
            until = _until(given, policy.body)
            if given is _latest(_made(policy, attestations), now) and timedelta() <= until - now.date() <= SOON:
                yield _note(NoteKind.ATTESTATION_ENDS_SOON, given, f"lapses on {until}.")


def _made(policy: Policy, attestations: Iterable[Attestation]) -> list[Attestation]:
    """Those for ``policy``, the oldest first."""
    mine = (one for one in attestations if one.policy in (policy.id, *policy.aliases))
    return sorted(mine, key=lambda one: one.date)


def _latest(made: Sequence[Attestation], now: datetime) -> Attestation | None:
    """The latest of these that was there at ``now``."""
    tomorrow = now.toordinal() + 1  # somewhere on Earth the day is ahead of the one in UTC
    return next((one for one in reversed(made) if one.date.toordinal() <= tomorrow), None)


def _until(given: Attestation, body: Attested) -> date:
    """The last day on which it counts."""
    days = min(body.valid_for, timedelta(days=given.valid_days)) if given.valid_days else body.valid_for
    return given.date + days


def _note(kind: NoteKind, given: Attestation, text: str) -> Note:
    return Note(f"The attestation of {given.policy} by {given.person} {text}", kind, given.policy)
