"""The parts a membership rule is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

MAX_LENGTH = 3072
"""Characters of a rule, by the page."""


class RuleError(ValueError):
    """A rule that is not in the language."""

    def __init__(self, position: int, text: str) -> None:
        """``position`` counts characters from 0; the message counts columns from 1."""
        self.position = position
        self.text = text
        super().__init__(f"column {position + 1}: {text}")


class Operator(StrEnum):
    """Operators that compare a property with a value, as the page writes them."""

    EQ = "eq"
    NE = "ne"
    STARTS_WITH = "startsWith"
    NOT_STARTS_WITH = "notStartsWith"
    ENDS_WITH = "endsWith"
    NOT_ENDS_WITH = "notEndsWith"
    CONTAINS = "contains"
    NOT_CONTAINS = "notContains"
    MATCH = "match"
    NOT_MATCH = "notMatch"
    IN = "in"
    NOT_IN = "notIn"
    LE = "le"
    GE = "ge"


@dataclass(frozen=True, slots=True)
class Bare:
    """A value without quotes that is no word: a number or a date."""

    text: str


@dataclass(frozen=True, slots=True)
class Now:
    """``system.now``, perhaps moved by a duration: ``system.now -plus p1d``."""

    sign: int = 1
    duration: str = ""
    """ISO 8601, as written; empty for no duration."""


Scalar: TypeAlias = str | bool | Bare | Now | None
Value: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``user.department -eq "Sales"``."""

    property: str
    """As written, with the object before the dot; ``_`` for the item of a collection of strings."""
    operator: Operator
    value: Value
    start: int = field(default=0, compare=False)
    """Where it stands in the rule: first character."""


@dataclass(frozen=True, slots=True)
class Quantified:
    """``user.assignedPlans -any (…)``, or ``-all``."""

    property: str
    every: bool
    """``-all``: also satisfied by a collection without items."""
    body: Node
    start: int
    """Where it stands in the rule: first character, and the one after the last."""
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """``-not …``."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts joined by ``-and``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts joined by ``-or``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class DirectReports:
    """``Direct Reports for "…"``, which stands alone."""

    manager: str


Node: TypeAlias = Comparison | Quantified | Not | And | Or | DirectReports
