"""Users that carry an immutable id: what for, and who carries the same.

Entra Connect fails with DeletingCloudOnlyObjectNotAllowed at a user that was synchronised once and still carries the id
of an object that it wants deleted, as after a restore from the recycle bin. Of such a user onPremisesSyncEnabled is
false, where it is null for one that never was synchronised. That Active Directory still has the object, or that the
domain is federated, excuses the latter only: mostly the object was moved out of the scope of synchronisation.
https://learn.microsoft.com/entra/identity/hybrid/connect/tshoot-connect-sync-errors#resolve-error-type-114
https://learn.microsoft.com/graph/api/resources/user#properties
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.hybrid.immutable_id import source_anchors

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

Use = Literal["none", "synchronised", "awaited", "federated", "orphaned"]


class CarrierRow(Row):
    """A user, and the immutable id it carries."""

    userPrincipalName: str | None = None
    onPremisesImmutableId: str | None = None
    onPremisesSyncEnabled: bool | None = None


class AnchorRow(Row):
    """A user of Active Directory by what its immutable id is made from."""

    consistencyGuid: str | None = None


class AuthenticationRow(Row):
    """A domain; its id is its name."""

    authenticationType: str | None = None


USE_READS = (
    Reading("users", CarrierRow),
    Reading("domains", AuthenticationRow),
    Reading("adUsers", AnchorRow),
)
SHARED_READS = (Reading("users", CarrierRow), Reading("deletedUsers", CarrierRow))


class ImmutableIdHolder(msgspec.Struct, frozen=True):
    """Another user with the same immutable id."""

    id: Annotated[str, Meta(description="Id of the user.")]
    userPrincipalName: Annotated[str | None, Meta(description="Name of the user.")]
    isDeleted: Annotated[bool, Meta(description="Whether the user is in the recycle bin.")]
    isSynchronised: Annotated[
        bool, Meta(description="Whether the user is synchronised, so that Active Directory decides on its id.")
    ]


def immutable_id_use(tenant: Tenant) -> Callable[[str], Use]:
    """``user.immutableIdUse``."""
    expected = tenant.once(_expected)
    uses: dict[str, Use] = {}
    others: dict[str, str] = {}
    for row in tenant.rows("users", CarrierRow):
        if row.onPremisesSyncEnabled:
            uses[row.id] = "synchronised"
        elif not row.onPremisesImmutableId:
            continue
        elif row.onPremisesSyncEnabled is not None:
            uses[row.id] = "orphaned"
        elif row.onPremisesImmutableId in expected:
            uses[row.id] = "awaited"
        else:
            others[row.id] = (row.userPrincipalName or "").rpartition("@")[2].lower()

    def use(user: str) -> Use:
        if user in others:
            return "federated" if others[user] in tenant.once(_federated) else "orphaned"
        return uses.get(user, "none")

    return use


def _expected(tenant: Tenant) -> frozenset[str]:
    """The immutable ids of the users of Active Directory, as far as an export says."""
    try:
        rows = tenant.rows("adUsers", AnchorRow)
    except NotCollected:
        return frozenset()
    return frozenset(anchor for row in rows for anchor in source_anchors(row.id, row.consistencyGuid))


def _federated(tenant: Tenant) -> frozenset[str]:
    """Domains whose users sign in elsewhere: their identity provider names them by the immutable id.
    https://learn.microsoft.com/graph/api/resources/domain"""
    rows = tenant.rows("domains", AuthenticationRow)
    return frozenset(row.id.lower() for row in rows if row.authenticationType == "Federated")


def same_immutable_id(tenant: Tenant) -> Callable[[str], list[ImmutableIdHolder]]:
    """``user.sameImmutableId``."""
    shared = tenant.once(_shared)
    return lambda user: [one for one in shared.get(user, ()) if one.id != user]


def _shared(tenant: Tenant) -> Mapping[str, tuple[ImmutableIdHolder, ...]]:
    """Ids of users, active and deleted, → all who carry the same immutable id, for those of whom there are several."""
    holders: dict[str, list[ImmutableIdHolder]] = {}
    for resource in ("users", "deletedUsers"):
        for row in tenant.rows(resource, CarrierRow):
            if row.onPremisesImmutableId:
                deleted, synchronised = resource == "deletedUsers", row.onPremisesSyncEnabled is True
                holder = ImmutableIdHolder(row.id, row.userPrincipalName, deleted, synchronised)
                holders.setdefault(row.onPremisesImmutableId, []).append(holder)
    return {one.id: tuple(several) for several in holders.values() if len(several) > 1 for one in several}
