"""S4, match on-premises users with cloud users: the export of Contoso's Active Directory beside the demo tenant."""

from __future__ import annotations

import pytest

from scanner.model import Status
from scanner.snapshot import Snapshot
from scanner.tenant.hybrid.matches import AdMatch, ad_matches
from scanner.tenant.tenant import Tenant
from tests.policies.conftest import DemoScan


def matches(demo: DemoScan) -> list[AdMatch]:
    return list(ad_matches(Tenant(Snapshot.open(demo.snapshot))))


def test_each_user_of_active_directory_is_classified(demo: DemoScan) -> None:
    states = {match.samAccountName: (match.state, match.conflict) for match in matches(demo)}
    others = {name: state for name, state in states.items() if state[0] != "hardMatched"}
    assert len(states) - len(others) == 89
    assert others == {
        "service003": ("softMatchCandidate", None),
        "sales009": ("softMatchCandidate", None),
        "t0admin06": ("softMatchCandidate", None),
        "lab004": ("conflict", "otherImmutableId"),
        "reception": ("conflict", "severalCloudUsers"),
        "payroll015": ("conflict", "severalOnPremisesUsers"),
        "payroll015-old": ("conflict", "severalOnPremisesUsers"),
        "svc-backup": ("absent", None),
        "new001": ("absent", None),
        "Administrator": ("absent", None),
        "krbtgt": ("absent", None),
        '=HYPERLINK("http://x")': ("absent", None),
    }


def test_candidates_come_with_the_request_that_matches_them(demo: DemoScan) -> None:
    found = demo.findings("ad-users-hard-matched")
    assert list(found) == [
        "warehouse.worker003@contoso.example",
        "sales009@contoso.example",
        "t0-admin06@contoso.example",
    ]
    assert found["warehouse.worker003@contoso.example"].endswith(
        "To set it: PATCH https://graph.microsoft.com/v1.0/users/1735752e-312d-5f31-be35-517d3e1b780c "
        '{"onPremisesImmutableId": "R+92MomTK1WZbt++bcvs5w=="}'
    )
    assert "have the same smtpAddress" in found["sales009@contoso.example"]
    assert "holds a role, so that Entra does not match it" in found["t0-admin06@contoso.example"]
    assert "holds a role" not in found["sales009@contoso.example"]


def test_conflicts_name_both_sides(demo: DemoScan) -> None:
    found = demo.findings("ad-users-match-one-account")
    assert len(found) == 4
    assert "(otherImmutableId)" in found["lab.analyst004@contoso.example"]
    both = found["former.employee03@contoso.example"]
    assert "former.employee03@contoso.example, meeting.room.1@contoso.example" in both


def test_enabled_users_without_an_account_are_listed_for_information(demo: DemoScan) -> None:
    assert sorted(demo.findings("ad-users-in-tenant")) == [
        "=cmd|'/C calc'!A0@contoso.example",
        "new.employee001@contoso.example",
        "svc-backup@corp.contoso.example",
    ]


@pytest.mark.parametrize("policy", ["hard-match-takeover-blocked", "soft-match-blocked"])
def test_both_ways_of_taking_over_accounts_are_open(demo: DemoScan, policy: str) -> None:
    assert demo.status(policy) is Status.FAIL
    assert "S4" in demo.result(policy).policy.controls["tenantlint"]


def test_administrators_from_active_directory_are_named(demo: DemoScan) -> None:
    assert {"t0-admin03@contoso.example", "emergency-admin@contoso.example"} <= set(
        demo.findings("privileged-users-cloud-only")
    )
