from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import msgspec
import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.graph import GraphClient, Request, Unreachable
from scanner.collect.refusal import Broken, Refused, Unread
from scanner.errors import UsageError
from tests.collect.fake import GRAPH, FakeClock, FakeGraph, Reply, error, run

USERS = Request("/v1.0/users?$select=id&$top=999", "users")
DONE = httpx.Response(200, json={"ok": True})


def read(graph: FakeGraph, request: Request = USERS, clock: FakeClock | None = None, token: str = "a-token") -> Any:
    async def work() -> Any:
        async with graph.client(clock, token) as client:
            return await client.read(request, msgspec.json.decode)

    return run(work())


def test_a_request_goes_to_the_service_as_written_and_carries_the_token() -> None:
    graph = FakeGraph({"/v1.0/users": DONE})
    assert read(graph) == {"ok": True}
    [request] = graph.requests
    assert str(request.url) == f"{GRAPH}/v1.0/users?$select=id&$top=999"
    assert request.headers["authorization"] == "Bearer a-token"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("tenantlint/")
    assert "consistencylevel" not in request.headers


def test_an_advanced_query_says_so_in_a_header() -> None:
    graph = FakeGraph({"/v1.0/users": DONE})
    read(graph, Request("/v1.0/users", "users", eventual=True))
    assert graph.requests[0].headers["consistencylevel"] == "eventual"


def test_a_body_is_posted_as_json() -> None:
    graph = FakeGraph({"/v1.0/$batch": DONE})
    read(graph, Request("/v1.0/$batch", "groupMembers", b'{"requests":[]}'))
    [request] = graph.requests
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert request.content == b'{"requests":[]}'


@pytest.mark.parametrize(
    "query",
    ["$skiptoken=X%27445/3.7==%27&$top=5", "%24skiptoken=m~%2B%2f%3D", "$skip=999", "a=/users/me-token-to-replace"],
)
def test_a_link_is_opaque(query: str) -> None:
    graph = FakeGraph({"/v1.0/users": DONE})
    read(graph, Request(f"{GRAPH}/v1.0/users?{query}", "users"))
    assert graph.targets == [f"/v1.0/users?{query}"]


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.example.com/v1.0/users",
        "https://graph.microsoft.com.example.com/v1.0/users",
        "https://user@graph.microsoft.com/v1.0/users",
        "https://graph.microsoft.com@example.com/v1.0/users",
        "https://graph.microsoft.com:8443/v1.0/users",
        "http://graph.microsoft.com/v1.0/users",
        "//example.com/v1.0/users",
        "https://[::1/v1.0",
        "v1.0/users",
        "",
    ],
)
def test_the_token_never_goes_elsewhere(link: str) -> None:
    graph = FakeGraph({})
    with pytest.raises(Unread):
        read(graph, Request(link, "users"))
    assert all(request.url.host == "graph.microsoft.com" and request.url.port is None for request in graph.requests)
    assert all(request.url.scheme == "https" for request in graph.requests)


@pytest.mark.parametrize("location", [f"{GRAPH}/v1.0/other", "https://example.com/", None])
def test_no_redirect_is_followed(location: str | None) -> None:
    graph = FakeGraph({"/v1.0/users": httpx.Response(302, headers={"location": location} if location else {})})
    with pytest.raises(Broken, match="302, a redirect"):
        read(graph)
    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "waited"),
    [
        (429, {"Retry-After": "1"}, 1),
        (429, {"Retry-After": "600"}, 600),
        (429, {"Retry-After": "Sun, 01 Mar 2026 08:10:00 GMT"}, 600),
        (429, {}, 1),
        (429, {"Retry-After": "181"}, 181),
        (503, {"Retry-After": "200"}, 200),
        (504, {"Retry-After": "7"}, 7),
        (503, {}, 1),
        (504, {}, 1),
        (500, {}, 1),
        (502, {}, 1),
        (509, {}, 1),
    ],
)
def test_what_may_pass_is_asked_again_after_the_time_asked_for(
    status: int, headers: dict[str, str], waited: float
) -> None:
    clock = FakeClock()
    graph = FakeGraph({"/v1.0/users": [error(status, "x", headers=headers), DONE]})
    assert read(graph, clock=clock) == {"ok": True}
    assert clock.sleeps == [waited]


@pytest.mark.parametrize("status", [400, 403, 404, 410, 501, 507])
def test_what_does_not_pass_is_asked_once(status: int) -> None:
    clock = FakeClock()
    graph = FakeGraph({"/v1.0/users": error(status, "SomeCode", "Some words.")})
    with pytest.raises(Refused, match=rf"^Graph answered {status} SomeCode: Some words\.$"):
        read(graph, clock=clock)
    assert (len(graph.requests), clock.sleeps) == (1, [])


def test_a_service_that_stays_broken_is_given_up() -> None:
    clock = FakeClock()
    graph = FakeGraph({"/v1.0/users": httpx.Response(502, text="<html>Bad Gateway</html>")})
    with pytest.raises(Refused, match="502"):
        read(graph, clock=clock)
    assert clock.sleeps == [1, 2, 4, 8, 16]


def test_a_service_that_throttles_for_hours_is_given_up_in_the_end() -> None:
    clock = FakeClock()
    graph = FakeGraph({"/v1.0/users": error(429, "TooManyRequests", headers={"Retry-After": "150"})})
    with pytest.raises(Refused, match="429"):
        read(graph, clock=clock)
    assert clock.passed > 3600


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout(""),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.Response(200, text='{"value": [{"id": "a"'),
        httpx.Response(200, text=""),
        httpx.DecodingError("incorrect header check"),
    ],
)
def test_a_broken_connection_or_a_cut_answer_is_asked_for_again(fault: Reply) -> None:
    clock = FakeClock()
    graph = FakeGraph({"/v1.0/users": [fault, fault, DONE]})
    assert read(graph, clock=clock) == {"ok": True}
    assert clock.sleeps == [1, 2]


