"""Signing in: ``azure-identity``'s credentials by name, and its errors in one sentence.

Secrets come from the environment only, under the names that azure-identity gives them
(https://learn.microsoft.com/python/api/overview/azure/identity-readme#environment-variables).
The synchronous credentials are used, in a thread: they import as fast as the others, need no second HTTP library, and
call the Azure CLI in the same way on every system.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from scanner.collect.refusal import printable
from scanner.errors import ExtraMissing, SignInError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

TENANT = "AZURE_TENANT_ID"
CLIENT = "AZURE_CLIENT_ID"
CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH"
PASSWORD = "AZURE_CLIENT_CERTIFICATE_PASSWORD"
SECRET = "AZURE_CLIENT_SECRET"
ASSERTION = "AZURE_FEDERATED_TOKEN_FILE"
_OPTIONS = {TENANT: "--tenant", CLIENT: "--client-id"}

_RENEW_BEFORE = 300.0
"""Seconds before its end that a token is renewed, as azure-identity does."""


class Method(StrEnum):
    """Ways to sign in."""

    DEFAULT = "default"
    CERTIFICATE = "certificate"
    SECRET = "secret"
    MANAGED_IDENTITY = "managed-identity"
    CLI = "cli"
    WORKLOAD_IDENTITY = "workload-identity"


class TokenSource(Protocol):
    """What azure-identity's credentials have in common."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken: ...


class Credential:
    """A source of tokens for the SDK: one sign-in at a time, tokens kept until they end, errors as ``SignInError``.

    Keeping them matters for the Azure CLI, which azure-identity starts anew for every token.
    """

    def __init__(self, source: TokenSource, *, method: str = "", tenant_id: str = "", client_id: str = "") -> None:
        self.method = method
        self.tenant_id = tenant_id
        """The tenant that was asked for; empty when the source decides."""
        self.client_id = client_id
        """The application that signs in; empty when the source decides."""
        self._source = source
        self._options = {"tenant_id": tenant_id} if method == Method.DEFAULT and tenant_id else {}
        self._lock = asyncio.Lock()
        self._token: AccessToken | None = None

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **options: Any,
    ) -> AccessToken:
        """A token for ``scopes``; ``claims`` answers a challenge and always asks for a new one."""
        async with self._lock:
            token = self._token
            if claims is None and token is not None and token.expires_on - time.time() > _RENEW_BEFORE:
                return token
            more = {"claims": claims} if claims else {}
            self._token = await asyncio.to_thread(self._ask, *scopes, enable_cae=enable_cae, **more, **self._options)
            return self._token

    def forget(self) -> None:
        """Asks the source again next time: the service did not take the token."""
        self._token = None

    def _ask(self, *scopes: str, **options: Any) -> AccessToken:
        from azure.core.exceptions import AzureError

        try:
            return self._source.get_token(*scopes, **options)
        except AzureError as error:
            raise SignInError(sentence(self.method, error.message)) from None
        except (OSError, ValueError) as error:
            raise SignInError(sentence(self.method, str(error))) from None

    async def close(self) -> None:
        """Nothing is open between two tokens."""

    async def __aenter__(self) -> Credential:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()


class _Static:
    """Gives the one token it was made with, which never ends."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        from azure.core.credentials import AccessToken

        return AccessToken(self._token, 2**40)


class StaticTokenCredential(Credential):
    """A fixed token: for the emulator, which takes it, and for a token that was had elsewhere."""

    def __init__(self, token: str, *, tenant_id: str = "", client_id: str = "") -> None:
        super().__init__(_Static(token), method="token", tenant_id=tenant_id, client_id=client_id)


@dataclass(frozen=True)
class _Settings:
    """Settings of one way to sign in: the command's options, else the environment."""

    method: Method
    given: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.given.get(name) or os.environ.get(name, "")

    def need(self, *names: str) -> None:
        """Raises ``SignInError`` naming every setting that is missing."""
        missing = [f"{name} (or {_OPTIONS[name]})" if name in _OPTIONS else name for name in names if not self[name]]
        if missing:
            raise SignInError(f"--auth {self.method} needs {' and '.join(missing)}. Set it in the environment.")


