"""A Microsoft Graph to try things on: answers the requests of the catalogue from a folder of JSON files.

    emulator = Emulator.of(Path("tenant"), Faults({"groups": throttle(times=2)}))
    with running(emulator) as url: ...          # http://127.0.0.1:PORT, versions v1.0 and beta below it

It keeps Graph's protocol: a bearer token, ``$select`` against the type of the record, ``$expand``, ``$filter``,
``$top``, opaque next links, ``$batch``, default properties of users and groups, and Graph's own error bodies. Any
token is good: who signs in is not its subject.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from scanner.collect.catalogue import BY_NAME, GRAPH, Resource
from scanner.demo import bodies, faults, odata, routes
from scanner.demo.bodies import GraphError, Json, Reply
from scanner.demo.folder import Table, read_folder
from scanner.demo.selectable import Selectable

DEFAULT_PAGE = 100
"""Records a page without ``$top``: https://learn.microsoft.com/graph/api/user-list."""
LARGEST_PAGE = 999
"""https://learn.microsoft.com/graph/api/user-list; others give fewer than asked for, too:
https://learn.microsoft.com/graph/paging."""


@dataclass(frozen=True)
class Request:
    """One request, of its own or within a batch."""

    method: str
    url: str
    """Absolute."""
    headers: Mapping[str, str]
    """Names in lower case."""


