"""An explanation as text: the verdict, the rule as a tree with the value of each part, what it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from scanner.cel.trace import Part
from scanner.explain.explanation import Explained, Explanation, Source, UsedFact
from scanner.model import Outcome
from scanner.policy.model import Attested
from scanner.report.safe import cut, printable
from scanner.report.words import MESSAGE, clause, counted, details, label, remedy, status_name, value

SHOWN = 10
"""Records that are told of a policy when none is named."""


def render(explanation: Explanation, width: int = 80) -> str:
    """Lines of at most ``width`` columns."""
    return "\n".join(line for depth, text in _lines(explanation) for line in _wrapped(depth, text, width)) + "\n"


def _wrapped(depth: int, text: str, width: int) -> list[str]:
    room = max(width, 40 + depth)
    return textwrap.wrap(
        text, room, initial_indent=" " * depth, subsequent_indent=" " * (depth + 4), break_on_hyphens=False
    ) or [""]


def _lines(explanation: Explanation) -> Iterator[tuple[int, str]]:
    policy, result = explanation.policy, explanation.result
    yield 0, f"{printable(policy.title)} ({printable(policy.id)})"
    yield 0, f"{status_name(result.status).upper()}: {printable(result.summary)}"
    if not explanation.records:
        yield from ((2 + line.depth, line.text) for line in details(result, SHOWN))
    for one in explanation.records:
        yield 0, ""
        yield from _record(one, explanation)
    if isinstance(policy.body, Attested):
        yield 2, f"Statement: {printable(policy.body.statement)}"
    if explanation.facts:
        yield from ((0, ""), (0, "Facts"))
        for fact in explanation.facts:
            yield from _fact(fact)
    if explanation.sources:
        taken = printable(explanation.collected_at) or "a time that is not told"
        yield from ((0, ""), (0, f"Rests on the snapshot of {taken}"))
        for source in explanation.sources:
            yield from _source(source)
    yield 0, ""
    yield from ((line.depth, line.text) for line in remedy(result))


def _record(one: Explained, explanation: Explanation) -> Iterator[tuple[int, str]]:
    yield 0, f"Record: {label(one.record)}"
    if one.misfit:
        yield 2, f"It cannot be judged: {printable(one.misfit)}."
    if one.where is not None:
        yield 2, "where: is the policy about it?"
        yield from _part(one.where, 4)
        if one.where.value is False and not one.where.error:
            yield 2, "The policy is not about this record."
            return
    yield 2, "assert: does it hold?"
    yield from _part(one.assertion, 4)
    found = [finding for finding in explanation.result.findings if finding.id == one.finding]
    for finding in found:
        yield 2, f"Finding {finding.id}: {cut(printable(finding.message), MESSAGE)}"
        if finding.waived is not None:
            yield 2, f"Waived until {printable(finding.waived.expires)}: {printable(finding.waived.reason)}"


def _part(part: Part, depth: int) -> Iterator[tuple[int, str]]:
    """A part that is true or false begins with that, any other ends with its value."""
    source = clause(part.text)
    if part.error:
        said = f"{source}: {printable(part.error)}"
    elif isinstance(part.value, bool):
        said = f"{'yes' if part.value else 'no '}  {source}"
    else:
        said = f"{source} = {value(part.value)}"
    given = ", ".join(f"{printable(name)} = {value(found)}" for name, found in part.given.items())
    yield depth, f"{said}  [{given}]" if given else said
    for inner in part.parts:
        yield from _part(inner, depth + 2)


def _fact(fact: UsedFact) -> Iterator[tuple[int, str]]:
    yield 2, f"{fact.name}: {fact.description}"
    if fact.made_from:
        yield 6, f"Made from {', '.join(fact.made_from)}."


def _source(source: Source) -> Iterator[tuple[int, str]]:
    if source.outcome is Outcome.COLLECTED:
        yield 2, f"{printable(source.name)}: {counted(source.records, 'record')}{_permission(source)}"
    else:
        why = f": {printable(source.reason)}" if source.reason else ""
        yield 2, f"{printable(source.name)}: {source.outcome}{why}{_permission(source)}"
    for request in source.requests[:SHOWN]:
        yield 6, printable(request).replace(",", ", ").replace("&", " &")  # so that lines end between properties
    if len(source.requests) > SHOWN:
        yield 6, f"and {counted(len(source.requests) - SHOWN, 'more request')}"


def _permission(source: Source) -> str:
    return f", read with {printable(' and '.join(source.permissions))}" if source.permissions else ""
