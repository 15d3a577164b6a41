"""What an application can sign in with: its secrets, certificates and federated credentials.

A certificate by which an application signs SAML tokens lies in the same lists as those to sign in with: a private key
(usage ``Sign``), its public key and the password that opens it. They share ``customKeyIdentifier``, and the password
has the ``keyId`` of the private key; they are told apart as ``tokenSigning``. Sources:
https://learn.microsoft.com/graph/api/resources/passwordcredential
https://learn.microsoft.com/graph/api/resources/keycredential
https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

Time: TypeAlias = Annotated[datetime, Meta(tz=True)]

SECRET, CERTIFICATE, FEDERATED, OTHER = "secret", "certificate", "federated", "other"
SIGN_IN, TOKEN_SIGNING = "signIn", "tokenSigning"

_CERTIFICATES = {"AsymmetricX509Cert", "X509CertAndPassword"}
_DAY = timedelta(days=1)


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """One credential of an application or a service principal."""

    kind: Annotated[
        str,
        Meta(
            description="secret; certificate; federated: trusts tokens of another issuer; other: a symmetric key, or a "
            "kind that this version does not know."
        ),
    ]
    usage: Annotated[
        str, Meta(description="signIn, or tokenSigning: part of a certificate by which SAML tokens are signed.")
    ]
    keyId: Annotated[str | None, Meta(description="Id of the credential.")]
    name: Annotated[str, Meta(description="Its name; its id where it has none.")]
    startDateTime: Annotated[datetime | None, Meta(description="From when it is valid; null if Graph does not say.")]
    endDateTime: Annotated[
        datetime | None, Meta(description="Until when it is valid; null for a federated one, or if Graph does not say.")
    ]
    lifetimeDays: Annotated[
        int | None, Meta(description="Days from start to end, rounded up; null if one of them is not known.")
    ]


class Password(msgspec.Struct, gc=False):
    """An entry of ``passwordCredentials``."""

    keyId: str | None = None
    displayName: str | None = None
    customKeyIdentifier: str | None = None
    startDateTime: Time | None = None
    endDateTime: Time | None = None


class Key(Password, gc=False):
    """An entry of ``keyCredentials``."""

    type: str | None = None
    usage: str | None = None


class Federated(msgspec.Struct, gc=False):
    """An entry of ``federatedIdentityCredentials``."""

    id: str | None = None
    name: str | None = None


class CredentialsRow(Row):
    """An application or a service principal with its secrets and keys."""

    passwordCredentials: list[Password] | None = None
    keyCredentials: list[Key] | None = None


class RegistrationRow(CredentialsRow):
    """An app registration, which can also trust other issuers."""

    federatedIdentityCredentials: list[Federated] | None = None


APPLICATION_CREDENTIAL_READS = (Reading("applications", RegistrationRow),)
PRINCIPAL_CREDENTIAL_READS = (Reading("servicePrincipals", CredentialsRow),)


def application_credentials(tenant: Tenant) -> Callable[[str], list[Credential]]:
    """``application.credentials``."""
    found = {
        row.id: [*_own(row), *map(_federated, row.federatedIdentityCredentials or [])]
        for row in tenant.rows("applications", RegistrationRow)
    }
    return lambda application: found.get(application, [])


def principal_credentials(tenant: Tenant) -> Callable[[str], list[Credential]]:
    """``servicePrincipal.credentials``."""
    found = {
        row.id: list(_own(row))
        for row in tenant.rows("servicePrincipals", CredentialsRow)
        if row.passwordCredentials or row.keyCredentials
    }
    return lambda principal: found.get(principal, [])


def _own(row: CredentialsRow) -> Iterator[Credential]:
    """Secrets, then keys, each in Graph's order."""
    keys = row.keyCredentials or []
    signing = [key for key in keys if key.usage == "Sign"]
    ids = _known(key.keyId for key in signing)
    certificates = _known(key.customKeyIdentifier for key in signing)
    for password in row.passwordCredentials or []:
        yield _credential(password, SECRET, password.keyId in ids)
    for key in keys:
        kind = CERTIFICATE if key.type in _CERTIFICATES else OTHER
        yield _credential(key, kind, key.usage == "Sign" or key.customKeyIdentifier in certificates)


def _known(values: Iterable[str | None]) -> set[str]:
    return {value for value in values if value}


def _credential(one: Password, kind: str, token_signing: bool) -> Credential:
    return Credential(
        kind=kind,
        usage=TOKEN_SIGNING if token_signing else SIGN_IN,
        keyId=one.keyId,
        name=one.displayName or one.keyId or "",
        startDateTime=one.startDateTime,
        endDateTime=one.endDateTime,
        lifetimeDays=_days(one.startDateTime, one.endDateTime),
    )


def _federated(one: Federated) -> Credential:
    return Credential(
        kind=FEDERATED,
        usage=SIGN_IN,
        keyId=one.id,
        name=one.name or one.id or "",
        startDateTime=None,
        endDateTime=None,
        lifetimeDays=None,
    )


def _days(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else -((start - end) // _DAY)
