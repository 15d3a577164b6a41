from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.auth.assertion import workload_identity
from scanner.collect.auth.settings import Identity, Settings
from scanner.errors import SignInError
from tests.collect.auth.environment import SCOPE, TENANT

APPLICATION = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": "an-app"}


def source(**environment: str) -> Any:
    return workload_identity(Settings(Identity(), environment), {})


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "needs AZURE_FEDERATED_TOKEN_FILE, or a job of GitHub Actions with"),
        ({"GITHUB_ACTIONS": "true"}, "may not ask for an identity token. Add `permissions: id-token: write` to it."),
        ({"AZURE_FEDERATED_TOKEN_FILE": "token"}, "needs AZURE_TENANT_ID and AZURE_CLIENT_ID."),
        (
            {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://github.example"},
            "needs AZURE_TENANT_ID and AZURE_CLIENT_ID and ACTIONS_ID_TOKEN_REQUEST_TOKEN.",
        ),
        (
            {**APPLICATION, "SYSTEM_OIDCREQUESTURI": "https://dev.azure.example"},
            "needs AZURESUBSCRIPTION_SERVICE_CONNECTION_ID and SYSTEM_ACCESSTOKEN.",
        ),
        (
            {
                **APPLICATION,
                "ACTIONS_ID_TOKEN_REQUEST_URL": "http://github.example",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "hush",
            },
            "ACTIONS_ID_TOKEN_REQUEST_URL is no https address",
        ),
    ],
)
def test_what_is_missing_is_named(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SignInError) as caught:
        source(**environment)
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, r"token: cannot be read: .*AZURE_FEDERATED_TOKEN_FILE names"), (b" \n", r"token: is empty\."),
     (b"\xff\xfe", r"token: cannot be read: it is not text\.")],
)  # fmt: skip
def test_a_token_file_is_read_when_a_token_is_asked_for(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "token"
    made = source(**APPLICATION, AZURE_FEDERATED_TOKEN_FILE=os.fspath(path))
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SignInError, match=words):
        made.get_token(SCOPE)
