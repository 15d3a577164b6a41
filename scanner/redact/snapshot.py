"""Redacts a snapshot: reads it record by record and writes another one, sorted by the new ids.

Memory does not grow with the snapshot, and nothing of the original is written anywhere. What Microsoft calls by the
same id everywhere is looked up first, in a pass over the few resources that tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from scanner.cel.types import service_types
from scanner.collect.catalogue import BY_NAME, Resource
from scanner.errors import SnapshotError
from scanner.model import Outcome
from scanner.redact.forms import Forms
from scanner.redact.known import learn
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.records import Records, Redact
from scanner.redact.words import withheld
from scanner.snapshot import Entry, Header, Import, Manifest, Snapshot, SnapshotWriter


def forms_for(source: Snapshot, pseudonyms: Pseudonyms) -> Forms:
    """What replaces the texts of ``source``, and of what is said about it elsewhere. Raises ``SnapshotError``."""
    return Forms(pseudonyms, learn(source))


def redact(
    source: Snapshot, target: Path, forms: Forms, *, force: bool = False, catalogue: Mapping[str, Resource] = BY_NAME
) -> Manifest:
    """Writes ``source`` to the folder ``target``, its texts replaced by ``forms``; gives the new manifest.

    Raises ``SnapshotError`` where the source is broken or a record cannot be redacted, and ``OutputError``. Then
    nothing is left.
    """
    if not source.manifest.collected_at:
        raise SnapshotError(f"{source.origin}: does not say when it was collected. Add collectedAt to it.")
    records = Records(service_types(), forms)
    with SnapshotWriter(target, force=force) as writer:
        for name, entry in source.manifest.resources.items():
            known = catalogue.get(name)
            _resource(writer, source, (name, entry), records.of(known.type) if known is not None else records.unknown)
        return writer.finish(_header(source.manifest, forms))


def _header(manifest: Manifest, forms: Forms) -> Header:
    return Header(
        tenant_id=forms.text(manifest.tenant_id),
        tenant_name=forms.text(manifest.tenant_name),
        collected_at=manifest.collected_at,
        tool_version=manifest.tool_version,
        cloud=manifest.cloud,
        collected_by=forms.text(manifest.collected_by),
        resumed=manifest.resumed,
        redacted=True,
    )


def _resource(writer: SnapshotWriter, source: Snapshot, given: tuple[str, Entry], redact_record: Redact) -> None:
    """One resource with all that the manifest says of it, except what is in its files."""
    name, entry = given
    made = writer.resource(name, entry.key)
    if entry.outcome is Outcome.COLLECTED:
        for line in source.lines(name):
            made.add(_line(redact_record, line, name))
    stored = made.close(entry.outcome)
    if stored.records != entry.records:
        raise SnapshotError(
            f"{name}: has {entry.records:,} records and {stored.records:,} pseudonyms for their ids. Use another key."
        )
    made.entry = msgspec.structs.replace(
        entry,
        reason=withheld(entry.reason),
        requests=tuple(map(withheld, entry.requests)),
        files=stored.files,
        imported=Import("", "", entry.imported.at) if entry.imported is not None else None,
    )


def _line(redact_record: Redact, line: bytes, name: str) -> bytes:
    try:
        return msgspec.json.encode(redact_record(msgspec.json.decode(line)))
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{name}: a record cannot be redacted: {error}. Collect again.") from None
