"""Policies that no API shows: a dated human statement decides them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from scanner.evaluate.verdict import Verdict
from scanner.model import Status
from scanner.policy.model import Attested, Policy
from scanner.policy.waivers import Attestation


def decide_attested(policy: Policy, body: Attested, attestations: Sequence[Attestation], now: datetime) -> Verdict:
    """``pass`` while an attestation is in date at ``now``, else ``manual``, saying since when.

    The latest one counts that was there at ``now``: an old snapshot gets its old verdict again when a new statement has
    been made since.
    """
    made = sorted((one for one in attestations if one.policy in (policy.id, *policy.aliases)), key=lambda one: one.date)
    if not made:
        return Verdict(Status.MANUAL, f"Needs an attestation: {body.statement}")
    tomorrow = now.toordinal() + 1  # somewhere on Earth the day is ahead of the one in UTC
    dated = [one for one in made if one.date.toordinal() <= tomorrow]
    if not dated:
        return Verdict(Status.MANUAL, f"The attestation is dated {made[0].date}, after the snapshot: {body.statement}")
    latest = dated[-1]
    until = latest.date + body.valid_for
    if now.date() > until:
        return Verdict(Status.MANUAL, f"The attestation of {latest.date} lapsed on {until}: {body.statement}")
    return Verdict(Status.PASS, f"Attested by {latest.person} on {latest.date}, valid until {until}.")


def attestation_notes(attestations: Iterable[Attestation], policies: Iterable[Policy]) -> tuple[str, ...]:
    """Attestations a reader must know of: those for no policy that was evaluated, or for one that needs none."""
    attested = {name: isinstance(one.body, Attested) for one in policies for name in (one.id, *one.aliases)}
    return tuple(
        f"The attestation of {given.policy} by {given.person} is for a policy that "
        + ("needs none." if given.policy in attested else "was not evaluated.")
        for given in attestations
        if not attested.get(given.policy)
    )
