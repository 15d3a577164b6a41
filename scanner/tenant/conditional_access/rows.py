"""The parts of Conditional Access policies that say whom they are for.

Source: https://learn.microsoft.com/graph/api/resources/conditionalaccessusers
https://learn.microsoft.com/graph/api/resources/conditionalaccessguestsorexternalusers
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

ALL = "All"
NONE = "None"
ANY_GUEST = "GuestsOrExternalUsers"
"""Among user ids: all kinds of guests of all tenants, as policies had it before the kinds could be chosen.
https://learn.microsoft.com/entra/external-id/authentication-conditional-access"""

GUEST_KINDS = (
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
)

_WORDS = {word.lower(): word for word in (ALL, NONE, ANY_GUEST)}
_KINDS = {kind.lower(): kind for kind in GUEST_KINDS}


class ExternalTenants(msgspec.Struct, gc=False):
    """The tenants guests come from."""

    membershipKind: str | None = None
    """``all`` or ``enumerated``."""
    members: list[str] | None = None
    """Ids of the tenants, where they are enumerated."""


class Guests(msgspec.Struct, gc=False):
    """Kinds of guests and external users."""

    guestOrExternalUserTypes: str | None = None
    """Several, joined by commas."""
    externalTenants: ExternalTenants | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds named, also those this version does not know."""
        names = (name.strip() for name in (self.guestOrExternalUserTypes or "").split(","))
        return frozenset(_KINDS.get(name.lower(), name) for name in names if name.lower() not in ("", "none"))

    @property
    def all_tenants(self) -> bool:
        """Whether guests of every tenant are meant."""
        where = self.externalTenants
        return where is None or where.membershipKind == "all" or (where.membershipKind is None and not where.members)

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants that are enumerated."""
        return frozenset((self.externalTenants and self.externalTenants.members) or ())


@dataclass(frozen=True)
class Selection:
    """Users as a policy names them, either to include or to exclude them."""

    users: Sequence[str]
    groups: Sequence[str]
    roles: Sequence[str]
    guests: Guests | None


def _ids(given: Sequence[str] | None) -> Sequence[str]:
    """As the directory has them: ids in small letters, however the policy was written."""
    return [_WORDS.get(one.lower(), one.lower()) for one in given or ()]


class Users(msgspec.Struct, gc=False):
    """Who is included and who is excluded; an exclusion wins."""

    includeUsers: list[str] | None = None
    includeGroups: list[str] | None = None
    includeRoles: list[str] | None = None
    includeGuestsOrExternalUsers: Guests | None = None
    excludeUsers: list[str] | None = None
    excludeGroups: list[str] | None = None
    excludeRoles: list[str] | None = None
    excludeGuestsOrExternalUsers: Guests | None = None

    @property
    def included(self) -> Selection:
        """Whom the policy is for."""
        return Selection(
            _ids(self.includeUsers),
            _ids(self.includeGroups),
            _ids(self.includeRoles),
            self.includeGuestsOrExternalUsers,
        )

    @property
    def excluded(self) -> Selection:
        """Whom it leaves out all the same."""
        return Selection(
            _ids(self.excludeUsers),
            _ids(self.excludeGroups),
            _ids(self.excludeRoles),
            self.excludeGuestsOrExternalUsers,
        )


class UserConditions(msgspec.Struct, gc=False):
    """The conditions that say whom a policy is for: users, or service principals. One of the two is there."""

    users: dict[str, Any] | None = None
    clientApplications: dict[str, Any] | None = None


USER_CONDITIONS = frozenset(field.name for field in msgspec.structs.fields(Users))
"""Conditions on users that tenantlint knows."""


class PolicyRow(Row):
    """A policy: its state and whom it is for."""

    displayName: str | None = None
    state: str | None = None
    conditions: UserConditions | None = None

    @property
    def users(self) -> Users:
        """Whom it is for; nobody when it does not say."""
        known = {name: value for name, value in self._users.items() if name in USER_CONDITIONS}
        try:
            return msgspec.convert(known, Users)
        except msgspec.ValidationError as error:
            reason = f"the record {self.id} is not as Microsoft documents it: conditions.users: {error}"
            raise NotCollected("conditionalAccessPolicies", reason) from None

    @property
    def doubt(self) -> str:
        """Why it is not known whom the policy is for; empty where it is.

        Either users or clientApplications is required:
        https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
        """
        if not self._users and not (self.conditions and self.conditions.clientApplications):
            return "does not say whom it is for"
        unknown = sorted(
            name for name in self._users if name not in USER_CONDITIONS and "@" not in name and self._users[name]
        )
        return f"chooses users by {', '.join(unknown)}, which this version does not know" if unknown else ""

    @property
    def _users(self) -> dict[str, Any]:
        return (self.conditions and self.conditions.users) or {}


POLICY_READS = (Reading("conditionalAccessPolicies", PolicyRow),)
