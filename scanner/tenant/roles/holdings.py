"""Who effectively holds which directory role, and how: the derived resource ``roleHoldings`` and ``user.roles``.

A grant is listed for its principal and, where that is a group, for every member of the group. An activated eligible
assignment is active while it lasts and listed as such, marked ``isActivated``; the eligible one it comes from stays
in the list. A holder that was deleted stays too, as ``unknown``; so does one that cannot be told because part of the
directory was not collected, and then the list counts as incomplete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS, accounts
from scanner.tenant.directory import (
    DIRECTORY_READS,
    NAMED_GROUPS,
    NAMED_SERVICE_PRINCIPALS,
    Principals,
    find_principals,
)
from scanner.tenant.groups import MEMBERS_READS, groups
from scanner.tenant.roles.definitions import DEFINITION_READS, definition
from scanner.tenant.roles.grants import GRANT_READS, Grant, grants

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

ROLE_READS = (*GRANT_READS, *DEFINITION_READS, *DIRECTORY_READS, *MEMBERS_READS, *BREAK_GLASS_READS)

TENANT_SCOPE = "/"


class RoleHolding(msgspec.Struct, frozen=True, kw_only=True):
    """One principal holding one directory role in one way."""

    id: Annotated[str, Meta(description="Stable: the assignment's id, with the principal's when held through a group.")]
    principalId: Annotated[str, Meta(description="Who holds the role.")]
    principalType: Annotated[str, Meta(description="user, group, servicePrincipal, or unknown: deleted or not told.")]
    principalName: Annotated[str | None, Meta(description="displayName of the holder; null when its type is unknown.")]
    principalExists: Annotated[bool, Meta(description="false when the directory has no such object any more.")]
    roleDefinitionId: Annotated[str, Meta(description="Id of the role in this tenant.")]
    roleTemplateId: Annotated[str, Meta(description="Id of a built-in role in every tenant.")]
    roleName: Annotated[str, Meta(description="displayName of the role; its id when the role was deleted.")]
    isPrivileged: Annotated[
        bool,
        Meta(
            description="Microsoft labels the role privileged. A custom role counts unless all its permissions are to "
            "read standard or update basic properties."
        ),
    ]
    assignment: Annotated[
        str, Meta(description="permanent: active without end; timeBound: active until endDateTime; eligible: PIM.")
    ]
    isActivated: Annotated[bool, Meta(description="An eligible assignment in use; its eligible holding is listed too.")]
    via: Annotated[str, Meta(description="direct, or group: as a member, nested or not, of a group that has the role.")]
    groupId: Annotated[str | None, Meta(description="The group that has the role; null when direct, or not told.")]
    groupName: Annotated[str | None, Meta(description="displayName of that group.")]
    directoryScopeId: Annotated[str | None, Meta(description="/ for the tenant, or an administrative unit or object.")]
    appScopeId: Annotated[str | None, Meta(description="/ for the tenant, or the scope within one application.")]
    startDateTime: Annotated[datetime | None, Meta(description="When it begins; null when PIM has not recorded it.")]
    endDateTime: Annotated[datetime | None, Meta(description="When it ends; null for never.")]
    assignmentId: Annotated[str, Meta(description="Id of the assignment, or of the PIM instance, in Graph.")]
    isBreakGlass: Annotated[bool, Meta(description="The holder is a declared break-glass account.")]

    @property
    def is_tenant_wide(self) -> bool:
        """Whether the role is held over the whole tenant."""
        return self.directoryScopeId == TENANT_SCOPE and self.appScopeId in (None, TENANT_SCOPE)


@dataclass(frozen=True)
class Holdings:
    """The holdings that are certain, in order of their ids."""

    rows: tuple[RoleHolding, ...]
    by_principal: Mapping[str, list[RoleHolding]]
    missing: tuple[NotCollected, ...]
    """What was not collected and may hide further holdings."""

    @property
    def missing_for_users(self) -> tuple[NotCollected, ...]:
        """What may hide further holdings of users: a service principal that is not told hides none."""
        return tuple(lack for lack in self.missing if lack.resource != NAMED_SERVICE_PRINCIPALS.resource)


def holdings(tenant: Tenant) -> Holdings:
    """The union of all ways of holding a role.

    Raises ``NotCollected`` when nothing certain can be said of any: without the roles themselves, or when it is not
    known who the break-glass accounts are.
    """
    known = tenant.once(grants)
    held, lacking = _spread(tenant, known.grants)
    principals = find_principals(tenant, {one.principal for one in held} | {one.grant.principal for one in held})
    break_glass = tenant.once(accounts).certain()
    rows: list[RoleHolding] = []
    missing = [*known.missing, *lacking]
    for one in held:
        if one.principal not in principals.found:
            missing.extend(principals.missing)
        try:
            rows.append(_describe(tenant, one, principals, one.principal in break_glass))
        except NotCollected as lack:
            missing.append(lack)
    rows.sort(key=lambda row: row.id)
    by_principal: dict[str, list[RoleHolding]] = defaultdict(list)
    for row in rows:
        by_principal[row.principalId].append(row)
    return Holdings(tuple(rows), by_principal, tuple(missing))


def role_holdings(tenant: Tenant) -> Iterator[RoleHolding]:
    """``roleHoldings``."""
    known = tenant.once(holdings)
    yield from known.rows
    _raise_for(known.missing)


def user_roles(tenant: Tenant) -> Callable[[str], list[RoleHolding]]:
    """``user.roles``."""
    known = tenant.once(holdings)
    _raise_for(known.missing_for_users)
    return lambda user: known.by_principal.get(user, [])


def _raise_for(missing: Sequence[NotCollected]) -> None:
    if missing:
        first, *others = missing
        raise NotCollected(first.resource, first.reason, others)


@dataclass(frozen=True, slots=True)
class _Held:
    """One grant as one principal has it."""

    grant: Grant
    principal: str
    via_group: bool
    group: str | None = None


def _spread(tenant: Tenant, granted: Sequence[Grant]) -> tuple[list[_Held], list[NotCollected]]:
    """Each grant for its own principal and, where that is a group, for the members of it."""
    principals = find_principals(tenant, {grant.principal for grant in granted}, (NAMED_GROUPS,))
    membership = tenant.once(groups)
    held = [_Held(grant, grant.principal, False) for grant in granted if not grant.inherited]
    missing: list[NotCollected] = []
    for grant in granted:
        if grant.principal in principals.found:
            closure = membership.closure(grant.principal)
            missing.extend(closure.missing)
            members = sorted(closure.users | closure.others)
            held.extend(_Held(grant, member, True, grant.principal) for member in members)
    listed = {_target(one) for one in held}
    inherited = (_Held(grant, grant.principal, True) for grant in granted if grant.inherited)
    held.extend(one for one in inherited if _target(one) not in listed)
    return held, missing


def _target(held: _Held) -> tuple[object, ...]:
    """What it is that is held, by whom and how: PIM may list a member's inherited grant beside the group's."""
    grant = held.grant
    return (held.principal, *grant.target[1:], grant.assignment, grant.activated)


def _describe(tenant: Tenant, held: _Held, principals: Principals, is_break_glass: bool) -> RoleHolding:
    grant = held.grant
    role = definition(tenant, grant.role)
    principal = principals.found.get(held.principal)
    group = principals.found.get(held.group) if held.group else None
    return RoleHolding(
        id=f"{grant.id}:{held.principal}" if held.via_group else grant.id,
        principalId=held.principal,
        principalType=principal.type if principal else "unknown",
        principalName=principal.name if principal else None,
        principalExists=principal is not None or bool(principals.missing),
        roleDefinitionId=grant.role,
        roleTemplateId=role.template,
        roleName=role.name,
        isPrivileged=bool(role.privileged),
        assignment=grant.assignment.value,
        isActivated=grant.activated,
        via="group" if held.via_group else "direct",
        groupId=held.group,
        groupName=group.name if group else None,
        directoryScopeId=grant.scope,
        appScopeId=grant.app_scope,
        startDateTime=grant.start,
        endDateTime=grant.end,
        assignmentId=grant.id,
        isBreakGlass=is_break_glass,
    )
