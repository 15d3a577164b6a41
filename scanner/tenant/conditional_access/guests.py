"""Which kind of guest or external user somebody is, as far as the user object tells.

The kinds are defined by how a user signs in (here or elsewhere) and by ``userType``:
https://learn.microsoft.com/entra/external-id/authentication-conditional-access
Who signs in elsewhere has ``#EXT#`` in the user principal name:
https://learn.microsoft.com/entra/external-id/user-properties
A user who was invited (``creationType``) and has no such name may have been converted to an internal one or renamed:
then both are possible. B2B direct connect users and service providers have no user object in the tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

Kinds: TypeAlias = tuple[str | None, ...]
"""The kinds that a user may be of; None stands for an internal member, who is no guest of any kind."""

INTERNAL: Kinds = (None,)


class GuestRow(Row):
    """A user with what tells guests apart."""

    userType: str | None = None
    creationType: str | None = None
    userPrincipalName: str | None = None


GUEST_READS = (Reading("users", GuestRow),)


def guests(tenant: Tenant) -> Mapping[str, Kinds]:
    """User id → kinds, of those who are or may be guests or external. Raises ``NotCollected``."""
    return {row.id: kinds for row in tenant.rows("users", GuestRow) if (kinds := guest_kinds(row)) != INTERNAL}


def guest_kinds(user: GuestRow) -> Kinds:
    """The kinds this user may be of."""
    if "#EXT#" in (user.userPrincipalName or "").upper():
        return _external(user.userType)
    internal: Kinds = ("internalGuest",) if user.userType == "Guest" else INTERNAL
    if user.creationType in ("Invitation", "SelfServiceSignUp"):
        return (*internal, *_external(user.userType))
    return internal


def _external(user_type: str | None) -> Kinds:
    if user_type == "Guest":
        return ("b2bCollaborationGuest",)
    if user_type == "Member":
        return ("b2bCollaborationMember",)
    return ("b2bCollaborationGuest", "otherExternalUser")
