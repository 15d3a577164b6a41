"""Warnings that reading one policy file is enough for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.cel.check import Checked
from scanner.cel.tree import Call, Const
from scanner.cel.types import TENANT
from scanner.lint.suspicion import Suspicion
from scanner.model import Severity
from scanner.policy.document import Document
from scanner.policy.model import Attested, Between, Policy, Rule, Some
from scanner.policy.needs import reads
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.words import quoted

_ORDERS = frozenset({"_<_", "_<=_", "_>_", "_>=_"})
_LEVELS = "|".join(Severity) + "|informational"
_SEVERITY = re.compile(
    rf"\b({_LEVELS})[- ]severity\b|\bseverity(?:\s+is|\s+of|:)?\s+({_LEVELS})\b|\b(informational)\s+only\b",
    re.IGNORECASE,
)
_CONDITIONS = ("conditionalAccessPolicy", "conditions")
_EXCEPTIONS = frozenset({"narrowedBy", "excludedUsers"})
"""Facts about Conditional Access policies that take exclusions and narrowing conditions into account."""

_Character = tuple[str, int]
"""The key of a value in the policy file, and how many of its characters stand before the place."""


@dataclass(frozen=True)
class Read:
    """A policy and the file it was read from."""

    policy: Policy
    document: Document
    words: Vocabulary


def suspicions(policy: Policy, document: Document, words: Vocabulary) -> Iterator[Suspicion]:
    """All warnings about one policy, in no order."""
    read = Read(policy, document, words)
    for check in _CHECKS:
        yield from check(read)


def _no_references(read: Read) -> Iterator[Suspicion]:
    if not read.policy.references:
        text = "No page says why this is required."
        yield _at(read, "no-references", ("id", 0), text, "Name one under `references`.")


def _title_period(read: Read) -> Iterator[Suspicion]:
    title: str = read.document.value(("title",)).rstrip()
    if title.endswith(".") and not title.endswith(".."):
        text = "The title ends with a full stop, which reports do not expect."
        yield _at(read, "title-full-stop", ("title", len(title) - 1), text, "Take it out.")


def _other_severity(read: Read) -> Iterator[Suspicion]:
    severity = read.document.value(("severity",))
    for key in ("title", "description", "remediation"):
        for found in _SEVERITY.finditer(read.document.value((key,))):
            said = next(group for group in found.groups() if group).lower()
            if said.removesuffix("rmational") not in (severity, severity[:4]):
                text = f"The text says {quoted(found[0])}, but the severity is {severity}."
                yield _at(read, "severity-contradicted", (key, found.start()), text, "Change one of the two.")


def _null_order(read: Read) -> Iterator[Suspicion]:
    for key, checked in _expressions(read.policy):
        for node in checked.tree.walk():
            if isinstance(node, Call) and node.function in _ORDERS and any(map(_is_null, node.args)):
                sign = node.function.strip("_")
                text = f"{quoted(sign)} with null is an error for every record."
                offset = checked.tree.positions.get(node.id, 0)
                yield _inside(read, "null-ordered", (key, offset), text, "Write `== null` or `!= null`.")


def _is_null(node: object) -> bool:
    return isinstance(node, Const) and node.value is None


def _repeated(read: Read) -> Iterator[Suspicion]:
    seen: dict[str, str] = {}
    for key, checked in _expressions(read.policy):
        start = 0
        for clause in checked.clauses:
            offset = checked.source.index(clause.source, start)
            start = offset + len(clause.source)
            plain = "".join(clause.source.split())
            if plain in seen:
                where = f"in {quoted(seen[plain])}" if seen[plain] != key else "before"
                text = f"{quoted(clause.source)} stands {where} already: here it is always true."
                yield _inside(read, "repeated-condition", (key, offset), text, "Take one of the two out.")
            seen.setdefault(plain, key)


def _reads_no_record(read: Read) -> Iterator[Suspicion]:
    rule = read.policy.body
    resource = read.words.catalogue.get(rule.resource) if isinstance(rule, Rule) else None
    # Of small resources there is often one record, which then stands for the tenant.
    if isinstance(rule, Rule) and resource is not None and not resource.small:
        variable = resource.singular
        if variable not in rule.assertion.variables:
            text = f"The assertion reads nothing of {quoted(variable)}: it is the same for every record."
            hint = f"Read a property of it, or make the policy about `resource: {TENANT}`."
            yield _inside(read, "record-not-read", ("assert", 0), text, hint)


def _exclusions(read: Read) -> Iterator[Suspicion]:
    """One policy that includes everybody is found, and whom it excludes is not asked."""
    rule = read.policy.body
    if not isinstance(rule, Rule) or rule.resource != "conditionalAccessPolicies":
        return
    if not isinstance(rule.require, Some) and not (isinstance(rule.require, Between) and rule.require.minimum):
        return
    found = reads([read.policy])
    names = {name for _, name in found}
    if _CONDITIONS in found and not names & _EXCEPTIONS and not any(name.startswith("exclude") for name in names):
        text = "A Conditional Access policy meets this however many users or applications it excludes."
        hint = "Ask `policy.excludedUsers` and `policy.narrowedBy`, or the properties whose names begin with exclude."
        yield _inside(read, "exclusions-ignored", ("assert", 0), text, hint)


_CHECKS: tuple[Callable[[Read], Iterator[Suspicion]], ...] = (
    _no_references,
    _title_period,
    _other_severity,
    _null_order,
    _repeated,
    _reads_no_record,
    _exclusions,
)


def _expressions(policy: Policy) -> Iterator[tuple[str, Checked]]:
    """Conditions with their keys."""
    if not isinstance(policy.body, Attested):
        if policy.body.where is not None:
            yield "where", policy.body.where
        yield "assert", policy.body.assertion


def _inside(read: Read, name: str, at: _Character, text: str, hint: str) -> Suspicion:
    """A warning about a character of an expression, counted without the white space before it."""
    key, offset = at
    value: str = read.document.value((key,))
    return _at(read, name, (key, len(value) - len(value.lstrip()) + offset), text, hint)


def _at(read: Read, name: str, at: _Character, text: str, hint: str) -> Suspicion:
    key, offset = at
    return Suspicion(read.document.inside((key,), offset, text, hint), name)
