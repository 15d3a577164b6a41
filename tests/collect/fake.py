"""The network, faked at its boundary: a Graph that answers by script, and a clock on which nobody waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.graph import GraphClient
from scanner.collect.retry import Clock

T = TypeVar("T")

GRAPH = "https://graph.microsoft.com"
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
Reply = httpx.Response | Exception
Script = Reply | Sequence[Reply] | Callable[[httpx.Request], Reply]


@dataclass
class FakeClock:
    """Stands still but for the sleeps that are asked of it."""

    sleeps: list[float] = field(default_factory=list)

    @property
    def passed(self) -> float:
        return sum(self.sleeps)

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        return Clock(
            now=lambda: START + timedelta(seconds=self.passed),
            monotonic=lambda: self.passed,
            sleep=self.sleep,
            chance=lambda: 1.0,
        )


@dataclass
class FakeGraph:
    """Answers by path (and query, where a script names one). A list is used up reply by reply, its last one stays."""

    scripts: dict[str, Script]
    requests: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._reply(request)
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    def _reply(self, request: httpx.Request) -> Reply:
        target = request.url.raw_path.decode()
        script = self.scripts.get(target, self.scripts.get(urlsplit(target).path))
        if script is None:
            return error(404, "Request_ResourceNotFound", f"no script for {target}")
        if isinstance(script, (httpx.Response, Exception)):
            return script
        if callable(script):
            return script(request)
        reply, *rest = script
        if rest:
            self.scripts[target if target in self.scripts else urlsplit(target).path] = rest
        return reply

    @property
    def targets(self) -> list[str]:
        """Path and query of every request, as sent."""
        return [request.url.raw_path.decode() for request in self.requests]

    def client(self, clock: FakeClock | None = None, token: str = "a-token") -> GraphClient:
        return GraphClient(
            StaticTokenCredential(token),
            transport=httpx.MockTransport(self.handle),
            clock=(clock or FakeClock()).clock(),
        )


def page(*records: Any, link: str | None = None) -> httpx.Response:
    """One page of a collection."""
    body: dict[str, Any] = {"@odata.context": f"{GRAPH}/v1.0/$metadata#x", "value": list(records)}
    if link is not None:
        body["@odata.nextLink"] = link
    return httpx.Response(200, json=body)


def error(status: int, code: str, message: str = "", headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer with Graph's error body."""
    inner = {"date": "2026-03-01T08:00:00", "request-id": "r", "client-request-id": "c"}
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return httpx.Response(status, json=body, headers=headers)


def batch(request: httpx.Request, answer: Callable[[str], tuple[int, Any]]) -> httpx.Response:
    """The answer to a ``$batch``: every part, in reverse order, by what ``answer`` gives for its URL."""
    responses = []
    for part in json.loads(request.content)["requests"]:
        status, body = answer(part["url"])
        responses.append({"id": part["id"], "status": status, "headers": {}, "body": body})
    return httpx.Response(200, json={"responses": responses[::-1]})


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)
