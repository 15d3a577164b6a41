"""For whom a fan-out asks: the parents, picked out of the records of other resources as they go by.

Only ids are kept, never records. Groups named by a resource that was not read are not missed: whoever follows the
name of a group has read that resource.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from types import GenericAlias
from typing import Any, Protocol

import msgspec

from scanner.collect.refusal import Broken
from scanner.collect.resource import FanOut


class Watcher(Protocol):
    """Learns from the records of some resources whom to ask for others."""

    @property
    def sources(self) -> frozenset[str]:
        """The resources whose records it wants to see."""

    def see(self, resource: str, records: Collection[bytes]) -> None:
        """Takes notice of records of one of its sources; raises ``Broken`` for one of another form."""


class Parents:
    """The parents of one fan-out. ``named`` are further ones, by id or display name."""

    def __init__(self, fan_out: FanOut, named: Iterable[str] = ()) -> None:
        self._fan_out = fan_out
        self._named = {name.casefold() for name in named}
        self._seen: set[str] = set()
        self._wanted: set[str] = set()
        self._read_parent = _parent_reader(fan_out.key)
        self._read_names = [(only.resource, texts_at(only.path)) for only in fan_out.only]

    @property
    def sources(self) -> frozenset[str]:
        """The resources whose records it wants to see."""
        return frozenset({self._fan_out.parents, *(only.resource for only in self._fan_out.only)})

    def see(self, resource: str, records: Collection[bytes]) -> None:
        """Takes notice of records of one of its sources; raises ``Broken`` for one of another form."""
        try:
            if resource == self._fan_out.parents:
                for record in records:
                    self._see_parent(record)
            for source, texts in self._read_names:
                if source == resource:
                    for record in records:
                        self._wanted.update(texts(record))
        except msgspec.DecodeError as error:
            raise Broken(f"a record has another form than expected: {error}") from error

    def reads(self, resource: str) -> frozenset[str]:
        """The properties by which records of a source lead to parents: without one, there may be more of them."""
        names = {only.property for only in self._fan_out.only if only.resource == resource}
        if resource == self._fan_out.parents:
            names |= {"displayName"} if self._named else set()
            names |= {self._fan_out.key} if self._fan_out.only_ids else set()
        return frozenset(names)

    def ids(self) -> tuple[str, ...]:
        """Ids of the parents to ask for, sorted."""
        return tuple(sorted(self._seen & self._wanted if self._fan_out.only else self._seen))

    def _see_parent(self, record: bytes) -> None:
        parent = self._read_parent(record)
        if self._fan_out.only_ids and getattr(parent, self._fan_out.key) not in self._fan_out.only_ids:
            return
        self._seen.add(parent.id)
        if self._named and self._named & {parent.id.casefold(), (parent.displayName or "").casefold()}:
            self._wanted.add(parent.id)


def texts_at(path: str) -> Callable[[bytes], list[str]]:
    """A function from a record to the text, or list of texts, at a path such as ``conditions.users.includeGroups``.

    ``assignments[].principalId`` gives that of every assignment. Absent and null are no text. It raises msgspec's
    ``ValidationError`` where something else stands there.
    """
    steps = path.split(".")
    view: Any = str | list[str]
    for step in reversed(steps):
        name = step.removesuffix("[]")
        view = msgspec.defstruct("View", [(name, (GenericAlias(list, view) if name != step else view) | None, None)])
    names = [step.removesuffix("[]") for step in steps]
    decode = msgspec.json.Decoder(view).decode

    def texts(record: bytes) -> list[str]:
        values = [decode(record)]
        for name in names:
            values = [inner for value in values for inner in _several(getattr(value, name))]
        return values

    return texts


def _several(value: Any) -> list[Any]:
    """The parts of a list, one value, or nothing for null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _parent_reader(key: str) -> Callable[[bytes], Any]:
    """A function from a record to an object with its id, its display name and its ``key``."""
    optional = dict.fromkeys(("displayName", key), str | None)
    optional.pop("id", None)
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("id", str),
        *((name, kind, None) for name, kind in optional.items()),
    ]
    return msgspec.json.Decoder(msgspec.defstruct("Parent", fields)).decode
