"""A working folder with three policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.examples import put
from tests.workflow.given import HEAD, RULE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, extra in (
        ("admins-few", "tags: [roles]\n"),
        ("admins-old", "tags: [roles, age]\naliases: [former-name]\n"),
        ("guests-few", "tags: [guests]\n"),
    ):
        put(tmp_path / "rules", f"{name}.yaml", f"id: {name}\n{extra}{HEAD}{RULE}")
    return tmp_path
