from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.demo.bodies import GraphError
from scanner.demo.odata import Pages, Query, navigation, parse_filter, parse_query, project


def test_a_query_is_split_at_top_level_commas_only() -> None:
    query = parse_query("$select=id,%20displayName&$expand=policy($expand=rules,x),assignments&$top=5&$count=true")
    assert query == Query(("id", "displayName"), ("policy($expand=rules,x)", "assignments"), "", 5, "", True)
    assert [navigation(item) for item in query.expand] == ["policy", "assignments"]


@pytest.mark.parametrize("text", ["$orderby=id", "$top=many", "$top=-1", "$top=", "filter=x", "$search=x"])
def test_options_that_are_not_emulated_are_refused(text: str) -> None:
    with pytest.raises(GraphError) as refusal:
        parse_query(text)
    assert refusal.value.status == 400


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).map(str.strip).filter(bool)


@given(
    st.lists(names.filter(lambda name: not set(name) & set("(),")), max_size=3),
    st.text(st.characters(codec="utf-8")).map(str.strip),
    st.none() | st.integers(0, 10**9),
    st.booleans(),
)
def test_the_query_of_a_next_link_is_read_back_the_same(
    select: list[str], wanted: str, top: int | None, count: bool
) -> None:
    query = Query(tuple(select), ("policy($expand=rules)",), wanted, top, "", count)
    assert parse_query(query.parameters()) == query


RECORD = {
    "@odata.type": "#microsoft.graph.group",
    "id": "1",
    "name": "O'Neil",
    "on": True,
    "size": 3,
    "none": None,
    "a": {"b": "c"},
    "at": "2026-03-01T08:00:00Z",
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("id eq '1'", True),
        ("id eq '2'", False),
        ("id ne '2'", True),
        ("name eq 'O''Neil'", True),
        ("on eq true", True),
        ("on eq false", False),
        ("none eq null", True),
        ("absent eq null", True),
        ("id eq null", False),
        ("size eq 3", True),
        ("a/b eq 'c'", True),
        ("a/b/c eq 'c'", False),
        ("id eq '1' and on eq true", True),
        ("id eq '1' and on eq false", False),
        ("id eq '1' and name eq 'x and y'", False),
        ("at ge 2026-03-01T08:00:00Z", True),
        ("at ge 2026-03-01T08:00:01Z", False),
        ("absent ge 2026-03-01T08:00:00Z", False),
        ("id eq '1' and at ge 2026-02-01T00:00:00Z", True),
    ],
)
def test_a_filter_compares_as_written(text: str, holds: bool) -> None:
    assert parse_filter(text)(RECORD) is holds


@pytest.mark.parametrize(
    "text", ["id", "id eq", "id eq '1' or on eq true", "id gt 3", "startswith(id,'1')", "id eq '1"]
)
def test_a_filter_beyond_equality_is_refused(text: str) -> None:
    with pytest.raises(GraphError) as refusal:
        parse_filter(text)
    assert refusal.value.code == "Request_UnsupportedQuery"


@pytest.mark.parametrize(
    ("names", "expanded", "kept"),
    [
        ((), (), ["@odata.type", "id", "rules@odata.context", "rules"]),
        (("id",), (), ["@odata.type", "id"]),
        (("rules",), (), ["@odata.type", "rules@odata.context", "rules"]),
        (("id",), ("policy",), ["@odata.type", "id", "policy"]),
    ],
)
def test_a_record_is_cut_to_what_was_asked_for(names: list[str], expanded: list[str], kept: list[str]) -> None:
    record: dict[str, Any] = {"@odata.type": "t", "id": "1", "rules@odata.context": "c", "rules": [], "policy": {}}
    assert list(project(record, names, expanded, ["policy"])) == kept


PAGES = Pages(b"secret")


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.integers(0, 120), st.sampled_from("AZaz09-_=#é"))
def test_an_altered_paging_token_is_refused(offset: int, position: int, replacement: str) -> None:
    query = Query(top=5)
    token = PAGES.token("v1.0/users", query, offset)
    position %= len(token)
    altered = token[:position] + replacement + token[position + 1 :]
    if altered == token:
        assert PAGES.offset("v1.0/users", Query(top=5, skiptoken=token)) == offset
        return
    with pytest.raises(GraphError) as refusal:
        PAGES.offset("v1.0/users", Query(top=5, skiptoken=altered))
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("path", "query"),
    [("v1.0/groups", Query(top=5)), ("v1.0/users", Query(top=6)), ("v1.0/users", Query(("id",), top=5))],
)
def test_a_paging_token_of_another_request_is_refused(path: str, query: Query) -> None:
    token = PAGES.token("v1.0/users", Query(top=5), 5)
    with pytest.raises(GraphError):
        PAGES.offset(path, Query(query.select, top=query.top, skiptoken=token))


def test_a_paging_token_of_another_server_is_refused() -> None:
    token = Pages(b"another").token("v1.0/users", Query(), 5)
    with pytest.raises(GraphError):
        PAGES.offset("v1.0/users", Query(skiptoken=token))