class Emulator:
    """Answers requests for one tenant. ``app`` makes it an ASGI application.

    ``page_size`` is how many records a page has without ``$top``, where Graph would choose, ``largest_page`` the most
    it has whatever was asked for.
    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        injected: faults.Faults | None = None,
        *,
        page_size: int = DEFAULT_PAGE,
        largest_page: int = LARGEST_PAGE,
    ) -> None:
        self._tables = tables
        self.faults = injected or faults.Faults()
        self._page_size = page_size
        self._largest_page = largest_page
        self._pages = odata.Pages(uuid4().bytes)
        own = [table.resource for name, table in tables.items() if name not in BY_NAME]
        self._routes = routes.Routes((*GRAPH, *own))
        self._shapes = {resource.name: Selectable.of(resource) for resource in (*GRAPH, *own)}
        self.seen: list[str] = []
        """Every request so far, those within batches too: ``GET /v1.0/users?$top=999``."""

    @classmethod
    def of(cls, folder: Path, injected: faults.Faults | None = None, *, page_size: int = DEFAULT_PAGE) -> Emulator:
        """An emulator of a folder of JSON files. Raises ``UsageError`` where the folder is not well-formed."""
        return cls(read_folder(folder), injected, page_size=page_size)

    @property
    def page_size(self) -> int:
        """Records a page where the service chooses."""
        return self._page_size

    def records(self, name: str) -> Sequence[Json] | None:
        """The records of a resource; None where the caller may not read it."""
        table = self._tables.get(name)
        return None if table is None else table.records

    def answer(self, request: Request) -> Reply:
        """Graph's answer, errors included."""
        try:
            return self._answer(request)
        except GraphError as error:
            return self.refusal(request, error)

    def refusal(self, request: Request, error: GraphError) -> Reply:
        """``error`` as an answer to ``request``."""
        request_id = str(uuid4())
        client_id = request.headers.get("client-request-id", request_id)
        return bodies.error_reply(error, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), request_id, client_id)

    def authenticate(self, request: Request) -> None:
        """Raise Graph's 401 unless the request carries a bearer token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise bodies.unauthenticated("Access token is empty.")

    def strike(self, *keys: str, further_page: bool = False) -> faults.Fault | None:
        """The fault that hits a request by these keys or by ``*``; raises it where it is an error of Graph's."""
        fault = self.faults.strike((*keys, faults.ANY), further_page=further_page)
        if fault is not None:
            _raise_common(fault)
        return fault

    def _answer(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        self.seen.append(f"{request.method} {parts.path}{'?' if parts.query else ''}{parts.query}")
        self.authenticate(request)
        if request.method != "GET":
            raise bodies.wrong_method()
        query = odata.parse_query(parts.query)
        found = self._routes.match(parts.path, query.filter)
        if found is None:
            raise bodies.no_segment(parts.path.rstrip("/").rpartition("/")[2])
        path = parts.path.strip("/")
        fault = self._strike_resource(found, query, path)
        left_out = self._strike_properties(found.resource, query)
        self._shapes[found.resource.name].check(query)
        base = f"{parts.scheme}://{parts.netloc}/{found.resource.version}"
        body = self._body(found, query, _Call(request.url, base, path, None if fault is None else fault.kind))
        for record in body.get("value", [body]):
            for name in left_out:
                record.pop(name, None)
        headers = {"Content-Type": bodies.CONTENT_TYPE, "OData-Version": "4.0"}
        return damaged(Reply(200, json.dumps(body, ensure_ascii=False).encode(), headers), fault)

    def _strike_resource(self, found: routes.Match, query: odata.Query, path: str) -> faults.Fault | None:
        resource = found.resource
        fault = self.strike(resource.name, further_page=bool(query.skiptoken))
        kind = None if fault is None else fault.kind
        if kind is faults.Kind.DENIED:
            raise bodies.denied(resource)
        if kind is faults.Kind.UNLICENSED:
            raise bodies.unlicensed(resource)
        if kind is faults.Kind.GONE:
            raise bodies.not_found(found.id)
        if fault is not None and kind is faults.Kind.PAGE_EXPIRED:
            self._pages.expire(path)
            raise odata.expired_page(fault.code)
        return fault

    def _strike_properties(self, resource: Resource, query: odata.Query) -> list[str]:
        """The properties that are left out on demand; raises where one is refused."""
        left_out = []
        for name in self.faults.of_properties(resource.name):
            if query.select and not name.startswith("@") and name not in query.select:
                continue
            fault = self.faults.strike([f"{resource.name}.{name}"])
            if fault is not None and fault.kind is not faults.Kind.MISSING:
                raise _property_error(resource, name, fault)
            left_out += [name] if fault is not None else []
        return left_out

    def _body(self, found: routes.Match, query: odata.Query, call: _Call) -> Json:
        resource = found.resource
        if resource.name not in self._tables and resource.fan_out is None:
            raise bodies.denied(resource)
        if found.kind is routes.Kind.COLLECTION:
            return self._collection(resource, self._tables[resource.name].records, query, call)
        if found.kind is routes.Kind.CHILDREN:
            return self._collection(resource, self._children(resource, found.id), query, call)
        if found.kind is routes.Kind.SINGLETON:
            record = self._tables[resource.name].records[0]
        else:
            record = _by_id(self._tables[resource.name], found.id)
        context = f"{call.base}/$metadata#{resource.path}{_selection(query)}/$entity"
        return {"@odata.context": context, **self._shapes[resource.name].project(record, query)}

    def _children(self, resource: Resource, parent: str) -> list[Json]:
        fan_out = resource.fan_out
        table = self._tables.get(resource.name)
        if fan_out is None or table is None:
            raise bodies.denied(resource)
        stored = table.by_id.get(parent)
        parents = self._tables.get(fan_out.parents)
        if stored is None and (parents is None or parent not in parents.by_id):
            raise bodies.not_found(parent)
        values: list[Json] = [] if stored is None else stored[fan_out.values]
        return values

    def _collection(self, resource: Resource, records: Sequence[Json], query: odata.Query, call: _Call) -> Json:
        if query.filter:
            wanted = odata.parse_filter(query.filter)
            records = [record for record in records if wanted(record)]
        size = min(_page_size(query.top, resource.top, self._page_size), self._largest_page)
        if call.kind is faults.Kind.SHORT:
            size //= 2
        start = self._pages.offset(call.path, query)
        named = resource.path if resource.fan_out is None else "directoryObjects"
        body: Json = {"@odata.context": f"{call.base}/$metadata#{named}{_selection(query)}"}
        if query.count and not query.skiptoken:
            body["@odata.count"] = len(records)
        if call.kind is faults.Kind.LOOPING:
            body["@odata.nextLink"] = call.url
        elif start + size < len(records):
            token = self._pages.token(call.path, query, start + size)
            host = call.base.removesuffix(f"/{resource.version}")
            body["@odata.nextLink"] = f"{host}/{call.path}?{query.parameters(skiptoken=token)}"
        selectable = self._shapes[resource.name]
        body["value"] = [selectable.project(record, query) for record in records[start : start + size]]
        return body


@dataclass(frozen=True)
class _Call:
    """A request that is served: where it came to, and what is to go wrong with the answer."""

    url: str
    base: str
    """With the version."""
    path: str
    """With the version, without a slash at its ends."""
    kind: faults.Kind | None


def _raise_common(fault: faults.Fault) -> None:
    """The faults that look the same whatever was asked for."""
    if fault.kind is faults.Kind.THROTTLED:
        raise bodies.throttled(fault.retry_after, fault.scope)
    if fault.kind is faults.Kind.STATUS:
        raise bodies.failed(fault.status)
    if fault.kind is faults.Kind.TOKEN_EXPIRED:
        raise bodies.unauthenticated("Lifetime validation failed, the token is expired.")


def damaged(reply: Reply, fault: faults.Fault | None) -> Reply:
    """A good answer as ``fault`` leaves it, where it is one of the answer as a whole."""
    half = len(reply.body) // 2
    match None if fault is None else fault.kind:
        case faults.Kind.TRUNCATED:
            return replace(reply, body=reply.body[:half])
        case faults.Kind.RESET:
            return replace(reply, delivered=half)
        case faults.Kind.UNANSWERED:
            return replace(reply, delivered=0)
        case faults.Kind.ERROR_INSIDE:
            return replace(reply, body=bodies.ERROR_INSIDE)
        case faults.Kind.NEAR_LIMIT if fault is not None:
            return replace(reply, headers={**reply.headers, "x-ms-throttle-limit-percentage": str(fault.share)})
        case _:
            return reply


def _property_error(resource: Resource, name: str, fault: faults.Fault) -> GraphError:
    if fault.kind is faults.Kind.UNLICENSED:
        return bodies.property_unlicensed()
    return bodies.property_denied((resource.permission_for or {}).get(name, resource.permission))


def _by_id(table: Table, record_id: str) -> Json:
    record = table.by_id.get(record_id)
    if record is None:
        raise bodies.not_found(record_id)
    return record


def _selection(query: odata.Query) -> str:
    return f"({','.join(query.select)})" if query.select else ""


def _page_size(asked: int | None, largest: int | None, default: int) -> int:
    if asked is None:
        return default
    if asked < 1 or (largest is not None and asked > largest):
        # Wording of the directory service, quoted in public code for users and groups.
        most = f" and {largest} inclusive" if largest is not None else " and 2147483647 inclusive"
        raise GraphError(
            400, "Request_UnsupportedQuery", f"Invalid page size specified: '{asked}'. Must be between 1{most}."
        )
    return asked
