"""A warning: something in a policy file that is allowed, and probably not what its author meant."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.errors import Problem


@dataclass(frozen=True, order=True)
class Suspicion:
    """One warning, at a place a person can go to."""

    problem: Problem
    name: str
    """Stays the same over versions: ``where-never-met``."""

    def __str__(self) -> str:
        problem = self.problem
        return f"{problem.path}:{problem.line}:{problem.column}: warning: {problem.text} {problem.hint} [{self.name}]"
