"""Where the files of a snapshot are until it is whole: a folder of which nothing is left when it does not get whole."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Protocol

from scanner.snapshot import files
from scanner.snapshot.manifest import Entry
from scanner.snapshot.place import put_in_place


class Workplace(Protocol):
    """A folder to write a snapshot in. Errors of the system are raised as ``OutputError``."""

    def open(self) -> Path:
        """The folder for the files, made or found."""

    def stored(self, name: str, entry: Entry) -> None:
        """A resource is done, its files are written. May be called by several threads at the same time."""

    def put_in_place(self) -> None:
        """The snapshot is whole: moves it to where it belongs. Raises ``OSError`` too."""

    def close(self) -> None:
        """The end, good or bad."""


class Scratch:
    """A temporary folder beside the place of the snapshot."""

    def __init__(self, path: Path, *, force: bool) -> None:
        """``path`` is where the snapshot belongs; with ``force`` a snapshot that is there is replaced."""
        self._path = path
        self._force = force
        self._folder: Path | None = None

    def open(self) -> Path:
        with files.writing(self._path):
            made = tempfile.mkdtemp(prefix=f".{self._path.name}.", suffix=".partial", dir=self._path.parent)
        self._folder = Path(made)
        return self._folder

    def stored(self, name: str, entry: Entry) -> None:
        return None

    def put_in_place(self) -> None:
        if self._folder is not None:
            put_in_place(self._folder, self._path, self._force)

    def close(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
