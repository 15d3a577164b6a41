"""A failed sign-in in one sentence: what is wrong, what to do, and the service's own code and words, without secrets.

Codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes; those of federated credentials:
https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/configure-federated-identity-credentials.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from scanner.collect.auth.settings import CLIENT, SECRET, SECRETS, TENANT, Method
from scanner.collect.refusal import one_line

_NO_TENANT = ("there is no such tenant in this cloud", f"check {TENANT} and --cloud")
_OTHER_CLOUD = ("the application or Microsoft Graph is in another cloud than the tenant", "check --cloud")
_NOT_REGISTERED = (
    "the certificate is not registered with the application",
    "upload it there, or use the one that is registered",
)
_EXPIRED_CERTIFICATE = ("the certificate has expired", "make a new one and upload it to the application")
_NO_MATCH = (
    "no federated credential of the application fits the token",
    "compare issuer, subject and audience, in which upper and lower case count",
)
_DISABLED = ("the application is disabled in this tenant", "have an administrator enable it, or use another one")
_BLOCKED = (
    "a Conditional Access policy blocks this sign-in",
    "sign in from where, or as whom, it is allowed, or have the policy changed",
)

_KNOWN: dict[str, tuple[str, str]] = {
    "AADSTS90002": _NO_TENANT,
    "AADSTS900021": _NO_TENANT,
    "AADSTS900023": _NO_TENANT,
    "AADSTS50128": _NO_TENANT,
    "AADSTS90038": _OTHER_CLOUD,
    "AADSTS900382": _OTHER_CLOUD,
    "AADSTS500011": _OTHER_CLOUD,
    "AADSTS700016": ("the tenant does not know this application", f"check {CLIENT} and the tenant"),
    "AADSTS70001": _DISABLED,
    "AADSTS7000112": _DISABLED,
    "AADSTS7000215": ("the client secret is wrong", f"set {SECRET} to the secret's value, which is not its id"),
    "AADSTS7000222": ("the client secret has expired", "make a new one, or better sign in with a certificate"),
    "AADSTS700027": _NOT_REGISTERED,
    "AADSTS1000502": _EXPIRED_CERTIFICATE,
    "AADSTS7000214": ("the certificate has been revoked", "make a new one and upload it to the application"),
    "AADSTS7000277": ("the certificate has been revoked", "make a new one and upload it to the application"),
    "AADSTS7000274": (
        "the signature does not fit the registered certificate",
        "see that key and certificate in the file belong together",
    ),
    "AADSTS700024": ("this machine's clock and the service's are too far apart", "set the clock"),
    "AADSTS70021": _NO_MATCH,
    "AADSTS700211": _NO_MATCH,
    "AADSTS700212": _NO_MATCH,
    "AADSTS700213": _NO_MATCH,
    "AADSTS7002131": _NO_MATCH,
    "AADSTS7002138": _NO_MATCH,
    "AADSTS7000218": (
        "the application lets nobody sign in with a device code",
        "set 'Allow public client flows' to yes under its authentication settings",
    ),
    "AADSTS65001": (
        "the application has no consent in this tenant",
        "have an administrator consent to its permissions",
    ),
    "AADSTS50076": (
        "multifactor authentication is asked for",
        "sign in with `az login` or --auth device-code first, or as an application",
    ),
    "AADSTS50105": ("this user is not assigned to the application", "have an administrator assign the user"),
    "AADSTS53000": _BLOCKED,
    "AADSTS53003": _BLOCKED,
}
_EXPIRED_ASSERTION = (
    "the federated token has expired, or is not valid yet",
    "get a new one just before the run, and see that this machine's clock is right",
)
_NO_CONNECTION = (
    "the sign-in service cannot be reached",
    "check the network, the proxy (HTTPS_PROXY) and --cloud",
)
_NO_TRUST = (
    "the certificate of the sign-in service's server is not trusted here",
    "behind a proxy that opens TLS, set REQUESTS_CA_BUNDLE and SSL_CERT_FILE to the file with its authority",
)
_SERVICE_ERROR = re.compile(r"(AADSTS\d+)\b.*?(?=\s*Trace ID:|$)", re.DOTALL)
_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}")
"""A JSON Web Token: its first part begins with ``{"``."""
_NO_WAY = (
    "Sign-in failed: no way to sign in was found. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
    "AZURE_CLIENT_CERTIFICATE_PATH, or run `az login`, or name a way with --auth."
)


def failed(method: str, error: BaseException) -> str:
    """The sentence for an error of azure-identity, whose cause often says more than it does itself."""
    errors = list(_causes(error))
    for one in errors:
        if _SERVICE_ERROR.search(str(one)):
            return sentence(method, str(one))
    text = " ".join(str(one) for one in errors)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return _told(_NO_TRUST, without_secrets(str(error)))
    if any(type(one).__name__ in ("ServiceRequestError", "ServiceResponseError") for one in errors):
        return _told(_NO_CONNECTION, without_secrets(str(errors[-1])))
    return sentence(method, getattr(error, "message", "") or str(error))


def sentence(method: str, message: str) -> str:
    """The sentence for what the service, or azure-identity, said."""
    message = without_secrets(message)
    found = _SERVICE_ERROR.search(message)
    if found:
        known = _meaning(method, found.group(1), found.group())
        return _told(known, found.group()) if known else f"Sign-in failed: {one_line(found.group())}"
    if method == Method.DEFAULT:
        return _NO_WAY
    return f"Sign-in with --auth {method} failed: {one_line(message)}"


def without_secrets(text: str) -> str:
    """``text`` with the values of secret variables replaced by their names, and tokens by ``(token)``."""
    for name in SECRETS:
        value = os.environ.get(name)
        if value:
            text = text.replace(value, f"({name})")
    return _TOKEN.sub("(token)", text)


def _meaning(method: str, code: str, words: str) -> tuple[str, str] | None:
    if code == "AADSTS700027" and "expired" in words:
        return _EXPIRED_CERTIFICATE
    if code == "AADSTS700024" and method == Method.WORKLOAD_IDENTITY:
        return _EXPIRED_ASSERTION
    return _KNOWN.get(code)


def _told(meaning: tuple[str, str], words: str) -> str:
    wrong, to_do = meaning
    return f"Sign-in failed: {wrong}; {to_do} ({one_line(words).rstrip('. ')})."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
