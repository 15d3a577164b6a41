"""Whether somebody is told within minutes when a break-glass account signs in: the chain, link by link.

Sign-in logs go by a diagnostic setting to a workspace; a log search alert rule over the workspace selects the account
and tells an action group. How it is set up:
https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access

Azure shows an identity only what its roles reach. A chain that is missing in the subscriptions that were seen counts as
missing, and the number of these is told; what is named and lies in a subscription that was not seen is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.monitoring.kql.signin import Account, Answer
from scanner.tenant.monitoring.rows import (
    GROUPS,
    RULES,
    SETTINGS,
    SUBSCRIPTIONS,
    WORKSPACES,
    GroupRow,
    RuleRow,
    SettingRow,
    SubscriptionRow,
    WorkspaceRow,
    last_name,
    subscription,
)
from scanner.tenant.monitoring.rules import AlertRule, Link, Problem, Surroundings, action_group

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

CATEGORY = "SignInLogs"

TAKES_DATA = frozenset({"RespectQuota", "ForceOn", "ApproachingQuota"})
"""States of ingestion in which a workspace takes data:
https://learn.microsoft.com/rest/api/loganalytics/workspaces/list#dataingestionstatus"""


class NamedUserRow(Row):
    """A user as the logs name it."""

    userPrincipalName: str | None = None
    displayName: str | None = None


USERS = Reading("users", NamedUserRow)
ALERT_READS = (USERS, SETTINGS, WORKSPACES, RULES, GROUPS, SUBSCRIPTIONS)


class SignInAlert(msgspec.Struct, frozen=True):
    """What happens when the account signs in."""

    works: Annotated[bool, Meta(description="Somebody is told within minutes of every successful sign-in.")]
    brokenLink: Annotated[
        str | None,
        Meta(
            description="The first link that is broken: diagnosticSetting, workspace, rule, query, schedule, "
            "threshold, actionGroup or receiver; null when the alert works."
        ),
    ]
    brokenLinks: Annotated[list[str], Meta(description="All links that are broken, in this order.")]
    text: Annotated[str, Meta(description="What is broken, or who is told, in sentences.")]
    ruleName: Annotated[str | None, Meta(description="The alert rule that works, or comes nearest; null for none.")]
    workspaceName: Annotated[str | None, Meta(description="The workspace that the sign-in logs go to; null for none.")]
    actionGroupNames: Annotated[list[str], Meta(description="Action groups of the rule that can tell somebody.")]
    subscriptionsSeen: Annotated[int, Meta(description="Azure subscriptions that the collector was shown.")]


@dataclass(frozen=True)
class Chain:
    """One way from a sign-in to a person, whole or broken."""

    problems: tuple[Problem, ...]
    workspace: str | None = None
    rule: AlertRule | None = None

    @property
    def is_broken(self) -> bool:
        """Whether a link is broken for certain."""
        return any(not problem.doubt for problem in self.problems)

    @property
    def distance(self) -> tuple[bool, bool, int, int, str]:
        """How far it is from working: one with a rule about the account is nearer than one without."""
        certain = sum(not problem.doubt for problem in self.problems)
        return self.is_broken, self.rule is None, certain, len(self.problems), self.rule.id if self.rule else ""


@dataclass(frozen=True)
class _Destination:
    """A workspace that sign-in logs are sent to."""

    id: str
    name: str
    problems: tuple[Problem, ...]


def sign_in_alert(tenant: Tenant) -> Callable[[str], SignInAlert | None]:
    """``user.signInAlert``; None for who is no break-glass account."""
    nearest = tenant.once(sign_in_chains)

    def fact(user: str) -> SignInAlert | None:
        chain = nearest(user)
        if chain is None:
            return None
        if chain.problems and not chain.is_broken:
            raise NotCollected(chain.problems[0].doubt, chain.problems[0].text)
        return described(chain, tenant)

    return fact


def sign_in_chains(tenant: Tenant) -> Callable[[str], Chain | None]:
    """The chain that works, or comes nearest to it, for each break-glass account; None for anybody else."""
    is_break_glass = tenant.fact("user", "isBreakGlass")
    made: dict[str, Chain] = {}

    def chain(user: str) -> Chain | None:
        if not is_break_glass(Row(user)):
            return None
        if user not in made:
            made[user] = _nearest(tenant, tenant.once(_accounts).get(user) or Account(user, None, None))
        return made[user]

    return chain


def receives_sign_in_logs(tenant: Tenant) -> Callable[[str], bool]:
    """``workspace.receivesSignInLogs``."""
    sent = tenant.once(_workspace_ids)
    return lambda workspace: workspace.lower() in sent


def described(chain: Chain, tenant: Tenant) -> SignInAlert:
    """The chain as policies and exports see it. Links that are in doubt stand in the text alone."""
    links = [str(problem.link) for problem in chain.problems if not problem.doubt]
    return SignInAlert(
        works=not chain.problems,
        brokenLink=links[0] if links else None,
        brokenLinks=list(dict.fromkeys(links)),
        text=" ".join(problem.text for problem in chain.problems) or _success(chain),
        ruleName=chain.rule.name if chain.rule else None,
        workspaceName=chain.workspace,
        actionGroupNames=list(chain.rule.group_names) if chain.rule else [],
        subscriptionsSeen=len(tenant.once(_subscriptions)),
    )


def _success(chain: Chain) -> str:
    rule = chain.rule.name if chain.rule else ""
    groups = ", ".join(chain.rule.group_names) if chain.rule else ""
    return f"The alert rule {rule!r} over the workspace {chain.workspace!r} tells the action group {groups}."


