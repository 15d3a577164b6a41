"""A comparison as text, as Markdown for a ticket or a pull request, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping

from scanner.compare.comparison import Change, Comparison
from scanner.compare.words import HEADINGS, by_policy, name, policy_line, sides, summary, told
from scanner.report.markdown import escape_markdown
from scanner.report.safe import printable, to_json
from scanner.report.words import counted

WIDTH = 80


def to_text(comparison: Comparison, width: int = WIDTH) -> str:
    """For a terminal: what is new first; what is still there is only counted."""
    return "\n".join(line for depth, text in _lines(comparison) for line in _wrapped(depth, text, width)) + "\n"


def _lines(comparison: Comparison) -> Iterator[tuple[int, str]]:
    tenant = printable(comparison.tenant_name or comparison.tenant_id)
    yield 0, f"{tenant}: {summary(comparison)}"
    yield from ((2, side) for side in sides(comparison))
    yield from ((2, f"Note: {printable(note)}") for note in comparison.notes)
    for change, heading in HEADINGS.items():
        found = comparison.of(change)
        if change is Change.SAME or not found:
            continue
        yield from ((0, ""), (0, heading))
        for head, group in by_policy(found):
            yield 2, head
            for one in group:
                yield 4, f"- {name(one)}"
                yield from ((6, text) for text in told(one))
    if comparison.policies:
        yield from ((0, ""), (0, "Policies"))
        yield from ((2, policy_line(one)) for one in comparison.policies)
    still = comparison.of(Change.SAME)
    if still:
        yield from ((0, ""), (0, f"Still there: {counted(len(still), 'finding')}, not listed."))


def _wrapped(depth: int, text: str, width: int) -> list[str]:
    hang = " " * (depth + 2)
    return textwrap.wrap(
        text, max(width, 40), initial_indent=" " * depth, subsequent_indent=hang, break_on_hyphens=False
    ) or [""]


def to_markdown(comparison: Comparison, _width: int = WIDTH) -> str:
    """For a ticket or a pull request: GitHub's and Azure DevOps' Markdown. Text of the tenant is escaped throughout."""
    return "\n".join(_markdown(comparison)) + "\n"


def _markdown(comparison: Comparison) -> Iterator[str]:
    yield from (f"## {escape_markdown(comparison.tenant_name or comparison.tenant_id)}: {summary(comparison)}", "")
    yield from (f"- {escape_markdown(side)}" for side in sides(comparison))
    yield from (f"- Note: {escape_markdown(note)}" for note in comparison.notes)
    for change, heading in HEADINGS.items():
        found = comparison.of(change)
        if change is Change.SAME or not found:
            continue
        yield from ("", f"### {heading}", "")
        for head, group in by_policy(found):
            yield f"- **{escape_markdown(head)}**"
            for one in group:
                yield f"  - {escape_markdown(name(one))}"
                yield from (f"    - {escape_markdown(text)}" for text in told(one))
    if comparison.policies:
        yield from ("", "### Policies", "")
        yield from (f"- {escape_markdown(policy_line(one))}" for one in comparison.policies)
    still = comparison.of(Change.SAME)
    if still:
        yield from ("", f"Still there: {counted(len(still), 'finding')}, not listed.")


def render_json(comparison: Comparison, _width: int = WIDTH) -> str:
    """Everything, what is still there included; ``schemas/comparison.schema.json``."""
    return to_json({"version": 1, **{field: getattr(comparison, field) for field in comparison.__struct_fields__}})


FORMS: Mapping[str, Callable[[Comparison, int], str]] = {
    "text": to_text,
    "json": render_json,
    "markdown": to_markdown,
}
"""The forms that ``tenantlint diff --format`` knows."""
