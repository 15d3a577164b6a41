"""From what policies need to what is asked of Graph: requests, their order, and the permissions they take.

A plan is made without a tenant and without credentials, so that ``tenantlint permissions`` can show it beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

import msgspec

from scanner.collect import limits
from scanner.collect.catalogue import BY_NAME, COVERED_BY, least
from scanner.collect.resource import Resource
from scanner.errors import UsageError

Needs = Mapping[str, Iterable[str]]
"""Resource name → names of the properties that policies and facts read of it."""

HEADER = ("organization", ("id", "displayName"))
"""Read in every collection: whose snapshot it is."""
_OF_DECLARED = {"groups": ("displayName",), "groupMembers": ("members",)}
"""Where break-glass accounts that a configuration declares by a group are found."""
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

    @property
    def units(self) -> int | None:
        """Resource units that one request is expected to cost; None where they are not what limits it."""
        resource = self.resource
        if resource.azure is not None or not limits.limit_of(resource).in_units:
            return None
        return limits.units(resource.path, select=bool(self._select()), expand=bool(self._expand()), top=resource.top)

    def without(self, names: Iterable[str]) -> Item:
        """The same, not asking for these properties."""
        return Item(self.resource, self.properties.difference(names), self.after)

    def url(self) -> str:
        """The request, relative to the service; a fan-out's has ``{id}`` for the parent, and one for every subscription
        has ``{subscriptionId}``."""
        resource = self.resource
        if resource.azure is not None:
            return f"/{resource.path}?api-version={resource.version}"
        options = {
            "$select": ",".join(self._select()),
            "$filter": resource.filter,
            "$expand": ",".join(self._expand()),
            "$top": str(resource.top) if resource.top else "",
            "$count": "true" if resource.advanced else "",
        }
        query = "&".join(f"{name}={quote(value, safe=_LITERAL)}" for name, value in options.items() if value)
        return f"/{resource.version}/{resource.path}" + (f"?{query}" if query else "")

    def _select(self) -> list[str]:
        if not self.resource.select:
            return []
        if self.resource.fan_out is not None:
            return list(self.resource.fan_out.select)
        return sorted(self.properties.difference(expanded(self.resource)))

    def _expand(self) -> list[str]:
        """Only what is asked for: expanding makes pages small. Of the values of a fan-out everything is."""
        parts = expanded(self.resource).items()
        return [part for name, part in parts if self.resource.fan_out is not None or name in self.properties]


@dataclass(frozen=True)
class Plan:
    """What is read, in an order in which everything comes after what it depends on."""

    items: tuple[Item, ...]

    def __getitem__(self, name: str) -> Item:
        return {item.resource.name: item for item in self.items}[name]

    def digest(self, *named: Iterable[str]) -> str:
        """Tells plans apart that ask for other things; ``named`` are the objects that the configuration names."""
        content = [self.items, *map(sorted, named)]
        return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


@dataclass(frozen=True, order=True)
class Permission:
    """A Microsoft Graph application permission that a selection of policies takes."""

    name: str
    reasons: tuple[str, ...]
    """What is read with it: resources (``users``) and properties (``users.signInActivity``), sorted."""


def make_plan(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> Plan:
    """The plan for ``needs``, with the tenant's name and the parents of every fan-out added, and without what is
    imported from a file.

    Raises ``UsageError`` for a resource that the catalogue does not have.
    """
    wanted: dict[str, set[str]] = {}
    for name, properties in (*needs.items(), HEADER):
        if name not in catalogue:
            raise UsageError(f"{name} is no resource that tenantlint can read. Known are: {', '.join(catalogue)}.")
        if catalogue[name].imported:
            continue
        wanted.setdefault(name, set()).update(properties)
    waiting = list(wanted)
    while waiting:
        for name, properties in _required_by(catalogue[waiting.pop()]).items():
            if name not in wanted:
                waiting.append(name)
            wanted.setdefault(name, set()).update(properties)
    for name in list(wanted):
        _want_names_of_parents(catalogue[name], wanted)
    order = _in_order({name: _after(catalogue[name], wanted) for name in catalogue if name in wanted})
    return Plan(tuple(_item(catalogue[name], wanted[name], after) for name, after in order.items()))


def permissions(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> tuple[Permission, ...]:
    """The least Graph permissions that collecting ``needs`` takes, sorted, with what is read with each."""
    reasons = merged(required(needs, catalogue))
    return tuple(Permission(name, tuple(sorted(reasons[name]))) for name in sorted(reasons))


def merged(reasons: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Without the permissions that are superfluous beside others; what they are for is added to those others."""
    kept = {name: set(reasons[name]) for name in least(reasons)}
    for name in reasons.keys() - kept.keys():
        for cover in COVERED_BY[name].intersection(kept):
            kept[cover] |= reasons[name]
    return kept


def required(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> dict[str, set[str]]:
    """The least Graph permission of everything that collecting ``needs`` reads → what is read with it.

    Some are superfluous beside others; ``permissions`` leaves those out.
    """
    reasons: dict[str, set[str]] = {}
    for item in make_plan(needs, catalogue).items:
        resource = item.resource
        if resource.azure is not None:
            continue
        reasons.setdefault(resource.permission, set()).add(resource.name)
        for name in item.properties & (resource.permission_for or {}).keys():
            reasons.setdefault((resource.permission_for or {})[name], set()).add(f"{resource.name}.{name}")
    return reasons


def expanded(resource: Resource) -> Mapping[str, str]:
    """The navigation properties in ``$expand``, which come without being selected → their part of it."""
    depth, parts = 0, [""]
    for char in resource.expand:
        depth += (char == "(") - (char == ")")
        if depth == 0 and char == ",":
            parts.append("")
        else:
            parts[-1] += char
    return {part.partition("(")[0]: part for part in parts if part}


def _gate(resource: Resource, name: str) -> str:
    permission = (resource.permission_for or {}).get(name)
    licence = (resource.license_for or {}).get(name)
    return " and ".join(filter(None, (permission, f"the licence {licence}" if licence else "")))


def _required_by(resource: Resource) -> Mapping[str, tuple[str, ...]]:
    """What has to be read for this resource: its parents, and who is declared to be one of them."""
    fan_out = resource.fan_out
    if fan_out is None:
        return {resource.parents: ()} if resource.parents else {}
    if fan_out.declared:
        return {fan_out.parents: ("userPrincipalName",), **_OF_DECLARED}
    return {fan_out.parents: (fan_out.key,)}


def _want_names_of_parents(resource: Resource, wanted: Mapping[str, set[str]]) -> None:
    """Adds the properties in which other resources name parents."""
    for reference in resource.fan_out.only if resource.fan_out is not None else ():
        if reference.resource in wanted:
            wanted[reference.resource].add(reference.property)


def _after(resource: Resource, wanted: Mapping[str, set[str]]) -> tuple[str, ...]:
    """References to what is not read anyway are passed over: who uses them reads that resource as well."""
    fan_out = resource.fan_out
    if fan_out is None:
        return (resource.parents,) if resource.parents else ()
    named = {reference.resource for reference in fan_out.only if reference.resource in wanted}
    return tuple(sorted(named.union({fan_out.parents}, _OF_DECLARED if fan_out.declared else ())))


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
