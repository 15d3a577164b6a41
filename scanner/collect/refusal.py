"""What a request that gave no data means: Graph's error bodies, in the words of a snapshot.

Graph answers the absence of a permission and the absence of a licence with the same status codes (400, 401, 403);
only the body tells them apart, and not always. Form of the body: https://learn.microsoft.com/graph/errors
Everything in a body is text from outside: it is made printable before it reaches a manifest or a terminal.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from scanner.collect.resource import License, Resource
from scanner.model import Outcome

_PERMISSION_CODES = frozenset(
    {
        # https://learn.microsoft.com/graph/resolve-auth-errors
        "Authorization_RequestDenied",
        # signInActivity and reports without AuditLog.Read.All:
        # https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1852, issues/6659, issues/3507
        "Authentication_MSGraphPermissionMissing",
        "Authentication_ApplicationHasNoReadAuditLogDataAccess",
        # its message speaks of licences: https://github.com/microsoftgraph/microsoft-graph-docs/issues/2789
        "Authentication_ApplicationHasNoDirectoryReadAccess",
        # Privileged Identity Management: https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2176
        "PermissionScopeNotGranted",
    }
)
_BAD_TOKEN = "InvalidAuthenticationToken"
_LICENCE_CODES = {
    # Privileged Identity Management, with status 400: https://github.com/maester365/maester/issues/1421
    "AadPremiumLicenseRequired": "P2 or Governance",
    # sign-in activity and registration report: https://github.com/microsoftgraph/microsoft-graph-docs/issues/14118
    "Authentication_RequestFromNonPremiumTenantOrB2CTenant": "P1",
    # https://learn.microsoft.com/graph/api/azureadpremiumlicenseinsight-get
    "missingLicense": "P1",
}
_LICENCE_WORDS = re.compile(
    # Conditional Access and Identity Protection: 403 AccessDenied "Your tenant is not licensed for this feature."
    # PIM before it had a code: "The tenant needs an AAD Premium 2 license."
    # Intune and Windows 365: 400 BadRequest "Request not applicable to target tenant."
    r"\blicen[cs]ed?\b|not applicable to target tenant",
    re.IGNORECASE,
)
_PERMISSION_WORDS = re.compile(r"\b(scopes?|permissions?|privileges?)\b", re.IGNORECASE)
"""Without one of these a plain 403 leaves both causes open; Windows 365 gives no other answer without a licence."""
_UNKNOWN_PROPERTY = re.compile(r"Could not find a property named '(\w+)'")
"""OData's words, the same in all of Graph's services; there is no code for it."""
_GONE_CODES = frozenset({"request_resourcenotfound", "resourcenotfound", "itemnotfound", "notfound"})
"""In lower case: no such object. A 404 with another code, or none, may be of a path that a cloud does not have:
https://learn.microsoft.com/graph/errors"""
_PAGE_LOST = re.compile(
    # Directory_ExpiredPageToken: https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2254
    # DirectoryPageTokenNotFoundException: https://learn.microsoft.com/graph/paging
    # "Invalid Skip Token": https://github.com/microsoftgraph/microsoft-graph-docs/issues/8612
    # "Invalid continuation token": https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2588
    # "Token not found: token is either invalid or expired", of sign-in logs:
    # https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/451
    r"(page|skip|continuation) ?token|\btoken not found\b",
    re.IGNORECASE,
)
"""In code or message of what was answered to a link: services have a code each for it, or none."""
_MAX_WORDS = 300


class Unread(Exception):
    """A request that gave no usable answer, retries included. ``str()`` is the reason in words."""

    def outcome(self, resource: Resource) -> tuple[Outcome, str]:
        """What it means for the resource that was asked for, and why, in words."""
        return Outcome.FAILED, str(self)


class Broken(Unread):
    """No answer, or one that cannot be used: the connection, the JSON, the page, the link to the next one."""


class Passing(Broken):
    """An answer that may be a good one the next time."""


class PagesLost(Broken):
    """The links from page to page no longer lead to the last one; from the first page on they may."""


