"""What ``tenantlint redact`` does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click

from scanner.config import load_config
from scanner.redact.declared import written
from scanner.redact.pseudonyms import KEY_VARIABLE, RANDOM, pseudonyms
from scanner.redact.snapshot import forms_for, redact
from scanner.report.write import Output, write_all
from scanner.snapshot import Snapshot

ABOUT_NAMES = ("break-glass-discreet-name",)
"""Shipped policies that look for words in names: no pseudonym holds such a word, so that they pass."""


@dataclass(frozen=True)
class Declared:
    """A configuration to be redacted, and where to."""

    target: Path
    config: Path | None = None
    """Default: ``tenantlint.yaml`` in the working folder."""


def run_redact(source: Path, target: Path, declared: Declared | None = None, *, force: bool = False) -> None:
    """Writes the snapshot ``source`` with pseudonyms to ``target``, and says so. The key is in the environment.

    Raises ``UsageError`` for a key that is too short, ``ConfigError``, ``SnapshotError`` and ``OutputError``.
    """
    made, repeatable = pseudonyms(os.environ.get(KEY_VARIABLE))
    if not repeatable:
        click.echo(RANDOM, err=True)
    config = load_config(declared.config) if declared is not None else None
    snapshot = Snapshot.open(source)
    forms = forms_for(snapshot, made)
    manifest = redact(snapshot, target, forms, force=force)
    records = sum(entry.records for entry in manifest.resources.values())
    click.echo(f"{target}: {records:,} records of {len(manifest.resources)} resources, redacted.")
    click.echo(f"Not to be judged on it, since they are about words in names: {', '.join(ABOUT_NAMES)}.", err=True)
    if declared is not None and config is not None:
        files = written(config, forms, declared.target)
        write_all([(Output("yaml", path), text) for path, text in files])
        names = ", ".join(str(path) for path, _ in files)
        click.echo(f"{names}: the configuration under the same pseudonyms.")
