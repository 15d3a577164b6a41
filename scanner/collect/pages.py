"""Pages of Graph collections: split into records without decoding them, followed to the last one.

https://learn.microsoft.com/graph/paging: the link to the next page is opaque and used as it came; headers such as
``ConsistencyLevel`` are not part of it and go with every page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec

from scanner.collect.graph import GraphClient, Request
from scanner.collect.refusal import Broken

_CUT_OFF = b'@odata.nextLink":'
"""In a record: an expanded list that goes on elsewhere. Inside text the quotation mark would be escaped."""

_ABOUT_THE_ANSWER = ("@odata.context", "@microsoft.graph.tips")

_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Page(msgspec.Struct):
    """One page. ``value`` must be there: an answer without it is no page."""

    value: list[msgspec.Raw]
    next: str | None = msgspec.field(default=None, name="@odata.nextLink")


parse_page = msgspec.json.Decoder(Page).decode


async def pages(client: GraphClient, first: Request) -> AsyncIterator[list[bytes]]:
    """The records of every page, page by page; raises ``Unread``."""
    records, link = await _read(client, first)
    yield records
    async for records in following(client, first, link):
        yield records


async def following(client: GraphClient, first: Request, link: str | None) -> AsyncIterator[list[bytes]]:
    """The records of the page at ``link`` and of those after it; raises ``Unread``, also when links go in a circle."""
    seen = {first.url}
    while link is not None:
        if link in seen:
            raise Broken("the pages go round in a circle: a link to the next page came twice")
        seen.add(link)
        records, link = await _read(client, replace(first, url=link))
        yield records


async def _read(client: GraphClient, request: Request) -> tuple[list[bytes], str | None]:
    """The records and the next link of one page; the page itself, several megabytes, is not kept."""
    page = await client.read(request, parse_page)
    return records_of(page), page.next


def records_of(page: Page) -> list[bytes]:
    """The records of one page as JSON; raises ``Broken`` where an expanded list of a record is cut off."""
    records = [bytes(raw) for raw in page.value]
    if any(_CUT_OFF in record for record in records):
        raise Broken("a record has an expanded list that is cut off (@odata.nextLink inside the record)")
    return records


def parse_object(body: bytes) -> bytes:
    """A singleton's answer as a record: without what is about the answer, the address of the service and advice."""
    fields = _decode_fields(body)
    own = {name: raw for name, raw in fields.items() if not name.startswith(_ABOUT_THE_ANSWER)}
    return msgspec.json.encode(own)
