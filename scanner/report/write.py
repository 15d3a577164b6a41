"""Writes reports: all of them or none, each whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from scanner.errors import OutputError


@dataclass(frozen=True)
class Output:
    """A format and where its report goes: a file, or standard output without one."""

    format: str
    path: Path | None = None


def write_all(reports: Sequence[tuple[Output, str]]) -> None:
    """Write every report to its place. Raises ``OutputError``, and then no file of these has changed.

    Files are written beside their place under a temporary name and renamed when all are complete.
    """
    pending: list[tuple[str, Path]] = []
    try:
        for output, text in reports:
            if output.path is not None:
                pending.append((_temporary(output.path, text), output.path))
        while pending:
            temporary, path = pending[0]
            try:
                os.replace(temporary, path)
            except OSError as error:
                _refuse(path, error)
            del pending[0]
    finally:
        for temporary, _ in pending:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    for output, text in reports:
        if output.path is None:
            _print(text)


def _temporary(path: Path, text: str) -> str:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        _refuse(path, error)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        os.unlink(name)
        _refuse(path, error)
    except BaseException:
        os.unlink(name)
        raise
    return name


def _refuse(path: Path, error: OSError) -> NoReturn:
    raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another place.") from error


def _print(text: str) -> None:
    """To standard output, whatever encoding it has: what it cannot show is escaped."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
