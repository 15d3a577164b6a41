"""What a person reads in the JSON of the real tenant: the right verdicts, policies and role assignments, as tables.

Written from the files and the text of the policies alone, so that the tool is compared with a reader, not with itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import Status

EXCLUDED = "2d9a50a8-6688-48eb-8646-86acb74e2f05"
"""Excluded from the device code policy, and permanently Global Administrator: a break-glass account by its looks."""
JOHN, JANE = "66b4d5c2-71c9-4644-8728-74e3a8324d81", "b49c71b8-d1a0-4e36-8f6d-9e66fbb98f0d"

ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
}


@dataclass(frozen=True)
class Read:
    """The right verdict on one shipped policy."""

    status: Status
    why: str
    lacking: tuple[str, ...] = ()
    """What is missing: resources, and properties of a resource as ``users.accountEnabled``."""


def passes(why: str) -> Read:
    return Read(Status.PASS, why)


def unknown(*lacking: str, why: str = "not in the export") -> Read:
    return Read(Status.UNKNOWN, why, lacking)


VERDICTS = {
    "ad-users-hard-matched": unknown(
        "organization.onPremisesSyncEnabled", why="whether there is anything to match is unread"
    ),
    "ad-users-in-tenant": unknown(
        "organization.onPremisesSyncEnabled", why="whether there is anything to match is unread"
    ),
    "ad-users-match-one-account": unknown(
        "organization.onPremisesSyncEnabled", why="whether there is anything to match is unread"
    ),
    "admins-phishing-resistant": unknown("roleEligibilityScheduleInstances", why="who the holders are is open"),
    "app-bulk-data-not-granted": unknown("servicePrincipals"),
    "app-certificate-life-enforced": unknown("defaultAppManagementPolicy"),
    "app-credentials-limited-life": unknown("applications"),
    "app-credentials-not-expired": unknown("applications"),
    "app-credentials-renewed-in-time": unknown("applications"),
    "app-management-not-granted": unknown("servicePrincipals"),
    "app-no-secrets": unknown("applications"),
    "app-owners-not-guests": unknown("applications"),
    "app-permissions-known": unknown("servicePrincipals"),
    "app-power-not-granted": unknown("servicePrincipals"),
    "app-power-not-requested": unknown("applications"),
    "app-power-owned": unknown("servicePrincipals"),
    "app-redirect-uris-safe": unknown("servicePrincipals"),
    "app-secret-exemptions-none": unknown("appManagementPolicies"),
    "app-secrets-blocked": unknown("defaultAppManagementPolicy"),
    "app-takeover-not-granted": unknown("servicePrincipals"),
    "app-takeover-not-requested": unknown("applications"),
    "app-unused-without-power": unknown("servicePrincipals"),
    "app-user-consent-harmless": unknown("servicePrincipals"),
    "apps-without-privileged-roles": unknown("servicePrincipals"),
    "baseline-protection-on": unknown(
        "identitySecurityDefaultsEnforcementPolicy", why="Conditional Access is on, but half of the question is unread"
    ),
    "break-glass-cloud-only": unknown("users.onPremisesSyncEnabled"),
    "break-glass-declared": Read(Status.FAIL, "nothing is declared in the configuration"),
    "break-glass-discreet-name": unknown("users.jobTitle", "users.mailNickname", "users.userPrincipalName"),
    "break-glass-distinct-method": unknown("userRegistrationDetails"),
    "break-glass-drill": Read(Status.MANUAL, "no API tells of a drill, and nobody has attested"),
    "break-glass-enabled": unknown("users.accountEnabled"),
    "break-glass-impersonal-methods": unknown("userRegistrationDetails"),
    "break-glass-initial-domain": unknown("users.userPrincipalName"),
    "break-glass-key-attested": Read(Status.NOT_APPLICABLE, "none is declared, so that nobody is asked about"),
    "break-glass-not-reviewed-away": Read(Status.NOT_APPLICABLE, "none is declared, so that nobody is asked about"),
    "break-glass-outside-ca": Read(Status.NOT_APPLICABLE, "none is declared; only its message lacks something"),
    "break-glass-password": Read(Status.MANUAL, "no API shows a password, and nobody has attested"),
    "break-glass-password-settings": unknown("users.passwordPolicies"),
    "break-glass-permanent-admin": Read(Status.NOT_APPLICABLE, "none is declared; only its message lacks something"),
    "break-glass-security-key": unknown("userRegistrationDetails"),
    "break-glass-sign-in-alert": Read(Status.NOT_APPLICABLE, "none is declared, so that nobody is asked about"),
    "break-glass-sign-ins-explained": Read(Status.NOT_APPLICABLE, "none is declared, so that nobody is asked about"),
    "break-glass-tested": unknown("users.signInActivity"),
    "break-glass-two-to-four": Read(Status.FAIL, "none is declared, and none is fewer than two whatever users lack"),
    "break-glass-unlicensed": unknown("users.assignedLicenses"),
    "ca-exclusions-exist": Read(Status.FAIL, "2af2e7a1… excludes 2d9a50a8…, who is none of the three users"),
    "cloud-pc-groups-dynamic": unknown("groups"),
    "cloud-pc-members-match-rule": unknown("groups"),
    "cloud-pc-plans-covered": unknown("groups"),
    "cloud-pc-rule-asks-enabled": unknown("groups"),
    "cloud-pc-rule-names-owned-plan": unknown("groups"),
    "cloud-pc-rule-running": unknown("groups"),
    "cloud-pc-rule-satisfiable": unknown("groups"),
    "deleted-users-share-no-immutable-id": unknown("deletedUsers"),
    "device-code-flow-blocked": Read(Status.FAIL, "2af2e7a1… blocks it for All but 2d9a50a8…"),
    "directory-sync-recent": unknown("organization.onPremisesSyncEnabled"),
    "fido2-enabled": passes("Fido2 is enabled for group e426e4a9-2045-48fe-9949-774a999f7972"),
    "global-admin-activation-approved": Read(Status.FAIL, "isApprovalRequired is false for both roles"),
    "global-admin-assignments-expire": passes("Expiration_Admin_Assignment of that role is required, after P15D"),
    "global-admins-limited": unknown("users.accountEnabled", why="seven hold the role; whether they are enabled?"),
    "groups-sync-without-errors": unknown("groups"),
    "global-admins-in-minority": unknown("roleEligibilityScheduleInstances"),
    "group-activation-alerted": unknown("groups"),
    "group-activation-approved": unknown("groups"),
    "group-activation-mfa": unknown("groups"),
    "group-cycles-none": unknown("groupMembers"),
    "guest-access-restricted": passes("guestUserRoleId is 10dae51f…, limited access"),
    "guest-invitations-restricted": passes("allowInvitesFrom is adminsAndGuestInviters"),
    "hard-match-takeover-blocked": unknown("onPremisesSynchronization"),
    "immutable-ids-not-orphaned": Read(Status.NOT_APPLICABLE, "onPremisesImmutableId of all three users is null"),
    "guests-without-privileged-roles": unknown("users.userType"),
    "legacy-auth-blocked": passes("f56276cf… blocks exchangeActiveSync and other for All, nobody excluded"),
    "managed-device-required": Read(Status.FAIL, "no policy asks for a device"),
    "mfa-registration-protected": Read(Status.FAIL, "no policy has a user action"),
    "mfa-for-everybody": passes("a205d789… asks All for the strength Multifactor authentication, without a condition"),
    "microsoft-apps-no-credentials": unknown("servicePrincipals"),
    "password-hash-sync-on": unknown("organization.onPremisesSyncEnabled"),
    "password-hash-sync-recent": unknown("organization.onPremisesSyncEnabled"),
    "privileged-activation-alerted": Read(Status.FAIL, "five of the eight roles name nobody, Exchange among them"),
    "privileged-activation-mfa": Read(Status.FAIL, "Hybrid Identity Administrator asks for a reason only"),
    "privileged-assignment-alerted": Read(Status.FAIL, "six of the eight roles name nobody"),
    "privileged-groups-guarded": unknown("groups"),
    "privileged-roles-not-permanent": unknown("roleEligibilityScheduleInstances", why="who the 26 holders are is open"),
    "privileged-users-cloud-only": unknown("users.onPremisesSyncEnabled", "roleEligibilityScheduleInstances"),
    "report-only-policies-decided": Read(Status.NOT_APPLICABLE, "all seven policies are enabled"),
    "risky-sign-ins-blocked": passes("d1ba2665… blocks signInRiskLevels high for All, nobody excluded"),
    "risky-users-blocked": passes("0ca1b87a… blocks userRiskLevels high for All, nobody excluded"),
    "role-holders-exist": unknown("roleEligibilityScheduleInstances", why="the holders can be groups or applications"),
    "service-principal-no-credentials": unknown("servicePrincipals"),
    "sign-in-logs-exported": unknown("diagnosticSettings", why="Azure Resource Manager was not asked"),
    "soft-match-blocked": unknown("onPremisesSynchronization"),
    "sign-in-workspace-limits-chosen": unknown("workspaces", why="Azure Resource Manager was not asked"),
    "sign-in-workspace-takes-logs": unknown("workspaces", why="Azure Resource Manager was not asked"),
    "unapproved-locations-blocked": Read(Status.FAIL, "no policy has a location"),
    "user-consent-restricted": passes("ManagePermissionGrantsForSelf only with microsoft-user-default-low"),
    "users-sync-without-errors": unknown("users.onPremisesProvisioningErrors"),
    "admin-consent-requests-on": unknown("adminConsentRequestPolicy"),
    "admin-password-reset-off": Read(Status.FAIL, "allowedToUseSSPR is true"),
    "authenticator-codes-off": passes("isSoftwareOathEnabled of MicrosoftAuthenticator is false"),
    "authenticator-shows-context": passes("application and location: enabled for all_users, nobody excluded"),
    "banned-words-enforced": Read(Status.FAIL, "P1 is owned, and no Password Rule Settings are among the settings"),
    "banned-words-on-premises": unknown("organization.onPremisesSyncEnabled"),
    "device-join-by-selected": unknown("deviceRegistrationPolicy"),
    "device-quota-limited": unknown("deviceRegistrationPolicy"),
    "device-registration-needs-mfa": unknown("deviceRegistrationPolicy"),
    "device-users-no-local-admins": unknown("deviceRegistrationPolicy"),
    "enterprise-app-owners-not-guests": unknown("servicePrincipals"),
    "email-sign-up-off": Read(Status.FAIL, "both settings are true"),
    "group-creation-limited": passes("EnableGroupCreation is False"),
    "guest-self-sign-up-off": unknown("authenticationFlowsPolicy"),
    "guests-own-no-groups": passes("AllowGuestsToBeGroupOwner is False"),
    "local-admin-passwords-managed": unknown("deviceRegistrationPolicy"),
    "method-migration-complete": Read(Status.FAIL, "policyMigrationState is migrationInProgress"),
    "passwords-do-not-expire": passes("2147483647 for the only domain"),
    "phone-and-email-codes-off": passes("Sms, Voice and Email are disabled"),
    "risky-app-consent-blocked": passes("allowUserConsentForRiskyApps is false, BlockUserConsentForRiskyApps true"),
    "smart-lockout-tight": passes("nothing is set, so it is as Microsoft delivers it"),
    "sms-is-no-first-factor": passes("Sms is disabled, whatever its one target may do"),
    "temporary-pass-used-once": passes("isUsableOnce is true"),
    "users-cannot-create-security-groups": Read(Status.FAIL, "allowedToCreateSecurityGroups is true"),
    "users-cannot-create-tenants": Read(Status.FAIL, "allowedToCreateTenants is true"),
    "users-cannot-register-apps": Read(Status.FAIL, "allowedToCreateApps is true"),
    "workload-identities-located": Read(Status.NOT_APPLICABLE, "no service plan AAD_WRKLDID_P1 or _P2"),
}


@dataclass(frozen=True)
class Policy:
    """What one Conditional Access policy does."""

    asks: str
    """``block``, ``mfa`` or nothing: session settings only."""
    narrowed_by: list[str]
    """Its conditions that leave a gap."""


POLICIES = {
    "e430772e-f1c9-4618-9b68-4f125e80a288": Policy("", []),
    "f56276cf-d30f-4e0f-9d73-d72f99370dcb": Policy("block", ["clientAppTypes"]),
    "0ca1b87a-357b-4835-8e10-d226267fa8ea": Policy("block", ["userRiskLevels"]),
    "d1ba2665-d4d5-4708-8f6b-b1ab5f2b2b0b": Policy("block", ["signInRiskLevels"]),
    "a205d789-8090-43d1-b42b-0d915b08fbfd": Policy("mfa", []),
    "2af2e7a1-f8c0-4c4c-9b29-df8c29380cee": Policy("block", ["authenticationFlows", "users"]),
    "b44cd660-cb86-4877-9208-54f9f766c9f8": Policy("block", ["userRiskLevels"]),
}
LEGACY = "f56276cf-d30f-4e0f-9d73-d72f99370dcb"
MFA = "a205d789-8090-43d1-b42b-0d915b08fbfd"
DEVICE_CODE = "2af2e7a1-f8c0-4c4c-9b29-df8c29380cee"

HELD = """
Global Administrator:            ded212ab until 2026-05-13, e3aa42de until 2026-05-13, 2d9a50a8, 2ed0157c, 42dd60ea,
                                 6b416798, ae71e61c
User Administrator:              2ed0157c, 6f839bff, 76bf9abe, ae71e61c
Exchange Administrator:          b3a51547, 0c2e1bab, d2ed49d6, 25322f83, 754baa5d
SharePoint Administrator:        255ea92f, bb881391, bad54941, 25322f83, 97d99286, 21cc87be
Application Administrator:       010295b0
Cloud Application Administrator: 143945f9, 255ea92f, 27b61a56 until 2027-03-04
"""
"""The 26 role assignments, each with the first digits of the holder's id. All are direct, active, not activated from
an eligible one, and for the whole tenant; those without an end are permanent."""

NOT_PRIVILEGED = ("Exchange Administrator", "SharePoint Administrator")
"""Microsoft labels the other roles held PRIVILEGED:
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference"""


def held() -> set[tuple[str, str, str]]:
    """``HELD`` as role, holder, and the day of the end or nothing."""
    found = set()
    for line in HELD.strip().replace(",\n", ",").splitlines():
        role, _, holders = line.partition(":")
        for holder in holders.split(","):
            key, _, end = holder.strip().partition(" until ")
            found.add((role, key, end))
    return found
