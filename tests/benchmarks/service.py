"""The service that collectors are measured against: Graph's paging with nothing else, in a process of its own.

``python -m tests.benchmarks.service MILLISECONDS NAME=RECORDS …`` makes the pages beforehand and answers every request
with one after so many milliseconds; the emulator of ``tenantlint demo`` takes longer to make a page of large records
than a collector to read it, and would hide what a collector costs.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
import uvicorn
from starlette.types import Receive, Scope, Send

from scanner.collect.catalogue import BY_NAME
from tests.benchmarks.users import users

PAGE = 999
"""Records a page: the most that Graph gives of users: https://learn.microsoft.com/graph/api/user-list"""
SERVICE_PLANS = 40
TENANT = {"id": "36003cab-cbfb-501c-92ad-837231875181", "displayName": "Benchmark"}

Json = dict[str, Any]


def users_with_plans(count: int) -> Iterator[Json]:
    """Users with 40 service plans each, as an E5 licence has."""
    chance = random.Random(20261102)
    variants = [
        [
            {
                "assignedDateTime": f"20{year}-05-15T06:00:00Z",
                "capabilityStatus": chance.choice(("Enabled", "Enabled", "Deleted")),
                "service": chance.choice(("exchange", "SharePoint", "MicrosoftCommunicationsOnline", "TeamspaceAPI")),
                "servicePlanId": str(UUID(int=chance.getrandbits(128), version=4)),
            }
            for _ in range(SERVICE_PLANS)
        ]
        for year in range(10, 60)
    ]
    for number, user in enumerate(users(count)):
        user["assignedPlans"] = variants[number % len(variants)]
        yield user


def plain(count: int) -> Iterator[Json]:
    """Records of the size that groups, applications and the like have."""
    chance = random.Random(20261103)
    for number in range(count):
        yield {
            "id": str(UUID(int=chance.getrandbits(128), version=4)),
            "displayName": f"Object {number:06}",
            "description": "A group, an application or another object of a directory, with a sentence about it.",
            "createdDateTime": "2026-01-31T08:00:00Z",
            "userPrincipalName": f"object{number:06}@contoso.example",
            "appId": str(UUID(int=chance.getrandbits(128), version=4)),
            "securityEnabled": True,
            "groupTypes": [],
            "clientId": str(UUID(int=chance.getrandbits(128), version=4)),
            "scope": "User.Read Mail.Read",
        }


RECORDS: Mapping[str, Callable[[int], Iterator[Json]]] = {"users": users_with_plans}
"""How records are made; ``plain`` unless named here."""


def make_pages(name: str, count: int) -> list[bytes]:
    """The values of all pages of a collection, each as JSON."""
    records = RECORDS.get(name, plain)(count)
    return [msgspec.json.encode(part) for part in iter(lambda: list(islice(records, PAGE)), [])] or [b"[]"]


class Service:
    """Answers ``/v1.0/users?…`` with pages and links to the next, as an ASGI application."""

    def __init__(self, collections: Mapping[str, int], latency: float) -> None:
        """``collections``: name of a resource → how many records it has; ``latency`` in seconds."""
        self._latency = latency
        self._pages = {f"/v1.0/{BY_NAME[name].path}": make_pages(name, count) for name, count in collections.items()}
        self._pages["/v1.0/organization"] = [msgspec.json.encode([TENANT])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._latency)
        pages = self._pages.get(scope["path"])
        query = scope["query_string"].decode()
        if pages is None:
            await _answer(send, 404, b'{"error":{"code":"Request_ResourceNotFound","message":"No such collection."}}')
            return
        [number] = parse_qs(query).get("$skiptoken", ["0"])
        place = int(number)
        head = b'{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#collection",'
        if place + 1 < len(pages):
            host = dict(scope["headers"])[b"host"].decode()
            asked = query.partition("&$skiptoken=")[0]
            head += f'"@odata.nextLink":"http://{host}{scope["path"]}?{asked}&$skiptoken={place + 1}",'.encode()
        await _answer(send, 200, b'%b"value":%b}' % (head, pages[place]))


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """Says where it is."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def serve(latency: float, collections: Mapping[str, int]) -> None:
    """Serves until it is stopped; prints its port when it is ready."""
    config = uvicorn.Config(Service(collections, latency), port=0, lifespan="off", log_level="error", access_log=False)
    _Server(config).run()


@contextmanager
def running(latency: float, collections: Mapping[str, int]) -> Iterator[str]:
    """The address of a service in another process."""
    sizes = [f"{name}={count}" for name, count in collections.items()]
    command = [sys.executable, "-m", "tests.benchmarks.service", str(round(1000 * latency)), *sizes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


if __name__ == "__main__":
    milliseconds, *given = sys.argv[1:]
    serve(int(milliseconds) / 1000, {name: int(count) for name, _, count in (text.partition("=") for text in given)})
