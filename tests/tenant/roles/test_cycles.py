"""Groups within each other, against what reaching out from each node and back says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.roles.cycles import GroupCycle, cyclic
from tests.tenant.sample import Json, group, lacking, members_of, tenant_of, value

NODES = tuple("abcdefg")

Links: TypeAlias = Mapping[str, list[str]]

links = st.fixed_dictionaries({node: st.lists(st.sampled_from(NODES), max_size=3) for node in NODES})


def reached(graph: Links, start: str) -> set[str]:
    """Nodes that one step or more lead to."""
    found = set(graph[start])
    while more := {after for node in found for after in graph[node]} - found:
        found |= more
    return found


@settings(deadline=None, max_examples=200)
@given(links)
def test_nodes_of_a_cycle_are_those_that_reach_each_other(graph: Links) -> None:
    reach = {node: reached(graph, node) for node in NODES}
    expected = {
        tuple(sorted(other for other in NODES if other in reach[node] and node in reach[other]))
        for node in NODES
        if node in reach[node]
    }
    found = cyclic(NODES, graph.__getitem__)
    assert len(found) == len(expected)
    assert set(found) == expected


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {str(number): [str(number + 1)] for number in range(5000)} | {"5000": ["4999"]}
    assert cyclic(chain, chain.__getitem__) == [("4999", "5000")]


def cycles(**content: Any) -> list[GroupCycle]:
    found: list[GroupCycle] = value(tenant_of(**content), "tenant.groupCycles")
    return found


def three(**content: object) -> Json:
    """One in two, two in three."""
    return {
        "groups": [group("one"), group("two"), group("three")],
        "groupMembers": [members_of("two", groups=["one"]), members_of("three", groups=["two"]), members_of("one")],
        "groupEligibilityScheduleInstances": [],
        "groupAssignmentScheduleInstances": [],
        **content,
    }


def test_groups_in_one_another_without_a_circle_are_none() -> None:
    assert cycles(**three()) == []


def closed() -> list[Json]:
    """The third group can become a member of the first."""
    closing = {"accessId": "member", "principalId": "three", "memberType": "direct", "endDateTime": None}
    return [{"id": "one", "instances": [closing]}]


def test_a_circle_may_be_closed_by_an_eligible_membership() -> None:
    found = cycles(**three(groupEligibilityScheduleInstances=closed()))
    assert found == [GroupCycle(["one", "three", "two"], "One, Three, Two")]


def test_a_group_in_itself_is_a_cycle() -> None:
    found = cycles(**three(groupMembers=[members_of("one", groups=["one"])]))
    assert [row.groupIds for row in found] == [["one"]]


@pytest.mark.parametrize(
    "absent", ["groupMembers", "groupEligibilityScheduleInstances", "groupAssignmentScheduleInstances"]
)
def test_what_was_not_collected_may_hide_cycles(absent: str) -> None:
    content = three()
    del content[absent]
    assert lacking(tenant_of(**content), "tenant.groupCycles") == absent


@pytest.mark.parametrize(
    ("resource", "told"), [("groupMembers", "members"), ("groupEligibilityScheduleInstances", "instances")]
)
def test_a_record_that_tells_no_members_may_hide_cycles(resource: str, told: str) -> None:
    content = three()
    content[resource] = [*(row for row in content[resource] if row["id"] != "one"), {"id": "one", told: None}]
    assert lacking(tenant_of(**content), "tenant.groupCycles") == resource


def test_a_cycle_is_told_even_if_there_may_be_more() -> None:
    content = three(groupEligibilityScheduleInstances=closed())
    content["groupMembers"] = [members_of("two", groups=["one"]), members_of("three", groups=["two", "four"])]
    content["groups"].append(group("four"))
    assert [row.groupIds for row in cycles(**content)] == [["one", "three", "two"]]
