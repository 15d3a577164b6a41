"""Users by directory role, as Conditional Access counts them, and who can make themselves members of a group.

Only built-in roles held over the whole tenant count: a role scoped to an administrative unit or to one object is not
seen, and a custom role is not supported.
Source: https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.roles.definitions import DefinitionRow
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
    custom: frozenset[str]
    """Those of the roles that are not built in."""
    missing: tuple[NotCollected, ...]
    """What was not collected and may hide further users."""


def role_members(tenant: Tenant) -> RoleMembers:
    """Users by role. Never raises: what is not known is in ``missing``."""
    active: dict[str, set[str]] = defaultdict(set)
    possible: dict[str, set[str]] = defaultdict(set)
    try:
        known = tenant.once(holdings)
    except NotCollected as lack:
        return RoleMembers({}, {}, frozenset(), (lack,))
    for row in known.rows:
        if row.principalType == "user" and row.is_tenant_wide:
            possible[row.roleTemplateId].add(row.principalId)
            if row.assignment != Assignment.ELIGIBLE:
                active[row.roleTemplateId].add(row.principalId)
    custom: set[str] = set()
    missing = [*known.missing_for_users]
    try:
        custom.update(row.id.lower() for row in tenant.rows("roleDefinitions", DefinitionRow) if row.isBuiltIn is False)
    except NotCollected as lack:
        missing.append(lack)
    return RoleMembers(dict(active), dict(possible), frozenset(custom), tuple(missing))
