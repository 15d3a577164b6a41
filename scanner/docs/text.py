"""A page as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from scanner.docs.blocks import Block, Listing, Page, Paragraph, Table, plain
from scanner.policy.pages import WIDTH, table

_INDENT = "  "


def to_text(page: Page, width: int = WIDTH) -> str:
    """The page in lines of at most ``width`` columns, but for code and what has no space in it."""
    return "\n".join(_lines(page, width)).rstrip()


def _lines(page: Page, width: int) -> Iterator[str]:
    yield from textwrap.wrap(page.title, width, break_on_hyphens=False, break_long_words=False)
    yield from ("=" * min(len(page.title), width), "")
    yield from _table(page.about, width, "")
    for section in page.sections:
        yield from ("", section.title)
        for before, block in zip((None, *section.blocks), section.blocks, strict=False):
            if isinstance(before, Table) and isinstance(block, Table):
                yield ""
            yield from _block(block, width)


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Paragraph(words):
            yield _filled(plain(words), width)
        case Listing(text):
            yield textwrap.indent(text, _INDENT * 2)
        case Table():
            yield from _table(block, width, _INDENT)


def _table(block: Table, width: int, indent: str) -> Iterator[str]:
    """The first cell beside the others, below their heads."""
    rows = [(plain(first), "; ".join(map(plain, others))) for first, *others in block.rows]
    if block.heads:
        first, *others = block.heads
        rows.insert(0, (first.upper(), "; ".join(others).upper()))
    yield textwrap.indent(table(rows, width - len(indent)), indent)


def _filled(text: str, width: int) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
