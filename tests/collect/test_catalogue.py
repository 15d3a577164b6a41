"""The catalogue agrees with itself, with the types made from Graph's models and with Graph's naming."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.catalogue import BY_NAME, COVERED_BY, GRAPH, RESOURCES, WELL_KNOWN_APIS, Resource, least

GRAPH_TYPES = Path(__file__).parents[2] / "scanner/cel/graph_types.json"
PERMISSION = re.compile(r"[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)+")
IDENTIFIER = re.compile(r"[a-z][A-Za-z0-9]*")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCOPE_OF_EXPRESSIONS = {"tenant", "params", "now", "holding"}

each = pytest.mark.parametrize("resource", GRAPH, ids=lambda resource: resource.name)


def permissions(resource: Resource) -> set[str]:
    return {resource.permission, *(resource.permission_for or {}).values()}


def graph_types() -> dict[str, Any]:
    if not GRAPH_TYPES.exists():
        pytest.skip("scanner/cel/graph_types.json is not made yet")
    content = json.loads(GRAPH_TYPES.read_text(encoding="utf-8"))
    types: dict[str, Any] = content.get("types", content)
    return types


@pytest.mark.parametrize("attribute", ["name", "singular"])
def test_no_two_entries_share_a(attribute: str) -> None:
    counted = Counter(getattr(resource, attribute) for resource in RESOURCES)
    assert [value for value, times in counted.items() if times > 1] == []


def test_no_two_entries_make_the_same_request() -> None:
    counted = Counter((resource.version, resource.path, resource.filter) for resource in RESOURCES)
    assert [value for value, times in counted.items() if times > 1] == []


@each
def test_names_are_identifiers_an_expression_can_use(resource: Resource) -> None:
    assert IDENTIFIER.fullmatch(resource.name)
    assert IDENTIFIER.fullmatch(resource.singular)
    assert resource.singular not in SCOPE_OF_EXPRESSIONS


@each
def test_permissions_are_named_as_graph_names_them_and_none_writes(resource: Resource) -> None:
    for permission in permissions(resource):
        assert PERMISSION.fullmatch(permission)
        assert "Write" not in permission


@each
def test_documentation_is_a_page_of_microsoft(resource: Resource) -> None:
    assert resource.documentation.startswith("https://learn.microsoft.com/graph/api/")


@each
def test_path_is_relative_to_the_version(resource: Resource) -> None:
    assert resource.version in {"v1.0", "beta"}
    assert not resource.path.startswith("/")
    assert "?" not in resource.path


@each
def test_identity_is_always_read(resource: Resource) -> None:
    assert resource.key in resource.always


@each
def test_properties_with_conditions_are_no_part_of_the_identity(resource: Resource) -> None:
    special = {*(resource.permission_for or ()), *(resource.license_for or ()), *resource.omitted_when_null}
    assert special.isdisjoint(resource.always)


@each
def test_singletons_have_no_page_size_and_are_small(resource: Resource) -> None:
    assert not resource.singleton or (resource.top is None and resource.small)


@each
def test_page_size_is_one_that_graph_takes(resource: Resource) -> None:
    assert resource.top is None or 1 <= resource.top <= 999


@each
def test_fan_out_names_parents_and_references_that_exist(resource: Resource) -> None:
    assert (resource.fan_out is not None) == ("{id}" in resource.path + resource.filter)
    if resource.fan_out is None:
        return
    assert resource.fan_out.parents in BY_NAME
    assert not resource.small
    assert (resource.fan_out.days > 0) == ("{since}" in resource.filter)
    for reference in resource.fan_out.only:
        assert reference.resource in BY_NAME


@each
def test_fan_out_by_constants_reads_the_property_they_are_compared_with(resource: Resource) -> None:
    if resource.fan_out is not None and resource.fan_out.only_ids:
        assert resource.fan_out.key in BY_NAME[resource.fan_out.parents].always


SMALL = {
    "accessPackageAssignmentPolicies", "accessPackageCatalogs", "accessPackages", "accessReviewDefinitions",
    "activityBasedTimeoutPolicies", "administrativeUnits", "agreements", "appManagementPolicies",
    "authenticationContextClassReferences", "authenticationStrengthPolicies", "cloudPcProvisioningPolicies",
    "conditionalAccessPolicies", "crossTenantAccessPolicyPartners", "domains", "groupSettings", "namedLocations",
    "onPremisesSynchronization", "organization", "passwordSynchronization", "permissionGrantPolicies",
    "privilegedAccessGroups", "recommendations", "riskyServicePrincipals", "roleAssignmentScheduleInstances",
    "roleAssignments", "roleDefinitions", "roleEligibilityScheduleInstances", "roleManagementAlerts",
    "roleManagementPolicyAssignments", "subscribedSkus", "tokenLifetimePolicies",
}  # fmt: skip
"""Collections of which a tenant has few: settings and what people make by hand."""


def test_what_grows_with_the_tenant_is_never_held_in_memory() -> None:
    assert {resource.name for resource in GRAPH if resource.small and not resource.singleton} == SMALL


@each
def test_record_type_is_one_made_from_graphs_models(resource: Resource) -> None:
    types = graph_types()
    assert (resource.fan_out.item if resource.fan_out else resource.type) in types


def test_well_known_apis_are_application_ids() -> None:
    assert all(GUID.fullmatch(app_id) for app_id in WELL_KNOWN_APIS)


def test_permissions_that_cover_others_are_permissions() -> None:
    for narrow, broad in COVERED_BY.items():
        assert narrow not in broad
        assert all(PERMISSION.fullmatch(name) for name in (narrow, *broad))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], ()),
        (["User.Read.All", "User.Read.All"], ("User.Read.All",)),
        (["RoleAssignmentSchedule.Read.Directory"], ("RoleAssignmentSchedule.Read.Directory",)),
        (
            ["RoleManagement.Read.Directory", "RoleAssignmentSchedule.Read.Directory"],
            ("RoleManagement.Read.Directory",),
        ),
        (["Policy.Read.All", "AuditLog.Read.All"], ("AuditLog.Read.All", "Policy.Read.All")),
        (["Directory.Read.All", "User.Read.All", "Policy.Read.All"], ("Directory.Read.All", "Policy.Read.All")),
    ],
)
def test_least_leaves_out_permissions_that_another_covers(wanted: list[str], expected: tuple[str, ...]) -> None:
    assert least(wanted) == expected
