"""The best ways into a group, against every path that visits no group twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.roles.paths import Edge, Need, Way, earlier, find_ways, outlasts

GROUPS = ("g0", "g1", "g2", "g3")
USERS = ("u0", "u1")
ENDS = (None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

Graph: TypeAlias = Mapping[str, Sequence[Edge]]

edges = st.builds(
    lambda member, need, end: Edge(member, need, end, member in GROUPS),
    st.sampled_from(GROUPS + USERS),
    st.sampled_from(Need),
    st.sampled_from(ENDS),
)
graphs = st.fixed_dictionaries({group: st.lists(edges, max_size=4) for group in GROUPS})


def every_path(graph: Graph, group: str, need: Need, end: datetime | None, seen: tuple[str, ...]) -> Iterator[Way]:
    """Paths from the last group of ``seen`` on, as ways whose ``groups`` end with the principal."""
    for edge in graph[group]:
        if edge.member in seen:
            continue
        so_far = (*seen, edge.member)
        way = Way(max(need, edge.need), earlier(end, edge.end), so_far)
        yield way
        if edge.is_group:
            yield from every_path(graph, edge.member, way.need, way.end, so_far)


def last(ends: Sequence[datetime | None]) -> datetime | None:
    return None if None in ends else max(end for end in ends if end is not None)


@settings(deadline=None, max_examples=150)
@given(graphs)
def test_the_best_way_that_asks_for_no_more_is_that_of_the_best_path(graph: Graph) -> None:
    """A way may turn in a circle where a path may not, but then it gains nothing over what asks for less."""
    found = find_ways("g0", graph.__getitem__)
    paths = list(every_path(graph, "g0", Need.NOTHING, None, ("g0",)))
    assert found.keys() == {path.groups[-1] for path in paths}
    for principal, ways in found.items():
        for most in Need:
            expected = [path.end for path in paths if path.groups[-1] == principal and path.need <= most]
            given_ends = [way.end for way in ways if way.need <= most]
            assert bool(given_ends) == bool(expected)
            if expected:
                assert last(given_ends) == last(expected)


@settings(deadline=None, max_examples=100)
@given(graphs)
def test_a_way_is_what_the_steps_on_it_make(graph: Graph) -> None:
    for principal, ways in find_ways("g0", graph.__getitem__).items():
        assert [way.need for way in ways] == sorted({way.need for way in ways})
        for way in ways:
            assert way.groups[0] == "g0"
            possible: set[tuple[Need, datetime | None]] = {(Need.NOTHING, None)}
            for group, member in zip(way.groups, (*way.groups[1:], principal), strict=True):
                steps = [edge for edge in graph[group] if edge.member == member]
                possible = {(max(n, step.need), earlier(e, step.end)) for n, e in possible for step in steps}
            assert (way.need, way.end) in possible


def test_each_group_is_asked_once_and_in_a_circle_too() -> None:
    asked: list[str] = []
    graph = {"g0": [Edge("g1", Need.ELIGIBLE, None, True)], "g1": [Edge("g0", Need.NOTHING, None, True)]}

    def ask(group: str) -> Sequence[Edge]:
        asked.append(group)
        return graph[group]

    assert find_ways("g0", ask) == {"g1": [Way(Need.ELIGIBLE, None, ("g0",))]}
    assert asked == ["g0", "g1"]


def test_a_way_that_asks_for_less_is_found_through_a_group_that_was_reached_before() -> None:
    end = ENDS[1]
    graph = {
        "g0": [Edge("g1", Need.ELIGIBLE, None, True), Edge("g2", Need.NOTHING, end, True)],
        "g1": [Edge("u0", Need.NOTHING, None, False)],
        "g2": [Edge("g1", Need.NOTHING, None, True)],
    }
    ways = find_ways("g0", graph.__getitem__)["u0"]
    assert [(way.need, way.end, way.groups) for way in ways] == [
        (Need.NOTHING, end, ("g0", "g2", "g1")),
        (Need.ELIGIBLE, None, ("g0", "g1")),
    ]


def test_of_equal_ways_the_shortest_is_given() -> None:
    graph = {
        "g0": [Edge("g1", Need.NOTHING, None, True), Edge("u0", Need.NOTHING, None, False)],
        "g1": [Edge("u0", Need.NOTHING, None, False)],
    }
    assert find_ways("g0", graph.__getitem__)["u0"] == [Way(Need.NOTHING, None, ("g0",))]


def test_a_way_that_explains_itself_comes_before_a_short_one() -> None:
    graph = {
        "g0": [Edge("u0", Need.ELIGIBLE, None, False, 100), Edge("g1", Need.ELIGIBLE, None, True)],
        "g1": [Edge("u0", Need.NOTHING, None, False)],
    }
    assert find_ways("g0", graph.__getitem__)["u0"] == [Way(Need.ELIGIBLE, None, ("g0", "g1"))]


@pytest.mark.parametrize(
    ("one", "other", "later", "first"),
    [
        (None, None, False, None),
        (None, ENDS[1], True, ENDS[1]),
        (ENDS[1], None, False, ENDS[1]),
        (ENDS[2], ENDS[1], True, ENDS[1]),
        (ENDS[1], ENDS[1], False, ENDS[1]),
    ],
)
def test_never_comes_after_every_end(
    one: datetime | None, other: datetime | None, later: bool, first: datetime | None
) -> None:
    assert outlasts(one, other) is later
    assert earlier(one, other) == first
