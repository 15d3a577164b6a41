"""What the Graph client asks for tokens: one sign-in at a time, tokens kept until they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from scanner.collect.auth.sentences import failed
from scanner.collect.auth.settings import Method
from scanner.errors import SignInError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

RENEW_BEFORE = 300.0
"""Seconds before its end that a token is renewed, as azure-identity does."""


class TokenSource(Protocol):
    """What azure-identity's credentials have in common."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken: ...


class Credential:
    """A source of tokens for the SDK: one sign-in at a time, tokens kept until they end, errors as ``SignInError``.

    Keeping them matters for the Azure CLI, which azure-identity starts anew for every token.
    """

    def __init__(
        self,
        source: TokenSource,
        *,
        method: str = "",
        tenant_id: str = "",
        client_id: str = "",
        renew: Callable[[], TokenSource] | None = None,
    ) -> None:
        self.method = method
        self.tenant_id = tenant_id
        """The tenant that was asked for; empty when the source decides."""
        self.client_id = client_id
        """The application that signs in; empty when the source decides."""
        self._source = source
        self._renew = renew
        self._outdated: list[TokenSource] = []
        self._options = {"tenant_id": tenant_id} if method == Method.DEFAULT and tenant_id else {}
        self._lock = asyncio.Lock()
        self._tokens: dict[tuple[str, ...], AccessToken] = {}

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
            token = self._tokens.get(scopes)
            if claims is None and token is not None and token.expires_on - time.time() > RENEW_BEFORE:
                return token
            more = {"claims": claims} if claims else {}
            fresh = await asyncio.to_thread(self._ask, *scopes, enable_cae=enable_cae, **more, **self._options)
            self._tokens[scopes] = fresh
            return fresh

    def forget(self, refused: str) -> None:
        """Asks for a new token next time where the service did not take the one it got, ``refused``.

        Nothing happens where another request has seen to it already. The source is made anew: azure-identity keeps
        tokens of its own until they end, and would give the same one again.
        """
        known = [scopes for scopes, token in self._tokens.items() if token.token == refused]
        for scopes in known:
            del self._tokens[scopes]
        if known and self._renew is not None:
            self._outdated.append(self._source)
            self._source = self._renew()

    def _ask(self, *scopes: str, **options: Any) -> AccessToken:
        from azure.core.exceptions import AzureError

        try:
            return self._source.get_token(*scopes, **options)
        except (AzureError, OSError, ValueError) as error:
            raise SignInError(failed(self.method, error)) from None

    async def close(self) -> None:
        """Closes the connections of every source."""
        for source in (self._source, *self._outdated):
            close = getattr(source, "close", None)
            if close is not None:
                close()

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
