"""S3, Entra Connect Sync has stopped: on the demo tenant it did, a day ago."""

from __future__ import annotations

import pytest

from scanner.model import Status
from tests.policies.conftest import DemoScan


def test_the_last_synchronisation_is_too_old_and_the_finding_says_where_to_look(demo: DemoScan) -> None:
    assert dict(demo.findings("directory-sync-recent")) == {
        "Contoso": "Last synchronised: 2026-10-31 00:00 UTC. Look at the service ADSync on the server of Entra Connect "
        "Sync (events 7000 and 7031) and start it"
    }
    remediation = demo.result("directory-sync-recent").policy.remediation
    for word in ("Get-Service ADSync", "7000", "7031", "Start-Service ADSync", "Start-ADSyncSyncCycle"):
        assert word in remediation


def test_so_are_the_password_hashes(demo: DemoScan) -> None:
    assert list(demo.findings("password-hash-sync-recent")) == ["Contoso"]
    assert demo.status("password-hash-sync-on") is Status.PASS


def test_the_user_with_a_provisioning_error_is_named_with_its_value(demo: DemoScan) -> None:
    [(name, message)] = demo.findings("users-sync-without-errors").items()
    assert name == "payroll.clerk010@contoso.example"
    assert "PropertyConflict of ProxyAddresses, value SMTP:meeting.room.2@contoso.example" in message
    assert demo.status("groups-sync-without-errors") is Status.PASS


@pytest.mark.parametrize("policy", ["directory-sync-recent", "password-hash-sync-recent", "users-sync-without-errors"])
def test_the_policies_say_which_recommendation_they_serve(demo: DemoScan, policy: str) -> None:
    assert "S3" in demo.result(policy).policy.controls["tenantlint"]
