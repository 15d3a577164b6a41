"""Waivers and attestations stay with a policy that has been renamed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scanner.policy.waivers import Attestation, Declarations, Waiver, under_current_ids
from tests.policy.examples import NAME, POLICY, load, put


def test_declarations_for_an_alias_count_for_the_policy(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    waivers = tuple(
        Waiver(policy, "1", "reason", "approver", date(2026, 12, 31))
        for policy in ("administrators-few", NAME, "other")
    )
    attestations = (Attestation("administrators-few", "duty manager", date(2026, 6, 30)),)
    found = under_current_ids(Declarations(waivers=waivers, attestations=attestations), load(tmp_path))
    assert [waiver.policy for waiver in found.waivers] == [NAME, NAME, "other"]
    assert [attestation.policy for attestation in found.attestations] == [NAME]
    assert found.waivers[1:] == waivers[1:]
