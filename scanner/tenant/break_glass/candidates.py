"""Likely break-glass accounts, as a hint for a tenant where none is declared. No policy ever acts on it.

Guesses of this kind are often wrong, so the hint is drawn from few accounts only: users who are active Global
Administrators and are left out of more than half of the enabled Conditional Access policies for all users, or,
where nobody is, those who sign in with the tenant's initial domain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.tenant.break_glass.accounts import AccountRow
from scanner.tenant.conditional_access.reach import policy_reach
from scanner.tenant.conditional_access.role_members import role_members
from scanner.tenant.roles.privileged import GLOBAL_ADMINISTRATOR

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


def break_glass_candidates(tenant: Tenant) -> Callable[[], list[str]]:
    """``tenant.breakGlassCandidates``."""
    if tenant.break_glass.accounts or tenant.break_glass.groups:
        return list
    administrators = tenant.once(role_members)
    for lack in administrators.missing:
        raise lack
    wanted = administrators.active.get(GLOBAL_ADMINISTRATOR, set())
    names = {row.id: row.userPrincipalName or row.id for row in tenant.rows("users", AccountRow) if row.id in wanted}
    reach = tenant.once(policy_reach)
    exempt = [name for key, name in names.items() if 2 * reach.exempting(key) > reach.for_everyone]
    domain = (tenant.fact("tenant", "initialDomain")() or "").lower()
    found = exempt or [name for name in names.values() if domain and name.lower().endswith(f"@{domain}")]
    return lambda: sorted(found)
