"""The command line. Each command parses, calls one function, prints and exits; heavy imports stay inside.

Exit codes: 0 clean; 1 violations at or above the threshold; 2 usage, configuration, policy or snapshot error;
3 nothing failed, but something at or above the threshold is unknown, manual or in error; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import __version__
from scanner.console import Group, say, terminal_width
from scanner.errors import ExtraMissing, UsageError

if TYPE_CHECKING:
    from scanner.collect.command import Target
    from scanner.workflow import Project

SEVERITIES = ("critical", "high", "medium", "low", "info")
METHODS = ("default", "certificate", "workload-identity", "managed-identity", "cli", "device-code", "secret")
CLOUDS = ("global", "us-government", "us-dod", "china", "custom")
FOLDER = click.Path(path_type=Path)
RESUME_HOURS = 24
"""How old a collection may be to be gone on with, where nothing else is said: a snapshot should show one day."""

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
    metavar="ID",
    help="Only policies whose id or tag matches (glob, as 'break-glass-*'); may be repeated. Default: all.",
)
config_option = click.option(
    "--config",
    type=FOLDER,
    envvar="TENANTLINT_CONFIG",
    show_envvar=True,
    help="Configuration file. Default: tenantlint.yaml in this folder, if there is one.",
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Check a Microsoft Entra tenant against policies written as YAML files.

    \b
    tenantlint demo                     try everything on a made-up tenant
    tenantlint collect --output snap    read a tenant into a snapshot
    tenantlint scan snap                check the snapshot

    Exit codes: 0 clean, 1 violations, 2 usage or other error, 3 nothing failed but something is not decided.
    """


@main.command()
@click.option(
    "--output", type=FOLDER, default=Path("demo"), show_default=True, help="Folder for the snapshot and the reports."
)
def demo(output: Path) -> None:
    """Try everything on a made-up tenant.

    Collects it from an emulator of Microsoft Graph, scans it and writes every report.
    """
    try:
        from scanner.demo.run import run_demo

        run_demo(output)
    except (ModuleNotFoundError, ExtraMissing) as error:
        if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "scanner":
            raise  # a defect of ours
        raise ExtraMissing("demo", "collect,demo") from error


@main.command()
@click.option("--output", "-o", type=FOLDER, help="Folder to write the snapshot to.")
@click.option("--force", is_flag=True, help="Replace an existing snapshot, and what is left of a stopped collection.")
@click.option(
    "--resume",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=RESUME_HOURS,
    metavar="[HOURS]",
    help=f"Go on with a collection that was stopped and began in the last {RESUME_HOURS} hours, or in so many. "
    "Without one, begin.",
)
@click.option("--plan", is_flag=True, help="Print requests, permissions and cost; do not sign in, read nothing.")
@click.option("--auth", type=click.Choice(METHODS), default="default", show_default=True, help="How to sign in.")
@click.option(
    "--cloud",
    type=click.Choice(CLOUDS),
    default="global",
    show_default=True,
    envvar="TENANTLINT_CLOUD",
    show_envvar=True,
    help="Microsoft cloud that the tenant is in.",
)
@click.option("--check", is_flag=True, help="Sign in and name the permissions that are missing; read nothing.")
@policies_option
@select_option
@config_option
def collect(output: Path | None, plan: bool, auth: str, cloud: str, check: bool, **options: Any) -> None:
    """Read what the policies need from a tenant into a snapshot.

    Who signs in is told by the environment, secrets by it alone: AZURE_TENANT_ID, AZURE_CLIENT_ID, and
    AZURE_CLIENT_CERTIFICATE_PATH with AZURE_CLIENT_CERTIFICATE_PASSWORD, AZURE_FEDERATED_TOKEN_FILE or
    AZURE_CLIENT_SECRET. Jobs of GitHub Actions and Azure Pipelines need none of the latter (--auth
    workload-identity). TENANTLINT_QUIET=1 shows no progress and no summary.

    A collection that is stopped, in whatever way, keeps what it has read in OUTPUT.partial, for --resume.

    Exit codes: 0 collected, whatever the outcomes in the snapshot; 2 where the sign-in failed; with --check 3 where a
    permission is missing.
    """
    if plan:
        say(_forecast(**_selection(options)))
        return
    from scanner.collect.auth import Identity, credential
    from scanner.collect.check import render, run_check
    from scanner.collect.clouds import choose
    from scanner.collect.command import Service, run_collect
    from scanner.collect.plan import make_plan
    from scanner.workflow import needs_by_policy, needs_of

    project = _project(**_selection(options))
    where = choose(cloud, os.environ)
    source = credential(auth, Identity(cloud=where))
    if check:
        found = run_check(source, where, needs_by_policy(project), project.vocabulary.catalogue)
        say(render(found))
        sys.exit(found.exit_code)
    service = Service(where.graph, where.arm, where.name)
    wanted = make_plan(needs_of(project), project.vocabulary.catalogue)
    run_collect(wanted, project.config.break_glass, source, _target(output, **options), service)


def _selection(options: dict[str, Any]) -> dict[str, Any]:
    """Takes the options that select policies out of a command's options."""
    return {name: options.pop(name) for name in ("folders", "select", "config")}


def _target(output: Path | None, force: bool, resume: int | None) -> Target:
    import shlex
    import subprocess

    from scanner.collect.command import Target

    if output is None:
        raise UsageError("Where is the snapshot to be written? Name a folder with --output.")
    again = sys.argv[1:] if resume is not None else [*sys.argv[1:], "--resume"]
    quote = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
    return Target(
        output,
        force=force,
        quiet=bool(os.environ.get("TENANTLINT_QUIET")),
        resume=None if resume is None else timedelta(hours=resume),
        command=quote(["tenantlint", *again]),
    )


