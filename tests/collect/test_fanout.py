"""Fan-out and its batches: both are about one protocol, and are tested through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scanner.collect.fanout import FanOutReader
from scanner.collect.plan import make_plan
from scanner.collect.refusal import Broken, PagesLost, Refused, Unread
from tests.collect.fake import GRAPH, FakeClock, FakeGraph, Reply, Script, batch, error, page, run

ITEM = make_plan({"groupMembers": ["members"]})["groupMembers"]
GROUP = "#microsoft.graph.group"
USER = "#microsoft.graph.user"
Answer = Callable[[str], tuple[int, Any]]


def member(name: str, kind: str = USER) -> dict[str, str]:
    return {"@odata.type": kind, "id": name}


def members_of(groups: dict[str, list[dict[str, str]]]) -> Answer:
    def answer(url: str) -> tuple[int, Any]:
        name = url.split("/")[2]
        return (200, {"value": groups[name]}) if name in groups else (404, {"error": {"code": "NotFound"}})

    return answer


def reader_of(graph: FakeGraph, ids: list[str], clock: FakeClock | None = None) -> tuple[dict[str, Any], FanOutReader]:
    """Every record by its id, and the reader for what it has counted."""
    fan_out = ITEM.resource.fan_out
    assert fan_out is not None

    async def work() -> tuple[dict[str, Any], FanOutReader]:
        async with graph.client(clock) as client:
            reader = FanOutReader(client, ITEM, fan_out)
            records = [json.loads(raw) async for raws in reader.records(ids) for raw in raws]
        assert len({record["id"] for record in records}) == len(records)
        return {record["id"]: record["members"] for record in records}, reader

    return run(work())


def served(answer: Answer) -> FakeGraph:
    return FakeGraph({"/v1.0/$batch": lambda request: batch(request, answer)})


def test_twenty_parents_go_into_one_request() -> None:
    groups = {f"g{n:02}": [member(f"u{n}")] for n in range(41)}
    graph = served(members_of(groups))
    records, reader = reader_of(graph, list(groups))
    assert records == groups
    assert [len(json.loads(request.content)["requests"]) for request in graph.requests] == [20, 20, 1]
    assert json.loads(graph.requests[2].content)["requests"][0] == {
        "id": "0", "method": "GET", "url": "/groups/g40/members?$select=id&$top=999", "headers": {},
    }  # fmt: skip
    assert reader.gone == 0


def test_no_parents_no_request() -> None:
    graph = FakeGraph({})
    assert reader_of(graph, [])[0] == {}
    assert graph.requests == []


def test_members_stand_in_order_of_ids_and_once() -> None:
    graph = served(members_of({"g": [member("c"), member("a"), member("b"), member("a")]}))
    assert reader_of(graph, ["g"])[0] == {"g": [member("a"), member("b"), member("c")]}


def test_nested_groups_are_read_until_no_new_one_appears() -> None:
    groups = {
        "a": [member("b", GROUP), member("u1")],
        "b": [member("c", GROUP), member("a", GROUP)],
        "c": [member("a", GROUP), member("c", GROUP), member("u2")],
        "other": [member("u3")],
    }
    records, _ = reader_of(served(members_of(groups)), ["a"])
    assert records.keys() == {"a", "b", "c"}


def test_a_deleted_group_is_left_out_and_counted() -> None:
    records, reader = reader_of(served(members_of({"a": []})), ["a", "gone"])
    assert records == {"a": []}
    assert reader.gone == 1


def test_further_pages_of_a_list_are_read() -> None:
    link = f"{GRAPH}/v1.0/groups/a/members?$skiptoken=1"
    graph = FakeGraph(
        {
            "/v1.0/$batch": lambda request: batch(
                request, lambda _: (200, {"value": [member("b")], "@odata.nextLink": link})
            ),
            "/v1.0/groups/a/members?$skiptoken=1": page(member("a"), link=link + "2"),
            "/v1.0/groups/a/members?$skiptoken=12": page(member("c")),
        }
    )
    assert [value["id"] for value in reader_of(graph, ["a"])[0]["a"]] == ["a", "b", "c"]


def test_only_the_part_that_was_throttled_is_asked_again_after_its_time() -> None:
    clock = FakeClock()

    def reply(request: httpx.Request) -> httpx.Response:
        answered = batch(request, members_of({"a": [], "b": [], "c": []}))
        if len(graph.requests) > 1:
            return answered
        body = answered.json()
        body["responses"][1] = {
            "id": body["responses"][1]["id"], "status": 429, "headers": {"Retry-After": "600"},
            "body": {"error": {"code": "TooManyRequests", "message": ""}},
        }  # fmt: skip
        return httpx.Response(200, json=body)

    graph = FakeGraph({"/v1.0/$batch": reply})
    assert reader_of(graph, ["a", "b", "c"], clock)[0] == {"a": [], "b": [], "c": []}
    assert clock.sleeps == [600]
    assert [part["url"] for part in json.loads(graph.requests[1].content)["requests"]] == [
        "/groups/b/members?$select=id&$top=999"
    ]


def test_a_part_that_stays_broken_fails_the_resource() -> None:
    clock = FakeClock()
    graph = served(
        lambda url: (503, {"error": {"code": "ServiceUnavailable"}}) if "/b/" in url else (200, {"value": []})
    )
    with pytest.raises(Refused, match="503 ServiceUnavailable"):
        reader_of(graph, ["a", "b"], clock)
    assert clock.sleeps == [1, 2, 4, 8, 16]


def test_the_whole_batch_is_retried_like_any_request() -> None:
    clock = FakeClock()
    answered = iter([error(429, "TooManyRequests", headers={"Retry-After": "45"})])

    def reply(request: httpx.Request) -> Reply:
        return next(answered, None) or batch(request, members_of({"a": []}))

    assert reader_of(FakeGraph({"/v1.0/$batch": reply}), ["a"], clock)[0] == {"a": []}
    assert clock.sleeps == [45]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"error": {"code": "Authorization_RequestDenied", "message": "No."}}, "403 Authorization_RequestDenied"),
        (200, {"error": {"code": "InternalServerError"}}, "200 with an error inside: InternalServerError"),
        (200, {"value": [], "error": {"code": "InternalServerError"}}, "200 with an error inside"),
        (404, {"error": {"code": "UnknownError", "message": ""}}, "404 UnknownError"),
        (404, None, "404"),
        (200, {"value": [{"id": "u1"}]}, "does not say whether it is a user"),
        (200, None, "another form"),
        (200, "PGh0bWw+", "another form"),
        (200, {"value": [{"displayName": "no id"}]}, "another form"),
        (302, {}, "302"),
        (424, {"error": {"code": "FailedDependency"}}, "424"),
    ],
)
def test_one_list_that_cannot_be_read_fails_the_resource(status: int, body: Any, words: str) -> None:
    graph = served(lambda url: (status, body) if "/b/" in url else (200, {"value": []}))
    with pytest.raises(Unread, match=words):
        reader_of(graph, ["a", "b"])


@pytest.mark.parametrize(
    "body",
    [
        {"responses": []},
        {"responses": [{"id": "7", "status": 200, "body": {"value": []}}]},
        {"responses": [{"id": "0", "body": {"value": []}}]},
        {"value": []},
        {"error": {"code": "UnknownError"}},
    ],
)
def test_a_batch_that_leaves_a_request_unanswered_is_broken(body: Any) -> None:
    with pytest.raises(Broken):
        reader_of(FakeGraph({"/v1.0/$batch": httpx.Response(200, json=body)}), ["a"])


GOOD: Any = {"value": []}


@pytest.mark.parametrize(
    ("bad", "waited"),
    [
        (None, [1]),
        ({"status": 200, "body": {"error": {"code": "UnknownError"}}}, [1]),
        ({"status": 200, "body": {**GOOD, "error": {"code": "UnknownError"}}}, [1]),
        ({"status": 200, "body": '{"value": ['}, [1]),
        ({"status": 200}, [1]),
        ({"status": 401, "body": {"error": {"code": "InvalidAuthenticationToken"}}}, []),
        ({"status": 502, "body": "PGh0bWw+"}, [1]),
        ({"status": 503, "headers": {"retry-after": 30}, "body": None}, [30]),
    ],
    ids=["unanswered", "error", "error beside", "cut", "no body", "token", "gateway", "time"],
)
def test_only_the_part_that_went_wrong_is_asked_again(bad: dict[str, Any] | None, waited: list[float]) -> None:
    clock = FakeClock()

    def reply(request: httpx.Request) -> httpx.Response:
        parts = json.loads(request.content)["requests"]
        responses = [{"id": part["id"], "status": 200, "headers": {}, "body": GOOD} for part in parts]
        if len(graph.requests) == 1:
            responses[1:2] = [] if bad is None else [{"id": "1", "headers": {}, **bad}]
        return httpx.Response(200, json={"responses": responses})

    graph = FakeGraph({"/v1.0/$batch": reply})
    assert reader_of(graph, ["a", "b", "c"], clock)[0].keys() == {"a", "b", "c"}
    assert [len(json.loads(request.content)["requests"]) for request in graph.requests] == [3, 1]
    assert clock.sleeps == waited


def test_a_token_that_a_part_refuses_twice_is_the_outcome() -> None:
    graph = served(lambda _: (401, {"error": {"code": "InvalidAuthenticationToken"}}))
    with pytest.raises(Refused, match="401"):
        reader_of(graph, ["a"])
    assert len(graph.requests) == 2


EXPIRED = error(400, "Directory_ExpiredPageToken")
MORE = "/v1.0/groups/a/members?$skiptoken="
FIRST = "/v1.0/groups/a/members?$select=id&$top=999"


def list_of_a(**scripts: Script) -> FakeGraph:
    """A group whose first page leads to a second; ``scripts`` by token, or ``first``."""
    begin = (200, {"value": [member("b")], "@odata.nextLink": f"{GRAPH}{MORE}1"})
    more: dict[str, Script] = {FIRST if name == "first" else MORE + name[1:]: reply for name, reply in scripts.items()}
    return FakeGraph({"/v1.0/$batch": lambda request: batch(request, lambda _: begin), **more})


def test_an_expired_link_within_a_list_reads_that_list_again() -> None:
    clock = FakeClock()
    graph = list_of_a(
        _1=page(member("gone"), link=f"{GRAPH}{MORE}2"),
        _2=EXPIRED,
        first=page(member("b"), link=f"{GRAPH}{MORE}3"),
        _3=page(member("c")),
    )
    graph.scripts[MORE + "1"] = [page(member("gone"), link=f"{GRAPH}{MORE}2"), EXPIRED]
    assert reader_of(graph, ["a"], clock)[0] == {"a": [member("b"), member("c")]}
    assert clock.sleeps == [2]


def test_a_list_that_is_lost_again_and_again_fails_the_resource() -> None:
    graph = list_of_a(_1=EXPIRED, first=page(member("b"), link=f"{GRAPH}{MORE}1"))
    with pytest.raises(PagesLost, match="4 times over"):
        reader_of(graph, ["a"])


def test_a_group_that_is_deleted_between_two_pages_of_its_list_is_left_out_and_counted() -> None:
    records, reader = reader_of(list_of_a(_1=error(404, "Request_ResourceNotFound")), ["a"])
    assert (records, reader.gone) == ({}, 1)


def test_an_id_cannot_change_the_request() -> None:
    graph = served(lambda _: (200, {"value": []}))
    reader_of(graph, ["../users?$top=1#"])
    [part] = json.loads(graph.requests[0].content)["requests"]
    assert part["url"] == "/groups/..%2Fusers%3F%24top%3D1%23/members?$select=id&$top=999"
