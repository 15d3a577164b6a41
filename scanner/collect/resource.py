"""What an entry of the catalogue says of a resource: the words of the catalogue, without its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class License(StrEnum):
    """Entra editions that gate an API or a policy. Service plan ids are in ``scanner/tenant/licenses.py``."""

    P1 = "P1"
    P2 = "P2"
    GOVERNANCE = "Governance"
    WORKLOAD_ID = "Workload ID"


@dataclass(frozen=True)
class Reference:
    """Where ids of another resource stand: ``conditions.users.includeGroups`` of ``conditionalAccessPolicies``.

    ``assignments[].principalId`` leads through a list: to those of all assignments.
    """

    resource: str
    path: str

    @property
    def property(self) -> str:
        """The top-level property that the path begins with."""
        return self.path.partition(".")[0].removesuffix("[]")


@dataclass(frozen=True)
class FanOut:
    """One request per parent record, for what no bulk request gives.

    ``{id}`` in the path or in the filter is the parent's id, ``{since}`` in the filter the moment ``days`` before now.
    """

    parents: str
    """Resource whose records are the parents."""
    item: str
    """Graph type of one value: ``directoryObject``."""
    values: str
    """The property that holds the list in the stored record ``{"id": parent id, values: [...]}``."""
    only: tuple[Reference, ...] = ()
    """Parents are limited to ids found here and to those the configuration declares as break-glass
    (empty: all parents). References to resources that were not asked for are passed over."""
    declared: bool = False
    """Parents are limited to break-glass accounts: users whom the configuration declares, and the members of groups
    that it declares. Groups and members that were not asked for are passed over, as with ``only``."""
    nested: bool = False
    """Members that are themselves parents are read too, until no new one appears."""
    only_ids: tuple[str, ...] = ()
    """Parents are limited to those whose ``key`` is one of these constants (empty: no such limit)."""
    key: str = "id"
    """The parent's property that ``only_ids`` is compared with."""
    select: tuple[str, ...] = ()
    """Properties read of one value (empty: whatever Graph sends, for an API without ``$select``)."""
    days: int = 0
    """How far ``{since}`` lies back."""


@dataclass(frozen=True)
class Azure:
    """What Azure Resource Manager needs instead of a Graph permission and licence: a role at a scope.

    Such a resource has the api-version as its ``version`` and the action that reading takes as its ``permission``.
    """

    role: str
    """Built-in role that allows the action and the least beside it."""
    scope: str
    """Where the role is to be assigned."""
    each: str = ""
    """Resource whose records are asked one by one: ``subscriptions``; ``{subscriptionId}`` in the path is the record's
    property. Empty: one request for all."""
    withheld: frozenset[str] = frozenset()
    """Properties, at any depth, whose value is an address that works like a password: its host alone is kept."""


@dataclass(frozen=True)
class Resource:
    """One collection or singleton of Microsoft Graph, or one collection of Azure Resource Manager."""

    name: str
    """Graph's own name of the collection: ``users``. Key of the snapshot."""
    singular: str
    """Name of a record in expressions: ``user``."""
    type: str
    """Record type in the type catalogue: Graph's type name, ``user``. A fan-out has a type of its own name with the
    properties ``id`` and ``fan_out.values``."""
    path: str
    """Request path after the version: ``users``, ``policies/authorizationPolicy``."""
    permission: str
    """Least Graph application permission that reads every property of the record not named in ``permission_for``."""
    documentation: str
    """Page that states path and permission."""
    version: str = "v1.0"
    singleton: bool = False
    select: bool = True
    """Whether the API documents ``$select``."""
    expand: str = ""
    """``$expand``: of a fan-out always, otherwise as far as its properties are asked for."""
    filter: str = ""
    top: int | None = None
    """Largest documented page size; None: no ``$top`` is documented, or no largest value."""
    licenses: tuple[License, ...] = ()
    """Editions that open the API, any one of them (empty: none needed)."""
    permission_for: Mapping[str, str] | None = None
    """Properties that need a further permission: ``{"signInActivity": "AuditLog.Read.All"}``."""
    license_for: Mapping[str, License] | None = None
    """Properties that need a licence."""
    omitted_when_null: frozenset[str] = frozenset()
    """Selected properties that Graph leaves out of a record instead of sending null."""
    always: tuple[str, ...] = ("id",)
    """Properties read whatever the policies need: identity and the name shown in findings."""
    fan_out: FanOut | None = None
    small: bool = True
    """Small by nature: held in memory, offered to expressions as ``tenant.<name>``. Others are streamed."""
    key: str = "id"
    """The property that identifies and orders records (subscribedSkus and the like have ``id`` too)."""
    advanced: bool = False
    """Needs ``ConsistencyLevel: eventual`` on every page."""
    azure: Azure | None = None
    """Set for what Azure Resource Manager has, None for what Graph has."""
    imported: str = ""
    """How a file is added to a snapshot, in words: set for what is read from a file and asked of no service. Such a
    resource has no path and takes no permission."""

    @property
    def parents(self) -> str:
        """The resource that must be read before, because it is asked for each of its records; empty when none is."""
        if self.fan_out is not None:
            return self.fan_out.parents
        return self.azure.each if self.azure is not None else ""
