"""How Microsoft Graph's services limit who reads, and what a request costs where they count in resource units.

Everything here is from https://learn.microsoft.com/graph/throttling-limits. The costs are Microsoft's estimates; what a
request really cost is in its answer (``meter.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.collect.resource import Resource

COSTS: Mapping[str, int] = {
    "applications": 2,
    "applications/{id}/extensionProperties": 2,
    "contracts": 3,
    "domains/{id}/domainNameReferences": 4,
    "groups/{id}/members": 3,
    "groups/{id}/transitiveMembers": 5,
    "oauth2PermissionGrants": 2,
    "oauth2PermissionGrants/{id}": 2,
    "servicePrincipals/{id}/appRoleAssignments": 2,
    "subscribedSkus": 3,
    "users": 2,
    "users/{id}/licenseDetails": 2,
    "users/{id}/memberOf": 2,
    "users/{id}/ownedObjects": 2,
    "users/{id}/transitiveMemberOf": 2,
}
"""Path → resource units of a GET, before the query is taken into account. Any other path costs 1. The page gives those
of ``users/{id}`` as ``me``."""
_SMALL_PAGE = 20


@dataclass(frozen=True)
class Limit:
    """What one of Graph's services allows."""

    service: str
    words: str
    """How much in what time, for a person."""
    in_units: bool = False
    """Whether it counts resource units rather than requests."""


IDENTITY = Limit(
    "identity and access",
    "3,500 to 8,000 resource units in 10 seconds, by the size of the tenant",
    in_units=True,
)
REPORTS = Limit("identity and access reports", "5 requests in 10 seconds")
PROTECTION = Limit("identity protection and Conditional Access", "1 request in a second, all applications together")
UNPUBLISHED = Limit("other services", "not published")
LIMITS = (IDENTITY, REPORTS, PROTECTION, UNPUBLISHED)

_SERVICES: tuple[tuple[re.Pattern[str], Limit], ...] = (
    # The page names types: auditLogRoot, signIn, directoryAudit, authenticationMethod ("changed from
    # authenticationMethodsRoot", says its source); these are the paths they are read from.
    (re.compile(r"(auditLogs|reports)(/.*)?|users/\{id\}/authentication(/.*)?"), REPORTS),
    (re.compile(r"identity/conditionalAccess(/(policies|namedLocations))?(/.*)?|identityProtection/.*"), PROTECTION),
    (
        re.compile(
            r"(applications|contacts|contracts|devices|directory|directoryObjects|directoryRoles|directoryRoleTemplates"
            r"|domains|groups|groupSettings|groupSettingTemplates|oauth2PermissionGrants|organization|policies"
            r"|servicePrincipals|settings|subscribedSkus|users)(/.*)?"
        ),
        IDENTITY,
    ),
)


def limit_of(resource: Resource) -> Limit:
    """What limits the requests for a resource."""
    for paths, limit in _SERVICES:
        if paths.fullmatch(resource.path):
            return limit
    return UNPUBLISHED


def units(path: str, *, select: bool, expand: bool, top: int | None) -> int:
    """Resource units of one request, further pages and parts of a batch included; never under 1."""
    small = top is not None and top < _SMALL_PAGE
    return max(1, COSTS.get(path, 1) - select + expand - small)
