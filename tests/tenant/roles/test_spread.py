"""Roles through PIM for Groups: what each combination of assignment and membership makes, and against brute force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import NotCollected
from scanner.tenant.roles.holdings import RoleHolding
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import (
    Json,
    group,
    lacking,
    members_of,
    no_roles,
    nobody,
    refused,
    scheduled,
    tenant_of,
    user,
    value,
)

SOON, LATER = "2026-12-01T00:00:00Z", "2027-06-01T00:00:00Z"


def instance(group_id: str, principal: str, end: str | None = None, **properties: object) -> Json:
    """One member, or eligible member, of a group as PIM lists it."""
    return {
        "id": f"{group_id}_member_{principal}",
        "accessId": "member",
        "principalId": principal,
        "groupId": group_id,
        "memberType": "direct",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": end,
        **properties,
    }


def by_group(*instances: Json) -> list[Json]:
    """As the fan-out stores them."""
    ids = sorted({one["groupId"] for one in instances})
    return [{"id": key, "instances": [one for one in instances if one["groupId"] == key]} for key in ids]


def activated(group_id: str, principal: str, end: str) -> Json:
    return instance(group_id, principal, end, assignmentType="activated")


def assigned(group_id: str, principal: str, end: str | None = None) -> Json:
    return instance(group_id, principal, end, assignmentType="assigned")


def directory(**content: Any) -> Json:
    """Ann in the group admins, which has Global Administrator for good; a group named team apart from it."""
    return {
        **nobody(),
        **no_roles(),
        "users": [user("ann"), user("ben")],
        "groups": [group("admins"), group("team")],
        "groupMembers": [members_of("admins", ["ann"]), members_of("team")],
        "roleAssignmentScheduleInstances": [scheduled("a", "admins")],
        **content,
    }


def held(content: Json, principal: str) -> list[tuple[str, str, str, bool]]:
    """Holdings of one principal: id, how, until when, and whether activated."""
    found: list[RoleHolding] = value(tenant_of(**content), "user.roles", principal)
    return [
        (row.id, row.assignment, f"{row.endDateTime:%Y-%m-%d}" if row.endDateTime else "", row.isActivated)
        for row in found
    ]


def test_an_eligible_member_of_a_group_with_an_active_role_is_eligible() -> None:
    content = directory(groupEligibilityScheduleInstances=by_group(instance("admins", "ben", LATER)))
    assert held(content, "ben") == [("a:ben:eligible", "eligible", "2027-06-01", False)]
    assert held(content, "ann") == [("a:ann", "permanent", "", False)]


def test_an_active_member_of_an_eligible_group_is_eligible() -> None:
    content = directory(
        roleAssignmentScheduleInstances=[],
        roleEligibilityScheduleInstances=[scheduled("e", "admins", endDateTime=SOON)],
    )
    assert held(content, "ann") == [("e:ann", "eligible", "2026-12-01", False)]


@pytest.mark.parametrize(
    ("role_ends", "membership_ends", "holding_ends"),
    [(None, SOON, "2026-12-01"), (SOON, LATER, "2026-12-01"), (LATER, SOON, "2026-12-01"), (SOON, None, "2026-12-01")],
)
def test_a_holding_ends_with_the_first_of_role_and_membership(
    role_ends: str | None, membership_ends: str | None, holding_ends: str
) -> None:
    content = directory(
        roleAssignmentScheduleInstances=[scheduled("a", "admins", endDateTime=role_ends)],
        groupAssignmentScheduleInstances=by_group(assigned("admins", "ann", membership_ends)),
    )
    assert held(content, "ann") == [("a:ann", "timeBound", holding_ends, False)]


def test_an_activated_membership_is_listed_beside_the_eligible_one() -> None:
    content = directory(
        groupEligibilityScheduleInstances=by_group(instance("admins", "ann")),
        groupAssignmentScheduleInstances=by_group(activated("admins", "ann", SOON)),
    )
    assert held(content, "ann") == [
        ("a:ann:activated", "timeBound", "2026-12-01", True),
        ("a:ann:eligible", "eligible", "", False),
    ]


def test_a_member_for_good_is_not_eligible_as_well() -> None:
    content = directory(groupEligibilityScheduleInstances=by_group(instance("admins", "ann")))
    assert held(content, "ann") == [("a:ann", "permanent", "", False)]


def test_members_of_a_group_that_is_an_eligible_member_can_activate_the_membership() -> None:
    content = directory(
        groupMembers=[members_of("admins"), members_of("team", ["ben"])],
        groupEligibilityScheduleInstances=by_group(instance("admins", "team", SOON)),
    )
    assert held(content, "ben") == [("a:ben:eligible", "eligible", "2026-12-01", False)]
    (row,) = value(tenant_of(**content), "user.roles", "ben")
    assert [(one.id, one.displayName) for one in row.path] == [("admins", "Admins"), ("team", "Team")]
    assert (row.groupId, row.groupName) == ("admins", "Admins")
    assert [one.assignment for one in value(tenant_of(**content), "group.roles", "team")] == ["eligible"]


def test_the_way_through_a_group_comes_before_what_pim_lists_for_the_member() -> None:
    content = directory(
        groupMembers=[members_of("admins"), members_of("team", ["ben"])],
        groupEligibilityScheduleInstances=by_group(
            instance("admins", "team"), instance("admins", "ben", memberType="group")
        ),
    )
    (row,) = value(tenant_of(**content), "user.roles", "ben")
    assert [one.id for one in row.path] == ["admins", "team"]


def test_who_owns_a_group_does_not_hold_its_role() -> None:
    content = directory(
        groupEligibilityScheduleInstances=by_group(instance("admins", "ben", accessId="owner")),
        groupAssignmentScheduleInstances=by_group(instance("admins", "ben", accessId="owner")),
    )
    assert held(content, "ben") == []


def test_access_of_a_kind_that_is_not_known_counts_as_membership() -> None:
    content = directory(groupEligibilityScheduleInstances=by_group(instance("admins", "ben", accessId="keeper")))
    assert [how for _, how, _, _ in held(content, "ben")] == ["eligible"]


def test_a_member_by_way_of_pim_that_the_group_does_not_show_yet_is_one() -> None:
    content = directory(groupAssignmentScheduleInstances=by_group(activated("admins", "ben", SOON)))
    assert held(content, "ben") == [("a:ben:activated", "timeBound", "2026-12-01", True)]


def test_an_eligible_member_that_was_deleted_is_reported() -> None:
    content = directory(groupEligibilityScheduleInstances=by_group(instance("admins", "gone")))
    found = {row.id: row for row in tenant_of(**content).derived("roleHoldings") if isinstance(row, RoleHolding)}
    gone = found["a:gone:eligible"]
    assert (gone.principalType, gone.principalExists) == ("unknown", False)


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59.9999999Z", "9999-12-31T00:00:00Z"])
def test_an_end_at_the_end_of_time_is_none(end: str) -> None:
    content = directory(
        roleAssignmentScheduleInstances=[
            scheduled("a", "admins", endDateTime=end),
            scheduled("b", "ben", endDateTime=end),
        ],
        groupAssignmentScheduleInstances=by_group(assigned("admins", "ann", end)),
    )
    assert held(content, "ann") == [("a:ann", "permanent", "", False)]
    assert held(content, "ben") == [("b", "permanent", "", False)]


# --- what is missing --------------------------------------------------------------------------------------------------

BOTH = ("groupEligibilityScheduleInstances", "groupAssignmentScheduleInstances")


@pytest.mark.parametrize("absent", BOTH)
def test_roles_of_groups_are_unknown_without_pim_for_groups(absent: str) -> None:
    content = directory()
    del content[absent]
    assert lacking(tenant_of(**content), "user.roles", "ann") == absent


@pytest.mark.parametrize("absent", BOTH)
def test_roles_are_known_where_no_group_has_one(absent: str) -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann")])
    del content[absent]
    assert [how for _, how, _, _ in held(content, "ann")] == ["permanent"]


@pytest.mark.parametrize(
    ("managed", "missing"), [([], ""), (["team"], ""), (["admins"], "groupEligibilityScheduleInstances")]
)
def test_pim_for_groups_matters_only_for_groups_that_it_manages(managed: list[str], missing: str) -> None:
    content = directory(privilegedAccessGroups=[{"id": key} for key in managed])
    for name in BOTH:
        del content[name]
    assert lacking(tenant_of(**content), "user.roles", "ann") == missing


@pytest.mark.parametrize("unlicensed", [BOTH, ("roleEligibilityScheduleInstances",)])
def test_without_the_licence_there_are_no_eligible_members(unlicensed: tuple[str, ...]) -> None:
    content = directory()
    for name in (*BOTH, *unlicensed):
        content.pop(name, None)
    content["outcomes"] = {name: refused("unlicensed", "P2") for name in unlicensed}
    assert held(content, "ann") == [("a:ann", "permanent", "", False)]


@pytest.mark.parametrize("resource", BOTH)
@pytest.mark.parametrize("broken", [None, [{"accessId": "member", "principalId": None, "memberType": "direct"}]])
def test_a_record_that_does_not_tell_who_is_listed_hides_members(resource: str, broken: Json | None) -> None:
    content = directory(**{resource: [{"id": "admins", "instances": broken}]})
    assert lacking(tenant_of(**content), "user.roles", "ann") == resource


def test_eligible_members_are_certain_where_only_ends_are_missing() -> None:
    """Whether Ann is in for good is not known, so nothing is said of her; that Ben can become a member is."""
    content = directory(groupEligibilityScheduleInstances=by_group(instance("admins", "ben")))
    del content["groupAssignmentScheduleInstances"]
    assert certain(tenant_of(**content)) == ["a", "a:ben:eligible"]


def certain(tenant: Tenant) -> list[str]:
    """Ids of the holdings that come before the list is found to be incomplete."""
    found: list[str] = []
    with pytest.raises(NotCollected):
        for row in tenant.derived("roleHoldings"):
            assert isinstance(row, RoleHolding)
            found.append(row.id)
    return found


# --- against brute force ----------------------------------------------------------------------------------------------

GROUPS = ("g0", "g1", "g2", "g3")
USERS = ("u0", "u1", "u2")
ENDS = (None, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
ACTIVE, ACTIVATED, ELIGIBLE = range(3)


@dataclass(frozen=True)
class Step:
    """One principal in one group, or with one role."""

    group: str
    member: str
    kind: int
    end: str | None


steps = st.builds(
    Step, st.sampled_from(GROUPS), st.sampled_from(GROUPS + USERS), st.integers(0, 2), st.sampled_from(ENDS)
)
grants = st.builds(
    Step, st.just(""), st.sampled_from(GROUPS + USERS), st.sampled_from((ACTIVE, ELIGIBLE)), st.sampled_from(ENDS)
)


def moment(end: str | None) -> datetime:
    return NEVER if end is None else datetime.fromisoformat(end)


def walks(graph: Sequence[Step], so_far: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Every way on from the last step that comes to no group twice, the start included."""
    yield so_far
    seen = {one.member for one in so_far}
    for step in graph:
        if step.group == so_far[-1].member and step.member not in seen:
            yield from walks(graph, (*so_far, step))


