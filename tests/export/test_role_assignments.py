"""The export of role assignments: its rows, what it names as missing, and the form of the script."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scanner.errors import NotCollected
from scanner.export.role_assignments import ROLE_ASSIGNMENTS, RoleAssignment, role_assignments
from tests.tenant.sample import (
    GLOBAL_ADMINISTRATOR,
    Json,
    grant,
    group,
    members_of,
    no_roles,
    nobody,
    refused,
    scheduled,
    tenant_of,
    user,
)


def directory(**content: Any) -> Json:
    return {
        **nobody(),
        **no_roles(),
        "users": [user("ann"), user("ben")],
        "groups": [group("admins"), group("inner")],
        "groupMembers": [members_of("admins", ["ann"], ["inner"]), members_of("inner", ["ben"])],
        **content,
    }


def taken(content: Json) -> tuple[list[RoleAssignment], list[str]]:
    """The rows, and the resources that are missing."""
    rows: list[RoleAssignment] = []
    try:
        rows.extend(role_assignments(tenant_of(**content)))
    except NotCollected as lack:
        return rows, [lack.resource, *(other.resource for other in lack.others)]
    return rows, []


def test_a_row_says_all_there_is_to_say() -> None:
    start, end = "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"
    instance = scheduled("a", "admins", startDateTime=start, endDateTime=end, directoryScopeId="/administrativeUnits/u")
    rows, missing = taken(directory(roleAssignmentScheduleInstances=[instance]))
    assert missing == []
    assert [row.principalId for row in rows] == ["admins", "ann", "ben", "inner"]
    assert rows[2] == RoleAssignment(
        role="Global Administrator",
        roleId=GLOBAL_ADMINISTRATOR,
        isPrivileged=True,
        principal="Ben",
        principalId="ben",
        principalType="user",
        assignmentId="a",
        type="active with an end",
        activated=False,
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2026, 12, 1, tzinfo=UTC),
        scope="administrativeUnit",
        scopeId="/administrativeUnits/u",
        throughGroup="Admins",
        throughGroupId="admins",
        path=["Admins", "Inner"],
        breakGlass=False,
    )


def test_a_principal_that_no_longer_resolves_is_listed_as_such() -> None:
    (row,), _ = taken(directory(roleEligibilityScheduleInstances=[scheduled("a", "gone")]))
    assert (row.principal, row.principalId, row.principalType, row.type) == (
        "(no longer exists)",
        "gone",
        "deleted",
        "eligible",
    )


def test_a_principal_of_a_kind_that_was_not_collected_is_not_called_deleted() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "robot")])
    del content["servicePrincipals"]
    (row,), missing = taken(content)
    assert (row.principal, row.principalType, missing) == ("(not told)", "unknown", ["servicePrincipals"])


def test_without_the_licence_eligible_assignments_are_missing_and_the_rest_is_there() -> None:
    content = directory(roleAssignments=[grant("a", "ann")])
    for name in ("roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances"):
        del content[name]
        content.setdefault("outcomes", {})[name] = refused("unlicensed", "P2")
    (row,), missing = taken(content)
    assert (row.principal, row.type) == ("Ann", "permanent")
    assert missing == ["roleEligibilityScheduleInstances"]


def test_the_older_form_lists_assignments_as_they_were_made() -> None:
    content = directory(
        roleAssignmentScheduleInstances=[
            scheduled("a", "admins", startDateTime="2026-01-01T00:00:00.123Z", endDateTime="2026-12-01T00:00:00Z"),
            scheduled("b", "ben"),
        ],
        roleEligibilityScheduleInstances=[scheduled("c", "gone")],
    )
    legacy = ROLE_ASSIGNMENTS.legacy
    assert legacy is not None
    assert legacy.separator == ";"
    assert [column.heading for column in legacy.columns] == [
        *("Role", "Role Id", "Assigned to", "Assigned to Id", "Assignment Id", "Assignment Type", "Assignment Date")
    ]
    role = ("Global Administrator", GLOBAL_ADMINISTRATOR)
    rows = [row for row in taken(content)[0] if legacy.includes(row)]
    assert [tuple(column.cell(row) for column in legacy.columns) for row in rows] == [
        (*role, "(no longer exists)", "gone", "c", "Eligible", ""),
        (*role, "Admins", "admins", "a", "Active", "2026-01-01T00:00:00.123000Z"),
        (*role, "Ben", "ben", "b", "Permanent", ""),
    ]
