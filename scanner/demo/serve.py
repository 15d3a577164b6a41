"""Serves an emulator over HTTP on this machine: ``with running(emulator) as url``."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from scanner.demo.arm import answer_azure, is_azure
from scanner.demo.batch import answer_batch
from scanner.demo.bodies import Reply
from scanner.demo.emulator import Emulator, Request
from scanner.errors import UsageError

PATIENCE = 10.0
"""Seconds that starting and stopping may take."""

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def application(emulator: Emulator) -> Starlette:
    """``emulator`` as an ASGI application: ``/v1.0/…``, ``/beta/…``, their ``$batch``, and Azure Resource Manager."""

    async def answer(http: HttpRequest) -> Response:
        request = Request(http.method, str(http.url), {name.lower(): value for name, value in http.headers.items()})
        if http.method == "POST" and http.url.path.endswith("/$batch"):
            reply = answer_batch(emulator, request, await http.body())
        elif is_azure(http.url.path):
            reply = answer_azure(emulator, request)
        else:
            reply = emulator.answer(request)
        return _response(reply)

    return Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])


def _response(reply: Reply) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache", **reply.headers}
    if reply.delivered is None:
        return Response(reply.body, reply.status, headers)
    return _Cut(reply.body, reply.status, headers, delivered=reply.delivered)


class _Cut(Response):
    """Announces the whole body, sends a part and ends: the server then closes the connection in the middle."""

    def __init__(self, content: bytes, status: int, headers: dict[str, str], *, delivered: int) -> None:
        super().__init__(content, status, headers)
        self._delivered = delivered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        part = bytes(self.body)[: self._delivered]
        await send({"type": "http.response.body", "body": part, "more_body": True})


@contextmanager
def running(emulator: Emulator) -> Iterator[str]:
    """Serve ``emulator`` on 127.0.0.1 at a free port for the length of the block; gives the base URL without slash.

    Raises ``UsageError`` when the server does not start.
    """
    with serving(application(emulator)) as url:
        yield url


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve any ASGI application likewise."""
    config = uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    # With the protocol named, asyncio sets TCP_NODELAY; without, every answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            wait_for_start(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def wait_for_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    """Return when ``server``, run by ``thread``, answers; raise ``UsageError`` when it will not."""
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise UsageError("The emulator of Microsoft Graph did not start on 127.0.0.1. Is the address usable?")
        time.sleep(0.005)
