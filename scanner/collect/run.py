"""Runs a plan against one tenant and writes the snapshot.

Resources are read at the same time, the pages of one after another, and every page goes to disk as it comes. What
goes wrong with one resource is its outcome, in words, and does not touch the others. Two things end the whole run:
no sign-in or no service at the very first request, and a disk that cannot be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import msgspec

from scanner import __version__
from scanner.collect.fanout import FanOutReader
from scanner.collect.graph import GraphClient, Request, Unreachable
from scanner.collect.pages import pages, parse_object
from scanner.collect.parents import Parents
from scanner.collect.plan import HEADER, Item, Plan
from scanner.collect.progress import Progress, Quiet
from scanner.collect.refusal import Refused, Unread
from scanner.collect.resource import FanOut
from scanner.errors import SignInError, SnapshotError, TenantlintError
from scanner.model import Outcome
from scanner.snapshot import Entry, Header, Manifest, ResourceWriter, SnapshotWriter

CONCURRENCY = 6
"""Resources read at the same time. More meets Graph's limits per application before it saves time."""
_REFUSING = (Outcome.DENIED, Outcome.UNLICENSED)


@dataclass(frozen=True)
class Options:
    """What a collection is told beside the plan."""

    groups: tuple[str, ...] = ()
    """Groups whose members are needed because the configuration names them: ids or display names."""
    cloud: str = "global"
    collected_by: str = ""
    """Application id of whoever signs in; empty when unknown."""
    tenant_id: str = ""
    """Of the sign-in, for the case that the tenant does not let itself be named."""
    concurrency: int = CONCURRENCY


