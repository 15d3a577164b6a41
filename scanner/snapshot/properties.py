"""Which properties a collection really gave, told from the records themselves.

That a property was asked for and the answer was 200 does not say that it is in every record. A property that is
missing would read as absent data, so what policies may rely on is taken from what came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from scanner.snapshot.records import text_of

TYPE = "@odata.type"


@dataclass
class _Group:
    """The records of one ``@odata.type``."""

    every: set[str]
    """Properties of every record so far."""
    some: set[str]
    """Properties of any record so far."""


@dataclass
class Properties:
    """Watches the records of a resource go by."""

    requested: frozenset[str] | None
    omitted_when_null: frozenset[str]
    _groups: dict[str, _Group] = field(default_factory=dict)

    def see(self, record: Mapping[str, msgspec.Raw]) -> None:
        """Takes notice of a record's top-level properties."""
        kind = (text_of(record, TYPE) or "") if TYPE in record else ""
        group = self._groups.get(kind)
        if group is None:
            self._groups[kind] = _Group(set(record), set(record))
        elif record.keys() != group.every or len(group.some) != len(group.every):
            group.every.intersection_update(record)
            group.some.update(record)

    def known(self) -> tuple[str, ...] | None:
        """Properties that a policy can rely on, sorted; None when nothing tells.

        A property counts when every record of each type that has it at all has it; a type that lacks it throughout
        is taken to have no such property.
        """
        if not self._groups:
            return None if self.requested is None else tuple(sorted(self.requested))
        every = set[str]().union(*(group.every for group in self._groups.values()))
        omitted = self.omitted_when_null
        if self.requested is not None:
            omitted &= self.requested
        return tuple(sorted((every - self._gaps()) | omitted))

    def missing(self) -> tuple[str, ...]:
        """Properties that should have come with every record and did not, sorted: those asked for, and those that
        other records of the same type have."""
        known = self.known()
        if known is None:
            return ()
        return tuple(sorted((self._gaps() | (self.requested or frozenset())).difference(known)))

    def _gaps(self) -> set[str]:
        return set[str]().union(*(group.some - group.every for group in self._groups.values()))
