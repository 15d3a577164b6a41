"""Policies that no API shows: a dated human statement decides them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from scanner.evaluate.verdict import Verdict
from scanner.model import Status
from scanner.policy.model import Attested, Policy
from scanner.policy.waivers import Attestation


def decide_attested(policy: Policy, body: Attested, attestations: Sequence[Attestation], now: datetime) -> Verdict:
    """``pass`` while an attestation is in date at ``now``, else ``manual``, saying since when."""
    dated = sorted(
        (one for one in attestations if one.policy in (policy.id, *policy.aliases)), key=lambda one: one.date
    )
    if not dated:
        return Verdict(Status.MANUAL, f"Needs an attestation: {body.statement}")
    latest = dated[-1]
    given = datetime.combine(latest.date, time(), UTC)
    if given > now + timedelta(days=1):
        return Verdict(Status.MANUAL, f"The attestation is dated {latest.date}, after the snapshot.")
    until = (given + body.valid_for).date()
    if now.date() > until:
        return Verdict(Status.MANUAL, f"The attestation of {latest.date} lapsed on {until}: {body.statement}")
    return Verdict(Status.PASS, f"Attested by {latest.person} on {latest.date}, valid until {until}.")
