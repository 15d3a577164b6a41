"""Reads a snapshot: what was collected, and the records of a resource as a stream, typed or by id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.errors import NotCollected, SnapshotError
from scanner.model import Outcome
from scanner.snapshot import files, single
from scanner.snapshot.manifest import MANIFEST, MAX_MANIFEST, Entry, Manifest, decode
from scanner.snapshot.place import put_aside
from scanner.snapshot.records import key_reader
from scanner.snapshot.store import Folder, Store

T = TypeVar("T")

FIX = "Give the folder that `tenantlint collect` wrote"

NOT_ASKED = Entry(Outcome.SKIPPED)
"""The entry of a resource that a snapshot does not mention."""

_PERMISSION = re.compile(r"[A-Z][A-Za-z]*(\.[A-Za-z-]+)+")
_LICENCE = re.compile(r"[A-Z][A-Za-z0-9]*( ID)?")

_END_OF_TIME = re.compile(rb'"(9999-12-31T23:59:59\.\d{6})\d+Z"')
"""The greatest time of .NET, 23:59:59.9999999, rounds to a moment that Python does not have."""


class Snapshot:
    """A snapshot opened for reading. It never changes, and can be read by several threads."""

    manifest: Manifest
    catalogue: Mapping[str, Resource]
    """The resources that a snapshot can have."""

    def __init__(
        self, manifest: Manifest, store: Store, origin: str, catalogue: Mapping[str, Resource] = BY_NAME
    ) -> None:
        """For ``open`` and ``of``, which check what they pass. ``origin`` names the snapshot in messages."""
        self.manifest = manifest
        self.catalogue = catalogue
        self.origin = origin
        self._store = store

    @classmethod
    def open(cls, path: Path, catalogue: Mapping[str, Resource] = BY_NAME) -> Snapshot:
        """Opens a snapshot folder, or a ``.json`` file in single-file form. Raises ``SnapshotError``.

        Of a folder only the manifest is read here; files are checked against their hashes while they are read.
        """
        if path.is_dir():
            return cls._open_folder(path, catalogue)
        if not path.exists():
            aside = put_aside(path)
            where = f"It was being replaced when that was stopped, and is {aside} now: rename it" if aside else FIX
            raise SnapshotError(f"{path}: does not exist. {where}.")
        if not path.is_file():
            raise SnapshotError(
                f"{path}: is neither a folder nor a file. Give the folder that `tenantlint collect` wrote."
            )
        data = single.check_text(files.read_small(path, single.MAX_FILE), str(path))
        return cls(*single.parse(data, str(path), catalogue), str(path), catalogue)

    @classmethod
    def of(
        cls, content: Mapping[str, object], origin: str = "snapshot", catalogue: Mapping[str, Resource] = BY_NAME
    ) -> Snapshot:
        """A snapshot from data in single-file form that a program holds, such as a case of a policy's test.

        ``origin`` names it in messages. Raises ``SnapshotError``.
        """
        try:
            data = msgspec.json.encode(content)
        except RecursionError:
            raise SnapshotError(f"{origin}: is nested too deeply. {single.FIX}.") from None
        except (TypeError, ValueError, OverflowError) as error:
            raise SnapshotError(f"{origin}: cannot be written as JSON: {error}. {single.FIX}.") from None
        return cls(*single.parse(data, origin, catalogue), origin, catalogue)

    @classmethod
    def _open_folder(cls, path: Path, catalogue: Mapping[str, Resource]) -> Snapshot:
        place = path / MANIFEST
        if not place.exists():
            raise SnapshotError(f"{path}: has no {MANIFEST}. Give the folder that `tenantlint collect` wrote.")
        files.check_plain(place)
        manifest = decode(files.read_small(place, MAX_MANIFEST), place)
        for entry in manifest.resources.values():
            for file in entry.files:
                files.check_plain(path / file.name)
        return cls(manifest, Folder(path), str(path), catalogue)

    def entry(self, resource: str) -> Entry:
        """What became of a resource: ``skipped`` for one that the manifest does not have."""
        entry = self.manifest.resources.get(resource)
        if entry is not None:
            return entry
        imported = self._imported(resource)
        return Entry(Outcome.SKIPPED, imported) if imported else NOT_ASKED

    def _imported(self, resource: str) -> str:
        """How a resource gets into a snapshot that no service is asked for; empty for others."""
        known = self.catalogue.get(resource)
        return known.imported if known is not None else ""

    def require(self, resource: str, properties: Iterable[str] = ()) -> None:
        """Raises ``NotCollected``, with the reason in words, unless the resource was collected with these properties.

        Annotations (``@odata.type``) are always there: Graph leaves them out only where they say nothing.
        """
        entry = self.entry(resource)
        if entry.outcome is not Outcome.COLLECTED:
            raise NotCollected(resource, _why(entry, again=not self._imported(resource)))
        if entry.properties is None:
            return
        known = {*entry.properties, entry.key}
        missing = sorted({name for name in properties if not name.startswith("@")} - known)
        if missing:
            names = f"property {missing[0]} was" if len(missing) == 1 else f"properties {', '.join(missing)} were"
            told = any(re.search(rf"\b{re.escape(name)}\b", entry.reason) for name in missing)
            reason = f" ({entry.reason})" if told else ""
            raise NotCollected(resource, f"{names} not collected{reason}")

    def lines(self, resource: str) -> Iterator[bytes]:
        """The records, one JSON object each on a line of bytes, in order of ids, streaming.

        Raises ``NotCollected`` at once, and ``SnapshotError`` while reading: at a line that is no record, and at the
        end when the file is not the one that was collected. Until the end what was read is not verified.
        """
        self.require(resource)
        return self._store.lines(resource, self.entry(resource))

    def rows(self, resource: str, row: type[T]) -> Iterator[T]:
        """The records as structs with the fields wanted, streaming; raises as ``lines``, and ``NotCollected`` at a
        value that does not have the field's type: what depends on it is not known, the rest of a scan is untouched."""
        lines = self.lines(resource)
        return self._rows(resource, msgspec.json.Decoder(row), lines)

    def find(self, resource: str, id: str) -> bytes | None:
        """The record with this id, None if there is none; raises as ``lines``.

        The first search in a resource that was not read to its end reads it once to verify it; later ones take a
        binary search over the file.
        """
        self.require(resource)
        return self._store.find(resource, self.entry(resource), id)

    def _rows(self, resource: str, decoder: msgspec.json.Decoder[T], lines: Iterator[bytes]) -> Iterator[T]:
        decode = decoder.decode
        for line in lines:
            try:
                row = decode(line)
            except (ValueError, RecursionError):
                row = self._second_try(resource, decode, line)
            yield row

    def _second_try(self, resource: str, decode: Callable[[bytes], T], line: bytes) -> T:
        """The row without digits beyond microseconds where they are too many; raises ``NotCollected``."""
        try:
            return decode(_END_OF_TIME.sub(rb'"\1Z"', line))
        except (ValueError, RecursionError) as error:
            record = key_reader(self.entry(resource).key)(line)
            raise NotCollected(resource, f"the record {record} is not as Microsoft documents it: {error}") from None


def _why(entry: Entry, *, again: bool = True) -> str:
    """Why a resource is not there, for a person who knows the tenant and not this tool.

    ``again``: collecting again would help.
    """
    match entry.outcome:
        case Outcome.DENIED:
            if _PERMISSION.fullmatch(entry.reason):
                return f"denied: needs the application permission {entry.reason}"
            return f"denied: {entry.reason or 'a permission is missing'}"
        case Outcome.UNLICENSED:
            if _LICENCE.fullmatch(entry.reason):
                return f"unlicensed: needs the licence {entry.reason}"
            return f"unlicensed: {entry.reason or 'a licence is missing'}"
        case Outcome.FAILED:
            return f"failed: {entry.reason or 'it could not be read whole'}"
        case _:
            reason = f": {entry.reason}" if entry.reason else ""
            return f"not collected{reason}" + ("; collect again with this policy selected" if again else "")
