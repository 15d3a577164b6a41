"""Redirect URIs by which tokens can reach somebody else."""

from __future__ import annotations

import pytest

from scanner.tenant.applications.redirects import why_unsafe
from tests.tenant.sample import lacking, tenant_of, value

FACT = "servicePrincipal.unsafeRedirectUris"


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://app.contoso.example/signin", ""),
        ("HTTPS://app.contoso.example/signin?q=*", ""),
        ("http://localhost", ""),
        ("http://LOCALHOST:8400/callback", ""),
        ("http://127.0.0.1:5000/", ""),
        ("http://127.9.9.9/", ""),
        ("http://[::1]:5000/", ""),
        ("msal00000000-0000-0000-0000-000000000000://auth", ""),
        ("urn:ietf:wg:oauth:2.0:oob", ""),
        ("http://app.contoso.example/signin", "is not encrypted"),
        ("HTTP://app.contoso.example", "is not encrypted"),
        ("http://localhost.attacker.example/", "is not encrypted"),
        ("http://localhost@attacker.example/", "is not encrypted"),
        ("http://10.0.0.1/", "is not encrypted"),
        ("http://", "is not encrypted"),
        ("https://*.contoso.example/signin", "has a wildcard"),
        ("https://app.contoso.example/*", "has a wildcard"),
        ("http://localhost/*", "has a wildcard"),
        ("https://[::1", "is no address that can be read"),
        ("app.contoso.example/signin", "is no address that can be read"),
        ("", "is no address that can be read"),
    ],
)
def test_an_address_is_judged_by_its_parts(uri: str, reason: str) -> None:
    assert why_unsafe(uri) == reason


def test_only_unsafe_ones_are_listed_in_their_order() -> None:
    uris = ["http://b.example/", "https://c.example/", "https://*.example/"]
    tenant = tenant_of(servicePrincipals=[{"id": "sp", "replyUrls": uris}, {"id": "other", "replyUrls": None}])
    assert [(one.uri, one.reason) for one in value(tenant, FACT, "sp")] == [
        ("http://b.example/", "is not encrypted"),
        ("https://*.example/", "has a wildcard"),
    ]
    assert value(tenant, FACT, "other") == []


def test_without_service_principals_they_are_unknown() -> None:
    assert lacking(tenant_of(), FACT, "sp") == "servicePrincipals"
