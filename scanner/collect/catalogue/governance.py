"""The part of the catalogue that is about who may do what, and for how long: roles, PIM, reviews, access packages."""

from __future__ import annotations

from scanner.collect.resource import FanOut, License, Resource

_API = "https://learn.microsoft.com/graph/api/"
_PIM = (License.P2, License.GOVERNANCE)  # https://learn.microsoft.com/entra/id-governance/licensing-fundamentals
_NAMED = ("id", "displayName")
_PIM_GROUPS = "privilegedAccessGroups"

_ROLES = (
    Resource(
        name="roleDefinitions",
        singular="roleDefinition",
        type="unifiedRoleDefinition",
        path="roleManagement/directory/roleDefinitions",
        permission="RoleManagement.Read.Directory",
        documentation=_API + "rbacapplication-list-roledefinitions",
        select=False,
        always=_NAMED,
    ),
    Resource(
        name="roleAssignments",
        singular="roleAssignment",
        type="unifiedRoleAssignment",
        path="roleManagement/directory/roleAssignments",
        permission="RoleManagement.Read.Directory",
        documentation=_API + "rbacapplication-list-roleassignments",
        select=False,
    ),
    Resource(
        name="roleAssignmentScheduleInstances",
        singular="roleAssignmentScheduleInstance",
        type="unifiedRoleAssignmentScheduleInstance",
        path="roleManagement/directory/roleAssignmentScheduleInstances",
        permission="RoleAssignmentSchedule.Read.Directory",
        documentation=_API + "rbacapplication-list-roleassignmentscheduleinstances",
        licenses=_PIM,
    ),
    Resource(
        name="roleEligibilityScheduleInstances",
        singular="roleEligibilityScheduleInstance",
        type="unifiedRoleEligibilityScheduleInstance",
        path="roleManagement/directory/roleEligibilityScheduleInstances",
        permission="RoleEligibilitySchedule.Read.Directory",
        documentation=_API + "rbacapplication-list-roleeligibilityscheduleinstances",
        licenses=_PIM,
    ),
    Resource(
        name="roleManagementPolicyAssignments",
        singular="roleManagementPolicyAssignment",
        type="unifiedRoleManagementPolicyAssignment",
        path="policies/roleManagementPolicyAssignments",
        permission="RoleManagementPolicy.Read.Directory",
        documentation=_API + "policyroot-list-rolemanagementpolicyassignments",
        expand="policy($expand=rules)",
        filter="scopeId eq '/' and scopeType eq 'DirectoryRole'",
        licenses=_PIM,
        always=("id", "roleDefinitionId"),
    ),
    Resource(
        name="roleManagementAlerts",
        singular="roleManagementAlert",
        type="unifiedRoleManagementAlert",
        path="identityGovernance/roleManagementAlerts/alerts",
        version="beta",
        permission="RoleManagementAlert.Read.Directory",
        documentation=_API + "rolemanagementalert-list-alerts",
        select=False,
        # https://learn.microsoft.com/graph/how-to-pim-alerts
        filter="scopeId eq '/' and scopeType eq 'DirectoryRole'",
        licenses=_PIM,
    ),
    Resource(
        # v1.0 has the path without a page about it. That authenticationContextId comes with the list when it is
        # selected is what public scripts rest on, and not stated by Microsoft.
        name="resourceActions",
        singular="resourceAction",
        type="unifiedRbacResourceAction",
        path="roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
        version="beta",
        permission="RoleManagement.Read.Directory",
        documentation=_API + "unifiedrbacresourcenamespace-list-resourceactions",
        always=("id", "name"),
        small=False,
    ),
)

