"""The shipped policies as a whole: every case holds, every policy has the cases it must have, every claim is cited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.model import Status
from scanner.policy.cases import CaseOutcome
from scanner.policy.model import Attested, Policy
from scanner.policy.testfile import Case, load_tests
from scanner.shipped import policies_folder
from scanner.workflow import open_project, run_policy_tests

PROJECT = open_project([policies_folder()], (), None)
CONTROLS = Path(__file__).parents[3] / "shared" / "reference" / "controls"
PRINCIPLES = {"verify-explicitly", "least-privilege", "assume-breach"}
RECOMMENDATIONS = {f"S{number}" for number in range(1, 11)} | {f"S2.{number}" for number in range(1, 11)}


def suites() -> dict[str, tuple[Case, ...]]:
    tests = load_tests(PROJECT.folders, PROJECT.policies, PROJECT.vocabulary)
    return {suite.policy.id: suite.cases for suite in tests.suites}


CASES = suites()
OUTCOMES = run_policy_tests(PROJECT, require_tests=True)


def name(outcome: CaseOutcome) -> str:
    return f"{outcome.case.policy.id}: {outcome.case.name}"


@pytest.mark.parametrize("outcome", OUTCOMES, ids=name)
def test_case_holds(outcome: CaseOutcome) -> None:
    assert outcome.passed, outcome.difference


@pytest.mark.parametrize("policy", PROJECT.policies, ids=lambda policy: policy.id)
def test_has_a_passing_a_failing_and_an_unknown_case(policy: Policy) -> None:
    expected = {case.expect for case in CASES[policy.id]}
    if isinstance(policy.body, Attested):
        assert expected >= {Status.PASS, Status.MANUAL}
    else:
        assert expected >= {Status.PASS, Status.FAIL, Status.UNKNOWN}


@pytest.mark.parametrize("policy", PROJECT.policies, ids=lambda policy: policy.id)
def test_says_why_what_to_do_and_on_what_ground(policy: Policy) -> None:
    assert len(policy.id) <= 40
    assert len(policy.description) > 100
    assert len(policy.remediation) > 100
    assert any(reference.startswith("https://learn.microsoft.com/") for reference in policy.references)
    assert PRINCIPLES & set(policy.controls.get("zero-trust", ()))


def controls() -> Iterator[tuple[str, str, str]]:
    for policy in PROJECT.policies:
        for framework, ids in policy.controls.items():
            yield from ((policy.id, framework, one) for one in ids)


@pytest.mark.skipif(not CONTROLS.is_dir(), reason="needs the catalogue of controls, which is not part of the project")
def test_controls_exist_in_their_framework() -> None:
    known: dict[str, set[str]] = {"zero-trust": set(PRINCIPLES), "tenantlint": RECOMMENDATIONS}
    for path in CONTROLS.glob("*.yaml"):
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        framework = {"zerotrust": "zero-trust"}.get(path.stem, path.stem)
        known.setdefault(framework, set()).update(control["id"] for control in content["controls"])
    assert [one for one in controls() if one[2] not in known[one[1]]] == []


@pytest.mark.parametrize("policy", PROJECT.policies, ids=lambda policy: policy.id)
def test_names_its_schema_for_editors(policy: Policy) -> None:
    for path, kind in ((policy.path, "policy"), (policy.path.with_suffix(".test.yaml"), "policy-test")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../../schemas/{kind}.schema.json"
        assert (path.parent / f"../../schemas/{kind}.schema.json").resolve().is_file()
