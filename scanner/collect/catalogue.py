"""The catalogue: every resource tenantlint can read, one entry each.

Nothing else in the code names a Graph path, a permission or a licence. The collector reads entries to make
requests, the type checker to know record types, ``tenantlint permissions`` to print the least permissions.

Adding a resource is adding one ``Resource`` to ``RESOURCES``. What its fields mean is in ``resource.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.collect.resource import FanOut, License, Reference, Resource

__all__ = [
    "BY_NAME", "COVERED_BY", "MICROSOFT_GRAPH", "RESOURCES", "WELL_KNOWN_APIS",
    "FanOut", "License", "Reference", "Resource", "least",
]  # fmt: skip

COVERED_BY: Mapping[str, frozenset[str]] = {
    "Application.Read.All": frozenset({"Directory.Read.All"}),
    "GroupMember.Read.All": frozenset({"Directory.Read.All"}),
    "Organization.Read.All": frozenset({"Directory.Read.All"}),
    "User.Read.All": frozenset({"Directory.Read.All"}),
    "Policy.Read.AuthenticationMethod": frozenset({"Policy.Read.All"}),
    "RoleAssignmentSchedule.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
    "RoleEligibilitySchedule.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
    "RoleManagementPolicy.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
}
"""Permissions that are superfluous beside one of the others, by the permission tables of the pages named below."""

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"

WELL_KNOWN_APIS: Mapping[str, str] = {
    MICROSOFT_GRAPH: "Microsoft Graph",
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
}
"""appId → display name of Microsoft's APIs whose permissions reach across a tenant; "Windows Azure Active Directory" is
Azure AD Graph, retired but still present. Source:
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in"""

_API = "https://learn.microsoft.com/graph/api/"
_PIM = (License.P2, License.GOVERNANCE)  # https://learn.microsoft.com/entra/id-governance/licensing-fundamentals
_NAMED = ("id", "displayName")

_DIRECTORY = (
    Resource(
        name="organization",
        singular="organization",
        type="organization",
        path="organization",
        permission="Organization.Read.All",
        documentation=_API + "organization-list",
        always=_NAMED,
    ),
    Resource(
        name="domains",
        singular="domain",
        type="domain",
        path="domains",
        permission="Domain.Read.All",
        documentation=_API + "domain-list",
    ),
    Resource(
        name="subscribedSkus",
        singular="subscribedSku",
        type="subscribedSku",
        path="subscribedSkus",
        permission="Organization.Read.All",
        documentation=_API + "subscribedsku-list",
        always=("id", "skuPartNumber"),
    ),
    Resource(
        name="users",
        singular="user",
        type="user",
        path="users",
        # User.ReadBasic.All is too little for accountEnabled, assignedLicenses and the like.
        permission="User.Read.All",
        documentation=_API + "user-list",
        top=999,
        # https://learn.microsoft.com/graph/api/resources/signinactivity; absent for who never signed in.
        permission_for={"signInActivity": "AuditLog.Read.All"},
        license_for={"signInActivity": License.P1},
        omitted_when_null=frozenset({"signInActivity"}),
        always=("id", "displayName", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="groups",
        singular="group",
        type="group",
        path="groups",
        permission="GroupMember.Read.All",
        documentation=_API + "group-list",
        top=999,
        always=_NAMED,
        small=False,
    ),
    Resource(
        name="groupMembers",
        singular="membership",
        type="groupMembers",
        path="groups/{id}/members",
        permission="GroupMember.Read.All",
        documentation=_API + "group-list-members",
        top=999,
        fan_out=FanOut(
            parents="groups",
            item="directoryObject",
            values="members",
            only=(
                Reference("conditionalAccessPolicies", "conditions.users.includeGroups"),
                Reference("conditionalAccessPolicies", "conditions.users.excludeGroups"),
                Reference("roleAssignments", "principalId"),
                Reference("roleAssignmentScheduleInstances", "principalId"),
                Reference("roleEligibilityScheduleInstances", "principalId"),
            ),
            nested=True,
        ),
        small=False,
    ),
)

_APPLICATIONS = (
    Resource(
        name="servicePrincipals",
        singular="servicePrincipal",
        type="servicePrincipal",
        path="servicePrincipals",
        permission="Application.Read.All",
        documentation=_API + "serviceprincipal-list",
        top=999,
        always=("id", "appId", "displayName"),
        small=False,
    ),
    Resource(
        name="applications",
        singular="application",
        type="application",
        path="applications",
        permission="Application.Read.All",
        documentation=_API + "application-list",
        top=999,
        always=("id", "appId", "displayName"),
        small=False,
    ),
    Resource(
        name="appRoleAssignedTo",
        singular="appRoleGrants",
        type="appRoleAssignedTo",
        path="servicePrincipals/{id}/appRoleAssignedTo",
        permission="Application.Read.All",
        documentation=_API + "serviceprincipal-list-approleassignedto",
        top=999,
        fan_out=FanOut(
            parents="servicePrincipals",
            item="appRoleAssignment",
            values="assignments",
            only_ids=tuple(WELL_KNOWN_APIS),
            key="appId",
        ),
        small=False,
    ),
    Resource(
        name="oauth2PermissionGrants",
        singular="oauth2PermissionGrant",
        type="oAuth2PermissionGrant",
        path="oauth2PermissionGrants",
        permission="Directory.Read.All",
        documentation=_API + "oauth2permissiongrant-list",
        top=999,
        small=False,
    ),
)

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
)

_POLICIES = (
    Resource(
        name="conditionalAccessPolicies",
        singular="policy",
        type="conditionalAccessPolicy",
        path="identity/conditionalAccess/policies",
        permission="Policy.Read.All",
        documentation=_API + "conditionalaccessroot-list-policies",
        always=_NAMED,
    ),
    Resource(
        name="namedLocations",
        singular="namedLocation",
        type="namedLocation",
        path="identity/conditionalAccess/namedLocations",
        permission="Policy.Read.All",
        documentation=_API + "conditionalaccessroot-list-namedlocations",
        always=_NAMED,
    ),
    Resource(
        name="authenticationStrengthPolicies",
        singular="authenticationStrengthPolicy",
        type="authenticationStrengthPolicy",
        path="policies/authenticationStrengthPolicies",
        permission="Policy.Read.AuthenticationMethod",
        documentation=_API + "authenticationstrengthroot-list-policies",
        select=False,
        always=_NAMED,
    ),
    Resource(
        name="authorizationPolicy",
        singular="authorizationPolicy",
        type="authorizationPolicy",
        path="policies/authorizationPolicy",
        permission="Policy.Read.All",
        documentation=_API + "authorizationpolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="identitySecurityDefaultsEnforcementPolicy",
        singular="identitySecurityDefaultsEnforcementPolicy",
        type="identitySecurityDefaultsEnforcementPolicy",
        path="policies/identitySecurityDefaultsEnforcementPolicy",
        permission="Policy.Read.All",
        documentation=_API + "identitysecuritydefaultsenforcementpolicy-get",
        singleton=True,
    ),
    Resource(
        name="authenticationMethodsPolicy",
        singular="authenticationMethodsPolicy",
        type="authenticationMethodsPolicy",
        path="policies/authenticationMethodsPolicy",
        permission="Policy.Read.AuthenticationMethod",
        documentation=_API + "authenticationmethodspolicy-get",
        singleton=True,
        select=False,
    ),
)

_REPORTS_AND_DEVICES = (
    Resource(
        name="userRegistrationDetails",
        singular="registration",
        type="userRegistrationDetails",
        path="reports/authenticationMethods/userRegistrationDetails",
        permission="AuditLog.Read.All",
        documentation=_API + "authenticationmethodsroot-list-userregistrationdetails",
        select=False,
        # https://learn.microsoft.com/graph/api/resources/authenticationmethods-usage-insights-overview
        licenses=(License.P1,),
        always=("id", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="cloudPcProvisioningPolicies",
        singular="provisioningPolicy",
        type="cloudPcProvisioningPolicy",
        path="deviceManagement/virtualEndpoint/provisioningPolicies",
        permission="CloudPC.Read.All",
        documentation=_API + "virtualendpoint-list-provisioningpolicies",
        expand="assignments",
        always=_NAMED,
    ),
)

RESOURCES: tuple[Resource, ...] = (*_DIRECTORY, *_APPLICATIONS, *_ROLES, *_POLICIES, *_REPORTS_AND_DEVICES)

BY_NAME: Mapping[str, Resource] = {resource.name: resource for resource in RESOURCES}


def least(permissions: Iterable[str]) -> tuple[str, ...]:
    """The permissions, sorted, without those that another of them covers."""
    wanted = set(permissions)
    return tuple(sorted(name for name in wanted if not COVERED_BY.get(name, frozenset()) & wanted))
