"""Which users of Active Directory belong to which users of the tenant: the derived resource ``adMatches``.

Entra looks for a user with the immutable id first (hard match), then for one without any that has the same
userPrincipalName or primary SMTP address (soft match). It matches nobody who holds an administrator's role.
https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-install-existing-tenant
https://learn.microsoft.com/entra/identity/hybrid/connect/tshoot-connect-sync-errors
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.hybrid.cloud_users import CLOUD_USER_READS, CloudUser, CloudUsers, cloud_users, smtp_addresses
from scanner.tenant.hybrid.immutable_id import source_anchors
from scanner.tenant.hybrid.requests import set_immutable_id
from scanner.tenant.hybrid.synchronisation import SYNC_READS, synchronises

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

State = Literal["hardMatched", "softMatchCandidate", "conflict", "absent"]
Conflict = Literal["otherImmutableId", "severalCloudUsers", "severalOnPremisesUsers"]


class AdUserRow(Row):
    """A user of Active Directory."""

    userPrincipalName: str | None = None
    samAccountName: str | None = None
    mail: str | None = None
    proxyAddresses: list[str] | None = None
    enabled: bool | None = None
    consistencyGuid: str | None = None


AD_MATCH_READS = (Reading("adUsers", AdUserRow), *CLOUD_USER_READS, *SYNC_READS)


class AdMatch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One user of Active Directory, and who it is in the tenant."""

    id: Annotated[str, Meta(description="objectGUID of the user of Active Directory.")]
    userPrincipalName: Annotated[str | None, Meta(description="userPrincipalName in Active Directory.")]
    samAccountName: Annotated[str | None, Meta(description="sAMAccountName in Active Directory.")]
    enabled: Annotated[bool | None, Meta(description="Whether the account is enabled there; null where not told.")]
    state: Annotated[
        State,
        Meta(
            description="hardMatched: a user of the tenant carries its immutable id; softMatchCandidate: one without "
            "any has the same name or address; conflict: see conflict; absent: none has anything of it."
        ),
    ]
    conflict: Annotated[
        Conflict | None,
        Meta(
            description="otherImmutableId: who has its name or address carries the id of another; severalCloudUsers: "
            "more than one user of the tenant has its id, name or address; severalOnPremisesUsers: another user of "
            "Active Directory belongs to the same user of the tenant. null without a conflict."
        ),
    ]
    matchedBy: Annotated[
        list[str],
        Meta(
            description="What is the same: immutableId, userPrincipalName, primarySmtpAddress, or smtpAddress, which "
            "Entra does not match by and which no second user can have."
        ),
    ]
    expectedImmutableId: Annotated[
        str, Meta(description="onPremisesImmutableId that its user of the tenant should have.")
    ]
    foundImmutableId: Annotated[
        str | None, Meta(description="The one that user has; null for none, and for no or several users.")
    ]
    cloudUserId: Annotated[str | None, Meta(description="Id of its user of the tenant; null for no or several users.")]
    cloudUserPrincipalName: Annotated[str | None, Meta(description="userPrincipalName of that user.")]
    cloudUsers: Annotated[list[str], Meta(description="Names of all users of the tenant that are concerned.")]
    holdsRole: Annotated[
        bool | None,
        Meta(
            description="That user holds a directory role, so that Entra does not match it; null where it is not known "
            "and for no or several users."
        ),
    ]
    request: Annotated[
        str | None,
        Meta(
            description="The request to Microsoft Graph that sets the immutable id. null where there is nothing to "
            "set, or where it cannot be set: of several users, and of a user that is synchronised as another's."
        ),
    ]


class _Found(msgspec.Struct, frozen=True, gc=False):
    """What the tenant has of one user of Active Directory."""

    state: State
    expected: str
    users: tuple[CloudUser, ...] = ()
    by: tuple[str, ...] = ()
    conflict: Conflict | None = None

    @property
    def only(self) -> CloudUser | None:
        """The user, if it is one."""
        return self.users[0] if len(self.users) == 1 else None


def ad_matches(tenant: Tenant) -> Iterator[AdMatch]:
    """``adMatches``. A tenant that is not synchronised and has no export has none."""
    yield from tenant.once(_matches)


