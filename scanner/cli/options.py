"""What the commands share: the options that choose policies, and the project that they choose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from scanner.workflow import Project

FOLDER = click.Path(path_type=Path)

policies_option = click.option(
    "--policies",
    "folders",
    type=FOLDER,
    multiple=True,
    metavar="FOLDER",
    help="Folder of policies; may be repeated. Default: the folders of tenantlint.yaml, else the shipped policies.",
)
select_option = click.option(
    "--select",
    multiple=True,
    metavar="SELECTOR",
    help="Only policies that match: id or tag (as 'break-glass-*'), control:scuba, severity:high+; may be repeated. "
    "Default: all that the configuration selects.",
)
profile_option = click.option(
    "--profile",
    metavar="NAME",
    help="Profile to use instead of the configuration's: baseline, break-glass, scuba, zero-trust, or a file.",
)
config_option = click.option(
    "--config",
    type=FOLDER,
    envvar="TENANTLINT_CONFIG",
    show_envvar=True,
    help="Configuration file. Default: tenantlint.yaml in this folder, if there is one.",
)

SEVERITIES = ("critical", "high", "medium", "low", "info")
REPORTS = ("text", "summary", "html", "markdown", "csv", "json", "junit", "sarif", "oscal", "ocsf", "github")

format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"Report to write: {', '.join(REPORTS)}. To a file, or to standard output without one. Default: text.",
)
baseline_option = click.option(
    "--baseline",
    type=FOLDER,
    metavar="FILE",
    help="JSON report of an earlier scan: what was so in it does not count for the exit code.",
)
ignore_waivers_option = click.option(
    "--ignore-waivers", is_flag=True, help="Verdicts as they are without waivers; reports say so."
)
redact_option = click.option(
    "--redact",
    is_flag=True,
    help="Reports for tickets: names, addresses and ids become pseudonyms, under the key in TENANTLINT_REDACT_KEY.",
)
group_by_option = click.option(
    "--group-by",
    type=click.Choice(tuple(FRAMEWORKS)),
    metavar="FRAMEWORK",
    help=f"Text report by the controls of one of: {', '.join(FRAMEWORKS)}.",
)
verbose_option = click.option("--verbose", "-v", is_flag=True, help="Text report: also what passed, and all records.")


def opened(
    folders: tuple[Path, ...], select: tuple[str, ...], config: Path | None, profile: str | None = None
) -> Project:
    """The project that a command's options choose. Raises ``ConfigError``, ``PolicyError`` and ``UsageError``."""
    from scanner.workflow import open_project

    return open_project(folders, select, config, profile)


def selection(options: dict[str, Any]) -> dict[str, Any]:
    """Takes the options that select policies out of a command's options."""
    return {name: options.pop(name) for name in ("folders", "select", "profile", "config")}
