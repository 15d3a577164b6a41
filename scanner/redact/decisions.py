"""What becomes of each property: the one table of what stays in a redacted snapshot, and why.

A property that is not in it is replaced by its form (``forms.py``), whatever it is. Values whose type says all (true
and false, numbers, dates, durations, values of an enumeration that the record type lists) stay without a row here.
A row names properties as ``type.property``; ``*.property`` stands for every type that has one of that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Treatment(Enum):
    """What is done with a text."""

    KIND = auto()
    """The name of a type stays."""
    KEEP = auto()
    """It stays, unless it holds an id, an address, a space or a letter that is not English: then it is no word of a
    fixed list, and is replaced by its form like any text."""
    MICROSOFT_ID = auto()
    """An id that stays whatever it is."""
    ID = auto()
    """Replaced by its form, but for the words that may stand in the place of an id."""
    IMMUTABLE_ID = auto()
    """The id of an object of Active Directory in Base64; it still belongs to the object's pseudonym."""
    DOMAIN = auto()
    """A domain without an address around it."""
    NETWORK = auto()
    """An address of a network, or a range."""
    SCRIPT = auto()
    """A query or a document in a text: words of Graph and of the language stay, others are replaced by their form."""
    COMPOSED = auto()
    """Parts with / or : between them: words that are the same for everybody stay."""
    RULE = auto()
    """A rule: its values are replaced, the properties it names stay."""
    GRANT_POLICY = auto()
    """What consent is allowed for and by which policy, with a dot between; policies of Microsoft's stay."""
    SCOPES = auto()
    """Names of permissions with spaces between them; Microsoft's stay."""
    WITHHOLD = auto()
    """null, of whatever type it is."""


@dataclass(frozen=True)
class Decision:
    """Why some properties are treated in a way of their own."""

    treatment: Treatment
    reason: str
    properties: str
    """Separated by white space."""


