"""Redirect URIs: where Entra sends the tokens or codes of whoever signs in to an application.

An address over http can be read on the way; one with a wildcard fits addresses that somebody else may own. The machine
that the user sits at is fine over http, and so is an app on a device, which has a scheme of its own. Source:
https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class UnsafeRedirect(msgspec.Struct, frozen=True):
    """A redirect URI by which what Entra sends can reach somebody else."""

    uri: Annotated[str, Meta(description="The redirect URI.")]
    reason: Annotated[str, Meta(description="Why it is unsafe: not encrypted, a wildcard, or not to be read.")]


class RedirectsRow(Row):
    """A service principal with its redirect URIs."""

    replyUrls: list[str] | None = None


REDIRECT_READS = (Reading("servicePrincipals", RedirectsRow),)


def unsafe_redirects(tenant: Tenant) -> Callable[[str], list[UnsafeRedirect]]:
    """``servicePrincipal.unsafeRedirectUris``."""
    found: dict[str, list[UnsafeRedirect]] = {}
    for row in tenant.rows("servicePrincipals", RedirectsRow):
        unsafe = [UnsafeRedirect(uri, reason) for uri in row.replyUrls or [] if (reason := why_unsafe(uri))]
        if unsafe:
            found[row.id] = unsafe
    return lambda principal: found.get(principal, [])


def why_unsafe(uri: str) -> str:
    """Why a redirect URI is unsafe; "" for one that is not."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
    except ValueError:
        return "is no address that can be read"
    if parts.scheme not in ("http", "https"):
        return "" if parts.scheme else "is no address that can be read"
    if "*" in parts.netloc or "*" in parts.path:
        return "has a wildcard"
    if parts.scheme == "http" and not _is_loopback(host):
        return "is not encrypted"
    return ""


def _is_loopback(host: str) -> bool:
    """Whether it is the machine that the user sits at. https://www.rfc-editor.org/rfc/rfc8252#section-7.3"""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
