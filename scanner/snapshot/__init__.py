"""Snapshots of a tenant on disk: a folder with a manifest and one file of JSON lines per resource, or one JSON file.

``Snapshot`` reads both forms, ``SnapshotWriter`` writes the folder. Neither knows Graph, policies or facts.
A snapshot is data from outside: whatever is wrong with it ends in a ``SnapshotError`` that names the file.
The hashes of the manifest show damage and careless edits, not forgery: who can write the folder can write both.
"""

from scanner.snapshot.manifest import Entry, FileEntry, Header, Manifest
from scanner.snapshot.reader import Snapshot
from scanner.snapshot.writer import ResourceWriter, SnapshotWriter

__all__ = ["Entry", "FileEntry", "Header", "Manifest", "ResourceWriter", "Snapshot", "SnapshotWriter"]
