"""Resources that a configuration adds to the catalogue: ``resources`` in ``tenantlint.yaml``.

    resources:
      - name: serviceHealth
        singular: health
        path: admin/serviceAnnouncement/healthOverviews
        permission: ServiceHealth.Read.All
        documentation: https://learn.microsoft.com/graph/api/serviceannouncement-list-healthoverviews
        properties: {id: string, service: string, status: string}

A record is of one of Graph's types (``type``), or has the ``properties`` that are told: a scalar type, the name of one
of Graph's types, ``[…]`` for a list, a mapping for a record within the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.cel.structs import NAMING
from scanner.cel.types import SCALARS, TENANT, Property, RecordType, service_types
from scanner.collect.catalogue import BY_NAME
from scanner.collect.resource import License, Resource
from scanner.errors import Problem
from scanner.policy.document import Document, Steps
from scanner.policy.words import did_you_mean, quoted
from scanner.tenant.facts import DERIVED, FACTS

OPTIONS = ("version", "singleton", "select", "expand", "filter", "top", "key", "small")
"""Keys of an entry that mean what the field of ``Resource`` means."""
RESERVED = (TENANT, "params", "now", "outcomes", "collectedAt", "unknownProperties")
"""Names with a meaning of their own in expressions and in snapshots."""


@dataclass(frozen=True)
class OwnResource:
    """One added resource, and the record types that no service has."""

    resource: Resource
    types: tuple[RecordType, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The entry as the file has it."""


def own_resources(
    document: Document, steps: Steps, problems: list[Problem], others: Sequence[OwnResource] = ()
) -> tuple[OwnResource, ...]:
    """The resources in a list that has passed its schema, without those that have something wrong with them.

    ``others`` are those of files that this one builds on, whose names are taken.
    """
    loader = _Loader(document, problems, others)
    return tuple(one for number, _ in enumerate(document.value(steps)) for one in loader.load((*steps, number)))


class _Loader:
    """Loads entries one by one, so that no two take one name."""

    def __init__(self, document: Document, problems: list[Problem], others: Sequence[OwnResource]) -> None:
        self._document = document
        self._problems = problems
        self._types = service_types()
        # A record type may not hide one of ours, nor a resource a fact: what is `tenant.licenses` then?
        self._taken = {
            *RESERVED,
            *BY_NAME,
            *(resource.singular for resource in BY_NAME.values()),
            *(name for derived in DERIVED for name in (derived.name, derived.singular)),
            *(fact.name for fact in FACTS if fact.owner == TENANT),
            *(name for one in others for name in (one.resource.name, one.resource.singular)),
        }

    def load(self, steps: Steps) -> Iterator[OwnResource]:
        """The entry under ``steps``, if nothing is wrong with it."""
        before = len(self._problems)
        part: Mapping[str, Any] = self._document.value(steps)
        for key in ("name", "singular"):
            self._take(part[key], (*steps, key))
        types = self._own_types(part, steps)
        if len(self._problems) == before:
            kind = types[-1].name if types else part["type"]
            made = types[-1].properties if types else {prop.name: prop for prop in self._types[kind].properties}
            resource = _resource(part, kind, made)
            self._check_key(resource, made, steps)
            if len(self._problems) == before:
                yield OwnResource(resource, types, part)

    def _note(self, steps: Steps, text: str, hint: str = "") -> None:
        self._problems.append(self._document.at(steps, text, hint))

    def _take(self, name: str, steps: Steps) -> None:
        if name in self._taken:
            self._note(steps, f"The name {quoted(name)} is taken.", "Choose another.")
        self._taken.add(name)

    def _own_types(self, part: Mapping[str, Any], steps: Steps) -> tuple[RecordType, ...]:
        """The record types that have to be made, that of the resource last; none for a type of Graph."""
        if ("type" in part) == ("properties" in part):
            hint = "Name one of Graph's types, or the properties of a record."
            self._note(steps, "An entry has either `type` or `properties`.", hint)
            return ()
        if "properties" in part:
            return tuple(self._made(part["name"], (*steps, "properties")))
        if part["type"] not in self._types:
            hint = did_you_mean(part["type"], self._types)
            self._note((*steps, "type"), f"There is no record type {quoted(part['type'])}.", hint)
        return ()

    def _made(self, name: str, steps: Steps) -> Iterator[RecordType]:
        """The type ``name`` out of the properties under ``steps``, after those of the records within it."""
        if name in self._types:
            self._note(steps, f"{quoted(name)} is the name of one of Graph's types.", "Rename the resource.")
        properties: dict[str, Property] = {}
        for key, value in self._document.value(steps).items():
            here, many = (*steps, key), isinstance(value, list)
            if many:
                here, value = (*here, 0), value[0]
            inner = f"{name}{key[0].upper()}{key[1:]}"
            if isinstance(value, dict):
                yield from self._made(inner, here)
            elif value not in SCALARS and value not in self._types:
                hint = did_you_mean(value, {*SCALARS, *self._types})
                self._note(here, f"There is no type {quoted(value)}.", hint)
            properties[key] = Property(key, inner if isinstance(value, dict) else str(value), many)
        yield RecordType(name, "Added by the configuration.", properties)

    def _check_key(self, resource: Resource, properties: Mapping[str, Property], steps: Steps) -> None:
        """The property that identifies a record must be there, and text."""
        key = properties.get(resource.key)
        if key is None or key.type != "string" or key.many:
            text = f"A record lacks {quoted(resource.key)}, the text that identifies it."
            self._note(steps, text, "Add it to the properties, or name another with `key`.")


def _resource(part: Mapping[str, Any], kind: str, properties: Iterable[str]) -> Resource:
    named = [name for name in NAMING if name in properties]
    return Resource(
        name=part["name"],
        singular=part["singular"],
        type=kind,
        path=part["path"],
        permission=part["permission"],
        documentation=part.get("documentation", ""),
        licenses=tuple(License(name) for name in part.get("licenses", ())),
        always=(part.get("key", "id"), *named),
        **{name: part[name] for name in OPTIONS if name in part},
    )
