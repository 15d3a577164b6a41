"""Membership of members, against a naive closure, and what is said of groups that are not there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.groups import Direct, groups
from tests.tenant.sample import group, members_of, refused, tenant_of

IDS = ("g0", "g1", "g2", "g3", "g4")
USERS = ("u0", "u1", "u2", "u3")

Graph = dict[str, tuple[set[str], set[str]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Groups with users and groups in them, cycles included."""
    return {key: (draw(st.sets(st.sampled_from(USERS))), draw(st.sets(st.sampled_from(IDS)))) for key in IDS}


def naive_closure(graph: Graph, root: str) -> set[str]:
    """Users by repeating one step until nothing is added."""
    inside = {root}
    while True:
        more = inside.union(*(graph[key][1] for key in inside))
        if more == inside:
            return set().union(*(graph[key][0] for key in inside))
        inside = more


@settings(deadline=None)
@given(graphs())
def test_closure_is_what_repeating_one_step_gives(graph: Graph) -> None:
    tenant = tenant_of(
        groups=[group(key) for key in IDS],
        groupMembers=[members_of(key, users, nested) for key, (users, nested) in graph.items()],
    )
    membership = tenant.once(groups)
    for key in IDS:
        closure = membership.closure(key)
        assert closure.users == naive_closure(graph, key)
        assert closure.missing == ()


def test_members_that_are_neither_users_nor_groups_are_kept_apart() -> None:
    tenant = tenant_of(groups=[group("a")], groupMembers=[members_of("a", ["u"], others=["robot"])])
    closure = tenant.once(groups).closure("a")
    assert closure.users == {"u"}
    assert closure.others == {"robot"}


def test_a_member_without_a_type_counts_as_a_user() -> None:
    tenant = tenant_of(groups=[group("a")], groupMembers=[{"id": "a", "members": [{"id": "u"}]}])
    assert tenant.once(groups).closure("a").users == {"u"}


def test_a_group_that_was_deleted_has_no_members() -> None:
    tenant = tenant_of(groups=[group("a")], groupMembers=[members_of("a", ["u"], ["gone"])])
    closure = tenant.once(groups).closure("a")
    assert closure.users == {"u"}
    assert closure.missing == ()


def test_a_nested_group_whose_members_were_not_collected_is_said_to_be_missing() -> None:
    tenant = tenant_of(groups=[group("a"), group("b")], groupMembers=[members_of("a", ["u"], ["b"])])
    closure = tenant.once(groups).closure("a")
    assert closure.users == {"u"}
    assert [(lack.resource, "group b" in lack.reason) for lack in closure.missing] == [("groupMembers", True)]


def test_a_group_without_members_and_without_groups_to_look_it_up_in_is_missing() -> None:
    tenant = tenant_of(groupMembers=[])
    assert [lack.resource for lack in tenant.once(groups).closure("a").missing] == ["groups"]


def test_the_reason_why_members_were_not_collected_is_kept() -> None:
    tenant = tenant_of(groups=[group("a")], outcomes={"groupMembers": refused("denied", "GroupMember.Read.All")})
    (lack,) = tenant.once(groups).closure("a").missing
    assert lack.resource == "groupMembers"
    assert "GroupMember.Read.All" in lack.reason


def test_direct_members_are_given_by_kind_and_a_deleted_group_has_none() -> None:
    tenant = tenant_of(
        groups=[group("a"), group("b")],
        groupMembers=[{"id": "a", "members": [*members_of("a", ["u"], ["b"], ["robot"])["members"], {"id": "untold"}]}],
    )
    membership = tenant.once(groups)
    assert list(membership.ids()) == ["a"]
    assert membership.direct("a") == (Direct(("u", "untold"), ("b", "untold"), ("robot",)), ())
    assert membership.direct("gone") == (Direct((), (), ()), ())
    members, (lack,) = membership.direct("b")
    assert (members, lack.resource) == (Direct((), (), ()), "groupMembers")


def test_without_any_memberships_the_reason_is_told() -> None:
    membership = tenant_of(groups=[group("a")]).once(groups)
    assert list(membership.ids()) == []
    assert membership.lack is not None
    assert membership.lack.resource == "groupMembers"
