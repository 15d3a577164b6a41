"""What becomes of results: compared with a baseline, redacted, written in every format that is asked for, packed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import click

from scanner.compare.read import read_scan
from scanner.errors import UsageError
from scanner.model import Scan
from scanner.report.safe import printable
from scanner.report.words import tenant, totals
from scanner.report.write import Output
from scanner.snapshot import Snapshot
from scanner.workflow.actions import scan_snapshot
from scanner.workflow.project import Project
from scanner.workflow.reports import write_reports


@dataclass(frozen=True)
class Publication:
    """What is to be written of the results, and how."""

    outputs: Sequence[Output]
    bundle: Path | None = None
    """The file of an evidence pack."""
    baseline: Path | None = None
    """JSON report of an earlier scan."""
    redact: bool = False
    """Without any text of the tenant."""
    verbose: bool = False
    group_by: str | None = None
    """Framework by whose controls reports for people are grouped."""


def publish(source: Path, wanted: Publication, project: Project | None) -> Scan:
    """Write what is wanted of the results at ``source``: of a snapshot, evaluated with ``project``; without one, of a
    JSON report. Gives the results as they are, redacted or not.

    Raises ``UsageError`` where the wishes do not go together, ``SnapshotError`` and ``OutputError``; nothing is written
    then.
    """
    _check(source, wanted, project)
    scan = read_scan(source) if project is None else scan_snapshot(project, source)
    if wanted.baseline is not None:
        from scanner.compare.baseline import against

        scan = against(scan, read_scan(wanted.baseline))
    packed = _packed(scan, source, wanted, project)
    shown = _redacted(scan, source, project) if wanted.redact else scan
    files = [(Output("zip", wanted.bundle), packed)] if wanted.bundle is not None else []
    write_reports(shown, wanted.outputs, verbose=wanted.verbose, group_by=wanted.group_by or "", more=files)
    if wanted.bundle is not None:
        text = f"{wanted.bundle}: SHA-256 {sha256(packed).hexdigest()}. Note it where others cannot change it."
        # Standard output may be taken by a report.
        click.echo(text, err=any(output.path is None for output in wanted.outputs))
    return scan


def _check(source: Path, wanted: Publication, project: Project | None) -> None:
    if wanted.bundle is None:
        return
    if project is None:
        raise UsageError(
            f"{source}: is a report. An evidence pack holds what results were made of: name the snapshot instead."
        )
    if wanted.redact:
        raise UsageError(
            "An evidence pack holds the policies and the configuration as they are, and cannot be redacted. Redact the "
            "snapshot with `tenantlint redact --declarations FILE`, and pack that."
        )
    taken = {os.path.realpath(output.path) for output in wanted.outputs if output.path is not None}
    if os.path.realpath(wanted.bundle) in taken:
        raise UsageError("--bundle: a report goes to the same place. Give each its own file.")


def _packed(scan: Scan, source: Path, wanted: Publication, project: Project | None) -> bytes:
    if project is None or wanted.bundle is None:
        return b""
    from scanner.bundle.pack import Evaluated, pack

    declared = project.declared
    return pack(scan, Evaluated(project.policies, project.config, declared.elsewhere, source, wanted.baseline))


def _redacted(scan: Scan, source: Path, project: Project | None) -> Scan:
    from scanner.redact.pseudonyms import KEY_VARIABLE, RANDOM, pseudonyms
    from scanner.redact.ticket import Source, for_ticket

    made, repeatable = pseudonyms(os.environ.get(KEY_VARIABLE))
    if not repeatable:
        click.echo(RANDOM, err=True)
    if project is None:
        return for_ticket(scan, made, None)
    snapshot = Snapshot.open(source, project.vocabulary.catalogue)
    return for_ticket(scan, made, Source(snapshot, project.policies, project.vocabulary, project.declared))


def check_pack(path: Path, snapshot: Path | None) -> tuple[bool, str]:
    """Whether an evidence pack holds, and what to say of it. Raises ``UsageError`` where it is none."""
    from scanner.bundle.verify import verify

    found = verify(path, snapshot)
    lines = [f"{path}: {'does not hold' if found.problems else 'holds'}."]
    lines += [f"  {printable(problem)}" for problem in found.problems]
    scan = found.scan
    if scan is not None and not found.problems:
        lines.append(f"  {tenant(scan)}, snapshot of {printable(scan.collected_at)}")
        lines.append(f"  {totals(scan)}")
        lines.append(
            "  Its policies and configuration give these results on the snapshot."
            if found.evaluated
            else "  The results were not evaluated again: that takes the snapshot (--snapshot)."
        )
    lines.append(f"  SHA-256 {found.sha256}")
    return not found.problems, "\n".join(lines)
