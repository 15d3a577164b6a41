"""Makes the files of the demo tenant: ``python -m scanner.demo.make [FOLDER]``.

The same files on every machine and run; one record a line, so that a change shows in ``git diff``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from scanner.collect.catalogue import License
from scanner.demo.bodies import Json
from scanner.demo.contoso import (
    active_directory,
    activity,
    app_use,
    apps,
    azure,
    conditional_access,
    directory,
    governance,
    groups,
    licenses,
    locations,
    people,
    role_rules,
    roles,
    settings,
    strengths,
    tenant_policies,
)
from scanner.demo.contoso.ids import NOW

__all__ = ["FOLDER", "NOW", "OWNED_LICENSES", "contoso", "files", "write"]

OWNED_LICENSES = frozenset({License.P1, License.P2})
"""The editions that Contoso has paid for: those of ``licenses.SKUS`` that are enabled."""

FOLDER = Path(__file__).parent / "tenant"
"""Where the files stand in this package, beside the demo's ``tenantlint.yaml``."""


def contoso() -> Mapping[str, list[Json] | Json]:
    """Every resource of the tenant by catalogue name."""
    return {**_directory(), **_applications(), **_governance(), **_policies(), **_reports(), **_azure()}


def _directory() -> Mapping[str, list[Json] | Json]:
    users = people.users()
    return {
        "organization": settings.organization(),
        "domains": settings.domains(),
        "subscribedSkus": licenses.subscribed_skus(users),
        "users": users,
        "deletedUsers": directory.deleted_users(),
        "groups": groups.groups(),
        "groupMembers": groups.group_members(),
        "groupOwners": groups.group_owners(),
        "deletedGroups": directory.deleted_groups(),
        "groupSettings": directory.group_settings(),
        "administrativeUnits": directory.administrative_units(),
        "onPremisesSynchronization": directory.on_premises_synchronization(),
        "passwordSynchronization": directory.password_synchronization(),
        "recommendations": directory.recommendations(),
        "userRegistrationDetails": settings.user_registration_details(users, roles.administrators()),
    }


def _applications() -> Mapping[str, list[Json] | Json]:
    return {
        "servicePrincipals": apps.service_principals(),
        "applications": apps.applications(),
        "applicationOwners": app_use.application_owners(),
        "servicePrincipalOwners": app_use.service_principal_owners(),
        "appRoleAssignedTo": apps.app_role_assigned_to(),
        "oauth2PermissionGrants": apps.oauth2_permission_grants(),
        "delegatedPermissionClassifications": app_use.delegated_permission_classifications(),
        "servicePrincipalSignInActivities": app_use.sign_in_activities(),
        "defaultAppManagementPolicy": app_use.default_app_management_policy(),
        "appManagementPolicies": app_use.app_management_policies(),
        "appManagementPolicyTargets": app_use.app_management_policy_targets(),
    }


def _governance() -> Mapping[str, list[Json] | Json]:
    return {
        "roleDefinitions": roles.role_definitions(),
        "roleAssignments": roles.role_assignments(),
        "roleAssignmentScheduleInstances": roles.assignment_instances(),
        "roleEligibilityScheduleInstances": roles.eligibility_instances(),
        "roleManagementPolicyAssignments": role_rules.role_management_policy_assignments(),
        "roleManagementAlerts": governance.role_management_alerts(),
        "resourceActions": governance.resource_actions(),
        "privilegedAccessGroups": governance.privileged_access_groups(),
        "groupEligibilityScheduleInstances": governance.group_eligibility(),
        "groupAssignmentScheduleInstances": governance.group_assignment(),
        "groupManagementPolicyAssignments": governance.group_management_policies(),
        "accessReviewDefinitions": governance.access_reviews(),
        "agreements": governance.agreements(),
        "accessPackageCatalogs": governance.access_package_catalogs(),
        "accessPackageCatalogResources": governance.access_package_catalog_resources(),
        "accessPackages": governance.access_packages(),
        "accessPackageAssignmentPolicies": governance.access_package_assignment_policies(),
    }


def _policies() -> Mapping[str, list[Json] | Json]:
    return {
        "conditionalAccessPolicies": conditional_access.conditional_access_policies(),
        "namedLocations": locations.named_locations(),
        "authenticationContextClassReferences": tenant_policies.authentication_contexts(),
        "authenticationStrengthPolicies": strengths.authentication_strengths(),
        "identitySecurityDefaultsEnforcementPolicy": settings.security_defaults(),
        "authenticationMethodsPolicy": settings.authentication_methods_policy(),
        "authenticationFlowsPolicy": tenant_policies.authentication_flows_policy(),
        "activityBasedTimeoutPolicies": tenant_policies.activity_based_timeout_policies(),
        "tokenLifetimePolicies": tenant_policies.token_lifetime_policies(),
        "authorizationPolicy": settings.authorization_policy(),
        "adminConsentRequestPolicy": tenant_policies.admin_consent_request_policy(),
        "permissionGrantPolicies": tenant_policies.permission_grant_policies(),
        "crossTenantAccessPolicy": tenant_policies.cross_tenant_access_policy(),
        "crossTenantAccessPolicyDefault": tenant_policies.cross_tenant_access_policy_default(),
        "crossTenantAccessPolicyPartners": tenant_policies.cross_tenant_access_policy_partners(),
        "deviceRegistrationPolicy": tenant_policies.device_registration_policy(),
        "externalIdentitiesPolicy": tenant_policies.external_identities_policy(),
    }


def _reports() -> Mapping[str, list[Json] | Json]:
    return {
        "breakGlassMethods": activity.break_glass_methods(),
        "breakGlassSignIns": activity.break_glass_sign_ins(),
        "azureADPremiumLicenseInsight": activity.license_insight(),
        "riskyUsers": activity.risky_users(),
        "riskDetections": activity.risk_detections(),
        "riskyServicePrincipals": activity.risky_service_principals(),
        "servicePrincipalRiskDetections": activity.service_principal_risk_detections(),
        "cloudPcProvisioningPolicies": settings.cloud_pc_provisioning_policies(),
    }


def _azure() -> Mapping[str, list[Json] | Json]:
    return {
        "subscriptions": azure.subscriptions(),
        "diagnosticSettings": azure.diagnostic_settings(),
        "scheduledQueryRules": azure.scheduled_query_rules(),
        "actionGroups": azure.action_groups(),
        "workspaces": azure.workspaces(),
    }


def files() -> dict[str, bytes]:
    """File name → content. Characters beyond ASCII are escaped, so that hostile names cannot disturb an editor."""
    resources = {f"{name}.json": _text(content).encode() for name, content in contoso().items()}
    return {**resources, active_directory.FILE: active_directory.export()}


def _text(content: list[Json] | Json) -> str:
    if isinstance(content, dict):
        return json.dumps(content, indent=1) + "\n"
    return "[\n" + ",\n".join(json.dumps(record, separators=(",", ":")) for record in content) + "\n]\n"


def write(folder: Path) -> None:
    """Write the files into ``folder``, which is made when it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
