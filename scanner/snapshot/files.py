"""Files of a snapshot: owner-only when written, bounded and checked against their hash when read."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from scanner.errors import OutputError, SnapshotError
from scanner.snapshot.manifest import FileEntry
from scanner.snapshot.records import MAX_RECORD, Broken

BLOCK = 2**20

WRITE_BUFFER = 2**20
"""Bytes. With the usual 8 KB a collection of large records spends a fifth of its time in system calls."""


def create(path: Path) -> BinaryIO:
    """Opens a new file for writing that only its owner can read (on Windows the folder's own rights apply)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    return os.fdopen(handle, "wb", WRITE_BUFFER)


def share(source: Path, target: Path) -> None:
    """One more name for a file that never changes, or a copy of it where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        with source.open("rb") as old, create(target) as new:
            shutil.copyfileobj(old, new)


def sync(path: Path) -> None:
    """Makes the content of a file last over a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last over a power cut; Windows has no such call."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns errors of the system while ``path`` is written into ``OutputError``."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}. Make room or choose another path."
        ) from error


def check_plain(path: Path) -> None:
    """Raises ``SnapshotError`` unless ``path`` is a file and no link: a snapshot must not lead out of its folder."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise unreadable(path, error) from None
    if not stat.S_ISREG(mode):
        raise SnapshotError(f"{path}: is not a plain file. Collect again, or copy the snapshot with its files.")


def read_small(path: Path, limit: int) -> bytes:
    """The whole of a file that has at most ``limit`` bytes; raises ``SnapshotError``."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise unreadable(path, error) from None
    if len(data) > limit:
        raise SnapshotError(f"{path}: has more than {limit // 2**20} MiB. Collect into a snapshot folder instead.")
    return data


def unreadable(path: Path, error: OSError) -> SnapshotError:
    """The sentence for a file of a snapshot that the system does not give."""
    if isinstance(error, FileNotFoundError):
        return SnapshotError(f"{path}: is missing. Copy the snapshot whole, or collect again.")
    return SnapshotError(f"{path}: cannot be read: {error.strerror or error}. Check who owns the file.")


def read_lines(
    path: Path, entry: FileEntry, read_key: Callable[[bytes], str], after: str = "", limit: int = MAX_RECORD
) -> Iterator[bytes]:
    """The records of one file, in order, each a line without its newline.

    ``after`` is the last key of the file before, ``limit`` the bytes a record may have. Raises ``SnapshotError`` at
    the first line that is no record or out of order, and at the end for a file that is cut, has another number of
    records, or another hash.
    """
    digest = sha256()
    count = 0
    for lines in _batches(path, digest.update, limit):
        for line in lines:
            count += 1
            try:
                key = read_key(line)
            except Broken as problem:
                raise SnapshotError(f"{path}:{count}: the record {problem}. Collect again.") from None
            if key <= after:
                raise SnapshotError(f"{path}:{count}: records are not sorted by id, or one comes twice. Collect again.")
            after = key
            yield line
    if digest.hexdigest() != entry.sha256:
        raise SnapshotError(
            f"{path}: was changed after collection: its SHA-256 is not the one in the manifest. Collect again."
        )
    if count != entry.records:
        raise SnapshotError(f"{path}: has {count:,} records where the manifest says {entry.records:,}. Collect again.")


def _batches(path: Path, update: Callable[[bytes], object], limit: int) -> Iterator[list[bytes]]:
    """Lines of the file in batches of about a block, every byte passed to ``update``."""
    waiting: list[bytes] = []
    size = 0
    try:
        with path.open("rb") as file:
            for block in iter(partial(file.read, BLOCK), b""):
                update(block)
                head, newline, tail = block.rpartition(b"\n")
                if newline:
                    yield _split(path, b"".join((*waiting, head)))
                    waiting, size = [], 0
                waiting.append(tail)
                size += len(tail)
                if size > limit:
                    raise SnapshotError(f"{path}: has a line of more than {limit:,} bytes. Collect again.")
    except OSError as error:
        raise unreadable(path, error) from None
    if size:
        raise SnapshotError(f"{path}: ends in the middle of a record. Copy the snapshot whole, or collect again.")


def _split(path: Path, text: bytes) -> list[bytes]:
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            raise SnapshotError(f"{path}: is not UTF-8. Collect again.") from None
    return text.split(b"\n")


def first_line(path: Path) -> bytes:
    """The first line of a file that has been checked."""
    with path.open("rb") as file:
        return file.readline()[:-1]


def find_line(path: Path, key: str, read_key: Callable[[bytes], str]) -> bytes | None:
    """The line with this key in a file that has been checked: a binary search over its bytes, nothing is loaded."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            start = _line_start(file, middle, low)
            file.seek(start)
            line = file.readline()
            found = read_key(line)
            if found == key:
                return line[:-1]
            if found < key:
                low = start + len(line)
            else:
                high = start
    return None


def _line_start(file: BinaryIO, position: int, low: int) -> int:
    """Where the line that covers ``position`` begins; ``low`` is the beginning of a line at or before it."""
    step = 1024
    while position > low:
        begin = max(low, position - step)
        file.seek(begin)
        newline = file.read(position - begin).rfind(b"\n")
        if newline >= 0:
            return begin + newline + 1
        position, step = begin, step * 2
    return low
