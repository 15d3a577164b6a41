"""Ways to sign in, the settings of each, and which one is meant when none is named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from scanner.collect.clouds import GLOBAL, Cloud
from scanner.errors import SignInError

TENANT = "AZURE_TENANT_ID"
CLIENT = "AZURE_CLIENT_ID"
CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH"
PASSWORD = "AZURE_CLIENT_CERTIFICATE_PASSWORD"
CHAIN = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"
SECRET = "AZURE_CLIENT_SECRET"
TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE"

# https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
GITHUB_URL = "ACTIONS_ID_TOKEN_REQUEST_URL"
GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
GITHUB = "GITHUB_ACTIONS"

# https://learn.microsoft.com/azure/devops/pipelines/build/variables; the last three are set by the tasks that name a
# service connection (AzureCLI@2, AzurePowerShell@5).
PIPELINES_URL = "SYSTEM_OIDCREQUESTURI"
PIPELINES_TOKEN = "SYSTEM_ACCESSTOKEN"
SERVICE_CONNECTION = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
PIPELINES_TENANT = "AZURESUBSCRIPTION_TENANT_ID"
PIPELINES_CLIENT = "AZURESUBSCRIPTION_CLIENT_ID"

SECRETS = (SECRET, PASSWORD, GITHUB_TOKEN, PIPELINES_TOKEN)
"""Variables whose values never leave this process but to the service they are for."""


class Method(StrEnum):
    """Ways to sign in."""

    DEFAULT = "default"
    """Whatever the environment is set up for, without a person: see ``Settings.method_found``."""
    CERTIFICATE = "certificate"
    WORKLOAD_IDENTITY = "workload-identity"
    MANAGED_IDENTITY = "managed-identity"
    CLI = "cli"
    DEVICE_CODE = "device-code"
    SECRET = "secret"


@dataclass(frozen=True)
class Identity:
    """Who signs in where."""

    tenant: str = ""
    """Id or domain. Goes before ``AZURE_TENANT_ID``."""
    client_id: str = ""
    """Application id. Goes before ``AZURE_CLIENT_ID``."""
    cloud: Cloud = GLOBAL


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


@dataclass(frozen=True)
class Console:
    """How to talk to whoever started the command."""

    say: Callable[[str], None] = _to_stderr
    interactive: bool = field(default_factory=_a_terminal)
    """Whether a person is there to answer."""


@dataclass(frozen=True)
class Settings:
    """The settings of one sign-in: the command's options, else the environment."""

    identity: Identity
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict(os.environ)), repr=False)
    """As it was when the command began; holds secrets, and is not shown."""

    def __getitem__(self, name: str) -> str:
        return self._given(name) or self.environment.get(name, "").strip() or self._of_pipeline(name)

    def _given(self, name: str) -> str:
        return {TENANT: self.identity.tenant, CLIENT: self.identity.client_id}.get(name, "")

    def _of_pipeline(self, name: str) -> str:
        other = {TENANT: PIPELINES_TENANT, CLIENT: PIPELINES_CLIENT}.get(name)
        return self.environment.get(other, "") if other else ""

    def has(self, *names: str) -> bool:
        """Whether all of these are set."""
        return all(self[name] for name in names)

    def need(self, method: Method, *names: str) -> None:
        """Raises ``SignInError`` naming every setting that is missing."""
        missing = [name for name in names if not self[name]]
        if missing:
            raise SignInError(f"--auth {method} needs {' and '.join(missing)}. Set it in the environment.")

    def method_found(self) -> Method:
        """What the environment is set up for, strongest first: a certificate, federation, a secret.

        ``Method.DEFAULT`` where it is set up for none of them: a managed identity or a developer's sign-in is left.
        """
        if self.has(CERTIFICATE):
            return Method.CERTIFICATE
        github = self.has(GITHUB_URL, TENANT, CLIENT)
        pipelines = self.has(PIPELINES_URL, PIPELINES_TOKEN, SERVICE_CONNECTION)
        if self.has(TOKEN_FILE) or github or pipelines:
            return Method.WORKLOAD_IDENTITY
        return Method.SECRET if self.has(SECRET) else Method.DEFAULT
