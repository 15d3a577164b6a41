"""Sorts records by key with little memory: sorted runs on disk, merged while they are read.

Memory is bounded by ``run_bytes`` however many records there are. Text sorts by code point, which is also the
order of its UTF-8 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from scanner.snapshot.files import create

READ_BUFFER = 2**17
"""Bytes read at a time of each run that is merged."""
RUN_BYTES = 8 * 2**20
"""Several resources are collected at the same time, each with a run in memory."""
FAN_IN = 128
"""Runs merged at once: under the number of files a process may open (256 on macOS)."""
_OVERHEAD = 160
"""Bytes that Python adds to a record in memory: the tuple, the key, the headers of the objects."""

Keyed = tuple[str, bytes]
_key = itemgetter(0)


class Sorter:
    """Takes records in any order and gives them back sorted, records of the same key in order of arrival."""

    def __init__(self, folder: Path, key: Callable[[bytes], str], run_bytes: int = RUN_BYTES) -> None:
        """``folder`` need not exist; it is made when memory does not do."""
        self._folder = folder
        self._read_key = key
        self._run_bytes = run_bytes
        self._pending: list[Keyed] = []
        self._size = 0
        self._runs: list[Path] = []
        self._made = 0

    def add(self, key: str, line: bytes) -> None:
        """``line`` is a record without a newline, ``key`` its key."""
        self._pending.append((key, line))
        self._size += len(line) + _OVERHEAD
        if self._size >= self._run_bytes:
            self._spill()

    def sorted(self) -> Iterator[Keyed]:
        """All records in order. To be called once."""
        self._pending.sort(key=_key)
        return merge(*map(self._read, self._runs), self._pending, key=_key)

    def _spill(self) -> None:
        self._pending.sort(key=_key)
        self._write(self._pending)
        self._pending, self._size = [], 0
        if len(self._runs) == FAN_IN:
            parts, self._runs = self._runs, []
            self._write(merge(*map(self._read, parts), key=_key))
            for part in parts:
                part.unlink()

    def _write(self, records: Iterable[Keyed]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._made += 1
        path = self._folder / f"{self._made}.run"
        with create(path) as file:
            file.writelines(line + b"\n" for _, line in records)
        self._runs.append(path)

    def _read(self, path: Path) -> Iterator[Keyed]:
        with path.open("rb", buffering=READ_BUFFER) as file:
            for line in file:
                yield self._read_key(line), line[:-1]


def last_of_each(records: Iterable[Keyed]) -> Iterator[tuple[bytes, bool]]:
    """Of the records with one key the line that came last, and whether another of them differs from it."""
    for _, group in groupby(records, key=_key):
        lines = [line for _, line in group]
        yield lines[-1], len(lines) > 1 and len(set(lines)) > 1
