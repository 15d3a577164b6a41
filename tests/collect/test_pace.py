from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.batch import read_all
from scanner.collect.graph import GraphClient, Request
from scanner.collect.pace import Pace
from scanner.collect.pages import pages, parse_page
from tests.collect import virtual
from tests.collect.fake import GRAPH, error, page

APPLICATION = "Tenant_Application/ReadWrite/9a3d526c-b3c1-4479-ba74-197b5c5751ae/0785ef7c-2d7a-4542-b048-95bcab406e0b"
"""The example of https://learn.microsoft.com/graph/throttling-limits"""
MOMENT = 1e-6
"""Seconds. Long enough for an answer that takes none."""


def near(share: float | str) -> httpx.Response:
    """A good answer that tells how much of a limit is used."""
    answer = page()
    answer.headers["x-ms-throttle-limit-percentage"] = str(share)
    return answer


def throttled(scope: str, seconds: int = 60) -> httpx.Response:
    headers = {"Retry-After": str(seconds)} | ({"x-ms-throttle-scope": scope} if scope else {})
    return error(429, "TooManyRequests", headers=headers)


@dataclass
class Moments:
    """When requests for which path were made, in seconds since the beginning."""

    reply: Callable[[httpx.Request], httpx.Response]
    made: dict[str, list[float]] = field(default_factory=dict)

    def handle(self, request: httpx.Request) -> httpx.Response:
        moment = asyncio.get_running_loop().time()
        self.made.setdefault(request.url.path.rpartition("/")[2], []).append(round(moment, 3))
        reply = self.reply(request)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @asynccontextmanager
    async def client(self, told: list[tuple[str, float, str]] | None = None) -> AsyncIterator[GraphClient]:
        waits = [] if told is None else told
        async with GraphClient(
            StaticTokenCredential("t"),
            transport=httpx.MockTransport(self.handle),
            clock=virtual.clock(),
            waiting=lambda *wait: waits.append(wait),
        ) as client:
            yield client


def read(name: str) -> Request:
    return Request(f"/v1.0/{name}", name)


def second_request_after(answer: httpx.Response) -> float:
    """When a request for something else is made after ``answer``, which came at once."""
    answers = iter([answer])
    moments = Moments(lambda _: next(answers, page()))

    async def work() -> None:
        async with moments.client() as client:
            first = asyncio.ensure_future(client.read(read("users"), parse_page))
            await asyncio.sleep(MOMENT)
            await client.read(read("groups"), parse_page)
            first.cancel()

    virtual.run(work())
    return moments.made["groups"][0]


@pytest.mark.parametrize(
    ("share", "waited"),
    [
        ("0.8", 0), ("0.81", 0.1), ("0.9", 1), ("1.0", 2), ("1.8", 10), ("250", 10), ("inf", 10),
        ("0.3", 0), ("0", 0), ("-1", 0), ("nan", 0), ("high", 0), ("", 0),
    ],
)  # fmt: skip
def test_the_nearer_a_limit_is_the_longer_the_next_request_waits(share: str, waited: float) -> None:
    assert second_request_after(near(share)) == waited


def test_without_a_word_about_limits_nothing_waits() -> None:
    assert second_request_after(page()) == 0


@pytest.mark.parametrize(
    ("scope", "waited"),
    [
        (APPLICATION, 60),
        (APPLICATION.replace("ReadWrite", "Read"), 60),
        (APPLICATION.replace("Tenant_Application", "Tenant"), 60),
        (APPLICATION.replace("Tenant_Application", "Application").lower(), 60),
        (APPLICATION.replace("ReadWrite", "Write"), 0),
        (APPLICATION.replace("Tenant_Application", "User"), 0),
        ("Tenant", 0),
        ("///", 0),
        ("", 0),
    ],
)
def test_a_refusal_holds_up_the_others_when_it_concerns_them(scope: str, waited: float) -> None:
    assert second_request_after(throttled(scope)) == waited


def test_a_limit_on_writing_that_is_near_does_not_concern_us() -> None:
    answer = near(1.5)
    answer.headers["x-ms-throttle-scope"] = APPLICATION.replace("ReadWrite", "Write")
    assert second_request_after(answer) == 0


