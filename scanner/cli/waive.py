"""The command that accepts a finding."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from scanner.cli.options import FOLDER, config_option, opened, policies_option, profile_option
from scanner.console import say
from scanner.errors import UsageError


def _day(_context: click.Context, _parameter: click.Parameter, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"--until {value}: this is no date. Write it as 2026-12-31.") from None


@click.command()
@click.argument("finding")
@click.option("--snapshot", type=FOLDER, required=True, help="Snapshot, or JSON report, that has the finding.")
@click.option("--until", callback=_day, required=True, metavar="DATE", help="Last day on which the waiver counts.")
@click.option("--reason", required=True, help="Why the finding is accepted.")
@click.option("--approver", default="", help="Who accepts it. On a terminal it is asked for.")
@click.option("--ticket", default="", help="Where the decision is recorded.")
@click.option("--long-lived", is_flag=True, help="Let it end more than 366 days from now.")
@click.option("--replace", is_flag=True, help="Change the waiver that the finding has, or had.")
@click.option("--file", type=FOLDER, help="File of waivers. Default: the configuration's, or waivers.yaml beside it.")
@policies_option
@profile_option
@config_option
def waive(finding: str, snapshot: Path, replace: bool, file: Path | None, **options: Any) -> None:
    """Accept FINDING for a time: write a waiver of it.

    FINDING is its id as reports print it. What stands in the file stays as it is, comments too.

    \b
    tenantlint waive FINDING --snapshot snap --until 2026-12-31 --reason "Old app"
    """
    from scanner.author.terminal import at_terminal
    from scanner.waive.command import Acceptance, Target, approver_needed, find, is_read, run_waive
    from scanner.workflow import scan_of

    words = {name: options.pop(name) for name in ("until", "reason", "approver", "ticket", "long_lived")}
    given, target = Acceptance(**words), Target(file, replace)
    project = opened(select=(), **options)
    case = find(scan_of(project, snapshot), project.loaded, finding)
    person = at_terminal()
    if person is not None and approver_needed(case, project.config, given, target):
        approver = ""
        while not approver:
            approver = person.ask("Who accepts it").strip()
        given = Acceptance(**{**words, "approver": approver})
    say(run_waive(case, project.config, given, target, date.today()))
    if file is not None and not is_read(file, project.config):
        click.echo(f"{file} is not read: name it in tenantlint.yaml under the key waivers.", err=True)
