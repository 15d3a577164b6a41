"""Policies as text for the terminal: the list, and the page of one policy."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.model import Severity
from scanner.policy.model import Attested, Between, Every, Never, Policy, Requirement, Some
from scanner.policy.needs import needs

WIDTH = 80
LABEL = 14
SHORTEST = 20
"""Columns that text gets however narrow the terminal is."""


def listing(policies: Sequence[Policy], width: int | None = None) -> str:
    """Severity, id and title of each, the worst first: one policy a line, or wrapped to ``width`` columns."""
    severity_width = max(len(severity) for severity in Severity)
    ranked = sorted(policies, key=lambda one: (one.severity.rank, one.id))
    return table(
        [(f"{policy.severity:<{severity_width}}  {policy.id}", " ".join(policy.title.split())) for policy in ranked],
        width,
    )


def table(rows: Sequence[tuple[str, str]], width: int | None = None) -> str:
    """Two columns: one row a line, or the second column wrapped so that lines have at most ``width`` columns."""
    longest = max((len(head) for head, _ in rows), default=0)
    heads = [f"{head:<{longest}}  " for head, _ in rows]
    texts = [text for _, text in rows]
    return "\n".join(
        head + text if width is None else _wrapped(head, text, width) for head, text in zip(heads, texts, strict=True)
    )


def page(policy: Policy, width: int = WIDTH, catalogue: Mapping[str, Resource] = BY_NAME) -> str:
    """Everything a reader wants to know of one policy."""
    return "\n".join(_page(policy, width, catalogue)).rstrip()


def _page(policy: Policy, width: int, catalogue: Mapping[str, Resource]) -> Iterator[str]:
    yield from (*textwrap.wrap(policy.title, width), "=" * min(len(policy.title), width), "")
    yield from (_wrapped(f"{label:<{LABEL}}", text, width) for label, text in _fields(policy))
    yield ""
    yield from _paragraphs("Why", policy.description, width)
    yield from _rule(policy, width)
    yield from _paragraphs("What to do", policy.remediation, width)
    if policy.references:
        yield from ("References", *(f"  {reference}" for reference in policy.references), "")
    yield from _reading(policy, width, catalogue)


def _fields(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "id", policy.id
    yield "severity", policy.severity
    if policy.license:
        yield "licence", policy.license
    for framework, ids in policy.controls.items():
        yield framework, ", ".join(ids)
    if policy.tags:
        yield "tags", ", ".join(policy.tags)
    for param in policy.params.values():
        yield "parameter", f"{param.name} = {_shown(param.value)} ({param.type}): {param.description.strip()}"


def _wrapped(head: str, text: str, width: int) -> str:
    """``text`` behind ``head``, on as many lines as it takes; a long word stays whole."""
    room = max(width - len(head), SHORTEST)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return (head + ("\n" + " " * len(head)).join(lines)).rstrip()


def _rule(policy: Policy, width: int) -> Iterator[str]:
    body = policy.body
    if isinstance(body, Attested):
        yield from _paragraphs("Attestation", f"{body.statement} Valid for {body.valid_for.days} days.", width)
        return
    yield "Rule"
    yield f"  {_requirement(body.require)} of {body.resource}"
    if body.where is not None:
        yield from _source("where", body.where.source)
    yield from _source("assert", body.assertion.source)
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
    return f"{requirement.minimum} to {requirement.maximum}"


def _paragraphs(title: str, text: str, width: int) -> Iterator[str]:
    yield title
    for paragraph in text.strip().split("\n"):
        if len(paragraph) + 2 <= width or " " not in paragraph.strip():
            yield f"  {paragraph}".rstrip()
        else:
            yield _filled(paragraph, width, "  ")
    yield ""


def _reading(policy: Policy, width: int, catalogue: Mapping[str, Resource]) -> Iterator[str]:
    reading = needs(policy, catalogue)
    if reading:
        yield "Reads"
        for resource, names in reading.items():
            text = f"{resource}: {', '.join(sorted(names)) or '(how many there are)'}"
            yield _filled(text, width, "    ")


def _filled(text: str, width: int, indent: str) -> str:
    """Two columns in, lines after the first as far as ``indent``; addresses and commands stay whole."""
    return textwrap.fill(
        text,
        width,
        initial_indent="  ",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shown(value: object) -> str:
    return ", ".join(_each(value)) if isinstance(value, tuple) else str(value)


def _each(values: Iterable[object]) -> Iterator[str]:
    return (str(value) for value in values)
