"""The scan on one screen: a line for each policy that fails or is not decided, the worst first, and the numbers."""

from __future__ import annotations

import textwrap

from scanner.model import Result, Scan, Status
from scanner.report.safe import printable
from scanner.report.words import NOT_DECIDED, by_severity, counted, ordered, status_name, totals, violations

WIDTH = 80
_SECTIONS = ((Status.FAIL,), NOT_DECIDED, (Status.WAIVED,))


def render(scan: Scan, width: int = WIDTH) -> str:
    """Lines of at most ``width`` columns; what passed is only counted."""
    scan = ordered(scan)
    shown = [
        result
        for statuses in _SECTIONS
        for result in by_severity(tuple(one for one in scan.results if one.status in statuses))
    ]
    longest = max((len(one.policy.id) for one in shown), default=0)
    lines = [_line(result, longest, width) for result in shown]
    ending = [totals(scan)]
    if violations(scan):
        ending.append(f"Violations: {violations(scan)}")
    if scan.baseline is not None:
        ending.append(f"Since the baseline: {scan.baseline.new:,} new, {scan.baseline.fixed:,} fixed")
    return (
        "\n".join([*lines, *([""] if lines else []), *(part for line in ending for part in textwrap.wrap(line, width))])
        + "\n"
    )


def _line(result: Result, longest: int, width: int) -> str:
    policy = result.policy
    head = f"{status_name(result.status).upper():<7}  {policy.severity:<8}  {printable(policy.id):<{longest}}  "
    told = head + _short(result)
    return told if len(told) <= width else f"{told[: width - 1].rstrip()}…"


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
