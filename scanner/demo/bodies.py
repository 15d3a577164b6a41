"""Graph's answers other than data: error bodies as the service sends them, and which of them an API family uses.

The form of an error (``error.code``, ``message``, ``innerError`` with ``date``, ``request-id`` and
``client-request-id``) is in https://learn.microsoft.com/graph/errors and, with current key names, in
https://learn.microsoft.com/graph/json-batching. Missing permissions and licences have no page of their own: every API
family words them differently. ``DENIED`` and ``UNLICENSED`` hold what public code and issue threads quote from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from scanner.collect.catalogue import MICROSOFT_GRAPH, License, Resource

Json = dict[str, Any]

CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
"""What Graph says of an answer with data: https://learn.microsoft.com/graph/json-batching."""


@dataclass(frozen=True)
class Reply:
    """One answer. ``delivered`` is how much of the body reaches the client before the connection breaks (None: all; 0
    within a batch: the request is left out of the batch's answer)."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delivered: int | None = None


ERROR_INSIDE = b'{"error":{"code":"UnknownError","message":"The operation was interrupted."}}'
"""An error where the status says 200."""


class GraphError(Exception):
    """A request that Graph answers with an error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})


def error_reply(error: GraphError, date: str, request_id: str, client_request_id: str) -> Reply:
    """``error`` as Graph sends it. ``date`` is UTC without zone, as ``2026-11-01T06:00:00``."""
    inner = {**error.inner, "date": date, "request-id": request_id, "client-request-id": client_request_id}
    body = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Reply(error.status, json.dumps(body, ensure_ascii=False).encode(), error.headers)


def unauthenticated(message: str) -> GraphError:
    """401: no token, or one that has run out."""
    authority = "https://login.microsoftonline.com/common/oauth2/authorize"
    challenge = f'Bearer realm="", authorization_uri="{authority}", client_id="{MICROSOFT_GRAPH}"'
    return GraphError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def not_found(record_id: str) -> GraphError:
    """404 of a directory object."""
    text = f"Resource '{record_id}' does not exist or one of its queried reference-property objects are not present."
    return GraphError(404, "Request_ResourceNotFound", text)


def no_segment(segment: str) -> GraphError:
    """400 of a path that this version of Graph does not have."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def wrong_method() -> GraphError:
    """405: https://learn.microsoft.com/graph/json-batching has this body."""
    return GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def throttled(retry_after: int | None, scope: str = "") -> GraphError:
    """429 of https://learn.microsoft.com/graph/throttling; some APIs send no ``Retry-After`` (None).

    ``scope`` is whom the limit concerns, in the form of https://learn.microsoft.com/graph/throttling-limits.
    """
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if scope:
        headers |= {"x-ms-throttle-scope": scope, "x-ms-throttle-information": "ResourceUnitLimitExceeded"}
    inner = {"code": "429", "message": "Please retry after", "status": "429"}
    return GraphError(429, "TooManyRequests", "Please retry again later.", headers=headers, inner=inner)


def failed(status: int) -> GraphError:
    """5xx, and any other status by number; the codes are those of https://learn.microsoft.com/graph/errors."""
    code = {500: "InternalServerError", 502: "BadGateway", 503: "serviceNotAvailable", 504: "UnknownError"}
    message = {503: "The service is temporarily unavailable. Please retry later.", 504: ""}
    return GraphError(status, code.get(status, "generalException"), message.get(status, "An error has occurred."))


def denied(resource: Resource) -> GraphError:
    """403 of a caller that lacks ``resource.permission``."""
    return DENIED[family(resource)](resource.permission)


def unlicensed(resource: Resource) -> GraphError:
    """400 or 403 of a tenant that lacks the licence for the API of ``resource``."""
    return UNLICENSED.get(family(resource), _feature_unlicensed)()


def property_denied(permission: str) -> GraphError:
    """403 of a caller that may read the records but not a property of theirs (``signInActivity``)."""
    return _reports_denied(permission)


def property_unlicensed() -> GraphError:
    """403 of a tenant that lacks the licence for a property (``signInActivity``)."""
    return _not_premium()


def _directory_denied(permission: str) -> GraphError:
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def _pim_denied(permission: str) -> GraphError:
    text = f"Authorization failed due to missing permission scope {permission}."
    inner = {"errorCode": "PermissionScopeNotGranted", "message": text, "instanceAnnotations": []}
    return GraphError(403, "UnknownError", json.dumps(inner, separators=(",", ":")))


def _reports_denied(permission: str) -> GraphError:
    text = f"Calling principal does not have required MSGraph permissions {permission}"
    return GraphError(403, "Authentication_MSGraphPermissionMissing", text)


def _policy_denied(permission: str) -> GraphError:
    text = "You cannot perform the requested operation, required scopes are missing in the token."
    return GraphError(403, "AccessDenied", text)


def _method_denied(permission: str) -> GraphError:
    return GraphError(403, "accessDenied", "Request Authorization failed")


def _intune_denied(permission: str) -> GraphError:
    operation = uuid5(NAMESPACE_URL, permission)
    text = (
        "Application is not authorized to perform this operation. Application must have one of the following "
        f"scopes: {permission} - Operation ID (for customer support): {operation} - Activity ID: {operation}"
    )
    return GraphError(403, "Forbidden", json.dumps({"_version": 3, "Message": text}, indent=2))


def _pim_unlicensed() -> GraphError:
    text = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
    return GraphError(400, "AadPremiumLicenseRequired", text)


def _not_premium() -> GraphError:
    text = "Neither tenant is B2C or tenant doesn't have premium license"
    return GraphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", text)


def _feature_unlicensed() -> GraphError:
    return GraphError(403, "Forbidden", "Your tenant is not licensed for this feature.")


class Family(Enum):
    """A service behind Graph, with words of its own for a refusal."""

    DIRECTORY = auto()
    PIM = auto()
    """Privileged Identity Management."""
    POLICY = auto()
    """Conditional Access and tenant-wide policies."""
    METHODS = auto()
    """Authentication methods and strengths."""
    REPORTS = auto()
    INTUNE = auto()
    """Intune and Windows 365."""


FAMILY_OF: Mapping[str, Family] = {
    "auditLogs": Family.REPORTS,
    "deviceManagement": Family.INTUNE,
    "identity": Family.POLICY,
    "identityProtection": Family.POLICY,
    "policies": Family.POLICY,
    "reports": Family.REPORTS,
}
"""By the first part of the path."""

DENIED: Mapping[Family, Callable[[str], GraphError]] = {
    Family.DIRECTORY: _directory_denied,
    Family.PIM: _pim_denied,
    Family.POLICY: _policy_denied,
    Family.METHODS: _method_denied,
    Family.REPORTS: _reports_denied,
    Family.INTUNE: _intune_denied,
}
"""The body of a missing permission, which some services name."""

UNLICENSED: Mapping[Family, Callable[[], GraphError]] = {
    Family.PIM: _pim_unlicensed,
    Family.REPORTS: _not_premium,
}
"""The body of a missing licence; of other services "not licensed for this feature" is known, for Windows 365 none."""


def family(resource: Resource) -> Family:
    """The service that answers for ``resource``."""
    if {License.P2, License.GOVERNANCE} <= set(resource.licenses):
        return Family.PIM
    if resource.permission == "Policy.Read.AuthenticationMethod":
        return Family.METHODS
    return FAMILY_OF.get(resource.path.partition("/")[0], Family.DIRECTORY)
