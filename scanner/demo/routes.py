"""Which catalogue resource a request path means. All paths come from the catalogue; none is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import unquote

from scanner.collect.catalogue import RESOURCES, Resource

_PARENT = re.escape("{id}")


class Kind(Enum):
    """What of the resource the path names."""

    COLLECTION = auto()
    SINGLETON = auto()
    ITEM = auto()
    """One record of a collection, by id."""
    CHILDREN = auto()
    """The values of a fan-out for one parent."""


@dataclass(frozen=True)
class Match:
    """A path understood. ``id`` is the record's or the parent's."""

    resource: Resource
    kind: Kind
    id: str = ""


@dataclass(frozen=True)
class _Route:
    resource: Resource
    kind: Kind
    pattern: re.Pattern[str]


def _routes(resources: Iterable[Resource]) -> Iterable[_Route]:
    for resource in resources:
        path = re.escape(f"{resource.version}/{resource.path}")
        if resource.fan_out:
            yield _Route(resource, Kind.CHILDREN, re.compile(path.replace(_PARENT, "(?P<id>[^/]+)")))
        elif resource.singleton:
            yield _Route(resource, Kind.SINGLETON, re.compile(path))
        else:
            yield _Route(resource, Kind.COLLECTION, re.compile(path))
            yield _Route(resource, Kind.ITEM, re.compile(rf"{path}(?:/(?P<id>[^/]+)|\('(?P<quoted>[^/]+)'\))"))


ROUTES = tuple(_routes(RESOURCES))


def match(path: str) -> Match | None:
    """``path`` with its version and without query, as ``v1.0/users/{id}``; None where the catalogue has no such."""
    for route in ROUTES:
        found = route.pattern.fullmatch(path.strip("/"))
        if found:
            groups = found.groupdict()
            return Match(route.resource, route.kind, unquote(groups.get("id") or groups.get("quoted") or ""))
    return None
