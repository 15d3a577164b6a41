"""Secrets, certificates and federated credentials of applications and service principals."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.tenant.applications.credentials import Credential
from tests.tenant.sample import Json, lacking, tenant_of, value


def of_application(**lists: object) -> list[Credential]:
    """The credentials of an app registration with these lists."""
    empty: Json = {"passwordCredentials": [], "keyCredentials": [], "federatedIdentityCredentials": []}
    tenant = tenant_of(applications=[{"id": "app", **empty, **lists}, {"id": "other", **empty}])
    assert value(tenant, "application.credentials", "other") == []
    found: list[Credential] = value(tenant, "application.credentials", "app")
    return found


def of_principal(passwords: list[Json] | None, keys: list[Json] | None) -> list[tuple[str | None, str, str]]:
    """Id, kind and usage of each credential of a service principal."""
    tenant = tenant_of(servicePrincipals=[{"id": "sp", "passwordCredentials": passwords, "keyCredentials": keys}])
    return [(one.keyId, one.kind, one.usage) for one in value(tenant, "servicePrincipal.credentials", "sp")]


def key(key_id: str, kind: str = "AsymmetricX509Cert", usage: str = "Verify", group: str | None = None) -> Json:
    """An entry of keyCredentials; those of one certificate have one customKeyIdentifier."""
    return {"keyId": key_id, "type": kind, "usage": usage, "customKeyIdentifier": group}


def test_each_kind_is_told_with_its_times() -> None:
    start, end = "2026-01-01T00:00:00Z", "2026-07-01T12:00:00Z"
    secret, certificate, federated = of_application(
        passwordCredentials=[{"keyId": "s", "displayName": "first", "startDateTime": start, "endDateTime": end}],
        keyCredentials=[{**key("k"), "startDateTime": start, "endDateTime": end}],
        federatedIdentityCredentials=[{"id": "f", "name": "github"}],
    )
    times = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert (secret.kind, secret.name, secret.usage) == ("secret", "first", "signIn")
    assert (secret.startDateTime, secret.endDateTime, secret.lifetimeDays) == (*times, 182)
    assert (certificate.kind, certificate.name, certificate.lifetimeDays) == ("certificate", "k", 182)
    assert (federated.kind, federated.keyId, federated.name) == ("federated", "f", "github")
    assert (federated.startDateTime, federated.endDateTime, federated.lifetimeDays) == (None, None, None)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 365),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:01Z", 366),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00+02:00", "2026-01-02T00:00:00Z", 2),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 3652059),
        ("2026-01-01T00:00:00Z", None, None),
        (None, "2026-01-01T00:00:00Z", None),
    ],
)
def test_the_lifetime_is_in_days_rounded_up(start: str | None, end: str | None, days: int | None) -> None:
    (one,) = of_application(passwordCredentials=[{"keyId": "s", "startDateTime": start, "endDateTime": end}])
    assert one.lifetimeDays == days


@pytest.mark.parametrize("kind", ["Symmetric", "PostQuantum", None])
def test_a_key_that_is_no_certificate_is_not_taken_for_one(kind: str | None) -> None:
    (one,) = of_application(keyCredentials=[{"keyId": "k", "type": kind}])
    assert (one.kind, one.usage) == ("other", "signIn")


def test_a_credential_without_a_name_or_an_id_has_an_empty_name() -> None:
    (one,) = of_application(passwordCredentials=[{}])
    assert (one.keyId, one.name) == (None, "")


def test_the_parts_of_a_certificate_that_signs_tokens_are_no_way_to_sign_in() -> None:
    found = of_principal(
        [{"keyId": "private", "customKeyIdentifier": "AA=="}, {"keyId": "added", "customKeyIdentifier": None}],
        [
            key("private", "X509CertAndPassword", "Sign", "AA=="),
            key("public", group="AA=="),
            key("to-sign-in", group="BB=="),
            key("nameless"),
        ],
    )
    assert found == [
        ("private", "secret", "tokenSigning"),
        ("added", "secret", "signIn"),
        ("private", "certificate", "tokenSigning"),
        ("public", "certificate", "tokenSigning"),
        ("to-sign-in", "certificate", "signIn"),
        ("nameless", "certificate", "signIn"),
    ]


def test_a_secret_that_only_claims_to_belong_to_the_certificate_is_a_way_to_sign_in() -> None:
    found = of_principal([{"keyId": "s", "customKeyIdentifier": "AA=="}], [key("k", usage="Sign", group="AA==")])
    assert found[0] == ("s", "secret", "signIn")


def test_credentials_without_ids_are_not_taken_for_parts_of_a_certificate() -> None:
    found = of_principal([{"keyId": None}], [{"type": "AsymmetricX509Cert", "usage": "Sign"}, key("k")])
    assert [usage for _, _, usage in found] == ["signIn", "tokenSigning", "signIn"]


def test_null_lists_are_empty() -> None:
    assert of_principal(None, None) == []
    assert of_application(passwordCredentials=None, keyCredentials=None, federatedIdentityCredentials=None) == []


def test_without_the_lists_the_credentials_are_not_known() -> None:
    assert lacking(tenant_of(), "application.credentials", "app") == "applications"
    assert lacking(tenant_of(), "servicePrincipal.credentials", "sp") == "servicePrincipals"


def test_a_time_that_is_none_makes_the_credentials_unknown() -> None:
    tenant = tenant_of(
        servicePrincipals=[{"id": "sp", "passwordCredentials": [{"endDateTime": "soon"}], "keyCredentials": []}]
    )
    assert lacking(tenant, "servicePrincipal.credentials", "sp") == "servicePrincipals"
