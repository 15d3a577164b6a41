"""An export taken from a snapshot: its rows, and what was not collected and may hide more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from scanner.errors import NotCollected
from scanner.export.base import Export
from scanner.model import Missing, Outcome
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.facts import requirements
from scanner.tenant.tenant import Tenant

REDACTED = "The snapshot is redacted: names, addresses and ids are pseudonyms."


@dataclass(frozen=True)
class Inventory:
    """All that can be said for certain, and what is missing for the rest."""

    export: Export
    tenant_id: str
    tenant_name: str
    collected_at: str
    """RFC 3339, the snapshot's own time."""
    rows: tuple[msgspec.Struct, ...]
    missing: tuple[Missing, ...] = ()
    """In order of the resources. Empty: the rows are all there are."""
    notes: tuple[str, ...] = ()
    """What a reader must know: declared break-glass accounts that do not exist, names that are pseudonyms."""


def take(export: Export, snapshot: Snapshot, break_glass: BreakGlass) -> Inventory:
    """The rows of an export. Raises ``SnapshotError`` where the snapshot proves to be broken."""
    tenant = Tenant(snapshot, break_glass)
    rows: list[msgspec.Struct] = []
    missing: tuple[Missing, ...] = ()
    try:
        rows.extend(export.rows(tenant))
    except NotCollected as lack:
        missing = _missing(snapshot, lack)
    notes = (*tenant.notes(), *([REDACTED] if snapshot.manifest.redacted else []))
    _verify(snapshot, needs(export))
    manifest = snapshot.manifest
    return Inventory(
        export, manifest.tenant_id, manifest.tenant_name, manifest.collected_at, tuple(rows), missing, notes
    )


def needs(export: Export) -> Mapping[str, frozenset[str]]:
    """The resources and properties that an export may read: its own, and those of the facts it is made from."""
    found: dict[str, set[str]] = {}
    for reading in export.reads:
        found.setdefault(reading.resource, set()).update(reading.properties)
    for used in export.uses:
        owner, _, name = used.partition(".")
        for resource, properties in requirements(owner, name).items():
            found.setdefault(resource, set()).update(properties)
    return {resource: frozenset(found[resource]) for resource in sorted(found)}


def _missing(snapshot: Snapshot, lack: NotCollected) -> tuple[Missing, ...]:
    """Everything that an error names, each thing once."""
    found: dict[tuple[str, str], Missing] = {}
    waiting = [lack]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.others)
        outcome = snapshot.entry(one.resource).outcome
        found[one.resource, one.reason] = Missing(one.resource, outcome, one.reason)
    return tuple(found[key] for key in sorted(found))


def _verify(snapshot: Snapshot, resources: Iterable[str]) -> None:
    """Read to its end what was read in part: only there a file proves to be the one that was collected."""
    for resource in resources:
        if snapshot.entry(resource).outcome is Outcome.COLLECTED:
            snapshot.find(resource, "")
