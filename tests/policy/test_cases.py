"""Cases are compared exactly: status, and every record found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from scanner.errors import PolicyError, SnapshotError
from scanner.model import Finding, PolicyInfo, Record, Result, Severity, Status, Unjudged
from scanner.policy.cases import run_cases
from scanner.policy.model import Policy
from scanner.policy.testfile import Case, load_tests
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.workflow import open_project, run_policy_tests
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


RULE = """\
id: users-are-enabled
title: Users are enabled
severity: low
description: D.
remediation: R.
resource: users
where: user.userType == "Member"
require: all
assert: user.accountEnabled == true && user.displayName != null
message: "{user.displayName} is disabled"
"""
RECORDS = "{id: a, displayName: Ann, userType: Member, accountEnabled: %s}, {id: b, displayName: Bob, userType: Guest}"


def differences(folder: Path, enabled: str, expected: str, require: str = "all") -> str:
    """What is said of a case about Ann, who is a member, and Bob, who is a guest."""
    put(folder, "users-are-enabled.yaml", RULE.replace("require: all", f"require: {require}"))
    snapshot = f"{{users: [{RECORDS % enabled}]}}"
    put(folder, "users-are-enabled.test.yaml", f"cases:\n  - {{name: x, snapshot: {snapshot}, {expected}}}\n")
    (outcome,) = run_policy_tests(open_project([folder], (), None), require_tests=True)
    return outcome.difference


def test_a_record_that_was_not_expected_is_told_with_what_the_rule_read_of_it(tmp_path: Path) -> None:
    assert differences(tmp_path, "false", "expect: pass").splitlines() == [
        "Expected pass, got fail: 1 of 1 record breaks the rule.",
        "Found, but not expected: Ann (a): Ann is disabled.",
        "Ann (a):",
        "  user.accountEnabled = false",
        '  user.displayName = "Ann"',
        "  not met: user.accountEnabled == true",
    ]


def test_a_finding_too_many_fails_a_case_that_expects_another(tmp_path: Path) -> None:
    said = differences(tmp_path, "false", "expect: fail, findings: [b]")
    assert said.startswith("Expected to be found, but not found: b.\nFound, but not expected: Ann (a)")
    assert "b: no record of users that the policy is about has this id or name." in said


def test_a_record_that_is_not_found_is_told_with_what_the_rule_read_of_it(tmp_path: Path) -> None:
    assert differences(tmp_path, "true", "expect: fail, findings: [Ann]").splitlines() == [
        "Expected fail, got pass: Holds for the 1 record concerned.",
        "Expected to be found, but not found: Ann.",
        "Ann (a):",
        "  user.accountEnabled = true",
        '  user.displayName = "Ann"',
        "  all met: user.accountEnabled == true && user.displayName != null",
    ]


def test_a_record_that_none_should_be_like_is_told_too(tmp_path: Path) -> None:
    said = differences(tmp_path, "false", "expect: fail, findings: [Ann]", require="none")
    assert said.splitlines()[2:] == ["Ann (a):", "  user.accountEnabled = false", '  user.displayName = "Ann"']


def test_what_was_not_collected_is_told(tmp_path: Path) -> None:
    put(tmp_path, "users-are-enabled.yaml", RULE)
    put(
        tmp_path,
        "users-are-enabled.test.yaml",
        "cases:\n  - name: x\n    snapshot: {outcomes: {users: {outcome: denied, reason: User.Read.All}}}\n"
        "    expect: pass\n",
    )
    (outcome,) = run_policy_tests(open_project([tmp_path], (), None), require_tests=True)
    assert "users" in outcome.difference and "User.Read.All" in outcome.difference


@pytest.mark.parametrize("expected", ["findings: []", "expect: fail", "expect: ''", "expect: pass, findings: [a]"])
def test_a_case_that_names_no_expectation_is_an_error(tmp_path: Path, expected: str) -> None:
    with pytest.raises(PolicyError):
        differences(tmp_path, "true", expected)
