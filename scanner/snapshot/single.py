"""The single-file form: one JSON object with a list of records per resource, as people write it by hand.

    {"tenant": {"id": "…", "displayName": "…"}, "collectedAt": "2026-01-31T08:00:00Z",
     "users": [{"id": "…", …}], "authorizationPolicy": {…},
     "outcomes": {"roleAssignments": {"outcome": "denied", "reason": "RoleManagement.Read.Directory"}}}

``tenant``, ``collectedAt`` and ``outcomes`` may be left out. A resource that is absent was not collected; a property
that is absent from a record reads as absent data, but for the lists of singletons: one that a policy decides by must be
there, if only empty. A singleton may be an object instead of a list, without an id.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

import msgspec

from scanner.collect.catalogue import Resource
from scanner.errors import SnapshotError
from scanner.model import Outcome
from scanner.snapshot.manifest import Entry, Manifest, is_timestamp
from scanner.snapshot.records import Broken, compact, key_reader, text_of
from scanner.snapshot.store import Memory

MAX_FILE = 256 * 2**20
"""Bytes of a file in this form: it is held in memory."""
FIX = "Correct the file"


class TenantName(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Whose tenant it is."""

    id: str = ""
    """Id of the tenant."""
    display_name: str = ""
    """Name of the organisation."""


class OutcomeOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one resource that has no records here."""

    outcome: Outcome
    """What became of it."""
    reason: str = ""
    """The permission, licence or error."""


class Frame(msgspec.Struct, frozen=True, rename="camel"):
    """What stands beside the resources."""

    tenant: TenantName = TenantName()
    """Whose tenant it is."""
    collected_at: str = ""
    """RFC 3339 date and time with an offset; the ``now`` of expressions."""
    outcomes: dict[str, OutcomeOf] = {}
    """What became of resources that have no records here."""


FRAME_KEYS = ("tenant", "collectedAt", "outcomes")
"""Keys of the file that are no resources."""


def check_text(data: bytes, origin: str) -> bytes:
    """``data`` without a byte-order mark; raises ``SnapshotError`` with line and column where it is not JSON, and for
    keys that stand twice in one object (JSON readers would drop the first in silence)."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        json.loads(data.decode(), object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise SnapshotError(f"{origin}: is not UTF-8. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"{origin}:{error.lineno}:{error.colno}"
        raise SnapshotError(f"{place}: is not JSON: {error.msg}. {FIX}.") from None
    except RecursionError:
        raise SnapshotError(f"{origin}: is nested too deeply. {FIX}.") from None
    except ValueError as error:  # _unique, and integers of thousands of digits
        raise SnapshotError(f"{origin}: {error}. {FIX}.") from None
    return data


def parse(data: bytes, origin: str, catalogue: Mapping[str, Resource]) -> tuple[Manifest, Memory]:
    """Manifest and records of a snapshot in single-file form; raises ``SnapshotError``."""
    try:
        content = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        frame = msgspec.json.decode(data, type=Frame)
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{origin}: is not a snapshot: {error}. {FIX}.") from None
    if frame.collected_at and not is_timestamp(frame.collected_at):
        raise SnapshotError(f"{origin}: collectedAt is not a time such as 2026-01-31T08:00:00Z. {FIX}.")
    names = [name for name in content if name not in FRAME_KEYS]
    _check_names((*names, *frame.outcomes), origin, catalogue)
    entries: dict[str, Entry] = {}
    records: dict[str, tuple[list[str], list[bytes]]] = {}
    for name in names:
        resource = catalogue[name]
        records[name] = _records(resource, content[name], origin)
        entries[name] = Entry(Outcome.COLLECTED, records=len(records[name][0]), key=resource.key)
    for name, said in frame.outcomes.items():
        if name in entries and said.outcome is not Outcome.COLLECTED:
            raise SnapshotError(f"{origin}: {name} has records, and outcomes says {said.outcome}. Leave one out.")
        if name not in entries:
            records[name] = ([], [])
            entries[name] = Entry(said.outcome, said.reason, key=catalogue[name].key)
    manifest = Manifest(
        tenant_id=frame.tenant.id,
        tenant_name=frame.tenant.display_name,
        collected_at=frame.collected_at,
        tool_version="",
        cloud="",
        resources=entries,
    )
    return manifest, Memory(records)


def _unique(pairs: list[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise ValueError(f"the key {name[:60]!r} stands twice in one object")
        seen.add(name)


def _check_names(names: Iterable[str], origin: str, catalogue: Mapping[str, Resource]) -> None:
    if {"format", "resources"} <= set(names):
        raise SnapshotError(f"{origin}: is the manifest of a snapshot folder. Give the folder instead of the file.")
    for name in names:
        if name not in catalogue:
            near = difflib.get_close_matches(name, [*catalogue, *FRAME_KEYS], n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else "`tenantlint permissions` lists the resources."
            raise SnapshotError(f"{origin}: {name[:60]!r} is not a resource. {hint}")


def _records(resource: Resource, raw: msgspec.Raw, origin: str) -> tuple[list[str], list[bytes]]:
    """Keys and lines of one resource, sorted by key."""
    read_key = key_reader(resource.key)
    keyed: dict[str, bytes] = {}
    for number, record in enumerate(_items(resource, raw, origin), start=1):
        try:
            line = _line(resource, record)
            key = read_key(line)
        except Broken as problem:
            raise SnapshotError(f"{origin}: {resource.name}: record {number} {problem}. {FIX}.") from None
        if key in keyed:
            raise SnapshotError(f"{origin}: {resource.name}: two records have the {resource.key} {key[:60]!r}. {FIX}.")
        keyed[key] = line
    keys = sorted(keyed)
    return keys, [keyed[key] for key in keys]


def _items(resource: Resource, raw: msgspec.Raw, origin: str) -> list[msgspec.Raw]:
    if resource.singleton and bytes(raw).lstrip().startswith(b"{"):
        return [raw]
    try:
        items = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        wanted = "an object" if resource.singleton else "a list of records"
        raise SnapshotError(f"{origin}: {resource.name} is not {wanted}. {FIX}.") from None
    if resource.singleton and len(items) > 1:
        raise SnapshotError(f"{origin}: {resource.name} has {len(items)} records; there is one at most. {FIX}.")
    return items


def _line(resource: Resource, record: msgspec.Raw) -> bytes:
    line, fields = compact(bytes(record))
    if resource.singleton and text_of(fields, resource.key) is None and resource.key not in fields:
        head = msgspec.json.encode({resource.key: resource.name})[:-1]
        return head + (b"," + line[1:] if fields else b"}")
    return line
