"""The command line. Each command parses, calls one function, prints and exits; heavy imports stay inside.

Exit codes: 0 clean; 1 violations at or above the threshold; 2 usage, configuration, policy or snapshot error;
3 nothing failed, but something at or above the threshold is unknown, manual or in error; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import click

from scanner import __version__
from scanner.cli import authoring, checking, reading, reporting
from scanner.cli.new import new
from scanner.cli.waive import waive
from scanner.console import Group

COMMANDS = (
    reading.demo,
    reading.permissions,
    reading.collect,
    reading.add_ad_users,
    checking.scan,
    reporting.report,
    reporting.verify,
    checking.explain,
    waive,
    checking.diff,
    checking.export,
    reading.redact,
    authoring.list_policies,
    authoring.show,
    authoring.docs,
    authoring.types,
    authoring.schemas,
    new,
    authoring.lint,
    authoring.test,
)
"""In the order of use, in which the help lists them."""


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "--quiet",
    "-q",
    is_flag=True,
    envvar="TENANTLINT_QUIET",
    show_envvar=True,
    help="No progress and no summary on standard error; problems are told all the same.",
)
@click.pass_context
def main(context: click.Context, quiet: bool) -> None:
    """Check a Microsoft Entra tenant against policies written as YAML files.

    \b
    tenantlint demo                     try everything on a made-up tenant
    tenantlint collect --output snap    read a tenant into a snapshot
    tenantlint scan snap                check the snapshot

    Exit codes: 0 clean, 1 violations, 2 usage or other error, 3 nothing failed but something is not decided.
    """
    context.obj = quiet


for _command in COMMANDS:
    main.add_command(_command)
