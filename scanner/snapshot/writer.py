"""Writes a snapshot folder: whole or not at all, readable by its owner only, memory flat.

    with SnapshotWriter(path) as snapshot:
        users = snapshot.resource("users", requested=("id", "displayName"))
        users.add(b'{"id": "…", "displayName": "…"}')
        users.close(requests=("GET /v1.0/users?$select=id,displayName",))
        snapshot.finish(header)

Everything is written into a temporary sibling folder that ``finish`` renames; leaving the ``with`` block in any
other way, KeyboardInterrupt included, leaves nothing behind, unless the collection is one that can be continued
(``resumable``). The same records give the same resource files byte for byte, whatever order they came in. Resources may
be filled concurrently; one resource belongs to one thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Set
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.errors import OutputError
from scanner.model import Outcome
from scanner.snapshot import files
from scanner.snapshot.manifest import (
    MANIFEST,
    RESOURCE_NAME,
    Entry,
    FileEntry,
    Header,
    Manifest,
    encode,
    file_names,
    shard_name,
)
from scanner.snapshot.place import check_replaceable
from scanner.snapshot.properties import Properties
from scanner.snapshot.records import Broken, compact, key_reader, text_of, unusable
from scanner.snapshot.scratch import Scratch, Workplace
from scanner.snapshot.sort import RUN_BYTES, Sorter, last_of_each
from scanner.snapshot.unfinished import Resumable, Unfinished

SHARD_RECORDS = 100_000
"""A resource with more records than this is split into files of this many."""
UNFINISHED = Entry(Outcome.FAILED, "collection ended before it was read whole")


class Cost(msgspec.Struct, frozen=True):
    """What reading a resource cost the tenant: fields of ``Entry``."""

    sent: int = 0
    units: int | None = None


FREE = Cost()


class ResourceWriter:
    """Takes the records of one resource. Made by ``SnapshotWriter.resource``."""

    def __init__(self, name: str, key: str, properties: Properties, shelf: Shelf) -> None:
        self.name = name
        self.entry: Entry | None = None
        """Set by ``close``."""
        self._folder = shelf.folder
        self._stored = shelf.stored
        self._key = key
        self._properties = properties
        self._limits = limits = shelf.limits
        self._runs = shelf.folder / f"{name}.runs"
        self._sorter = Sorter(self._runs, key_reader(key), limits.run_bytes)
        self._added = 0

    def add(self, record: bytes) -> None:
        """Adds one record as Graph sent it. A record that comes again (a page read twice) replaces the earlier one.

        Raises ``SnapshotError`` for bytes that are not a JSON object with the key, ``OutputError`` when the disk is
        full: the resource is not complete then and is to be closed as ``failed``.
        """
        self._added += 1
        try:
            line, fields = compact(record)
            key = text_of(fields, self._key)
            if not key:
                raise Broken(f"has no {self._key} that is text")
        except Broken as problem:
            raise unusable(self.name, self._added, problem) from None
        self._properties.see(fields)
        with files.writing(self._runs):
            self._sorter.add(key, line)

    def missing(self) -> tuple[str, ...]:
        """Properties that should be in every record and are not, sorted."""
        return self._properties.missing()

    def close(
        self,
        outcome: Outcome = Outcome.COLLECTED,
        reason: str = "",
        requests: Iterable[str] = (),
        seconds: float = 0.0,
        cost: Cost = FREE,
    ) -> Entry:
        """Says what became of the resource. Unless it is ``collected`` its records are thrown away: a part of a
        resource would read like the whole. Raises ``OutputError``."""
        entry = Entry(
            outcome, reason, tuple(requests), seconds=round(seconds, 3), key=self._key, sent=cost.sent, units=cost.units
        )
        if outcome is Outcome.COLLECTED:
            with files.writing(self._folder):
                entry = self._store(entry)
        self.discard()
        self._stored(self.name, entry)
        self.entry = entry
        return entry

    def discard(self) -> None:
        """Throws away what has not been stored."""
        self._sorter = Sorter(self._runs, key_reader(self._key), self._limits.run_bytes)
        shutil.rmtree(self._runs, ignore_errors=True)

    def _store(self, entry: Entry) -> Entry:
        repeated = 0

        def lines() -> Iterator[bytes]:
            nonlocal repeated
            for line, differs in last_of_each(self._sorter.sorted()):
                repeated += differs
                yield line

        stored = _write_shards(self._folder, self.name, lines(), self._limits.shard_records)
        records = sum(file.records for file in stored)
        return msgspec.structs.replace(
            entry, files=stored, records=records, properties=self._properties.known(), repeated=repeated
        )


class Limits(msgspec.Struct, frozen=True):
    """Where memory ends and files are split. Tests make them small."""

    run_bytes: int = RUN_BYTES
    shard_records: int = SHARD_RECORDS


class Shelf(msgspec.Struct, frozen=True):
    """Where and how resources are stored."""

    folder: Path
    limits: Limits
    stored: Callable[[str, Entry], None]
    """Told of every resource that is done."""


class SnapshotWriter:
    """Writes one snapshot folder; a context manager."""

    def __init__(
        self, path: Path, *, force: bool = False, limits: Limits | None = None, resumable: Resumable | None = None
    ) -> None:
        """``path`` must not exist, or be an empty folder, or with ``force`` a snapshot folder, which is replaced when
        the new one is whole. Raises ``OutputError`` before anything is read."""
        self.path = Path(os.path.realpath(path))
        self.unfinished = Unfinished(self.path, resumable, force=force) if resumable is not None else None
        """What is there from a process that was stopped, and will be there for the next; None: nothing ever."""
        self._workplace: Workplace = self.unfinished or Scratch(self.path, force=force)
        self._limits = limits or Limits()
        self._writers: dict[str, ResourceWriter] = {}
        self._kept: dict[str, Entry] = {}
        self._folder: Path | None = None
        check_replaceable(self.path, force)

    def __enter__(self) -> SnapshotWriter:
        """Raises ``OutputError``, and what ``Unfinished.open`` raises."""
        self._folder = self._workplace.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._folder = None
        self._workplace.close()

    def resource(
        self,
        name: str,
        key: str = "id",
        requested: Iterable[str] | None = None,
        omitted_when_null: Set[str] = frozenset(),
    ) -> ResourceWriter:
        """Begins a resource; beginning it again throws away what was added before.

        ``requested`` are the properties asked for by name (None: all there are); of these, the service leaves out
        ``omitted_when_null`` where they are null, so that their absence from a record does not mean they are unknown.
        """
        if not RESOURCE_NAME.fullmatch(name):
            raise ValueError(f"not the name of a resource: {name!r}")
        if name in self._writers:
            self._writers[name].discard()
        properties = Properties(None if requested is None else frozenset(requested), frozenset(omitted_when_null))
        shelf = Shelf(self._opened(), self._limits, self._workplace.stored)
        writer = ResourceWriter(name, key, properties, shelf)
        self._writers[name] = writer
        return writer

    def take_over(self, manifest: Manifest, source: Path, without: str) -> None:
        """Keeps all resources of the snapshot in the folder ``source`` but one, as they are; the files are shared with
        it where the system can. Raises ``OutputError``."""
        folder = self._opened()
        self._kept = {name: entry for name, entry in manifest.resources.items() if name != without}
        with files.writing(self.path):
            for entry in self._kept.values():
                for file in entry.files:
                    files.share(source / file.name, folder / file.name)

    def finish(self, header: Header) -> Manifest:
        """Writes the manifest and moves the folder to its place. A resource that was not closed is ``failed``."""
        folder = self._opened()
        kept = self.unfinished.entries if self.unfinished is not None else self._kept
        entries = {name: writer.entry or UNFINISHED for name, writer in self._writers.items()}
        said = {field: getattr(header, field) for field in Header.__struct_fields__}
        manifest = Manifest(**said, resources={**kept, **entries})
        for writer in self._writers.values():
            writer.discard()
        with files.writing(self.path):
            place = folder / MANIFEST
            place.unlink(missing_ok=True)
            with files.create(place) as file:
                file.write(encode(manifest))
                file.flush()
                os.fsync(file.fileno())
            self._workplace.put_in_place()
        self._folder = None
        return manifest

    def _opened(self) -> Path:
        if self._folder is None:
            raise OutputError(f"{self.path}: is not being written. Use SnapshotWriter in a with block, once.")
        return self._folder


def _write_shards(folder: Path, name: str, lines: Iterator[bytes], limit: int) -> tuple[FileEntry, ...]:
    """Writes the files of a resource, each with ``limit`` records but the last. One file alone has no number."""
    stored: list[FileEntry] = []
    for number, first in enumerate(lines, start=1):
        path = folder / shard_name(name, number)
        stored.append(_write_file(path, chain((first,), islice(lines, limit - 1))))
    if len(stored) == 1:
        [alone] = file_names(name, 1)
        os.replace(folder / stored[0].name, folder / alone)
        stored = [msgspec.structs.replace(stored[0], name=alone)]
    return tuple(stored)


def _write_file(path: Path, lines: Iterable[bytes]) -> FileEntry:
    digest = sha256()
    count = 0
    with files.create(path) as file:
        for line in lines:
            text = line + b"\n"
            digest.update(text)
            file.write(text)
            count += 1
    return FileEntry(path.name, digest.hexdigest(), count)
