"""Commands that check a snapshot, and that show what is in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from scanner.cli.options import (
    FOLDER,
    SEVERITIES,
    baseline_option,
    config_option,
    format_option,
    group_by_option,
    ignore_waivers_option,
    opened,
    policies_option,
    profile_option,
    redact_option,
    select_option,
    verbose_option,
)
from scanner.console import say, terminal_width
from scanner.errors import UsageError


@click.command()
@click.argument("snapshot", type=FOLDER)
@policies_option
@select_option
@profile_option
@config_option
@format_option
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Least severity that ends with exit code 1 or 3. Default: failOn of tenantlint.yaml, else low.",
)
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3.")
@click.option("--strict-waivers", is_flag=True, help="Exit with 1 where a waiver is expired, unused or mistaken.")
@ignore_waivers_option
@baseline_option
@redact_option
@group_by_option
@verbose_option
def scan(snapshot: Path, formats: tuple[str, ...], allow_incomplete: bool, verbose: bool, **options: Any) -> None:
    """Check SNAPSHOT (a folder or a .json file) against policies.

    \b
    tenantlint scan snap --fail-on high --format text --format sarif=out.sarif
    """
    from scanner.workflow import exit_code, parse_formats
    from scanner.workflow.publish import Publication, publish

    wanted = {name: options.pop(name) for name in ("baseline", "redact", "group_by")}
    fail_on, strict, ignored = (options.pop(name) for name in ("fail_on", "strict_waivers", "ignore_waivers"))
    if strict and ignored:
        raise UsageError("--strict-waivers and --ignore-waivers do not go together. Leave one of them out.")
    outputs = parse_formats(formats)
    project = opened(**options).without_waivers() if ignored else opened(**options)
    outcome = publish(snapshot, Publication(outputs, verbose=verbose, **wanted), project)
    threshold = fail_on or project.config.fail_on
    sys.exit(exit_code(outcome, threshold, allow_incomplete=allow_incomplete, strict_waivers=strict))


@click.command()
@click.argument("policy")
@click.argument("record", required=False, default="")
@click.option("--snapshot", type=FOLDER, required=True, help="Snapshot: a folder or one .json file.")
@policies_option
@config_option
def explain(policy: str, record: str, snapshot: Path, **selection: Any) -> None:
    """Show why a verdict is what it is, part by part.

    POLICY on RECORD (an id or a name as reports print it); or, instead of both, the id of a finding. Without a record:
    the verdict as a whole, and the record that came closest.
    """
    from scanner.report.write import print_text
    from scanner.workflow import explain_verdict

    project = opened(select=(), **selection)
    print_text(explain_verdict(project, snapshot, policy, record, terminal_width() or 80))


@click.command()
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="Form of the comparison.",
)
@policies_option
@select_option
@config_option
def diff(before: Path, after: Path, form: str, **selection: Any) -> None:
    """Tell what changed between two scans.

    BEFORE and AFTER are snapshots, or JSON reports of scans.

    New, changed and fixed findings, those that are not judged any more, and policies that were edited meanwhile.
    Snapshots are both checked with the policies of today.
    """
    from scanner.compare.comparison import compare
    from scanner.compare.report import FORMS
    from scanner.report.write import print_text
    from scanner.workflow import scan_of

    project = opened(**selection)
    comparison = compare(scan_of(project, before), scan_of(project, after))
    print_text(FORMS[form](comparison, terminal_width() or 80))


def _list_exports(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from scanner.export.command import listing

        say(listing())
        context.exit()


@click.command()
@click.argument("name")
@click.argument("snapshot", type=FOLDER)
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_exports, help="List them all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "json")),
    default="csv",
    show_default=True,
    help="For spreadsheets, or for programs.",
)
@click.option("--output", "-o", type=FOLDER, metavar="FILE", help="File to write. Default: standard output.")
@click.option("--legacy", is_flag=True, help="Columns, order and separator of the script used before.")
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3.")
@config_option
def export(name: str, snapshot: Path, form: str, output: Path | None, legacy: bool, **options: Any) -> None:
    """Write the inventory NAME of SNAPSHOT as a table.

    \b
    tenantlint export --list                                    all of them, with their columns
    tenantlint export role-assignments snap --output roles.csv  one, for a spreadsheet

    CSV cells that a spreadsheet would take for a formula begin with an apostrophe; JSON has every text as it is.

    Exit codes: 0 complete; 3 where rows may be missing, since something was not collected: standard error says what.
    """
    from scanner.export.command import want
    from scanner.workflow import export_snapshot

    complete = export_snapshot(want(name, form, output, legacy=legacy), snapshot, options["config"])
    sys.exit(0 if complete or options["allow_incomplete"] else 3)
