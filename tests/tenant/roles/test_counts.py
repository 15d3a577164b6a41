"""How many users have everything and how many only much."""

from __future__ import annotations

import pytest

from scanner.tenant.roles.counts import OTHER_ROLES, Administrators
from tests.tenant.sample import (
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    Json,
    group,
    lacking,
    members_of,
    no_roles,
    nobody,
    scheduled,
    tenant_of,
    user,
    value,
)


def content(active: list[Json], eligible: list[Json]) -> Json:
    return {
        **nobody(),
        **no_roles(),
        "users": [user("ann"), user("ben"), user("cid")],
        "groups": [group("admins")],
        "groupMembers": [members_of("admins", ["ann", "ben"])],
        "servicePrincipals": [{"id": "robot", "displayName": "Robot"}],
        "roleAssignmentScheduleInstances": active,
        "roleEligibilityScheduleInstances": eligible,
    }


@pytest.mark.parametrize(
    ("active", "eligible", "everything", "others"),
    [
        ([], [], 0, 0),
        ([scheduled("a", "ann")], [], 1, 0),
        ([scheduled("a", "admins")], [scheduled("b", "ann")], 2, 0),
        ([scheduled("a", "admins", USER_ADMINISTRATOR)], [scheduled("b", "ann")], 1, 1),
        ([scheduled("a", "robot"), scheduled("b", "gone")], [], 0, 0),
        ([scheduled("a", "ann", DIRECTORY_READERS)], [], 0, 0),
        ([scheduled("a", "ann", directoryScopeId="/administrativeUnits/unit")], [], 0, 0),
    ],
)
def test_users_count_once_however_they_hold_a_role(
    active: list[Json], eligible: list[Json], everything: int, others: int
) -> None:
    tenant = tenant_of(**content(active, eligible))
    assert value(tenant, "tenant.administrators") == Administrators(globalAdministrators=everything, others=others)


def test_the_other_roles_are_seven_and_not_global_administrator() -> None:
    assert len(OTHER_ROLES) == 7
    assert GLOBAL_ADMINISTRATOR not in OTHER_ROLES


def test_the_numbers_are_unknown_if_there_may_be_more() -> None:
    whole = content([scheduled("a", "admins")], [])
    for absent in ("roleEligibilityScheduleInstances", "groupEligibilityScheduleInstances"):
        rest = {name: rows for name, rows in whole.items() if name != absent}
        assert lacking(tenant_of(**rest), "tenant.administrators") == absent
