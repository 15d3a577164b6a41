"""Microsoft Graph over HTTP: the only module that knows it.

Requests go through ``msgraph-sdk``'s request adapter, which signs them with ``azure-identity`` and answers claims
challenges; it is asked for the answer as it came (status, headers, bytes), because its models drop what they do not
know and its errors drop the body. Of the SDK's middleware nothing is used: no redirects, so that a token never
leaves for another host; no rewriting of links; retries as in ``retry.py``, at the pace of ``pace.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from scanner import __version__
from scanner.collect.meter import Meter
from scanner.collect.pace import Pace
from scanner.collect.refusal import Broken, Passing, Unread, one_line, refused
from scanner.collect.retry import Clock, Retrying
from scanner.errors import ExtraMissing, UsageError

if TYPE_CHECKING:
    import httpx
    from kiota_abstractions.request_information import RequestInformation

    from scanner.collect.auth import Credential

T = TypeVar("T")

GLOBAL = "https://graph.microsoft.com"
"""The worldwide service; others: https://learn.microsoft.com/graph/deployments"""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUT = 120.0
"""Seconds without a byte. Pages of users with sign-in activity take up to a minute to begin."""
_CONNECT_TIMEOUT = 30.0


@dataclass(frozen=True)
class Request:
    """One request. ``url`` is relative to the service (``/v1.0/users?$top=999``) or a link that Graph gave."""

    url: str
    resource: str
    """For whom it is made, for the progress display."""
    body: bytes | None = None
    """JSON to post; None: the request is a GET."""
    eventual: bool = False
    """Sends ``ConsistencyLevel: eventual``: https://learn.microsoft.com/graph/aad-advanced-queries"""


