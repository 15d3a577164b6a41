"""Tenant-wide records: organization, domains, policies, sign-in methods, Windows 365, the registration report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso.groups import group_id
from scanner.demo.contoso.ids import DOMAIN, INITIAL_DOMAIN, TENANT_ID, ago, guid, spread
from scanner.demo.contoso.licenses import SKUS
from scanner.demo.contoso.people import STOPPED, user_id

DOMAINS: tuple[tuple[str, Json], ...] = (
    (INITIAL_DOMAIN, {"isInitial": True}),
    (DOMAIN, {"isDefault": True, "passwordValidityPeriodInDays": 90}),
    # Comes with Exchange hybrid: ends like the initial domain, and is not it.
    ("contoso.mail.onmicrosoft.com", {}),
    ("merger.contoso.example", {"isVerified": False, "isRoot": False}),
)


def domains() -> list[Json]:
    """The resource ``domains``."""
    return [_domain(name, given) for name, given in DOMAINS]


def _domain(name: str, given: Json) -> Json:
    return {
        "id": name,
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": False,
        "isInitial": False,
        "isRoot": True,
        "isVerified": True,
        "manufacturer": None,
        "model": None,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": 2147483647,
        "state": None,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"] if given.get("isVerified", True) else [],
        **given,
    }


NO_CONTACTS = (
    "businessPhones", "marketingNotificationEmails", "securityComplianceNotificationMails",
    "securityComplianceNotificationPhones",
)  # fmt: skip
NO_ADDRESS = ("city", "country", "partnerTenantType", "postalCode", "privacyProfile", "state", "street")


def organization() -> list[Json]:
    """The resource ``organization``: always one record."""
    return [
        {
            "id": TENANT_ID,
            "deletedDateTime": None,
            "assignedPlans": _plans(),
            "countryLetterCode": "NL",
            "createdDateTime": ago(3000),
            "defaultUsageLocation": "NL",
            "displayName": "Contoso",
            "mobileDeviceManagementAuthority": None,
            "onPremisesLastSyncDateTime": ago(STOPPED),
            "onPremisesSyncEnabled": True,
            "preferredLanguage": "en",
            "technicalNotificationMails": [f"it@{DOMAIN}"],
            "tenantType": "AAD",
            "verifiedDomains": _verified_domains(),
            **dict.fromkeys(NO_ADDRESS),
            **{name: [] for name in NO_CONTACTS},
        }
    ]


def _plans() -> list[Json]:
    return [
        {
            "assignedDateTime": ago(900),
            "capabilityStatus": "Enabled" if sku.status == "Enabled" else "Suspended",
            "service": plan.service,
            "servicePlanId": plan.id,
        }
        for sku in SKUS
        for plan in sku.plans
    ]


def _verified_domains() -> list[Json]:
    return [
        {
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": given.get("isDefault", False),
            "isInitial": given.get("isInitial", False),
            "name": name,
            "type": "Managed",
        }
        for name, given in DOMAINS
        if given.get("isVerified", True)
    ]


def authorization_policy() -> Json:
    """Guests see little, as they should; everyone may invite them and consent to any application, as they should not.

    Ids of guest roles and consent policies: https://learn.microsoft.com/graph/api/resources/authorizationpolicy,
    https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies.
    """
    return {
        "id": "authorizationPolicy",
        "deletedDateTime": None,
        "description": "Used to manage authorization related settings across the company.",
        "displayName": "Authorization Policy",
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "allowInvitesFrom": "everyone",
        "allowUserConsentForRiskyApps": None,
        "allowedToSignUpEmailBasedSubscriptions": True,
        "allowedToUseSSPR": True,
        "blockMsolPowerShell": False,
        "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
        "defaultUserRolePermissions": {
            "allowedToCreateApps": True,
            "allowedToCreateSecurityGroups": True,
            "allowedToCreateTenants": True,
            "allowedToReadBitlockerKeysForOwnedDevice": True,
            "allowedToReadOtherUsers": True,
            "permissionGrantPoliciesAssigned": [
                "ManagePermissionGrantsForSelf.microsoft-user-default-legacy",
                "ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team",
            ],
        },
    }


def security_defaults() -> Json:
    """Off: Conditional Access does the work."""
    return {
        "id": "00000000-0000-0000-0000-000000000005",
        "deletedDateTime": None,
        "description": "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.",
        "displayName": "Security Defaults",
        "isEnabled": False,
    }


ALL_USERS = {"targetType": "group", "id": "all_users", "isRegistrationRequired": False}


def authentication_methods_policy() -> Json:
    """Passkeys and Authenticator are on, and so are text messages and calls, which can be intercepted."""
    return {
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant, "
        "authentication method registration requirements, and self-service password reset settings",
        "lastModifiedDateTime": ago(80),
        "policyVersion": "1.5",
        "policyMigrationState": "migrationInProgress",
        "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": _campaign()},
        "authenticationMethodConfigurations": _methods(),
    }


def _campaign() -> Json:
    return {
        "snoozeDurationInDays": 1,
        "state": "enabled",
        "excludeTargets": [{"id": group_id("Break glass"), "targetType": "group"}],
        "includeTargets": [
            {"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"}
        ],
    }


def _methods() -> list[Json]:
    return [
        _method(
            "fido2",
            "Fido2",
            isSelfServiceRegistrationAllowed=True,
            isAttestationEnforced=True,
            keyRestrictions={"isEnforced": False, "enforcementType": "block", "aaGuids": []},
        ),
        _method(
            "microsoftAuthenticator",
            "MicrosoftAuthenticator",
            isSoftwareOathEnabled=False,
            featureSettings={},
            targets=[{**ALL_USERS, "authenticationMode": "any"}],
        ),
        _method("sms", "Sms", targets=[{**ALL_USERS, "isUsableForSignIn": True}]),
        _method(
            "temporaryAccessPass",
            "TemporaryAccessPass",
            defaultLength=8,
            defaultLifetimeInMinutes=60,
            isUsableOnce=True,
            maximumLifetimeInMinutes=480,
            minimumLifetimeInMinutes=60,
        ),
        _method("softwareOath", "SoftwareOath"),
        _method("voice", "Voice", isOfficePhoneAllowed=False),
        _method("email", "Email", state="disabled", allowExternalIdToUseEmailOtp="default"),
        _method("x509Certificate", "X509Certificate", state="disabled", certificateUserBindings=[]),
    ]


def _method(
    kind: str, method_id: str, state: str = "enabled", targets: Sequence[Json] = (ALL_USERS,), **given: Any
) -> Json:
    return {
        "@odata.type": f"#microsoft.graph.{kind}AuthenticationMethodConfiguration",
        "id": method_id,
        "state": state,
        "excludeTargets": [],
        **given,
        "includeTargets": list(targets),
    }


def cloud_pc_provisioning_policies() -> list[Json]:
    """The resource, assignments expanded: which groups get Cloud PCs."""
    return [
        _provisioning("Cloud PCs for staff", ["Windows 365 users", "Windows 365 engineers"]),
        _provisioning("Cloud PCs for the pilot", ["Windows 365 by hand", "Windows 365 paused", "Windows 365 stale"]),
        _provisioning(
            "Cloud PCs by experiment",
            ["Windows 365 any state", "Windows 365 other size", "Windows 365 both", "Windows 365 broken"],
        ),
        _provisioning("Cloud PCs for the laboratory", ["Windows 365 department"]),
        _provisioning("Cloud PCs for nobody", []),
    ]


def _provisioning(name: str, groups: Iterable[str]) -> Json:
    policy_id = guid("cloudPcProvisioningPolicy", name)
    return {
        "id": policy_id,
        "alternateResourceUrl": None,
        "cloudPcGroupDisplayName": None,
        "cloudPcNamingTemplate": "CPC-%USERNAME:4%-%RAND:5%",
        "description": "",
        "displayName": name,
        "domainJoinConfigurations": [
            {"domainJoinType": "azureADJoin", "onPremisesConnectionId": None, "regionName": "automatic",
             "regionGroup": "europeUnion"},
        ],
        "enableSingleSignOn": True,
        "gracePeriodInHours": 4,
        "imageDisplayName": "Windows 11 Enterprise + Microsoft 365 Apps 25H2",
        "imageId": "microsoftwindowsdesktop_windows-ent-cpc_win11-25h2-ent-cpc-m365",
        "imageType": "gallery",
        "localAdminEnabled": False,
        "microsoftManagedDesktop": {"managedType": "notManaged", "profile": None},
        "provisioningType": "dedicated",
        "windowsSetting": {"locale": "en-US"},
        "assignments": [
            {
                "id": f"{policy_id}_{group_id(group)}",
                "target": {
                    "@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget",
                    "groupId": group_id(group),
                    "servicePlanId": None,
                },
            }
            for group in groups
        ],
    }  # fmt: skip


METHODS: Mapping[str, tuple[str, ...]] = {
    "orchid": ("passKeyDeviceBound",),
    "emergency-admin": ("mobilePhone",),
    "juniper": (),
    **{f"t0-{number:02}": ("passKeyDeviceBound", "microsoftAuthenticatorPush") for number in (1, 4, 8, 9, 10, 11)},
    **{f"t0-{number:02}": ("microsoftAuthenticatorPush", "mobilePhone") for number in (2, 3, 5, 6)},
    "t0-07": ("mobilePhone",),
    "t0-12": (),
    "scanner-service": (),
    "sync-account": (),
}
"""Who has registered what, where it matters; others have a mixture."""

MIXTURE: tuple[tuple[str, ...], ...] = (
    ("microsoftAuthenticatorPush", "softwareOneTimePasscode"),
    ("mobilePhone",),
    ("windowsHelloForBusiness", "microsoftAuthenticatorPush"),
    ("microsoftAuthenticatorPasswordless", "mobilePhone"),
    ("email",),
    (),
)

PASSWORDLESS = frozenset({"passKeyDeviceBound", "windowsHelloForBusiness", "microsoftAuthenticatorPasswordless"})
MULTIFACTOR = PASSWORDLESS | {"microsoftAuthenticatorPush", "softwareOneTimePasscode", "mobilePhone"}


def user_registration_details(users: Iterable[Json], admins: frozenset[str]) -> list[Json]:
    """The report, a row for every user:
    https://learn.microsoft.com/graph/api/resources/userregistrationdetails."""
    by_id = {user_id(key): methods for key, methods in METHODS.items()}
    return [
        _registration(user, by_id.get(user["id"], MIXTURE[spread(user["id"], len(MIXTURE))]), user["id"] in admins)
        for user in users
    ]


def _registration(user: Json, methods: Sequence[str], admin: bool) -> Json:
    multifactor = bool(MULTIFACTOR.intersection(methods))
    preferred = "push" if "microsoftAuthenticatorPush" in methods else "sms" if "mobilePhone" in methods else "none"
    return {
        "id": user["id"],
        "isAdmin": admin,
        "isMfaCapable": multifactor,
        "isMfaRegistered": multifactor,
        "isPasswordlessCapable": bool(PASSWORDLESS.intersection(methods)),
        "isSsprCapable": multifactor and user["userType"] == "Member",
        "isSsprEnabled": user["userType"] == "Member",
        "isSsprRegistered": multifactor,
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "lastUpdatedDateTime": ago(0.5),
        "methodsRegistered": list(methods),
        "systemPreferredAuthenticationMethods": [preferred],
        "userDisplayName": user["displayName"],
        "userPreferredMethodForSecondaryAuthentication": preferred,
        "userPrincipalName": user["userPrincipalName"],
        "userType": user["userType"].lower(),
    }
