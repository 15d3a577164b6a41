"""The rule of a policy in words and as its file has it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from scanner.cel.types import TENANT
from scanner.collect.catalogue import Resource
from scanner.docs.blocks import Block, Code, Listing, Paragraph, Words
from scanner.policy.document import Document, Steps
from scanner.policy.model import Between, Every, Never, Requirement, Rule, Some


def checked(rule: Rule, document: Document, catalogue: Mapping[str, Resource]) -> Iterator[Block]:
    """What is checked: in words, then the expressions, then what is said of a record that breaks the rule."""
    yield Paragraph(_sentence(rule, catalogue))
    if rule.where is not None:
        yield Paragraph((Code("where"), ":"))
        yield Listing(as_written(document, ("where",)), "cel")
    yield Paragraph((Code("assert"), ":"))
    yield Listing(as_written(document, ("assert",)), "cel")
    if rule.message:
        yield Paragraph(("A finding says:",))
        yield Listing(as_written(document, ("message",)))


def _sentence(rule: Rule, catalogue: Mapping[str, Resource]) -> Words:
    resource = catalogue.get(rule.resource)
    if rule.resource == TENANT or (resource is not None and resource.singleton):
        subject: Words = ("The tenant",) if rule.resource == TENANT else ("The ", Code(rule.resource))
        negated = " may not meet " if rule.require == Never() else " must meet "
        condition: Words = (", where ", Code("where"), " holds,") if rule.where is not None else ()
        return (*subject, *condition, negated, Code("assert"), ".")
    number, verb = _number(rule.require)
    concerned: Words = (" for which ", Code("where"), " holds") if rule.where is not None else ()
    return (f"{number} of ", Code(rule.resource), *concerned, f" {verb} ", Code("assert"), ".")


def _number(requirement: Requirement) -> tuple[str, str]:
    match requirement:
        case Every():
            return "Every record", "must meet"
        case Some():
            return "At least one record", "must meet"
        case Never():
            return "No record", "may meet"
        case Between(minimum, None):
            return f"At least {minimum} records", "must meet"
        case Between(0, maximum):
            return f"At most {maximum} records", "may meet"
    return f"{requirement.minimum} to {requirement.maximum} records", "must meet"


def as_written(document: Document, steps: Steps) -> str:
    """The text under ``steps`` with the line ends that it has in the file, which YAML's ``>`` would fold."""
    value, place = str(document.value(steps)), document.place(steps)
    raw = document.text[place.start : place.end]
    if place.style in (">", "|"):
        raw = raw.partition("\n")[2]
    first, _, rest = raw.partition("\n")
    lines = raw if place.style else f"{first}\n{textwrap.dedent(rest)}"
    written = textwrap.dedent(lines).strip()
    return written if written.split() == value.split() else value.strip()
