"""Users (or devices) by property, read from the snapshot in one pass, with nothing kept but what rules read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Row
from scanner.tenant.dynamic_rule.column import Items, Values
from scanner.tenant.dynamic_rule.properties import Property, Type


class Plan(msgspec.Struct, frozen=True, gc=False):
    """A service plan that somebody has: https://learn.microsoft.com/graph/api/resources/assignedplan"""

    servicePlanId: str | None = None
    capabilityStatus: str | None = None
    service: str | None = None


ExtensionAttributes = msgspec.defstruct(
    "ExtensionAttributes",
    [(f"extensionAttribute{number}", str | None, None) for number in range(1, 16)],
    gc=False,
)
"""https://learn.microsoft.com/graph/api/resources/onpremisesextensionattributes"""

_TYPES: Mapping[str, Any] = {
    "id": str,
    "accountEnabled": bool | None,
    "isRooted": bool | None,
    "onPremisesSyncEnabled": bool | None,
    "employeeHireDate": datetime | None,
    "assignedPlans": tuple[Plan, ...] | None,
    "onPremisesExtensionAttributes": ExtensionAttributes | None,
    "extensionAttributes": ExtensionAttributes | None,
    **dict.fromkeys(("businessPhones", "otherMails", "proxyAddresses", "physicalIds", "systemLabels"),
                    tuple[str, ...] | None),
}  # fmt: skip
"""Graph's property → its type; one that is not here is a text."""

Rows: TypeAlias = Callable[[type[Row]], Iterator[Row]]
"""The records through a view; raises ``NotCollected`` unless all its properties were collected."""

ID = Property("objectId", Type.STRING, "id")
NAME = Property("displayName", Type.STRING, "displayName")


def view(properties: Iterable[str]) -> type[Row]:
    """A row with these properties of Graph's."""
    fields = [(name, _TYPES.get(name, str | None), None) for name in sorted({*properties} - {"id"})]
    made: Any = msgspec.defstruct("SelectedRow", fields, bases=(Row,), gc=False)
    row: type[Row] = made
    return row


class Columns:
    """The properties that were asked for, read when first asked for. Each is one that Graph gives."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._values: dict[Property, Values] = {}
        self._items: dict[Property, Items] = {}
        self._lacks: dict[Property, NotCollected] = {}

    @property
    def ids(self) -> Sequence[str]:
        """Everybody's id, in the order of the snapshot; raises ``NotCollected``."""
        return self.values(ID).values

    def load(self, properties: Iterable[Property]) -> None:
        """Reads these properties, in one pass, as far as they were collected."""
        wanted = {one for one in (ID, *properties) if not self._is_known(one)}
        self._lacks |= {one: lack for one in wanted if (lack := self._lack(one))}
        collected = sorted(wanted - self._lacks.keys(), key=attrgetter("name"))
        try:
            self._read(collected)
        except NotCollected:
            # One of them has a value that is not as Microsoft documents it.
            for one in collected:
                self._read_alone(one)

    def values(self, found: Property) -> Values:
        """A property that has one value; raises ``NotCollected`` if it was not collected."""
        self._require(found)
        return self._values[found]

    def items(self, found: Property) -> Items:
        """A property that is a list; raises ``NotCollected`` if it was not collected."""
        self._require(found)
        return self._items[found]

    def _require(self, found: Property) -> None:
        if not self._is_known(found):
            self.load([found])
        lack = self._lacks.get(found)
        if lack is not None:
            raise NotCollected(lack.resource, lack.reason, lack.others)

    def _is_known(self, found: Property) -> bool:
        return found in self._values or found in self._items or found in self._lacks

    def _lack(self, found: Property) -> NotCollected | None:
        """Why a property was not collected, if it was not; reads nothing."""
        try:
            self._rows(view([found.graph]))
        except NotCollected as lack:
            return lack
        return None

    def _read_alone(self, found: Property) -> None:
        try:
            self._read([found])
        except NotCollected as lack:
            self._lacks[found] = lack

    def _read(self, properties: Sequence[Property]) -> None:
        if not properties:
            return
        codes: dict[Property, array[int]] = {one: array("I") for one in properties if not one.is_list}
        known: dict[Property, dict[Any, int]] = {one: {} for one in codes}
        places: dict[Property, dict[Any, array[int]]] = {one: {} for one in properties if one.is_list}
        singles = [(_reader(one), known[one], codes[one]) for one in codes]
        lists = [(_reader(one), places[one]) for one in places]
        count = 0
        for count, row in enumerate(self._rows(view(one.graph for one in properties)), 1):
            for read, values, users in singles:
                users.append(values.setdefault(read(row), len(values)))
            for read, items in lists:
                for item in read(row) or ():
                    _places(items, item).append(count - 1)
        self._values |= {one: Values(tuple(known[one]), codes[one]) for one in codes}
        self._items |= {one: Items(tuple(items), tuple(items.values()), count) for one, items in places.items()}


def _places(items: dict[Any, array[int]], item: Any) -> array[int]:
    found = items.get(item)
    if found is None:
        found = items[item] = array("I")
    return found


def _reader(found: Property) -> Callable[[Row], Any]:
    """What a rule reads of a record: the property, or a part of a complex one or of a list; null of one absent."""
    whole = attrgetter(found.graph)
    if not found.member:
        return whole
    if found.member.isdigit():
        return lambda row: value[int(found.member)] if (value := whole(row)) else None
    return lambda row: getattr(whole(row), found.member, None)
