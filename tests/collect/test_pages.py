from __future__ import annotations

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.graph import Request
from scanner.collect.pages import pages, parse_object
from scanner.collect.refusal import Broken, Refused
from tests.collect.fake import GRAPH, FakeGraph, Script, error, page, run

FIRST = Request("/v1.0/users?$top=2", "users", eventual=True)
LINK = f"{GRAPH}/v1.0/users?$skiptoken="


def read(graph: FakeGraph) -> list[list[bytes]]:
    async def work() -> list[list[bytes]]:
        async with graph.client() as client:
            return [records async for records in pages(client, FIRST)]

    return run(work())


def test_pages_are_followed_to_the_last_with_their_headers() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, {"id": "b"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": page(link=LINK + "2"),
            "/v1.0/users?$skiptoken=2": page({"id": "c"}),
        }
    )
    assert read(graph) == [[b'{"id":"a"}', b'{"id":"b"}'], [], [b'{"id":"c"}']]
    assert graph.targets == ["/v1.0/users?$top=2", "/v1.0/users?$skiptoken=1", "/v1.0/users?$skiptoken=2"]
    assert {request.headers["consistencylevel"] for request in graph.requests} == {"eventual"}


def test_a_retry_asks_for_the_same_page_again() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": [error(503, "x"), page({"id": "b"})],
        }
    )
    assert read(graph) == [[b'{"id":"a"}'], [b'{"id":"b"}']]
    assert graph.targets[1:] == ["/v1.0/users?$skiptoken=1", "/v1.0/users?$skiptoken=1"]


def test_a_null_link_is_the_end() -> None:
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, json={"value": [], "@odata.nextLink": None})})
    assert read(graph) == [[]]


@pytest.mark.parametrize(
    ("second", "third"),
    [
        (page(link=LINK + "1"), page()),
        (page({"id": "b"}, link=LINK + "2"), page(link=LINK + "1")),
    ],
)
def test_links_that_go_round_end_the_reading(second: Script, third: Script) -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": second,
            "/v1.0/users?$skiptoken=2": third,
        }
    )
    with pytest.raises(Broken, match="circle"):
        read(graph)


@pytest.mark.parametrize("body", [{}, {"error": {}}, {"value": None}, {"value": {"id": "a"}}, [], {"value": 1}])
def test_an_answer_without_a_list_is_no_page(body: object) -> None:
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, json=body)})
    with pytest.raises(Broken, match="another form than expected"):
        read(graph)
    assert len(graph.requests) == 1


def test_a_failure_on_a_later_page_is_not_swallowed() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": error(400, "Directory_ExpiredPageToken"),
        }
    )
    with pytest.raises(Refused, match="Directory_ExpiredPageToken"):
        read(graph)


def test_a_link_to_another_service_is_not_followed() -> None:
    graph = FakeGraph({"/v1.0/users": page({"id": "a"}, link="https://example.com/v1.0/users?$skiptoken=1")})
    with pytest.raises(Broken, match=r"'example\.com'"):
        read(graph)
    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    ("record", "whole"),
    [
        ({"id": "a", "members": [], "members@odata.nextLink": f"{GRAPH}/v1.0/groups/a/members"}, False),
        ({"id": "a", "policy": {"rules": [], "rules@odata.nextLink": "x"}}, False),
        ({"id": "a", "displayName": 'x@odata.nextLink":'}, True),
        ({"id": "a", "displayName": "x@odata.nextLink"}, True),
        ({"id": "a", "displayName": '\\@odata.nextLink":'}, True),
    ],
)
def test_an_expanded_list_that_is_cut_off_is_noticed(record: dict[str, object], whole: bool) -> None:
    graph = FakeGraph({"/v1.0/users": page(record)})
    if whole:
        assert len(read(graph)[0]) == 1
    else:
        with pytest.raises(Broken, match="cut off"):
            read(graph)


def test_a_singleton_keeps_everything_but_the_address_of_the_service() -> None:
    body = (
        b'{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x","@microsoft.graph.tips":"Use $select",'
        b'"@odata.type":"#microsoft.graph.x","id":"p", "z":{"b":1.50,"a":null}}'
    )
    assert parse_object(body) == b'{"@odata.type":"#microsoft.graph.x","id":"p","z":{"b":1.50,"a":null}}'


def test_a_singleton_that_is_a_list_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        parse_object(b"[1]")


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(max_size=5), max_size=3), min_size=1, max_size=4))
def test_every_record_of_every_page_comes_once_and_in_order(names: list[list[str]]) -> None:
    scripts: dict[str, Script] = {}
    for number, records in enumerate(names):
        path = "/v1.0/users?$top=2" if number == 0 else f"/v1.0/users?$skiptoken={number}"
        link = f"{LINK}{number + 1}" if number + 1 < len(names) else None
        scripts[path] = page(*({"id": name} for name in records), link=link)
    got = [[msgspec.json.decode(record)["id"] for record in records] for records in read(FakeGraph(scripts))]
    assert got == names
