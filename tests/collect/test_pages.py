from __future__ import annotations

import json

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.graph import Request
from scanner.collect.pages import MOST_IDLE, RESTARTS, Restarts, pages, parse_object
from scanner.collect.refusal import Broken, PagesLost, Passing, Refused
from scanner.collect.retry import FAULT_TRIES
from tests.collect.fake import GRAPH, FakeClock, FakeGraph, Script, error, page, run

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
    with pytest.raises(PagesLost, match="circle"):
        read(graph)


def test_a_first_page_that_leads_to_itself_is_a_circle_too() -> None:
    graph = FakeGraph({"/v1.0/users?$top=2": page({"id": "a"}, link=f"{GRAPH}/v1.0/users?$top=2")})
    with pytest.raises(PagesLost, match="circle"):
        read(graph)
    assert len(graph.requests) == 2


@pytest.mark.parametrize("records", [[], [{"id": "a"}]])
def test_pages_without_news_and_without_an_end_are_given_up(records: list[object]) -> None:
    """Each link is another one, so that none comes twice."""
    graph = FakeGraph({"/v1.0/users": lambda _: page(*records, link=f"{LINK}{len(graph.requests)}")})
    with pytest.raises(Broken, match=f"no end: {MOST_IDLE} in a row"):
        read(graph)
    assert len(graph.requests) <= MOST_IDLE + 1


def test_many_empty_pages_may_come_before_a_record() -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        number = len(graph.requests)
        return page({"id": "a"}) if number == MOST_IDLE else page(link=f"{LINK}{number}")

    graph = FakeGraph({"/v1.0/users": reply})
    assert [record for records in read(graph) for record in records] == [b'{"id":"a"}']


@pytest.mark.parametrize("body", [{}, {"errors": {}}, {"value": None}, {"value": {"id": "a"}}, [], {"value": 1}])
def test_an_answer_without_a_list_is_no_page(body: object) -> None:
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, json=body)})
    with pytest.raises(Broken, match="another form than expected"):
        read(graph)
    assert len(graph.requests) == 1


def test_a_failure_on_a_later_page_is_not_swallowed() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": error(400, "Request_BadRequest"),
        }
    )
    with pytest.raises(Refused, match="Request_BadRequest"):
        read(graph)
    assert len(graph.requests) == 2


LOST = [
    error(400, "Directory_ExpiredPageToken", "The specified page token value has expired."),
    error(400, "DirectoryPageTokenNotFoundException"),
    error(404, "DirectoryPageTokenNotFoundException"),
    error(400, "", "Invalid Skip Token"),
    error(400, "UnknownError", "Invalid Skip Token, skip token is null"),
    error(400, "BadRequest", "Invalid continuation token"),
    error(400, "BadRequest", "Token not found: token is either invalid or expired"),
    error(410, "InvalidSkipToken", "expired"),
]


@pytest.mark.parametrize("lost", LOST)
def test_a_link_that_is_lost_is_asked_for_anew_with_the_link_before_it(lost: httpx.Response) -> None:
    """As https://learn.microsoft.com/graph/paging has it for links that came with the answer to a retry."""
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": [page({"id": "b"}, link=LINK + "2"), page({"id": "b"}, link=LINK + "2new")],
            "/v1.0/users?$skiptoken=2": lost,
            "/v1.0/users?$skiptoken=2new": page({"id": "c"}),
        }
    )
    assert read(graph) == [[b'{"id":"a"}'], [b'{"id":"b"}'], [b'{"id":"b"}'], [b'{"id":"c"}']]


@pytest.mark.parametrize("lost", LOST)
def test_a_link_that_stays_lost_ends_this_reading(lost: httpx.Response) -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": page({"id": "b"}, link=LINK + "2"),
            "/v1.0/users?$skiptoken=2": lost,
        }
    )
    with pytest.raises(PagesLost, match=r"the link to the next page is no longer known \(Graph answered 4"):
        read(graph)
    assert len(graph.requests) == 5


def test_with_the_link_before_lost_as_well_this_reading_ends() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page({"id": "a"}, link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": [page({"id": "b"}, link=LINK + "2"), LOST[0]],
            "/v1.0/users?$skiptoken=2": LOST[0],
        }
    )
    with pytest.raises(PagesLost):
        read(graph)
    assert len(graph.requests) == 4


def test_a_first_page_is_no_link_that_could_be_lost() -> None:
    with pytest.raises(Refused, match="Invalid Skip Token"):
        read(FakeGraph({"/v1.0/users?$top=2": error(400, "", "Invalid Skip Token")}))


def test_a_collection_is_read_again_only_so_often_and_after_a_moment() -> None:
    clock = FakeClock()

    async def work() -> None:
        async with FakeGraph({}).client(clock) as client:
            restarts = Restarts(client, "users")
            for _ in range(RESTARTS + 1):
                await restarts.after(PagesLost("the link is lost"))

    with pytest.raises(PagesLost, match=r"^the link is lost, 4 times over$"):
        run(work())
    assert clock.sleeps == [2, 4, 8]


ERROR = {"code": "UnknownError", "message": "Interrupted."}


@pytest.mark.parametrize("body", [{"error": ERROR}, {"value": [{"id": "a"}], "error": ERROR}])
def test_an_error_in_a_good_answer_is_asked_again_and_never_taken_for_the_page(body: object) -> None:
    graph = FakeGraph({"/v1.0/users": [httpx.Response(200, json=body), page({"id": "a"}, {"id": "b"})]})
    assert read(graph) == [[b'{"id":"a"}', b'{"id":"b"}']]
    graph = FakeGraph({"/v1.0/users": httpx.Response(200, json=body)})
    with pytest.raises(Passing, match=r"^Graph answered 200 with an error inside: UnknownError: Interrupted\.$"):
        read(graph)
    assert len(graph.requests) == FAULT_TRIES


def test_a_page_that_is_short_or_empty_is_not_the_last() -> None:
    graph = FakeGraph(
        {
            "/v1.0/users?$top=2": page(link=LINK + "1"),
            "/v1.0/users?$skiptoken=1": page({"id": "a"}, link=LINK + "2"),
            "/v1.0/users?$skiptoken=2": page({"id": "b"}, {"id": "c"}),
        }
    )
    assert [len(records) for records in read(graph)] == [0, 1, 2]


def test_a_page_that_is_shorter_when_it_is_asked_for_again_is_taken_as_it_is() -> None:
    cut = httpx.Response(200, text='{"value": [{"id": "a"}, {"id": "b"')
    graph = FakeGraph({"/v1.0/users": [cut, page({"id": "a"})]})
    assert read(graph) == [[b'{"id":"a"}']]


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


@pytest.mark.parametrize(
    ("body", "record"),
    [
        (b'{"a": 1}', b'{"id":"thisPolicy","a":1}'),
        (b'{"a": 1, "id": null}', b'{"id":"thisPolicy","a":1}'),
        (b'{"a": 1, "id": "own"}', b'{"a":1,"id":"own"}'),
    ],
)
def test_a_singleton_without_an_id_gets_its_resources_name(body: bytes, record: bytes) -> None:
    assert parse_object(body, "id", "thisPolicy") == record


def test_an_error_is_no_singleton() -> None:
    with pytest.raises(Passing, match="an error inside: UnknownError"):
        parse_object(json.dumps({"error": ERROR}).encode())


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