def brute_force(graph: Sequence[Step], granted: Mapping[str, Step]) -> set[tuple[str, str, int, datetime]]:
    """(grant, holder, kind, end) of every way that is not outdone by one that asks for no more and lasts as long."""
    found = set()
    for key, grant in granted.items():
        for walk in walks(graph, (grant,)):
            kind, end = max(step.kind for step in walk), min(moment(step.end) for step in walk)
            found.add((key, walk[-1].member, kind, end))
    return {
        one
        for one in found
        if not any(
            other != one and other[:2] == one[:2] and other[2] <= one[2] and other[3] >= one[3] for other in found
        )
    }


def content_of(graph: Sequence[Step], granted: Mapping[str, Step]) -> Json:
    """Graph's records of it: active members stand in the group as well as in PIM."""
    active = [step for step in graph if step.kind != ELIGIBLE]
    members = {key: {step.member for step in active if step.group == key} for key in GROUPS}
    kinds = {ACTIVE: "assigned", ACTIVATED: "activated"}
    return {
        **nobody(),
        **no_roles(),
        "users": [user(key) for key in USERS],
        "groups": [group(key) for key in GROUPS],
        "groupMembers": [members_of(key, ones & {*USERS}, ones & {*GROUPS}) for key, ones in members.items()],
        "groupAssignmentScheduleInstances": by_group(
            *(instance(step.group, step.member, step.end, assignmentType=kinds[step.kind]) for step in active)
        ),
        "groupEligibilityScheduleInstances": by_group(
            *(instance(step.group, step.member, step.end) for step in graph if step.kind == ELIGIBLE)
        ),
        "roleAssignmentScheduleInstances": [
            scheduled(key, one.member, endDateTime=one.end) for key, one in granted.items() if one.kind == ACTIVE
        ],
        "roleEligibilityScheduleInstances": [
            scheduled(key, one.member, endDateTime=one.end) for key, one in granted.items() if one.kind == ELIGIBLE
        ],
    }


def kind_of(row: RoleHolding) -> int:
    if row.assignment == "eligible":
        return ELIGIBLE
    return ACTIVATED if row.isActivated else ACTIVE


@settings(deadline=None, max_examples=150)
@given(st.lists(steps, max_size=9), st.lists(grants, min_size=1, max_size=3))
def test_holdings_are_those_of_every_way_there_is(graph: list[Step], granted: list[Step]) -> None:
    named = {f"r{number}": grant for number, grant in enumerate(granted)}
    found = [
        row for row in tenant_of(**content_of(graph, named)).derived("roleHoldings") if isinstance(row, RoleHolding)
    ]
    assert len({row.id for row in found}) == len(found)
    assert {
        (row.assignmentId, row.principalId, kind_of(row), row.endDateTime or NEVER) for row in found
    } == brute_force(graph, named)
    for row in found:
        assert (row.assignment == "permanent") == (kind_of(row) != ELIGIBLE and row.endDateTime is None)
        assert [one.id for one in row.path][:1] == ([] if row.via == "direct" else [named[row.assignmentId].member])
