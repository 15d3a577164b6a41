"""Who holds which role in effect, and what is certain when something is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.roles.holdings import RoleHolding, holdings
from tests.tenant.sample import (
    CUSTOM_ROLE,
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    Json,
    grant,
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


def directory(**content: Any) -> Json:
    """Three people and two groups, one in the other, without any role but those given."""
    return {
        **nobody(),
        **no_roles(),
        "users": [user("ann"), user("ben"), user("cid")],
        "groups": [group("admins"), group("inner")],
        "groupMembers": [members_of("admins", ["ann"], ["inner"]), members_of("inner", ["ben"], ["admins"])],
        **content,
    }


def rows(content: Json, break_glass: BreakGlass | None = None) -> tuple[list[RoleHolding], str]:
    """All holdings that are certain, and the resource that is missing."""
    found: list[RoleHolding] = []
    try:
        for row in tenant_of(break_glass, **content).derived("roleHoldings"):
            assert isinstance(row, RoleHolding)
            found.append(row)
    except NotCollected as lack:
        return found, lack.resource
    return found, ""


def test_a_direct_holding_says_all_there_is_to_say() -> None:
    instance = scheduled(
        "i", "ann", startDateTime="2026-01-01T00:00:00Z", endDateTime="2026-05-13T19:57:38.453Z", appScopeId="/"
    )
    (row,), missing = rows(directory(roleAssignmentScheduleInstances=[instance]))
    assert missing == ""
    assert row == RoleHolding(
        id="i",
        principalId="ann",
        principalType="user",
        principalName="Ann",
        principalExists=True,
        roleDefinitionId=GLOBAL_ADMINISTRATOR,
        roleTemplateId=GLOBAL_ADMINISTRATOR,
        roleName="Global Administrator",
        isPrivileged=True,
        assignment="timeBound",
        isActivated=False,
        via="direct",
        groupId=None,
        groupName=None,
        path=[],
        scope="tenant",
        directoryScopeId="/",
        appScopeId="/",
        startDateTime=datetime(2026, 1, 1, tzinfo=UTC),
        endDateTime=datetime(2026, 5, 13, 19, 57, 38, 453000, tzinfo=UTC),
        assignmentId="i",
        isBreakGlass=False,
    )
    assert row.is_tenant_wide


def test_a_role_of_a_group_is_held_by_the_group_and_by_all_within_it() -> None:
    found, missing = rows(directory(roleAssignmentScheduleInstances=[scheduled("a", "admins")]))
    assert missing == ""
    assert [(row.id, row.principalId, row.principalType, row.via, row.groupId, row.groupName) for row in found] == [
        ("a", "admins", "group", "direct", None, None),
        ("a:ann", "ann", "user", "group", "admins", "Admins"),
        ("a:ben", "ben", "user", "group", "admins", "Admins"),
        ("a:inner", "inner", "group", "group", "admins", "Admins"),
    ]
    assert [[one.displayName for one in row.path] for row in found] == [[], ["Admins"], ["Admins", "Inner"], ["Admins"]]


def test_an_eligible_group_makes_its_members_eligible() -> None:
    found, _ = rows(directory(roleEligibilityScheduleInstances=[scheduled("e", "inner")]))
    assert {(row.principalId, row.assignment, row.via) for row in found} == {
        ("inner", "eligible", "direct"),
        ("ann", "eligible", "group"),
        ("ben", "eligible", "group"),
        ("admins", "eligible", "group"),
    }


def test_a_member_that_pim_lists_beside_the_group_is_listed_once() -> None:
    inherited = scheduled("m", "ann", memberType="Group")
    stranger = scheduled("n", "cid", memberType="Inherited")
    found, _ = rows(directory(roleAssignmentScheduleInstances=[scheduled("a", "admins"), inherited, stranger]))
    assert [(row.id, row.groupId) for row in found if row.via == "group"] == [
        ("a:ann", "admins"),
        ("a:ben", "admins"),
        ("a:inner", "admins"),
        ("n:cid", None),
    ]


def test_a_service_principal_in_a_group_holds_its_role() -> None:
    content = directory(
        servicePrincipals=[{"id": "robot", "displayName": "Robot"}],
        groupMembers=[members_of("admins", others=["robot"]), members_of("inner")],
        roleAssignmentScheduleInstances=[scheduled("a", "admins")],
    )
    assert [(row.principalType, row.principalName) for row in rows(content)[0]] == [
        ("group", "Admins"),
        ("servicePrincipal", "Robot"),
    ]


def test_a_holder_that_was_deleted_is_listed_as_unknown() -> None:
    (row,), missing = rows(directory(roleAssignmentScheduleInstances=[scheduled("a", "gone")]))
    assert (row.principalType, row.principalName, row.principalExists) == ("unknown", None, False)
    assert missing == ""


@pytest.mark.parametrize("absent", ["users", "groups", "servicePrincipals"])
def test_a_holder_that_cannot_be_told_is_listed_and_the_list_is_incomplete(absent: str) -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "somebody")])
    del content[absent]
    (row,), missing = rows(content)
    assert (row.principalType, row.principalExists) == ("unknown", True)
    assert missing == absent


def test_what_is_certain_comes_before_what_is_missing() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann")])
    del content["roleEligibilityScheduleInstances"]
    found, missing = rows(content)
    assert [row.principalId for row in found] == ["ann"]
    assert missing == "roleEligibilityScheduleInstances"


def test_members_of_a_group_that_were_not_collected_are_missing() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "admins")])
    content["groupMembers"] = [members_of("admins", ["ann"], ["inner"])]
    found, missing = rows(content)
    assert [row.principalId for row in found] == ["admins", "ann", "inner"]
    assert missing == "groupMembers"


def test_nothing_is_certain_without_the_roles_themselves() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann")])
    del content["roleDefinitions"]
    assert rows(content) == ([], "roleDefinitions")


def test_nothing_is_certain_without_knowing_the_break_glass_accounts() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann")])
    del content["users"]
    assert rows(content, BreakGlass(accounts=("ann@contoso.com",))) == ([], "users")


def test_break_glass_accounts_are_marked() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann"), scheduled("b", "ben")])
    found, _ = rows(content, BreakGlass(accounts=("ann@contoso.com",)))
    assert [(row.principalId, row.isBreakGlass) for row in found] == [("ann", True), ("ben", False)]


def test_a_custom_role_without_its_permissions_is_missing() -> None:
    own = {"id": CUSTOM_ROLE, "templateId": CUSTOM_ROLE, "displayName": "Own", "isBuiltIn": False}
    content = directory(roleDefinitions=[own], roleAssignmentScheduleInstances=[scheduled("a", "ann", CUSTOM_ROLE)])
    assert rows(content) == ([], "roleDefinitions")


def test_roles_of_a_user_are_the_union_of_all_ways() -> None:
    tenant = tenant_of(
        **directory(
            roleAssignments=[grant("d", "ann", USER_ADMINISTRATOR)],
            roleAssignmentScheduleInstances=[scheduled("a", "admins")],
            roleEligibilityScheduleInstances=[scheduled("e", "ann")],
        )
    )
    held = {(row.roleName, row.assignment, row.via) for row in value(tenant, "user.roles", "ann")}
    assert held == {
        ("Global Administrator", "permanent", "group"),
        ("Global Administrator", "eligible", "direct"),
        ("User Administrator", "permanent", "direct"),
    }
    assert value(tenant, "user.roles", "cid") == []


@pytest.mark.parametrize(
    ("absent", "missing"),
    [
        ("roleEligibilityScheduleInstances", "roleEligibilityScheduleInstances"),
        ("roleAssignmentScheduleInstances", "roleAssignmentScheduleInstances"),
        ("groups", "groups"),
        ("servicePrincipals", ""),
        ("roleAssignments", ""),
    ],
)
def test_roles_of_a_user_are_unknown_only_if_what_is_missing_could_add_to_them(absent: str, missing: str) -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann"), scheduled("b", "somebody")])
    del content[absent]
    assert lacking(tenant_of(**content), "user.roles", "ann") == missing


def test_unlicensed_pim_leaves_roles_known() -> None:
    content = directory(roleAssignments=[grant("a", "ann")])
    for name in ("roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances"):
        del content[name]
        content.setdefault("outcomes", {})[name] = refused("unlicensed", "P2")
    assert [row.assignment for row in value(tenant_of(**content), "user.roles", "ann")] == ["permanent"]


@pytest.mark.parametrize(
    ("directory_scope", "app_scope", "scope"),
    [
        ("/", None, "tenant"),
        ("/", "/", "tenant"),
        ("/administrativeUnits/unit", None, "administrativeUnit"),
        ("/AdministrativeUnits/unit", None, "administrativeUnit"),
        ("/registration", None, "application"),
        ("/robot", None, "application"),
        ("/admins", None, "group"),
        ("/somewhere", None, "object"),
        (None, "/AccessPackageCatalog/catalog", "appSpecific"),
        ("/", "/AccessPackageCatalog/catalog", "appSpecific"),
    ],
)
def test_the_scope_is_said_in_a_word(directory_scope: str | None, app_scope: str | None, scope: str) -> None:
    instance = scheduled("a", "ann", directoryScopeId=directory_scope, appScopeId=app_scope)
    content = directory(
        roleAssignmentScheduleInstances=[instance],
        applications=[{"id": "registration"}],
        servicePrincipals=[{"id": "robot", "displayName": "Robot"}],
    )
    (row,), missing = rows(content)
    assert (row.scope, row.is_tenant_wide, missing) == (scope, directory_scope == "/" and scope == "tenant", "")


def test_without_the_applications_a_scope_of_one_object_is_no_more_than_that() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "ann", directoryScopeId="/registration")])
    (row,), missing = rows(content)
    assert (row.scope, missing) == ("object", "applications")
    assert [one.id for one in value(tenant_of(**content), "user.roles", "ann")] == ["a"]


def test_groups_and_service_principals_have_roles_too() -> None:
    tenant = tenant_of(
        **directory(
            servicePrincipals=[{"id": "robot", "displayName": "Robot"}],
            roleAssignmentScheduleInstances=[scheduled("a", "admins"), scheduled("b", "robot", USER_ADMINISTRATOR)],
        )
    )
    assert [row.roleName for row in value(tenant, "group.roles", "inner")] == ["Global Administrator"]
    assert [row.roleName for row in value(tenant, "servicePrincipal.roles", "robot")] == ["User Administrator"]
    assert value(tenant, "servicePrincipal.roles", "other") == []


@pytest.mark.parametrize(("absent", "missing"), [("users", ""), ("applications", ""), ("groups", "groups")])
def test_roles_of_a_service_principal_do_not_depend_on_who_else_has_one(absent: str, missing: str) -> None:
    content = directory(
        applications=[],
        servicePrincipals=[{"id": "robot", "displayName": "Robot"}],
        roleAssignmentScheduleInstances=[scheduled("a", "robot"), scheduled("b", "ann", directoryScopeId="/object")],
    )
    del content[absent]
    assert lacking(tenant_of(**content), "servicePrincipal.roles", "robot") == missing


def test_what_is_eligible_may_be_hidden_where_it_was_not_collected() -> None:
    content = directory(roleAssignmentScheduleInstances=[scheduled("a", "admins")])
    for name in ("roleEligibilityScheduleInstances", "groupEligibilityScheduleInstances"):
        del content[name]
    known = tenant_of(**content).once(holdings)
    assert {lack.resource for lack in known.missing_for_users} == {
        "roleEligibilityScheduleInstances",
        "groupEligibilityScheduleInstances",
    }


def test_who_can_activate_a_role_is_told_whatever_the_way() -> None:
    content = directory(
        roleAssignmentScheduleInstances=[scheduled("a", "ann"), scheduled("g", "admins")],
        roleEligibilityScheduleInstances=[scheduled("e", "ben"), scheduled("r", "robot")],
        groupEligibilityScheduleInstances=[
            {"id": "admins", "instances": [{"accessId": "member", "principalId": "cid", "memberType": "direct"}]}
        ],
    )
    tenant = tenant_of(**content)
    found = value(tenant, "unifiedRoleDefinition.eligibleUsers", GLOBAL_ADMINISTRATOR)
    assert [one["id"] for one in found] == ["ben", "cid"]
    assert value(tenant, "unifiedRoleDefinition.eligibleUsers", USER_ADMINISTRATOR) == []
    del content["roleEligibilityScheduleInstances"]
    lack = lacking(tenant_of(**content), "unifiedRoleDefinition.eligibleUsers", USER_ADMINISTRATOR)
    assert lack == "roleEligibilityScheduleInstances"
