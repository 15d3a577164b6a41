"""Commands that read a tenant, and that add to or hide parts of what was read."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import (
    FOLDER,
    config_option,
    opened,
    policies_option,
    profile_option,
    select_option,
    selection,
)
from scanner.console import is_quiet, say, terminal_width
from scanner.errors import ExtraMissing, UsageError

if TYPE_CHECKING:
    from scanner.collect.command import Target

METHODS = ("default", "certificate", "workload-identity", "managed-identity", "cli", "device-code", "secret")
CLOUDS = ("global", "us-government", "us-dod", "china", "custom")
RESUME_HOURS = 24
"""How old a collection may be to be gone on with, where nothing else is said: a snapshot should show one day."""


@click.command()
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


@click.command()
@policies_option
@select_option
@profile_option
@config_option
def permissions(**selection: Any) -> None:
    """Print the least permissions and Azure roles they need.

    Each stands with the resources and properties that are read with it.
    """
    import textwrap

    from scanner.collect.azure_roles import azure_roles
    from scanner.collect.plan import permissions as least_permissions
    from scanner.policy.pages import table
    from scanner.workflow import needs_of

    project = opened(**selection)
    needs, catalogue = needs_of(project), project.vocabulary.catalogue
    rows = [(one.name, ", ".join(one.reasons)) for one in least_permissions(needs, catalogue)]
    text = table(rows, terminal_width())
    for role in azure_roles(needs, catalogue):
        heading = f"Azure role {role.role} on {role.scope}, used for:"
        text += f"\n\n{textwrap.fill(heading, terminal_width() or len(heading))}\n"
        text += table(role.actions, terminal_width())
    say(text)


@click.command()
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
@click.option(
    "--ad-users",
    type=FOLDER,
    metavar="FILE",
    help="Export of the users of Active Directory (CSV or JSON) to add, as with `tenantlint add-ad-users`.",
)
@policies_option
@select_option
@profile_option
@config_option
def collect(output: Path | None, plan: bool, auth: str, cloud: str, check: bool, **options: Any) -> None:
    """Read what the policies need from a tenant into a snapshot.

    Who signs in is told by the environment, secrets by it alone: AZURE_TENANT_ID, AZURE_CLIENT_ID, and
    AZURE_CLIENT_CERTIFICATE_PATH with AZURE_CLIENT_CERTIFICATE_PASSWORD, AZURE_FEDERATED_TOKEN_FILE or
    AZURE_CLIENT_SECRET. Jobs of GitHub Actions and Azure Pipelines need none of the latter (--auth
    workload-identity). `tenantlint --quiet collect` shows no progress and no summary.

    A collection that is stopped, in whatever way, keeps what it has read in OUTPUT.partial, for --resume.

    Exit codes: 0 collected, whatever the outcomes in the snapshot; 2 where the sign-in failed; with --check 3 where a
    permission is missing.
    """
    if plan:
        say(_forecast(**selection(options)))
        return
    from scanner.collect.auth import Identity, credential
    from scanner.collect.check import render, run_check
    from scanner.collect.clouds import choose
    from scanner.collect.command import Service, run_collect
    from scanner.collect.plan import make_plan
    from scanner.workflow import needs_by_policy, needs_of

    project = opened(**selection(options))
    where = choose(cloud, os.environ)
    source = credential(auth, Identity(cloud=where))
    if check:
        found = run_check(source, where, needs_by_policy(project), project.vocabulary.catalogue)
        say(render(found))
        sys.exit(found.exit_code)
    service = Service(where.graph, where.arm, where.name)
    wanted = make_plan(needs_of(project), project.vocabulary.catalogue)
    run_collect(wanted, project.config.break_glass, source, target(output, **options), service)


def target(output: Path | None, force: bool, resume: int | None, ad_users: Path | None = None) -> Target:
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
        quiet=is_quiet(),
        resume=None if resume is None else timedelta(hours=resume),
        ad_users=ad_users,
        command=quote(["tenantlint", *again]),
    )


def _forecast(**selection: Any) -> str:
    from scanner.collect.forecast import forecast
    from scanner.collect.plan import make_plan
    from scanner.collect.plan import permissions as least_permissions
    from scanner.workflow import needs_of

    project = opened(**selection)
    needs, catalogue = needs_of(project), project.vocabulary.catalogue
    permissions = least_permissions(needs, catalogue)
    return forecast(make_plan(needs, catalogue), permissions, project.config.break_glass, terminal_width() or 80)


@click.command()
@click.argument("snapshot", type=FOLDER)
@click.argument("file", type=FOLDER)
def add_ad_users(snapshot: Path, file: Path) -> None:
    """Add an export of the users of Active Directory to SNAPSHOT.

    Policies then compare them with the users of the tenant. FILE is CSV (with commas, semicolons or tabs, in UTF-8 or
    UTF-16) or JSON and has ObjectGUID, UserPrincipalName, SamAccountName, mail, proxyAddresses (with semicolons between
    them) and Enabled, and mS-DS-ConsistencyGuid where that is the source anchor. An export added before is replaced.
    """
    from scanner.collect.active_directory import add_ad_users as add
    from scanner.report.words import counted

    added = add(snapshot, file)
    say(f"{snapshot}: added {counted(added.records, 'user')} of Active Directory from {file}.")


@click.command()
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
