"""``tenantlint collect --check`` and a person at a terminal, against a real sign-in protocol."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scanner.collect.auth import Console, Identity, credential
from scanner.collect.check import run_check
from scanner.collect.clouds import choose
from tests.collect.entra.certificates import another, registered
from tests.collect.entra.service import USER_CODE
from tests.collect.entra.tenant import Run, World, application_of
from tests.collect.entra.ways import certificate, only_sentence

# --- a person at a terminal -------------------------------------------------------------------------------------------


def test_a_device_code_signs_a_person_in(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**here.environment, **application_of()}.items():
        monkeypatch.setenv(name, value)
    cloud = choose("custom", here.environment)
    here.entra.application.permissions = ["User.Read.All"]
    said: list[str] = []
    source = credential("device-code", Identity(cloud=cloud), console=Console(said.append, interactive=True))
    found = run_check(source, cloud, {"members-sign-in": {"users": ["accountEnabled"]}})
    assert len(said) == 1
    assert said[0].startswith(
        f"To sign in, open https://microsoft.com/devicelogin and enter the code {USER_CODE} before"
    )
    assert found.claims is not None
    assert found.claims.user == "alex@contoso.example"
    assert [missing.permission for missing in found.missing] == ["Organization.Read.All"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_device_code_is_shown_on_a_terminal(here: World) -> None:
    import pty

    here.entra.application.permissions = ["User.Read.All"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        here.command("--auth", "device-code", "--check"), cwd=here.folder, stdin=theirs, stderr=theirs,
        stdout=subprocess.PIPE, text=True, env=here.full_environment(**application_of()),
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = os.read(ours, 10_000).decode()
        stdout, _ = process.communicate(timeout=60)
    os.close(ours)
    assert f"enter the code {USER_CODE} before" in shown
    assert "as alex@contoso.example through application" in stdout
    assert process.returncode == 3


def test_a_device_code_without_a_terminal_is_refused(here: World) -> None:
    run = here.process("--auth", "device-code", **application_of())
    assert "--auth device-code needs a terminal" in only_sentence(here, run)


# --- --check ----------------------------------------------------------------------------------------------------------

NEEDED = ["Organization.Read.All", "RoleManagement.Read.Directory", "User.Read.All"]


def check(here: World, *permissions: str) -> Run:
    here.entra.application.permissions = list(permissions)
    run = here.collect("--check", **certificate(here, registered().pem()))
    assert here.graph.seen == []
    assert run.files == {}
    assert run.stderr == ""
    assert "Nothing was read from the tenant." in run.stdout
    assert not [text for text in here.hidden() if text in run.text]
    return run


@pytest.mark.parametrize("more", [[], ["Mail.Read"]])
def test_a_check_that_finds_every_permission_ends_with_0(here: World, more: list[str]) -> None:
    run = check(here, *NEEDED, *more)
    assert run.code == 0
    assert "All 3 permissions that are needed are granted." in run.stdout


def test_a_check_names_what_is_missing_and_for_which_policies(here: World) -> None:
    run = check(here, "Organization.Read.All", "RoleManagement.Read.Directory", "Directory.AccessAsUser.All")
    assert run.code == 3
    assert "Missing permissions: 1 of 3 that are needed." in run.stdout
    assert "  User.Read.All\n    reads   users\n    for     members-sign-in\n" in run.stdout


def test_a_check_of_an_application_without_any_permission_names_them_all(here: World) -> None:
    run = check(here)
    assert run.code == 3
    assert "  Organization.Read.All\n    reads   organization, subscribedSkus\n    for     all policies" in run.stdout


def test_a_check_of_a_token_that_cannot_be_understood_claims_nothing(here: World) -> None:
    here.entra.opaque = True
    run = check(here, *NEEDED)
    assert run.code == 3
    assert "whether a permission is missing cannot be told" in " ".join(run.stdout.split())


def test_a_check_that_cannot_sign_in_ends_with_2(here: World) -> None:
    run = here.collect("--check", **certificate(here, another().pem()))
    assert "AADSTS700027" in only_sentence(here, run)
    assert here.graph.seen == []
