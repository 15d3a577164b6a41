"""The command line as a process: signals, pipes, encodings, packages that are missing, secrets in the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
SNAPSHOT = {
    "collectedAt": "2026-11-01T06:00:00Z",
    "users": [{"id": "a", "displayName": "Zoë ✓", "accountEnabled": False}],
}
RULE = """\
id: users-are-enabled
title: Users – all of them – are enabled ✓
severity: medium
description: D.
remediation: R.
references: [https://learn.microsoft.com/entra/]
resource: users
assert: user.accountEnabled == true
message: "{user.displayName} is disabled"
"""

PLAIN = "from scanner.cli import main; main()"
WITHOUT = """
import sys
class Hidden:
    names = set(sys.argv.pop(1).split(","))
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
from scanner.cli import main
main()
"""
"""The command line in a Python that does not have some packages."""

INTERRUPTED = """
import signal, sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "scanner.workflow":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
from scanner.cli import main
main()
"""
"""Ctrl-C the moment a command begins its work."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "users-are-enabled.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "snap.json").write_text(json.dumps(SNAPSHOT), encoding="utf-8")
    return tmp_path


def run(
    folder: Path, *arguments: str, code: str = PLAIN, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        check=False,
        timeout=60,
    )


# --- signals, pipes, encodings ---------------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("command", ["scan snap.json", "list"])
def test_ctrl_c_is_a_word_and_never_the_exit_code_of_a_verdict(folder: Path, command: str) -> None:
    ended = run(folder, *command.split(), code=INTERRUPTED)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"tenantlint: stopped.\n")


@POSIX
@pytest.mark.parametrize("command", ["scan snap.json --policies rules", "list"])
def test_a_reader_that_leaves_ends_the_command_in_silence(folder: Path, command: str) -> None:
    """`tenantlint list | head -1`. The exit code is none of a verdict's that was not shown whole."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        ended = subprocess.run(
            [sys.executable, "-c", PLAIN, *command.split()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert (ended.returncode, ended.stderr) == (2, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("command", ["scan snap.json --policies rules", "list"])
def test_a_full_disk_behind_standard_output_is_a_sentence(folder: Path, command: str) -> None:
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", PLAIN, *command.split()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 2
    assert ended.stderr == b"tenantlint: Standard output cannot be written: No space left on device. Make room.\n"


@pytest.mark.parametrize(
    ("command", "encoding"),
    [("scan snap.json", "ascii"), ("list", "cp1252"), ("show users-are-enabled", "ascii"), ("scan snap.json", "utf-8")],
)
def test_any_encoding_of_standard_output_will_do(folder: Path, command: str, encoding: str) -> None:
    ended = run(folder, *command.split(), "--policies", "rules", environment={"PYTHONIOENCODING": encoding})
    assert ended.returncode in (0, 1)
    assert ended.stderr == b""
    shown = ended.stdout.decode(encoding)
    assert ("✓" if encoding == "utf-8" else "\\u2713") in shown


# --- packages that are missing ---------------------------------------------------------------------------------------

COLLECT = b'Install them with: pip install "tenantlint[collect]"\n'
DEMO = (
    b"tenantlint: `tenantlint demo` needs packages that are not installed. "
    b'Install them with: pip install "tenantlint[collect,demo]"\n'
)


@pytest.mark.parametrize("missing", ["azure", "msgraph", "msgraph,azure,kiota_http,kiota_abstractions,httpx"])
def test_collect_without_its_packages_says_the_one_line_to_type(folder: Path, missing: str) -> None:
    ended = run(folder, missing, "collect", "--output", "snapshot", code=WITHOUT)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.endswith(COLLECT)
    assert ended.stderr.count(b"\n") == 1
    assert not (folder / "snapshot").exists()


@pytest.mark.parametrize(
    "missing", ["azure", "msgraph", "starlette", "uvicorn", "starlette,uvicorn,azure,msgraph,httpx"]
)
def test_demo_without_its_packages_says_the_one_line_for_all_of_them(folder: Path, missing: str) -> None:
    ended = run(folder, missing, "demo", "--output", "out", code=WITHOUT)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, b"", DEMO)


EXTRAS = "azure,msgraph,msgraph_core,kiota_http,kiota_abstractions,kiota_authentication_azure,httpx,starlette,uvicorn"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("scan snap.json --policies rules --format json --format junit=out.xml --format sarif=out.sarif", 1),
        ("test --policies rules", 0),
        ("show fido2-enabled", 0),
        ("permissions", 0),
        ("collect --help", 0),
    ],
)
def test_everything_but_collecting_works_without_them(folder: Path, command: str, code: int) -> None:
    ended = run(folder, EXTRAS, *command.split(), code=WITHOUT)
    assert (ended.returncode, ended.stderr) == (code, b"")


def test_a_module_of_our_own_that_is_missing_is_no_missing_extra(folder: Path) -> None:
    hide = WITHOUT.replace('name.partition(".")[0] in', "name in")
    ended = run(folder, "scanner.collect.command", "demo", "--output", "out", code=hide)
    assert ended.returncode == 1
    assert b"No module named 'scanner.collect.command'" in ended.stderr
    assert b"pip install" not in ended.stderr


# --- secrets ---------------------------------------------------------------------------------------------------------

SECRET = "kQ8~s3cr3t-V4lue.that.must.not.be.seen"
IDS = {
    "AZURE_TENANT_ID": "3f1e0000-0000-4000-8000-000000000001",
    "AZURE_CLIENT_ID": "3f1e0000-0000-4000-8000-00000000000a",
}
CERTIFICATE = "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n"

SIGN_INS: dict[str, tuple[str, dict[str, str]]] = {
    "a tenant that cannot be": ("secret", {"AZURE_TENANT_ID": "no tenant"}),
    "a secret taken for the tenant": ("secret", {"AZURE_TENANT_ID": f"x {SECRET}"}),
    "a certificate that is none": ("certificate", {"AZURE_CLIENT_CERTIFICATE_PATH": "key.pem"}),
    "no certificate": ("certificate", {"AZURE_CLIENT_CERTIFICATE_PATH": "nowhere.pem"}),
    "a token file that is not there": ("workload-identity", {"AZURE_FEDERATED_TOKEN_FILE": "nowhere"}),
    "something missing": ("secret", {"AZURE_CLIENT_ID": ""}),
}


@pytest.mark.parametrize(("way", "environment"), SIGN_INS.values(), ids=SIGN_INS)
def test_a_failed_sign_in_is_a_sentence_without_secrets(folder: Path, way: str, environment: dict[str, str]) -> None:
    (folder / "key.pem").write_text(CERTIFICATE, encoding="utf-8")
    ended = run(
        folder, "collect", "--auth", way, "--output", "snapshot", "--policies", "rules", environment=environment
    )
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"tenantlint: ")
    assert b"Traceback" not in ended.stderr
    for secret in (SECRET, "bm90IGEga2V5"):
        assert secret.encode() not in ended.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["key.pem", "rules", "snap.json"]
