"""What Contoso's applications sign in with, and the certificate by which one of them signs SAML tokens."""

from __future__ import annotations

from scanner.demo.bodies import Json
from scanner.demo.contoso.ids import ago, ahead, guid


def federated(app: str, subject: str) -> Json:
    """https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust"""
    return {
        "id": guid("federatedIdentityCredential", f"{app}/{subject}"),
        "audiences": ["api://AzureADTokenExchange"],
        "description": None,
        "issuer": "https://token.actions.githubusercontent.com",
        "name": "github",
        "subject": subject,
    }


def secret(app: str, number: int, days: float) -> Json:
    """A client secret that ends in so many days; negative: it has ended."""
    return {
        "customKeyIdentifier": None,
        "displayName": f"secret {number + 1}",
        "endDateTime": ahead(days),
        "hint": guid("hint", app)[:3],
        "keyId": guid("secret", f"{app}/{number}"),
        "secretText": None,
        "startDateTime": ago(60 + max(0.0, -days)),
    }


def certificate(app: str, number: int, days: float) -> Json:
    """A certificate to sign in with that ends in so many days."""
    return {
        "customKeyIdentifier": guid("thumbprint", f"{app}/{number}").replace("-", "").upper(),
        "displayName": f"CN={guid('certificate', app)[:8]}",
        "endDateTime": ahead(days),
        "key": None,
        "keyId": guid("certificate", f"{app}/{number}"),
        "startDateTime": ago(60),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def token_signing(app: str) -> tuple[list[Json], list[Json]]:
    """Keys and password of a certificate for SAML tokens, valid three years, as Entra makes them.

    https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate
    """
    public = certificate(app, 0, 1000)
    private = {**public, "keyId": guid("privateKey", app), "type": "X509CertAndPassword", "usage": "Sign"}
    password = {
        **secret(app, 0, 1000),
        "customKeyIdentifier": public["customKeyIdentifier"],
        "displayName": public["displayName"],
        "hint": None,
        "keyId": private["keyId"],
    }
    return [private, public], [password]
