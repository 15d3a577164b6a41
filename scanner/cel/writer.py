"""Lines of generated Python, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scanner.errors import CelError

_MAX_LOOPS = 15
"""Loops within loops. Python allows twenty blocks within blocks."""


@dataclass
class Writer:
    """Statements that run before an expression can be evaluated."""

    lines: list[str] = field(default_factory=list)
    counts: bool = False
    """Whether there are loops within loops, which take their length from the variable ``budget`` beforehand."""
    _indent: str = ""
    _loops: int = 0

    def line(self, text: str) -> None:
        """Adds a statement."""
        self.lines.append(self._indent + text)

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """What is added inside stands below ``opening``."""
        before = self._indent
        self.line(opening)
        self._indent += "  "
        yield
        self._indent = before

    @contextmanager
    def apart(self) -> Iterator[list[str]]:
        """What is added inside goes to the list instead; ``insert`` may put it somewhere."""
        before = self.lines, self._indent
        self.lines, self._indent = [], ""
        yield self.lines
        self.lines, self._indent = before

    def insert(self, lines: list[str]) -> None:
        """Adds lines that were put apart."""
        for text in lines:
            self.line(text)

    @contextmanager
    def loop(self, name: str, elements: str, length: str) -> Iterator[None]:
        """A loop of ``name`` over ``elements``; ``length`` is a name that is free. Raises CelError when too deep."""
        if self._loops == _MAX_LOOPS:
            raise CelError(f"Macros are nested more than {_MAX_LOOPS} deep.")
        if self._loops:
            self.counts = True
            self.line(f"{length} = {elements}")
            self.line(f"budget -= len({length})")
            self.line("if budget < 0: fail()")
            elements = length
        self._loops += 1
        with self.block(f"for {name} in {elements}:"):
            yield
        self._loops -= 1
