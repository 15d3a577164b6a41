"""What is wrong with an expression, in words for a person who does not program."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.cel.tokens import place


@dataclass(frozen=True, order=True)
class ExprProblem:
    """One thing wrong in one expression. Line and column (in code points) count from 1 within the expression."""

    line: int
    column: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.text}{' ' if self.hint else ''}{self.hint}"


class CheckFailed(Exception):
    """An expression that cannot be used, with every problem found, in the order they stand in the source."""

    def __init__(self, problems: tuple[ExprProblem, ...]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def problem(source: str, offset: int, text: str, hint: str = "") -> ExprProblem:
    """A problem at a code point of the source."""
    return ExprProblem(*place(source, offset), text, hint)
