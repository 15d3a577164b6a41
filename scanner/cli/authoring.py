"""Commands for those who write and tailor policies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from scanner.cli.options import (
    FOLDER,
    config_option,
    opened,
    policies_option,
    profile_option,
    select_option,
)
from scanner.console import say, terminal_width


@click.command("list")
@policies_option
@select_option
@profile_option
@config_option
@click.option("--why", is_flag=True, help="All policies: what selects or ignores each, what changes it, and where.")
def list_policies(why: bool, **selection: Any) -> None:
    """List the policies: id, severity and title."""
    from scanner.policy.pages import listing
    from scanner.policy.why import reasons
    from scanner.workflow import open_decided

    if why:
        project = open_decided(**selection)
        say(reasons(project.asked, project.config.layers, terminal_width()))
        return
    say(listing(opened(**selection).policies, terminal_width()))


@click.command()
@click.argument("policy")
@policies_option
@config_option
def show(policy: str, **selection: Any) -> None:
    """Show one POLICY: its rule, why, and what to do.

    Also what it reads, its test cases, the controls it serves, and how to tailor it.
    """
    from scanner.docs.content import content
    from scanner.docs.text import to_text
    from scanner.policy.pages import WIDTH
    from scanner.workflow import find_policy, open_decided

    project = open_decided(select=(), **selection)
    page = content(find_policy(project, policy), project.vocabulary.catalogue)
    say(to_text(page, terminal_width() or WIDTH))


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--output", "-o", type=FOLDER, metavar="FOLDER", help="Folder to write to. Default: beside the policies.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a page is not as it would be written.")
@config_option
def docs(folder: Path, output: Path | None, check: bool, config: Path | None) -> None:
    """Write a page about each policy in FOLDER.

    In Markdown, with an index, README.md. The pages say what `tenantlint show` says. Pages of policies that are gone
    are deleted; a file that is not such a page is never overwritten.
    """
    from scanner.config import load_config
    from scanner.docs.folder import different, pages_of, write
    from scanner.policy.vocabulary import vocabulary

    pages = pages_of(folder, vocabulary(load_config(config).resources), output)
    if check:
        found = different(pages)
        say("\n".join(found) or "All pages are as the policies have them.")
        sys.exit(1 if found else 0)
    say(write(pages))


@click.command()
@click.argument("name", required=False, default="")
@config_option
def types(name: str, config: Path | None) -> None:
    """Show what expressions can read.

    NAME is a resource (users), its record (user), a type (assignedPlan) or a path (user.assignedPlans). Without one:
    the list of resources.
    """
    from scanner.config import load_config
    from scanner.policy.typepages import overview, page
    from scanner.policy.vocabulary import vocabulary

    words = vocabulary(load_config(config).resources)
    say(page(words, name, terminal_width()) if name else overview(words, terminal_width()))


@click.command()
@click.argument("folder", type=FOLDER, default=Path(".schemas"))
def schemas(folder: Path) -> None:
    """Write the schemas that editors need into FOLDER (.schemas).

    With them an editor completes keys, shows what each means, and marks mistakes while you type.
    """
    from scanner.author.schemas import write_schemas

    say(write_schemas(folder))


@click.command()
@policies_option
@config_option
@click.option("--strict", is_flag=True, help="Exit with 1 where there is a warning.")
def lint(strict: bool, **selection: Any) -> None:
    """Find everything wrong in policy files and their tests.

    Each problem is told with file, line, column and, where there is one, the nearest right name. What is allowed and
    probably not meant is a warning, such as a `where` that no record of the test cases meets.

    Exit codes: 0 nothing is wrong; 1 with --strict where there is a warning; 2 where something is wrong.
    """
    from scanner.report.safe import printable_lines
    from scanner.workflow import lint_project, open_decided

    found = lint_project(open_decided(select=(), **selection))
    click.echo(printable_lines(found.details), nl=False, err=True)
    say(found.summary)
    sys.exit(1 if strict and found.warnings else 0)


@click.command()
@policies_option
@select_option
@profile_option
@config_option
@click.option("--require-tests", is_flag=True, help="A policy without a test file is an error.")
@click.option("--verbose", "-v", is_flag=True, help="Also list the cases that pass.")
def test(require_tests: bool, verbose: bool, **selection: Any) -> None:
    """Run the test cases that stand beside the policies."""
    from scanner.policy.outcomes import render_cases
    from scanner.workflow import run_policy_tests

    project = opened(**selection)
    outcomes = run_policy_tests(project, require_tests=require_tests)
    say(render_cases(outcomes, project.policies, verbose=verbose))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)
