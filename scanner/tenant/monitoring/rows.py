"""Records of Azure Resource Manager as the alert on sign-ins needs them.

The properties are those of https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules,
https://learn.microsoft.com/rest/api/monitor/action-groups and
https://learn.microsoft.com/rest/api/loganalytics/workspaces. The letter case of ids carries no meaning there.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec

from scanner.tenant.base import Reading, Row


class Log(msgspec.Struct, gc=False):
    """One category of logs in a diagnostic setting."""

    category: str | None = None
    enabled: bool | None = None


class Setting(msgspec.Struct, gc=False):
    """Which logs go where."""

    workspaceId: str | None = None
    logs: list[Log] | None = None


class SettingRow(Row):
    """A diagnostic setting of the tenant."""

    name: str | None = None
    properties: Setting | None = None


class Capping(msgspec.Struct, gc=False):
    """The daily cap of a workspace."""

    dataIngestionStatus: str | None = None


class Workspace(msgspec.Struct, gc=False):
    """A Log Analytics workspace."""

    workspaceCapping: Capping | None = None


class WorkspaceRow(Row):
    """A Log Analytics workspace with its name."""

    name: str | None = None
    properties: Workspace | None = None


class Periods(msgspec.Struct, gc=False):
    """How many evaluations must meet a condition."""

    numberOfEvaluationPeriods: int | None = None
    minFailingPeriodsToAlert: int | None = None


class Dimension(msgspec.Struct, gc=False):
    """A column by whose values rows are split or filtered."""

    name: str | None = None
    operator: str | None = None
    values: list[str] | None = None


class Condition(msgspec.Struct, gc=False):
    """One condition of an alert rule."""

    query: str | None = None
    timeAggregation: str | None = None
    metricMeasureColumn: str | None = None
    operator: str | None = None
    threshold: float | None = None
    failingPeriods: Periods | None = None
    dimensions: list[Dimension] | None = None


class Criteria(msgspec.Struct, gc=False):
    """The conditions, all of which must be met."""

    allOf: list[Condition] | None = None


class Actions(msgspec.Struct, gc=False):
    """Whom a rule tells."""

    actionGroups: list[str] | None = None


class Rule(msgspec.Struct, gc=False):
    """What an alert rule looks for, how often, and whom it tells."""

    displayName: str | None = None
    enabled: bool | None = None
    scopes: list[str] | None = None
    evaluationFrequency: str | None = None
    windowSize: str | None = None
    overrideQueryTimeRange: str | None = None
    muteActionsDuration: str | None = None
    autoMitigate: bool | None = None
    criteria: Criteria | None = None
    actions: Actions | None = None


class RuleRow(Row):
    """A log search alert rule."""

    name: str | None = None
    kind: str | None = None
    properties: Rule | None = None


class GroupRow(Row):
    """An action group; its receivers stand in lists by their kind."""

    name: str | None = None
    properties: dict[str, Any] | None = None


class SubscriptionRow(Row):
    """A subscription that was seen."""

    subscriptionId: str | None = None


SETTINGS = Reading("diagnosticSettings", SettingRow)
WORKSPACES = Reading("workspaces", WorkspaceRow)
RULES = Reading("scheduledQueryRules", RuleRow)
GROUPS = Reading("actionGroups", GroupRow)
SUBSCRIPTIONS = Reading("subscriptions", SubscriptionRow)

_DURATION = re.compile(
    r"P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})(?:\.[0-9]+)?S)?)?", re.IGNORECASE
)


def duration(text: str | None) -> timedelta | None:
    """A time in ISO 8601 such as ``PT5M``; None for none, and for one that cannot be read."""
    match = _DURATION.fullmatch(text or "")
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def words(length: timedelta) -> str:
    """``60 minutes``."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if not seconds else f"{minutes * 60 + seconds} seconds"


def subscription(resource_id: str) -> str:
    """The subscription in a resource id, in small letters; empty where there is none."""
    parts = resource_id.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""


def last_name(resource_id: str) -> str:
    """What a resource id ends with."""
    return resource_id.rstrip("/").rpartition("/")[2]
