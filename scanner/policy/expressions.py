"""The expressions of one policy file, type-checked, with problems at the right character of the file."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.cel.check import Checked, Checker, CheckFailed, Expect
from scanner.cel.tokens import offset_of
from scanner.errors import Problem
from scanner.policy.document import Document
from scanner.policy.message import MessageError, split
from scanner.policy.model import Piece

MAX_MESSAGE = 2_000
"""Characters of a message: the schema says so too, but expressions are checked whatever it finds."""


class Expressions:
    """Checks expressions in one scope, collecting problems and the variables that were used."""

    def __init__(self, document: Document, checker: Checker, variables: Mapping[str, str]) -> None:
        self._document = document
        self._checker = checker
        self._variables = variables
        self.problems: list[Problem] = []
        self.used: set[str] = set()

    def condition(self, key: str) -> Checked | None:
        """The expression under ``key``, which must be true or false; None where there is none or it is wrong."""
        text = self._text(key)
        source = text.strip()
        return self._check(key, source, text.index(source), Expect.BOOLEAN) if source else None

    def message(self) -> tuple[Piece, ...]:
        """The parts of ``message``; empty where there is none or it is wrong."""
        text = self._text("message").rstrip()
        try:
            parts = split(text) if len(text) <= MAX_MESSAGE else []
        except MessageError as error:
            self.problems.append(self._document.inside(("message",), error.offset, str(error), error.hint))
            return ()
        pieces: list[Piece] = []
        for part in parts:
            if not part.is_expression:
                pieces.append(Piece(part.text))
            elif checked := self._check("message", part.text, part.start, Expect.SHOWN):
                pieces.append(Piece(value=checked))
        return tuple(pieces)

    def _text(self, key: str) -> str:
        data = self._document.data
        found = data.get(key) if isinstance(data, dict) else None
        return found if isinstance(found, str) else ""

    def _check(self, key: str, source: str, base: int, expect: Expect) -> Checked | None:
        """``source``, which begins ``base`` characters into the value under ``key``."""
        try:
            checked = self._checker.check(source, self._variables, expect)
        except CheckFailed as failed:
            for problem in failed.problems:
                offset = base + offset_of(source, problem.line, problem.column)
                self.problems.append(self._document.inside((key,), offset, problem.text, problem.hint))
            return None
        self.used |= checked.variables
        return checked
