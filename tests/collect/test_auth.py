from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.core.pipeline.transport import HttpRequest, HttpResponse, HttpTransport
from azure.identity import ClientSecretCredential, CredentialUnavailableError

from scanner.collect.auth import Credential, Method, StaticTokenCredential, credential, sentence
from scanner.collect.graph import GraphClient
from scanner.errors import ExtraMissing, SignInError
from tests.collect.fake import run

SCOPE = "https://graph.microsoft.com/.default"
TENANT = "3f1e0000-0000-4000-8000-000000000001"
NAMES = ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_CERTIFICATE_PATH", "CLIENT_CERTIFICATE_PASSWORD",
         "FEDERATED_TOKEN_FILE")  # fmt: skip


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"AZURE_{name}", raising=False)


class Source:
    """A token source that gives what it is told, and counts."""

    def __init__(self, *tokens: AccessToken | Exception) -> None:
        self.tokens = list(tokens)
        self.asked: list[dict[str, Any]] = []

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.asked.append({"scopes": scopes, **options})
        token = self.tokens.pop(0)
        if isinstance(token, Exception):
            raise token
        return token


def later(seconds: float) -> int:
    return int(time.time() + seconds)


# --- which credential, from what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("certificate", "--auth certificate needs AZURE_TENANT_ID (or --tenant) and AZURE_CLIENT_ID (or --client-id) "
         "and AZURE_CLIENT_CERTIFICATE_PATH."),
        ("secret", "and AZURE_CLIENT_SECRET."),
        ("workload-identity", "and AZURE_FEDERATED_TOKEN_FILE."),
    ],
)  # fmt: skip
def test_every_missing_setting_is_named(method: str, words: str) -> None:
    with pytest.raises(SignInError) as caught:
        credential(method)
    assert words in str(caught.value)


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "from-the-environment")
    monkeypatch.setenv("AZURE_CLIENT_ID", "from-the-environment")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush")
    made = credential("secret", tenant=TENANT)
    assert (made.method, made.tenant_id, made.client_id) == ("secret", TENANT, "from-the-environment")


@pytest.mark.parametrize("method", ["default", "managed-identity", "cli"])
def test_what_finds_everything_itself_needs_no_settings(method: str) -> None:
    assert credential(method).method == method
    assert credential(method, client_id="an-app").client_id == "an-app"


def test_an_unknown_way_is_no_way() -> None:
    with pytest.raises(ValueError, match="password"):
        credential("password")


def set_application(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {"TENANT_ID": TENANT, "CLIENT_ID": "an-app", **more}.items():
        monkeypatch.setenv(f"AZURE_{name}", value)


def test_a_certificate_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_application(monkeypatch, CLIENT_CERTIFICATE_PATH=str(tmp_path / "app.pem"))
    with pytest.raises(SignInError, match=r"app\.pem: there is no such file\. AZURE_CLIENT_CERTIFICATE_PATH names"):
        credential("certificate")


def test_a_certificate_that_is_none_is_one_sentence_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "app.pem"
    path.write_text("not a certificate")
    set_application(monkeypatch, CLIENT_CERTIFICATE_PATH=str(path), CLIENT_CERTIFICATE_PASSWORD="hush")
    with pytest.raises(SignInError, match=r"^Sign-in with --auth certificate failed: ") as caught:
        credential("certificate")
    assert "hush" not in str(caught.value)


def test_a_tenant_that_cannot_be_one_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch, CLIENT_SECRET="hush")
    with pytest.raises(SignInError, match=r"^Sign-in with --auth secret failed: .*tenant"):
        credential("secret", tenant="not a tenant/..")


def test_the_azure_cli_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SignInError, match=r"^Sign-in with --auth cli failed: Azure CLI not found on path"):
        run(credential("cli").get_token(SCOPE))


def test_workload_identity_reads_the_assertion_when_a_token_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_application(monkeypatch, FEDERATED_TOKEN_FILE=str(tmp_path / "assertion"))
    with pytest.raises(SignInError, match="assertion"):
        run(credential("workload-identity").get_token(SCOPE))


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_fixed_token_never_ends() -> None:
    token = run(StaticTokenCredential("a-token").get_token(SCOPE))
    assert token.token == "a-token"
    assert token.expires_on > later(10**9)


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    source = Source(AccessToken("one", later(3600)), AccessToken("two", later(3600)))

    async def work() -> list[str]:
        async with Credential(source) as signed_in:
            return [(await signed_in.get_token(SCOPE)).token for _ in range(3)]

    assert run(work()) == ["one", "one", "one"]
    assert source.asked == [{"scopes": (SCOPE,), "enable_cae": False}]


