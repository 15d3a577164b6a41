"""The error bodies of Microsoft Entra ID's token endpoint, in its own words.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes; wordings from answers quoted in public
issues, linked at ``assertions.py`` and ``service.py`` where they are more than the page says.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from starlette.responses import JSONResponse


class Refusal(Exception):
    """An error answer: OAuth's word for it, Entra's number and its sentence."""

    def __init__(self, status: int, error: str, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.code = code
        self.message = message

    def answer(self) -> JSONResponse:
        trace, correlation = str(uuid4()), str(uuid4())
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        return JSONResponse(
            {
                "error": self.error,
                "error_description": f"AADSTS{self.code}: {self.message} Trace ID: {trace} "
                f"Correlation ID: {correlation} Timestamp: {now}",
                "error_codes": [self.code],
                "timestamp": now,
                "trace_id": trace,
                "correlation_id": correlation,
                "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
            },
            self.status,
        )


def unknown_tenant(tenant: str) -> Refusal:
    return Refusal(
        400, "invalid_tenant", 90002,
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    )  # fmt: skip


def unknown_application(client_id: str, tenant: str) -> Refusal:
    return Refusal(
        400, "unauthorized_client", 700016,
        f"Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )  # fmt: skip


def unknown_resource(scope: str, tenant: str) -> Refusal:
    return Refusal(
        400, "invalid_resource", 500011,
        f"The resource principal named {scope} was not found in the tenant named {tenant}. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    )  # fmt: skip


def wrong_secret(client_id: str) -> Refusal:
    return Refusal(
        401, "invalid_client", 7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        f"the client secret ID, for a secret added to app '{client_id}'.",
    )  # fmt: skip


def expired_secret(client_id: str) -> Refusal:
    return Refusal(
        401, "invalid_client", 7000222,
        f"The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new keys "
        "for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
        "https://aka.ms/certCreds.",
    )  # fmt: skip


def no_credential() -> Refusal:
    return Refusal(
        401, "invalid_client", 7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )  # fmt: skip


def pending() -> Refusal:
    return Refusal(
        400, "authorization_pending", 70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    )  # fmt: skip
