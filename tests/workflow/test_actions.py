"""What commands do with a project, and the exit codes."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from scanner.errors import PolicyError, SnapshotError
from scanner.evaluate.engine import evaluate
from scanner.model import Severity, Status
from scanner.snapshot import Snapshot
from scanner.workflow import exit_code, lint_project, run_policy_tests, scan_snapshot
from tests.policy.examples import put
from tests.report.samples import scan
from tests.workflow.given import outcome, project


def test_lint_counts_policies_and_test_files(folder: Path) -> None:
    case = "cases:\n  - {name: n, snapshot: {users: []}, expect: not_applicable}\n"
    put(folder / "rules", "admins-few.test.yaml", case)
    found = lint_project(project(folder))
    assert (found.policies, found.tests) == (3, 1)
    (outcome,) = run_policy_tests(project(folder), require_tests=False)
    assert outcome.passed


def test_policies_without_tests_are_all_named_where_tests_are_required(folder: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        run_policy_tests(project(folder), require_tests=True)
    assert len(caught.value.problems) == 3
    assert "Write admins-few.test.yaml beside it." in str(caught.value)


def test_a_scan_is_the_evaluation_of_the_snapshot(folder: Path) -> None:
    path = put(folder, "snap.json", '{"collectedAt": "2026-11-01T06:00:00Z", "users": []}')
    here = project(folder)
    expected = evaluate(here.policies, Snapshot.open(path), here.vocabulary.types, here.declared)
    assert scan_snapshot(here, path) == expected
    with pytest.raises(SnapshotError, match=r"nowhere\.json"):
        scan_snapshot(here, Path("nowhere.json"))


@pytest.mark.parametrize(("severity", "threshold", "status"), list(product(Severity, Severity, Status)))
def test_exit_code_of_one_result(severity: Severity, threshold: Severity, status: Status) -> None:
    counts = list(Severity).index(severity) <= list(Severity).index(threshold)
    expected = {
        Status.FAIL: 1,
        Status.ERROR: 3,
        Status.UNKNOWN: 3,
        Status.MANUAL: 3,
        Status.WAIVED: 0,
        Status.PASS: 0,
        Status.NOT_APPLICABLE: 0,
    }[status]
    one = outcome((severity, status))
    assert exit_code(one, threshold, allow_incomplete=False) == (expected if counts else 0)
    assert exit_code(one, threshold.value, allow_incomplete=True) == (1 if counts and status is Status.FAIL else 0)


def test_a_violation_counts_over_what_is_not_decided() -> None:
    both = outcome((Severity.LOW, Status.UNKNOWN), (Severity.LOW, Status.FAIL))
    assert exit_code(both, "low", allow_incomplete=False) == 1


def test_nothing_to_evaluate_is_clean() -> None:
    assert exit_code(scan(), "info", allow_incomplete=False) == 0
