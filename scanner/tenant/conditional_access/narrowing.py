"""Which conditions of a Conditional Access policy leave a gap: sign-ins that the policy does not see.

A policy covers everything only where no condition narrows it. So every condition counts unless it is empty or says
"all" without an exclusion, and a condition that did not exist when this was written counts too. Applications and kinds
of clients must be given; where they are not, what the policy covers is not known and counts as a gap.
Source: https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.conditional_access.exclusions import EXCLUSION_READS, exclusions
from scanner.tenant.conditional_access.rows import ALL, USER_CONDITIONS

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class ConditionsRow(Row):
    """A policy with its conditions as they came, so that none is overlooked."""

    conditions: dict[str, Any] | None = None


NARROWING_READS = (Reading("conditionalAccessPolicies", ConditionsRow), *EXCLUSION_READS)

_EVERY_CLIENT = frozenset({"browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"})
"""Together the same as ``all``: https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset"""

REQUIRED = frozenset({"applications", "clientAppTypes"})
"""Conditions that every policy has: https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
Policies for service principals have no kinds of clients:
https://learn.microsoft.com/entra/identity/conditional-access/workload-identity"""

_INCLUDE_ALL: Mapping[str, str] = {
    "applications": "includeApplications",
    "locations": "includeLocations",
    "platforms": "includePlatforms",
    "devices": "includeDevices",
}
"""Conditions that cover everything when this list of theirs holds ``All`` and nothing else is set."""


def narrowed_by(tenant: Tenant) -> Callable[[str], list[str]]:
    """``policy.narrowedBy``."""
    conditions = {row.id: row.conditions or {} for row in tenant.rows("conditionalAccessPolicies", ConditionsRow)}
    excluded = tenant.once(exclusions)

    def fact(policy: str) -> list[str]:
        found = _narrowing(conditions[policy])
        if _narrows_users(conditions[policy].get("users")):
            return sorted({*found, "users"})
        left_out = excluded(policy)
        if left_out.certain:
            return sorted({*found, "users"})
        for lack in left_out.doubts:
            raise NotCollected(lack.resource, lack.reason)
        return sorted(found)

    return fact


def _narrowing(conditions: Mapping[str, Any]) -> set[str]:
    """The conditions other than ``users`` that leave a gap."""
    present = {
        name: value for name, value in conditions.items() if name != "users" and "@" not in name and not is_empty(value)
    }
    required = REQUIRED - {"clientAppTypes"} if "clientApplications" in present else REQUIRED
    return {name for name, value in present.items() if not _covers_all(name, value)} | (required - present.keys())


def _covers_all(name: str, value: object) -> bool:
    if name == "clientAppTypes":
        return isinstance(value, list) and ("all" in value or set(map(str, value)) >= _EVERY_CLIENT)
    if name == "authenticationFlows":
        return isinstance(value, dict) and all(is_empty(part) or part == "none" for part in value.values())
    included = _INCLUDE_ALL.get(name)
    if included is None or not isinstance(value, dict):
        return False
    everything = {str(item).lower() for item in _list(value.get(included))}
    return "all" in everything and is_empty({key: value[key] for key in value if key != included})


def _narrows_users(users: object) -> bool:
    """Whether the condition leaves users out other than by the exclusions that are known here."""
    if not isinstance(users, dict) or ALL not in _list(users.get("includeUsers")):
        return True
    return any(not is_empty(value) for name, value in users.items() if name not in USER_CONDITIONS and "@" not in name)


def is_empty(value: object) -> bool:
    """Whether a condition says nothing: null, "", [] or an object of which that is true throughout."""
    if isinstance(value, dict):
        return all(is_empty(part) for name, part in value.items() if "@" not in name)
    return value is None or value in ("", [])


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
