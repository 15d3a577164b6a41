"""Policies as text for the terminal: their list, and what other lists and pages are laid out with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from scanner.model import Severity
from scanner.policy.model import Policy
from scanner.policy.params import duration_text

WIDTH = 80
SHORTEST = 20
"""Columns that text gets however narrow the terminal is."""


def listing(policies: Sequence[Policy], width: int | None = None) -> str:
    """Severity, id and title of each, the worst first: one policy a line, or wrapped to ``width`` columns."""
    severity_width = max(len(severity) for severity in Severity)
    ranked = sorted(policies, key=lambda one: (one.severity.rank, one.id))
    return table(
        [(f"{policy.severity:<{severity_width}}  {policy.id}", " ".join(policy.title.split())) for policy in ranked],
        width,
    )


def table(rows: Sequence[tuple[str, str]], width: int | None = None) -> str:
    """Two columns: one row a line, or the second column wrapped so that lines have at most ``width`` columns.

    Where the first column would take about half of them, longer heads stand on a line of their own.
    """
    longest = max((len(head) for head, _ in rows), default=0)
    if width is None:
        return "\n".join(f"{head:<{longest}}  {text}" for head, text in rows)
    column = min(longest, width * 9 // 20)
    return "\n".join(_row(head, text, column, width) for head, text in rows)


def _row(head: str, text: str, column: int, width: int) -> str:
    if len(head) <= column:
        return _wrapped(f"{head:<{column}}  ", text, width)
    return f"{head}\n{_wrapped(' ' * (column + 2), text, width)}"


def _wrapped(head: str, text: str, width: int) -> str:
    """``text`` behind ``head``, on as many lines as it takes; a long word stays whole."""
    room = max(width - len(head), SHORTEST)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return (head + ("\n" + " " * len(head)).join(lines)).rstrip()


def shown(value: object) -> str:
    """The value of a parameter or setting as files have it, a list with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return duration_text(value)
    return ", ".join(_each(value)) if isinstance(value, tuple) else str(value)


def _each(values: Iterable[object]) -> Iterator[str]:
    return (str(value) for value in values)
