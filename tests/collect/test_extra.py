"""Without the packages of the extra: what is said, and what may be imported nevertheless."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.graph import GraphClient
from scanner.errors import ExtraMissing
from tests.collect.auth.environment import SCOPE

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "scanner" / "collect").rglob("*.py")
    if path.name != "__init__.py"
)


def fresh(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs ``code`` in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("package", ["httpx", "msgraph.graph_request_adapter"])
def test_without_the_sdk_the_one_line_to_type_is_said(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExtraMissing, match=r'pip install "tenantlint\[collect\]"'):
        GraphClient(StaticTokenCredential("a-token"))


def test_importing_the_collector_imports_no_sdk() -> None:
    imported = "; ".join(f"import {module}" for module in MODULES)
    loaded = fresh(f"import sys; {imported}; print(sorted({{name.partition('.')[0] for name in sys.modules}}))").stdout
    foreign = ("azure", "msal", "cryptography", "msgraph", "kiota_http", "httpx", "rich")
    assert not [name for name in foreign if f"'{name}'" in loaded]


def test_a_failed_sign_in_prints_nothing_of_its_own(tmp_path: Path) -> None:
    done = fresh(
        "import asyncio\nfrom scanner.collect.auth import credential\nfrom scanner.errors import SignInError\n"
        f"try:\n    asyncio.run(credential('cli').get_token({SCOPE!r}))\nexcept SignInError as e:\n    print(e)",
        PATH=str(tmp_path),
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Sign-in with --auth cli failed: Azure CLI not found on path")