def test_a_connection_that_never_comes_about_is_given_up() -> None:
    graph = FakeGraph({"/v1.0/users": httpx.ConnectError("Name or service not known\x1b[31m")})
    with pytest.raises(
        Unreachable, match=r"graph\.microsoft\.com could not be read from: Name or service not known \["
    ):
        read(graph)
    assert len(graph.requests) == 6


def test_a_token_that_is_refused_is_renewed_once() -> None:
    graph = FakeGraph({"/v1.0/users": [error(401, "InvalidAuthenticationToken", "Lifetime validation failed"), DONE]})
    assert read(graph) == {"ok": True}
    graph = FakeGraph({"/v1.0/users": error(401, "InvalidAuthenticationToken")})
    with pytest.raises(Refused, match="401"):
        read(graph)
    assert len(graph.requests) == 2


def test_a_token_that_ends_twice_while_one_request_is_throttled_is_renewed_twice() -> None:
    expired = error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    throttled = error(429, "TooManyRequests", headers={"Retry-After": "600"})
    graph = FakeGraph({"/v1.0/users": [expired, *[throttled] * 6, expired, httpx.ReadError("reset"), expired, DONE]})
    clock = FakeClock()
    assert read(graph, clock=clock) == {"ok": True}
    assert clock.sleeps == [600] * 6 + [1]


def test_a_token_that_http_does_not_allow_is_not_shown() -> None:
    graph = FakeGraph({"/v1.0/users": httpx.LocalProtocolError("Illegal header value b'Bearer hush'")})
    with pytest.raises(Broken) as caught:
        read(graph, token="hush")
    assert "hush" not in str(caught.value)
    assert len(graph.requests) == 1


def test_waits_are_told_with_resource_seconds_and_reason() -> None:
    told: list[tuple[str, float, str]] = []
    graph = FakeGraph({"/v1.0/users": [error(429, "TooManyRequests", headers={"Retry-After": "30"}), DONE]})

    async def work() -> None:
        async with GraphClient(
            StaticTokenCredential("a-token"),
            transport=httpx.MockTransport(graph.handle),
            clock=FakeClock().clock(),
            waiting=lambda *wait: told.append(wait),
        ) as client:
            await client.read(USERS, msgspec.json.decode)

    run(work())
    assert told == [("users", 30.0, "Graph answered 429 TooManyRequests")]


@pytest.mark.parametrize("endpoint", ["http://graph.microsoft.com", "http://10.0.0.1", "ftp://localhost", "graph"])
def test_an_address_in_clear_text_is_refused_unless_it_is_this_machine(endpoint: str) -> None:
    with pytest.raises(UsageError, match="clear text"):
        GraphClient(StaticTokenCredential("a-token"), endpoint)


# --- over a real socket ---------------------------------------------------------------------------------------------

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
BODY = json.dumps({"value": [{"id": "a"}]}).encode()


def over_socket(answers: list[Callable[[asyncio.StreamWriter], None]], monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Reads once from a server on loopback that gives one answer a connection; the requests it got."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        answers[min(len(heads), len(answers)) - 1](writer)
        writer.close()

    async def work() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with GraphClient(
                StaticTokenCredential("a-token"), f"http://127.0.0.1:{port}", clock=FakeClock().clock()
            ) as client:
                assert await client.read(USERS, msgspec.json.decode) == {"value": [{"id": "a"}]}

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    run(work())
    return heads


def whole(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(BODY), BODY))


def cut_short(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY[:9]))


def cut_chunk(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n%s\r\n" % BODY[:9])


def reset(writer: asyncio.StreamWriter) -> None:
    cut_short(writer)
    writer.transport.abort()


def nothing(writer: asyncio.StreamWriter) -> None:
    return None


@pytest.mark.parametrize("fault", [cut_short, cut_chunk, reset, nothing])
def test_a_connection_that_breaks_within_an_answer_is_tried_again(
    fault: Callable[[asyncio.StreamWriter], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = over_socket([fault, whole], monkeypatch)
    assert len(heads) == 2


def test_the_emulator_on_this_machine_is_reached_whatever_proxy_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    [head] = over_socket([whole], monkeypatch)
    assert head.startswith(b"GET /v1.0/users?$select=id&$top=999 HTTP/1.1\r\n")


def test_a_page_is_freed_when_it_was_read_not_when_garbage_is_collected() -> None:
    """Pages have megabytes, and Python collects garbage by number of objects, not by their size."""
    answers: list[weakref.ref[httpx.Response]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        answer = httpx.Response(200, json={"value": []})
        answers.append(weakref.ref(answer))
        return answer

    async def work() -> int:
        async with GraphClient(StaticTokenCredential("a-token"), transport=httpx.MockTransport(handle)) as client:
            for _ in range(5):
                await client.read(USERS, bytes)
            return sum(answer() is not None for answer in answers)

    gc.disable()
    try:
        assert run(work()) == 0
    finally:
        gc.enable()


def test_an_answer_nested_without_end_is_broken() -> None:
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, content=b'{"value":' + b"[" * 100_000)})
    with pytest.raises(Broken, match="nested too deeply"):
        read(graph)


def test_pages_are_bytes_as_they_came() -> None:
    raw = b'{"value":[{"id":"a",  "n":1.0e5,"t":"\\u00e9"}]}'
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, content=raw)})

    async def work() -> bytes:
        async with graph.client() as client:
            return await client.read(USERS, bytes)

    assert run(work()) == raw
