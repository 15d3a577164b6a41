"""What is Microsoft's and the same in every tenant: ids and names that stay as they are.

``known.json`` has what Microsoft publishes as lists. The rest is learnt from the snapshot, out of records that are
Microsoft's by their own account: products, built-in roles and strengths, service principals of Microsoft's tenants with
their permissions. The verified domains are learnt too, since they stand in many places without an address around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources

import msgspec

from scanner.collect.catalogue import WELL_KNOWN_APIS
from scanner.model import Outcome
from scanner.redact.pseudonyms import GUID
from scanner.snapshot import Snapshot
from scanner.tenant.applications.permissions import MICROSOFT_TENANTS

_BY_FORM = re.compile(
    r"00000000-0000-0000-0000-[0-9a-f]{12}"  # fixed numbers: built-in strengths, singletons, "no id"
    r"|[0-9a-f]{8}-0000-0000-c000-000000000000"  # Microsoft's first applications
    r"|[0-9a-f]{8}-0000-0ff1-ce00-000000000000"  # those of Office
)
"""Ids that nobody is given at random."""

_SCOPES = frozenset({"openid", "profile", "email", "offline_access", "address", "phone", "user_impersonation"})
"""https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims, and the scope of an application as a whole."""


@dataclass(frozen=True)
class Known:
    """What stays, and what stands for a domain."""

    ids: frozenset[str]
    """GUIDs in lower case."""
    words: frozenset[str] = frozenset()
    """Names of permissions, of Microsoft's applications and of built-in roles."""
    domains: frozenset[str] = frozenset()
    """The tenant's own, in lower case."""

    def is_id(self, guid: str) -> bool:
        """Whether ``guid`` is Microsoft's."""
        lower = guid.lower()
        return lower in self.ids or _BY_FORM.fullmatch(lower) is not None


class _List(msgspec.Struct):
    source: str
    ids: dict[str, str]


def published() -> Known:
    """What holds for every snapshot."""
    content = resources.files(__package__).joinpath("known.json").read_bytes()
    lists = msgspec.json.decode(content, type=dict[str, _List])
    ids = {key for one in lists.values() for key in one.ids}
    return Known(frozenset(ids.union(WELL_KNOWN_APIS, MICROSOFT_TENANTS)), _SCOPES)


def learn(snapshot: Snapshot) -> Known:
    """What is known with this snapshot. Raises ``SnapshotError``.

    A record of an unexpected form teaches nothing, and what is Microsoft's in it is replaced like the rest.
    """
    found = _Found(published())
    decode = msgspec.json.Decoder(_Record).decode
    for resource, see in _LESSONS.items():
        if snapshot.entry(resource).outcome is not Outcome.COLLECTED:
            continue
        for line in snapshot.lines(resource):
            try:
                record = decode(line)
            except (ValueError, RecursionError):
                continue
            see(found, record)
    return found.known()


class _Plan(msgspec.Struct, gc=False):
    servicePlanId: str | None = None


class _Permission(msgspec.Struct, gc=False):
    id: str | None = None
    value: str | None = None


class _Domain(msgspec.Struct, gc=False):
    name: str | None = None


class _Record(msgspec.Struct, gc=False):
    """A record of any of the resources below: what is read of one is absent from the others."""

    id: str
    displayName: str | None = None
    skuId: str | None = None
    servicePlans: list[_Plan] | None = None
    templateId: str | None = None
    isBuiltIn: bool | None = None
    policyType: str | None = None
    appId: str | None = None
    appOwnerOrganizationId: str | None = None
    appDisplayName: str | None = None
    appRoles: list[_Permission] | None = None
    oauth2PermissionScopes: list[_Permission] | None = None
    verifiedDomains: list[_Domain] | None = None


@dataclass
class _Found:
    start: Known
    ids: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)

    def add_ids(self, texts: Iterable[str | None]) -> None:
        self.ids.update(text.lower() for text in texts if text and GUID.fullmatch(text))

    def add_words(self, texts: Iterable[str | None]) -> None:
        self.words.update(filter(None, texts))

    def known(self) -> Known:
        return Known(self.start.ids | self.ids, self.start.words | self.words, frozenset(self.domains))


def _sku(found: _Found, sku: _Record) -> None:
    found.add_ids((sku.skuId, *(plan.servicePlanId for plan in sku.servicePlans or ())))


def _role(found: _Found, role: _Record) -> None:
    if role.isBuiltIn:
        found.add_ids((role.id, role.templateId))
        found.add_words((role.displayName,))


def _strength(found: _Found, strength: _Record) -> None:
    if strength.policyType == "builtIn":
        found.add_ids((strength.id,))
        found.add_words((strength.displayName,))


def _principal(found: _Found, principal: _Record) -> None:
    owner, app = principal.appOwnerOrganizationId or "", principal.appId or ""
    if owner.lower() not in MICROSOFT_TENANTS and not found.start.is_id(app):
        return
    found.add_ids((app,))
    found.add_words((principal.displayName, principal.appDisplayName))
    for permission in (*(principal.appRoles or ()), *(principal.oauth2PermissionScopes or ())):
        found.add_ids((permission.id,))
        found.add_words((permission.value,))


def _domain(found: _Found, domain: _Record) -> None:
    found.domains.add(domain.id.lower())


def _organization(found: _Found, organization: _Record) -> None:
    found.domains.update(domain.name.lower() for domain in organization.verifiedDomains or () if domain.name)


_LESSONS: Mapping[str, Callable[[_Found, _Record], None]] = {
    "subscribedSkus": _sku,
    "roleDefinitions": _role,
    "authenticationStrengthPolicies": _strength,
    "servicePrincipals": _principal,
    "domains": _domain,
    "organization": _organization,
}
