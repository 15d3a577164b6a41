"""Serves an ASGI application over HTTPS on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from scanner.demo.serve import PATIENCE, wait_for_start


class _Server(uvicorn.Server):
    """Ends at once: it does not wait for clients that keep a connection open."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)


@contextmanager
def serving_tls(app: ASGIApp, certificate: Path) -> Iterator[str]:
    """Serve ``app`` on 127.0.0.1 at a free port, with the certificate and key in one PEM file; gives the base URL."""
    config = uvicorn.Config(
        app, lifespan="off", log_level="critical", access_log=False, ssl_certfile=certificate, ssl_keyfile=certificate
    )
    server = _Server(config)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            wait_for_start(server, thread)
            yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
