from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.azure_roles import azure_roles
from scanner.collect.catalogue import BY_NAME, REQUESTED
from scanner.collect.plan import Permission, expanded, make_plan, permissions
from scanner.errors import UsageError


@pytest.mark.parametrize(
    ("name", "properties", "url"),
    [
        ("users", [], "/v1.0/users?$select=displayName,id,userPrincipalName&$top=999"),
        (
            "users",
            ["userType", "accountEnabled", "id"],
            "/v1.0/users?$select=accountEnabled,displayName,id,userPrincipalName,userType&$top=999",
        ),
        ("namedLocations", ["odataType", "@odata.type"], "/v1.0/identity/conditionalAccess/namedLocations"
         "?$select=displayName,id"),
        ("authorizationPolicy", ["allowInvitesFrom"], "/v1.0/policies/authorizationPolicy"),
        (
            "cloudPcProvisioningPolicies",
            ["assignments", "imageType"],
            "/v1.0/deviceManagement/virtualEndpoint/provisioningPolicies"
            "?$select=displayName,id,imageType&$expand=assignments",
        ),
        (
            "roleManagementPolicyAssignments",
            ["policy"],
            "/v1.0/policies/roleManagementPolicyAssignments?$select=id,roleDefinitionId"
            "&$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=policy($expand=rules)",
        ),
        ("groupMembers", ["members"], "/v1.0/groups/{id}/members?$select=id&$top=999"),
        ("appRoleAssignedTo", ["assignments"], "/v1.0/servicePrincipals/{id}/appRoleAssignedTo?$top=999"),
    ],
)  # fmt: skip
def test_the_request_asks_for_what_is_needed_and_no_more(name: str, properties: list[str], url: str) -> None:
    assert make_plan({name: properties})[name].url() == url


def test_an_advanced_query_counts() -> None:
    catalogue = {**BY_NAME, "users": replace(BY_NAME["users"], advanced=True, top=None)}
    assert make_plan({"users": []}, catalogue)["users"].url().endswith("userPrincipalName&$count=true")


@pytest.mark.parametrize(
    ("name", "properties", "requested"),
    [
        ("users", ["userType"], ("displayName", "id", "userPrincipalName", "userType")),
        ("cloudPcProvisioningPolicies", ["assignments"], ("assignments", "displayName", "id")),
        ("userRegistrationDetails", ["isMfaCapable"], None),
        ("groupMembers", [], ("id", "members")),
    ],
)
def test_what_records_should_have_is_known_where_it_is_selected(
    name: str, properties: list[str], requested: tuple[str, ...] | None
) -> None:
    assert make_plan({name: properties})[name].requested == requested


def test_every_collection_begins_with_the_tenants_name() -> None:
    plan = make_plan({})
    assert [item.resource.name for item in plan.items] == ["organization"]
    assert plan["organization"].url() == "/v1.0/organization?$select=displayName,id"


def test_a_fan_out_brings_its_parents_but_not_what_names_them() -> None:
    plan = make_plan({"groupMembers": ["members"]})
    assert [item.resource.name for item in plan.items] == ["organization", "groups", "groupMembers"]
    assert plan["groupMembers"].after == ("groups",)


def test_a_fan_out_comes_after_what_names_its_parents_and_reads_the_names() -> None:
    plan = make_plan({"groupMembers": [], "conditionalAccessPolicies": ["state"], "roleAssignments": []})
    assert plan["groupMembers"].after == ("conditionalAccessPolicies", "groups", "roleAssignments")
    assert "conditions" in plan["conditionalAccessPolicies"].properties
    assert "principalId" in plan["roleAssignments"].properties


def test_the_property_that_tells_parents_is_read() -> None:
    assert "appId" in make_plan({"appRoleAssignedTo": []})["servicePrincipals"].properties


def test_properties_with_a_permission_of_their_own_are_known() -> None:
    item = make_plan({"users": ["signInActivity", "userType"]})["users"]
    assert item.gated == {"signInActivity": "AuditLog.Read.All and the licence P1"}
    less = item.without(item.gated)
    assert "signInActivity" not in less.url()
    assert "userType" in less.url()
    assert less.gated == {}


def test_an_unknown_resource_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"mailboxes is no resource.* users"):
        make_plan({"mailboxes": []})


def test_a_digest_is_the_same_in_every_process_and_another_for_whatever_is_asked_otherwise() -> None:
    needs = {"users": ["userType", "accountEnabled"], "groupMembers": []}
    code = (
        "from scanner.collect.plan import make_plan; "
        f"print(make_plan({dict(reversed(needs.items()))!r}).digest(['b', 'a'], ['c']))"
    )
    here = make_plan(needs).digest(["a", "b"], ["c"])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert out.stdout.strip() == here
    others = [
        make_plan({**needs, "users": ["userType"]}).digest(["a", "b"], ["c"]),
        make_plan({**needs, "domains": []}).digest(["a", "b"], ["c"]),
        make_plan(needs).digest(["a"], ["b", "c"]),
        make_plan(needs).digest(["a", "b"], []),
    ]
    assert len({here, *others}) == 5


def test_permissions_are_the_least_and_say_what_for() -> None:
    assert permissions({"users": ["signInActivity"], "groupMembers": []}) == (
        Permission("AuditLog.Read.All", ("users.signInActivity",)),
        Permission("GroupMember.Read.All", ("groupMembers", "groups")),
        Permission("Organization.Read.All", ("organization",)),
        Permission("User.Read.All", ("users",)),
    )


def test_a_permission_that_another_covers_hands_over_its_reasons() -> None:
    assert permissions({"users": [], "oauth2PermissionGrants": []}) == (
        Permission("Directory.Read.All", ("oauth2PermissionGrants", "organization", "users")),
    )


@pytest.mark.parametrize(
    ("expand", "names"),
    [
        ("", set()),
        ("assignments", {"assignments"}),
        ("policy($expand=rules($select=id,target)),owners($select=id)", {"policy", "owners"}),
    ],
)
def test_expanded_names_are_those_at_the_top(expand: str, names: set[str]) -> None:
    assert set(expanded(replace(BY_NAME["users"], expand=expand))) == names


@settings(max_examples=60)
@given(st.sets(st.sampled_from([resource.name for resource in REQUESTED])))
def test_everything_comes_after_what_it_depends_on(names: set[str]) -> None:
    order = [item.resource.name for item in make_plan(dict.fromkeys(names, ())).items]
    assert len(order) == len(set(order))
    assert names | {"organization"} <= set(order)
    for item in make_plan(dict.fromkeys(names, ())).items:
        assert all(order.index(earlier) < order.index(item.resource.name) for earlier in item.after)


@settings(max_examples=60)
@given(st.sets(st.sampled_from([resource.name for resource in REQUESTED])))
def test_every_resource_is_a_reason_for_some_permission_or_role(names: set[str]) -> None:
    reasons = {reason for permission in permissions(dict.fromkeys(names, ())) for reason in permission.reasons}
    reasons |= {resource for role in azure_roles(dict.fromkeys(names, ())) for _, resource in role.actions}
    assert {item.resource.name for item in make_plan(dict.fromkeys(names, ())).items} <= reasons
