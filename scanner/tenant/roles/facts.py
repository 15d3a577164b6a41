"""Facts about directory roles."""

from __future__ import annotations

from scanner.tenant.base import Derived, Fact
from scanner.tenant.roles.holdings import ROLE_READS, RoleHolding, role_holdings, user_roles

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="user",
        name="roles",
        returns=list[RoleHolding],
        description="Every directory role the user holds: permanently, for a time or eligible, directly or through a "
        "group.",
        build=user_roles,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="roleHoldings",
        singular="holding",
        row=RoleHolding,
        description="Who holds which directory role in effect and how: permanent, time-bound and eligible "
        "assignments, direct and through groups. A role assigned to a group is listed for the group and "
        "for each of its members.",
        build=role_holdings,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
)
