"""What ``tenantlint demo`` does: the whole way on a made-up tenant, through the real SDK and over real HTTP."""

from __future__ import annotations

from pathlib import Path

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import make_plan
from scanner.collect.retry import Clock
from scanner.console import is_quiet
from scanner.demo.contoso import active_directory
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Faults, unlicensed_without
from scanner.demo.make import NOW, OWNED_LICENSES
from scanner.demo.serve import running
from scanner.errors import OutputError
from scanner.report import FORMATS
from scanner.report.write import Output, print_text
from scanner.snapshot import Manifest
from scanner.workflow import Project, needs_of, open_project, scan_snapshot, write_reports

TENANT = Path(__file__).parent / "tenant"
"""Contoso, as JSON files and a configuration."""
CONFIG = TENANT / "tenantlint.yaml"
AD_USERS = TENANT / active_directory.FILE
"""The users of Contoso's Active Directory, as somebody exported them there."""
SNAPSHOT = "snapshot"


def run_demo(output: Path) -> None:
    """Collect Contoso into ``output``/snapshot, scan it, write every report beside it and say where all is."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{output}: cannot be made a folder: {error.strerror}. Choose another with --output."
        ) from error
    project = open_demo()
    _report(project, output, collect_demo(project, output / SNAPSHOT))


def open_demo() -> Project:
    """The shipped policies with what the demo tells tenantlint about Contoso."""
    return open_project((), (), CONFIG)


def collect_demo(project: Project, snapshot: Path) -> Manifest:
    """Collect Contoso from an emulator, over HTTP, into the folder ``snapshot``: what the project's policies need."""
    emulator = Emulator.of(TENANT, Faults(unlicensed_without(OWNED_LICENSES)))
    with running(emulator) as url:
        target = Target(snapshot, force=True, quiet=is_quiet(), ad_users=AD_USERS)
        service = Service(url, url, clock=Clock(now=lambda: NOW))
        plan = make_plan(needs_of(project), project.vocabulary.catalogue)
        return run_collect(plan, project.config.break_glass, StaticTokenCredential("demo"), target, service)


def _report(project: Project, output: Path, manifest: Manifest) -> None:
    snapshot = output / SNAPSHOT
    outputs = [Output(name, output / f"report.{form.suffix}") for name, form in FORMATS.items()]
    write_reports(scan_snapshot(project, snapshot), [Output("summary"), *outputs], verbose=False)
    places = [("Snapshot:", snapshot), *((f"{one.format} report:", one.path) for one in outputs)]
    lines = [f"{len(manifest.resources)} resources of {manifest.tenant_name} were read."]
    lines += [f"{name:<17} {place}" for name, place in places]
    lines.append(f"Try: tenantlint scan {_quoted(snapshot)} --config {_quoted(CONFIG)} --verbose")
    print_text("\n" + "\n".join(lines) + "\n")


def _quoted(path: Path) -> str:
    """As shells of all systems take it."""
    return f'"{path}"' if " " in str(path) else str(path)
