"""Conditional Access policies of the demo tenant: right, narrowed, in report-only mode, off.

Who is left out of which policy decides what the break-glass policies say:
``orchid`` is out of all of them (as user, through groups, nested groups and a role), ``emergency-admin`` out of all but
CA003, ``juniper`` out of all. CA900 reaches the three on purpose; the demo's configuration declares it.
CA013 and CA014 together ask the pilot group for what CA001 leaves to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.groups import group_id
from scanner.demo.contoso.ids import ago, guid
from scanner.demo.contoso.locations import location_id
from scanner.demo.contoso.people import user_id
from scanner.demo.contoso.roles import ROLE_IDS
from scanner.demo.contoso.strengths import PHISHING_RESISTANT, strength

ALL_TENANTS = {"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"}


def _users(
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    *,
    include_roles: Sequence[str] = (),
    exclude_roles: Sequence[str] = (),
    guests: Json | None = None,
) -> Json:
    """The users a policy is about. Words such as ``All`` stand as they are, ``group:KEY`` is a group."""
    return {
        "includeUsers": _ids(include, groups=False),
        "excludeUsers": _ids(exclude, groups=False),
        "includeGroups": _ids(include, groups=True),
        "excludeGroups": _ids(exclude, groups=True),
        "includeRoles": [ROLE_IDS[name] for name in include_roles],
        "excludeRoles": [ROLE_IDS[name] for name in exclude_roles],
        "includeGuestsOrExternalUsers": guests,
        "excludeGuestsOrExternalUsers": None,
    }


def _ids(names: Sequence[str], *, groups: bool) -> list[str]:
    if groups:
        return [group_id(name.removeprefix("group:")) for name in names if name.startswith("group:")]
    members = [name for name in names if not name.startswith("group:")]
    return [name if name in ("All", "None", "GuestsOrExternalUsers") else user_id(name) for name in members]


EVERYONE_BUT_BREAK_GLASS = _users(["All"], ["orchid", "emergency-admin", "group:Break glass"])


def _policy(name: str, users: Json, grant: Json | None, state: str = "enabled", **conditions: Any) -> Json:
    """A policy for all applications and clients; ``conditions`` replaces single ones, ``session`` adds controls."""
    session = conditions.pop("session", None)
    return {
        "id": guid("conditionalAccessPolicy", name[:5]),
        "templateId": None,
        "displayName": name,
        "createdDateTime": ago(500),
        "modifiedDateTime": ago(60),
        "state": state,
        "deletedDateTime": None,
        "sessionControls": session,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "clientAppTypes": ["all"],
            "platforms": None,
            "locations": None,
            "times": None,
            "deviceStates": None,
            "devices": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "insiderRiskLevels": None,
            "servicePrincipalRiskLevels": [],
            "applications": _applications(),
            "users": users,
            **conditions,
        },
        "grantControls": grant,
    }


def _applications(*include: str) -> Json:
    return {
        "includeApplications": list(include) or ["All"],
        "excludeApplications": [],
        "includeUserActions": [],
        "includeAuthenticationContextClassReferences": [],
        "applicationFilter": None,
    }


def _actions(*include: str) -> Json:
    """User actions instead of applications."""
    return {**_applications(), "includeApplications": [], "includeUserActions": list(include)}


def _grant(*controls: str, operator: str = "OR", strength: Json | None = None) -> Json:
    return {
        "operator": operator,
        "builtInControls": list(controls),
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength": strength,
    }


def conditional_access_policies() -> list[Json]:
    """The resource."""
    return [*_everyone(), *_narrower(), *_on_conditions(), *_not_in_force(), _protection()]


def _everyone() -> list[Json]:
    return [
        _policy(
            "CA001: Require multifactor authentication for all users",
            _users(["All"], ["group:CA exclusions", "group:Pilot of passkeys"]),
            _grant("mfa"),
        ),
        _policy(
            "CA002: Block legacy authentication",
            EVERYONE_BUT_BREAK_GLASS,
            _grant("block"),
            clientAppTypes=["exchangeActiveSync", "other"],
        ),
        _policy(
            "CA003: Require phishing-resistant sign-in of administrators",
            _users(
                exclude=["orchid", "juniper"],
                include_roles=["Global Administrator", "Privileged Role Administrator", "Security Administrator"],
            ),
            _grant(strength=strength(PHISHING_RESISTANT)),
        ),
        _policy(
            "CA004: Block countries that are not approved",
            _users(["All"], ["group:Location exclusions"]),
            _grant("block"),
            locations={"includeLocations": ["All"], "excludeLocations": [location_id("Approved countries")]},
        ),
    ]


def _narrower() -> list[Json]:
    guest_types = "b2bCollaborationGuest,b2bCollaborationMember,internalGuest"
    return [
        _policy(
            "CA005: Require a compliant device for Office 365",
            _users(["All"], ["juniper"], exclude_roles=["Global Administrator"]),
            _grant("compliantDevice", "domainJoinedDevice"),
            applications=_applications("Office365"),
        ),
        _policy(
            "CA008: Require multifactor authentication at risky sign-ins",
            EVERYONE_BUT_BREAK_GLASS,
            _grant("mfa"),
            signInRiskLevels=["high"],
        ),
        _policy(
            "CA009: Require multifactor authentication of guests",
            _users(guests={"guestOrExternalUserTypes": guest_types, "externalTenants": ALL_TENANTS}),
            _grant("mfa", "compliantDevice"),
        ),
        _policy(
            "CA010: Block platforms that are not supported",
            _users(["All"], ["orchid", "emergency-admin", "juniper"]),
            _grant("block"),
            platforms={"includePlatforms": ["all"], "excludePlatforms": ["android", "iOS", "windows", "macOS"]},
        ),
        _policy(
            "CA011: Sign in again every day",
            EVERYONE_BUT_BREAK_GLASS,
            None,
            session=_sign_in_frequency(),
        ),
    ]


def _on_conditions() -> list[Json]:
    return [
        _policy(
            "CA013: Require a passkey on Windows",
            _users(["group:Pilot of passkeys"]),
            _grant(strength=strength(PHISHING_RESISTANT)),
            platforms={"includePlatforms": ["windows"], "excludePlatforms": []},
        ),
        _policy(
            "CA014: Require a passkey on other platforms",
            _users(["group:Pilot of passkeys"]),
            _grant(strength=strength(PHISHING_RESISTANT)),
            platforms={"includePlatforms": ["all"], "excludePlatforms": ["windows"]},
        ),
        _policy(
            "CA015: Block users at high risk",
            _users(["All"], ["orchid", "emergency-admin", "juniper"]),
            _grant("block"),
            locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
            userRiskLevels=["high"],
        ),
        _policy(
            "CA016: Protect the registration of security information",
            _users(["All"], ["orchid", "emergency-admin", "juniper", "GuestsOrExternalUsers", "staff-032"]),
            _grant("mfa"),
            applications=_actions("urn:user:registersecurityinfo"),
            locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
        ),
        _policy(
            "CA012: Block applications outside the data centre",
            _users(["None"]),
            _grant("block"),
            clientApplications={
                "includeServicePrincipals": [guid("servicePrincipal", "Contoso Payroll Sync")],
                "excludeServicePrincipals": [],
                "servicePrincipalFilter": None,
            },
            locations={"includeLocations": ["All"], "excludeLocations": [location_id("Data centre")]},
        ),
    ]


def _not_in_force() -> list[Json]:
    return [
        _policy(
            "CA006: Block device code flow",
            _users(["All"]),
            _grant("block"),
            "enabledForReportingButNotEnforced",
            authenticationFlows={"transferMethods": "deviceCodeFlow"},
        ),
        _policy(
            "CA007: Require multifactor authentication (old)",
            _users(["All"]),
            _grant("mfa"),
            "disabled",
        ),
        _policy(
            f"CA099 {hostile.NAMES['markup']}",
            _users(["All"]),
            _grant("mfa"),
            "enabledForReportingButNotEnforced",
        ),
    ]


def _protection() -> Json:
    return _policy(
        "CA900: Phishing-resistant sign-in of break-glass accounts",
        _users(["orchid", "emergency-admin", "group:Break glass"]),
        _grant(strength=strength(PHISHING_RESISTANT)),
    )


def _sign_in_frequency() -> Json:
    return {
        "disableResilienceDefaults": None,
        "applicationEnforcedRestrictions": None,
        "cloudAppSecurity": None,
        "persistentBrowser": None,
        "secureSignInSession": None,
        "signInFrequency": {
            "value": 1,
            "type": "days",
            "authenticationType": "primaryAndSecondaryAuthentication",
            "frequencyInterval": "timeBased",
            "isEnabled": True,
        },
    }
