"""What is told of one record that counts: its evidence, the policy's message, the clauses that do not hold.

Compiled when the first such record turns up: most policies of most runs never need it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from scanner.cel.compile import Bindings, compile_program
from scanner.cel.evidence import compile_evidence
from scanner.errors import CelError, NotCollected
from scanner.model import Evidence
from scanner.policy.model import Rule


class RuleExplainer:
    """Explains one rule's records; see ``scanner.evaluate.judge.Explainer``."""

    def __init__(self, rule: Rule, bindings: Bindings) -> None:
        self._rule = rule
        self._bindings = bindings

    def evidence(self, record: Any) -> tuple[Evidence, ...]:
        """Without parameters: they are the same for all records, and the policy's own text."""
        return tuple(one for one in self._evidence(record) if not one.path.startswith("params."))

    def clauses(self) -> int:
        return len(self._clauses)

    def failed(self, record: Any) -> tuple[str, ...]:
        return tuple(source for source, program in self._clauses if _value(program, record) is not True)

    def message(self, record: Any) -> str:
        return "".join(
            piece.text if program is None else as_text(_value(program, record))
            for piece, program in zip(self._rule.message, self._pieces, strict=True)
        )

    @cached_property
    def _evidence(self) -> Callable[[Any], tuple[Evidence, ...]]:
        return compile_evidence(self._rule.assertion, self._bindings)

    @cached_property
    def _clauses(self) -> list[tuple[str, Callable[[Any], object]]]:
        return [
            (clause.source.strip(), compile_program(clause, self._bindings)) for clause in self._rule.assertion.clauses
        ]

    @cached_property
    def _pieces(self) -> list[Callable[[Any], object] | None]:
        return [
            None if piece.value is None else compile_program(piece.value, self._bindings)
            for piece in self._rule.message
        ]


def as_text(value: object) -> str:
    """A value as it stands in a sentence."""
    match value:
        case None:
            return "(none)"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        case list() | tuple():
            return ", ".join(as_text(one) for one in value) or "(none)"
    return str(value)


def _value(program: Callable[[Any], object], record: Any) -> object:
    """The program's value; what it could not find out, in words, where it failed."""
    try:
        return program(record)
    except (CelError, NotCollected) as problem:
        return f"({problem})"
