"""Ids and times of the demo tenant, the same on every run."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

NOW = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
"""The tenant is as it was at this time; the demo's snapshot carries it."""

INITIAL_DOMAIN = "contoso.onmicrosoft.com"
DOMAIN = "contoso.example"

_NAMESPACE = UUID("9b6f7c1e-5c0f-5d38-9c3b-7d6b1f0c2a44")


def guid(kind: str, name: str) -> str:
    """The id of the ``kind`` of object that goes by ``name`` in these modules."""
    return str(uuid5(_NAMESPACE, f"{kind}/{name}"))


TENANT_ID = guid("tenant", "Contoso")


def ago(days: float) -> str:
    """RFC 3339, so many days before ``NOW``."""
    return _text(NOW - timedelta(days=days))


def ahead(days: float) -> str:
    """RFC 3339, so many days after ``NOW``."""
    return _text(NOW + timedelta(days=days))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def spread(name: str, count: int) -> int:
    """A number below ``count`` that looks random and is always the same for ``name``."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") % count


def immutable_id(object_guid: str) -> str:
    """``onPremisesImmutableId`` of an Active Directory object: Base64 of the GUID's bytes in .NET order."""
    return b64encode(UUID(object_guid).bytes_le).decode()


def role_assignment_id(role_id: str, principal_id: str, scope: str = "/") -> str:
    """As Entra forms it: role and principal in .NET byte order, URL-safe Base64, and the scope after them."""
    joined = UUID(role_id).bytes_le + UUID(principal_id).bytes_le
    suffix = "1" if scope == "/" else str(spread(scope, 1000) + 2)
    return f"{urlsafe_b64encode(joined).decode().rstrip('=')}-{suffix}"
