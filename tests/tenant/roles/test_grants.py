"""Role assignments of three lists as one, each grant once."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.roles.grants import grants
from tests.tenant.sample import USER_ADMINISTRATOR, grant, refused, scheduled, tenant_of

Summary = list[tuple[str, str, bool]]


def found(**content: Any) -> tuple[Summary, list[str]]:
    """(id, kind, activated) of every grant, and the resources that are missing."""
    known = tenant_of(**content).once(grants)
    return (
        sorted((one.id, one.assignment.value, one.activated) for one in known.grants),
        [lack.resource for lack in known.missing],
    )


def test_a_direct_assignment_that_pim_lists_too_is_one_permanent_grant() -> None:
    assert found(
        roleAssignments=[grant("a", "ann")],
        roleAssignmentScheduleInstances=[scheduled("a", "ann")],
        roleEligibilityScheduleInstances=[],
    ) == ([("a", "permanent", False)], [])


def test_a_time_bound_assignment_is_not_permanent_for_standing_in_both_lists() -> None:
    instance = scheduled("i", "ann", endDateTime="2026-05-13T19:57:38.453Z", roleAssignmentOriginId="a")
    assert found(
        roleAssignments=[grant("a", "ann")],
        roleAssignmentScheduleInstances=[instance],
        roleEligibilityScheduleInstances=[],
    ) == ([("i", "timeBound", False)], [])


def test_an_assignment_that_pim_lists_under_another_id_is_one_grant() -> None:
    assert found(
        roleAssignments=[grant("a", "ann")],
        roleAssignmentScheduleInstances=[scheduled("i", "ann", roleAssignmentOriginId=None)],
        roleEligibilityScheduleInstances=[],
    ) == ([("i", "permanent", False)], [])


def test_a_direct_assignment_that_pim_does_not_list_is_not_missed() -> None:
    assert found(
        roleAssignments=[grant("a", "ann"), grant("b", "ben")],
        roleAssignmentScheduleInstances=[scheduled("a", "ann")],
        roleEligibilityScheduleInstances=[],
    ) == ([("a", "permanent", False), ("b", "permanent", False)], [])


def test_who_is_both_eligible_and_permanent_has_two_grants() -> None:
    assert found(
        roleAssignments=[grant("a", "ann")],
        roleAssignmentScheduleInstances=[scheduled("a", "ann")],
        roleEligibilityScheduleInstances=[scheduled("e", "ann")],
    ) == ([("a", "permanent", False), ("e", "eligible", False)], [])


def test_an_activation_is_time_bound_and_marked_and_hides_no_permanent_assignment() -> None:
    activation = scheduled(
        "i", "ann", assignmentType="Activated", endDateTime="2026-05-13T20:00:00Z", roleAssignmentOriginId="x"
    )
    assert found(
        roleAssignments=[grant("x", "ann"), grant("a", "ann")],
        roleAssignmentScheduleInstances=[activation],
        roleEligibilityScheduleInstances=[scheduled("e", "ann")],
    ) == ([("a", "permanent", False), ("e", "eligible", False), ("i", "timeBound", True)], [])


def test_another_role_or_scope_is_another_grant() -> None:
    unit = {"directoryScopeId": "/administrativeUnits/1"}
    ids, _ = found(
        roleAssignments=[grant("a", "ann"), grant("b", "ann", USER_ADMINISTRATOR), grant("c", "ann", **unit)],
        roleAssignmentScheduleInstances=[scheduled("i", "ann", roleAssignmentOriginId=None)],
        roleEligibilityScheduleInstances=[],
    )
    assert ids == [("b", "permanent", False), ("c", "permanent", False), ("i", "permanent", False)]


def test_without_the_licence_for_pim_nobody_is_eligible_and_every_assignment_is_permanent() -> None:
    unlicensed = refused("unlicensed", "P2")
    assert found(
        roleAssignments=[grant("a", "ann")],
        outcomes={
            "roleAssignmentScheduleInstances": unlicensed,
            "roleEligibilityScheduleInstances": unlicensed,
        },
    ) == ([("a", "permanent", False)], [])


def test_the_list_of_pim_is_enough_for_active_assignments() -> None:
    assert found(
        roleAssignmentScheduleInstances=[scheduled("a", "ann")],
        roleEligibilityScheduleInstances=[],
        outcomes={"roleAssignments": refused("failed", "HTTP 500")},
    ) == ([("a", "permanent", False)], [])


@pytest.mark.parametrize("outcome", ["denied", "failed", "skipped"])
def test_a_list_that_was_not_read_leaves_what_is_certain_and_is_missing(outcome: str) -> None:
    assert found(
        roleAssignments=[],
        roleAssignmentScheduleInstances=[scheduled("a", "ann")],
        outcomes={"roleEligibilityScheduleInstances": refused(outcome)},
    ) == ([("a", "permanent", False)], ["roleEligibilityScheduleInstances"])
    assert found(
        roleAssignments=[grant("a", "ann")],
        roleEligibilityScheduleInstances=[scheduled("e", "ann")],
        outcomes={"roleAssignmentScheduleInstances": refused(outcome)},
    ) == ([("e", "eligible", False)], ["roleAssignmentScheduleInstances"])


@pytest.mark.parametrize("absent", ["principalId", "roleDefinitionId", "directoryScopeId"])
def test_a_row_that_does_not_say_who_has_what_over_what_hides_a_grant(absent: str) -> None:
    hollow, whole = [{**grant("x", "ann"), absent: None, "appScopeId": "/"}], [grant("a", "ann")]
    assert found(
        roleAssignments=whole, roleAssignmentScheduleInstances=hollow, roleEligibilityScheduleInstances=hollow
    ) == ([("a", "permanent", False)], ["roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances"])
    assert found(
        roleAssignments=hollow, roleAssignmentScheduleInstances=whole, roleEligibilityScheduleInstances=[]
    ) == ([("a", "permanent", False)], ["roleAssignments"])
    assert found(
        roleAssignments=[*hollow, *whole],
        roleEligibilityScheduleInstances=[],
        outcomes={"roleAssignmentScheduleInstances": refused("unlicensed")},
    ) == ([("a", "permanent", False)], ["roleAssignments"])


def test_a_scope_in_an_application_alone_is_a_scope() -> None:
    row = {**grant("x", "ann"), "directoryScopeId": None, "appScopeId": "/catalogue"}
    assert found(roleAssignments=[row], roleAssignmentScheduleInstances=[], roleEligibilityScheduleInstances=[]) == (
        [("x", "permanent", False)],
        [],
    )
