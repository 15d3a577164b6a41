"""From what policies need to what is asked of Graph: requests, their order, and the permissions they take.

A plan is made without a tenant and without credentials, so that ``tenantlint permissions`` can show it beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from scanner.collect.catalogue import BY_NAME, COVERED_BY, least
from scanner.collect.resource import Resource
from scanner.errors import UsageError

Needs = Mapping[str, Iterable[str]]
"""Resource name → names of the properties that policies and facts read of it."""

HEADER = ("organization", ("id", "displayName"))
"""Read in every collection: whose snapshot it is."""
_ITEM_SELECT = {"directoryObject": ("id",)}
"""Of the objects in a fan-out's list, by their type: a directoryObject's other properties are its subtypes'."""
_LITERAL = "$,()'/:;=@{}"
"""Left as they are in a query, for people to read; the rest is percent-encoded."""


@dataclass(frozen=True)
class Item:
    """One resource to be read."""

    resource: Resource
    properties: frozenset[str]
    """Top-level properties asked for, identity and name included. Everything else only comes where the API has no
    ``$select``."""
    after: tuple[str, ...] = ()
    """Resources that have to be read before."""

    @property
    def requested(self) -> tuple[str, ...] | None:
        """Properties that records should have; None where the API does not take a selection."""
        fan_out = self.resource.fan_out
        if fan_out is not None:
            return tuple(sorted({self.resource.key, fan_out.values}))
        return tuple(sorted(self.properties)) if self.resource.select else None

    @property
    def gated(self) -> Mapping[str, str]:
        """Asked-for properties that need more than the resource does → what they need, in words."""
        return {name: needed for name in sorted(self.properties) if (needed := _gate(self.resource, name))}

    def without(self, names: Iterable[str]) -> Item:
        """The same, not asking for these properties."""
        return Item(self.resource, self.properties.difference(names), self.after)

    def url(self) -> str:
        """The request, relative to the service; a fan-out's has ``{id}`` for the parent."""
        resource = self.resource
        options = {
            "$select": ",".join(self._select()),
            "$filter": resource.filter,
            "$expand": resource.expand,
            "$top": str(resource.top) if resource.top else "",
            "$count": "true" if resource.advanced else "",
        }
        query = "&".join(f"{name}={quote(value, safe=_LITERAL)}" for name, value in options.items() if value)
        return f"/{resource.version}/{resource.path}" + (f"?{query}" if query else "")

    def _select(self) -> list[str]:
        if not self.resource.select:
            return []
        if self.resource.fan_out is not None:
            return list(_ITEM_SELECT.get(self.resource.fan_out.item, ()))
        return sorted(self.properties.difference(expanded(self.resource)))


@dataclass(frozen=True)
class Plan:
    """What is read, in an order in which everything comes after what it depends on."""

    items: tuple[Item, ...]

    def __getitem__(self, name: str) -> Item:
        return {item.resource.name: item for item in self.items}[name]


@dataclass(frozen=True, order=True)
class Permission:
    """A Microsoft Graph application permission that a selection of policies takes."""

    name: str
    reasons: tuple[str, ...]
    """What is read with it: resources (``users``) and properties (``users.signInActivity``), sorted."""


def make_plan(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> Plan:
    """The plan for ``needs``, with the tenant's name and the parents of every fan-out added.

    Raises ``UsageError`` for a resource that the catalogue does not have.
    """
    wanted: dict[str, set[str]] = {}
    for name, properties in (*needs.items(), HEADER):
        if name not in catalogue:
            raise UsageError(f"{name} is no resource that tenantlint can read. Known are: {', '.join(catalogue)}.")
        wanted.setdefault(name, set()).update(properties)
    for name in list(wanted):
        _want_for_fan_out(catalogue[name], wanted)
    order = _in_order({name: _after(catalogue[name], wanted) for name in catalogue if name in wanted})
    return Plan(tuple(_item(catalogue[name], wanted[name], after) for name, after in order.items()))


def permissions(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> tuple[Permission, ...]:
    """The least permissions that collecting ``needs`` takes, sorted, with what is read with each."""
    reasons: dict[str, set[str]] = {}
    for item in make_plan(needs, catalogue).items:
        resource = item.resource
        reasons.setdefault(resource.permission, set()).add(resource.name)
        for name in item.properties & (resource.permission_for or {}).keys():
            reasons.setdefault((resource.permission_for or {})[name], set()).add(f"{resource.name}.{name}")
    kept = least(reasons)
    for name in reasons.keys() - set(kept):
        for cover in COVERED_BY[name].intersection(kept):
            reasons[cover] |= reasons[name]
    return tuple(Permission(name, tuple(sorted(reasons[name]))) for name in kept)


def expanded(resource: Resource) -> frozenset[str]:
    """The navigation properties in ``$expand``: they come without being selected."""
    depth, names = 0, [""]
    for char in resource.expand:
        depth += (char == "(") - (char == ")")
        if depth == 0 and char == ",":
            names.append("")
        elif depth == 0 and char != ")":
            names[-1] += char
    return frozenset(filter(None, names))


def _gate(resource: Resource, name: str) -> str:
    permission = (resource.permission_for or {}).get(name)
    licence = (resource.license_for or {}).get(name)
    return " and ".join(filter(None, (permission, f"the licence {licence}" if licence else "")))


def _want_for_fan_out(resource: Resource, wanted: dict[str, set[str]]) -> None:
    """Adds the parents, and the properties by which parents are found."""
    fan_out = resource.fan_out
    if fan_out is None:
        return
    wanted.setdefault(fan_out.parents, set()).add(fan_out.key)
    for reference in fan_out.only:
        if reference.resource in wanted:
            wanted[reference.resource].add(reference.path.partition(".")[0])


def _after(resource: Resource, wanted: Mapping[str, set[str]]) -> tuple[str, ...]:
    """References to what is not read anyway are passed over: who uses them reads that resource as well."""
    fan_out = resource.fan_out
    if fan_out is None:
        return ()
    named = {reference.resource for reference in fan_out.only if reference.resource in wanted}
    return tuple(sorted(named | {fan_out.parents}))


def _in_order(after: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The same, each name behind those it comes after; otherwise the order stays."""
    placed: dict[str, tuple[str, ...]] = {}

    def place(name: str) -> None:
        for earlier in after[name]:
            if earlier not in placed:
                place(earlier)
        placed.setdefault(name, after[name])

    for name in after:
        place(name)
    return placed


def _item(resource: Resource, properties: Iterable[str], after: tuple[str, ...]) -> Item:
    """Annotations such as ``@odata.type`` come of themselves and cannot be asked for."""
    named = {name for name in properties if not name.startswith("@") and name != "odataType"}
    return Item(resource, frozenset(named.union(resource.always, (resource.key,))), after)