async def collect(
    client: GraphClient,
    plan: Plan,
    writer: SnapshotWriter,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Reads everything in ``plan`` and finishes ``writer``.

    Raises ``SignInError`` when the first request gets no token, ``TenantlintError`` when the service cannot be
    reached at all, and ``OutputError``; whatever else goes wrong stands in the manifest.
    """
    return await _Collection(client, plan, writer, options or Options(), progress or Quiet()).run()


class _Tenant(msgspec.Struct):
    id: str = ""
    name: str | None = msgspec.field(default=None, name="displayName")


@dataclass
class _Reading:
    """One resource while it is read."""

    item: Item
    began: float
    requests: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a reader of the snapshot should know although it was collected."""
    writer: ResourceWriter | None = None
    records: int = 0


class _Collection:
    def __init__(
        self, client: GraphClient, plan: Plan, writer: SnapshotWriter, options: Options, progress: Progress
    ) -> None:
        self._client = client
        self._plan = plan
        self._writer = writer
        self._options = options
        self._progress = progress
        self._entries: dict[str, Entry] = {}
        self._done = {item.resource.name: asyncio.Event() for item in plan.items}
        self._free = asyncio.Semaphore(options.concurrency)
        self._tenant = _Tenant()
        self._parents: Mapping[str, Parents] = {
            item.resource.name: Parents(item.resource.fan_out, options.groups if item.resource.fan_out.only else ())
            for item in plan.items
            if item.resource.fan_out is not None
        }

    async def run(self) -> Manifest:
        began = self._client.clock.now()
        header, *_ = HEADER
        await self._resource(self._plan[header], first=True)
        try:
            async with asyncio.TaskGroup() as tasks:
                for item in self._plan.items:
                    if item.resource.name != header:
                        tasks.create_task(self._resource(item))
        except ExceptionGroup as group:
            # All others were cancelled; one is enough to say why.
            raise _first(group) from None
        return self._writer.finish(
            Header(
                tenant_id=self._tenant.id or self._options.tenant_id,
                tenant_name=self._tenant.name or "",
                collected_at=began.strftime("%Y-%m-%dT%H:%M:%SZ"),
                tool_version=__version__,
                cloud=self._options.cloud,
                collected_by=self._options.collected_by,
            )
        )

    async def _resource(self, item: Item, *, first: bool = False) -> None:
        """Reads one resource when all it depends on are done, and writes down what became of it."""
        name = item.resource.name
        for earlier in item.after:
            await self._done[earlier].wait()
        async with self._free:
            reading = _Reading(item, self._client.clock.monotonic())
            self._progress.begin(name)
            outcome, reason = await self._outcome(reading, first=first)
            writer = reading.writer or self._writer.resource(name, item.resource.key)
            seconds = self._client.clock.monotonic() - reading.began
            # In a thread: sorting a large resource takes seconds in which the others would stand still.
            entry = await asyncio.to_thread(writer.close, outcome, reason, reading.requests, seconds)
        self._entries[name] = entry
        self._progress.end(name, outcome, entry.records, reason)
        self._done[name].set()

    async def _outcome(self, reading: _Reading, *, first: bool) -> tuple[Outcome, str]:
        item = reading.item
        try:
            if item.resource.fan_out is not None:
                return await self._fan_out(reading, item.resource.fan_out)
            await self._records(reading)
            return Outcome.COLLECTED, "; ".join(reading.notes)
        except Unread as error:
            if first and isinstance(error, Unreachable):
                raise TenantlintError(f"{error}. Check the network, the proxy and the cloud.") from error
            if first and isinstance(error, Refused) and error.status == 401:
                raise SignInError(f"The service does not take the token: {error}. Check tenant and cloud.") from error
            outcome, reason = error.outcome(item.resource)
            return outcome, _after_records(reason, reading.records)
        except SnapshotError as error:
            return Outcome.FAILED, str(error)
        except SignInError as error:
            if first:
                raise
            return Outcome.FAILED, _after_records(str(error), reading.records)

    async def _records(self, reading: _Reading) -> None:
        """Reads a collection or a singleton; without those properties that are what is refused."""
        while True:
            try:
                return await self._store(reading, self._answers(reading))
            except Refused as error:
                at_fault = {} if reading.records else _at_fault(reading.item, error)
                if not at_fault:
                    raise
                reading.item = reading.item.without(at_fault)
                left_out = "; ".join(f"{name}, which {why}" for name, why in at_fault.items())
                reading.notes.append(f"left out: {left_out} ({error})")

    async def _answers(self, reading: _Reading) -> AsyncIterator[list[bytes]]:
        item = reading.item
        url = item.url()
        reading.requests.append(f"GET {url}")
        request = Request(url, item.resource.name, eventual=item.resource.advanced)
        if item.resource.singleton:
            yield [await self._client.read(request, parse_object)]
            return
        async for records in pages(self._client, request):
            yield records

    async def _fan_out(self, reading: _Reading, fan_out: FanOut) -> tuple[Outcome, str]:
        item = reading.item
        parents = self._entries[fan_out.parents]
        if parents.outcome is not Outcome.COLLECTED:
            return parents.outcome, f"it needs {fan_out.parents}, which is {parents.outcome}: {parents.reason}"
        for name in item.after:
            entry = self._entries[name]
            if entry.outcome is not Outcome.COLLECTED:
                reading.notes.append(f"without those that {name} names, which is {entry.outcome}")
        ids = self._parents[item.resource.name].ids()
        if ids:
            reading.requests.append(f"POST /{item.resource.version}/$batch of GET {item.url()}")
        reader = FanOutReader(self._client, item, fan_out)
        await self._store(reading, reader.records(ids))
        if reader.gone:
            reading.notes.append(f"{reader.gone} of the {fan_out.parents} asked for no longer exist")
        return Outcome.COLLECTED, "; ".join(reading.notes)

    async def _store(self, reading: _Reading, answers: AsyncIterator[list[bytes]]) -> None:
        """Writes records page by page, and shows them to whoever waits for names in them."""
        resource = reading.item.resource
        reading.writer = writer = self._writer.resource(
            resource.name, resource.key, reading.item.requested, resource.omitted_when_null
        )
        watching = [parents for parents in self._parents.values() if resource.name in parents.sources]
        async for records in answers:
            for record in records:
                writer.add(record)
            for parents in watching:
                parents.see(resource.name, records)
            if resource.name == HEADER[0]:
                self._tenant = _tenant_in(records)
            reading.records += len(records)
            self._progress.read(resource.name, len(records))


def _at_fault(item: Item, error: Refused) -> Mapping[str, str]:
    """Properties for which the whole request may have been refused → why; none where it cannot be mended so."""
    name = error.unknown_property
    if name in item.properties and name not in item.resource.always:
        return {name: "Graph does not know here"}
    outcome, _ = error.outcome(item.resource)
    return {name: f"needs {needed}" for name, needed in item.gated.items()} if outcome in _REFUSING else {}


def _after_records(reason: str, records: int) -> str:
    """Nothing of a resource that is not whole is kept."""
    return f"{reason}, after {records:,} records, which were thrown away" if records else reason


def _tenant_in(records: list[bytes]) -> _Tenant:
    """The tenant's id and name; the writer has seen to it that the record is an object with an id."""
    try:
        return msgspec.json.decode(records[0], type=_Tenant) if records else _Tenant()
    except msgspec.ValidationError:
        return _Tenant()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
