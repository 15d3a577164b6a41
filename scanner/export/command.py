"""What ``tenantlint export`` does with an open snapshot: find the export, take it, write it, say what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from scanner.errors import UsageError
from scanner.export import EXPORTS
from scanner.export.base import Export, Legacy
from scanner.export.columns import columns
from scanner.export.deliver import deliver, words
from scanner.export.forms import FORMS, to_legacy_csv
from scanner.export.inventory import take
from scanner.policy.words import did_you_mean
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass


@dataclass(frozen=True)
class Wanted:
    """Which export, in which form, to which place."""

    export: Export
    form: str = "csv"
    legacy: Legacy | None = None
    """The form of an older script, if it is to have that."""
    path: Path | None = None
    """The file; None: standard output."""


def want(name: str, form: str, path: Path | None, *, legacy: bool, exports: Mapping[str, Export] = EXPORTS) -> Wanted:
    """Raises ``UsageError`` with the nearest right name, or where there is no such form."""
    export = exports.get(name)
    if export is None:
        hint = did_you_mean(name, exports)
        raise UsageError(f"There is no export {name}. {hint or '`tenantlint export --list` shows them all.'}")
    if not legacy:
        return Wanted(export, form, None, path)
    if form != "csv":
        raise UsageError(f"--legacy is CSV. Leave out --format {form}, or --legacy.")
    if export.legacy is None:
        having = ", ".join(one.name for one in exports.values() if one.legacy) or "none"
        raise UsageError(f"{name} has no older form. Leave out --legacy; exports that have one: {having}.")
    return Wanted(export, form, export.legacy, path)


def run_export(wanted: Wanted, snapshot: Snapshot, declared: BreakGlass) -> bool:
    """Write the rows that are certain; gives whether these are all. What a reader must know goes to standard error.

    Raises ``OutputError`` and ``SnapshotError``, and then nothing is written.
    """
    inventory = take(wanted.export, snapshot, declared)
    if wanted.legacy is not None:
        inventory = replace(inventory, rows=tuple(filter(wanted.legacy.includes, inventory.rows)))
        text = to_legacy_csv(inventory, wanted.legacy)
    else:
        text = FORMS[wanted.form](inventory)
    deliver(wanted.form, text, wanted.path)
    for line in words(inventory, wanted.path):
        click.echo(line, err=True)
    return not inventory.missing


def listing(exports: Mapping[str, Export] = EXPORTS) -> str:
    """Every export: what it is, its columns and what they mean, and the headings of its older form."""
    return "\n\n".join("\n".join(_described(export)) for export in exports.values())


def _described(export: Export) -> list[str]:
    known = columns(export)
    width = max(len(column.name) for column in known)
    lines = [export.name, f"  {export.description}"]
    lines += [f"  {column.name:{width}}  {column.description}".rstrip() for column in known]
    if export.legacy is not None:
        lines.append(f"  --legacy: {export.legacy.separator.join(column.heading for column in export.legacy.columns)}")
    return lines