DECISIONS: tuple[Decision, ...] = (
    Decision(
        Treatment.KIND,
        "The kind of a record, which Graph writes: #microsoft.graph.user.",
        "*.odataType",
    ),
    Decision(
        Treatment.KEEP,
        "Words for a state or a kind that Microsoft fixes, though its models call them text.",
        """
        *.appliesTo *.capabilityStatus *.provisioningStatus *.servicePlanName *.skuPartNumber
        assignedPlan.service provisionedPlan.service domain.authenticationType domain.availabilityStatus
        domain.supportedServices verifiedDomain.capabilities verifiedDomain.type
        user.creationType user.externalUserState user.passwordPolicies user.userType objectIdentity.signInType
        licenseAssignmentState.error licenseAssignmentState.state licenseProcessingState.state
        onPremisesProvisioningError.category onPremisesProvisioningError.propertyCausingError
        group.groupTypes group.membershipRuleProcessingState group.visibility group.resourceProvisioningOptions
        group.resourceBehaviorOptions
        *.signInAudience *.servicePrincipalType *.disabledByMicrosoftStatus *.preferredSingleSignOnMode
        application.groupMembershipClaims appRole.allowedMemberTypes appRole.origin permissionScope.origin
        permissionScope.type
        resourceAccess.type keyCredential.type keyCredential.usage appRoleAssignment.principalType
        oAuth2PermissionGrant.consentType organization.tenantType administrativeUnit.membershipRuleProcessingState
        administrativeUnit.membershipType administrativeUnit.visibility settingValue.name
        permissionGrantConditionSet.permissionClassification accessPackageResource.originSystem
        accessPackageResourceRole.originSystem accessPackageResourceScope.originSystem
        recommendation.featureAreas recommendation.impactType recommendation.recommendationType
        """,
    ),
    Decision(
        Treatment.KEEP,
        "Words of roles and of their settings: how held, by whom changed, which rule it is.",
        """
        *.assignmentType *.memberType *.scopeType unifiedRoleDefinition.version unifiedRoleDefinition.resourceScopes
        unifiedRolePermission.allowedResourceActions unifiedRolePermission.excludedResourceActions
        unifiedRolePermission.condition
        unifiedRoleManagementPolicyRule.id unifiedRoleManagementPolicyRule.enabledRules
        unifiedRoleManagementPolicyRule.claimValue unifiedRoleManagementPolicyRule.notificationLevel
        unifiedRoleManagementPolicyRule.notificationType unifiedRoleManagementPolicyRule.recipientType
        unifiedRoleManagementPolicyRuleTarget.caller unifiedRoleManagementPolicyRuleTarget.level
        unifiedRoleManagementPolicyRuleTarget.enforcedSettings
        unifiedRoleManagementPolicyRuleTarget.inheritableSettings
        approvalSettings.approvalMode unifiedRbacResourceAction.actionVerb unifiedRbacResourceAction.name
        unifiedRbacResourceAction.authenticationContextId accessReviewScheduleDefinition.status
        accessReviewScheduleSettings.defaultDecision accessReviewStageSettings.decisionsThatWillMoveToNextStage
        accessReviewStageSettings.dependsOn accessReviewStageSettings.stageId *.queryType
        accessReviewNotificationRecipientItem.notificationTemplateType
        """,
    ),
    Decision(
        Treatment.KEEP,
        "Words of Conditional Access and of sign-in methods, a fixed list each; countries by their ISO code.",
        """
        conditionalAccessGrantControls.operator conditionalAccessApplications.includeUserActions
        conditionalAccessApplications.includeAuthenticationContextClassReferences
        namedLocation.countriesAndRegions userRegistrationDetails.methodsRegistered
        userRegistrationDetails.systemPreferredAuthenticationMethods
        authenticationMethodsPolicy.policyVersion
        authenticationMethodsRegistrationCampaignIncludeTarget.targetedAuthenticationMethod
        authenticationMethodConfiguration.id x509CertificateUserBinding.userProperty
        x509CertificateUserBinding.x509CertificateField authenticationContextClassReference.id
        authenticationMethod.methodUsabilityReason appliedConditionalAccessPolicy.enforcedGrantControls
        appliedConditionalAccessPolicy.enforcedSessionControls crossTenantAccessPolicy.allowedCloudEndpoints
        deviceDetail.trustType *.riskEventType *.riskEventTypes signIn.riskEventTypes_v2
        """,
    ),
    Decision(
        Treatment.KEEP,
        "Words of Windows 365: where and in which language a Cloud PC runs.",
        "cloudPcDomainJoinConfiguration.regionName cloudPcWindowsSetting.locale microsoftManagedDesktop.profile",
    ),
    Decision(
        Treatment.KEEP,
        "Words of Azure: kinds, regions and what is measured.",
        """
        azureSubscription.authorizationSource azureSubscriptionPolicies.quotaId
        azureActionGroupResource.location azureDiagnosticSettingsResource.location
        azureScheduledQueryRuleResource.location azureWorkspace.location
        azureActionGroupResource.kind azureDiagnosticSettingsResource.kind
        azureLogSettings.category azureMetricSettings.category azureDiagnosticSettings.logAnalyticsDestinationType
        azureActionGroupResource.type azureDiagnosticSettingsResource.type azureScheduledQueryRuleResource.type
        azureWorkspace.type azureScheduledQueryRuleProperties.createdWithApiVersion
        azureScheduledQueryRuleProperties.targetResourceTypes
        """,
    ),
    Decision(
        Treatment.MICROSOFT_ID,
        "Ids of Microsoft's products and templates, and of models of security keys.",
        """
        *.skuId *.servicePlanId assignedLicense.disabledPlans licenseAssignmentState.disabledPlans
        conditionalAccessPolicy.templateId *.applicationTemplateId fido2KeyRestrictions.aaGuids
        authenticationCombinationConfiguration.allowedAAGUIDs authorizationPolicy.guestUserRoleId
        azureArmRoleReceiver.roleId groupSetting.templateId authenticationMethod.aaGuid
        """,
    ),
    Decision(
        Treatment.ID,
        "Ids in whose place a word such as All may stand, or a path of ids.",
        """
        *.id conditionalAccessApplications.includeApplications conditionalAccessApplications.excludeApplications
        conditionalAccessUsers.includeUsers conditionalAccessUsers.excludeUsers
        conditionalAccessUsers.includeGroups conditionalAccessUsers.excludeGroups
        conditionalAccessUsers.includeRoles conditionalAccessUsers.excludeRoles
        conditionalAccessLocations.includeLocations conditionalAccessLocations.excludeLocations
        conditionalAccessClientApplications.includeServicePrincipals
        conditionalAccessClientApplications.excludeServicePrincipals
        *.directoryScopeId *.appScopeId *.scopeId *.alertDefinitionId crossTenantAccessPolicyTarget.target
        permissionGrantConditionSet.clientApplicationIds permissionGrantConditionSet.clientApplicationPublisherIds
        permissionGrantConditionSet.clientApplicationTenantIds permissionGrantConditionSet.permissions
        permissionGrantConditionSet.resourceApplication
        """,
    ),
    Decision(
        Treatment.ID,
        "Names that Microsoft gives: tags that Entra itself sets, templates of settings.",
        "application.tags servicePrincipal.tags groupSetting.displayName",
    ),
    Decision(
        Treatment.SCRIPT,
        "What is queried or set is judged by policies; whom it names, or which words of one's own, is not.",
        """
        *.query *.queryRoot settingValue.value activityBasedTimeoutPolicy.definition tokenLifetimePolicy.definition
        """,
    ),
    Decision(
        Treatment.COMPOSED,
        "Which repositories may sign in, and from which branch or environment, is judged by policies.",
        "federatedIdentityCredential.subject",
    ),
    Decision(
        Treatment.IMMUTABLE_ID,
        "Which user of Active Directory an account belongs to is judged by policies.",
        "*.onPremisesImmutableId",
    ),
    Decision(
        Treatment.DOMAIN,
        "Domains: mapped as in addresses, so that an account still belongs to its domain.",
        """
        domain.id verifiedDomain.name objectIdentity.issuer application.publisherDomain *.onPremisesDomainName
        """,
    ),
    Decision(
        Treatment.NETWORK,
        "Where an organisation is found in the network; how large a range is stays.",
        "ipRange.cidrAddress ipRange.lowerAddress ipRange.upperAddress *.ipAddress",
    ),
    Decision(
        Treatment.RULE,
        "What a rule asks is judged by policies; whom it names is not.",
        "*.membershipRule conditionalAccessFilter.rule",
    ),
    Decision(
        Treatment.GRANT_POLICY,
        "Whether users may consent by themselves is judged by policies; others have a name that somebody chose.",
        "defaultUserRolePermissions.permissionGrantPoliciesAssigned",
    ),
    Decision(
        Treatment.SCOPES,
        "Names of Microsoft's permissions are judged by policies; others are names that somebody chose.",
        "oAuth2PermissionGrant.scope",
    ),
    Decision(
        Treatment.WITHHOLD,
        "No policy needs it, and no pseudonym is as good as its absence.",
        """
        user.birthday user.aboutMe *.logo passwordCredential.secretText passwordCredential.hint passwordProfile.password
        keyCredential.key authenticationMethod.password authenticationMethod.secretKey
        authenticationMethod.temporaryAccessPass
        """,
    ),
)
