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
    "app-power-not-granted": unknown("servicePrincipals"),
    "app-power-not-requested": unknown("applications"),
    "app-takeover-not-granted": unknown("servicePrincipals"),
    "app-takeover-not-requested": unknown("applications"),
    "baseline-protection-on": unknown(
        "identitySecurityDefaultsEnforcementPolicy", why="Conditional Access is on, but half of the question is unread"
    ),
    "break-glass-cloud-only": unknown("users.onPremisesSyncEnabled"),
    "break-glass-declared": Read(Status.FAIL, "nothing is declared in the configuration"),
    "break-glass-discreet-name": unknown("users.jobTitle", "users.mailNickname", "users.userPrincipalName"),
    "break-glass-distinct-method": unknown("userRegistrationDetails"),
    "break-glass-enabled": unknown("users.accountEnabled"),
    "break-glass-impersonal-methods": unknown("userRegistrationDetails"),
    "break-glass-initial-domain": unknown("users.userPrincipalName"),
    "break-glass-outside-ca": Read(Status.NOT_APPLICABLE, "none is declared; only its message lacks something"),
    "break-glass-password": Read(Status.MANUAL, "no API shows a password, and nobody has attested"),
    "break-glass-password-settings": unknown("users.passwordPolicies"),
    "break-glass-permanent-admin": Read(Status.NOT_APPLICABLE, "none is declared; only its message lacks something"),
    "break-glass-security-key": unknown("userRegistrationDetails"),
    "break-glass-tested": unknown("users.signInActivity"),
    "break-glass-two-to-four": Read(Status.FAIL, "none is declared, and none is fewer than two whatever users lack"),
    "break-glass-unlicensed": unknown("users.assignedLicenses"),
    "cloud-pc-groups-dynamic": unknown("groups"),
    "cloud-pc-rule-asks-enabled": unknown("groups"),
    "cloud-pc-rule-names-owned-plan": unknown("groups"),
    "cloud-pc-rule-running": unknown("groups"),
    "fido2-enabled": passes("Fido2 is enabled for group e426e4a9-2045-48fe-9949-774a999f7972"),
    "global-admin-assignments-expire": passes("Expiration_Admin_Assignment of that role is required, after P15D"),
    "global-admins-limited": unknown("users.accountEnabled", why="seven hold the role; whether they are enabled?"),
    "guest-access-restricted": passes("guestUserRoleId is 10dae51f…, limited access"),
    "guest-invitations-restricted": passes("allowInvitesFrom is adminsAndGuestInviters"),
    "legacy-auth-blocked": passes("f56276cf… blocks exchangeActiveSync and other for All, nobody excluded"),
    "mfa-for-everybody": passes("a205d789… asks All for the strength Multifactor authentication, without a condition"),
    "privileged-roles-not-permanent": unknown("roleEligibilityScheduleInstances", why="who the 26 holders are is open"),
    "privileged-users-cloud-only": unknown("users.onPremisesSyncEnabled", "roleEligibilityScheduleInstances"),
    "role-holders-exist": unknown("roleEligibilityScheduleInstances", why="the holders can be groups or applications"),
    "sign-in-logs-exported": unknown("diagnosticSettings", why="Azure Resource Manager was not asked"),
    "user-consent-restricted": passes("ManagePermissionGrantsForSelf only with microsoft-user-default-low"),
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
