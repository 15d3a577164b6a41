"""Azure Resource Manager: lists over all subscriptions that the identity can see, each subscription judged by itself.

It pages as Graph does, with ``nextLink`` (https://learn.microsoft.com/rest/api/azure/), and throttles with 429 and
``Retry-After``, for every subscription by itself, so that a few lists of each never come near a limit
(https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).

It shows an identity what its roles reach and is silent about the rest: a subscription without a role is not in the list
of subscriptions. So no subscription at all is taken for a missing role, and every entry says how many there were.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from scanner.collect.arm_refusal import Failures, unregistered
from scanner.collect.catalogue.azure import SUBSCRIPTIONS
from scanner.collect.graph import GraphClient, Request
from scanner.collect.pages import Restarts, pages
from scanner.collect.plan import Item
from scanner.collect.refusal import Broken, PagesLost, Refused, Unread
from scanner.collect.withhold import withhold
from scanner.model import Outcome

AT_ONCE = 5
"""Subscriptions asked at the same time, for one resource."""

_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DELETED = "Deleted"
"""All resources of such a subscription are deleted, and it answers no request:
https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"""


class ArmClient(GraphClient):
    """The same client for the other service, with a token of its own."""

    service = "Azure Resource Manager"


class Subscription(msgspec.Struct, frozen=True):
    """What is kept of a subscription's record."""

    id: str = msgspec.field(name="subscriptionId")
    name: str | None = msgspec.field(default=None, name="displayName")
    state: str | None = None


_subscription = msgspec.json.Decoder(Subscription).decode


class Subscriptions:
    """The subscriptions to ask, picked out of their records as they go by."""

    def __init__(self) -> None:
        self._seen: dict[str, Subscription] = {}

    @property
    def sources(self) -> frozenset[str]:
        """The resource whose records it wants to see."""
        return frozenset({SUBSCRIPTIONS})

    def see(self, resource: str, records: Iterable[bytes]) -> None:
        """Takes notice of records; raises ``Broken`` for one of another form."""
        for record in records:
            try:
                subscription = _subscription(record)
            except msgspec.DecodeError as error:
                raise Broken(f"a subscription has another form than expected: {error}") from error
            if not _ID.fullmatch(subscription.id):
                raise Broken("a subscription has an id that is no GUID")
            self._seen[subscription.id] = subscription

    def all(self) -> tuple[Subscription, ...]:
        """In order of ids."""
        return tuple(self._seen[key] for key in sorted(self._seen))


@dataclass
class ArmReader:
    """Reads one resource, for each of some subscriptions or, where it has none, once."""

    client: GraphClient
    item: Item
    subscriptions: Sequence[Subscription] = ()
    _failures: Failures = field(init=False)
    _unregistered: int = field(default=0, init=False)
    _read: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._failures = Failures(self.item.resource)

    @property
    def request(self) -> str:
        """What is asked, for the manifest."""
        request = f"GET {self.item.url()}"
        return f"{request} for {_counted(len(self._asked))}" if self._is_per_subscription else request

    async def records(self) -> AsyncIterator[list[bytes]]:
        """The records, list by list. What cannot be read is remembered for ``outcome``, and the rest is read on."""
        targets: Sequence[Subscription | None] = self._asked if self._is_per_subscription else (None,)
        for start in range(0, len(targets), AT_ONCE):
            some = targets[start : start + AT_ONCE]
            for answer in await asyncio.gather(*map(self._list, some), return_exceptions=True):
                if isinstance(answer, BaseException):
                    raise answer
                self._read += len(answer)
                yield answer

    def outcome(self) -> tuple[Outcome, str]:
        """What became of it, and why or what else there is to say; to be asked when ``records`` has come to its end."""
        if self._failures:
            return self._failures.outcome(len(self._asked))
        if self.item.resource.name == SUBSCRIPTIONS and not self._read:
            return self._failures.nothing_seen()
        return Outcome.COLLECTED, "; ".join(self._notes())

    @property
    def _is_per_subscription(self) -> bool:
        return bool(self.item.resource.parents)

    @property
    def _asked(self) -> tuple[Subscription, ...]:
        return tuple(one for one in self.subscriptions if one.state != _DELETED)

    def _notes(self) -> list[str]:
        if self.item.resource.name == SUBSCRIPTIONS:
            return ["those that the identity can see"]
        if not self._is_per_subscription:
            return []
        notes = [f"of {_counted(len(self._asked))} that the identity can see"]
        if self._unregistered:
            notes.append(f"{self._unregistered} of them do not use the service")
        if deleted := len(self.subscriptions) - len(self._asked):
            notes.append(f"{_counted(deleted)} passed over, because deleted")
        return notes

    async def _list(self, subscription: Subscription | None) -> list[bytes]:
        """The records of one list; none when it cannot be read, which is remembered."""
        url = self.item.url().replace("{subscriptionId}", subscription.id if subscription else "")
        try:
            return await self._whole(Request(url, self.item.resource.name))
        except Unread as error:
            return self._failed(subscription, error)

    async def _whole(self, request: Request) -> list[bytes]:
        """All pages of one list; raises ``Unread``."""
        restarts = Restarts(self.client, request.resource)
        while True:
            try:
                return [self._kept(record) async for page in pages(self.client, request) for record in page]
            except PagesLost as lost:
                await restarts.after(lost)

    def _failed(self, subscription: Subscription | None, error: Unread) -> list[bytes]:
        if subscription is not None and isinstance(error, Refused) and unregistered(error):
            self._unregistered += 1
        else:
            name = f"{subscription.name or 'subscription'} ({subscription.id})" if subscription else ""
            self._failures.add(name, error)
        return []

    def _kept(self, record: bytes) -> bytes:
        azure = self.item.resource.azure
        return withhold(record, azure.withheld) if azure is not None and azure.withheld else record


def _counted(number: int) -> str:
    return f"{number} subscription{'' if number == 1 else 's'}"
