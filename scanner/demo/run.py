"""What ``tenantlint demo`` does: the whole way on a made-up tenant, through the real SDK and over real HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.retry import Clock
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Faults, unlicensed_without
from scanner.demo.make import NOW, OWNED_LICENSES
from scanner.demo.serve import running
from scanner.errors import OutputError
from scanner.report import FORMATS
from scanner.report.write import Output
from scanner.snapshot import Manifest
from scanner.workflow import Project, needs_of, open_project, scan_snapshot, write_reports

TENANT = Path(__file__).parent / "tenant"
"""Contoso, as JSON files and a configuration."""


def run_demo(output: Path) -> None:
    """Collect Contoso into ``output``/snapshot, scan it, write every report beside it and say where all is."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{output}: cannot be made a folder: {error.strerror}. Choose another with --output."
        ) from error
    project = open_project((), (), TENANT / "tenantlint.yaml")
    snapshot = output / "snapshot"
    _collect(project, snapshot)
    outcome = scan_snapshot(project, snapshot)
    outputs = [Output(name, output / f"report.{form.suffix}") for name, form in FORMATS.items()]
    write_reports(outcome, [Output("text"), *outputs], verbose=False)
    click.echo()
    click.echo(f"Snapshot: {snapshot}")
    for one in outputs:
        click.echo(f"{one.format + ' report:':<15} {one.path}")
    click.echo(f"Try: tenantlint scan {snapshot} --config {TENANT / 'tenantlint.yaml'} --verbose")


def _collect(project: Project, snapshot: Path) -> Manifest:
    emulator = Emulator.of(TENANT, Faults(unlicensed_without(OWNED_LICENSES)))
    with running(emulator) as url:
        credential = StaticTokenCredential("demo")
        target = Target(snapshot, force=True)
        groups = project.config.break_glass.groups
        return run_collect(needs_of(project), groups, credential, target, Service(url, Clock(now=lambda: NOW)))
