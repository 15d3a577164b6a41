"""Who owns a group, or can become its owner through PIM for Groups: ``group.owners``.

The owner of a role-assignable group decides who is in it, and so gives the roles of the group to whom they like.
https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept#how-are-role-assignable-groups-protected
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.directory import DIRECTORY_READS, Principals, find_principals
from scanner.tenant.groups import IdRow
from scanner.tenant.roles.grants import Assignment, end_of
from scanner.tenant.roles.holdings import ROLE_READS, holdings
from scanner.tenant.roles.memberships import ASSIGNMENT, ELIGIBILITY, PIM_GROUP_READS, EligibleInstance, pim_instances
from scanner.tenant.roles.privileged import GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

ROLES_THAT_ASSIGN = (GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR)
"""Whoever holds one of these can give any role to anybody, with or without the group."""


class Owner(msgspec.Struct, gc=False):
    """One owner as Graph lists it."""

    id: str


class OwnersRow(Row):
    """The owners of the group whose id the row has."""

    owners: list[Owner] | None = None


OWNER_READS = (
    Reading("groupOwners", OwnersRow),
    Reading("groups", IdRow),
    *PIM_GROUP_READS,
    *DIRECTORY_READS,
    *ROLE_READS,
)


class GroupOwner(msgspec.Struct, frozen=True, kw_only=True):
    """One owner of a group."""

    id: Annotated[str, Meta(description="Who owns the group.")]
    type: Annotated[str, Meta(description="user, group, servicePrincipal, or unknown: deleted or not told.")]
    displayName: Annotated[str | None, Meta(description="displayName of the owner; null when its type is unknown.")]
    ownership: Annotated[
        str, Meta(description="permanent; timeBound: until a date; eligible: the owner can activate it.")
    ]
    managesRoles: Annotated[
        bool,
        Meta(
            description="The owner holds Global Administrator or Privileged Role Administrator over the tenant, and so "
            "gains nothing by owning the group."
        ),
    ]


def group_owners(tenant: Tenant) -> Callable[[str], list[GroupOwner]]:
    """``group.owners``. Only groups that something names have their owners read; others raise ``NotCollected``."""
    listed = {row.id: row.owners for row in tenant.rows("groupOwners", OwnersRow)}
    managers, unknown = _managers(tenant)
    pim = tenant.once(pim_instances)
    wanted = {owner.id for owners in listed.values() for owner in owners or ()}
    wanted |= {one.principalId or "" for ones in (*pim.eligible.values(), *pim.active.values()) for one in ones}
    principals = find_principals(tenant, wanted)

    def owners_of(group: str) -> list[GroupOwner]:
        owners = listed.get(group)
        if owners is None:
            raise NotCollected("groupOwners", f"the owners of group {group} were not collected")
        for resource in (ELIGIBILITY.resource, ASSIGNMENT.resource):
            if lack := pim.lack(resource, group):
                raise NotCollected(lack.resource, lack.reason)
        ways = _ways([owner.id for owner in owners], pim.active.get(group, ()), pim.eligible.get(group, ()))
        for lack in unknown if any(owner not in managers for owner in ways) else ():
            raise NotCollected(lack.resource, lack.reason)
        return [_describe(owner, way, principals, owner in managers) for owner, way in sorted(ways.items())]

    return owners_of


def _ways(
    owners: Iterable[str], active: Iterable[EligibleInstance], eligible: Iterable[EligibleInstance]
) -> Mapping[str, Assignment]:
    """How each owner owns the group: of several ways the one that lasts longest and needs nothing."""
    ends = dict(_owners(active))
    found = dict.fromkeys((owner for owner, _ in _owners(eligible)), Assignment.ELIGIBLE)
    for owner in {*owners, *ends}:
        found[owner] = Assignment.PERMANENT if ends.get(owner) is None else Assignment.TIME_BOUND
    return found


def _owners(instances: Iterable[EligibleInstance]) -> Iterator[tuple[str, datetime | None]]:
    """Owners with the end of their ownership; those without an end last."""
    ones = [(one.principalId, end_of(one.endDateTime)) for one in instances if one.is_owner]
    for owner, end in sorted(ones, key=lambda one: one[1] is None):
        if owner:
            yield owner, end


def _managers(tenant: Tenant) -> tuple[frozenset[str], tuple[NotCollected, ...]]:
    """Who can assign roles, and what may hide others."""
    known = tenant.once(holdings)
    rows = (row for row in known.rows if row.roleTemplateId in ROLES_THAT_ASSIGN and row.is_tenant_wide)
    return frozenset(row.principalId for row in rows), known.missing


def _describe(owner: str, way: Assignment, principals: Principals, manages: bool) -> GroupOwner:
    known = principals.found.get(owner)
    return GroupOwner(
        id=owner,
        type=known.type if known else "unknown",
        displayName=known.name if known else None,
        ownership=way.value,
        managesRoles=manages,
    )
