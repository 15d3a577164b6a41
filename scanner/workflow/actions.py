"""What commands do with a project: evaluate, explain, export, lint, test; and which exit code follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner.compare.read import is_report, read_scan
from scanner.config import load_config
from scanner.errors import PolicyError, Problem, UsageError
from scanner.evaluate.engine import evaluate
from scanner.export.command import Wanted, run_export
from scanner.model import Note, NoteKind, Result, Scan, Severity, Status
from scanner.policy.cases import CaseOutcome, run_cases
from scanner.policy.model import Policy
from scanner.policy.testfile import load_tests
from scanner.policy.vocabulary import Vocabulary, vocabulary
from scanner.policy.waivers import Declarations
from scanner.report.words import counted
from scanner.snapshot import Snapshot
from scanner.workflow.project import Project, find_policy

if TYPE_CHECKING:
    from scanner.lint.command import Linted

DECIDED = (Status.PASS, Status.NOT_APPLICABLE, Status.WAIVED)
BAD_WAIVERS = (NoteKind.WAIVER_MISTAKEN, NoteKind.WAIVER_EXPIRED, NoteKind.WAIVER_UNUSED)


def scan_snapshot(project: Project, path: Path) -> Scan:
    """Evaluate the project's policies on the snapshot at ``path``. Raises ``SnapshotError``.

    Notes tell how many policies the configuration does not select (whoever reads the report could take them for met),
    and that waivers were ignored.
    """
    snapshot = Snapshot.open(path, project.vocabulary.catalogue)
    scan = evaluate(project.policies, snapshot, project.vocabulary.types, project.declared)
    return msgspec.structs.replace(scan, notes=(*scan.notes, *_notes(project)))


def _notes(project: Project) -> Iterator[Note]:
    left_out = sum(not decision.selected for decision in project.decisions)
    if left_out:
        by = " over ".join(str(layer) for layer in reversed(project.config.layers))
        text = f"{left_out} of {len(project.decisions)} policies are not selected by {by}: see `tenantlint list --why`."
        yield Note(text)
    if project.ignored:
        text = f"{counted(project.ignored, 'waiver')} of the configuration did not count: --ignore-waivers was given."
        yield Note(text, NoteKind.WAIVERS_IGNORED)


def scan_of(project: Project, path: Path) -> Scan:
    """The scan at ``path``: a JSON report as it was written, or the scan of a snapshot.

    Raises ``UsageError`` and ``SnapshotError``.
    """
    return read_scan(path) if is_report(path) else scan_snapshot(project, path)


def export_snapshot(wanted: Wanted, path: Path, config: Path | None) -> bool:
    """Write an export of the snapshot at ``path``; gives whether it is complete. Raises ``ConfigError``,
    ``SnapshotError`` and ``OutputError``."""
    loaded = load_config(config)
    snapshot = Snapshot.open(path, vocabulary(loaded.resources).catalogue)
    return run_export(wanted, snapshot, loaded.break_glass)


def explain_verdict(project: Project, path: Path, name: str, record: str, width: int) -> str:
    """Why the policy of this name, or the finding of this id, has its verdict on the snapshot at ``path``.

    Raises ``UsageError`` where there is no such policy, finding or record, and ``SnapshotError``.
    """
    from scanner.explain.explanation import Basis, explain, find_finding
    from scanner.explain.text import render

    given = Basis(Snapshot.open(path, project.vocabulary.catalogue), project.vocabulary.types, project.declared)
    if re.fullmatch("[0-9a-f]{16}", name) and not record:
        found = find_finding(project.policies, given, name)
        if found is None:
            raise UsageError(f"The snapshot has no finding {name} with these policies and this configuration.")
        policy, record = found
    else:
        policy = find_policy(project, name)
    return render(explain(policy, given, record), width)


def exit_code(scan: Scan, fail_on: Severity | str, *, allow_incomplete: bool, strict_waivers: bool = False) -> int:
    """0 clean, 1 violations at or above the threshold, 3 nothing failed but something there is not decided.

    What was so in the baseline does not count. With ``strict_waivers`` a waiver that is expired, unused or mistaken is
    a violation, whatever its policy's severity.
    """
    if strict_waivers and any(note.kind in BAD_WAIVERS for note in scan.notes):
        return 1
    threshold = Severity(fail_on).rank
    judged = [one for one in scan.results if one.policy.severity.rank <= threshold and not one.known]
    if any(result.status is Status.FAIL for result in judged):
        return 1
    undecided = any(result.status not in DECIDED for result in judged)
    return 3 if undecided and not allow_incomplete else 0


def lint_project(project: Project) -> Linted:
    """Check policies and their tests. Raises ``PolicyError`` with all problems."""
    from scanner.lint.command import run_lint

    return run_lint(project.folders, project.loaded, project.vocabulary)


def run_policy_tests(project: Project, *, require_tests: bool) -> tuple[CaseOutcome, ...]:
    """Run the cases of the project's policies. Raises ``PolicyError`` where a test file is wrong or, with
    ``require_tests``, where a policy has none."""
    tests = load_tests(project.folders, project.policies, project.vocabulary)
    if require_tests and tests.untested:
        raise PolicyError(
            [
                Problem(policy.path, 1, 1, f"{policy.id} has no test file.", f"Write {policy.id}.test.yaml beside it.")
                for policy in tests.untested
            ]
        )
    cases = [case for suite in tests.suites for case in suite.cases]
    return tuple(run_cases(cases, partial(_evaluate_case, project.vocabulary)))


def _evaluate_case(
    words: Vocabulary, policy: Policy, content: Mapping[str, object], declared: Declarations, now: datetime | None
) -> Result:
    snapshot = Snapshot.of(content, catalogue=words.catalogue)
    (result,) = evaluate([policy], snapshot, words.types, declared, now).results
    return result
