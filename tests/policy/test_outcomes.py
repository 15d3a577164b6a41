"""What `tenantlint test` says: every failure with its place, and a count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.policy.cases import CaseOutcome
from scanner.policy.outcomes import render_cases
from scanner.policy.testfile import Case, load_tests
from scanner.policy.vocabulary import vocabulary
from tests.policy.examples import NAME, POLICY, TEST, load, put


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, ...]:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", POLICY)
    put(folder, f"{NAME}.test.yaml", TEST)
    (suite,) = load_tests([folder], load(folder), vocabulary()).suites
    return suite.cases


def test_what_passes_is_only_counted(cases: tuple[Case, ...]) -> None:
    text = render_cases([CaseOutcome(case, "") for case in cases], verbose=False)
    assert text == "3 cases of 1 policy: 3 passed, 0 failed."


def test_verbose_names_what_passes(cases: tuple[Case, ...]) -> None:
    lines = render_cases([CaseOutcome(case, "") for case in cases], verbose=True).splitlines()
    assert lines == [
        "pass admins-few: one account",
        "pass admins-few: too many",
        "pass admins-few: not collected",
        "3 cases of 1 policy: 3 passed, 0 failed.",
    ]


def test_a_failure_says_where_it_stands_and_what_differs(cases: tuple[Case, ...]) -> None:
    first, second, _ = (replace(case, path=Path("a.test.yaml")) for case in cases)
    outcomes = [CaseOutcome(first, ""), CaseOutcome(second, "Expected fail, got pass.\nAnn is missing.")]
    assert render_cases(outcomes, verbose=False).splitlines() == [
        f"FAIL admins-few: too many (a.test.yaml:{second.line})",
        "     Expected fail, got pass.",
        "     Ann is missing.",
        "2 cases of 1 policy: 1 passed, 1 failed.",
    ]


def test_a_policy_without_cases_is_not_passed_over(cases: tuple[Case, ...]) -> None:
    policy = cases[0].policy
    others = [replace(policy, id="keys"), replace(policy, id="locks")]
    text = render_cases([CaseOutcome(cases[0], "")], [policy, *others], verbose=False)
    assert text.splitlines() == ["1 case of 1 policy: 1 passed, 0 failed.", "Without a test: 2 policies (keys, locks)."]


def test_no_cases_are_no_failure() -> None:
    assert render_cases([], verbose=True) == "0 cases of 0 policies: 0 passed, 0 failed."
