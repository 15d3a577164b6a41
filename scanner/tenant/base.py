"""Facts: what we derive and Graph does not give. The words ``Fact`` and ``Tenant`` for all fact modules.

A fact belongs to a record type (``user.isBreakGlass``) or to the tenant (``tenant.initialDomain``) and looks like
a property to policy authors. Its modules say which rows it reads as typed structs, so that the collector knows
the ``$select`` and a report knows what was missing.

A fact whose answer depends on something that was not collected raises ``NotCollected`` when it is asked, and only
then: what it reads is what it may need, and an answer that is certain without it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class Row(msgspec.Struct, rename=None, gc=False):
    """Base of the typed views that facts read records through: one field per property needed, Graph's names.

    Every field but ``id`` is optional with default None (lists too: null reads as None).
    """

    id: str


@dataclass(frozen=True)
class Reading:
    """A resource and the view it is read through; the view's fields are the properties needed."""

    resource: str
    row: type[Row]

    @property
    def properties(self) -> tuple[str, ...]:
        """Names of the properties, as JSON has them."""
        return tuple(field.encode_name for field in msgspec.structs.fields(self.row))


@dataclass(frozen=True)
class Fact:
    """One derived property."""

    owner: str
    """Record type it belongs to (``user``, ``group``, ``conditionalAccessPolicy``), or ``tenant``."""
    name: str
    returns: Any
    """Python type of the value: ``bool``, ``int``, ``str``, ``datetime``, a ``Row``-like struct or a ``list`` of these;
    ``| None`` where it can be absent. The name of a catalogue resource's record type as ``Graph("user")``."""
    description: str
    """For policy authors: what it is, units, what null means."""
    build: Callable[[Tenant], Callable[..., Any]]
    """From the Tenant to a function of the record's id (or, for ``tenant``, of nothing). Called once, when first
    read."""
    reads: tuple[Reading, ...] = ()
    """All it may read for itself; what the facts in ``uses`` read is added by ``requirements``."""
    uses: tuple[str, ...] = ()
    """Other facts it is made from, as ``user.roles``."""


@dataclass(frozen=True)
class Graph:
    """Marks a fact whose value is a Graph record (or, with ``many``, a list of them)."""

    type: str
    resource: str
    many: bool = False


@dataclass(frozen=True)
class Derived:
    """A resource that we derive: its records can be what a policy is about (``roleHoldings``)."""

    name: str
    singular: str
    row: type[msgspec.Struct]
    description: str
    build: Callable[[Tenant], Iterator[msgspec.Struct]]
    """Gives the records that are certain, in order of ids, and then raises ``NotCollected`` if there may be more."""
    reads: tuple[Reading, ...] = ()
    uses: tuple[str, ...] = ()
