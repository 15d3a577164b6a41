"""The scan on one screen: a line for each policy that fails or is not decided, the worst first, and the numbers."""

from __future__ import annotations

import textwrap

from scanner.model import Result, Scan, Status
from scanner.report.safe import printable
from scanner.report.words import SECTIONS, by_severity, counted, ordered, status_name, totals, violations

WIDTH = 80
LEFT = len("FAIL     critical  ")
RIGHT = len("  10 findings")


def render(scan: Scan, width: int = WIDTH) -> str:
    """Lines of at most ``width`` columns, two for each policy where one is too short; what passed is only counted."""
    scan = ordered(scan)
    shown = [
        result
        for _, statuses in SECTIONS
        for result in by_severity(tuple(one for one in scan.results if one.status in statuses))
    ]
    longest = max((len(one.policy.id) for one in shown), default=0)
    fits = LEFT + longest + RIGHT <= width
    lines = [_cut(line, width) for result in shown for line in _lines(result, longest if fits else None)]
    ending = [totals(scan)]
    if violations(scan):
        ending.append(f"Violations: {violations(scan)}")
    if scan.baseline is not None:
        ending.append(f"Since the baseline: {scan.baseline.new:,} new, {scan.baseline.fixed:,} fixed")
    return (
        "\n".join([*lines, *([""] if lines else []), *(part for line in ending for part in textwrap.wrap(line, width))])
        + "\n"
    )


def _lines(result: Result, column: int | None) -> list[str]:
    """One with the id in a ``column`` so wide, two without."""
    verdict = f"{status_name(result.status).upper():<7}  {result.policy.severity:<8}"
    id = printable(result.policy.id)
    if column is None:
        return [f"{verdict}  {_short(result)}", f"  {id}"]
    return [f"{verdict}  {id:<{column}}  {_short(result)}"]


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1].rstrip()}…"


def _short(result: Result) -> str:
    """How many findings; why there is no verdict where there is none."""
    number = sum(one.waived is None for one in result.findings)
    if result.status is Status.FAIL:
        new = sum(one.waived is None and not one.known for one in result.findings)
        known = "" if new == number else f", {new:,} new"
        return counted(number, "finding") + known
    if result.status is Status.WAIVED:
        return counted(len(result.findings), "finding")
    return printable(result.summary)
