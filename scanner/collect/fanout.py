"""Lists that Graph gives per parent only, such as the members of a group: batches, further pages, nested groups."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from scanner.collect.batch import SIZE, read_all
from scanner.collect.catalogue import BY_NAME
from scanner.collect.graph import GraphClient, Request
from scanner.collect.pages import Page, following, records_of
from scanner.collect.plan import Item
from scanner.collect.refusal import Broken
from scanner.collect.resource import FanOut


class _Value(msgspec.Struct):
    """What is read of an object in a list."""

    id: str
    type: str | None = msgspec.field(default=None, name="@odata.type")


_value = msgspec.json.Decoder(_Value).decode


@dataclass
class FanOutReader:
    """Reads the lists of some parents, and with ``nested`` of the parents found in them."""

    client: GraphClient
    item: Item
    fan_out: FanOut
    gone: int = field(default=0, init=False)
    """Parents that no longer exist: deleted since their id was read."""

    async def records(self, parents: Iterable[str]) -> AsyncIterator[list[bytes]]:
        """Records ``{"id": parent, values: [...]}``, batch by batch; raises ``Unread``."""
        done = set(parents)
        waiting = sorted(done)
        while waiting:
            now, waiting = waiting[:SIZE], waiting[SIZE:]
            records, found = await self._batch(now)
            new = found - done
            done |= new
            waiting.extend(sorted(new))
            yield records

    async def _batch(self, parents: list[str]) -> tuple[list[bytes], set[str]]:
        """The records of up to twenty parents, and the parents found in their lists."""
        url = self.item.url()
        like = Request(url, self.item.resource.name, eventual=self.item.resource.advanced)
        urls = {parent: url.replace("{id}", quote(parent, safe="")) for parent in parents}
        pages = await read_all(self.client, urls, like)
        records: list[bytes] = []
        found: set[str] = set()
        for parent in parents:
            page = pages[parent]
            if page is None:
                self.gone += 1
                continue
            values = await self._values(page, like)
            found.update(value.id for value, _ in values if value.type == self._nested_type)
            records.append(_record(parent, self.fan_out.values, (raw for _, raw in values)))
        return records, found

    async def _values(self, page: Page, like: Request) -> list[tuple[_Value, bytes]]:
        """All objects of one list, further pages included, sorted by id: Graph gives them in no fixed order."""
        raws = records_of(page)
        async for more in following(self.client, like, page.next):
            raws.extend(more)
        try:
            values = {value.id: (value, raw) for raw in raws for value in (_value(raw),)}
        except msgspec.DecodeError as error:
            raise Broken(f"an object in a list has another form than expected: {error}") from error
        return [values[key] for key in sorted(values)]

    @property
    def _nested_type(self) -> str:
        """The ``@odata.type`` of objects that are parents themselves; empty when they are not followed."""
        return f"#microsoft.graph.{BY_NAME[self.fan_out.parents].type}" if self.fan_out.nested else ""


def _record(parent: str, name: str, values: Iterable[bytes]) -> bytes:
    """``{"id": parent, name: [values]}``."""
    return b'{"id":%b,%b:[%b]}' % (msgspec.json.encode(parent), msgspec.json.encode(name), b",".join(values))
