"""Runs a plan against one tenant and writes the snapshot.

Resources are read at the same time, the pages of one after another, and every page goes to disk as it comes. What
goes wrong with one resource is its outcome, in words, and does not touch the others. Two things end the whole run:
no sign-in or no service at the very first request, and a disk that cannot be written. What an earlier process has read
of the same is not read again (``resume.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import msgspec

from scanner import __version__
from scanner.collect.arm import ArmReader, Subscriptions
from scanner.collect.declared import DeclaredAccounts
from scanner.collect.fanout import FanOutReader
from scanner.collect.graph import GraphClient, Request, Unreachable
from scanner.collect.pages import Restarts, pages, parse_object
from scanner.collect.parents import Parents, Watcher
from scanner.collect.plan import HEADER, Item, Plan
from scanner.collect.progress import Progress, Quiet
from scanner.collect.refusal import PagesLost, Refused, Unread
from scanner.collect.resource import FanOut
from scanner.collect.resume import replay, take_up
from scanner.errors import SignInError, SnapshotError, TenantlintError
from scanner.model import Outcome
from scanner.snapshot import Cost, Entry, Header, Manifest, ResourceWriter, SnapshotWriter, Unfinished, rfc3339

CONCURRENCY = 6
"""Resources read at the same time. More meets Graph's limits per application before it saves time."""
_REFUSING = (Outcome.DENIED, Outcome.UNLICENSED)