class Refused(Unread):
    """The service answered with an error status."""

    def __init__(self, status: int, code: str, message: str, service: str = "Graph") -> None:
        self.status = status
        self.code = code
        self.message = message
        detail = ": ".join(part for part in (code, message) if part)
        super().__init__(f"{service} answered {status} {detail}".rstrip())

    @property
    def unknown_property(self) -> str:
        """The selected property that the service does not know; empty when it is about something else."""
        found = _UNKNOWN_PROPERTY.search(self.message) if self.status == 400 else None
        return found.group(1) if found else ""

    @property
    def page_lost(self) -> bool:
        """Whether Graph no longer knows the page, where it was a link to a further page that was asked for."""
        return self.status in (400, 404, 410) and _PAGE_LOST.search(f"{self.code} {self.message}") is not None

    @property
    def gone(self) -> bool:
        """Whether the object that was asked about does not exist (any more)."""
        return self.status == 404 and self.code.lower() in _GONE_CODES

    def outcome(self, resource: Resource) -> tuple[Outcome, str]:
        cause = f"({self})"
        if self.status == 404:
            return Outcome.FAILED, f"{resource.path} does not exist in this tenant or cloud {cause}"
        if self.code == _BAD_TOKEN:
            return Outcome.FAILED, f"the service no longer takes the token {cause}"
        if self.status not in (400, 401, 402, 403):
            return Outcome.FAILED, str(self)
        if self.code in _PERMISSION_CODES:
            return Outcome.DENIED, f"{resource.permission} is not granted {cause}"
        if self.code in _LICENCE_CODES or _LICENCE_WORDS.search(self.message):
            return Outcome.UNLICENSED, f"{self._licence(resource)} is missing {cause}"
        if self.status in (401, 403):
            doubt = "" if _PERMISSION_WORDS.search(self.message) else f", or {_needed(resource.licenses)} is missing"
            return Outcome.DENIED, f"{resource.permission} is not granted{doubt} {cause}"
        return Outcome.FAILED, str(self)

    def _licence(self, resource: Resource) -> str:
        known = _LICENCE_CODES.get(self.code)
        return f"the licence {known}" if known and not resource.licenses else _needed(resource.licenses)


def _needed(licences: tuple[License, ...]) -> str:
    return f"the licence {' or '.join(licences)}" if licences else "a licence for this service"


class _Detail(msgspec.Struct):
    code: str | None = None
    message: str | None = None


class _Body(msgspec.Struct):
    """An error body; some of Azure's services put code and message at the top."""

    error: _Detail | None = None
    code: str | None = None
    message: str | None = None

    @property
    def detail(self) -> _Detail:
        """Raises msgspec's ``ValidationError`` where there is no error in it."""
        if self.error is not None:
            return self.error
        if self.code is None:
            raise msgspec.ValidationError("no error")
        return _Detail(self.code, self.message)


class _Inner(msgspec.Struct):
    """PIM answers ``UnknownError`` with the true error as JSON in its message:
    https://github.com/kayasax/EasyPIM/issues/37"""

    code: str = msgspec.field(name="errorCode")
    message: str = ""


def refused(status: int, body: bytes, service: str = "Graph") -> Refused:
    """The error that the service answered with. A body of another form (a gateway's page) is kept in part."""
    try:
        error = msgspec.json.decode(body, type=_Body).detail
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = body[: 4 * _MAX_WORDS].decode(errors="replace").lstrip()
        return Refused(status, "", "" if text.startswith("<") else one_line(text), service)
    code, message = error.code or "", error.message or ""
    try:
        inner = msgspec.json.decode(message, type=_Inner)
    except (msgspec.DecodeError, RecursionError):
        pass
    else:
        code, message = inner.code, inner.message
    return Refused(status, one_line(code), one_line(message), service)


def one_line(text: str) -> str:
    """One line of at most 300 characters without control, format or private characters."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[: 4 * _MAX_WORDS])
    line = " ".join(kept.split())
    return line if len(line) <= _MAX_WORDS else line[: _MAX_WORDS - 1] + "…"
