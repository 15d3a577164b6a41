"""Where the records of an opened snapshot are: files of a folder, or memory for the single-file form."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from scanner.snapshot import files
from scanner.snapshot.manifest import Entry
from scanner.snapshot.records import key_reader


class Store(Protocol):
    """Records of collected resources, sorted by key, one JSON object a line."""

    def lines(self, resource: str, entry: Entry) -> Iterator[bytes]:
        """All records in order."""

    def find(self, resource: str, entry: Entry, key: str) -> bytes | None:
        """The record with this key."""


class Folder:
    """Records in the files of a snapshot folder. Nothing is trusted until its hash has been seen to fit."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._checked: set[str] = set()
        self._first: dict[str, list[str]] = {}
        """By resource, the first key in each file of it."""

    def lines(self, resource: str, entry: Entry) -> Iterator[bytes]:
        read_key = key_reader(entry.key)
        line = b""
        for file in entry.files:
            path = self._path / file.name
            files.check_plain(path)
            after = read_key(line) if line else ""
            for line in files.read_lines(path, file, read_key, after):
                yield line
        self._checked.add(resource)

    def find(self, resource: str, entry: Entry, key: str) -> bytes | None:
        if resource not in self._checked:
            for _ in self.lines(resource, entry):
                pass
        read_key = key_reader(entry.key)
        paths = [self._path / file.name for file in entry.files]
        if resource not in self._first:
            self._first[resource] = [read_key(files.first_line(path)) for path in paths]
        shard = bisect_right(self._first[resource], key) - 1
        return files.find_line(paths[shard], key, read_key) if shard >= 0 else None


class Memory:
    """Records held in memory: keys and lines of each resource, in order of keys."""

    def __init__(self, records: Mapping[str, tuple[Sequence[str], Sequence[bytes]]]) -> None:
        self._records = records

    def lines(self, resource: str, entry: Entry) -> Iterator[bytes]:
        return iter(self._records[resource][1])

    def find(self, resource: str, entry: Entry, key: str) -> bytes | None:
        keys, lines = self._records[resource]
        place = bisect_left(keys, key)
        return lines[place] if place < len(keys) and keys[place] == key else None
