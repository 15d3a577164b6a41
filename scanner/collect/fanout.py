"""Lists that Graph gives per parent only, such as the members of a group: batches, further pages, nested groups."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import quote

import msgspec

from scanner.collect.batch import SIZE, read_all
from scanner.collect.catalogue import BY_NAME
from scanner.collect.graph import GraphClient, Request
from scanner.collect.pages import Page, Restarts, following, pages, records_of
from scanner.collect.plan import Item
from scanner.collect.refusal import Broken, PagesLost, Refused
from scanner.collect.resource import FanOut

_ANY_OBJECT = "directoryObject"
"""The Graph type of objects of several kinds; what one is stands in its ``@odata.type`` only."""


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
    began: datetime | None = None
    """When the collection began, in the first of several attempts; None: now."""
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
        url = self.item.url().replace("{since}", self._since)
        like = Request(url, self.item.resource.name, eventual=self.item.resource.advanced)
        urls = {parent: url.replace("{id}", quote(parent, safe="")) for parent in parents}
        answers = await read_all(self.client, urls, like)
        records: list[bytes] = []
        found: set[str] = set()
        for parent in parents:
            values = await self._values(answers[parent], replace(like, url=urls[parent]))
            if values is None:
                self.gone += 1
                continue
            found.update(value.id for value, _ in values if value.type == self._nested_type)
            records.append(_record(parent, self.fan_out.values, (raw for _, raw in values)))
        return records, found

    async def _values(self, page: Page | None, first: Request) -> list[tuple[_Value, bytes]] | None:
        """All objects of one list, further pages included, sorted by id: Graph gives them in no fixed order.

        ``page`` is the answer to ``first``. None where the parent no longer exists.
        """
        if page is None:
            return None
        try:
            raws = await self._all(page, first)
            values = {value.id: (value, raw) for raw in raws for value in (_value(raw),)}
        except msgspec.DecodeError as error:
            raise Broken(f"an object in a list has another form than expected: {error}") from error
        except Refused as error:
            if error.gone:
                return None
            raise
        if self.fan_out.item == _ANY_OBJECT and any(value.type is None for value, _ in values.values()):
            raise Broken("an object in a list does not say whether it is a user, a group or something else")
        return [values[key] for key in sorted(values)]

    async def _all(self, page: Page, first: Request) -> list[bytes]:
        """All pages of one list, read again from the first where they cannot be followed to the last."""
        restarts = Restarts(self.client, first.resource)
        raws = records_of(page)
        rest = following(self.client, first, page.next)
        while True:
            try:
                async for more in rest:
                    raws.extend(more)
                return raws
            except PagesLost as lost:
                await restarts.after(lost)
                raws = []
                rest = pages(self.client, first)

    @cached_property
    def _since(self) -> str:
        """The moment from which on something is asked for, as Graph writes times."""
        moment = (self.began or self.client.clock.now()) - timedelta(days=self.fan_out.days)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def _nested_type(self) -> str:
        """The ``@odata.type`` of objects that are parents themselves; empty when they are not followed."""
        return f"#microsoft.graph.{BY_NAME[self.fan_out.parents].type}" if self.fan_out.nested else ""


def _record(parent: str, name: str, values: Iterable[bytes]) -> bytes:
    """``{"id": parent, name: [values]}``."""
    return b'{"id":%b,%b:[%b]}' % (msgspec.json.encode(parent), msgspec.json.encode(name), b",".join(values))
