"""The catalogue against the controls of other tools: every Graph path that they read is read, or left out by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.collect.catalogue import BY_NAME, GRAPH

CONTROLS = Path(__file__).parents[3] / "shared" / "reference" / "controls"

OTHERWISE: Mapping[str, tuple[str, ...]] = {
    # Activated roles and their members are what assignments say, with times and scopes.
    "directoryRoleTemplates": ("roleDefinitions",),
    "directoryRoles": ("roleDefinitions",),
    "directoryRoles/{id}/members": ("roleAssignments", "groupMembers"),
    # Whoever an id belongs to stands in one of the lists.
    "directoryObjects/{id}": ("users", "groups", "servicePrincipals"),
    "directory/deletedItems/{id}": ("deletedUsers", "deletedGroups"),
    # Other paths to the same.
    "identity/conditionalAccess/authenticationStrength/policies": ("authenticationStrengthPolicies",),
    "policies/conditionalAccessPolicies": ("conditionalAccessPolicies",),
    "settings": ("groupSettings",),
    "identityGovernance/entitlementManagement/accessPackageCatalogs": ("accessPackageCatalogs",),
    "identityGovernance/entitlementManagement/accessPackageAssignmentPolicies": ("accessPackageAssignmentPolicies",),
    "identityGovernance/entitlementManagement/accessPackages/{id}/assignmentPolicies": (
        "accessPackageAssignmentPolicies",
    ),
    "identityGovernance/entitlementManagement/accessPackageCatalogs/{id}/accessPackageResources": (
        "accessPackageCatalogResources",
    ),
    "identityGovernance/entitlementManagement/accessPackages/{id}/accessPackageResourceRoleScopes": ("accessPackages",),
    # One list for all instead of one request each.
    "policies/roleManagementPolicies/{id}/rules": (
        "roleManagementPolicyAssignments",
        "groupManagementPolicyAssignments",
    ),
    "policies/authenticationStrengthPolicies/{id}/usage": ("conditionalAccessPolicies",),
    "roleManagement/directory/roleEligibilitySchedules": ("roleEligibilityScheduleInstances",),
    "roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions/{id}": ("resourceActions",),
    "servicePrincipals/{id}/appRoleAssignments": ("appRoleAssignedTo",),
    "servicePrincipals/{id}/oauth2PermissionGrants": ("oauth2PermissionGrants",),
    "users/{id}": ("users",),
    "users/{id}/licenseDetails": ("users", "subscribedSkus"),
    "users/{id}/transitiveMemberOf": ("groupMembers", "roleAssignments"),
    "users/{id}/authentication/methods": ("userRegistrationDetails", "breakGlassMethods"),
}
"""Paths that are not read as they stand, since other resources say the same."""

LEFT_OUT: Mapping[str, str] = {
    "applications/{id}/connectorGroup": "application proxy, beta only: one request for every published application",
    "applications/{id}/onPremisesPublishing/segmentsConfiguration/microsoft.graph.ipSegmentConfiguration/"
    "applicationSegments": "Global Secure Access, beta only: one request for every application",
    "deviceManagement": "Intune, no Entra resource",
    "deviceManagement/deviceCompliancePolicies": "Intune, no Entra resource",
    "deviceManagement/managedDevices": "Intune, no Entra resource",
    "identity/conditionalAccess/evaluate": "an action, not a resource: tenantlint evaluates policies itself",
    "legacy/policies": "documented nowhere",
    "networkAccess/filteringProfiles": "Global Secure Access, beta only: no access for applications by its page",
    "networkAccess/forwardingProfiles": "Global Secure Access, beta only: no access for applications by its page",
    "security/runHuntingQuery": "Microsoft Defender: a query in another language, sent by POST",
    "servicePrincipals/{id}/synchronization/jobs": "one request for every application, and no page says what Graph "
    "answers for those without provisioning",
    "servicePrincipals/{id}/synchronization/jobs/{id}/schema": "one request for every provisioning job",
    "servicePrincipals/{id}/synchronization/templates": "one request for every application",
    "sites/{id}": "SharePoint, no Entra resource",
    "users/{id}/authentication/requirements": "per-user MFA, beta only: one request for every user of the tenant",
}
"""Paths that nothing of the catalogue stands for, and why."""

KNOWN = {resource.path for resource in GRAPH}


def paths() -> Iterator[tuple[str, str]]:
    """Every path that a control reads, without version, query and key of a single method, and the control."""
    for file in sorted(CONTROLS.glob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for control in content["controls"]:
            for said in control["graph"]:
                path = said.partition(" ")[2].partition("?")[0]
                path = re.sub(r"/authenticationMethodConfigurations\('\w+'\)$", "", path)
                yield path, f"{file.stem} {control['id']}"


pytestmark = pytest.mark.skipif(not CONTROLS.is_dir(), reason="needs the controls, which are not part of the project")


def test_every_path_is_read_or_left_out_by_name() -> None:
    lost = {path: control for path, control in paths() if path not in {*KNOWN, *OTHERWISE, *LEFT_OUT}}
    assert lost == {}


def test_every_path_named_here_is_one_of_a_control() -> None:
    read = {path for path, _ in paths()}
    assert set(OTHERWISE) <= read
    assert set(LEFT_OUT) <= read
    assert not set(LEFT_OUT) & {*OTHERWISE, *KNOWN}


def test_what_stands_for_a_path_is_in_the_catalogue() -> None:
    assert {name for names in OTHERWISE.values() for name in names} <= set(BY_NAME)


def test_sign_in_activity_and_sponsors_can_be_asked_for() -> None:
    assert "signInActivity" in (BY_NAME["users"].permission_for or {})
    assert BY_NAME["users"].expand == "sponsors"
