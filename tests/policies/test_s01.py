"""S1 on Contoso: whether somebody is told when a break-glass account signs in, and what keeps it from being so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.config import load_config
from scanner.demo.run import CONFIG
from scanner.model import Status
from scanner.snapshot import Snapshot
from scanner.tenant.base import Row
from scanner.tenant.monitoring.chain import SignInAlert
from scanner.tenant.tenant import Tenant
from tests.policies.conftest import DemoScan
from tests.tenant.sample import Json

ORCHID = "orchid@contoso.onmicrosoft.com"
EMERGENCY = "emergency-admin@contoso.example"
JUNIPER = "juniper@contoso.onmicrosoft.com"


def test_sign_in_logs_go_to_a_workspace(demo: DemoScan) -> None:
    assert demo.status("sign-in-logs-exported") is Status.PASS


def test_each_account_without_a_working_alert_is_found_with_what_is_broken(demo: DemoScan) -> None:
    found = demo.findings("break-glass-sign-in-alert")
    assert demo.status("break-glass-sign-in-alert") is Status.FAIL
    assert set(found) == {EMERGENCY, JUNIPER}
    assert "None of 3 alert rules over the workspace 'security' selects this account" in found[JUNIPER]
    assert "3 subscriptions were seen" in found[JUNIPER]
    assert "`where ResultType != 0` leaves the sign-in out" in found[EMERGENCY]
    assert "evaluated every 60 minutes only" in found[EMERGENCY]
    assert "fires on GreaterThan 5 rows" in found[EMERGENCY]
    assert "The action group 'nobody' has no receiver." in found[EMERGENCY]


def test_sign_ins_outside_declared_tests_are_found(demo: DemoScan) -> None:
    assert demo.findings("break-glass-sign-ins-explained") == {
        EMERGENCY: "Emergency Admin (break-glass) (emergency-admin@contoso.example): attempt failed at "
        "2026-10-27T06:00:00Z from 203.0.113.7 to Azure Portal"
    }


def test_a_workspace_that_takes_nothing_in_is_found(demo: DemoScan) -> None:
    (message,) = demo.findings("sign-in-workspace-takes-logs").values()
    assert message == "scratch is sent the sign-in logs and is in the state OverQuota"


def test_limits_that_nobody_chose_are_found(demo: DemoScan) -> None:
    (message,) = demo.findings("sign-in-workspace-limits-chosen").values()
    assert message == "scratch keeps logs for 30 days and has a daily cap of 0.5 GB"


# --- every link of the chain, broken by itself -----------------------------------------------------------------------

Break = Callable[[dict[str, list[Json]]], Any]


def rule(content: dict[str, list[Json]]) -> Json:
    """The properties of the alert rule about orchid."""
    (one,) = (row for row in content["scheduledQueryRules"] if row["name"] == "Break-glass sign-in")
    properties: Json = one["properties"]
    return properties


def condition(content: dict[str, list[Json]]) -> Json:
    """Its one condition."""
    one: Json = rule(content)["criteria"]["allOf"][0]
    return one


def group(content: dict[str, list[Json]]) -> Json:
    """The properties of the action group that it tells."""
    (one,) = (row for row in content["actionGroups"] if row["name"] == "on-call")
    properties: Json = one["properties"]
    return properties


def without_receivers(content: dict[str, list[Json]]) -> None:
    group(content).update({kind: [] for kind in group(content) if kind.endswith("Receivers")})


BREAKS: dict[str, Break] = {
    "diagnosticSetting": lambda content: content["diagnosticSettings"].clear(),
    "workspace": lambda content: [
        row["properties"]["workspaceCapping"].update(dataIngestionStatus="OverQuota") for row in content["workspaces"]
    ],
    "rule": lambda content: rule(content).update(enabled=False),
    "query": lambda content: condition(content).update(
        query=condition(content)["query"].replace("| project", "| where ResultType == 50126 | project")
    ),
    "schedule": lambda content: rule(content).update(evaluationFrequency="PT15M", windowSize="PT15M"),
    "threshold": lambda content: condition(content).update(threshold=2.0),
    "actionGroup": lambda content: group(content).update(enabled=False),
    "receiver": without_receivers,
}


def alert_of_orchid(demo: DemoScan, change: Break) -> SignInAlert:
    """The alert after a change of Contoso's Azure."""
    content: dict[str, list[Json]] = {}
    for path in sorted(Path(demo.snapshot).glob("*.jsonl")):
        content[path.stem] = [json.loads(line) for line in path.read_bytes().splitlines()]
    change(content)
    tenant = Tenant(Snapshot.of(content), load_config(CONFIG).break_glass)
    (user,) = (row["id"] for row in content["users"] if row["userPrincipalName"] == ORCHID)
    found = tenant.fact("user", "signInAlert")(Row(user))
    assert isinstance(found, SignInAlert)
    return found


def test_the_whole_chain_works(demo: DemoScan) -> None:
    found = alert_of_orchid(demo, lambda _: None)
    assert (found.works, found.brokenLink) == (True, None)
    assert (found.ruleName, found.workspaceName, found.actionGroupNames) == (
        "Break-glass sign-in", "security", ["on-call"],
    )  # fmt: skip


@pytest.mark.parametrize("link", BREAKS)
def test_a_broken_link_is_named(demo: DemoScan, link: str) -> None:
    found = alert_of_orchid(demo, BREAKS[link])
    assert (found.works, found.brokenLink, found.brokenLinks) == (False, link, [link])
