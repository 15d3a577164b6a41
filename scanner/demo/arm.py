"""Azure Resource Manager, as far as the catalogue asks for it: served beside Graph, under paths that only it has.

Case-insensitive paths, ``api-version``, ``nextLink``, its own error bodies
(https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors), and lists that hold
only what the caller may see: without a role there is no subscription, not a refusal.
A fault named ``scheduledQueryRules.SUBSCRIPTION_ID`` hits the list of one subscription.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from scanner.collect.catalogue import AZURE, Resource
from scanner.demo.bodies import GraphError, Json, Reply, wrong_method
from scanner.demo.emulator import Emulator, Request, damaged
from scanner.demo.faults import Fault, Kind

_ROOTS = frozenset({"providers", "subscriptions"})
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "x-ms-ratelimit-remaining-subscription-reads": "11999"}
_PLACE = re.escape("{subscriptionId}")
_ROUTES = tuple(
    (resource, re.compile(re.escape(resource.path).replace(_PLACE, "(?P<subscription>[^/]+)"), re.IGNORECASE))
    for resource in AZURE
)


def is_azure(path: str) -> bool:
    """Whether a path is one of Resource Manager's."""
    return path.strip("/").partition("/")[0].lower() in _ROOTS


def answer_azure(emulator: Emulator, request: Request) -> Reply:
    """Resource Manager's answer, errors included, from the tables and with the faults of ``emulator``."""
    parts = urlsplit(request.url)
    emulator.seen.append(f"{request.method} {parts.path}{'?' if parts.query else ''}{parts.query}")
    try:
        emulator.authenticate(request)
        if request.method != "GET":
            raise wrong_method()
        return _answer(emulator, parts)
    except GraphError as error:
        return _refusal(error)


@dataclass(frozen=True)
class _Call:
    resource: Resource
    subscription: str
    """Empty for what belongs to none."""
    query: Mapping[str, list[str]]

    @property
    def start(self) -> int:
        """The first record of the page."""
        token = self.query.get("$skiptoken", ["0"])[0]
        if not token.isdecimal():
            raise GraphError(400, "InvalidSkipToken", "The provided skiptoken is invalid.")
        return int(token)


def _answer(emulator: Emulator, parts: SplitResult) -> Reply:
    call = _matched(parts)
    fault = _strike(emulator, call)
    records = _visible(emulator, call, fault)
    size = emulator.page_size // 2 if fault is not None and fault.kind is Kind.SHORT else emulator.page_size
    body: Json = {"value": records[call.start : call.start + size]}
    if fault is not None and fault.kind is Kind.LOOPING:
        body["nextLink"] = parts.geturl()
    elif call.start + size < len(records):
        query = urlencode({"api-version": call.resource.version, "$skiptoken": call.start + size}, safe="$")
        body["nextLink"] = parts._replace(query=query).geturl()
    return damaged(Reply(200, json.dumps(body, ensure_ascii=False).encode(), _HEADERS), fault)


def _matched(parts: SplitResult) -> _Call:
    query = parse_qs(parts.query)
    version = query.get("api-version", [""])[0]
    if not version:
        text = "The api-version query parameter (?api-version=) is required for all requests."
        raise GraphError(400, "MissingApiVersionParameter", text)
    for resource, pattern in _ROUTES:
        found = pattern.fullmatch(parts.path.strip("/"))
        if found is None:
            continue
        if version != resource.version:
            text = f"The api-version '{version}' is invalid. The supported versions are '{resource.version}'."
            raise GraphError(400, "InvalidApiVersionParameter", text)
        return _Call(resource, found.groupdict().get("subscription", "").lower(), query)
    raise GraphError(404, "NotFound", "This emulator of Azure Resource Manager does not know the path.")


def _strike(emulator: Emulator, call: _Call) -> Fault | None:
    keys = [call.resource.name, *([f"{call.resource.name}.{call.subscription}"] if call.subscription else [])]
    return emulator.strike(*keys, further_page="$skiptoken" in call.query)


def _visible(emulator: Emulator, call: _Call, fault: Fault | None) -> Sequence[Json]:
    """The records that the caller may see; raises the refusal where it is told that it may not."""
    records = emulator.records(call.resource.name)
    kind = None if fault is None else fault.kind
    if kind is Kind.PAGE_EXPIRED:
        raise GraphError(400, "InvalidSkipToken", "The provided skiptoken is invalid.")
    if kind is Kind.GONE or (call.subscription and call.subscription not in _subscriptions(emulator)):
        raise GraphError(404, "SubscriptionNotFound", f"The subscription '{call.subscription}' could not be found.")
    if records is None or kind is Kind.DENIED:
        if call.resource.path == "subscriptions":
            return []
        raise _denied(call)
    prefix = f"/subscriptions/{call.subscription}/"
    return [record for record in records if not call.subscription or record["id"].lower().startswith(prefix)]


def _subscriptions(emulator: Emulator) -> set[str]:
    return {record["subscriptionId"].lower() for record in emulator.records("subscriptions") or ()}


def _denied(call: _Call) -> GraphError:
    scope = f"/subscriptions/{call.subscription}" if call.subscription else f"/{call.resource.path}"
    who = "00000000-0000-4000-8000-000000000000"
    text = (
        f"The client '{who}' with object id '{who}' does not have authorization to perform action "
        f"'{call.resource.permission}' over scope '{scope}' or the scope is invalid. If access was recently granted, "
        "please refresh your credentials."
    )
    return GraphError(403, "AuthorizationFailed", text)


def _refusal(error: GraphError) -> Reply:
    code, message = error.code, error.message
    if error.status == 401:
        code, message = "AuthenticationFailed", "Authentication failed."
    body = {"error": {"code": code, "message": message}}
    return Reply(error.status, json.dumps(body, ensure_ascii=False).encode(), {**_HEADERS, **error.headers})
