"""Snapshots of a tenant on disk: a folder with a manifest and one file of JSON lines per resource, or one JSON file.

``Snapshot`` reads both forms, ``SnapshotWriter`` writes the folder, ``Unfinished`` is what is there until it is whole.
None of them knows Graph, policies or facts.
A snapshot is data from outside: whatever is wrong with it ends in a ``SnapshotError`` that names the file.
The hashes of the manifest show damage and careless edits, not forgery: who can write the folder can write both.
"""

from scanner.snapshot.journal import Purpose
from scanner.snapshot.manifest import Entry, FileEntry, Header, Import, Manifest, rfc3339
from scanner.snapshot.reader import Snapshot
from scanner.snapshot.unfinished import Resumable, Unfinished, was_finished
from scanner.snapshot.writer import Cost, ResourceWriter, SnapshotWriter

__all__ = [
    "Cost", "Entry", "FileEntry", "Header", "Import", "Manifest", "Purpose", "ResourceWriter", "Resumable", "Snapshot",
    "SnapshotWriter", "Unfinished", "rfc3339", "was_finished",
]  # fmt: skip