def _forecast(**selection: Any) -> str:
    from scanner.collect.forecast import forecast
    from scanner.collect.plan import make_plan
    from scanner.collect.plan import permissions as least_permissions
    from scanner.workflow import needs_of

    project = _project(**selection)
    needs, catalogue = needs_of(project), project.vocabulary.catalogue
    permissions = least_permissions(needs, catalogue)
    return forecast(make_plan(needs, catalogue), permissions, project.config.break_glass, terminal_width() or 80)


@main.command()
@click.argument("snapshot", type=FOLDER)
@policies_option
@select_option
@config_option
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help="Report to write: text, json, junit, sarif. To a file, or to standard output without one. Default: text.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Least severity that ends with exit code 1 or 3. Default: failOn of tenantlint.yaml, else low.",
)
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3.")
@click.option("--verbose", "-v", is_flag=True, help="Text report: also what passed, and all records.")
def scan(snapshot: Path, formats: tuple[str, ...], allow_incomplete: bool, verbose: bool, **options: Any) -> None:
    """Check SNAPSHOT (a folder or one .json file) against policies.

    \b
    tenantlint scan snap --fail-on high --format text --format junit=out.xml --format sarif=out.sarif
    """
    from scanner.workflow import exit_code, parse_formats, scan_snapshot, write_reports

    fail_on = options.pop("fail_on")
    outputs = parse_formats(formats)
    project = _project(**options)
    outcome = scan_snapshot(project, snapshot)
    write_reports(outcome, outputs, verbose=verbose)
    sys.exit(exit_code(outcome, fail_on or project.config.fail_on, allow_incomplete=allow_incomplete))


@main.command()
@click.argument("snapshot", type=FOLDER)
@click.option("--output", "-o", type=FOLDER, required=True, help="Folder to write the redacted snapshot to.")
@click.option("--force", is_flag=True, help="Replace an existing snapshot.")
@click.option("--declarations", type=FOLDER, metavar="FILE", help="Write the configuration under pseudonyms, too.")
@config_option
def redact(snapshot: Path, output: Path, force: bool, declarations: Path | None, config: Path | None) -> None:
    """Replace what names people in SNAPSHOT by pseudonyms.

    Names, addresses and ids; the result can be shared.

    The same value has the same pseudonym under one key, which is taken from TENANTLINT_REDACT_KEY (16 characters or
    more); without it the key is random. Microsoft's own ids and all settings stay, so that a scan comes out as before,
    but for policies about the wording of names. Give it the configuration that --declarations writes.
    """
    from scanner.redact.command import Declared, run_redact

    run_redact(snapshot, output, Declared(declarations, config) if declarations else None, force=force)


@main.command()
@policies_option
@config_option
def lint(**selection: Any) -> None:
    """Find everything wrong in policy files and their tests.

    Each problem is told with file, line, column and, where there is one, the nearest right name.
    """
    from scanner.report.words import counted
    from scanner.workflow import lint_project

    policies, tests = lint_project(_project(select=(), **selection))
    say(f"{counted(policies, 'policy')} and {counted(tests, 'test file')}: nothing is wrong.")


@main.command()
@policies_option
@select_option
@config_option
@click.option("--require-tests", is_flag=True, help="A policy without a test file is an error.")
@click.option("--verbose", "-v", is_flag=True, help="Also list the cases that pass.")
def test(require_tests: bool, verbose: bool, **selection: Any) -> None:
    """Run the test cases that stand beside the policies."""
    from scanner.policy.outcomes import render_cases
    from scanner.workflow import run_policy_tests

    outcomes = run_policy_tests(_project(**selection), require_tests=require_tests)
    say(render_cases(outcomes, verbose=verbose))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


@main.command("list")
@policies_option
@select_option
@config_option
def list_policies(**selection: Any) -> None:
    """List the policies: id, severity and title."""
    from scanner.policy.pages import listing

    say(listing(_project(**selection).policies, terminal_width()))


@main.command()
@click.argument("policy")
@policies_option
@config_option
def show(policy: str, **selection: Any) -> None:
    """Show one POLICY: its rule, why, and what to do."""
    from scanner.policy.pages import WIDTH, page
    from scanner.workflow import find_policy

    project = _project(select=(), **selection)
    say(page(find_policy(project, policy), terminal_width() or WIDTH, project.vocabulary.catalogue))


@main.command()
@policies_option
@select_option
@config_option
def permissions(**selection: Any) -> None:
    """Print the least permissions and Azure roles they need.

    Each stands with the resources and properties that are read with it.
    """
    from scanner.collect.azure_roles import azure_roles
    from scanner.collect.plan import permissions as least_permissions
    from scanner.policy.pages import table
    from scanner.workflow import needs_of

    project = _project(**selection)
    needs, catalogue = needs_of(project), project.vocabulary.catalogue
    rows = [(one.name, ", ".join(one.reasons)) for one in least_permissions(needs, catalogue)]
    text = table(rows, terminal_width())
    for role in azure_roles(needs, catalogue):
        text += f"\n\nAzure role {role.role} on {role.scope}, used for:\n"
        text += table(role.actions, terminal_width())
    say(text)


def _project(folders: tuple[Path, ...], select: tuple[str, ...], config: Path | None) -> Project:
    from scanner.workflow import open_project

    return open_project(folders, select, config)
