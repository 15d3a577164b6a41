"""The alert on sign-ins: the nearest chain, what is unknown, and how many subscriptions were seen."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.monitoring.chain import SignInAlert
from tests.tenant.sample import Json, lacking, refused, tenant_of, user, value

FACT = "user.signInAlert"
GLASS = BreakGlass(accounts=("birch@contoso.com", "oak@contoso.com"))
WORKSPACE = "/subscriptions/S1/resourceGroups/Logs/providers/Microsoft.OperationalInsights/workspaces/security"
GROUP = "/subscriptions/s1/resourceGroups/logs/providers/microsoft.insights/actionGroups/on-call"
QUERY = 'SigninLogs | where UserId == "birch"'


def setting(workspace: str = WORKSPACE, category: str = "SignInLogs", **properties: object) -> Json:
    logs = [{"category": "AuditLogs", "enabled": True}, {"category": category, "enabled": True}]
    return {"id": f"d/{workspace}", "name": "d", "properties": {"workspaceId": workspace, "logs": logs, **properties}}


def rule(query: str = QUERY, name: str = "birch", **properties: object) -> Json:
    condition = {"query": query, "timeAggregation": "Count", "operator": "GreaterThan", "threshold": 0}
    return {
        "id": f"/subscriptions/s1/providers/microsoft.insights/scheduledqueryrules/{name}",
        "name": name,
        "properties": {
            "enabled": True,
            "scopes": [WORKSPACE.lower()],
            "evaluationFrequency": "PT5M",
            "windowSize": "PT5M",
            "criteria": {"allOf": [condition]},
            "actions": {"actionGroups": [GROUP.upper()]},
            **properties,
        },
    }


def taking(status: str | None) -> Json:
    """The properties of a workspace in this state of ingestion."""
    return {"workspaceCapping": {"dataIngestionStatus": status}}


def content(**changed: object) -> Json:
    receivers = {"enabled": True, "voiceReceivers": [{"name": "v"}]}
    return {
        "users": [user("birch"), user("oak"), user("ann")],
        "subscriptions": [{"id": "/subscriptions/s1", "subscriptionId": "s1"}],
        "diagnosticSettings": [setting()],
        "workspaces": [
            {"id": WORKSPACE.replace("Logs", "logs"), "name": "security", "properties": taking("RespectQuota")}
        ],
        "scheduledQueryRules": [rule()],
        "actionGroups": [{"id": GROUP.lower(), "name": "on-call", "properties": receivers}],
        **changed,
    }


def alert(key: str = "birch", **changed: object) -> SignInAlert:
    found = value(tenant_of(GLASS, **content(**changed)), FACT, key)
    assert isinstance(found, SignInAlert)
    return found


def unknown(**changed: object) -> str:
    """What keeps the alert from being known."""
    return lacking(tenant_of(GLASS, **content(**changed)), FACT, "birch")


def test_ids_are_the_same_in_any_letter_case() -> None:
    found = alert()
    assert found.works
    assert found.text == "The alert rule 'birch' over the workspace 'security' tells the action group on-call."
    assert found.subscriptionsSeen == 1


def test_only_break_glass_accounts_have_one() -> None:
    assert value(tenant_of(GLASS, **content()), FACT, "ann") is None


@pytest.mark.parametrize("scope", [WORKSPACE, f"{WORKSPACE}/"])
def test_a_rule_over_the_workspace_covers_it(scope: str) -> None:
    assert alert(scheduledQueryRules=[rule(scopes=[scope])]).works
    assert alert(scheduledQueryRules=[rule(scopes=["/subscriptions/s1", scope])]).works


@pytest.mark.parametrize("scope", ["/subscriptions/s1/resourceGroups/logs", "/subscriptions/s1", "/subscriptions/s1/"])
def test_whether_a_rule_over_what_the_workspace_is_in_sees_sign_ins_is_unknown(scope: str) -> None:
    assert unknown(scheduledQueryRules=[rule(scopes=[scope])]) == "scheduledQueryRules"
    assert alert(scheduledQueryRules=[rule(scopes=[scope], enabled=False)]).brokenLinks == ["rule"]
    assert alert(scheduledQueryRules=[rule(scopes=[scope]), rule(name="b")]).ruleName == "b"


@pytest.mark.parametrize(
    "scope", ["/subscriptions/s", "/subscriptions/s1/resourceGroups/log", f"{WORKSPACE}2", "", "/"]
)
def test_a_rule_over_something_else_does_not(scope: str) -> None:
    found = alert(scheduledQueryRules=[rule(scopes=[scope])])
    assert (found.brokenLink, found.ruleName) == ("rule", None)
    assert "No alert rule over the workspace 'security' selects this account; 1 subscription was seen." in found.text


def test_one_working_chain_is_enough() -> None:
    rules = [rule(name="a", enabled=False), rule(name="b"), rule("AuditLogs", name="c")]
    other = setting(WORKSPACE.replace("security", "gone"))
    assert alert(scheduledQueryRules=rules, diagnosticSettings=[other, setting()]).ruleName == "b"


def test_the_nearest_chain_is_told() -> None:
    worse = rule(name="a", enabled=False, evaluationFrequency="PT1H", actions=None)
    found = alert(scheduledQueryRules=[worse, rule(name="b", enabled=False), rule("AuditLogs", name="c")])
    assert (found.ruleName, found.brokenLinks) == ("b", ["rule"])


def test_a_rule_for_failed_sign_ins_of_the_account_is_near() -> None:
    rules = [rule(f"{QUERY} and ResultType != 0"), rule("SigninLogs | where UserId == 'oak'", name="oak")]
    found = alert(scheduledQueryRules=rules)
    assert (found.ruleName, found.brokenLink) == ("birch", "query")
    assert alert("oak", scheduledQueryRules=rules).works


def test_a_rule_with_two_conditions_needs_both() -> None:
    both: Any = rule()
    both["properties"]["criteria"]["allOf"].append({"query": "Heartbeat", "timeAggregation": "Count"})
    assert alert(scheduledQueryRules=[both]).works is False


@pytest.mark.parametrize(
    ("properties", "link"),
    [
        ({"enabled": None}, "rule"),
        ({"evaluationFrequency": "PT6M", "windowSize": "PT6M"}, "schedule"),
        ({"evaluationFrequency": "P1D"}, "schedule"),
        ({"windowSize": "PT1M"}, "schedule"),
        ({"windowSize": "PT1M", "overrideQueryTimeRange": "PT1H"}, "schedule"),
        ({"windowSize": "P2D"}, "schedule"),
        ({"windowSize": "PT5M", "overrideQueryTimeRange": "P2D", "autoMitigate": True}, "schedule"),
        ({"overrideQueryTimeRange": "PT2M"}, "schedule"),
        ({"muteActionsDuration": "P2D"}, "schedule"),
        ({"muteActionsDuration": "forever"}, "schedule"),
        ({"criteria": None}, "rule"),
        ({"actions": None}, "actionGroup"),
        ({"actions": {"actionGroups": ["/subscriptions/s1/none"]}}, "actionGroup"),
    ],
)
def test_a_rule_that_tells_nobody_in_time_is_broken(properties: Json, link: str) -> None:
    assert alert(scheduledQueryRules=[rule(**properties)]).brokenLink == link


@pytest.mark.parametrize(
    ("condition", "works"),
    [
        ({"operator": "GreaterThan", "threshold": 0}, True),
        ({"operator": "GreaterThan", "threshold": 0.5}, True),
        ({"operator": "GreaterThanOrEqual", "threshold": 1}, True),
        ({"operator": "GreaterThan", "threshold": 1}, False),
        ({"operator": "GreaterThan", "threshold": -1}, False),
        ({"operator": "GreaterThanOrEqual", "threshold": 0}, False),
        ({"operator": "GreaterThanOrEqual", "threshold": 2}, False),
        ({"operator": "Equals", "threshold": 1}, False),
        ({"operator": "LessThan", "threshold": 1}, False),
        ({"operator": "unknownFutureValue", "threshold": 0}, False),
        ({"operator": "GreaterThan"}, False),
        ({"failingPeriods": {"numberOfEvaluationPeriods": 4, "minFailingPeriodsToAlert": 1}}, True),
        ({"failingPeriods": {"numberOfEvaluationPeriods": 4, "minFailingPeriodsToAlert": 2}}, False),
        ({"dimensions": [{"name": "UserId", "operator": "Include", "values": ["*"]}]}, True),
    ],
)
def test_one_sign_in_must_do_and_none_must_not(condition: Json, works: bool) -> None:
    changed: Any = rule()
    whole = {"query": QUERY, "timeAggregation": "Count", "operator": "GreaterThan", "threshold": 0, **condition}
    if "operator" in condition and "threshold" not in condition:
        del whole["threshold"]
    changed["properties"]["criteria"] = {"allOf": [whole]}
    found = alert(scheduledQueryRules=[changed])
    assert (found.works, found.brokenLink) == (works, None if works else "threshold")


def test_a_rule_for_single_rows_needs_neither_schedule_nor_threshold() -> None:
    simple: Any = rule(evaluationFrequency=None, windowSize=None, criteria={"allOf": [{"query": QUERY}]})
    assert alert(scheduledQueryRules=[{**simple, "kind": "SimpleLogAlert"}]).works
    assert alert(scheduledQueryRules=[{**rule(), "kind": "LogToMetric"}]).brokenLink == "rule"


@pytest.mark.parametrize(
    ("receivers", "works"),
    [
        ({"emailReceivers": [{"name": "a", "status": "Enabled"}]}, True),
        ({"emailReceivers": [{"name": "a", "status": "Disabled"}]}, False),
        ({"emailReceivers": [{"name": "a", "status": "Disabled"}], "smsReceivers": [{"name": "b"}]}, True),
        ({"webhookReceivers": [], "logicAppReceivers": [{"name": "a"}]}, True),
        ({"receiversOfAKindUnknownToday": [{"name": "a"}]}, False),
        ({"newReceivers": [{"name": "a"}]}, True),
        ({"emailReceivers": None}, False),
    ],
)
def test_an_action_group_needs_a_receiver_of_any_kind(receivers: Json, works: bool) -> None:
    groups = [{"id": GROUP, "name": "g", "properties": {"enabled": True, **receivers}}]
    found = alert(actionGroups=groups)
    assert (found.works, found.brokenLink) == (works, None if works else "receiver")


@pytest.mark.parametrize("status", ["OverQuota", "ForceOff", "SubscriptionSuspended", "unknownFutureValue"])
def test_a_workspace_that_takes_nothing_in_breaks_the_chain(status: str) -> None:
    found = alert(workspaces=[{"id": WORKSPACE, "name": "security", "properties": taking(status)}])
    assert (found.brokenLink, status in found.text) == ("workspace", True)


@pytest.mark.parametrize("properties", [None, {}, {"workspaceCapping": {}}, taking(None)])
def test_whether_a_workspace_that_does_not_say_takes_logs_is_unknown(properties: Json | None) -> None:
    assert unknown(workspaces=[{"id": WORKSPACE, "name": "security", "properties": properties}]) == "workspaces"


@pytest.mark.parametrize("properties", [{"windowSize": None}, {"windowSize": "x"}, {"overrideQueryTimeRange": "x"}])
def test_how_far_a_rule_looks_back_without_saying_so_is_unknown(properties: Json) -> None:
    assert unknown(scheduledQueryRules=[rule(**properties)]) == "scheduledQueryRules"


def test_an_alert_that_does_not_resolve_by_itself_is_raised_again_however_far_it_looks_back() -> None:
    assert alert(scheduledQueryRules=[rule(windowSize="P2D", autoMitigate=False)]).works
    assert alert(scheduledQueryRules=[rule(windowSize="P2D", muteActionsDuration="PT1H")]).works
    assert alert(scheduledQueryRules=[rule(windowSize="P1D")]).works


COUNTED = f"{QUERY} | summarize Number = count();"


@pytest.mark.parametrize(
    ("condition", "link"),
    [
        ({}, None),
        ({"timeAggregation": "Maximum", "operator": "GreaterThanOrEqual", "threshold": 1.0}, None),
        ({"query": f"{QUERY} | summarize Number = count() by UserId"}, None),
        ({"threshold": 5}, "query"),
        ({"threshold": -1}, "rule"),
        ({"query": "SigninLogs | where UserId == 'oak' | summarize Number = count()"}, "rule"),
        ({"metricMeasureColumn": "DurationMs"}, ""),
        ({"metricMeasureColumn": "x | where true"}, ""),
        ({"metricMeasureColumn": "x'] or ['y"}, "rule"),
        ({"timeAggregation": "Average"}, None),
        ({"operator": "LessThan"}, "rule"),
    ],
)
def test_a_measured_number_of_rows_is_compared(condition: Json, link: str | None) -> None:
    measured = {"query": COUNTED, "timeAggregation": "Total", "metricMeasureColumn": "Number"}
    changed = rule(criteria={"allOf": [{**measured, "operator": "GreaterThan", "threshold": 0, **condition}]})
    if link == "":
        assert lacking(tenant_of(GLASS, **content(scheduledQueryRules=[changed])), FACT, "birch")
    else:
        found = alert(scheduledQueryRules=[changed])
        assert (found.works, found.brokenLink) == (link is None, link)


@pytest.mark.parametrize(
    "settings",
    [[], [setting(category="NonInteractiveUserSignInLogs")], [setting(workspaceId=None)], [{"id": "d"}]],
)
def test_logs_that_go_nowhere_break_the_chain(settings: list[Json]) -> None:
    assert alert(diagnosticSettings=settings).brokenLink == "diagnosticSetting"


@pytest.mark.parametrize(
    ("changed", "resource"),
    [
        ({"users": refused("denied")}, "users"),
        ({"diagnosticSettings": refused("denied")}, "diagnosticSettings"),
        ({"workspaces": refused("denied")}, "workspaces"),
        ({"scheduledQueryRules": refused("denied")}, "scheduledQueryRules"),
        ({"actionGroups": refused("denied")}, "actionGroups"),
        ({"subscriptions": refused("denied")}, "subscriptions"),
    ],
)
def test_what_was_not_read_is_unknown(changed: dict[str, Json], resource: str) -> None:
    (name,) = changed
    whole = content()
    del whole[name]
    tenant = tenant_of(BreakGlass(accounts=("birch@contoso.com",)), **whole, outcomes=changed)
    assert lacking(tenant, FACT, "birch") == resource


def test_what_lies_in_a_subscription_that_was_not_seen_is_unknown() -> None:
    elsewhere = WORKSPACE.replace("S1", "s9")
    assert unknown(diagnosticSettings=[setting(elsewhere)]) == "subscriptions"
    assert unknown(scheduledQueryRules=[rule(actions={"actionGroups": [GROUP.replace("s1", "s9")]})]) == "subscriptions"


def test_a_query_that_cannot_be_read_is_unknown_unless_the_chain_is_broken_anyway() -> None:
    query = "SigninLogs | where UserId in (_GetWatchlist('glass'))"
    assert unknown(scheduledQueryRules=[rule(query)]) == "scheduledQueryRules"
    broken = alert(scheduledQueryRules=[rule(query, evaluationFrequency="PT1H", windowSize="PT1H")])
    assert (broken.brokenLink, broken.brokenLinks) == ("schedule", ["schedule"])
    assert "may not select" in broken.text
    assert alert(scheduledQueryRules=[rule(query), rule(name="b")]).works


def test_a_dimension_that_keeps_some_values_only_is_unknown() -> None:
    for dimension in ({"operator": "Include", "values": ["birch"]}, {"operator": "Exclude", "values": ["*"]}):
        condition = {"query": QUERY, "timeAggregation": "Count", "operator": "GreaterThan", "threshold": 0}
        split = {**condition, "dimensions": [{"name": "UserId", **dimension}]}
        assert unknown(scheduledQueryRules=[rule(criteria={"allOf": [split]})]) == "scheduledQueryRules"


def test_an_action_group_that_is_disabled_tells_nobody() -> None:
    groups = [{"id": GROUP, "properties": {"enabled": False, "smsReceivers": [{"name": "a"}]}}]
    found = alert(actionGroups=groups)
    assert (found.brokenLink, found.actionGroupNames) == ("actionGroup", [])
    assert "'on-call' is disabled" in found.text


def test_an_answer_stays_the_same_when_it_is_asked_again() -> None:
    tenant = tenant_of(GLASS, **content())
    assert value(tenant, FACT, "birch") == value(tenant, FACT, "birch")


def test_a_workspace_knows_whether_sign_in_logs_are_sent_to_it() -> None:
    tenant = tenant_of(**content())
    assert value(tenant, "azureWorkspace.receivesSignInLogs", WORKSPACE.upper()) is True
    assert value(tenant, "azureWorkspace.receivesSignInLogs", f"{WORKSPACE}2") is False


def test_a_measure_that_is_no_count_and_a_frequency_that_is_no_time_are_unknown() -> None:
    condition = {"query": QUERY, "timeAggregation": "Total", "operator": "GreaterThan", "threshold": 0}
    assert unknown(scheduledQueryRules=[rule(criteria={"allOf": [condition]})]) == "scheduledQueryRules"
    assert unknown(scheduledQueryRules=[rule(evaluationFrequency="often")]) == "scheduledQueryRules"
