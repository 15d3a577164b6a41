"""Functions with overloads, chosen by the types of the arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scanner.cel.values import NoOverload, Value, kind

Function: TypeAlias = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Overloaded:
    """One function of several overloads. Called, it chooses by the types that the arguments have at run time."""

    overloads: Mapping[tuple[str, ...], Function]
    """Kinds of the arguments (a method's target first) → what computes the result; raises Fault where it cannot."""

    def __call__(self, *arguments: Value) -> Value:
        """The result. Raises NoOverload for argument types that have no overload."""
        kinds = tuple(map(kind, arguments))
        chosen = self.overloads.get(kinds)
        if chosen is None:
            raise NoOverload(", ".join(kinds))
        return chosen(*arguments)
