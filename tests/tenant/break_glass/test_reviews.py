"""Access reviews that can take something from a break-glass account by themselves."""

from __future__ import annotations

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import (
    GLOBAL_ADMINISTRATOR,
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

FACT = "user.removingReviews"
GROUP = "aaaaaaaa-0000-4000-8000-000000000001"
ROLE = f"/roleManagement/directory/roleDefinitions/{GLOBAL_ADMINISTRATOR}"
SILENCE = {"autoApplyDecisionsEnabled": True, "defaultDecisionEnabled": True, "defaultDecision": "Deny"}


def content(scope: object, **properties: object) -> Json:
    return {
        **no_roles(),
        **nobody(),
        "users": [user("birch"), user("ann")],
        "groups": [group(GROUP)],
        "groupMembers": [members_of(GROUP, ["birch"])],
        "roleAssignmentScheduleInstances": [scheduled("1", "birch")],
        "accessReviewDefinitions": [{"id": "a", "scope": scope, "settings": SILENCE, **properties}],
    }


def is_concerned(scope: object, key: str = "birch", **properties: object) -> bool:
    tenant = tenant_of(BreakGlass(accounts=("birch@contoso.com",)), **content(scope, **properties))
    return [one.id for one in value(tenant, FACT, key)] == ["a"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"query": ROLE}, True),
        ({"query": ROLE.upper()}, True),
        ({"query": f"/roleAssignments?$filter=roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}'"}, True),
        ({"query": f"/roleManagement/directory/roleDefinitions/{GROUP}"}, False),
        ({"principalScopes": [{"query": "/users"}], "resourceScopes": [{"query": ROLE}]}, True),
        ({"query": f"/groups/{GROUP}/transitiveMembers"}, True),
        ({"query": f"/groups/{GLOBAL_ADMINISTRATOR}/members"}, False),
        ({"query": f"/servicePrincipals/{GROUP}"}, False),
        ({"query": "./members/microsoft.graph.user/?$filter=(userType eq 'Guest')"}, False),
        ({"query": "/users"}, True),
        ({}, True),
        (None, True),
    ],
)
def test_whom_a_review_is_about_stands_in_its_queries(scope: object, expected: bool) -> None:
    assert is_concerned(scope) is expected
    assert not is_concerned(scope, "ann")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"settings": None}, True),
        ({"settings": {**SILENCE, "defaultDecision": "Recommendation"}}, True),
        ({"settings": {**SILENCE, "defaultDecision": "Approve"}}, False),
        ({"settings": {**SILENCE, "defaultDecisionEnabled": False}}, False),
        ({"settings": {**SILENCE, "autoApplyDecisionsEnabled": False}}, False),
        ({"status": "InProgress"}, True),
        ({"status": "Completed"}, False),
    ],
)
def test_a_review_decides_by_itself_or_not(properties: Json, expected: bool) -> None:
    assert is_concerned({"query": ROLE}, **properties) is expected


def test_a_group_that_was_not_read_is_unknown() -> None:
    whole = content({"query": f"/groups/{GROUP}"})
    del whole["groupMembers"]
    assert lacking(tenant_of(BreakGlass(accounts=("birch@contoso.com",)), **whole), FACT, "birch") == "groupMembers"
