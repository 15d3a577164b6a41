"""The part of the catalogue that is reports and logs: registered methods, sign-ins, risks; and Windows 365."""

from __future__ import annotations

from scanner.collect.resource import FanOut, License, Resource

_API = "https://learn.microsoft.com/graph/api/"
_NAMED = ("id", "displayName")
_RETENTION = 30
"""Days that sign-ins are kept with P1 or P2:
https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention"""

_METHODS_AND_SIGN_INS = (
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
        # Microsoft advises against asking for every user; the report above has the kinds of methods of all of them.
        name="breakGlassMethods",
        singular="breakGlassMethodList",
        type="breakGlassMethods",
        path="users/{id}/authentication/methods",
        permission="UserAuthenticationMethod.Read.All",
        documentation=_API + "authentication-list-methods",
        fan_out=FanOut(parents="users", item="authenticationMethod", values="methods", declared=True),
        small=False,
    ),
    Resource(
        # Interactive sign-ins and those by federation; the page knows $filter and $top, with 1,000 unless told less.
        name="breakGlassSignIns",
        singular="breakGlassSignInList",
        type="breakGlassSignIns",
        path="auditLogs/signIns",
        permission="AuditLog.Read.All",
        documentation=_API + "signin-list",
        filter="userId eq '{id}' and createdDateTime ge {since}",
        # Authentication_RequestFromNonPremiumTenantOrB2CTenant without:
        # https://github.com/microsoftgraph/microsoft-graph-docs/issues/14118
        licenses=(License.P1,),
        fan_out=FanOut(parents="users", item="signIn", values="signIns", declared=True, days=_RETENTION),
        small=False,
    ),
    Resource(
        # Application permission as for other reports; the page's table could not be read whole.
        name="azureADPremiumLicenseInsight",
        singular="azureADPremiumLicenseInsight",
        type="azureADPremiumLicenseInsight",
        path="reports/azureADPremiumLicenseInsight",
        version="beta",
        permission="Reports.Read.All",
        documentation=_API + "azureadpremiumlicenseinsight-get",
        singleton=True,
        select=False,
        licenses=(License.P1, License.P2),
    ),
)

_RISKS = (
    Resource(
        name="riskyUsers",
        singular="riskyUser",
        type="riskyUser",
        path="identityProtection/riskyUsers",
        permission="IdentityRiskyUser.Read.All",
        documentation=_API + "riskyuser-list",
        # "Some" query parameters, the page says, without naming them.
        select=False,
        # https://learn.microsoft.com/entra/id-protection/overview-identity-protection#license-requirements
        licenses=(License.P2,),
        always=("id", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="riskDetections",
        singular="riskDetection",
        type="riskDetection",
        path="identityProtection/riskDetections",
        permission="IdentityRiskEvent.Read.All",
        documentation=_API + "riskdetection-list",
        top=500,
        licenses=(License.P1, License.P2),
        always=("id", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="riskyServicePrincipals",
        singular="riskyServicePrincipal",
        type="riskyServicePrincipal",
        path="identityProtection/riskyServicePrincipals",
        permission="IdentityRiskyServicePrincipal.Read.All",
        documentation=_API + "identityprotectionroot-list-riskyserviceprincipals",
        licenses=(License.WORKLOAD_ID,),
        always=("id", "appId", "displayName"),
    ),
    Resource(
        name="servicePrincipalRiskDetections",
        singular="servicePrincipalRiskDetection",
        type="servicePrincipalRiskDetection",
        path="identityProtection/servicePrincipalRiskDetections",
        permission="IdentityRiskyServicePrincipal.Read.All",
        documentation=_API + "identityprotectionroot-list-serviceprincipalriskdetections",
        licenses=(License.WORKLOAD_ID,),
        always=("id", "servicePrincipalDisplayName"),
        small=False,
    ),
)

_DEVICES = (
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

REPORTS_AND_DEVICES: tuple[Resource, ...] = (*_METHODS_AND_SIGN_INS, *_RISKS, *_DEVICES)
"""Everything that reports what happened, and Windows 365."""