def test_a_token_about_to_end_is_renewed() -> None:
    source = Source(AccessToken("one", later(200)), AccessToken("two", later(3600)))

    async def work() -> list[str]:
        signed_in = Credential(source)
        return [(await signed_in.get_token(SCOPE)).token for _ in range(3)]

    assert run(work()) == ["one", "two", "two"]


def test_a_challenge_and_a_refused_token_ask_for_a_new_one() -> None:
    source = Source(*(AccessToken(name, later(3600)) for name in ("one", "two", "three")))

    async def work() -> list[str]:
        signed_in = Credential(source)
        first = await signed_in.get_token(SCOPE)
        second = await signed_in.get_token(SCOPE, claims='{"access_token":{}}', enable_cae=True)
        signed_in.forget()
        third = await signed_in.get_token(SCOPE)
        return [first.token, second.token, third.token]

    assert run(work()) == ["one", "two", "three"]
    assert source.asked[1] == {"scopes": (SCOPE,), "claims": '{"access_token":{}}', "enable_cae": True}


def test_requests_at_the_same_time_sign_in_once() -> None:
    import asyncio

    source = Source(AccessToken("one", later(3600)))

    async def work() -> list[AccessToken]:
        signed_in = Credential(source)
        return await asyncio.gather(*(signed_in.get_token(SCOPE) for _ in range(20)))

    assert {token.token for token in run(work())} == {"one"}
    assert len(source.asked) == 1


def test_the_tenant_is_passed_on_only_where_the_credential_does_not_know_it() -> None:
    for method, options in ((Method.DEFAULT, {"tenant_id": TENANT}), (Method.SECRET, {})):
        source = Source(AccessToken("one", later(3600)))
        run(Credential(source, method=method, tenant_id=TENANT).get_token(SCOPE))
        assert source.asked == [{"scopes": (SCOPE,), "enable_cae": False, **options}]


# --- errors ----------------------------------------------------------------------------------------------------------

TAIL = " Trace ID: 0b2a Correlation ID: 9f3c Timestamp: 2026-03-01 08:00:00Z"


@pytest.mark.parametrize(
    ("method", "error", "words"),
    [
        (
            "secret",
            ClientAuthenticationError("Authentication failed: AADSTS7000222: The provided client secret keys for app "
                                      "'an-app' are expired." + TAIL),
            "Sign-in failed: AADSTS7000222: The provided client secret keys for app 'an-app' are expired. "
            "The secret has expired: make a new one, or better a certificate.",
        ),
        (
            "certificate",
            ClientAuthenticationError("AADSTS99999: Something\r\nnew.\r\n" + TAIL),
            "Sign-in failed: AADSTS99999: Something new.",
        ),
        (
            "cli",
            CredentialUnavailableError("Please run 'az login' to set up an account"),
            "Sign-in with --auth cli failed: Please run 'az login' to set up an account",
        ),
        (
            "default",
            ClientAuthenticationError("DefaultAzureCredential failed to retrieve a token.\nAttempted credentials:\n\t"
                                      "EnvironmentCredential: not configured\n\tAzureCliCredential: not found"),
            "Sign-in failed: no way to sign in was found. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
            "AZURE_CLIENT_CERTIFICATE_PATH, or run `az login`, or name a way with --auth.",
        ),
        (
            "default",
            ClientAuthenticationError("Attempted credentials:\n\tEnvironmentCredential: Authentication failed: "
                                      "AADSTS90002: Tenant 'x' not found." + TAIL),
            "Sign-in failed: AADSTS90002: Tenant 'x' not found. Check the tenant id.",
        ),
        (
            "secret",
            ServiceRequestError("Cannot connect to login.microsoftonline.com"),
            "Sign-in with --auth secret failed: Cannot connect to login.microsoftonline.com",
        ),
        ("secret", OSError("no such file"), "Sign-in with --auth secret failed: no such file"),
    ],
)  # fmt: skip
def test_a_failed_sign_in_is_one_sentence(method: str, error: Exception, words: str) -> None:
    with pytest.raises(SignInError) as caught:
        run(Credential(Source(error), method=method).get_token(SCOPE))
    assert str(caught.value) == words
    assert caught.value.__cause__ is None


