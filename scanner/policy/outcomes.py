"""Outcomes of policy tests as text for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from scanner.policy.cases import CaseOutcome
from scanner.policy.model import Policy


def render_cases(outcomes: Sequence[CaseOutcome], policies: Sequence[Policy] = (), *, verbose: bool) -> str:
    """What failed, with what came instead of what was expected; with ``verbose`` also what passed; then the count, and
    which of the ``policies`` have no cases."""
    lines = [*_lines(outcomes, verbose=verbose)]
    tested = {outcome.case.policy.id for outcome in outcomes}
    if untested := [policy.id for policy in policies if policy.id not in tested]:
        text = f"Without a test: {_counted(len(untested), 'policy', 'policies')} ({', '.join(untested)})."
        lines.append(textwrap.fill(text, 80, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False))
    return "\n".join(lines)


def _lines(outcomes: Sequence[CaseOutcome], *, verbose: bool) -> Iterator[str]:
    for outcome in outcomes:
        case = outcome.case
        if not outcome.passed:
            yield f"FAIL {case.policy.id}: {case.name} ({case.path}:{case.line})"
            yield textwrap.indent(outcome.difference, "     ")
        elif verbose:
            yield f"pass {case.policy.id}: {case.name}"
    failed = sum(not outcome.passed for outcome in outcomes)
    policies = len({outcome.case.policy.id for outcome in outcomes})
    counts = f"{_counted(len(outcomes), 'case', 'cases')} of {_counted(policies, 'policy', 'policies')}"
    yield f"{counts}: {len(outcomes) - failed} passed, {failed} failed."


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
