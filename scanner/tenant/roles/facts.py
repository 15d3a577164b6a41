"""Facts about directory roles."""

from __future__ import annotations

from scanner.tenant.base import Derived, Fact, Graph
from scanner.tenant.roles.counts import Administrators, administrators
from scanner.tenant.roles.cycles import CYCLE_READS, GroupCycle, group_cycles
from scanner.tenant.roles.holdings import (
    ROLE_READS,
    RoleHolding,
    eligible_users,
    principal_roles,
    role_holdings,
    service_principal_roles,
)
from scanner.tenant.roles.owners import OWNER_READS, GroupOwner, group_owners
from scanner.tenant.roles.settings import (
    GROUP_SETTINGS,
    ROLE_SETTINGS,
    PimSettings,
    membership_settings,
    role_settings,
)

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="user",
        name="roles",
        returns=list[RoleHolding],
        description="Every directory role the user holds: permanently, for a time or eligible, directly or through a "
        "group.",
        build=principal_roles,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="group",
        name="roles",
        returns=list[RoleHolding],
        description="Every directory role that the group has, or that its members have because it is in another group "
        "or can be.",
        build=principal_roles,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="group",
        name="owners",
        returns=list[GroupOwner],
        description="Who owns the group or can become its owner, and whether that gives them power they do not have "
        "anyway. Known of groups that roles, Conditional Access, PIM or Windows 365 name.",
        build=group_owners,
        reads=OWNER_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="servicePrincipal",
        name="roles",
        returns=list[RoleHolding],
        description="Every directory role the service principal holds, directly or through a group.",
        build=service_principal_roles,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="tenant",
        name="administrators",
        returns=Administrators,
        description="How many users hold Global Administrator, and how many only other highly privileged roles.",
        build=administrators,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="unifiedRoleDefinition",
        name="settings",
        returns=PimSettings,
        description="What Privileged Identity Management asks of whoever activates the role, and how long the role can "
        "be given for.",
        build=role_settings,
        reads=ROLE_SETTINGS,
    ),
    Fact(
        owner="unifiedRoleDefinition",
        name="eligibleUsers",
        returns=Graph("user", "users", many=True),
        description="The users who can activate the role, or membership in a group that gives it.",
        build=eligible_users,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="group",
        name="membershipSettings",
        returns=PimSettings | None,
        description="The same for membership in the group; null for a group that Privileged Identity Management does "
        "not manage.",
        build=membership_settings,
        reads=GROUP_SETTINGS,
    ),
    Fact(
        owner="tenant",
        name="groupCycles",
        returns=list[GroupCycle],
        description="Groups that are members of each other, directly or through others, among the groups that roles, "
        "Conditional Access and Windows 365 name and those within them. Eligible membership counts.",
        build=group_cycles,
        reads=CYCLE_READS,
    ),
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="roleHoldings",
        singular="holding",
        row=RoleHolding,
        description="Who holds which directory role in effect and how: permanent, time-bound and eligible "
        "assignments, direct and through groups. A role assigned to a group is listed for the group and "
        "for everybody who is in it or can be, groups within it too.",
        build=role_holdings,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
)
