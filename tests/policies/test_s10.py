"""S10 on Contoso: the groups for Windows 365, by what their rules mean and whom they select."""

from __future__ import annotations

import pytest

from scanner.demo.contoso import hostile
from scanner.demo.contoso.licenses import CLOUD_PC_1, CLOUD_PC_8
from scanner.model import Status
from scanner.report.safe import printable
from tests.policies.conftest import DemoScan

BOTH = hostile.NAMES["newlines"]

FINDINGS = {
    "cloud-pc-groups-dynamic": {"Windows 365 by hand", "Windows 365 licence"},
    "cloud-pc-rule-running": {"Windows 365 paused"},
    "cloud-pc-rule-satisfiable": {"Windows 365 broken", BOTH},
    "cloud-pc-rule-names-owned-plan": {"Windows 365 other size", "Windows 365 department"},
    "cloud-pc-rule-asks-enabled": {"Windows 365 any state"},
    "cloud-pc-plans-covered": {CLOUD_PC_8.name},
    "cloud-pc-members-match-rule": {"Windows 365 stale"},
}
RIGHT = ("Windows 365 users", "Windows 365 engineers")


@pytest.mark.parametrize("policy", FINDINGS)
def test_what_is_wrong_is_found_by_name(demo: DemoScan, policy: str) -> None:
    found = demo.findings(policy)
    assert demo.status(policy) is Status.FAIL
    assert {printable(name) for name in found} == {printable(name) for name in FINDINGS[policy]}
    assert not set(found) & set(RIGHT)


def test_messages_say_what_is_wrong(demo: DemoScan) -> None:
    assert demo.findings("cloud-pc-members-match-rule") == {
        "Windows 365 stale": "Windows 365 stale lacks 1 and has 1 too many of those whom its rule selects"
    }
    assert demo.findings("cloud-pc-plans-covered") == {
        CLOUD_PC_8.name: f"No group selects users by {CLOUD_PC_8.name}, {CLOUD_PC_8.id}"
    }
    plans = demo.findings("cloud-pc-rule-names-owned-plan")
    assert plans["Windows 365 department"].startswith("The rule of Windows 365 department selects by no plan: ")
    assert "names a plan that is no Cloud PC plan of this tenant: " in plans["Windows 365 other size"]
    assert CLOUD_PC_1.id in plans["Windows 365 other size"]
    rules = demo.findings("cloud-pc-rule-satisfiable")
    assert "is wrong in column 39: " in rules["Windows 365 broken"]
    (other,) = (message for name, message in rules.items() if name != "Windows 365 broken")
    assert "asks one plan for what no plan can be: user.assignedPlans -any (" in other
