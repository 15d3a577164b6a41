from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scanner.cli import main
from scanner.cli.reading import METHODS
from scanner.collect.auth import Console, Identity, Method, credential
from scanner.collect.clouds import CHINA
from scanner.errors import ExtraMissing, SignInError
from tests.collect.auth.environment import SCOPE, TENANT, clean, set_application
from tests.collect.fake import run


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clean(monkeypatch)


def test_the_command_offers_every_way() -> None:
    assert list(Method) == list(METHODS)


def test_no_option_takes_a_secret() -> None:
    options = {name for command in main.commands.values() for option in command.params for name in option.opts}
    assert "--auth" in options
    assert not [name for name in options if any(word in name for word in ("secret", "password", "token"))]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (
            "certificate",
            "--auth certificate needs AZURE_TENANT_ID and AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH.",
        ),
        ("secret", "and AZURE_CLIENT_SECRET."),
        ("device-code", "--auth device-code needs AZURE_TENANT_ID and AZURE_CLIENT_ID."),
        ("workload-identity", "needs AZURE_FEDERATED_TOKEN_FILE, or a job of GitHub Actions with"),
    ],
)
def test_what_a_way_needs_is_said(method: str, words: str) -> None:
    with pytest.raises(SignInError) as caught:
        credential(method)
    assert words in str(caught.value)


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch, TENANT_ID="from-the-environment", CLIENT_SECRET="hush")
    made = credential("secret", Identity(tenant=TENANT), console=Console(lambda line: None, False))
    assert (made.method, made.tenant_id, made.client_id) == ("secret", TENANT, "an-app")


@pytest.mark.parametrize("method", ["default", "managed-identity", "cli"])
def test_what_finds_everything_itself_needs_no_settings(method: str) -> None:
    assert credential(method).method == method
    assert credential(method, Identity(client_id="an-app")).client_id == "an-app"


def test_an_unknown_way_is_no_way() -> None:
    with pytest.raises(ValueError, match="password"):
        credential("password")


@pytest.mark.parametrize("way", ["default", "secret"])
def test_a_secret_is_taken_with_a_warning(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch, CLIENT_SECRET="hush")
    said: list[str] = []
    assert credential(way, console=Console(said.append, interactive=False)).method == "secret"
    assert len(said) == 1
    assert said[0].startswith("Warning: signing in with a client secret")
    assert "hush" not in said[0]


def test_a_device_code_is_for_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch)
    said: list[str] = []
    with pytest.raises(SignInError, match=r"^--auth device-code needs a terminal.*In a job sign in with"):
        credential("device-code", console=Console(said.append, interactive=False))
    assert credential("device-code", console=Console(said.append, interactive=True)).method == "device-code"
    assert said == []


def test_the_environment_never_asks_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch)
    assert credential(console=Console(lambda line: None, interactive=True)).method == "default"


def test_a_tenant_that_cannot_be_one_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    set_application(monkeypatch, CLIENT_SECRET="hush")
    with pytest.raises(SignInError, match=r"^Sign-in with --auth secret failed: .*tenant"):
        credential("secret", Identity(tenant="not a tenant/.."))


def test_the_azure_cli_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SignInError, match=r"^Sign-in with --auth cli failed: Azure CLI not found on path"):
        run(credential("cli").get_token(SCOPE))


@pytest.mark.parametrize("method", ["secret", "device-code", "default"])
def test_each_cloud_has_its_own_place_to_sign_in(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import azure.identity

    seen: list[str] = []
    for name in ("ClientSecretCredential", "DeviceCodeCredential", "DefaultAzureCredential"):

        def made(*positional: object, authority: str, **options: object) -> object:
            assert "disable_instance_discovery" not in options
            seen.append(authority)
            return object()

        monkeypatch.setattr(azure.identity, name, made)
    if method != "default":
        set_application(monkeypatch, CLIENT_SECRET="hush")
    credential(method, Identity(cloud=CHINA), console=Console(lambda line: None, interactive=True))
    assert seen == ["https://login.partner.microsoftonline.cn"]


def test_without_azure_identity_the_one_line_to_type_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(ExtraMissing, match=r'pip install "tenantlint\[collect\]"'):
        credential("cli")
