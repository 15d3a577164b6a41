"""Users of the tenant by what Active Directory can match them with: immutable id, userPrincipalName, SMTP address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class CloudUserRow(Row):
    """A user with all that a match is made by."""

    userPrincipalName: str | None = None
    mail: str | None = None
    proxyAddresses: list[str] | None = None
    onPremisesImmutableId: str | None = None
    onPremisesSyncEnabled: bool | None = None


CLOUD_USER_READS = (Reading("users", CloudUserRow),)


class CloudUser(msgspec.Struct, frozen=True, gc=False):
    """A user of the tenant, without the addresses."""

    id: str
    name: str | None
    """userPrincipalName."""
    immutable_id: str | None
    synchronised: bool


class Index:
    """Users by a key that is nearly always one user's: a list for every key would keep the garbage collector busy."""

    __slots__ = ("_first", "_more")

    def __init__(self) -> None:
        self._first: dict[str, CloudUser] = {}
        self._more: dict[str, list[CloudUser]] = {}

    def add(self, key: str, user: CloudUser) -> None:
        """One more user with the key."""
        if self._first.setdefault(key, user) is not user:
            self._more.setdefault(key, []).append(user)

    def get(self, key: str) -> Sequence[CloudUser]:
        """All users with the key, in order of their ids."""
        first = self._first.get(key)
        return () if first is None else (first, *self._more.get(key, ()))


@dataclass(frozen=True, slots=True)
class CloudUsers:
    """All of them; the keys of names and addresses are in lower case."""

    by_immutable_id: Index
    by_name: Index
    by_address: Index


def cloud_users(tenant: Tenant) -> CloudUsers:
    """The users of the tenant. Raises ``NotCollected``."""
    found = CloudUsers(Index(), Index(), Index())
    for row in tenant.rows("users", CloudUserRow):
        user = CloudUser(row.id, row.userPrincipalName, row.onPremisesImmutableId, bool(row.onPremisesSyncEnabled))
        if user.immutable_id:
            found.by_immutable_id.add(user.immutable_id, user)
        if user.name:
            found.by_name.add(user.name.lower(), user)
        for address in smtp_addresses(row.proxyAddresses or (), row.mail):
            found.by_address.add(address, user)
    return found


def smtp_addresses(proxies: Iterable[str], mail: str | None) -> dict[str, bool]:
    """Addresses in lower case → whether it is the primary one: that with ``SMTP:`` in capitals, or ``mail`` where none
    is. https://learn.microsoft.com/troubleshoot/entra/entra-id/user-prov-sync/proxyaddresses-attribute-populate
    """
    found: dict[str, bool] = {}
    for proxy in proxies:
        prefix, colon, address = proxy.partition(":")
        if colon and prefix.lower() == "smtp" and address:
            key = address.strip().lower()
            found[key] = found.get(key, False) or prefix == "SMTP"
    if mail:
        found.setdefault(mail.lower(), not any(found.values()))
    return found