@dataclass(frozen=True)
class Options:
    """What a collection is told beside the plan."""

    groups: tuple[str, ...] = ()
    """Groups whose members are needed because the configuration names them: ids or display names."""
    accounts: tuple[str, ...] = ()
    """Break-glass accounts that the configuration names: ids or userPrincipalNames."""
    cloud: str = "global"
    collected_by: str = ""
    """Application id of whoever signs in; empty when unknown."""
    tenant_id: str = ""
    """Of the sign-in, for the case that the tenant does not let itself be named."""
    concurrency: int = CONCURRENCY
    azure: GraphClient | None = None
    """The client for Azure Resource Manager; None: what only that has is skipped."""
    last: Callable[[SnapshotWriter], object] | None = None
    """Adds to the snapshot what no service is asked for, when all that is asked for is there."""


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
        self._began = client.clock.now()
        self._subscriptions = Subscriptions()
        self._parents: Mapping[str, Parents | DeclaredAccounts] = {
            item.resource.name: _parents_of(item.resource.fan_out, options)
            for item in plan.items
            if item.resource.fan_out is not None
        }
        self._watchers: tuple[Watcher, ...] = (*self._parents.values(), self._subscriptions)

    async def run(self) -> Manifest:
        header, *_ = HEADER
        unfinished = self._writer.unfinished
        if unfinished is not None:
            self._began = unfinished.began
        kept = take_up(unfinished, self._plan, self._progress) if unfinished is not None else {}
        await self._resource(self._plan[header], first=True)
        tenant_id = self._tenant.id or self._options.tenant_id
        if unfinished is not None:
            unfinished.bind(tenant_id)
            self._replay(unfinished, kept)
        await self._all(item for item in self._plan.items if item.resource.name not in self._entries)
        if self._options.last is not None:
            self._options.last(self._writer)
        return self._writer.finish(
            Header(
                tenant_id=tenant_id,
                tenant_name=self._tenant.name or "",
                collected_at=rfc3339(self._began),
                tool_version=__version__,
                cloud=self._options.cloud,
                collected_by=self._options.collected_by,
                resumed=unfinished.resumed if unfinished is not None else (),
            )
        )

    def _replay(self, unfinished: Unfinished, kept: Mapping[str, Entry]) -> None:
        """What an earlier process has read stands as if it had been read now."""
        replay(unfinished, kept, self._watchers)
        for name, entry in kept.items():
            self._progress.end(name, entry.outcome, entry.records, entry.reason)
            self._entries[name] = entry
            self._done[name].set()

    async def _all(self, items: Iterable[Item]) -> None:
        """Reads resources at the same time; the first error that ends the run is raised."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for item in items:
                    tasks.create_task(self._resource(item))
        except ExceptionGroup as group:
            # All others were cancelled; one is enough to say why.
            raise _first(group) from None

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
            entry = await asyncio.to_thread(
                writer.close, outcome, reason, reading.requests, seconds, self._cost(reading.item)
            )
        self._entries[name] = entry
        self._progress.end(name, outcome, entry.records, reason)
        self._done[name].set()

    def _cost(self, item: Item) -> Cost:
        client = self._client if item.resource.azure is None else self._options.azure
        if client is None:
            return Cost()
        spent = client.meter.of(item.resource.name)
        return Cost(spent.sent, None if item.units is None else spent.units(item.units))

    async def _outcome(self, reading: _Reading, *, first: bool) -> tuple[Outcome, str]:
        item = reading.item
        try:
            if item.resource.azure is not None:
                return await self._azure(reading)
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
        restarts = Restarts(self._client, reading.item.resource.name)
        while True:
            try:
                return await self._store(reading, self._answers(reading))
            except PagesLost as lost:
                await restarts.after(lost)
                reading.records = 0
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
            resource = item.resource
            yield [await self._client.read(request, partial(parse_object, key=resource.key, name=resource.name))]
            return
        async for records in pages(self._client, request):
            yield records

    async def _azure(self, reading: _Reading) -> tuple[Outcome, str]:
        """Reads a resource of the other service, which has roles instead of permissions."""
        if lack := self._lack_of_parents(reading.item):
            return lack
        if self._options.azure is None:
            return Outcome.SKIPPED, "Azure Resource Manager was not asked: where it is in this cloud is not known"
        reader = ArmReader(self._options.azure, reading.item, self._subscriptions.all())
        reading.requests.append(reader.request)
        await self._store(reading, reader.records())
        outcome, reason = reader.outcome()
        return outcome, reason if outcome is Outcome.COLLECTED else _after_records(reason, reading.records)

    def _lack_of_parents(self, item: Item) -> tuple[Outcome, str] | None:
        """The outcome of what is asked for each of its parents, where these are not known."""
        name = item.resource.parents
        entry = self._entries[name] if name else None
        if entry is None or entry.outcome is Outcome.COLLECTED:
            return None
        return entry.outcome, f"it needs {name}, which is {entry.outcome}: {entry.reason}"

    async def _fan_out(self, reading: _Reading, fan_out: FanOut) -> tuple[Outcome, str]:
        item = reading.item
        if fan_out.declared and not (self._options.accounts or self._options.groups):
            return Outcome.SKIPPED, "the configuration declares no break-glass account (breakGlass)"
        if lack := self._lack_of_parents(item):
            return lack
        for name in item.after:
            entry = self._entries[name]
            if entry.outcome is Outcome.COLLECTED:
                continue
            if fan_out.declared and name in self._parents[item.resource.name].sources:
                return entry.outcome, f"it needs {name}, which is {entry.outcome}: {entry.reason}"
            if not fan_out.declared:
                reading.notes.append(f"without those that {name} names, which is {entry.outcome}")
        reading.notes += self._gaps(item)
        ids = self._parents[item.resource.name].ids()
        if ids:
            reading.requests.append(f"POST /{item.resource.version}/$batch of GET {item.url()}")
        reader = FanOutReader(self._client, item, fan_out, self._began)
        await self._store(reading, reader.records(ids))
        if reader.gone:
            reading.notes.append(f"{reader.gone} of the {fan_out.parents} asked for no longer exist")
        return Outcome.COLLECTED, "; ".join(reading.notes)

    def _gaps(self, item: Item) -> Iterator[str]:
        """What a fan-out may lack because records that lead to its parents came without a property, in words."""
        for name in item.after:
            entry = self._entries[name]
            missing = self._parents[item.resource.name].reads(name).difference(entry.properties or ())
            if entry.records and missing:
                gaps = ", ".join(sorted(missing))
                yield f"without those that {name} would lead to: {gaps} is not in every record"

    async def _store(self, reading: _Reading, answers: AsyncIterator[list[bytes]]) -> None:
        """Writes records page by page, and shows them to whoever waits for names in them."""
        resource = reading.item.resource
        reading.writer = writer = self._writer.resource(
            resource.name, resource.key, reading.item.requested, resource.omitted_when_null
        )
        watching = [watcher for watcher in self._watchers if resource.name in watcher.sources]
        async for records in answers:
            for record in records:
                writer.add(record)
            for watcher in watching:
                watcher.see(resource.name, records)
            if resource.name == HEADER[0]:
                self._tenant = _tenant_in(records)
            reading.records += len(records)
            self._progress.read(resource.name, len(records))
        if missing := writer.missing():
            reading.notes.append(f"not in every record: {', '.join(missing)}")


def _parents_of(fan_out: FanOut, options: Options) -> Parents | DeclaredAccounts:
    if fan_out.declared:
        return DeclaredAccounts(fan_out, options.accounts, options.groups)
    return Parents(fan_out, options.groups if fan_out.only else ())


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