def test_the_part_of_a_batch_that_is_throttled_holds_up_the_others() -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        headers = {"Retry-After": "30", "x-ms-throttle-scope": APPLICATION}
        return httpx.Response(200, json={"responses": [{"id": "0", "status": 429, "headers": headers, "body": {}}]})

    moments = Moments(reply)

    async def work() -> None:
        async with moments.client() as client:
            batch = asyncio.ensure_future(read_all(client, {"a": "/v1.0/groups/a/members"}, read("groupMembers")))
            await asyncio.sleep(MOMENT)
            moments.reply = lambda _: page()
            await client.read(read("groups"), parse_page)
            batch.cancel()

    virtual.run(work())
    assert moments.made["groups"] == [30]


def test_whoever_watches_is_told_why_it_goes_slowly() -> None:
    told: list[tuple[str, float, str]] = []
    moments = Moments(lambda _: near(1.0))

    async def work() -> None:
        async with moments.client(told) as client:
            for name in ("users", "groups"):
                await client.read(read(name), parse_page)

    virtual.run(work())
    [(resource, seconds, why)] = told
    assert (resource, round(seconds, 6), why) == ("groups", 2, "100% of a limit of Graph is used")


# --- a service that keeps to its limits ------------------------------------------------------------------------------


@dataclass
class Bucket:
    """A limit as the identity services have it: every request fills the bucket, which runs empty in ten seconds."""

    size: float
    telling: bool
    level: float = 0.0
    moment: float = 0.0
    served: int = 0
    refused: int = 0

    def others(self, requests: float) -> None:
        """Other copies of the application make requests."""
        self._run()
        self.level = min(1.8 * self.size, self.level + requests)

    def reply(self, request: httpx.Request) -> httpx.Response:
        self._run()
        if self.level + 1 > self.size:
            self.refused += 1
            return throttled(APPLICATION, 10)
        self.level += 1
        self.served += 1
        share = self.level / self.size
        number = int(request.url.params.get("$skiptoken", "0")) + 1
        name = request.url.path.rpartition("/")[2]
        link = f"{GRAPH}/v1.0/{name}?$skiptoken={number}" if number < 40 else None
        answer = page({"id": str(number)}, link=link)
        if self.telling and share > 0.8:
            answer.headers["x-ms-throttle-limit-percentage"] = f"{share:.3f}"
        return answer

    def _run(self) -> None:
        now = asyncio.get_running_loop().time()
        self.level = max(0.0, self.level - self.size * (now - self.moment) / 10)
        self.moment = now


NAMES = ("users", "groups", "applications", "servicePrincipals", "domains")


def collect_from(bucket: Bucket) -> float:
    """Reads forty pages each of five collections at the same time, an answer taking 50 ms; seconds in all."""

    async def handle(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.05)
        reply = bucket.reply(request)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    async def work() -> None:
        async def one(client: GraphClient, name: str) -> int:
            return sum([len(records) async for records in pages(client, read(name))])

        async with GraphClient(
            StaticTokenCredential("t"), transport=httpx.MockTransport(handle), clock=virtual.clock()
        ) as client:
            assert await asyncio.gather(*(one(client, name) for name in NAMES)) == [40] * len(NAMES)

    return virtual.run(work())[1]


def test_a_tenant_that_is_not_near_its_limit_is_read_at_full_speed() -> None:
    bucket = Bucket(size=3500, telling=True)
    assert collect_from(bucket) == pytest.approx(40 * 0.05)
    assert (bucket.served, bucket.refused) == (200, 0)


def test_near_its_limit_a_tenant_is_read_without_a_refusal_and_no_slower_than_the_limit_allows() -> None:
    warned, unwarned = Bucket(size=50, telling=True), Bucket(size=50, telling=False)
    quick, slow = collect_from(warned), collect_from(unwarned)
    assert warned.refused == 0
    assert unwarned.refused > 0
    at_best = (200 - warned.size) * 10 / warned.size
    assert at_best <= quick <= slow


def test_the_pace_is_that_of_one_tenant_and_not_of_another() -> None:
    async def work() -> tuple[float, float]:
        one, other = Pace(virtual.clock()), Pace(virtual.clock())
        one.hear(200, {"x-ms-throttle-limit-percentage": "1.8"})
        await other.turn(lambda *_: None)
        at_once = asyncio.get_running_loop().time()
        await one.turn(lambda *_: None)
        return at_once, asyncio.get_running_loop().time()

    (other, one), _ = virtual.run(work())
    assert (other, round(one, 6)) == (0, 10)
