"""Policies as text for the terminal: the list, and the page of one policy."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from scanner.model import Severity
from scanner.policy.model import Attested, Between, Every, Never, Policy, Requirement, Rule, Some
from scanner.policy.needs import needs

WIDTH = 80
LABEL = 14


def listing(policies: Sequence[Policy], width: int = WIDTH) -> str:
    """One policy a line: severity, id, title; the worst first."""
    longest = max((len(policy.id) for policy in policies), default=0)
    severity_width = max(len(severity) for severity in Severity)
    lines = []
    for policy in sorted(policies, key=lambda one: (one.severity.rank, one.id)):
        head = f"{policy.severity:<{severity_width}}  {policy.id:<{longest}}  "
        room = max(width - len(head), 20)
        lines.append(head + textwrap.shorten(policy.title, room, placeholder=" …"))
    return "\n".join(lines)


def page(policy: Policy, width: int = WIDTH) -> str:
    """Everything a reader wants to know of one policy."""
    return "\n".join(_page(policy, width)).rstrip()


def _page(policy: Policy, width: int) -> Iterator[str]:
    yield from (policy.title, "=" * min(len(policy.title), width), "")
    yield from _fields(policy)
    yield ""
    yield from _paragraphs("Why", policy.description, width)
    yield from _rule(policy, width)
    yield from _paragraphs("What to do", policy.remediation, width)
    if policy.references:
        yield from ("References", *(f"  {reference}" for reference in policy.references), "")
    yield from _reading(policy)


def _fields(policy: Policy) -> Iterator[str]:
    yield f"{'id':<{LABEL}}{policy.id}"
    yield f"{'severity':<{LABEL}}{policy.severity}"
    if policy.license:
        yield f"{'licence':<{LABEL}}{policy.license}"
    for framework, ids in policy.controls.items():
        yield f"{framework:<{LABEL}}{', '.join(ids)}"
    if policy.tags:
        yield f"{'tags':<{LABEL}}{', '.join(policy.tags)}"
    for param in policy.params.values():
        yield f"{'parameter':<{LABEL}}{param.name} = {_shown(param.value)} ({param.type}): {param.description}"


def _rule(policy: Policy, width: int) -> Iterator[str]:
    match policy.body:
        case Attested(statement, valid_for):
            yield from _paragraphs("Attestation", f"{statement} Valid for {valid_for.days} days.", width)
        case Rule() as rule:
            yield "Rule"
            yield f"  {_requirement(rule.require)} of {rule.resource}"
            if rule.where is not None:
                yield from _source("where", rule.where.source)
            yield from _source("assert", rule.assertion.source)
            yield ""


def _source(label: str, source: str) -> Iterator[str]:
    lines = textwrap.dedent(source).strip().splitlines()
    yield f"  {label:<8}{lines[0]}"
    yield from (f"  {'':<8}{line}" for line in lines[1:])


def _requirement(requirement: Requirement) -> str:
    match requirement:
        case Every():
            return "all"
        case Some():
            return "any"
        case Never():
            return "none"
        case Between(minimum, None):
            return f"at least {minimum}"
        case Between(minimum, maximum):
            return f"{minimum} to {maximum}"


def _paragraphs(title: str, text: str, width: int) -> Iterator[str]:
    yield title
    for paragraph in text.strip().split("\n"):
        if len(paragraph) + 2 <= width or " " not in paragraph.strip():
            yield f"  {paragraph}".rstrip()
        else:
            yield textwrap.fill(paragraph, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
    yield ""


def _reading(policy: Policy) -> Iterator[str]:
    reading = needs(policy)
    if reading:
        yield "Reads"
        for resource, names in reading.items():
            yield f"  {resource}: {', '.join(sorted(names)) or '(how many there are)'}"


def _shown(value: object) -> str:
    return ", ".join(_each(value)) if isinstance(value, tuple) else str(value)


def _each(values: Iterable[object]) -> Iterator[str]:
    return (str(value) for value in values)
