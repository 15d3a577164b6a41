"""The judgement on a client's assertion: who signed it, for whom, and when.

Certificates: https://learn.microsoft.com/entra/identity-platform/certificate-credentials; federated credentials:
https://learn.microsoft.com/entra/workload-id/workload-identity-federation. Signatures are checked with the
``cryptography`` package, not with the library that azure-identity signs with.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from tests.collect.entra.errors import Refusal

SKEW = 300
"""Seconds by which clocks may differ."""


@dataclass(frozen=True)
class Federated:
    """A federated credential of an application."""

    issuer: str
    subject: str
    audience: str = "api://AzureADTokenExchange"


class Issuer:
    """Somebody else's identity provider."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._key: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public_key(self) -> RSAPublicKey:
        return self._key.public_key()

    def token(self, subject: str, audience: str, lifetime: float = 300) -> str:
        """An identity token, valid from now on; a negative ``lifetime`` gives one that ended that long ago."""
        now = time.time()
        claims = {
            "iss": self.url, "sub": subject, "aud": audience, "jti": str(uuid4()),
            "iat": now + min(0.0, lifetime) - 300, "nbf": now + min(0.0, lifetime) - 300, "exp": now + lifetime,
        }  # fmt: skip
        signed = f"{encode({'alg': 'RS256', 'typ': 'JWT'})}.{encode(claims)}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"


@dataclass(frozen=True)
class Assertion:
    """A signed token, taken apart."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def of(cls, text: str) -> Assertion:
        try:
            header, claims, signature = text.split(".")
            return cls(
                json.loads(_decode(header)), json.loads(_decode(claims)), f"{header}.{claims}".encode(),
                _decode(signature),
            )  # fmt: skip
        except ValueError:
            raise Refusal(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from None

    def is_signed_by(self, key: Any) -> bool:
        pads: dict[str, Any] = {
            "RS256": padding.PKCS1v15(),
            "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
        }
        try:
            key.verify(self.signature, self.signed, pads[self.header["alg"]], hashes.SHA256())
        except (InvalidSignature, KeyError):
            return False
        return True

    def check_time(self) -> None:
        now = time.time()
        if not self.claims.get("nbf", 0) - SKEW <= now <= self.claims["exp"] + SKEW:
            raise Refusal(
                401, "invalid_client", 700024,
                f"Client assertion is not within its valid time range. Current time: {_moment(now)}, assertion valid "
                f"from {_moment(self.claims.get('nbf', 0))}, expiry time of assertion {_moment(self.claims['exp'])}. "
                "Review the documentation at "
                "https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
            )  # fmt: skip


def check_certificate(
    assertion: Assertion, client_id: str, certificates: Iterable[x509.Certificate], audiences: Collection[str]
) -> None:
    """Raises unless one of the application's certificates signed it, is valid, and the token is for this service."""
    certificate = next((one for one in certificates if _names(assertion.header, one)), None)
    thumbprint = _decode(assertion.header.get("x5t", "")).hex().upper()
    if certificate is None:
        # https://github.com/Azure/azure-sdk-for-net/issues/42016
        raise Refusal(
            401, "invalid_client", 700027,
            "The certificate with identifier used to sign the client assertion is not registered on application. "
            f"[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the "
            "Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id "
            f"'{client_id}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to "
            "determine the corresponding service endpoint]. Alternatively, SNI may be configured on the app.",
        )  # fmt: skip
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start <= datetime.now(UTC) <= end:
        raise Refusal(
            401, "invalid_client", 700027,
            "Client assertion contains an invalid signature. [Reason - The key used is expired., Thumbprint of key "
            f"used by client: '{thumbprint}', Found key 'Start={start:%m/%d/%Y %H:%M:%S}, "
            f"End={end:%m/%d/%Y %H:%M:%S}']",
        )  # fmt: skip
    if not assertion.is_signed_by(certificate.public_key()):
        raise Refusal(401, "invalid_client", 7000274, "Client assertion contains an invalid signature.")
    if assertion.claims.get("sub") != client_id:
        raise Refusal(
            401,
            "invalid_client",
            700021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )
    if assertion.claims.get("aud") not in audiences:
        raise Refusal(401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.")
    assertion.check_time()


def check_federated(assertion: Assertion, issuers: Mapping[str, Issuer], credentials: Iterable[Federated]) -> None:
    """Raises unless a trusted issuer signed it and a federated credential of the application fits, to the letter."""
    remaining = list(credentials)
    for part, claim, code in (("issuer", "iss", 700211), ("audience", "aud", 700212), ("subject", "sub", 700213)):
        value = assertion.claims.get(claim)
        remaining = [one for one in remaining if getattr(one, part) == value]
        if not remaining:
            raise Refusal(
                401, "invalid_client", code,
                f"No matching federated identity record found for presented assertion {part} '{value}'. Check your "
                "federated identity credential Subject, Audience and Issuer against the presented assertion. "
                "https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
            )  # fmt: skip
    if not assertion.is_signed_by(issuers[assertion.claims["iss"]].public_key):
        raise Refusal(401, "invalid_client", 7000274, "Client assertion contains an invalid signature.")
    assertion.check_time()


def _names(header: Mapping[str, Any], certificate: x509.Certificate) -> bool:
    """Whether the header names this certificate, by SHA-1 or SHA-256; PS256 goes with the latter.

    MSAL pads the SHA-1 thumbprint, against the standard, and Entra takes it.
    """
    if header.get("alg") == "PS256":
        return bool(header.get("x5t#S256") == _encode(certificate.fingerprint(hashes.SHA256())))
    return str(header.get("x5t", "")).rstrip("=") == _encode(certificate.fingerprint(hashes.SHA1()))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def encode(content: Mapping[str, Any]) -> str:
    """One part of a token."""
    return _encode(json.dumps(content).encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
