"""Running the cases of policy tests, and saying in words what came instead of what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from scanner.errors import TenantlintError
from scanner.model import Finding, Result
from scanner.policy.model import Policy
from scanner.policy.testfile import Case
from scanner.policy.waivers import Declarations
from scanner.policy.words import listed

Evaluate: TypeAlias = Callable[[Policy, Mapping[str, object], Declarations, datetime | None], Result]
"""One policy on one snapshot in single-file form, with what was declared, at a time (None: the snapshot's own)."""


@dataclass(frozen=True)
class CaseOutcome:
    """What became of one case."""

    case: Case
    difference: str
    """What came instead of what was expected, one sentence a line; empty where the case holds."""

    @property
    def passed(self) -> bool:
        """Whether the verdict and the records found are those expected."""
        return not self.difference


def run_cases(cases: Iterable[Case], evaluate: Evaluate) -> Iterator[CaseOutcome]:
    """Every case, evaluated and compared."""
    for case in cases:
        try:
            result = evaluate(case.policy, case.snapshot, case.declared, case.now)
        except TenantlintError as error:
            yield CaseOutcome(case, f"Expected {case.expect}, but it could not be evaluated: {error}")
        else:
            yield CaseOutcome(case, "\n".join(_differences(case, result)))


def _differences(case: Case, result: Result) -> Iterator[str]:
    if result.status is not case.expect:
        yield f"Expected {case.expect}, got {result.status}: {result.summary}"
    missing, surplus = _compare(case.findings, result.findings)
    if missing:
        yield f"Expected to be found, but not found: {listed(missing, 'and')}."
    if surplus:
        yield f"Found, but not expected: {listed((_named(finding) for finding in surplus), 'and')}."
    if result.status is not case.expect or missing or surplus:
        for unjudged in result.unjudged:
            yield f"{unjudged.record.name} ({unjudged.record.id}) is {unjudged.status}: {unjudged.reason}"


def _compare(expected: Iterable[str], findings: Iterable[Finding]) -> tuple[list[str], list[Finding]]:
    """What was expected and did not come, and what came unexpected. One expectation stands for one finding."""
    missing: list[str] = []
    left = list(findings)
    for name in expected:
        found = next((finding for finding in left if name == finding.record.id), None) or next(
            (finding for finding in left if name == finding.record.name), None
        )
        if found is None:
            missing.append(name)
        else:
            left.remove(found)
    return missing, left


def _named(finding: Finding) -> str:
    return f"{finding.record.name} ({finding.record.id}): {finding.message}"
