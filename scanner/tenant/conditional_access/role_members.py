"""Users by directory role, as Conditional Access counts them.

Only roles held over the whole tenant count: a role scoped to an administrative unit or to one object is not seen.
Source: https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.roles.grants import Assignment
from scanner.tenant.roles.holdings import holdings

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


@dataclass(frozen=True)
class RoleMembers:
    """Users by the template id of a role."""

    active: Mapping[str, set[str]]
    """Who has the role now: permanently, for a time, or activated."""
    possible: Mapping[str, set[str]]
    """Those, and who can activate it at any time."""
    missing: tuple[NotCollected, ...]
    """What was not collected and may hide further users."""


def role_members(tenant: Tenant) -> RoleMembers:
    """Users by role. Never raises: what is not known is in ``missing``."""
    active: dict[str, set[str]] = defaultdict(set)
    possible: dict[str, set[str]] = defaultdict(set)
    try:
        known = tenant.once(holdings)
    except NotCollected as lack:
        return RoleMembers({}, {}, (lack,))
    for row in known.rows:
        if row.principalType == "user" and row.is_tenant_wide:
            possible[row.roleTemplateId].add(row.principalId)
            if row.assignment != Assignment.ELIGIBLE:
                active[row.roleTemplateId].add(row.principalId)
    return RoleMembers(dict(active), dict(possible), known.missing_for_users)
