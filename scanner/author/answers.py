"""What an author may say of a policy: each answer is checked at once, typed at a question or given as an option."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.cel.check import Checked, CheckFailed, Expect
from scanner.cel.types import TENANT
from scanner.errors import UsageError
from scanner.model import Severity
from scanner.policy.find import shipped_ids
from scanner.policy.message import MessageError, split
from scanner.policy.vocabulary import Subject, Vocabulary
from scanner.policy.words import did_you_mean, one_of, quoted
from scanner.shipped import schema

REQUIRE = ("all", "any", "none")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]")

_NOT_DECODED = re.compile("[\udc80-\udcff]")
"""Bytes that Python could not read as text, as it passes them on."""


class BadAnswer(ValueError):
    """An answer that cannot stand; the text says why and what to write."""


@dataclass(frozen=True)
class Answers:
    """Checks answers by the vocabulary."""

    words: Vocabulary

    def text(self, key: str, text: str) -> str:
        """The answer to ``key`` of the policy's schema: ``title``, ``description``, ``remediation``."""
        found = text.strip()
        rules = schema("policy")["properties"][key]
        if _NOT_DECODED.search(found):
            raise BadAnswer("A letter could not be read. Set the terminal to UTF-8: export LC_ALL=C.UTF-8")
        if character := _UNWRITABLE.search(found):
            raise BadAnswer(f"The character U+{ord(character[0]):04X} cannot stand in a text.")
        if not re.search(rules.get("pattern", ""), found):
            raise BadAnswer(rules["patternErrorMessage"])
        if len(found) > rules.get("maxLength", len(found)):
            raise BadAnswer(f"It has {len(found)} characters; {rules['maxLength']} are allowed.")
        return " ".join(found.split()) if key == "title" else found

    def id(self, text: str) -> str:
        """A name that no shipped policy has."""
        found = self.text("id", text)
        if found in shipped_ids():
            raise BadAnswer(f"A shipped policy is named {quoted(found)}. Choose another name.")
        return found

    def severity(self, text: str) -> str:
        return _one_of(text.strip().lower(), [one.value for one in Severity])

    def require(self, text: str) -> str:
        return _one_of(text.strip().lower(), REQUIRE)

    def resource(self, text: str) -> str:
        """A resource, by its own name or by that of its record."""
        found = text.strip()
        subjects = self.words.subjects
        by_record = {subject.variable: name for name, subject in subjects.items()}
        if found not in subjects and found not in by_record:
            hint = did_you_mean(found, subjects) or "`tenantlint types` lists them all."
            raise BadAnswer(f"There is no resource {quoted(found)}. {hint}")
        return found if found in subjects else by_record[found]

    def reference(self, text: str) -> str:
        found = text.strip()
        rules = schema("policy")["properties"]["references"]["items"]
        if not re.search(rules["pattern"], found) or _UNWRITABLE.search(found):
            raise BadAnswer(rules["patternErrorMessage"])
        return found

    def condition(self, text: str, subject: Subject) -> Checked:
        """An expression that is true or false for a record."""
        return self._check(text.strip(), subject, Expect.BOOLEAN)

    def message(self, text: str, subject: Subject) -> str:
        """A message with expressions in braces."""
        found = self.text("message", text)
        try:
            parts = split(found)
        except MessageError as error:
            raise BadAnswer(f"{error} {error.hint}\n{_pointed(found, 1, error.offset + 1)}") from None
        for part in parts:
            if part.is_expression:
                self._check(part.text, subject, Expect.SHOWN)
        return found

    def _check(self, source: str, subject: Subject, expect: Expect) -> Checked:
        if not source:
            raise BadAnswer("Write an expression.")
        variables = {"now": "timestamp", TENANT: TENANT, subject.variable: subject.type}
        try:
            return self.words.checker.check(source, variables, expect)
        except CheckFailed as failed:
            said = (
                f"{one.text} {one.hint}".rstrip() + f"\n{_pointed(source, one.line, one.column)}"
                for one in failed.problems
            )
            raise BadAnswer("\n".join(said)) from None


def _one_of(text: str, names: list[str] | tuple[str, ...]) -> str:
    """A name out of a few, or the beginning of just one."""
    begun = [name for name in names if text and name.startswith(text)]
    if text not in names and len(begun) != 1:
        raise BadAnswer(one_of(text, names))
    return text if text in names else begun[0]


def _pointed(source: str, line: int, column: int) -> str:
    """A line of an expression with a caret below the place."""
    lines = source.splitlines() or [""]
    return f"  {lines[min(line, len(lines)) - 1]}\n  {' ' * (column - 1)}^"


def as_option(name: str, check: Callable[[str], object], text: str) -> None:
    """Checks what was given as an option. Raises UsageError that names it."""
    try:
        check(text)
    except BadAnswer as error:
        raise UsageError(f"--{name}: {error}") from None


LABELS: Mapping[str, str] = {
    "title": "What must hold, in one sentence",
    "id": "Name of the policy and its file",
    "severity": f"How bad is a violation ({', '.join(Severity)})",
    "resource": "What is it about (users, groups, ...; ? lists all)",
    "description": "Why does it matter",
    "remediation": "What is to be done about a violation",
    "reference": "A page that says so (https://...; Enter for none)",
}
"""The questions."""
