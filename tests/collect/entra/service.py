"""Microsoft Entra ID, as far as somebody who signs in sees it; and the issuers of GitHub's and Azure DevOps' tokens.

``Entra(...)`` is one sign-in service with one tenant and one application in it; ``entra.app`` answers:

    /{tenant}/v2.0/.well-known/openid-configuration    OpenID discovery
    /{tenant}/oauth2/v2.0/token                        client credentials and device codes
    /{tenant}/oauth2/v2.0/devicecode
    /github, /pipelines                                where jobs of GitHub Actions and Azure Pipelines get a token
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.collect.entra import errors
from tests.collect.entra.assertions import Assertion, Federated, Issuer, check_certificate, check_federated, encode
from tests.collect.entra.certificates import expired, registered

TENANT = "3f1e0000-0000-4000-8000-000000000001"
CLIENT = "7c2a0000-0000-4000-8000-00000000000a"
SECRET = "Qk~8Q~valid-secret-value-0000000000000000"
OLD_SECRET = "Qk~8Q~old-secret-value-000000000000000000"
GITHUB = Issuer("https://token.actions.githubusercontent.com")
DEVOPS = Issuer("https://vstoken.dev.azure.com/11111111-1111-4111-8111-111111111111")
CLUSTER = Issuer("https://oidc.cluster.example/")
SUBJECT = "repo:contoso/tenantlint:ref:refs/heads/main"
CONNECTION = "5e0c0000-0000-4000-8000-0000000000cc"
CONNECTION_SUBJECT = "sc://contoso/security/tenantlint"
POD_SUBJECT = "system:serviceaccount:security:tenantlint"
JOB_TOKEN = "job-token-that-nobody-may-see"
"""What a job shows to GitHub or Azure DevOps to get an identity token."""
USER_CODE = "F7KQ2M9XC"


@dataclass
class Application:
    """What is registered with the one application."""

    certificates: list[x509.Certificate] = field(
        default_factory=lambda: [registered().certificate, expired().certificate]
    )
    federated: list[Federated] = field(
        default_factory=lambda: [
            Federated(GITHUB.url, SUBJECT),
            Federated(DEVOPS.url, CONNECTION_SUBJECT),
            Federated(CLUSTER.url, POD_SUBJECT),
        ]
    )
    permissions: list[str] = field(default_factory=list)
    """Application permissions that an administrator has consented to."""


@dataclass
class Entra:
    """One sign-in service."""

    application: Application = field(default_factory=Application)
    scopes: frozenset[str] = frozenset({"https://127.0.0.1/.default"})
    lifetime: int = 3599
    """Seconds that a token is said to live."""
    uses: int | None = None
    """Requests that a token is good for before it runs out, whatever was said of it; None: any number."""
    opaque: bool = False
    """Gives access tokens that are no JSON Web Tokens, as Microsoft reserves the right to."""
    grants: int | None = None
    """Tokens that are given before the application loses all its credentials; None: any number."""
    on_token: Callable[[], object] | None = None
    """Called after every token that was given."""
    pending: int = 1
    """Times that a device code is not yet entered when asked."""
    tokens: dict[str, int] = field(default_factory=dict)
    """Access tokens that were given, with how often each was used."""
    assertions: list[str] = field(default_factory=list)
    """Every client assertion that came."""
    claims: list[str] = field(default_factory=list)
    """Every answer to a claims challenge that came."""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery),
                Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route("/{tenant}/oauth2/v2.0/devicecode", self._device, methods=["POST"]),
                Route("/github", self._github),
                Route("/page", _page),
                Route("/pipelines", self._pipelines, methods=["POST"]),
            ]
        )

    def accepts(self, token: str) -> bool:
        """Whether the service a token is for may take it; counts its use."""
        if token not in self.tokens:
            return False
        self.tokens[token] += 1
        return self.uses is None or self.tokens[token] <= self.uses

    async def _discovery(self, request: Request) -> Response:
        tenant = request.path_params["tenant"]
        if tenant != TENANT:
            return errors.unknown_tenant(tenant).answer()
        base = f"{request.base_url}{tenant}"
        return JSONResponse(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "issuer": f"{base}/v2.0",
            }
        )

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        try:
            return self._granted(request, form)
        except errors.Refusal as refusal:
            return refusal.answer()

    def _granted(self, request: Request, form: dict[str, str]) -> Response:
        tenant = request.path_params["tenant"]
        if tenant != TENANT:
            raise errors.unknown_tenant(tenant)
        if form.get("client_id") != CLIENT:
            raise errors.unknown_application(form.get("client_id", ""), tenant)
        if form.get("grant_type", "").endswith("device_code"):
            return self._for_device()
        self._authenticate(form, [str(request.url), f"{request.base_url}{tenant}/v2.0"])
        if form["scope"] not in self.scopes:
            raise errors.unknown_resource(form["scope"].removesuffix("/.default"), tenant)
        if "nbf" in form.get("claims", ""):
            self.claims.append(form["claims"])
        return JSONResponse(self._access({"roles": self.application.permissions, "idtyp": "app"}))

    def _authenticate(self, form: dict[str, str], audiences: list[str]) -> None:
        if "client_secret" in form:
            if form["client_secret"] == OLD_SECRET:
                raise errors.expired_secret(CLIENT)
            if form["client_secret"] != SECRET:
                raise errors.wrong_secret(CLIENT)
            return
        if "client_assertion" not in form:
            raise errors.no_credential()
        self.assertions.append(form["client_assertion"])
        if self.grants is not None and len(self.tokens) >= self.grants:
            self.application.certificates.clear()
        assertion = Assertion.of(form["client_assertion"])
        if assertion.claims.get("iss") == CLIENT:
            check_certificate(assertion, CLIENT, self.application.certificates, audiences)
        else:
            issuers = {issuer.url: issuer for issuer in (GITHUB, DEVOPS, CLUSTER)}
            check_federated(assertion, issuers, self.application.federated)

    def _access(self, more: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "aud": "00000003-0000-0000-c000-000000000000", "iss": f"https://sts.windows.net/{TENANT}/", "iat": now,
            "exp": now + self.lifetime, "tid": TENANT, "appid": CLIENT, "uti": secrets.token_urlsafe(8), **more,
        }  # fmt: skip
        signature = secrets.token_urlsafe(64)
        token = signature if self.opaque else f"{encode({'alg': 'RS256', 'typ': 'JWT'})}.{encode(claims)}.{signature}"
        self.tokens[token] = 0
        if self.on_token is not None:
            self.on_token()
        return {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}

    async def _device(self, request: Request) -> Response:
        form = await _form(request)
        if form.get("client_id") != CLIENT:
            return errors.unknown_application(form.get("client_id", ""), TENANT).answer()
        return JSONResponse(
            {
                "user_code": USER_CODE, "device_code": "device", "expires_in": 900, "interval": 1,
                "verification_uri": "https://microsoft.com/devicelogin",
                "message": f"To sign in, use a web browser and enter the code {USER_CODE} to authenticate.",
            }
        )  # fmt: skip

    def _for_device(self) -> Response:
        if self.pending:
            self.pending -= 1
            raise errors.pending()
        names = " ".join(self.application.permissions)
        answer = self._access({"scp": names, "idtyp": "user", "upn": "alex@contoso.example"})
        identity = {
            "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "aud": CLIENT, "sub": "s", "oid": "o",
            "tid": TENANT, "preferred_username": "alex@contoso.example",
        }  # fmt: skip
        return JSONResponse(
            answer | {
                "refresh_token": secrets.token_urlsafe(32), "scope": names,
                "id_token": f"{encode({'alg': 'none'})}.{encode(identity | {'exp': int(time.time()) + 3600})}.",
            }
        )  # fmt: skip

    async def _github(self, request: Request) -> Response:
        """https://docs.github.com/actions/reference/security/oidc"""
        if request.headers.get("authorization", "").casefold() != f"bearer {JOB_TOKEN}":
            return JSONResponse({"message": "The job's token is not valid."}, 403)
        return JSONResponse({"count": 1, "value": GITHUB.token(SUBJECT, request.query_params["audience"])})

    async def _pipelines(self, request: Request) -> Response:
        """https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create"""
        if request.headers.get("authorization") != f"Bearer {JOB_TOKEN}":
            return _page(request, 401)
        if request.query_params.get("serviceConnectionId") != CONNECTION:
            return JSONResponse({"message": "Service connection not found."}, 404)
        return JSONResponse({"oidcToken": DEVOPS.token(CONNECTION_SUBJECT, "api://AzureADTokenExchange")})


def _page(request: Request, status: int = 200) -> Response:
    return Response("<html>Sign in</html>", status, media_type="text/html")


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))
