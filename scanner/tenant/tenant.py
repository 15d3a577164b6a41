"""One tenant as facts see it: the snapshot, what the user declared, and every fact built at most once.

Nothing is read before something asks for it, and nothing that a fact does not need is kept: rows stream from the
snapshot, and each fact keeps what it makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar

import msgspec

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.snapshot import Snapshot
from scanner.tenant.base import Fact, Reading, Row
from scanner.tenant.break_glass.accounts import mistakes
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.facts import DERIVED_BY_NAME, FACTS_BY_NAME
from scanner.tenant.lookup import Lookup

T = TypeVar("T")
R = TypeVar("R", bound=Row)

Decode: TypeAlias = Callable[[str, bytes], Any]
"""Record type name and one line of the snapshot → the record as expressions see it."""


class Tenant:
    """A snapshot, the declared break-glass accounts, and all that is derived from the two."""

    def __init__(self, snapshot: Snapshot, break_glass: BreakGlass | None = None, decode: Decode | None = None) -> None:
        """``decode`` makes the records that facts of type ``Graph`` return; without it these facts fail."""
        self.snapshot = snapshot
        self.break_glass = break_glass or BreakGlass()
        self._decode = decode
        self._made: dict[Callable[[Tenant], Any], Any] = {}
        self._lookups: dict[str, Lookup] = {}
        self._facts: dict[tuple[str, str], FactFunction] = {}

    def rows(self, resource: str, row: type[R]) -> Iterator[R]:
        """The resource's records through a view, streaming.

        Raises ``NotCollected`` at once unless it was collected with all properties of the view.
        """
        self.snapshot.require(resource, Reading(resource, row).properties)
        return self.snapshot.rows(resource, row)

    def outcome(self, resource: str) -> Outcome:
        """What became of the resource when the snapshot was made."""
        return self.snapshot.entry(resource).outcome

    def once(self, make: Callable[[Tenant], T]) -> T:
        """``make(self)``, called once per tenant. A ``NotCollected`` it raised is raised again each time."""
        if make not in self._made:
            try:
                self._made[make] = make(self)
            except NotCollected as lack:
                self._made[make] = lack
        made: T | NotCollected = self._made[make]
        if isinstance(made, NotCollected):
            raise NotCollected(made.resource, made.reason, made.others)
        return made

    def fact(self, owner: str, name: str) -> FactFunction:
        """The function of a fact: from a record to the value. Nothing is computed before its first call."""
        key = (owner, name)
        if key not in self._facts:
            self._facts[key] = FactFunction(self, FACTS_BY_NAME[key])
        return self._facts[key]

    def derived(self, name: str) -> Iterator[msgspec.Struct]:
        """The records of a derived resource that are certain; then raises ``NotCollected`` if there may be more."""
        return DERIVED_BY_NAME[name].build(self)

    def record(self, type_name: str, resource: str, key: str) -> Any:
        """The Graph record with this id as expressions see it, or None. Cheapest with ascending ids."""
        if self._decode is None:
            raise LookupError("a Tenant made without decode has no records")
        if resource not in self._lookups:
            self._lookups[resource] = Lookup(self.snapshot, resource)
        line = self._lookups[resource].line(key)
        return None if line is None else self._decode(type_name, line)

    def notes(self) -> tuple[str, ...]:
        """Sentences about mistaken declarations: break-glass accounts, groups or policies that do not exist."""
        return mistakes(self)


class FactFunction:
    """A fact as a function of the record; for facts of the tenant the record is left out or ignored."""

    __slots__ = ("_call", "_fact", "_tenant")

    def __init__(self, tenant: Tenant, fact: Fact) -> None:
        self._tenant = tenant
        self._fact = fact
        self._call: Callable[..., Any] | None = None

    def __call__(self, record: Any = None) -> Any:
        """The value; raises ``NotCollected`` when it depends on something the snapshot does not have."""
        call = self._call
        if call is None:
            call = self._call = self._tenant.once(self._fact.build)
        return call() if self._fact.owner == "tenant" else call(record.id)
