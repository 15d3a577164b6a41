"""A checker with Graph's types and a few facts, and the variables that the tests of checking speak of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.cel.check import Checked, Checker, CheckFailed, Expect, ExprProblem
from scanner.cel.types import Types, load_types
from scanner.tenant.base import Fact, Graph, Row


class Holding(Row):
    roleName: str | None = None


def _build(_tenant: Any) -> Callable[..., Any]:
    return lambda *_: None


FACTS = (
    Fact("user", "isBreakGlass", bool, "Declared as a break-glass account.", _build),
    Fact("user", "roles", list[Holding], "The roles it holds.", _build),
    Fact("user", "registration", Graph("userRegistrationDetails", "userRegistrationDetails"), "Its methods.", _build),
    Fact("tenant", "initialDomain", str, "The .onmicrosoft.com domain.", _build),
)

TYPES: Types = load_types(FACTS)

VARIABLES = {
    "user": "user",
    "policy": "conditionalAccessPolicy",
    "tenant": "tenant",
    "now": "timestamp",
    "params.maximum": "integer",
    "params.words": "list<string>",
}

CHECKER = Checker(TYPES)


def check(source: str, expect: Expect = Expect.ANYTHING) -> Checked:
    return CHECKER.check(source, VARIABLES, expect)


def problems(source: str, expect: Expect = Expect.ANYTHING) -> tuple[ExprProblem, ...]:
    """What is wrong with ``source``; nothing where it can be used."""
    try:
        check(source, expect)
    except CheckFailed as failed:
        return failed.problems
    return ()


def told(source: str) -> list[str]:
    """The problems of ``source`` as a person reads them."""
    return [str(problem) for problem in problems(source)]
