"""The part of the catalogue that is about applications: registrations, service principals, what they may do, owners.

Owners come from one request an application: expanded with the list, Graph would send twenty at most and not say when
there are more (https://learn.microsoft.com/graph/query-parameters#expand-parameter).
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.resource import FanOut, License, Reference, Resource

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"

WELL_KNOWN_APIS: Mapping[str, str] = {
    MICROSOFT_GRAPH: "Microsoft Graph",
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
    "fc780465-2017-40d4-a0c5-307022471b92": "WindowsDefenderATP",
}
"""appId → display name of Microsoft's APIs whose permissions reach across a tenant; "Windows Azure Active Directory" is
Azure AD Graph, retired but still present, "WindowsDefenderATP" is Microsoft Defender for Endpoint. Sources:
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
https://learn.microsoft.com/defender-endpoint/api/exposed-apis-create-app-webapp"""

_API = "https://learn.microsoft.com/graph/api/"
_IDENTITY = ("id", "appId", "displayName")
_NAMED = ("id", "displayName")

APPLICATIONS: tuple[Resource, ...] = (
    Resource(
        name="servicePrincipals",
        singular="servicePrincipal",
        type="servicePrincipal",
        path="servicePrincipals",
        permission="Application.Read.All",
        documentation=_API + "serviceprincipal-list",
        top=999,
        always=_IDENTITY,
        small=False,
    ),
    Resource(
        name="applications",
        singular="application",
        type="application",
        path="applications",
        permission="Application.Read.All",
        documentation=_API + "application-list",
        # Twenty at most, which is all that Graph expands:
        # https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
        expand="federatedIdentityCredentials",
        top=999,
        always=_IDENTITY,
        small=False,
    ),
    Resource(
        name="applicationOwners",
        singular="applicationOwnership",
        type="applicationOwners",
        path="applications/{id}/owners",
        # Application.ReadWrite.OwnedBy, which the page calls the least, writes and shows own applications only.
        permission="Application.Read.All",
        documentation=_API + "application-list-owners",
        fan_out=FanOut(parents="applications", item="directoryObject", values="owners", select=("id",)),
        small=False,
    ),
    Resource(
        name="servicePrincipalOwners",
        singular="servicePrincipalOwnership",
        type="servicePrincipalOwners",
        path="servicePrincipals/{id}/owners",
        permission="Application.Read.All",
        documentation=_API + "serviceprincipal-list-owners",
        fan_out=FanOut(
            parents="servicePrincipals",
            item="directoryObject",
            values="owners",
            only=(
                Reference("appRoleAssignedTo", "assignments[].principalId"),
                Reference("oauth2PermissionGrants", "clientId"),
                Reference("roleAssignments", "principalId"),
                Reference("roleAssignmentScheduleInstances", "principalId"),
                Reference("roleEligibilityScheduleInstances", "principalId"),
            ),
            select=("id",),
        ),
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
    Resource(
        name="delegatedPermissionClassifications",
        singular="apiClassifications",
        type="delegatedPermissionClassifications",
        path="servicePrincipals/{id}/delegatedPermissionClassifications",
        permission="Application.Read.All",
        documentation=_API + "serviceprincipal-list-delegatedpermissionclassifications",
        fan_out=FanOut(
            parents="servicePrincipals",
            item="delegatedPermissionClassification",
            values="classifications",
            only_ids=tuple(WELL_KNOWN_APIS),
            key="appId",
        ),
        small=False,
    ),
    Resource(
        name="servicePrincipalSignInActivities",
        singular="servicePrincipalSignInActivity",
        type="servicePrincipalSignInActivity",
        path="reports/servicePrincipalSignInActivities",
        version="beta",
        permission="AuditLog.Read.All",
        documentation=_API + "reportroot-list-serviceprincipalsigninactivities",
        select=False,
        # https://learn.microsoft.com/entra/fundamentals/licensing#microsoft-entra-monitoring-and-health
        licenses=(License.P1,),
        always=("id", "appId"),
        small=False,
    ),
    Resource(
        name="defaultAppManagementPolicy",
        singular="tenantAppManagementPolicy",
        type="tenantAppManagementPolicy",
        path="policies/defaultAppManagementPolicy",
        permission="Policy.Read.All",
        documentation=_API + "tenantappmanagementpolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="appManagementPolicies",
        singular="appManagementPolicy",
        type="appManagementPolicy",
        path="policies/appManagementPolicies",
        permission="Policy.Read.All",
        documentation=_API + "appmanagementpolicy-list",
        always=_NAMED,
    ),
    Resource(
        name="appManagementPolicyTargets",
        singular="appManagementPolicyTarget",
        type="appManagementPolicyTargets",
        path="policies/appManagementPolicies/{id}/appliesTo",
        # And Policy.Read.All, which the policies take.
        permission="Application.Read.All",
        documentation=_API + "appmanagementpolicy-list-appliesto",
        fan_out=FanOut(parents="appManagementPolicies", item="directoryObject", values="appliesTo", select=("id",)),
        small=False,
    ),
)
"""Everything about applications and the policies that govern their credentials."""
