"""Texts made of words: which words stay because they come with tenantlint, with Graph or with a query language.

A word stays for what it is, not for where it stands: services quote names in what they say, and people write them into
queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from scanner.cel.types import service_types
from scanner.collect.catalogue import RESOURCES
from scanner.model import Outcome
from scanner.redact.forms import Forms
from scanner.redact.pseudonyms import GUID

_OURS = """
a after again all an and answer answered application are ask asked away be because been before began both but by came
cannot collected collection conditional could count denied directory during end ended error every exist expand failed
filter first for found from get given global gone good graph had has have here id ids in inside is it its know known
left licence link longer made many member membership microsoft missing name named names needs next no not nothing of on
one only or other out over page pages permission policies policy post property properties read reader record records
refused request requests resource role rows select service skipped some stands subscription subscriptions such than that
the their them there these they this those thrown times to top type unlicensed was were what when which who whole with
without wrong v1.0 beta batch api-version
"""

_QUERIES = """
eq ne true false null guest member members transitiveMembers transitiveMemberOf memberOf owners manager
microsoft.graph.user microsoft.graph.group microsoft.graph.servicePrincipal
"""
"""Of Graph: https://learn.microsoft.com/graph/api/resources/accessreviewscope"""

_DOCUMENTS = """
Version ApplicationPolicies ApplicationId default WebSessionIdleTimeout ActivityBasedTimeoutPolicy TokenLifetimePolicy
AccessTokenLifetime MaxInactiveTime MaxAgeSingleFactor MaxAgeMultiFactor MaxAgeSessionSingleFactor
MaxAgeSessionMultiFactor until-revoked enforce audit
"""
"""Of policies that are documents, and of settings: https://learn.microsoft.com/graph/api/resources/tokenlifetimepolicy"""

_LOGS = """
SigninLogs AuditLogs AADNonInteractiveUserSignInLogs AADServicePrincipalSignInLogs AADManagedIdentitySignInLogs
Heartbeat where project extend summarize by bin ago let join kind inner on union order sort asc desc take distinct has
has_any contains startswith endswith matches regex between tolower toupper tostring todynamic parse_json mv-expand
TimeGenerated UserPrincipalName UserId UserDisplayName ResultType ResultDescription Identity AppDisplayName IPAddress
Location OperationName InitiatedBy TargetResources Category dcount make_set arg_max arg_min isnotempty isempty
"""
"""Of log queries: https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs"""

_WORD = re.compile(r"[\w@#$]+(?:[.-][\w@#$]+)*")
_QUOTED_OR_WORD = re.compile(rf"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<word>{GUID.pattern}|{_WORD.pattern})")
_NUMBER = re.compile(r"\d{1,4}[dhms]?|\d{4}-\d\d-\d\d|(\d{1,4}\.)?\d{1,2}(:\d\d){1,2}", re.ASCII)
_RUN = re.compile(r"…(?:\W*…)+")


def withheld(text: str) -> str:
    """A sentence or a request of a manifest, with a dot-dot-dot for what is not known."""
    return _RUN.sub("…", _WORD.sub(lambda found: found[0] if _stays(found[0]) else "…", text))


@dataclass(frozen=True)
class Scripts:
    """Redacts queries, and documents within a text."""

    forms: Forms

    def redact(self, text: str) -> str:
        """``text`` with every word and every quoted text that is not known replaced by its form."""
        return _QUOTED_OR_WORD.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        group = found.lastgroup or ""
        value = found[group]
        made = value if _stays(value) or not value else self.forms.text(value)
        return found[0] if made == value else found[0].replace(value, made)


def _stays(word: str) -> bool:
    return word.lstrip("$").lower() in _vocabulary() or _NUMBER.fullmatch(word) is not None


@cache
def _vocabulary() -> frozenset[str]:
    """In lower case."""
    texts = (_OURS, _QUERIES, _DOCUMENTS, _LOGS, *_named())
    return frozenset(word.lstrip("$").lower() for text in texts for word in _WORD.findall(text))


def _named() -> Iterable[str]:
    for resource in RESOURCES:
        yield from (resource.name, resource.path.replace("/", " "), resource.permission)
        yield from (resource.filter, resource.expand)
        yield from (resource.permission_for or {}).values()
        yield from resource.licenses
        yield from (resource.license_for or {}).values()
    for one in service_types().values():
        yield from (prop.name for prop in one.properties)
    yield from Outcome
