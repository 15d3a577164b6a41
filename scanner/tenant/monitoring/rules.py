"""What keeps an alert rule from telling somebody of one sign-in within minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from scanner.errors import NotCollected
from scanner.tenant.monitoring.kql.signin import Account, Answer, LogQuery, Selection, log_query
from scanner.tenant.monitoring.rows import (
    Actions,
    Condition,
    Criteria,
    GroupRow,
    Periods,
    Rule,
    RuleRow,
    duration,
    last_name,
    subscription,
    words,
)

OFTEN = timedelta(minutes=5)
"""How often a rule is to be evaluated at least."""
LONGEST_MUTE = timedelta(days=1)
"""How long a rule may stay silent after an alert. An attacker can come the day after a drill."""

_MINUTE = timedelta(minutes=1)
_MEASURES = frozenset({"Total", "Maximum", "Minimum", "Average"})
_SIGNS = {"GreaterThan": ">", "GreaterThanOrEqual": ">="}
_COLUMN = re.compile(r"[^'\\\r\n]{1,200}")
_RECEIVERS = "Receivers"


class Link(StrEnum):
    """The links of the chain from a sign-in to a person, in order."""

    DIAGNOSTIC_SETTING = "diagnosticSetting"
    WORKSPACE = "workspace"
    RULE = "rule"
    QUERY = "query"
    SCHEDULE = "schedule"
    THRESHOLD = "threshold"
    ACTION_GROUP = "actionGroup"
    RECEIVER = "receiver"


@dataclass(frozen=True)
class Problem:
    """A link that is broken, or that may be."""

    link: Link
    text: str
    """A sentence."""
    doubt: str = ""
    """Where it is not certain: the resource that does not tell enough."""


@dataclass(frozen=True)
class ActionGroup:
    """Whom rules tell."""

    name: str
    is_enabled: bool
    receivers: int


@dataclass(frozen=True)
class Surroundings:
    """What the rules are judged against."""

    groups: Mapping[str, ActionGroup] | NotCollected
    """By id in small letters."""
    subscriptions: Set[str]
    """Those that were seen, in small letters."""


class AlertRule:
    """One log search alert rule."""

    def __init__(self, row: RuleRow, around: Surroundings) -> None:
        self._row = row
        self._rule = row.properties or Rule()
        self._around = around
        self.id = row.id.lower()
        self.name = self._rule.displayName or row.name or last_name(row.id)

    def covers(self, workspace: str) -> bool:
        """Whether it queries a workspace, given by its id in small letters: by itself, or perhaps with all that is in a
        resource group or a subscription."""
        return any(f"{workspace}/".startswith(f"{scope}/") for scope in self._scopes)

    def scoped(self, workspace: str) -> Iterator[Problem]:
        """What is in doubt about whether the query sees the sign-ins in a workspace that it covers. In a wider scope
        it sees the records that resources in there made, and sign-ins come from none:
        https://learn.microsoft.com/azure/azure-monitor/logs/scope"""
        if workspace not in self._scopes:
            text = f"The alert rule {self.name!r} is not over the workspace itself, so that it may not see sign-ins."
            yield Problem(Link.RULE, text, "scheduledQueryRules")

    @cached_property
    def _scopes(self) -> frozenset[str]:
        return frozenset(scope.lower().rstrip("/") for scope in self._rule.scopes or () if scope.strip("/"))

    @cached_property
    def group_names(self) -> tuple[str, ...]:
        """The action groups that can tell somebody."""
        return tuple(group.name for group in self._groups() if group.is_enabled and group.receivers)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it whoever signs in, in the order of the links."""
        return (*self._off(), *self._schedule(), *self._thresholds(), *self._actions())

    def selection(self, account: Account) -> Selection:
        """Whether the queries of all its conditions select the sign-ins of an account."""
        found = [query.selects(account, self._every or OFTEN) for query in self._queries]
        if not found:
            return Selection(Answer.NO, "the rule has no query", about=False)
        order = (Answer.NO, Answer.UNKNOWN, Answer.YES)
        return min(found, key=lambda one: (one.about, order.index(one.answer)))

    @cached_property
    def _queries(self) -> tuple[LogQuery, ...]:
        return tuple(log_query(_query(condition)) for condition in self._conditions)

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        criteria = self._rule.criteria or Criteria()
        return tuple(criteria.allOf or ())

    @cached_property
    def _is_simple(self) -> bool:
        """A rule of this kind raises an alert for every row, every minute, and has no threshold:
        https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types"""
        return (self._row.kind or "").lower() == "simplelogalert"

    @cached_property
    def _every(self) -> timedelta | None:
        return _MINUTE if self._is_simple else duration(self._rule.evaluationFrequency)

    def _off(self) -> Iterator[Problem]:
        if self._rule.enabled is not True:
            yield Problem(Link.RULE, f"The alert rule {self.name!r} is disabled.")
        if (self._row.kind or "").lower() == "logtometric":
            yield Problem(Link.RULE, f"The rule {self.name!r} makes a metric of the logs and raises no alert.")

    def _schedule(self) -> Iterator[Problem]:
        rule, every = self._rule, self._every
        if self._is_simple:
            return
        if every is None:
            text = f"How often the alert rule {self.name!r} is evaluated cannot be read: {rule.evaluationFrequency}."
            yield Problem(Link.SCHEDULE, text, "scheduledQueryRules")
            return
        if every > OFTEN:
            yield Problem(Link.SCHEDULE, f"The alert rule {self.name!r} is evaluated every {words(every)} only.")
        yield from self._looks_back(every)
        muted = duration(rule.muteActionsDuration)
        if rule.muteActionsDuration and (muted is None or muted > LONGEST_MUTE):
            length = rule.muteActionsDuration if muted is None else words(muted)
            yield Problem(Link.SCHEDULE, f"The alert rule {self.name!r} tells nobody for {length} after an alert.")

    def _looks_back(self, every: timedelta) -> Iterator[Problem]:
        """What is wrong with the time range of the query. An alert that resolves by itself, as all do unless told
        otherwise, is not raised again while a sign-in is within it:
        https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts"""
        rule = self._rule
        written = [rule.windowSize, *([rule.overrideQueryTimeRange] if rule.overrideQueryTimeRange else [])]
        windows = [window for text in written if (window := duration(text))]
        if len(windows) < len(written):
            text = f"How far the alert rule {self.name!r} looks back cannot be read: {rule.windowSize}."
            yield Problem(Link.SCHEDULE, text, "scheduledQueryRules")
        elif min(windows) < every:
            looks = f"The alert rule {self.name!r} looks back {words(min(windows))} every {words(every)}"
            yield Problem(Link.SCHEDULE, f"{looks}, and misses the rest.")
        elif max(windows) > LONGEST_MUTE and rule.autoMitigate is not False and not rule.muteActionsDuration:
            text = f"The alert rule {self.name!r} tells nobody of a second sign-in for {words(max(windows))}."
            yield Problem(Link.SCHEDULE, text)

    def _thresholds(self) -> Iterator[Problem]:
        for condition in () if self._is_simple else self._conditions:
            yield from self._threshold(condition)

    def _threshold(self, condition: Condition) -> Iterator[Problem]:
        kind = condition.timeAggregation
        if _is_measured(condition):
            pass
        elif kind != "Count":
            text = f"The alert rule {self.name!r} compares the {kind} of a column, which tenantlint does not judge."
            yield Problem(Link.THRESHOLD, text, "scheduledQueryRules")
        elif not _fires_on_one(condition.operator, condition.threshold):
            text = f"The alert rule {self.name!r} fires on {condition.operator} {_plain(condition.threshold)} rows; a "
            yield Problem(Link.THRESHOLD, text + "single sign-in must do, and none must not.")
        least = (condition.failingPeriods or Periods()).minFailingPeriodsToAlert or 1
        if least > 1:
            text = f"The alert rule {self.name!r} fires only when {least} evaluations in a row find a sign-in."
            yield Problem(Link.THRESHOLD, text)
        for dimension in condition.dimensions or ():
            if "*" not in (dimension.values or ["*"]) or dimension.operator == "Exclude":
                text = f"The alert rule {self.name!r} keeps only some values of {dimension.name}, which may lose this."
                yield Problem(Link.THRESHOLD, text, "scheduledQueryRules")

    def _actions(self) -> Iterator[Problem]:
        if self.group_names:
            return
        wanted = self._wanted()
        if not wanted:
            yield Problem(Link.ACTION_GROUP, f"The alert rule {self.name!r} has no action group.")
        elif isinstance(self._around.groups, NotCollected):
            yield Problem(Link.ACTION_GROUP, self._around.groups.reason, "actionGroups")
        else:
            for key in wanted:
                yield self._silent(key, self._around.groups.get(key))

    def _silent(self, key: str, group: ActionGroup | None) -> Problem:
        """Why an action group reaches nobody."""
        if group is None and subscription(key) not in self._around.subscriptions:
            text = f"The action group {last_name(key)!r} is in a subscription that the collector does not see."
            return Problem(Link.ACTION_GROUP, text, "subscriptions")
        if group is None:
            return Problem(Link.ACTION_GROUP, f"The action group {last_name(key)!r} does not exist.")
        if not group.is_enabled:
            return Problem(Link.ACTION_GROUP, f"The action group {group.name!r} is disabled.")
        return Problem(Link.RECEIVER, f"The action group {group.name!r} has no receiver.")

    def _wanted(self) -> tuple[str, ...]:
        actions = self._rule.actions or Actions()
        return tuple(key.lower() for key in actions.actionGroups or ())

    def _groups(self) -> Iterator[ActionGroup]:
        if not isinstance(self._around.groups, NotCollected):
            known = self._around.groups
            yield from (known[key] for key in self._wanted() if key in known)


def action_group(row: GroupRow) -> ActionGroup:
    """An action group with the number of its receivers. One that has unsubscribed receives nothing."""
    properties = row.properties or {}
    lists = (value for kind, value in properties.items() if kind.endswith(_RECEIVERS) and isinstance(value, list))
    receivers = sum(_receives(one) for receivers in lists for one in receivers)
    return ActionGroup(row.name or last_name(row.id), properties.get("enabled") is True, receivers)


def _receives(receiver: Any) -> bool:
    return isinstance(receiver, dict) and receiver.get("status") != "Disabled"


def _is_measured(condition: Condition) -> bool:
    """Whether it compares what a column comes to over all rows. Where that column counts rows, every row of it has 1 at
    least, and whichever way they are taken together comes to that; other columns are not known, whatever is asked."""
    column, threshold = condition.metricMeasureColumn or "", condition.threshold
    is_read = condition.timeAggregation in _MEASURES and condition.operator in _SIGNS and threshold is not None
    return is_read and _COLUMN.fullmatch(column) is not None


def _query(condition: Condition) -> str:
    """The query; where a column is measured, with the comparison as its last condition, so that its rows raise an
    alert."""
    query = condition.query or ""
    if not _is_measured(condition):
        return query
    comparison = f"{_SIGNS[condition.operator or '']} {_plain(condition.threshold)}"
    return f"{query.rstrip().rstrip(';')}\n| where ['{condition.metricMeasureColumn}'] {comparison}"


def _fires_on_one(operator: str | None, threshold: float | None) -> bool:
    """Whether one row raises an alert, more rows too, and none does not."""
    if threshold is None:
        return False
    match operator:
        case "GreaterThan":
            return 0 <= threshold < 1
        case "GreaterThanOrEqual":
            return 0 < threshold <= 1
        case _:
            return False


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
