"""Writes reports: all of them or none, each whole or not at all.

Files are UTF-8 on every system, and so is what a program reads from standard output. A CSV file begins with the byte
order mark, without which Excel takes UTF-8 for the code page of the computer and shows "ZoÃ«" for "Zoë". Standard
output has none: the program that reads it would find the mark in the name of the first column.
https://support.microsoft.com/office/opening-csv-utf-8-files-correctly-in-excel-8a935af5-3416-4edd-ba7e-3dfd2bc4a032
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

from scanner.errors import OutputError

TEXT = "text"
CSV = "csv"
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Output:
    """A format and where its report goes: a file, or standard output without one."""

    format: str
    path: Path | None = None


def write_all(reports: Sequence[tuple[Output, str | bytes]]) -> None:
    """Write every report to its place; bytes go to a file. Raises ``OutputError``, and then no file has changed.

    Files are written beside their place under a temporary name and renamed when all are complete. A link is followed;
    a file that is there keeps its permissions. Devices and pipes (``/dev/stderr``, ``/dev/null``) and standard output
    cannot be renamed to: they are written last.
    """
    streams: list[tuple[Output, str | bytes]] = []
    with contextlib.ExitStack() as leftovers, contextlib.ExitStack() as undo:
        staged: list[tuple[Path, Path, Path]] = []
        for output, content in reports:
            target = _target(output.path) if output.path is not None else None
            if output.path is None or target is None:
                streams.append((output, content))
            else:
                staged.append((output.path, target, _stage(output.path, target, _encoded(output, content), leftovers)))
        for path, target, temporary in staged:
            _swap(path, target, temporary, leftovers, undo)
        undo.pop_all()
    for output, content in streams:
        _write_stream(output, content)


def _encoded(output: Output, content: str | bytes) -> bytes:
    """A report as a file has it."""
    if isinstance(content, bytes):
        return content
    return (BYTE_ORDER_MARK + content if output.format == CSV else content).encode()


def print_text(text: str) -> None:
    """To standard output, whatever encoding it has: what it cannot show is escaped.

    Raises ``OutputError`` where it takes no more, ``BrokenPipeError`` where its reader is gone.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
        raise
    except OSError as error:
        _abandon(stream)
        raise OutputError(f"Standard output cannot be written: {error.strerror or error}. Make room.") from error


def print_data(text: str) -> None:
    """What a program reads to standard output: UTF-8 with its own line ends; to a terminal in the terminal's encoding.

    Raises as ``print_text``.
    """
    if sys.stdout.isatty():
        print_text(text.replace("\r\n", "\n"))
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # Windows would make \r\r\n of a line end
    print_text(text)


def _target(path: Path) -> Path | None:
    """The file to be replaced: ``path``, or what it is a link to. None for what is no file, such as a device."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise OutputError(
                f"{path}: the folder {path.parent} does not exist. Create it or choose another place."
            ) from None
        mode = stat.S_IFREG
    except OSError as error:
        _refuse(path, error)
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path}: is a folder. Name a file in it, or choose another place.")
    return Path(os.path.realpath(path)) if stat.S_ISREG(mode) else None


def _stage(path: Path, target: Path, content: bytes, leftovers: contextlib.ExitStack) -> Path:
    """The report, complete, in a new file beside its place."""
    temporary = _beside(target)
    leftovers.callback(_remove, temporary)
    try:
        with temporary.open("xb") as file:
            file.write(content)
        if target.exists():
            shutil.copymode(target, temporary)
    except OSError as error:
        _refuse(path, error)
    return temporary


def _swap(
    path: Path, target: Path, temporary: Path, leftovers: contextlib.ExitStack, undo: contextlib.ExitStack
) -> None:
    """Put the report in its place, ready to put back what stood there."""
    try:
        if target.exists():
            kept = _beside(target)
            leftovers.callback(_remove, kept)
            shutil.copy2(target, kept)
            os.replace(temporary, target)
            undo.callback(_restore, kept, target)
        else:
            os.replace(temporary, target)
            undo.callback(_remove, target)
    except OSError as error:
        _refuse(path, error)


def _beside(target: Path) -> Path:
    return target.parent / f".tenantlint-{secrets.token_hex(8)}"


def _restore(kept: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        os.replace(kept, target)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _write_stream(output: Output, content: str | bytes) -> None:
    if output.path is not None:
        try:
            with output.path.open("wb") as stream:
                stream.write(_encoded(output, content))
        except OSError as error:
            _refuse(output.path, error)
    elif isinstance(content, bytes):
        raise OutputError(f"{output.format}: cannot be written to standard output. Name a file.")
    elif output.format == TEXT:
        print_text(content)
    else:
        print_data(content)


def _refuse(path: Path, error: OSError) -> NoReturn:
    raise OutputError(f"{path}: cannot be written: {error.strerror or error}. Choose another place.") from error


def _abandon(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that Python does not try, and fail, to write it when it ends."""
    with contextlib.suppress(OSError):  # a stream without a descriptor
        number = stream.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
