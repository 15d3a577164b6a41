"""The file itself: bounded, decoded, read twice: once to find all that is wrong, once to take it."""

from __future__ import annotations

import codecs
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TextIO

from scanner.collect.active_directory.rows import Row, Unreadable, document, table
from scanner.collect.active_directory.user import GUID, AdUser, read_user
from scanner.errors import DirectoryExportError, Problem
from scanner.snapshot import Import, rfc3339

MAX_FILE = 256 * 2**20
"""Bytes; about 600,000 users. JSON is held in memory, and no directory needs more."""
MAX_PROBLEMS = 20
"""A file with more than so many problems is another kind of file; they are not all told."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""Byte-order marks: ``-Encoding UTF8`` of Windows PowerShell writes the first, ``Out-File`` the second."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = "It is not in UTF-8, nor in UTF-16 with a byte-order mark."
_AS_UTF_8 = "Save it as UTF-8: Export-Csv -Encoding UTF8."


class AdExport:
    """An export that was read once and has nothing wrong."""

    def __init__(self, path: Path) -> None:
        """Raises ``DirectoryExportError`` with the first problems of the file."""
        self.path = path
        self._sha256 = ""
        problems: list[Problem] = []
        try:
            found = (one for row in self._rows() if isinstance(row, list) for one in row)
            problems += islice(found, MAX_PROBLEMS)
            if not problems:
                self._sha256 = self._hash()
        except OSError as error:
            problems.append(Problem(path, 0, 0, f"It cannot be read: {error.strerror or error}.", "Check the name."))
        if problems:
            raise DirectoryExportError(problems)

    def users(self) -> Iterator[AdUser]:
        """The users, in the order of the file. Raises ``DirectoryExportError`` where the file has changed meanwhile."""
        try:
            for row in self._rows():
                if isinstance(row, list):
                    raise self._changed()
                yield row
            if self._hash() != self._sha256:
                raise self._changed()
        except OSError as error:
            raise self._changed() from error

    def origin(self, now: datetime) -> Import:
        """What a manifest says of the file."""
        return Import(self.path.name, self._sha256, rfc3339(now))

    def _changed(self) -> DirectoryExportError:
        return DirectoryExportError([Problem(self.path, 0, 0, "It was changed while it was read.", "Try again.")])

    def _hash(self) -> str:
        with self.path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()

    def _rows(self) -> Iterator[AdUser | list[Problem]]:
        """Each user, or what is wrong with a row."""
        lines: dict[str, int] = {}
        row = None
        try:
            with _opened(self.path) as file:
                for row in document(file.read()) if _is_json(file) else table(file):
                    user, wrong = read_user(row.values)
                    problems = [
                        Problem(self.path, *row.place(one.column), f"The column {one.column} {one.text}", one.hint)
                        for one in wrong
                    ]
                    if user is not None and user.id in lines:
                        problems.append(self._twice(row, lines[user.id]))
                    elif user is not None:
                        lines[user.id] = row.line
                    yield problems if user is None or problems else user
            if row is None:
                yield [Problem(self.path, 0, 0, "It holds no user.", "Export again with -Filter *.")]
        except Unreadable as error:
            yield [Problem(self.path, error.line, error.column, error.text, error.hint)]
        except UnicodeDecodeError:
            yield [Problem(self.path, 0, 0, _NO_TEXT, _AS_UTF_8)]

    def _twice(self, row: Row, first: int) -> Problem:
        text = f"The column {GUID} holds the same GUID as line {first}."
        return Problem(self.path, *row.place(GUID), text, "Export every user once.")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """The text of a file of a bearable size. Raises ``Unreadable`` and ``OSError``."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(0, 0, "It is no plain file.", "Give the file that Export-Csv wrote.")
    if found.st_size > MAX_FILE:
        text = f"It has more than {MAX_FILE // 2**20} MiB."
        raise Unreadable(0, 0, text, "Export only the properties that are named in the README.")
    with path.open("rb") as file:
        begin = file.read(4)
        file.seek(0)
        if b"\0" in begin and (begin[:2] not in _WIDE or begin == codecs.BOM_UTF32_LE):
            raise Unreadable(0, 0, _NO_TEXT, _AS_UTF_8)
        encoding = next((name for mark, name in _MARKS if begin.startswith(mark)), "utf-8")
        # Line ends stay: a quoted value can hold some.
        with TextIOWrapper(file, encoding, newline="") as text_file:
            yield text_file


def _is_json(file: TextIO) -> bool:
    """Whether the file begins as JSON does."""
    begin = file.read(1024).lstrip()
    file.seek(0)
    return begin[:1] in ("[", "{")
