from __future__ import annotations

import pytest
from azure.core.exceptions import ClientAuthenticationError

from scanner.collect.auth import sentence
from scanner.collect.auth.sentences import failed, without_secrets

TAIL = " Trace ID: 0b2a Correlation ID: 9f3c Timestamp: 2026-03-01 08:00:00Z"
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJl-_"


@pytest.mark.parametrize(
    ("method", "message", "words"),
    [
        (
            "secret",
            f"Authentication failed: AADSTS7000222: The provided client secret keys for app 'a' are expired.{TAIL}",
            "Sign-in failed: the client secret has expired; make a new one, or better sign in with a certificate "
            "(AADSTS7000222: The provided client secret keys for app 'a' are expired).",
        ),
        (
            "certificate",
            f"AADSTS700024: Client assertion is not within its valid time range.{TAIL}",
            "Sign-in failed: this machine's clock and the service's are too far apart; set the clock "
            "(AADSTS700024: Client assertion is not within its valid time range).",
        ),
        (
            "workload-identity",
            f"AADSTS700024: Client assertion is not within its valid time range.{TAIL}",
            "Sign-in failed: the federated token has expired, or is not valid yet; get a new one just before the run, "
            "and see that this machine's clock is right (AADSTS700024: Client assertion is not within its valid time "
            "range).",
        ),
        (
            "certificate",
            "AADSTS700027: … [Reason - The key used is expired., Thumbprint",
            "Sign-in failed: the certificate has expired; make a new one and upload it to the application "
            "(AADSTS700027: … [Reason - The key used is expired., Thumbprint).",
        ),
        ("certificate", "AADSTS99999: Something\r\nnew.\r\n" + TAIL, "Sign-in failed: AADSTS99999: Something new."),
        (
            "default",
            "DefaultAzureCredential failed to retrieve a token.\nAttempted:\n\tAzureCliCredential: not found",
            "Sign-in failed: no way to sign in was found. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
            "AZURE_CLIENT_CERTIFICATE_PATH, or run `az login`, or name a way with --auth.",
        ),
        (
            "default",
            f"Attempted credentials:\n\tAzureCliCredential: AADSTS90002: Tenant 'x' not found.{TAIL}",
            "Sign-in failed: there is no such tenant in this cloud; check AZURE_TENANT_ID and --cloud "
            "(AADSTS90002: Tenant 'x' not found).",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_what_to_do_and_the_services_code(method: str, message: str, words: str) -> None:
    assert sentence(method, message) == words


def test_the_code_is_found_in_what_an_error_came_from() -> None:
    """For a wrong tenant MSAL says that its discovery has failed, and keeps the answer to itself."""
    try:
        try:
            raise ValueError('{"error_description": "AADSTS90002: Tenant x not found."}')
        except ValueError:
            raise ClientAuthenticationError("Unable to get authority configuration") from None
    except ClientAuthenticationError as error:
        assert "(AADSTS90002: " in failed("certificate", error)


def test_a_certificate_of_a_proxy_is_told_from_a_network_that_is_down() -> None:
    said = failed("secret", OSError("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer')"))
    assert "is not trusted here; behind a proxy that opens TLS, set REQUESTS_CA_BUNDLE and SSL_CERT_FILE" in said


@pytest.mark.parametrize(
    "name",
    [
        "AZURE_CLIENT_SECRET",
        "AZURE_CLIENT_CERTIFICATE_PASSWORD",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "SYSTEM_ACCESSTOKEN",
    ],
)
def test_no_secret_is_repeated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "hush-hush")
    said = sentence("secret", "AADSTS7000215: Invalid client secret 'hush-hush'.")
    assert "hush-hush" not in said
    assert f"'({name})'" in said


@pytest.mark.parametrize("text", [f"Bearer {TOKEN} is bad", f'{{"access_token":"{TOKEN}"}}', f"{TOKEN[:40]}"])
def test_no_token_is_repeated(text: str) -> None:
    assert "eyJ" not in without_secrets(text)
    assert "(token)" in without_secrets(text)


def test_ordinary_words_are_left_alone() -> None:
    text = "The eyJ of the storm. Tenant 'eyJ.example' not found."
    assert without_secrets(text) == text