class Unreachable(Passing):
    """The service could not be talked to: no connection, or it broke every time."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


_NO_ANSWER = _Answer(0, {}, b"")


def _silent(resource: str, seconds: float, why: str) -> None:
    """Nobody is told about waits."""


class GraphClient:
    """Reads from one tenant. An async context manager; one per tenant, nothing is shared between two.

    ``endpoint`` is the service's address; ``http`` is allowed to loopback only, for the emulator.
    ``waiting`` is told the resource, the seconds and the reason before every wait.
    """

    service = "Graph"
    """Who answers, in the words of a reason."""

    def __init__(
        self,
        credential: Credential,
        endpoint: str = GLOBAL,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        waiting: Callable[[str, float, str], None] = _silent,
    ) -> None:
        try:
            import httpx
            from kiota_authentication_azure.azure_identity_authentication_provider import (
                AzureIdentityAuthenticationProvider,
            )
            from kiota_http.kiota_client_factory import KiotaClientFactory
            from msgraph.graph_request_adapter import GraphRequestAdapter
        except ModuleNotFoundError as error:
            raise ExtraMissing("collect", "collect") from error
        self._origin = _origin_of(httpx.URL(endpoint))
        self._endpoint = endpoint.rstrip("/")
        self._credential = credential
        self._clock = clock or Clock()
        self._pace = Pace(self._clock)
        self._token = ""  # of the latest answer
        self.waiting = waiting
        self.meter = Meter()
        """What its requests cost the tenant."""
        host = self._origin.host
        self._http = KiotaClientFactory.create_with_custom_middleware(
            [],
            httpx.AsyncClient(
                timeout=httpx.Timeout(_TIMEOUT, connect=_CONNECT_TIMEOUT, pool=None),
                headers={"User-Agent": f"tenantlint/{__version__}"},
                transport=transport,
                # A proxy of the environment is for the service, not for the emulator on this machine.
                mounts={f"all://{self._origin.authority}": None} if host in _LOOPBACK else None,
            ),
        )
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=[f"https://{host}/.default"], allowed_hosts=[host]
        )
        self._adapter = GraphRequestAdapter(provider, self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    @property
    def clock(self) -> Clock:
        """The clock it waits by."""
        return self._clock

    async def read(self, request: Request, parse: Callable[[bytes], T]) -> T:
        """The answer to ``request`` through ``parse``, asked for again as often as it makes sense.

        ``parse`` raises msgspec's ``ValidationError`` for JSON of another form, which ends in ``Broken``, and its
        ``DecodeError`` or ``Passing`` for what counts as an answer cut on the way. Raises ``Unread``, and
        ``SignInError`` when no token can be had.
        """
        url = self._absolute(request.url)
        retrying = Retrying(self._clock)
        while True:
            await self._pace.turn(partial(self.waiting, request.resource))
            answer = _NO_ANSWER
            try:
                self.meter.sent(request.resource)
                answer = await self._send(url, request)
                if request.body is None:
                    self.meter.answered(request.resource, answer.headers)
                self.heard(answer.status, answer.headers)
                if answer.status < 400:
                    return _parsed(answer, parse, self.service)
                failure: Unread = refused(answer.status, answer.body, self.service)
            except Passing as error:
                failure = error
            await self.wait(request.resource, retrying.after(failure, answer.status, answer.headers), failure)

    def heard(self, status: int, headers: Mapping[str, str]) -> None:
        """Draws the consequences for other requests: of a limit that is near, of a token that is refused.

        ``headers`` have names in lower case. To be called for the parts of a batch too.
        """
        self._pace.hear(status, headers)
        if status == 401:
            # Some services of Graph refuse a token for a moment that all others take.
            self._credential.forget(self._token)

    async def wait(self, resource: str, seconds: float, why: Unread) -> None:
        """Waits before something is asked for again, telling whoever watches; not at all for 0 seconds."""
        if seconds:
            self.waiting(resource, seconds, str(why))
            await self._clock.sleep(seconds)

    def _absolute(self, url: str) -> str:
        """The address to send to; raises ``Broken`` for one that is not of this service: it would get the token."""
        import httpx

        if url.startswith("/"):
            return self._endpoint + url
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise Broken(f"{self.service} gave a link that is no address: {one_line(str(error))}") from error
        if target.userinfo or _Origin(target.scheme, target.host, target.port) != self._origin:
            other = one_line(target.host)
            raise Broken(f"{self.service} gave a link to another service, {other!r}; it was not followed")
        return url

    async def _send(self, url: str, request: Request) -> _Answer:
        """One request, once. A new one each time: a request that was sent keeps the token it was sent with."""
        import httpx

        try:
            # With a handler of one's own the adapter gives what the handler gives, whatever its signature says.
            answered: Any = await self._adapter.send_primitive_async(_information(url, request), "bytes", None)
        except httpx.LocalProtocolError:
            # Its text would show the token.
            raise Broken("the token or the address has characters that HTTP does not allow") from None
        except httpx.RequestError as error:
            what = one_line(str(error)) or type(error).__name__
            raise Unreachable(f"{self._origin.host} could not be read from: {what}") from error
        response: httpx.Response = answered
        self._token = response.request.headers.get("authorization", "").removeprefix("Bearer ")
        # The read stream refers back to the response: without this, megabytes wait for the garbage collector.
        response.stream = httpx.ByteStream(b"")
        return _Answer(response.status_code, response.headers, response.content)


@dataclass(frozen=True)
class _Origin:
    scheme: str
    host: str
    port: int | None

    @property
    def authority(self) -> str:
        """Without the port."""
        return f"[{self.host}]" if ":" in self.host else self.host


def _origin_of(url: httpx.URL) -> _Origin:
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise UsageError(f"{one_line(str(url))} is not an https address; the token would be sent in clear text.")
    return _Origin(url.scheme, url.host, url.port)


def _information(url: str, request: Request) -> RequestInformation:
    """The request in the SDK's form, with the handler that hands over the answer unopened."""
    from kiota_abstractions.method import Method
    from kiota_abstractions.native_response_handler import NativeResponseHandler
    from kiota_abstractions.request_information import RequestInformation
    from kiota_http.middleware.options import ResponseHandlerOption

    information = RequestInformation(Method.GET if request.body is None else Method.POST)
    information.url = url
    information.headers.add("Accept", "application/json")
    if request.eventual:
        information.headers.add("ConsistencyLevel", "eventual")
    if request.body is not None:
        information.headers.add("Content-Type", "application/json")
        information.content = request.body
    information.add_request_options([ResponseHandlerOption(NativeResponseHandler())])
    return information


def _parsed(answer: _Answer, parse: Callable[[bytes], T], service: str) -> T:
    if answer.status >= 300:
        redirect = f"{service} answered {answer.status}, a redirect"
        raise Broken(f"{redirect}, which is not followed: the token would go with it")
    try:
        return parse(answer.body)
    except msgspec.ValidationError as error:
        raise Broken(f"{service}'s answer has another form than expected: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreachable(f"{service}'s answer is not whole JSON: {error}") from error
    except RecursionError as error:
        raise Broken(f"{service}'s answer is nested too deeply") from error