def _nearest(tenant: Tenant, account: Account) -> Chain:
    destinations = tenant.once(_destinations)
    if not destinations:
        text = f"No diagnostic setting sends {CATEGORY} to a Log Analytics workspace."
        return Chain((Problem(Link.DIAGNOSTIC_SETTING, text),))
    chains = [chain for one in destinations for chain in _chains(tenant, one, account)]
    return min(chains, key=lambda chain: chain.distance)


def _chains(tenant: Tenant, destination: _Destination, account: Account) -> Iterator[Chain]:
    """The chains by the rules that are about the account, or the one that ends at the workspace."""
    rules = [rule for rule in tenant.once(_rules) if rule.covers(destination.id)]
    is_any = False
    for rule in rules:
        selection = rule.selection(account)
        if selection.about:
            is_any = True
            found = [*rule.scoped(destination.id), *rule.problems]
            if selection.answer is not Answer.YES:
                doubt = "scheduledQueryRules" if selection.answer is Answer.UNKNOWN else ""
                found.append(Problem(Link.QUERY, _unselected(rule, selection.reason, bool(doubt)), doubt))
            order = list(Link)
            found.sort(key=lambda problem: order.index(problem.link))
            yield Chain((*destination.problems, *found), destination.name, rule)
    if not is_any:
        yield Chain((*destination.problems, _no_rule(tenant, destination, len(rules))), destination.name)


def _unselected(rule: AlertRule, reason: str, is_doubtful: bool) -> str:
    verb = "may not select" if is_doubtful else "does not select"
    return f"The query of the alert rule {rule.name!r} {verb} every successful sign-in of this account: {reason}."


def _no_rule(tenant: Tenant, destination: _Destination, number: int) -> Problem:
    seen = len(tenant.once(_subscriptions))
    if subscription(destination.id) not in tenant.once(_subscriptions):
        text = f"An alert rule over the workspace {destination.name!r} may be in a subscription that was not seen."
        return Problem(Link.RULE, text, "subscriptions")
    rules = "No alert rule" if number == 0 else f"None of {number} alert rules" if number > 1 else "The one alert rule"
    verb = "does not select" if number == 1 else "selects"
    where = f"{seen} subscription{' was' if seen == 1 else 's were'} seen"
    return Problem(Link.RULE, f"{rules} over the workspace {destination.name!r} {verb} this account; {where}.")


def _accounts(tenant: Tenant) -> dict[str, Account]:
    is_break_glass = tenant.fact("user", "isBreakGlass")
    return {
        row.id: Account(row.id, row.userPrincipalName, row.displayName)
        for row in tenant.rows("users", NamedUserRow)
        if is_break_glass(row)
    }


def _destinations(tenant: Tenant) -> tuple[_Destination, ...]:
    """The workspaces that the sign-in logs go to, in the order of the settings."""
    return tuple(_destination(tenant, key, written) for key, written in tenant.once(_workspace_ids).items())


def _workspace_ids(tenant: Tenant) -> dict[str, str]:
    """Ids of these workspaces in small letters, and as they are written."""
    ids: dict[str, str] = {}
    for row in tenant.rows("diagnosticSettings", SettingRow):
        setting = row.properties
        if setting and setting.workspaceId and any(_is_sent(log.category, log.enabled) for log in setting.logs or ()):
            ids.setdefault(setting.workspaceId.lower().rstrip("/"), setting.workspaceId)
    return ids


def _is_sent(category: str | None, enabled: bool | None) -> bool:
    return enabled is True and (category or "").lower() == CATEGORY.lower()


def _destination(tenant: Tenant, key: str, written: str) -> _Destination:
    name = last_name(written)
    try:
        row = tenant.once(_workspaces).get(key)
    except NotCollected as lack:
        return _Destination(key, name, (Problem(Link.WORKSPACE, lack.reason, lack.resource),))
    if row is None and subscription(key) in tenant.once(_subscriptions):
        return _Destination(key, name, (Problem(Link.WORKSPACE, f"The workspace {name!r} does not exist."),))
    if row is None:
        text = f"The workspace {name!r} is in a subscription that the collector does not see."
        return _Destination(key, name, (Problem(Link.WORKSPACE, text, "subscriptions"),))
    return _Destination(key, row.name or name, tuple(_stopped(row)))


def _stopped(row: WorkspaceRow) -> Iterator[Problem]:
    capping = row.properties and row.properties.workspaceCapping
    status = capping and capping.dataIngestionStatus
    if not status:
        yield Problem(
            Link.WORKSPACE, f"The workspace {row.name!r} does not tell whether it takes in logs.", "workspaces"
        )
    elif status not in TAKES_DATA:
        yield Problem(Link.WORKSPACE, f"The workspace {row.name!r} takes in no logs at present: {status}.")


def _workspaces(tenant: Tenant) -> dict[str, WorkspaceRow]:
    return {row.id.lower(): row for row in tenant.rows("workspaces", WorkspaceRow)}


def _subscriptions(tenant: Tenant) -> frozenset[str]:
    rows = tenant.rows("subscriptions", SubscriptionRow)
    return frozenset((row.subscriptionId or last_name(row.id)).lower() for row in rows)


def _rules(tenant: Tenant) -> tuple[AlertRule, ...]:
    around = tenant.once(_surroundings)
    return tuple(AlertRule(row, around) for row in tenant.rows("scheduledQueryRules", RuleRow))


def _surroundings(tenant: Tenant) -> Surroundings:
    subscriptions = tenant.once(_subscriptions)
    try:
        groups = {row.id.lower(): action_group(row) for row in tenant.rows("actionGroups", GroupRow)}
    except NotCollected as lack:
        return Surroundings(lack, subscriptions)
    return Surroundings(groups, subscriptions)