def _matches(tenant: Tenant) -> tuple[AdMatch, ...]:
    try:
        exported = tenant.rows("adUsers", AdUserRow)
    except NotCollected:
        if tenant.once(synchronises):
            raise
        return ()
    cloud = tenant.once(cloud_users)
    pairs = [(row, _find(row, cloud)) for row in exported]
    claims = Counter(found.only.id for _, found in pairs if found.only is not None and found.conflict is None)
    describe = _Describer(tenant)
    return tuple(describe(row, _settled(found, claims)) for row, found in pairs)


def _find(row: AdUserRow, cloud: CloudUsers) -> _Found:
    anchors = source_anchors(row.id, row.consistencyGuid)
    holders = {user.id: user for anchor in anchors for user in cloud.by_immutable_id.get(anchor)}
    namesakes = _namesakes(row, cloud)
    if holders:
        return _held(anchors[0], holders, {key: by for key, by in namesakes.items() if key.id not in holders})
    users, by = tuple(namesakes), _ordered(namesakes.values())
    if not users:
        return _Found("absent", anchors[0])
    if len(users) > 1:
        return _Found("conflict", anchors[0], users, by, "severalCloudUsers")
    if users[0].immutable_id:
        return _Found("conflict", anchors[0], users, by, "otherImmutableId")
    return _Found("softMatchCandidate", anchors[0], users, by)


def _held(expected: str, holders: Mapping[str, CloudUser], others: Mapping[CloudUser, set[str]]) -> _Found:
    """Who carries the id. A name or an address that belongs to another account cannot be synchronised to this one."""
    users, by = (*holders.values(), *others), ("immutableId", *_ordered(others.values()))
    if len(users) > 1:
        return _Found("conflict", expected, users, by, "severalCloudUsers")
    return _Found("hardMatched", users[0].immutable_id or expected, users, by)


def _namesakes(row: AdUserRow, cloud: CloudUsers) -> Mapping[CloudUser, set[str]]:
    """Users of the tenant by what they have in common with the user, in order of their ids."""
    found: dict[CloudUser, set[str]] = {}
    for user in cloud.by_name.get((row.userPrincipalName or "").lower()):
        found.setdefault(user, set()).add("userPrincipalName")
    for address, is_primary in smtp_addresses(row.proxyAddresses or (), row.mail).items():
        for user in cloud.by_address.get(address):
            found.setdefault(user, set()).add("primarySmtpAddress" if is_primary else "smtpAddress")
    return {user: found[user] for user in sorted(found, key=lambda user: user.id)}


def _ordered(common: Iterable[set[str]]) -> tuple[str, ...]:
    """What several users have in common with one of Active Directory, the strongest first."""
    order = ("userPrincipalName", "primarySmtpAddress", "smtpAddress")
    found = set().union(*common)
    return tuple(name for name in order if name in found)


def _settled(found: _Found, claims: Counter[str]) -> _Found:
    """``found``, unless another user of Active Directory has the same user of the tenant."""
    if found.only is None or found.conflict is not None or claims[found.only.id] == 1:
        return found
    return _Found("conflict", found.expected, found.users, found.by, "severalOnPremisesUsers")


class _Describer:
    """Makes the records."""

    def __init__(self, tenant: Tenant) -> None:
        self._cloud = tenant.snapshot.manifest.cloud
        self._roles = tenant.fact("user", "roles")

    def __call__(self, row: AdUserRow, found: _Found) -> AdMatch:
        user = found.only
        return AdMatch(
            id=row.id,
            userPrincipalName=row.userPrincipalName,
            samAccountName=row.samAccountName,
            enabled=row.enabled,
            state=found.state,
            conflict=found.conflict,
            matchedBy=list(found.by),
            expectedImmutableId=found.expected,
            foundImmutableId=user.immutable_id if user is not None else None,
            cloudUserId=user.id if user is not None else None,
            cloudUserPrincipalName=user.name if user is not None else None,
            cloudUsers=[one.name or one.id for one in found.users],
            holdsRole=self._holds_role(user),
            request=self._request(found, user),
        )

    def _request(self, found: _Found, user: CloudUser | None) -> str | None:
        settable = found.state == "softMatchCandidate" or found.conflict == "otherImmutableId"
        if user is None or user.synchronised or not settable:
            return None
        return set_immutable_id(self._cloud, user.id, found.expected)

    def _holds_role(self, user: CloudUser | None) -> bool | None:
        """Whether the user holds a directory role; None where that is not known."""
        try:
            return None if user is None else bool(self._roles(user))
        except NotCollected:
            return None
