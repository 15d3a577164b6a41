"""The question that alerts are asked: does a query give a row when an account signs in successfully?

Tables and columns: https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs. Interactive sign-ins,
which those of a person with a key are, stand in ``SigninLogs`` alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cached_property, lru_cache

from scanner.tenant.monitoring.kql.known import INGESTED, Broken, Moment, Unknown, Value
from scanner.tenant.monitoring.kql.meaning import Reading, Row, doubt_of
from scanner.tenant.monitoring.kql.parser import parse
from scanner.tenant.monitoring.kql.syntax import Query, QueryError

TABLE = "SigninLogs"

_COLUMNS = (
    "AADTenantId", "AlternateSignInName", "AuthenticationDetails", "AuthenticationMethodsUsed",
    "AuthenticationProcessingDetails", "AuthenticationRequirement", "AuthenticationRequirementPolicies",
    "ClientAppUsed", "ConditionalAccessPolicies", "ConditionalAccessStatus", "CreatedDateTime", "DeviceDetail",
    "DurationMs", "IsInteractive", "IsRisky", "Level", "LocationDetails", "MfaDetail", "NetworkLocationDetails",
    "OperationVersion", "OriginalRequestId", "ProcessingTimeInMilliseconds", "Resource", "ResourceGroup",
    "ResourceId", "ResourceProvider", "ResultDescription", "ResultSignature", "RiskDetail", "RiskEventTypes",
    "RiskEventTypes_V2", "RiskLevelAggregated", "RiskLevelDuringSignIn", "RiskState", "ServicePrincipalId",
    "ServicePrincipalName", "SourceSystem", "Status", "TokenIssuerName", "TokenIssuerType",
)  # fmt: skip
_VARYING = (
    "AppDisplayName", "AppId", "CorrelationId", "Id", "IPAddress", "Location", "ResourceDisplayName",
    "ResourceIdentity", "UserAgent",
)  # fmt: skip
"""Columns that have another value for a sign-in to another application or from another place."""

LATE = timedelta(minutes=20)
"""How long a sign-in may take to come into a log that is new; five to ten minutes later on. The time range of an alert
rule allows for late logs, since evaluations are tried again; whether one that the query sets does is not documented:
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-troubleshoot-log"""

_FAILED = "50126"
"""A wrong password: https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""


class Answer(Enum):
    """Whether the query gives a row for every successful sign-in."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Account:
    """The account that signs in, as the directory has it."""

    id: str
    name: str | None
    """userPrincipalName."""
    display_name: str | None


@dataclass(frozen=True)
class Selection:
    """The answer, and the reason for it in words; empty for a yes."""

    answer: Answer
    reason: str = ""
    about: bool = True
    """Whether the query is about this account at all: it selects some sign-ins of it, be it failed ones only, or that
    cannot be told."""


@dataclass(frozen=True)
class LogQuery:
    """A query that was parsed once and can be asked about several accounts."""

    text: str
    tree: Query | QueryError
    lines: tuple[int, ...]
    """Where each line but the first begins."""

    def selects(self, account: Account, every: timedelta) -> Selection:
        """Whether it gives a row for a successful sign-in, when it is run with this time between two evaluations.

        In the logs the name may stand as the directory has it or in small letters: both have to be found.
        """
        tree = self.tree
        if isinstance(tree, QueryError):
            return Selection(Answer.UNKNOWN, f"line {self._line(tree.position)} cannot be read: {tree.text}")
        if self._is_always:
            return Selection(Answer.NO, "it gives a row whether or not anybody has signed in", about=False)
        found = [self._alone(tree, _columns(account, name, "0", every)) for name in _names(account)]
        answers = {one.answer for one in found}
        if answers == {Answer.YES}:
            return found[0]
        if answers == {Answer.YES, Answer.NO}:
            return Selection(Answer.UNKNOWN, f"letter case matters to it, and the logs may have {account.name!r} in "
                             "small letters; compare with =~ instead of ==")  # fmt: skip
        worst = next((one for one in found if one.answer is Answer.UNKNOWN), found[0])
        failed = (self._alone(tree, _columns(account, name, _FAILED, every)) for name in _names(account))
        about = worst.about or any(one.answer is not Answer.NO or one.about for one in failed)
        return Selection(worst.answer, worst.reason, about)

    @cached_property
    def _is_always(self) -> bool:
        """Whether it gives a row without a sign-in."""
        return not isinstance(self.tree, QueryError) and self._alone(self.tree, None).answer is Answer.YES

    def _alone(self, tree: Query, columns: Mapping[str, Value] | None) -> Selection:
        """What it gives for one sign-in with these columns, or for none."""
        reading = Reading(self.text, {} if columns is None else {TABLE: columns}, self._line)
        try:
            rows = reading.rows(tree)
        except Broken as reason:
            return Selection(Answer.NO, f"it fails: {reason}", about=False)
        return _judged(rows, reading)

    def _line(self, position: int) -> int:
        return bisect_right(self.lines, position) + 1


def log_query(text: str) -> LogQuery:
    """Reads a query. Never raises: one that cannot be read says so when it is asked."""
    lines = tuple(place + 1 for place, character in enumerate(text) if character == "\n")
    try:
        return LogQuery(text, parse(text), lines)
    except QueryError as error:
        return LogQuery(text, error, lines)


def _judged(rows: list[Row], reading: Reading) -> Selection:
    if rows:
        doubt = doubt_of(rows)
        if doubt is None:
            return Selection(Answer.YES)
        return Selection(Answer.NO if doubt.varies else Answer.UNKNOWN, doubt.reason)
    if reading.lost:
        return Selection(Answer.NO, reading.lost[0], about=False)
    names = ", ".join(dict.fromkeys(reading.sources)) or "no table"
    return Selection(Answer.NO, f"it reads {names} and not {TABLE}", about=False)


def _names(account: Account) -> tuple[str | None, ...]:
    if account.name is None or account.name == account.name.lower():
        return (account.name,)
    return (account.name, account.name.lower())


@lru_cache(maxsize=64)
def _columns(account: Account, name: str | None, result: str, every: timedelta) -> Mapping[str, Value]:
    """The row of a sign-in in the log, the same for all rules. What is not known of it says so."""
    columns: dict[str, Value] = {column: Unknown(f"the column {column}") for column in _COLUMNS}
    columns |= {column: Unknown(f"the column {column}, which differs between sign-ins", True) for column in _VARYING}
    shown = Unknown("the display name") if account.display_name is None else account.display_name
    return columns | {
        "UserId": account.id,
        "UserPrincipalName": Unknown("the user principal name") if name is None else name,
        "UserDisplayName": shown,
        "Identity": shown,
        "ResultType": result,
        "Status.errorCode": int(result),
        "Category": "SignInLogs",
        "OperationName": "Sign-in activity",
        "Type": TABLE,
        "TimeGenerated": Moment(timedelta(0), every, LATE),
        INGESTED: Moment(timedelta(0), every),
    }