_PIM_FOR_GROUPS = (
    Resource(
        # The ids are those of the groups.
        name=_PIM_GROUPS,
        singular="privilegedAccessGroup",
        type="groupResource",
        path="identityGovernance/privilegedAccess/group/resources",
        permission="PrivilegedAccess.Read.AzureADGroup",
        documentation=_API + "privilegedaccessgroup-list-resources",
        licenses=_PIM,
    ),
    Resource(
        name="groupEligibilityScheduleInstances",
        singular="groupEligibility",
        type="groupEligibilityScheduleInstances",
        path="identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        permission="PrivilegedEligibilitySchedule.Read.AzureADGroup",
        documentation=_API + "privilegedaccessgroup-list-eligibilityscheduleinstances",
        filter="groupId eq '{id}'",
        licenses=_PIM,
        fan_out=FanOut(
            parents=_PIM_GROUPS, item="privilegedAccessGroupEligibilityScheduleInstance", values="instances"
        ),
        small=False,
    ),
    Resource(
        name="groupAssignmentScheduleInstances",
        singular="groupAssignment",
        type="groupAssignmentScheduleInstances",
        path="identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
        permission="PrivilegedAssignmentSchedule.Read.AzureADGroup",
        documentation=_API + "privilegedaccessgroup-list-assignmentscheduleinstances",
        filter="groupId eq '{id}'",
        licenses=_PIM,
        fan_out=FanOut(parents=_PIM_GROUPS, item="privilegedAccessGroupAssignmentScheduleInstance", values="instances"),
        small=False,
    ),
    Resource(
        name="groupManagementPolicyAssignments",
        singular="groupManagementPolicies",
        type="groupManagementPolicyAssignments",
        path="policies/roleManagementPolicyAssignments",
        permission="RoleManagementPolicy.Read.AzureADGroup",
        documentation=_API + "policyroot-list-rolemanagementpolicyassignments",
        expand="policy($expand=rules)",
        filter="scopeId eq '{id}' and scopeType eq 'Group'",
        licenses=_PIM,
        fan_out=FanOut(parents=_PIM_GROUPS, item="unifiedRoleManagementPolicyAssignment", values="assignments"),
        small=False,
    ),
)

_REVIEWS_AND_PACKAGES = (
    Resource(
        name="accessReviewDefinitions",
        singular="accessReview",
        type="accessReviewScheduleDefinition",
        path="identityGovernance/accessReviews/definitions",
        permission="AccessReview.Read.All",
        documentation=_API + "accessreviewset-list-definitions",
        licenses=_PIM,
        always=_NAMED,
    ),
    Resource(
        # The page knows access on behalf of a person only: an application is refused.
        name="agreements",
        singular="agreement",
        type="agreement",
        path="identityGovernance/termsOfUse/agreements",
        permission="Agreement.Read.All",
        documentation=_API + "termsofusecontainer-list-agreements",
        # https://learn.microsoft.com/entra/identity/conditional-access/terms-of-use#prerequisites
        licenses=(License.P1,),
        always=_NAMED,
    ),
    Resource(
        name="accessPackageCatalogs",
        singular="accessPackageCatalog",
        type="accessPackageCatalog",
        path="identityGovernance/entitlementManagement/catalogs",
        permission="EntitlementManagement.Read.All",
        documentation=_API + "entitlementmanagement-list-catalogs",
        licenses=_PIM,
        always=_NAMED,
    ),
    Resource(
        name="accessPackageCatalogResources",
        singular="catalogResources",
        type="accessPackageCatalogResources",
        path="identityGovernance/entitlementManagement/catalogs/{id}/resources",
        permission="EntitlementManagement.Read.All",
        documentation=_API + "accesspackagecatalog-list-resources",
        expand="scopes",
        licenses=_PIM,
        fan_out=FanOut(parents="accessPackageCatalogs", item="accessPackageResource", values="resources"),
        small=False,
    ),
    Resource(
        name="accessPackages",
        singular="accessPackage",
        type="accessPackage",
        path="identityGovernance/entitlementManagement/accessPackages",
        permission="EntitlementManagement.Read.All",
        documentation=_API + "entitlementmanagement-list-accesspackages",
        # Documented for one package (https://learn.microsoft.com/graph/api/accesspackage-list-resourcerolescopes); that
        # the list takes it too is not stated.
        expand="resourceRoleScopes($expand=role,scope)",
        licenses=_PIM,
        always=_NAMED,
    ),
    Resource(
        name="accessPackageAssignmentPolicies",
        singular="accessPackageAssignmentPolicy",
        type="accessPackageAssignmentPolicy",
        path="identityGovernance/entitlementManagement/assignmentPolicies",
        permission="EntitlementManagement.Read.All",
        documentation=_API + "entitlementmanagement-list-assignmentpolicies",
        expand="accessPackage",
        licenses=_PIM,
        always=_NAMED,
    ),
)

GOVERNANCE: tuple[Resource, ...] = (*_ROLES, *_PIM_FOR_GROUPS, *_REVIEWS_AND_PACKAGES)
"""Everything about roles and the governance of access."""
