"""Authentication strengths of the demo tenant: Microsoft's own and one of Contoso's."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.demo.bodies import Json
from scanner.demo.contoso.ids import ago, guid

PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"

PASSWORDLESS = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"]

STRENGTHS: Mapping[str, tuple[str, str, list[str]]] = {
    "00000000-0000-0000-0000-000000000002": (
        "Multifactor authentication",
        "Combinations of methods that satisfy strong authentication, such as a password + SMS",
        [
            *PASSWORDLESS,
            "deviceBasedPush",
            "temporaryAccessPassOneTime",
            "temporaryAccessPassMultiUse",
            "password,microsoftAuthenticatorPush",
            "password,softwareOath",
            "password,hardwareOath",
            "password,x509CertificateSingleFactor",
            "password,x509CertificateMultiFactor",
            "password,sms",
            "password,voice",
            "federatedMultiFactor",
            "microsoftAuthenticatorPush,federatedSingleFactor",
            "softwareOath,federatedSingleFactor",
            "hardwareOath,federatedSingleFactor",
            "sms,federatedSingleFactor",
            "voice,federatedSingleFactor",
        ],
    ),
    "00000000-0000-0000-0000-000000000003": (
        "Passwordless MFA",
        "Passwordless methods that satisfy strong authentication, such as Passwordless sign-in with the Microsoft "
        "Authenticator",
        [*PASSWORDLESS, "deviceBasedPush"],
    ),
    PHISHING_RESISTANT: (
        "Phishing-resistant MFA",
        "Phishing-resistant, Passwordless methods for the strongest authentication, such as a FIDO2 security key",
        PASSWORDLESS,
    ),
}
"""Microsoft's own, as https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies lists them."""


def strength(strength_id: str) -> Json:
    """A built-in strength as Graph sends it, also within a Conditional Access policy."""
    name, description, combinations = STRENGTHS[strength_id]
    return {
        "id": strength_id,
        "createdDateTime": "2021-12-01T00:00:00Z",
        "modifiedDateTime": "2021-12-01T00:00:00Z",
        "displayName": name,
        "description": description,
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": list(combinations),
        "combinationConfigurations": [],
    }


def authentication_strengths() -> list[Json]:
    """The resource: Microsoft's three and one of Contoso's own, which a password alone satisfies nowhere."""
    own = {
        **strength(PHISHING_RESISTANT),
        "id": guid("authenticationStrengthPolicy", "Contoso keys"),
        "createdDateTime": ago(300),
        "modifiedDateTime": ago(300),
        "displayName": "Contoso keys",
        "description": "Security keys and Temporary Access Pass",
        "policyType": "custom",
        "allowedCombinations": ["fido2", "temporaryAccessPassOneTime"],
    }
    return [*map(strength, STRENGTHS), own]
