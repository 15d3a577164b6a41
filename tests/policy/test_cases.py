"""Cases are compared exactly: status, and every record found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from scanner.errors import SnapshotError
from scanner.model import Finding, PolicyInfo, Record, Result, Severity, Status, Unjudged
from scanner.policy.cases import run_cases
from scanner.policy.model import Policy
from scanner.policy.testfile import Case, load_tests
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from tests.policy.examples import NAME, POLICY, TEST, load, put

INFO = PolicyInfo(NAME, "", Severity.LOW, "", "", (), {}, (), "", 1, "")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", POLICY)
    put(folder, f"{NAME}.test.yaml", TEST)
    return load_tests([folder], load(folder), vocabulary()).suites[0].cases[0]


def finding(id: str, name: str = "") -> Finding:
    return Finding(id, Record("users", id, name or id), f"{name} is one too many", (), ())


def outcome(case: Case, expect: Status, expected: Sequence[str], status: Status, findings: Sequence[Finding]) -> str:
    """What differs, for a policy that comes to ``status`` with ``findings``."""
    result = Result(INFO, status, "That is so.", "users", 1, tuple(findings))
    (ran,) = run_cases([replace(case, expect=expect, findings=tuple(expected))], lambda *_: result)
    assert ran.passed is (ran.difference == "")
    return ran.difference


@pytest.mark.parametrize(
    ("expected", "findings"),
    [
        ([], []),
        (["1"], [finding("1", "Ann")]),
        (["Ann"], [finding("1", "Ann")]),
        (["Bob", "1"], [finding("1", "Ann"), finding("2", "Bob")]),
        (["Ann", "Ann"], [finding("1", "Ann"), finding("2", "Ann")]),
        (["2", "Ann"], [finding("1", "Ann"), finding("2", "Ann")]),
    ],
)
def test_a_case_holds_where_exactly_the_expected_records_are_found(
    case: Case, expected: list[str], findings: list[Finding]
) -> None:
    assert outcome(case, Status.FAIL, expected, Status.FAIL, findings) == ""


@pytest.mark.parametrize(
    ("expected", "findings", "said"),
    [
        (["1"], [], "Expected to be found, but not found: 1."),
        ([], [finding("1", "Ann")], "Found, but not expected: Ann (1): Ann is one too many."),
        (["Bob"], [finding("1", "Ann")], "Expected to be found, but not found: Bob.\nFound, but not expected: Ann (1)"),
        (["Ann"], [finding("1", "Ann"), finding("2", "Ann")], "Found, but not expected: Ann (2)"),
        (["1", "1"], [finding("1", "Ann")], "Expected to be found, but not found: 1."),
    ],
)
def test_a_record_too_many_or_too_few_fails_the_case(
    case: Case, expected: list[str], findings: list[Finding], said: str
) -> None:
    assert outcome(case, Status.FAIL, expected, Status.FAIL, findings).startswith(said)


def test_another_status_fails_the_case_and_says_why(case: Case) -> None:
    assert outcome(case, Status.PASS, [], Status.UNKNOWN, []) == "Expected pass, got unknown: That is so."


def test_records_that_could_not_be_judged_are_told_where_the_case_fails(case: Case) -> None:
    unjudged = Unjudged(Record("users", "3", "Cleo"), Status.ERROR, "no such overload")
    result = Result(INFO, Status.ERROR, "One record failed.", "users", 1, unjudged=(unjudged,))
    (ran,) = run_cases([replace(case, expect=Status.PASS)], lambda *_: result)
    assert ran.difference == "Expected pass, got error: One record failed.\nCleo (3) is error: no such overload"
    (ran,) = run_cases([replace(case, expect=Status.ERROR)], lambda *_: result)
    assert ran.passed


def test_what_cannot_be_evaluated_fails_the_case_and_not_the_run(case: Case) -> None:
    def evaluate(
        policy: Policy, snapshot: Mapping[str, object], declared: Declarations, now: datetime | None
    ) -> Result:
        raise SnapshotError("users: record 1 has no id.")

    first, second = run_cases([case, case], evaluate)
    assert first.difference == "Expected pass, but it could not be evaluated: users: record 1 has no id."
    assert second.case is case


def test_the_evaluator_is_given_what_the_case_says(case: Case, tmp_path: Path) -> None:
    given: list[object] = []

    def evaluate(*arguments: object) -> Result:
        given.extend(arguments)
        return Result(INFO, Status.PASS, "", "users", 1)

    (ran,) = run_cases([case], evaluate)
    assert ran.passed
    assert given == [case.policy, case.snapshot, case.declared, case.now]
