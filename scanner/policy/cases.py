"""Running the cases of policy tests, and saying in words what came instead of what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from scanner.errors import TenantlintError
from scanner.model import Finding, Result
from scanner.policy.model import Every, Never, Policy, Rule
from scanner.policy.testfile import Case
from scanner.policy.waivers import Declarations
from scanner.policy.words import listed
from scanner.report.words import WHOLE, clause, evidence, label

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
            yield CaseOutcome(case, "\n".join(_differences(case, result, evaluate)))


def _differences(case: Case, result: Result, evaluate: Evaluate) -> Iterator[str]:
    if result.status is not case.expect:
        yield f"Expected {case.expect}, got {result.status}: {result.summary}"
    missing, surplus = _compare(case.findings, result.findings)
    if missing:
        yield f"Expected to be found, but not found: {listed(missing, 'and')}."
    if surplus:
        yield f"Found, but not expected: {listed((_named(finding) for finding in surplus), 'and')}."
    for finding in surplus:
        yield from _evidence(finding, (f"not met: {clause(source)}" for source in finding.failed))
    yield from _not_found(case, missing, evaluate)
    if result.status is not case.expect or missing or surplus:
        for unjudged in result.unjudged:
            yield f"{unjudged.record.name} ({unjudged.record.id}) is {unjudged.status}: {unjudged.reason}"


def _not_found(case: Case, names: Sequence[str], evaluate: Evaluate) -> Iterator[str]:
    """For records that were expected and not found: what the rule read of each that does not count against it."""
    rule = case.policy.body
    if not names or not isinstance(rule, Rule):
        return
    turned = Every() if isinstance(rule.require, Never) else Never()
    policy = replace(case.policy, body=replace(rule, require=turned, message=()))
    try:
        opposite = evaluate(policy, case.snapshot, case.declared, case.now)
    except TenantlintError:
        return
    for name in names:
        found = [one for one in opposite.findings if name in (one.record.id, one.record.name)]
        if found:
            yield from _evidence(found[0], [f"all met: {clause(rule.assertion.source)}"] if turned == Never() else [])
        elif name != WHOLE:
            yield f"{name}: no record of {rule.resource} that the policy is about has this id or name."


def _evidence(finding: Finding, more: Iterable[str]) -> Iterator[str]:
    """What was read of a record, indented below its name."""
    lines = [*(evidence(one) for one in finding.evidence), *more]
    if lines:
        yield f"{label(finding.record)}:"
        yield from (f"  {line}" for line in lines)


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
