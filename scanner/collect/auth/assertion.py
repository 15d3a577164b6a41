"""Tokens of other issuers to sign in with: workload identity federation, without any secret to keep.

    a file             Kubernetes and others put one there and renew it: AZURE_FEDERATED_TOKEN_FILE
    GitHub Actions     https://docs.github.com/actions/reference/security/oidc
    Azure Pipelines    https://learn.microsoft.com/azure/devops/pipelines/release/configure-workload-identity

Such a token lives for minutes, a collection may take hours: a fresh one is had for every token of Microsoft Entra ID.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scanner.collect.auth.sentences import without_secrets
from scanner.collect.auth.settings import (
    CLIENT,
    GITHUB,
    GITHUB_TOKEN,
    GITHUB_URL,
    PIPELINES_TOKEN,
    PIPELINES_URL,
    SERVICE_CONNECTION,
    TENANT,
    TOKEN_FILE,
    Method,
    Settings,
)
from scanner.collect.refusal import one_line
from scanner.errors import SignInError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from azure.identity import AzurePipelinesCredential

    from scanner.collect.auth.credential import TokenSource

_TRIES = 3


def workload_identity(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    """The credential for the first issuer that the environment is set up for. ``options`` are azure-identity's.

    Raises ``SignInError`` where it is set up for none, saying what each would need.
    """
    from azure.identity import AzurePipelinesCredential, ClientAssertionCredential

    if settings.has(TOKEN_FILE):
        settings.need(Method.WORKLOAD_IDENTITY, TENANT, CLIENT)
        func = _from_file(Path(settings[TOKEN_FILE]))
        return ClientAssertionCredential(settings[TENANT], settings[CLIENT], func, **options)
    if settings.has(GITHUB_URL):
        settings.need(Method.WORKLOAD_IDENTITY, TENANT, CLIENT, GITHUB_TOKEN)
        func = _from_github(settings)
        return ClientAssertionCredential(settings[TENANT], settings[CLIENT], func, **options)
    if settings.has(PIPELINES_URL):
        settings.need(Method.WORKLOAD_IDENTITY, TENANT, CLIENT, SERVICE_CONNECTION, PIPELINES_TOKEN)
        source = AzurePipelinesCredential(
            tenant_id=settings[TENANT],
            client_id=settings[CLIENT],
            service_connection_id=settings[SERVICE_CONNECTION],
            system_access_token=settings[PIPELINES_TOKEN],
            **options,
        )
        return _Pipelines(source, settings[PIPELINES_URL])
    if settings.has(GITHUB):
        raise SignInError(
            "This job of GitHub Actions may not ask for an identity token. Add `permissions: id-token: write` to it."
        )
    raise SignInError(
        f"--auth {Method.WORKLOAD_IDENTITY} needs {TOKEN_FILE}, or a job of GitHub Actions with `permissions: "
        f"id-token: write`, or a job of Azure Pipelines with {PIPELINES_TOKEN} and {SERVICE_CONNECTION}."
    )


def _from_file(path: Path) -> Callable[[], str]:
    """Reads the file each time: azure-identity's own class for it keeps what it has read for ten minutes."""

    def read() -> str:
        try:
            token = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SignInError(f"{path}: cannot be read: {reason}. {TOKEN_FILE} names the federated token.") from None
        if not token:
            raise SignInError(f"{path}: is empty. {TOKEN_FILE} names the federated token.")
        return token

    return read


def _from_github(settings: Settings) -> Callable[[], str]:
    url = settings[GITHUB_URL]
    if not url.startswith("https://"):
        raise SignInError(f"{GITHUB_URL} is no https address; the job's token would be sent in clear text.")
    audience = quote(settings.identity.cloud.exchange_audience, safe="")
    address = f"{url}{'&' if '?' in url else '?'}audience={audience}"

    def ask() -> str:
        from azure.core.pipeline import Pipeline
        from azure.core.pipeline.policies import RetryPolicy
        from azure.core.pipeline.transport import RequestsTransport
        from azure.core.rest import HttpRequest

        request = HttpRequest("GET", address, headers={"Authorization": f"bearer {settings[GITHUB_TOKEN]}"})
        with Pipeline(RequestsTransport(), policies=[RetryPolicy(retry_total=_TRIES)]) as pipeline:
            answer: Any = pipeline.run(request).http_response
            text = answer.text()
            value = _value(answer) if answer.status_code == 200 else ""
        if not value:
            raise SignInError(
                f"GitHub gave no identity token ({answer.status_code} {_words(text)}). See that the job has "
                "`permissions: id-token: write`."
            )
        return value

    return ask


class _Pipelines:
    """azure-identity's credential, with a sentence for what Azure DevOps, and not Microsoft Entra ID, refuses."""

    def __init__(self, source: AzurePipelinesCredential, url: str) -> None:
        self._source = source
        self._url = url
        self.close = source.close

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        from azure.core.exceptions import HttpResponseError

        try:
            return self._source.get_token(*scopes, **options)
        except HttpResponseError as error:
            answer: Any = error.response
            if answer is None or not answer.request.url.startswith(self._url):
                raise
            raise SignInError(
                f"Azure DevOps gave no identity token ({answer.status_code} {_words(answer.text())}). See that "
                f"{PIPELINES_TOKEN} is the job's $(System.AccessToken) and {SERVICE_CONNECTION} the id of a service "
                "connection that the pipeline may use."
            ) from None


def _value(answer: Any) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    value = body.get("value") if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _words(text: str) -> str:
    return one_line(without_secrets(text))
