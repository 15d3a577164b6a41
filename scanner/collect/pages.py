"""Pages of Graph collections: split into records without decoding them, followed to the last one.

https://learn.microsoft.com/graph/paging: the link to the next page is opaque and used as it came; headers such as
``ConsistencyLevel`` are not part of it and go with every page; a page may be short or empty and not be the last; and
a link that came with an answer to a retry may not be known, while the link before it is. Links expire while a
collector waits for its turn, and services have been seen to send them round in a circle or without an end
(https://github.com/microsoftgraph/microsoft-graph-docs/issues/2635, issues/6754).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from scanner.collect.graph import GraphClient, Request
from scanner.collect.refusal import Broken, PagesLost, Passing, Refused, refused

T = TypeVar("T")

RESTARTS = 3
"""How often a collection is read again from its first page."""
MOST_IDLE = 500
"""Pages in a row that bring nothing new, until it is taken for a circle. A service that searches a log with a filter
sends many empty ones."""
_CUT_OFF = b'@odata.nextLink":'
"""In a record: an expanded list that goes on elsewhere. Inside text the quotation mark would be escaped."""

_ABOUT_THE_ANSWER = ("@odata.context", "@microsoft.graph.tips")

_NULL = msgspec.Raw(b"null")

_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Page(msgspec.Struct):
    """One page. ``value`` must be there: an answer without it is no page."""

    value: list[msgspec.Raw]
    next: str | None = msgspec.field(default=None, name="@odata.nextLink")
    next_in_azure: str | None = msgspec.field(default=None, name="nextLink")
    """Azure Resource Manager's name for the same."""
    error: msgspec.Raw | None = None
    """Set where something went wrong after the answer had begun."""


class _Error(msgspec.Struct):
    error: msgspec.Raw


_decode_page = msgspec.json.Decoder(Page).decode
_decode_error = msgspec.json.Decoder(_Error).decode


def parse_page(body: bytes) -> Page:
    """One page; raises ``Passing`` for an error that was sent as a good answer, and msgspec's errors."""
    page = or_error(_decode_page, body)
    if page.error is not None:
        raise _error_inside(body)
    return page


def or_error(decode: Callable[[bytes], T], body: bytes) -> T:
    """What ``decode`` makes of the answer; raises ``Passing`` where it is an error all the same, and msgspec's."""
    try:
        return decode(body)
    except msgspec.ValidationError:
        if _is_error(body):
            raise _error_inside(body) from None
        raise


def parse_object(body: bytes, key: str = "", name: str = "") -> bytes:
    """A singleton's answer as a record: without what is about the answer, the address of the service and advice.

    Graph sends some without an id: these get ``name`` as their ``key``.
    """
    fields = _decode_fields(body)
    if "error" in fields:
        raise _error_inside(body)
    own = {field: raw for field, raw in fields.items() if not field.startswith(_ABOUT_THE_ANSWER)}
    if key and own.get(key, _NULL) == _NULL:
        own.pop(key, None)
        own = {key: msgspec.Raw(msgspec.json.encode(name)), **own}
    return msgspec.json.encode(own)


def _is_error(body: bytes) -> bool:
    try:
        _decode_error(body)
    except msgspec.DecodeError:
        return False
    return True


def _error_inside(body: bytes) -> Passing:
    error = refused(200, body)
    detail = ": ".join(part for part in (error.code, error.message) if part)
    return Passing(f"Graph answered 200 with an error inside: {detail}")


async def pages(client: GraphClient, first: Request) -> AsyncIterator[list[bytes]]:
    """The records of every page, page by page. A page may come twice.

    Raises ``PagesLost`` where only reading all pages again may help, and ``Unread``.
    """
    async for records in following(client, first, first.url):
        yield records


async def following(client: GraphClient, first: Request, link: str | None) -> AsyncIterator[list[bytes]]:
    """The records of the page at ``link`` and of those after it, as ``pages`` has them; ``first`` is the first page."""
    trail = _Trail(first.url)
    while link is not None:
        trail.step(link)
        try:
            records, following_link = await _read(client, replace(first, url=link))
        except Refused as error:
            if link == first.url or not error.page_lost:
                raise
            link = trail.back(error)
            continue
        trail.see(records)
        yield records
        link = following_link


@dataclass
class _Trail:
    """The way from page to page."""

    before: str
    """The last link that led to a page."""
    at: str = ""
    links: set[str] = field(default_factory=set)
    contents: set[int] = field(default_factory=set)
    """Of the pages so far, as numbers."""
    idle: int = 0
    """Pages in a row that brought nothing new."""
    repeated: set[str] = field(default_factory=set)
    """Links that were followed again because the one after them was lost."""

    def step(self, link: str) -> None:
        """A link that is about to be followed; raises ``PagesLost`` for one that was followed already."""
        if link in self.links:
            raise PagesLost("the pages go round in a circle: a link to the next page came twice")
        self.links.add(link)
        self.at = link

    def see(self, records: list[bytes]) -> None:
        """What the link led to; raises ``Broken`` when that has been nothing new for too long."""
        content = hash(tuple(records))
        self.idle = self.idle + 1 if not records or content in self.contents else 0
        if self.idle >= MOST_IDLE:
            raise Broken(f"the pages have no end: {self.idle} in a row brought nothing new")
        self.contents.add(content)
        self.before = self.at

    def back(self, error: Refused) -> str:
        """The link before the one that ``error`` says is lost; raises ``PagesLost`` when it was tried already."""
        if self.at == self.before or self.before in self.repeated:
            raise PagesLost(f"the link to the next page is no longer known ({error})") from error
        self.repeated.add(self.before)
        self.links -= {self.before, self.at}
        return self.before


@dataclass
class Restarts:
    """How often one collection was read again from its first page."""

    client: GraphClient
    resource: str
    count: int = 0

    async def after(self, lost: PagesLost) -> None:
        """Waits a moment before all is read again; raises ``lost`` when that was done often enough."""
        if self.count == RESTARTS:
            raise PagesLost(f"{lost}, {RESTARTS + 1} times over") from lost
        self.count += 1
        await self.client.wait(self.resource, 2.0**self.count, lost)


async def _read(client: GraphClient, request: Request) -> tuple[list[bytes], str | None]:
    """The records and the next link of one page; the page itself, several megabytes, is not kept."""
    page = await client.read(request, parse_page)
    return records_of(page), page.next or page.next_in_azure or None


def records_of(page: Page) -> list[bytes]:
    """The records of one page as JSON; raises ``Broken`` where an expanded list of a record is cut off."""
    records = [bytes(raw) for raw in page.value]
    if any(_CUT_OFF in record for record in records):
        raise Broken("a record has an expanded list that is cut off (@odata.nextLink inside the record)")
    return records
