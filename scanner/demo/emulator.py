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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.demo import bodies, faults, odata, routes
from scanner.demo.bodies import GraphError, Json, Reply
from scanner.demo.folder import Table, read_folder
from scanner.demo.selectable import Selectable

DEFAULT_PAGE = 100
"""Records a page without ``$top``: https://learn.microsoft.com/graph/api/user-list."""


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

    ``page_size`` is how many records a page has without ``$top``, where Graph would choose.
    """

    def __init__(
        self, tables: Mapping[str, Table], injected: faults.Faults | None = None, *, page_size: int = DEFAULT_PAGE
    ) -> None:
        self._tables = tables
        self._faults = injected or faults.Faults()
        self._page_size = page_size
        self._pages = odata.Pages(uuid4().bytes)
        self._shapes = {name: Selectable.of(resource) for name, resource in BY_NAME.items()}
        self.seen: list[str] = []
        """Every request so far, those within batches too: ``GET /v1.0/users?$top=999``."""

    @classmethod
    def of(cls, folder: Path, injected: faults.Faults | None = None, *, page_size: int = DEFAULT_PAGE) -> Emulator:
        """An emulator of a folder of JSON files. Raises ``UsageError`` where the folder is not well-formed."""
        return cls(read_folder(folder), injected, page_size=page_size)

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
        fault = self._faults.strike((*keys, faults.ANY), further_page=further_page)
        if fault is not None:
            _raise_common(fault)
        return fault

    def _answer(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        self.seen.append(f"{request.method} {parts.path}{'?' if parts.query else ''}{parts.query}")
        self.authenticate(request)
        if request.method != "GET":
            raise bodies.wrong_method()
        found = routes.match(parts.path)
        if found is None:
            raise bodies.no_segment(parts.path.rstrip("/").rpartition("/")[2])
        resource = found.resource
        query = odata.parse_query(parts.query)
        fault = self._strike_resource(resource, query)
        self._shapes[resource.name].check(query)
        base = f"{parts.scheme}://{parts.netloc}/{resource.version}"
        body = self._body(found, query, base, parts.path.strip("/"))
        return _broken(json.dumps(body, ensure_ascii=False).encode(), fault)

    def _strike_resource(self, resource: Resource, query: odata.Query) -> faults.Fault | None:
        fault = self.strike(resource.name, further_page=bool(query.skiptoken))
        if fault is not None and fault.kind is faults.Kind.DENIED:
            raise bodies.denied(resource)
        if fault is not None and fault.kind is faults.Kind.UNLICENSED:
            raise bodies.unlicensed(resource)
        for name in query.select:
            of_property = self._faults.strike([f"{resource.name}.{name}"])
            if of_property is not None:
                raise _property_error(resource, name, of_property)
        if resource.name not in self._tables and resource.fan_out is None:
            raise bodies.denied(resource)
        return fault

    def _body(self, found: routes.Match, query: odata.Query, base: str, path: str) -> Json:
        resource = found.resource
        if found.kind is routes.Kind.COLLECTION:
            return self._collection(resource, self._tables[resource.name].records, query, base, path)
        if found.kind is routes.Kind.CHILDREN:
            return self._collection(resource, self._children(resource, found.id), query, base, path)
        if found.kind is routes.Kind.SINGLETON:
            record = self._tables[resource.name].records[0]
        else:
            record = _by_id(self._tables[resource.name], found.id)
        context = f"{base}/$metadata#{resource.path}{_selection(query)}/$entity"
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

    def _collection(
        self, resource: Resource, records: Sequence[Json], query: odata.Query, base: str, path: str
    ) -> Json:
        if query.filter:
            wanted = odata.parse_filter(query.filter)
            records = [record for record in records if wanted(record)]
        size = _page_size(query.top, resource.top, self._page_size)
        start = self._pages.offset(path, query)
        named = resource.path if resource.fan_out is None else "directoryObjects"
        body: Json = {"@odata.context": f"{base}/$metadata#{named}{_selection(query)}"}
        if query.count and not query.skiptoken:
            body["@odata.count"] = len(records)
        if start + size < len(records):
            token = self._pages.token(path, query, start + size)
            host = base.removesuffix(f"/{resource.version}")
            body["@odata.nextLink"] = f"{host}/{path}?{query.parameters(skiptoken=token)}"
        selectable = self._shapes[resource.name]
        body["value"] = [selectable.project(record, query) for record in records[start : start + size]]
        return body


def _raise_common(fault: faults.Fault) -> None:
    """The faults that look the same whatever was asked for."""
    if fault.kind is faults.Kind.THROTTLED:
        raise bodies.throttled(fault.retry_after)
    if fault.kind is faults.Kind.STATUS:
        raise bodies.failed(fault.status)
    if fault.kind is faults.Kind.TOKEN_EXPIRED:
        raise bodies.unauthenticated("Lifetime validation failed, the token is expired.")
    if fault.kind is faults.Kind.PAGE_EXPIRED:
        raise odata.expired_page()


def _property_error(resource: Resource, name: str, fault: faults.Fault) -> GraphError:
    if fault.kind is faults.Kind.UNLICENSED:
        return bodies.property_unlicensed()
    return bodies.property_denied((resource.permission_for or {}).get(name, resource.permission))


def _broken(body: bytes, fault: faults.Fault | None) -> Reply:
    headers = {"Content-Type": bodies.CONTENT_TYPE, "OData-Version": "4.0"}
    half = len(body) // 2
    if fault is not None and fault.kind is faults.Kind.TRUNCATED:
        return Reply(200, body[:half], headers)
    return Reply(200, body, headers, delivered=None if fault is None else half)


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
