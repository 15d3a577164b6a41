"""The line of a file that a problem is in, with a caret below the place."""

from __future__ import annotations

import unicodedata

from scanner.errors import Problem
from scanner.report.safe import printable

MAX_LINE = 100
"""Characters of a line that are shown; of a longer one, those around the place."""
MAX_FILE = 4 * 2**20
"""Bytes. Of a larger file nothing is shown."""


def excerpt(problem: Problem) -> str:
    """Two lines, each with its line end; "" where the file has no such line or cannot be read (the problem says so)."""
    line = _line(problem)
    if line is None:
        return ""
    column = min(max(problem.column, 1), len(line) + 1) - 1
    start = max(0, column - MAX_LINE // 2) if len(line) > MAX_LINE else 0
    shown, before = line[start : start + MAX_LINE], line[start:column]
    number = f"{problem.line:>5}"
    margin = " " * len(number)
    return f"{number} | {_plain(shown).rstrip()}\n{margin} | {' ' * _width(_plain(before))}^\n"


def _line(problem: Problem) -> str | None:
    if problem.line < 1:
        return None
    try:
        if problem.path.stat().st_size > MAX_FILE:
            return None
        lines = problem.path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return lines[problem.line - 1] if problem.line <= len(lines) else None


def _plain(text: str) -> str:
    return printable(text.replace("\t", " "))


def _width(text: str) -> int:
    """Columns that it takes on a terminal: East Asian characters are two wide, combining ones none."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )
