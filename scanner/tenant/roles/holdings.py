"""Who effectively holds which directory role, and how: the derived resource ``roleHoldings`` and ``user.roles``.

A grant is listed for its principal and, where that is a group, for everybody in the group, groups within it too. Who
has to activate something, be it the role or a membership, holds the role eligibly; a holding ends when the assignment
or a membership on the way ends, whichever is first. An activated eligible assignment or membership is active while it
lasts and listed as such, marked ``isActivated``; the eligible one it comes from stays in the list if it lasts longer.

A holder that was deleted stays too, as ``unknown``; so does one that cannot be told because part of the directory was
not collected, and then the list counts as incomplete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS, accounts
from scanner.tenant.directory import DIRECTORY_READS, NAMED_SERVICE_PRINCIPALS, NAMED_USERS, find_principals
from scanner.tenant.roles.definitions import DEFINITION_READS, definition
from scanner.tenant.roles.grants import GRANT_READS, Assignment, grants
from scanner.tenant.roles.memberships import MEMBERSHIP_READS
from scanner.tenant.roles.scopes import SCOPE_READS, TENANT_SCOPE, Scope, scopes
from scanner.tenant.roles.spread import Held, spread

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

ROLE_READS = (
    *GRANT_READS,
    *DEFINITION_READS,
    *DIRECTORY_READS,
    *MEMBERSHIP_READS,
    *SCOPE_READS,
    *BREAK_GLASS_READS,
)

_APPLICATIONS = "applications"
"""Only said to be the scope of a role."""

"""What only hides holdings that are eligible."""


class PathGroup(msgspec.Struct, frozen=True):
    """One group on the way to a role."""

    id: Annotated[str, Meta(description="Id of the group.")]
    displayName: Annotated[str | None, Meta(description="Its displayName; null when the group is not told.")]


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
        str,
        Meta(
            description="permanent: active without end; timeBound: active until endDateTime; eligible: the holder can "
            "activate the role, or membership in a group that gives it."
        ),
    ]
    isActivated: Annotated[
        bool,
        Meta(
            description="An eligible assignment or membership in use; its eligible holding is listed too where it "
            "lasts longer."
        ),
    ]
    via: Annotated[str, Meta(description="direct, or group: as a member, nested or not, of a group that has the role.")]
    groupId: Annotated[str | None, Meta(description="The group that has the role; null when direct, or not told.")]
    groupName: Annotated[str | None, Meta(description="displayName of that group.")]
    path: Annotated[
        list[PathGroup],
        Meta(
            description="The groups from the one that has the role to the one the holder is in; empty when direct, or "
            "not told. Of several ways the one that lasts longest."
        ),
    ] = msgspec.field(default_factory=list)
    scope: Annotated[
        str,
        Meta(
            description="What the role is held over: tenant, administrativeUnit, application (one application), group "
            "(one group), object (another object, or one that is not told), appSpecific (something in an application)."
        ),
    ] = Scope.TENANT.value
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
        """What may hide further holdings of users and groups: a service principal that is not told hides none."""
        harmless = (NAMED_SERVICE_PRINCIPALS.resource, _APPLICATIONS)
        return tuple(lack for lack in self.missing if lack.resource not in harmless)

    @property
    def missing_for_service_principals(self) -> tuple[NotCollected, ...]:
        """What may hide further holdings of service principals: a user who is not told hides none."""
        return tuple(lack for lack in self.missing if lack.resource not in (NAMED_USERS.resource, _APPLICATIONS))


def holdings(tenant: Tenant) -> Holdings:
    """The union of all ways of holding a role.

    Raises ``NotCollected`` when nothing certain can be said of any: without the roles themselves, or when it is not
    known who the break-glass accounts are.
    """
    known = tenant.once(grants)
    held, lacking = spread(tenant, known.grants)
    describe = _Describer(tenant, held)
    rows: list[RoleHolding] = []
    missing = [*known.missing, *lacking, *describe.missing]
    for one in held:
        try:
            rows.append(describe(one))
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
    raise_for(known.missing)


def principal_roles(tenant: Tenant) -> Callable[[str], list[RoleHolding]]:
    """``user.roles`` and ``group.roles``."""
    known = tenant.once(holdings)
    raise_for(known.missing_for_users)
    return lambda principal: known.by_principal.get(principal, [])


def service_principal_roles(tenant: Tenant) -> Callable[[str], list[RoleHolding]]:
    """``servicePrincipal.roles``."""
    known = tenant.once(holdings)
    raise_for(known.missing_for_service_principals)
    return lambda principal: known.by_principal.get(principal, [])


def eligible_users(tenant: Tenant) -> Callable[[str], list[Any]]:
    """``unifiedRoleDefinition.eligibleUsers``, as records."""
    known = tenant.once(holdings)
    raise_for(known.missing_for_users)
    eligible: dict[str, set[str]] = {}
    for row in known.rows:
        if row.assignment == Assignment.ELIGIBLE and row.principalType == "user":
            eligible.setdefault(row.roleDefinitionId.lower(), set()).add(row.principalId)

    @cache
    def record(user: str) -> Any:
        """Searched for once, however many roles the user is eligible for."""
        return tenant.record("user", "users", user)

    def fact(role: str) -> list[Any]:
        found = map(record, sorted(eligible.get(role.lower(), ())))
        return [record for record in found if record is not None]

    return fact


def raise_for(missing: Sequence[NotCollected]) -> None:
    """Raises ``NotCollected`` for all that is missing, each lack once; does nothing if nothing is."""
    if missing:
        first, *others = {(lack.resource, lack.reason): lack for lack in missing}.values()
        raise NotCollected(first.resource, first.reason, others)


class _Describer:
    """Makes the record of what is held; raises ``NotCollected`` as ``definition`` does."""

    def __init__(self, tenant: Tenant, held: Sequence[Held]) -> None:
        """Raises ``NotCollected`` when it is not known who the break-glass accounts are."""
        holders = {one.principal for one in held}
        named = {one.grant.principal for one in held}.union(*(one.groups for one in held))
        self._tenant = tenant
        self._principals = find_principals(tenant, holders | named)
        self._break_glass = tenant.once(accounts).certain()
        self._scopes = scopes(tenant, {one.grant.scope for one in held})
        untold = not holders <= self._principals.found.keys()
        self.missing = (*(self._principals.missing if untold else ()), *self._scopes.missing)

    def __call__(self, held: Held) -> RoleHolding:
        grant = held.grant
        role = definition(self._tenant, grant.role)
        found = self._principals.found
        principal = found.get(held.principal)
        path = [PathGroup(one, found[one].name if one in found else None) for one in held.groups]
        return RoleHolding(
            id=held.id,
            principalId=held.principal,
            principalType=principal.type if principal else "unknown",
            principalName=principal.name if principal else None,
            principalExists=principal is not None or bool(self._principals.missing),
            roleDefinitionId=grant.role,
            roleTemplateId=role.template,
            roleName=role.name,
            isPrivileged=bool(role.privileged),
            assignment=held.assignment.value,
            isActivated=held.is_activated,
            via="group" if held.via_group else "direct",
            groupId=path[0].id if path else None,
            groupName=path[0].displayName if path else None,
            path=path,
            scope=self._scopes.word(grant.scope, grant.app_scope).value,
            directoryScopeId=grant.scope,
            appScopeId=grant.app_scope,
            startDateTime=grant.start,
            endDateTime=held.end,
            assignmentId=grant.id,
            isBreakGlass=held.principal in self._break_glass,
        )
