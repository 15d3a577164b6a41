"""Commands for those who get the results: report, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from scanner.cli.options import (
    FOLDER,
    baseline_option,
    config_option,
    format_option,
    group_by_option,
    opened,
    policies_option,
    profile_option,
    redact_option,
    select_option,
    selection,
    verbose_option,
)
from scanner.console import say


@click.command()
@click.argument("source", type=FOLDER)
@format_option
@click.option("--bundle", type=FOLDER, metavar="FILE", help="Evidence pack to write, for `tenantlint verify`.")
@baseline_option
@redact_option
@group_by_option
@verbose_option
@policies_option
@select_option
@profile_option
@config_option
def report(source: Path, formats: tuple[str, ...], bundle: Path | None, **options: Any) -> None:
    """Write reports of SOURCE for its readers.

    SOURCE is a snapshot, which is checked as by `scan`, or the JSON report of an earlier scan.

    \b
    tenantlint report snap --bundle pack.zip             all they rest on, in one file
    tenantlint report snap --redact --format markdown    for a ticket: no name, no id
    tenantlint report results.json --format csv=out.csv  an earlier scan, otherwise

    The evidence pack holds results, page, policies, configuration and the manifest of the snapshot. The same input
    gives the same bytes. It is not signed: note the SHA-256 that is printed where others cannot change it.

    Exit codes: 0 written, whatever the results; 2 otherwise.
    """
    from scanner.compare.read import is_report
    from scanner.workflow import parse_formats
    from scanner.workflow.publish import Publication, publish

    chosen = selection(options)
    outputs = parse_formats(formats) if formats or bundle is None else ()
    project = None if is_report(source) else opened(**chosen)
    publish(source, Publication(outputs, bundle, **options), project)


@click.command()
@click.argument("pack", type=FOLDER)
@click.option(
    "--snapshot", type=FOLDER, metavar="FOLDER", help="Evaluate it again on the snapshot that it was made of."
)
def verify(pack: Path, snapshot: Path | None) -> None:
    """Check an evidence pack.

    That nothing in it was changed and its page shows its results; with --snapshot, that its policies and configuration
    give these results.

    Who can replace the file can make a whole new pack: compare the SHA-256 that is printed with the one that was noted
    when the pack was made.

    Exit codes: 0 it holds; 1 it does not; 2 it is no evidence pack, or one of another version.
    """
    from scanner.workflow.publish import check_pack

    holds, text = check_pack(pack, snapshot)
    say(text)
    sys.exit(0 if holds else 1)