def test_no_secret_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush-hush")
    assert sentence("secret", "AADSTS7000215: Invalid client secret 'hush-hush'.").startswith(
        "Sign-in failed: AADSTS7000215: Invalid client secret '(AZURE_CLIENT_SECRET)'. Set AZURE_CLIENT_SECRET"
    )


class TokenService(HttpTransport):  # type: ignore[type-arg]  # generic in azure-core's stubs only
    """The token endpoint of Microsoft Entra ID, as far as azure-identity uses it."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        self._status = status
        self._answer = answer
        self.bodies: list[Any] = []

    def send(self, request: HttpRequest, **options: Any) -> HttpResponse:
        base = f"https://login.microsoftonline.com/{TENANT}"
        if request.method == "GET":
            return _Answer(request, 200, {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration",
                "metadata": [],
            })  # fmt: skip
        self.bodies.append(request.data)
        return _Answer(request, self._status, self._answer)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


class _Answer(HttpResponse):
    def __init__(self, request: HttpRequest, status: int, content: dict[str, Any]) -> None:
        super().__init__(request, None)
        self.status_code = status
        self.headers = {"Content-Type": "application/json"}
        self.content_type = "application/json"
        self._content = json.dumps(content).encode()

    def body(self) -> bytes:
        return self._content


def through(service: TokenService) -> Credential:
    source = ClientSecretCredential(TENANT, "an-app", "hush-hush", transport=service)
    return Credential(source, method="secret", tenant_id=TENANT)


def test_azure_identity_signs_in() -> None:
    service = TokenService(200, {"access_token": "from-entra", "expires_in": 3600, "token_type": "Bearer"})
    assert run(through(service).get_token(SCOPE)).token == "from-entra"
    assert len(service.bodies) == 1


def test_azure_identitys_error_keeps_the_code_and_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush-hush")
    service = TokenService(
        401,
        {
            "error": "invalid_client",
            "error_description": "AADSTS7000215: Invalid client secret provided." + TAIL,
            "error_codes": [7000215],
        },
    )
    with pytest.raises(SignInError) as caught:
        run(through(service).get_token(SCOPE))
    assert str(caught.value) == (
        "Sign-in failed: AADSTS7000215: Invalid client secret provided. "
        "Set AZURE_CLIENT_SECRET to the secret's value, not its id."
    )


# --- without the extra -----------------------------------------------------------------------------------------------

MODULES = ["auth", "graph", "plan", "run", "progress", "pages", "batch", "fanout", "parents", "refusal", "retry"]


def fresh(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs ``code`` in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2], env={**os.environ, **environment},
    )  # fmt: skip


def test_without_azure_identity_the_one_line_to_type_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(ExtraMissing, match=r'pip install "tenantlint\[collect\]"'):
        credential("cli")


@pytest.mark.parametrize("package", ["httpx", "msgraph.graph_request_adapter"])
def test_without_the_sdk_the_one_line_to_type_is_said(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExtraMissing, match=r'pip install "tenantlint\[collect\]"'):
        GraphClient(StaticTokenCredential("a-token"))


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_imports_no_sdk(module: str) -> None:
    loaded = fresh(
        f"import scanner.collect.{module}, sys; print(sorted({{name.partition('.')[0] for name in sys.modules}}))"
    ).stdout
    assert not any(f"'{name}'" in loaded for name in ("azure", "msgraph", "kiota_http", "httpx", "rich"))


def test_a_failed_sign_in_prints_nothing_of_its_own(tmp_path: Path) -> None:
    done = fresh(
        "import asyncio\nfrom scanner.collect.auth import credential\nfrom scanner.errors import SignInError\n"
        f"try:\n    asyncio.run(credential('cli').get_token({SCOPE!r}))\nexcept SignInError as e:\n    print(e)",
        PATH=str(tmp_path),
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Sign-in with --auth cli failed: Azure CLI not found on path")
