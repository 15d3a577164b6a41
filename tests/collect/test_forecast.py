from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.catalogue import BY_NAME, RESOURCES
from scanner.collect.forecast import forecast
from scanner.collect.plan import Needs, make_plan, permissions
from scanner.tenant.break_glass.declared import BreakGlass

DECLARED = BreakGlass(accounts=("bg1@contoso.com",), groups=("Break Glass Accounts",))


def told(needs: Needs, width: int = 80, declared: BreakGlass = DECLARED) -> str:
    return forecast(make_plan(needs), permissions(needs), declared, width)


def test_it_says_what_is_asked_what_limits_it_what_it_costs_and_what_it_takes() -> None:
    needs = {"users": ["signInActivity", "userType"], "groupMembers": [], "roleAssignments": []}
    expected = """\
Reads 5 resources with 4 requests (3 resource units) if each fits on one page;
every further page is one request more. Once for each of certain objects, named
below, is asked for: groupMembers.

organization
  GET /v1.0/organization?$select=displayName,id
  1 resource unit a page

users
  GET /v1.0/users?$select=displayName,id,signInActivity,userPrincipalName,
      userType&$top=999
  1 resource unit a page of up to 999 records

groups
  GET /v1.0/groups?$select=displayName,id&$top=999
  1 resource unit a page of up to 999 records

roleAssignments
  GET /v1.0/roleManagement/directory/roleAssignments
  1 request a page

groupMembers
  GET /v1.0/groups/{id}/members?$select=id&$top=999
  2 resource units for each of the groups, 20 in a batch
  only groups that are named in roleAssignments (principalId) or the
    configuration (Break Glass Accounts); and groups in those

Permissions (Microsoft Graph, application)
  AuditLog.Read.All: users.signInActivity
  GroupMember.Read.All: groupMembers, groups
  Organization.Read.All: organization
  RoleManagement.Read.Directory: roleAssignments
  User.Read.All: users

Limits of Microsoft Graph for an application in a tenant
  identity and access, 3,500 to 8,000 resource units in 10 seconds, by the size
    of the tenant: organization, users, groups, groupMembers
  other services, not published: roleAssignments"""
    assert told(needs) == expected


@pytest.mark.parametrize(
    ("name", "declared", "words"),
    [
        ("groupMembers", BreakGlass(), "only groups that are named in the configuration; and groups in those"),
        ("appRoleAssignedTo", DECLARED, "only servicePrincipals whose appId is that of Microsoft Graph, Windows"),
        ("breakGlassMethods", DECLARED, "only break-glass accounts, named in the configuration (bg1@contoso.com,"),
        ("appManagementPolicyTargets", DECLARED, "all appManagementPolicies"),
        ("scheduledQueryRules", DECLARED, "1 request for each of the subscriptions"),
        ("scheduledQueryRules", DECLARED, "Roles (Azure) Reader on every subscription"),
        ("authorizationPolicy", DECLARED, "1 resource unit Permissions"),
    ],
)
def test_a_fan_out_says_for_whom_it_asks(name: str, declared: BreakGlass, words: str) -> None:
    assert words in " ".join(told({name: ()}, declared=declared).split())


@settings(max_examples=40)
@given(st.sets(st.sampled_from([resource.name for resource in RESOURCES]), min_size=1), st.integers(80, 140))
def test_it_fits_the_terminal_and_no_request_is_changed_by_that(names: set[str], width: int) -> None:
    needs = dict.fromkeys(names, ("displayName", "id", "state", "createdDateTime", "description"))
    text = told(needs, width)
    assert max(map(len, text.splitlines())) <= width
    joined = re.sub(r"\n {6}", "", text)
    for item in make_plan(needs).items:
        assert f"\n{item.resource.name}\n  GET {item.url()}\n" in joined
    assert set(BY_NAME) >= names
