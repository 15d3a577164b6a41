"""The emulator without a network: requests go to its ASGI application in this process, cut connections included."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx

from scanner.demo.emulator import Emulator
from scanner.demo.serve import application

Message = MutableMapping[str, Any]


class DirectTransport(httpx.AsyncBaseTransport):
    """Answers requests of httpx as the emulator's server would."""

    def __init__(self, emulator: Emulator) -> None:
        self._app = application(emulator)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(await request.aread())
        await self._app(_scope(request), exchange.receive, exchange.send)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=exchange)


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer, whose body ends with a broken connection unless the application has ended it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._body: list[bytes] = []
        self._whole = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self._content}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self._body.append(message.get("body", b""))
            self._whole = not message.get("more_body", False)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._body:
            yield part
        if not self._whole:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def _scope(request: httpx.Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 1),
    }