def credential(method: str = Method.DEFAULT, *, tenant: str | None = None, client_id: str | None = None) -> Credential:
    """The credential for one way of signing in. Nothing is sent yet, but settings and files are looked at.

    ``tenant`` and ``client_id`` go before ``AZURE_TENANT_ID`` and ``AZURE_CLIENT_ID``. Raises ``SignInError`` naming
    what is missing, and ``ExtraMissing`` without azure-identity.
    """
    way = Method(method)
    # azure-identity logs as a warning what it raises as well; without a handler Python would print both.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    settings = _Settings(way, {TENANT: tenant or "", CLIENT: client_id or ""})
    settings.need(*_NEEDS[way])
    if settings[CERTIFICATE] and way is Method.CERTIFICATE and not Path(settings[CERTIFICATE]).is_file():
        raise SignInError(f"{settings[CERTIFICATE]}: there is no such file. {CERTIFICATE} names the certificate.")
    try:
        source = _SOURCES[way](settings)
    except ModuleNotFoundError as error:
        raise ExtraMissing("collect", "collect") from error
    except (OSError, ValueError) as error:
        raise SignInError(sentence(way, str(error))) from None
    return Credential(source, method=way, tenant_id=settings[TENANT], client_id=settings[CLIENT])


def _default(settings: _Settings) -> TokenSource:
    from azure.identity import DefaultAzureCredential

    client = settings[CLIENT]
    return DefaultAzureCredential(managed_identity_client_id=client) if client else DefaultAzureCredential()


def _certificate(settings: _Settings) -> TokenSource:
    from azure.identity import CertificateCredential

    return CertificateCredential(
        settings[TENANT], settings[CLIENT], settings[CERTIFICATE], password=settings[PASSWORD] or None
    )


def _secret(settings: _Settings) -> TokenSource:
    from azure.identity import ClientSecretCredential

    return ClientSecretCredential(settings[TENANT], settings[CLIENT], settings[SECRET])


def _managed_identity(settings: _Settings) -> TokenSource:
    from azure.identity import ManagedIdentityCredential

    client = settings[CLIENT]
    return ManagedIdentityCredential(client_id=client) if client else ManagedIdentityCredential()


def _cli(settings: _Settings) -> TokenSource:
    from azure.identity import AzureCliCredential

    return AzureCliCredential(tenant_id=settings[TENANT])


def _workload_identity(settings: _Settings) -> TokenSource:
    from azure.identity import WorkloadIdentityCredential

    return WorkloadIdentityCredential(
        tenant_id=settings[TENANT], client_id=settings[CLIENT], token_file_path=settings[ASSERTION]
    )


_SOURCES: dict[Method, Callable[[_Settings], TokenSource]] = {
    Method.DEFAULT: _default,
    Method.CERTIFICATE: _certificate,
    Method.SECRET: _secret,
    Method.MANAGED_IDENTITY: _managed_identity,
    Method.CLI: _cli,
    Method.WORKLOAD_IDENTITY: _workload_identity,
}
_NEEDS: dict[Method, tuple[str, ...]] = {
    Method.DEFAULT: (),
    Method.CERTIFICATE: (TENANT, CLIENT, CERTIFICATE),
    Method.SECRET: (TENANT, CLIENT, SECRET),
    Method.MANAGED_IDENTITY: (),
    Method.CLI: (),
    Method.WORKLOAD_IDENTITY: (TENANT, CLIENT, ASSERTION),
}

_HINTS = {
    # https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    "AADSTS90002": "Check the tenant id.",
    "AADSTS900023": "Check the tenant id.",
    "AADSTS700016": "Check the client id, and that the application is in this tenant.",
    "AADSTS7000215": f"Set {SECRET} to the secret's value, not its id.",
    "AADSTS7000222": "The secret has expired: make a new one, or better a certificate.",
    "AADSTS700027": "Upload this certificate to the application, or use the one that is registered there.",
    "AADSTS700024": "The federated token has expired: ask for a new one just before the run.",
    "AADSTS700213": "Compare issuer, subject and audience of the federated credential; the case of letters counts.",
    "AADSTS65001": "An administrator has to consent to the application's permissions.",
    "AADSTS53003": "A Conditional Access policy blocks this sign-in.",
    "AADSTS50076": "Multifactor authentication is asked for: sign in with `az login` first, or as an application.",
}
_SERVICE_ERROR = re.compile(r"(AADSTS\d+)\b.*?(?=\s*Trace ID:|$)", re.DOTALL)
_NO_WAY = (
    "no way to sign in was found. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH, "
    "or run `az login`, or name a way with --auth."
)


def sentence(method: str, message: str) -> str:
    """One sentence for a failed sign-in: the service's code and words, what to do, and no secret."""
    for name in (SECRET, PASSWORD):
        value = os.environ.get(name)
        if value:
            message = message.replace(value, f"({name})")
    found = _SERVICE_ERROR.search(message)
    if found:
        return " ".join(filter(None, (f"Sign-in failed: {printable(found.group())}", _HINTS.get(found.group(1)))))
    if method == Method.DEFAULT:
        return f"Sign-in failed: {_NO_WAY}"
    return f"Sign-in with --auth {method} failed: {printable(message)}"
