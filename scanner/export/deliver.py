"""Brings an export to its reader: the table to a file or standard output, what must be said to standard error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.export.inventory import Inventory
from scanner.report.safe import printable
from scanner.report.words import counted
from scanner.report.words import missing as missing_words
from scanner.report.write import Output, write_all


def deliver(form: str, text: str, path: Path | None) -> None:
    """Write ``text`` to ``path``, whole or not at all, or to standard output.

    Raises ``OutputError``, and ``BrokenPipeError`` where the reader of standard output is gone.
    """
    write_all([(Output(form, path), text)])


def words(inventory: Inventory, path: Path | None) -> Iterator[str]:
    """What the reader must know, line by line: how many rows are in the file, and what is missing."""
    name, rows = inventory.export.name, len(inventory.rows)
    if not rows:
        empty = f"{name}: there is nothing to list. {inventory.export.if_empty}".rstrip()
        yield f"{name}: no row is certain." if inventory.missing else empty
    elif path is not None:
        yield f"{name}: {counted(rows, 'row')} in {printable(str(path))}"
    if inventory.missing:
        yield f"{name} is not complete: rows or cells may be missing, since this was not collected:"
        yield from (f"  {missing_words(lack)}" for lack in inventory.missing)
    yield from (printable(note) for note in inventory.notes)
