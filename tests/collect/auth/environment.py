"""An environment with nothing to sign in with, and one that names an application."""

from __future__ import annotations

import os

import pytest

TENANT = "3f1e0000-0000-4000-8000-000000000001"
SCOPE = "https://graph.microsoft.com/.default"


def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("AZURE", "ACTIONS_ID", "GITHUB_ACTIONS", "SYSTEM_")):
            monkeypatch.delenv(name)


def set_application(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {"TENANT_ID": TENANT, "CLIENT_ID": "an-app", **more}.items():
        monkeypatch.setenv(f"AZURE_{name}", value)
