"""Record types that only the beta version of Graph has, or has with more properties: msgraph-sdk's models are of v1.0.

Written by hand after the pages named, and kept to the properties that those state. ``scanner.cel.generate`` puts them
among the types it makes; a property may be of a type that it makes from the models.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.cel.types import GraphType, Property

_ID = Property("id", "string", description="The unique identifier for an entity.")

BETA: Mapping[str, GraphType] = {
    # https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity
    "servicePrincipalSignInActivity": GraphType(
        "When a service principal last signed in, and was last signed in to.",
        (
            Property("appId", "string", description="The application that signed in or was signed in to."),
            Property("applicationAuthenticationClientSignInActivity", "signInActivity", description="As itself."),
            Property(
                "applicationAuthenticationResourceSignInActivity",
                "signInActivity",
                description="As the resource of an application that signed in as itself.",
            ),
            Property("delegatedClientSignInActivity", "signInActivity", description="On behalf of a user."),
            Property(
                "delegatedResourceSignInActivity",
                "signInActivity",
                description="As the resource of an application that signed in on behalf of a user.",
            ),
            _ID,
            Property("lastSignInActivity", "signInActivity", description="The latest of all."),
        ),
    ),
    # organization, reduced to what v1.0 does not have: https://graph.microsoft.com/beta/$metadata
    "passwordSynchronization": GraphType(
        "When password hashes were last synchronised from Active Directory.",
        (
            _ID,
            Property(
                "onPremisesLastPasswordSyncDateTime",
                "timestamp",
                description="The last time a password sync request was received for the tenant.",
            ),
        ),
    ),
    # https://learn.microsoft.com/graph/api/resources/externalidentitiespolicy
    "externalIdentitiesPolicy": GraphType(
        "Whether external users can leave the tenant by themselves.",
        (
            Property("allowDeletedIdentitiesDataRemoval", "boolean", description="Reserved for future use."),
            Property("allowExternalIdentitiesToLeave", "boolean", description="Whether they can leave by themselves."),
            Property("deletedDateTime", "timestamp"),
            Property("displayName", "string", description="The policy's name."),
            _ID,
        ),
    ),
    # https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalert
    "unifiedRoleManagementAlert": GraphType(
        "A security alert of Privileged Identity Management.",
        (
            Property("alertDefinitionId", "string", description="The kind of alert."),
            _ID,
            Property("incidentCount", "integer", description="How often it was triggered in the tenant."),
            Property("isActive", "boolean", description="Whether there is something to be alerted to."),
            Property("lastModifiedDateTime", "timestamp", description="Last change of its settings or new incident."),
            Property("lastScannedDateTime", "timestamp", description="When the tenant was last scanned for it."),
            Property("scopeId", "string"),
            Property("scopeType", "string"),
        ),
    ),
    # https://learn.microsoft.com/graph/api/resources/unifiedrbacresourceaction: isPrivileged is of beta only; the two
    # properties about the authentication context are in v1.0's metadata.
    "unifiedRbacResourceAction": GraphType(
        "Something that a role can allow.",
        (
            Property("actionVerb", "string", description="HTTP method of the action."),
            Property(
                "authenticationContextId",
                "string",
                description="Authentication context that a protected action asks for.",
            ),
            Property("description", "string"),
            _ID,
            Property("isAuthenticationContextSettable", "boolean", description="Whether it can be protected."),
            Property("isPrivileged", "boolean", description="Whether the action is sensitive."),
            Property("name", "string", description="Such as microsoft.directory/applications/credentials/update."),
            Property("resourceScopeId", "string"),
        ),
    ),
    # https://learn.microsoft.com/graph/api/resources/recommendation, without what explains it to people
    "recommendation": GraphType(
        "Something that Microsoft recommends for this tenant.",
        (
            Property("category", "string", values=("identityBestPractice", "identitySecureScore")),
            Property("createdDateTime", "timestamp", description="When it was found to apply."),
            Property("currentScore", "number", description="Points that the tenant has."),
            Property("displayName", "string", description="Its title."),
            Property("featureAreas", "string", many=True),
            _ID,
            Property("impactStartDateTime", "timestamp", description="When it should be completed."),
            Property("impactType", "string", description="Whom it concerns: users, applications, the tenant."),
            Property("insights", "string", description="Why it applies to this tenant."),
            Property("lastCheckedDateTime", "timestamp", description="When it was last found to apply."),
            Property("lastModifiedBy", "string", description="Who last changed its status."),
            Property("lastModifiedDateTime", "timestamp", description="When its status was last changed."),
            Property("maxScore", "number", description="Points that can be had."),
            Property("postponeUntilDateTime", "timestamp"),
            Property("priority", "string", values=("low", "medium", "high")),
            Property("recommendationType", "string", description="Short name, such as turnOffPerUserMFA."),
            Property("releaseType", "string", values=("preview", "generallyAvailable")),
            Property(
                "status", "string", values=("active", "completedBySystem", "completedByUser", "dismissed", "postponed")
            ),
        ),
    ),
    # https://learn.microsoft.com/graph/api/resources/azureadpremiumlicenseinsight and the pages it leads to
    "azureADPremiumLicenseInsight": GraphType(
        "How many premium licences the tenant has, and how many users use what they are for.",
        (
            Property("entitledP1LicenseCount", "integer", description="Licences of Microsoft Entra ID P1."),
            Property("entitledP2LicenseCount", "integer", description="Licences of Microsoft Entra ID P2."),
            Property("entitledTotalLicenseCount", "integer", description="Both together."),
            _ID,
            Property("p1FeatureUtilizations", "azureADPremiumP1FeatureUtilizations"),
            Property("p2FeatureUtilizations", "azureADPremiumP2FeatureUtilizations"),
        ),
    ),
    "azureADPremiumP1FeatureUtilizations": GraphType(
        "Who uses features of P1.",
        (
            Property("conditionalAccess", "azureADPremiumFeatureUtilization"),
            Property("conditionalAccessGuestUsers", "azureADPremiumFeatureUtilization"),
        ),
    ),
    "azureADPremiumP2FeatureUtilizations": GraphType(
        "Who uses features of P2.",
        (
            Property("riskBasedConditionalAccess", "azureADPremiumFeatureUtilization"),
            Property("riskBasedConditionalAccessGuestUsers", "azureADPremiumFeatureUtilization"),
        ),
    ),
    "azureADPremiumFeatureUtilization": GraphType(
        "Who uses one feature.", (Property("userCount", "integer", description="Users who have used it."),)
    ),
}
"""By name; properties in the order of their names."""
