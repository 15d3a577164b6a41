"""Which catalogue resource a request means. All paths and filters come from the catalogue; none is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import unquote

from scanner.collect.catalogue import GRAPH, Resource

_PARENT = re.escape("{id}")
_SINCE = re.escape("{since}")


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
    path: re.Pattern[str]
    filter: re.Pattern[str] | None = None
    """Of a fan-out that names the parent in its filter."""

    def match(self, path: str, filter: str) -> Match | None:
        """What the request means by this route, None where it means something else."""
        found = self.path.fullmatch(path)
        if found is None:
            return None
        groups = found.groupdict()
        if self.filter is not None:
            selected = self.filter.fullmatch(filter)
            if selected is None:
                return None
            groups |= selected.groupdict()
        return Match(self.resource, self.kind, unquote(groups.get("id") or groups.get("quoted") or ""))


class Routes:
    """All paths of some resources."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        # A path that stands for several resources is told apart by the filter, and one that is written out in full is
        # no item of another resource.
        self._routes = sorted(_routes(resources), key=lambda route: (route.filter is None, route.kind is Kind.ITEM))

    def match(self, path: str, filter: str = "") -> Match | None:
        """``path`` with its version and without query, as ``v1.0/users/{id}``; None where no resource has such."""
        matches = (route.match(path.strip("/"), filter) for route in self._routes)
        return next((found for found in matches if found is not None), None)


def _routes(resources: Iterable[Resource]) -> Iterable[_Route]:
    for resource in resources:
        path = re.escape(f"{resource.version}/{resource.path}")
        if resource.fan_out:
            filter = re.escape(resource.filter).replace(_PARENT, "(?P<id>[^']+)").replace(_SINCE, "[0-9TZ:.-]+")
            in_filter = re.compile(filter) if _PARENT in re.escape(resource.filter) else None
            yield _Route(resource, Kind.CHILDREN, re.compile(path.replace(_PARENT, "(?P<id>[^/]+)")), in_filter)
        elif resource.singleton:
            yield _Route(resource, Kind.SINGLETON, re.compile(path))
        else:
            yield _Route(resource, Kind.COLLECTION, re.compile(path))
            yield _Route(resource, Kind.ITEM, re.compile(rf"{path}(?:/(?P<id>[^/]+)|\('(?P<quoted>[^/]+)'\))"))


_OF_GRAPH = Routes(GRAPH)


def match(path: str, filter: str = "") -> Match | None:
    """What a request means to a Graph that has the catalogue's resources only."""
    return _OF_GRAPH.match(path, filter)
