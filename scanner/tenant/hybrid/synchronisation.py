"""Whether the tenant is synchronised with Active Directory, and when it last was.

How long ago that is a policy tells by ``now``. The default cycle is 30 minutes, that of password hashes two.
https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-sync-feature-scheduler
https://learn.microsoft.com/graph/api/resources/organization
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class OrganizationRow(Row):
    """The tenant itself, and whether it is synchronised: true, no longer (false), or never was (null)."""

    onPremisesSyncEnabled: bool | None = None


class LastSyncRow(Row):
    """When the tenant was last synchronised."""

    onPremisesLastSyncDateTime: datetime | None = None


class LastPasswordSyncRow(Row):
    """When a request to synchronise passwords last came in."""

    onPremisesLastPasswordSyncDateTime: datetime | None = None


class Features(msgspec.Struct, gc=False):
    """What synchronisation does beside users and groups."""

    passwordSyncEnabled: bool | None = None


class FeaturesRow(Row):
    """The settings of synchronisation."""

    features: Features | None = None


SYNC_READS = (Reading("organization", OrganizationRow),)
LAST_SYNC_READS = (Reading("organization", LastSyncRow),)
LAST_PASSWORD_SYNC_READS = (Reading("passwordSynchronization", LastPasswordSyncRow),)
PASSWORD_SYNC_READS = (Reading("onPremisesSynchronization", FeaturesRow),)


def synchronises(tenant: Tenant) -> bool:
    """Whether users come from Active Directory today. Raises ``NotCollected``."""
    rows = list(tenant.rows("organization", OrganizationRow))
    if not rows:
        raise NotCollected("organization", "is empty, and every tenant has one")
    return any(row.onPremisesSyncEnabled for row in rows)


def is_synchronised(tenant: Tenant) -> Callable[[], bool]:
    """``tenant.isSynchronised``."""
    value = tenant.once(synchronises)
    return lambda: value


def last_sync(tenant: Tenant) -> Callable[[], datetime | None]:
    """``tenant.lastSyncDateTime``."""
    times = [row.onPremisesLastSyncDateTime for row in tenant.rows("organization", LastSyncRow)]
    value = max(filter(None, times), default=None)
    return lambda: value


def last_password_sync(tenant: Tenant) -> Callable[[], datetime | None]:
    """``tenant.lastPasswordSyncDateTime``."""
    rows = tenant.rows("passwordSynchronization", LastPasswordSyncRow)
    value = max(filter(None, (row.onPremisesLastPasswordSyncDateTime for row in rows)), default=None)
    return lambda: value


def password_hash_sync(tenant: Tenant) -> Callable[[], bool]:
    """``tenant.syncsPasswordHashes``."""
    features = [row.features or Features() for row in tenant.rows("onPremisesSynchronization", FeaturesRow)]
    if not features or any(one.passwordSyncEnabled is None for one in features):
        raise NotCollected("onPremisesSynchronization", "does not say whether password hashes are synchronised")
    value = any(one.passwordSyncEnabled for one in features)
    return lambda: value
