"""Puts a finished snapshot folder where the user wants it, and never removes anything but a snapshot."""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from scanner.errors import OutputError
from scanner.snapshot.files import sync_folder, writing
from scanner.snapshot.manifest import MANIFEST

_RECORDS = re.compile(r"[a-z][A-Za-z0-9]{0,63}(-\d{4,})?\.jsonl")


def check_replaceable(path: Path, force: bool) -> None:
    """Raises ``OutputError`` unless a snapshot may be put at ``path``."""
    if not path.parent.is_dir():
        raise OutputError(f"{path}: the folder {path.parent} does not exist. Create it or choose another path.")
    if not path.exists():
        return
    if not path.is_dir():
        raise OutputError(f"{path}: exists and is not a folder. Choose another path.")
    with writing(path):
        names = sorted(entry.name for entry in path.iterdir())
    if not names:
        return
    if MANIFEST not in names:
        raise OutputError(f"{path}: exists and is not a snapshot. Choose another path.")
    foreign = [name for name in names if name != MANIFEST and not _RECORDS.fullmatch(name)]
    if foreign:
        raise OutputError(f"{path}: holds {foreign[0]}, which is no part of a snapshot. Choose another path.")
    if not force:
        raise OutputError(f"{path}: exists. Choose another path, or replace it with --force.")


def put_in_place(folder: Path, path: Path, force: bool, old: Path | None = None) -> None:
    """Renames ``folder`` to ``path``. What stood there is put back if that fails, and removed when it worked.

    ``old`` is where it is put meanwhile, a name that is not taken; None: beside it.
    """
    check_replaceable(path, force)
    if not path.exists():
        os.replace(folder, path)
    elif old is not None:
        _swap(folder, path, old)
    else:
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".old", dir=path.parent))
        try:
            _swap(folder, path, aside / path.name)
        finally:
            # Only when it is empty: what could not be put back is the one copy of the old snapshot.
            with suppress(OSError):
                aside.rmdir()
    sync_folder(path.parent)


def put_aside(path: Path) -> Path | None:
    """The snapshot that stood at ``path``, where a process was killed between the two renames that replace it. None
    where there is something at ``path``, and where no such snapshot is found."""
    if path.exists() or not path.parent.is_dir():
        return None
    found = sorted(path.parent.glob(f".{glob.escape(path.name)}.*.old/{glob.escape(path.name)}/{MANIFEST}"))
    return found[-1].parent if found else None


def put_back(path: Path) -> None:
    """Puts the snapshot of ``put_aside`` back. Raises ``OutputError``."""
    aside = put_aside(path)
    if aside is not None:
        with writing(path):
            os.replace(aside, path)
            with suppress(OSError):
                aside.parent.rmdir()


def _swap(folder: Path, path: Path, old: Path) -> None:
    os.replace(path, old)
    done = False
    try:
        os.replace(folder, path)
        done = True
    finally:
        if not done:
            os.replace(old, path)
    shutil.rmtree(old, ignore_errors=True)
