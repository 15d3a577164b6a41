"""The command that writes a new policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import FOLDER, SEVERITIES, config_option
from scanner.console import say, terminal_width


@click.command()
@click.argument("folder", type=FOLDER, default=Path("my-policies"))
@click.option("--title", default="", help="The required state, in one sentence.")
@click.option("--id", default="", help="Name of the policy and its files. Default: made from the title.")
@click.option("--severity", default="", help=f"How bad a violation is: {', '.join(SEVERITIES)}.")
@click.option("--resource", default="", help="What it is about: users, groups, ...; `tenantlint types` lists them all.")
@click.option("--where", default="", metavar="CEL", help="Which records it is about. Default: all.")
@click.option("--assert", "assertion", default="", metavar="CEL", help="What must hold for them.")
@click.option(
    "--require", default="", metavar="HOW", help="How many of them must meet it: all, any, none. Default: all."
)
@click.option("--description", default="", help="Why it matters.")
@click.option("--remediation", default="", help="What to do about a violation.")
@click.option(
    "--message", default="", help="What to say of a violation, expressions in braces. Default: what was found."
)
@click.option("--reference", "references", multiple=True, metavar="URL", help="A page that says so; may be repeated.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@config_option
def new(folder: Path, force: bool, config: Path | None, **given: Any) -> None:
    """Write a new policy and its test into FOLDER (my-policies).

    On a terminal it asks for what the options do not say. The test has examples that were tried on the rule: one that
    meets it, one that breaks it, one that could not be read. Both files pass `lint` and `test` as they are written.
    """
    from scanner.author.command import Given, Place, run_new
    from scanner.author.terminal import at_terminal
    from scanner.config import load_config
    from scanner.policy.vocabulary import vocabulary

    words = vocabulary(load_config(config).resources)
    say(run_new(Place(folder, force), Given(**given), words, at_terminal(), terminal_width()))
