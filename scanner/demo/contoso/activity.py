"""What happened in the demo tenant: sign-ins and methods of break-glass accounts, risks, use of licences."""

from __future__ import annotations

from scanner.demo.bodies import Json
from scanner.demo.contoso.apps import service_principal_id
from scanner.demo.contoso.ids import DOMAIN, INITIAL_DOMAIN, ago, guid
from scanner.demo.contoso.people import user_id

PASSWORD_ID = "28c10230-6103-485e-b985-444c60001490"
"""Of every password: https://learn.microsoft.com/graph/api/resources/passwordauthenticationmethod"""

BREAK_GLASS = {
    "orchid": f"orchid@{INITIAL_DOMAIN}",
    "emergency-admin": f"emergency-admin@{DOMAIN}",
    "juniper": f"juniper@{INITIAL_DOMAIN}",
}


def break_glass_methods() -> list[Json]:
    """The fan-out: a security key and a telephone where the registration report says so, a password everywhere."""
    beside = {"orchid": [_security_key()], "emergency-admin": [_telephone()], "juniper": []}
    return [{"id": user_id(key), "methods": [_password(), *beside[key]]} for key in BREAK_GLASS]


def _password() -> Json:
    return {
        "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
        "id": PASSWORD_ID,
        "createdDateTime": ago(190),
        "password": None,
    }


def _security_key() -> Json:
    return {
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
        "id": "Mb3nBYKPQ0e0Xv3nB7yQ2w2",
        "aaGuid": "cb69481e-8ff7-4039-93ec-0a2729a154a8",
        "attestationCertificates": [],
        "attestationLevel": "attested",
        "createdDateTime": ago(600),
        "displayName": "Key in the safe",
        "model": "YubiKey 5 Series",
    }


def _telephone() -> Json:
    return {
        "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
        "id": "3179e48a-750b-4051-897c-87b9720928f7",
        "createdDateTime": ago(900),
        "phoneNumber": "+31 20555XXXX",
        "phoneType": "mobile",
        "smsSignInState": "notAllowedByPolicy",
    }


def break_glass_sign_ins() -> list[Json]:
    """The fan-out: one account was tested, and somebody tried the password of another."""
    signed_in = {
        "orchid": [_sign_in("orchid", 12, 0), _sign_in("orchid", 46, 0)],
        "emergency-admin": [_sign_in("emergency-admin", 5, 50126)],
        "juniper": [],
    }
    return [{"id": user_id(key), "signIns": signed_in[key]} for key in BREAK_GLASS]


def _sign_in(key: str, days: float, error: int) -> Json:
    """``error`` 50126 is a wrong password: https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
    return {
        "id": guid("signIn", f"{key}/{days}"),
        "appDisplayName": "Azure Portal",
        "appId": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "appliedConditionalAccessPolicies": [],
        "clientAppUsed": "Browser",
        "conditionalAccessStatus": "notApplied" if error else "success",
        "correlationId": guid("correlation", f"{key}/{days}"),
        "createdDateTime": ago(days),
        "deviceDetail": {"browser": "Edge 141.0", "deviceId": "", "displayName": "", "isCompliant": False,
                         "isManaged": False, "operatingSystem": "Windows 11", "trustType": ""},
        "ipAddress": "203.0.113.7" if error else "192.0.2.10",
        "isInteractive": True,
        "location": {"city": "Amsterdam", "countryOrRegion": "NL", "state": "Noord-Holland",
                     "geoCoordinates": {"altitude": None, "latitude": 52.37, "longitude": 4.89}},
        "resourceDisplayName": "Windows Azure Service Management API",
        "resourceId": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "riskDetail": "none",
        "riskEventTypes": [],
        "riskEventTypes_v2": [],
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "status": {
            "additionalDetails": "MFA requirement satisfied" if not error else None,
            "errorCode": error,
            "failureReason": "Invalid username or password." if error else "Other.",
        },
        "userDisplayName": key,
        "userId": user_id(key),
        "userPrincipalName": BREAK_GLASS[key],
    }  # fmt: skip


RISKY = (("staff-031", "high", "atRisk"), ("staff-044", "low", "atRisk"), ("staff-051", "none", "remediated"))


def risky_users() -> list[Json]:
    """The resource."""
    return [
        {
            "id": user_id(key),
            "isDeleted": False,
            "isProcessing": False,
            "riskDetail": "userPerformedSecuredPasswordReset" if state == "remediated" else "none",
            "riskLastUpdatedDateTime": ago(4),
            "riskLevel": level,
            "riskState": state,
            "userDisplayName": key,
            "userPrincipalName": f"{key}@{DOMAIN}",
        }
        for key, level, state in RISKY
    ]


def risk_detections() -> list[Json]:
    """The resource."""
    return [
        {
            **_detection(f"user/{key}", "leakedCredentials" if level == "high" else "unfamiliarFeatures", level, state),
            "activity": "signin",
            "userDisplayName": key,
            "userId": user_id(key),
            "userPrincipalName": f"{key}@{DOMAIN}",
        }
        for key, level, state in RISKY
    ]


def _detection(key: str, kind: str, level: str, state: str) -> Json:
    return {
        "id": guid("riskDetection", key).replace("-", ""),
        "activityDateTime": ago(5),
        "additionalInfo": "[]",
        "correlationId": guid("correlation", key),
        "detectedDateTime": ago(5),
        "detectionTimingType": "offline",
        "ipAddress": None,
        "lastUpdatedDateTime": ago(4),
        "location": None,
        "requestId": guid("request", key),
        "riskDetail": "none",
        "riskEventType": kind,
        "riskLevel": level,
        "riskState": state,
        "source": "IdentityProtection",
        "tokenIssuerType": "AzureAD",
    }


RISKY_APP = "Contoso Payroll Sync"


def risky_service_principals() -> list[Json]:
    """The resource; the licence for it has run out."""
    return [
        {
            "id": service_principal_id(RISKY_APP),
            "appId": guid("appId", RISKY_APP),
            "displayName": RISKY_APP,
            "isEnabled": True,
            "isProcessing": False,
            "riskDetail": "none",
            "riskLastUpdatedDateTime": ago(9),
            "riskLevel": "medium",
            "riskState": "atRisk",
            "servicePrincipalType": "Application",
        }
    ]


def service_principal_risk_detections() -> list[Json]:
    """The resource."""
    return [
        {
            **_detection(f"app/{RISKY_APP}", "leakedCredentials", "medium", "atRisk"),
            "activity": "servicePrincipal",
            "appId": guid("appId", RISKY_APP),
            "keyIds": [guid("secret", f"{RISKY_APP}/1")],
            "servicePrincipalDisplayName": RISKY_APP,
            "servicePrincipalId": service_principal_id(RISKY_APP),
        }
    ]


def license_insight() -> Json:
    """``azureADPremiumLicenseInsight``: more guests meet Conditional Access than one would think."""
    return {
        "id": "azureADPremiumLicenseInsight",
        "entitledP1LicenseCount": 60,
        "entitledP2LicenseCount": 180,
        "entitledTotalLicenseCount": 240,
        "p1FeatureUtilizations": {
            "conditionalAccess": {"userCount": 120},
            "conditionalAccessGuestUsers": {"userCount": 19},
        },
        "p2FeatureUtilizations": {
            "riskBasedConditionalAccess": {"userCount": 120},
            "riskBasedConditionalAccessGuestUsers": {"userCount": 0},
        },
    }
