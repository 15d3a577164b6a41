"""The command line. Each command parses, calls one function, prints and exits; heavy imports stay inside.

Exit codes: 0 clean; 1 violations at or above the threshold; 2 usage, configuration, policy or snapshot error;
3 nothing failed, but something at or above the threshold is unknown, manual or in error; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from scanner import __version__
from scanner.errors import ExtraMissing, ProblemsError, TenantlintError

if TYPE_CHECKING:
    from scanner.workflow import Project

Command = TypeVar("Command", bound=Callable[..., Any])

SEVERITIES = ("critical", "high", "medium", "low", "info")
METHODS = ("default", "certificate", "secret", "managed-identity", "cli", "workload-identity")
FOLDER = click.Path(path_type=Path)
STOPPED = 130
"""Exit code after Ctrl-C, as shells have it. click's own is 1, which here means violations."""

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


class _Group(click.Group):
    """Lists commands in the order of use, and turns tenantlint's errors into one message and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _standard_output():
                return super().invoke(ctx)
        except ProblemsError as error:
            _stop_at_problems(error)
        except TenantlintError as error:
            _stop(str(error))
        except BrokenPipeError:
            # The reader of our output is gone (`tenantlint list | head`): nothing is left to say to it.
            sys.exit(2)
        except KeyboardInterrupt:
            _stop("stopped.", STOPPED)


@contextlib.contextmanager
def _standard_output() -> Iterator[None]:
    """Standard output, or nowhere where it is closed: `>&-`, or a service without a console."""
    if sys.stdout is not None:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def _stop(message: str, code: int = 2) -> NoReturn:
    from scanner.report.safe import printable_lines

    click.echo(f"tenantlint: {printable_lines(message)}", err=True)
    sys.exit(code)


def _stop_at_problems(error: ProblemsError) -> NoReturn:
    """One problem a line, each beginning with its file as editors and problem matchers expect, and how many."""
    from scanner.report.safe import printable_lines
    from scanner.report.words import counted

    click.echo(printable_lines(str(error)), err=True)
    _stop(f"{counted(len(error.problems), 'problem')} to correct first.")


def _say(text: str) -> None:
    """To standard output, whatever its encoding; names in it cannot drive a terminal."""
    from scanner.report.safe import printable_lines
    from scanner.report.write import print_text

    print_text(f"{printable_lines(text)}\n")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
@click.option("--output", "-o", type=FOLDER, required=True, help="Folder to write the snapshot to.")
@click.option("--force", is_flag=True, help="Replace an existing snapshot.")
@click.option("--auth", type=click.Choice(METHODS), default="default", show_default=True, help="How to sign in.")
@click.option("--tenant", envvar="AZURE_TENANT_ID", show_envvar=True, help="Tenant id or domain.")
@click.option("--client-id", envvar="AZURE_CLIENT_ID", show_envvar=True, help="Application (client) id.")
@policies_option
@select_option
@config_option
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def collect(
    output: Path,
    force: bool,
    auth: str,
    tenant: str | None,
    client_id: str | None,
    quiet: bool,
    **selection: Any,
) -> None:
    """Read what the policies need from a tenant into a snapshot.

    Secrets are taken from the environment only: AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PASSWORD,
    AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE.
    """
    from scanner.collect.auth import credential
    from scanner.collect.command import Target, run_collect
    from scanner.workflow import needs_of

    project = _project(**selection)
    source = credential(auth, tenant=tenant, client_id=client_id)
    groups = project.config.break_glass.groups
    run_collect(needs_of(project), groups, source, Target(output, force=force, quiet=quiet))


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
@policies_option
@config_option
def lint(**selection: Any) -> None:
    """Find everything wrong in policy files and their tests.

    Each problem is told with file, line, column and, where there is one, the nearest right name.
    """
    from scanner.report.words import counted
    from scanner.workflow import lint_project

    policies, tests = lint_project(_project(select=(), **selection))
    _say(f"{counted(policies, 'policy')} and {counted(tests, 'test file')}: nothing is wrong.")


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
    _say(render_cases(outcomes, verbose=verbose))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


@main.command("list")
@policies_option
@select_option
@config_option
def list_policies(**selection: Any) -> None:
    """List the policies: id, severity and title."""
    from scanner.policy.pages import listing

    _say(listing(_project(**selection).policies, _terminal_width()))


@main.command()
@click.argument("policy")
@policies_option
@config_option
def show(policy: str, **selection: Any) -> None:
    """Show one POLICY: its rule, why, and what to do."""
    from scanner.policy.pages import WIDTH, page
    from scanner.workflow import find_policy

    _say(page(find_policy(_project(select=(), **selection), policy), _terminal_width() or WIDTH))


@main.command()
@policies_option
@select_option
@config_option
def permissions(**selection: Any) -> None:
    """Print the least Graph permissions the policies need.

    Each stands with the resources and properties that are read with it.
    """
    from scanner.collect.plan import permissions as least_permissions
    from scanner.policy.pages import table
    from scanner.workflow import needs_of

    least = least_permissions(needs_of(_project(**selection)))
    _say(table([(one.name, ", ".join(one.reasons)) for one in least], _terminal_width()))


def _terminal_width() -> int | None:
    """Columns of the terminal; None where output goes to a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _project(folders: tuple[Path, ...], select: tuple[str, ...], config: Path | None) -> Project:
    from scanner.workflow import open_project

    return open_project(folders, select, config)
