from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import pytest
import uvicorn

from scanner.demo import faults
from scanner.demo.serve import application, running, wait_for_start
from scanner.errors import UsageError
from tests.demo.asking import serve

CONTENT: dict[str, object] = {
    "users": [{"id": f"u{number}", "displayName": "Zoë \U0001f512\x07"} for number in range(3)],
    "groups": [{"id": "g1"}],
}


@pytest.fixture
def url() -> Iterator[str]:
    injected = {"groups": [faults.throttle(retry_after=9), faults.reset()]}
    with running(serve(CONTENT, injected)) as base:
        yield base


def ask(url: str, method: str = "GET", body: str | None = None) -> tuple[int, Message, bytes]:
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    with closing(HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=10)) as connection:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        with answer:
            return answer.status, answer.headers, answer.read()


def test_records_arrive_over_http_as_they_are(url: str) -> None:
    status, headers, body = ask(f"{url}/v1.0/users?$select=id,displayName")
    assert status == 200
    assert str(headers["Content-Type"]).startswith("application/json")
    assert json.loads(body)["value"] == CONTENT["users"]


def test_next_links_lead_back_to_the_server(url: str) -> None:
    link = json.loads(ask(f"{url}/v1.0/users?%24top=2")[2])["@odata.nextLink"]
    assert link.startswith(f"{url}/v1.0/users?$top=2&$skiptoken=")
    assert len(json.loads(ask(link)[2])["value"]) == 1


def test_a_batch_is_posted(url: str) -> None:
    body = json.dumps({"requests": [{"id": "1", "method": "GET", "url": "/users/u2"}]})
    responses = json.loads(ask(f"{url}/v1.0/$batch", "POST", body)[2])["responses"]
    assert responses[0]["body"]["id"] == "u2"


def test_a_throttled_answer_says_how_long_to_wait(url: str) -> None:
    status, headers, _ = ask(f"{url}/v1.0/groups")
    assert (status, headers["Retry-After"]) == (429, "9")


def test_a_reset_breaks_the_connection_in_the_middle_of_the_body(url: str) -> None:
    ask(f"{url}/v1.0/groups")
    with pytest.raises(IncompleteRead):
        ask(f"{url}/v1.0/groups")
    assert ask(f"{url}/v1.0/groups")[0] == 200


def test_afterwards_nothing_listens_and_no_thread_is_left() -> None:
    before = threading.active_count()
    with running(serve(CONTENT)) as base:
        port = urlsplit(base).port
    assert threading.active_count() == before
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port or 0))) != 0


def test_an_error_in_the_block_stops_the_server_too() -> None:
    before = threading.active_count()
    with pytest.raises(KeyError), running(serve(CONTENT)):
        raise KeyError
    assert threading.active_count() == before


def test_a_server_that_does_not_start_is_an_error() -> None:
    server = uvicorn.Server(uvicorn.Config(application(serve(CONTENT))))
    with pytest.raises(UsageError, match="did not start"):
        wait_for_start(server, threading.Thread())
