"""A page as Markdown for GitHub, GitLab and Azure DevOps. Text of policies is shown and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from scanner.docs.blocks import Block, Code, Link, Listing, Page, Paragraph, Table, Words
from scanner.report.markdown import escape_markdown
from scanner.report.safe import printable, printable_lines

MARK = "<!-- Written by `tenantlint docs` from the files of the policies; not to be changed by hand. -->"
"""First line of a page, by which the command knows its own."""
_ADDRESS = "%/:?#@!$&'*+,;=~-._"
"""What stays as it is in an address: neither brackets nor quotes nor spaces."""


def to_markdown(page: Page) -> str:
    """The page, with a newline at its end."""
    return "\n".join(_lines(page))


def _lines(page: Page) -> Iterator[str]:
    yield from (MARK, f"# {escape_markdown(page.title)}", "", *_table(page.about))
    for section in page.sections:
        yield from (f"## {section.title}", "")
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(words):
            yield from (inline(words), "")
        case Listing(text, language):
            fence = "`" * max(3, _longest_run(text) + 1)
            yield from (f"{fence}{language}", printable_lines(text), fence, "")
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    columns = max(map(len, table.rows))
    yield row(*(table.heads or [""] * columns))
    yield "|" + "---|" * columns
    yield from (row(*(inline(cell).replace("\\|", "|") for cell in cells)) for cells in table.rows)
    yield ""


def row(*cells: str) -> str:
    """One row of a table. A bar ends a cell even within code, unless a backslash stands before it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def inline(words: Words) -> str:
    """Words of one line."""
    return "".join(_inline(one) for one in words)


def _inline(word: str | Code | Link) -> str:
    match word:
        case Code(text):
            return code(text)
        case Link(text, to):
            return link(text, to)
    return escape_markdown(word)


def code(text: str) -> str:
    """``text`` as code within a line, whatever backticks are in it."""
    text = printable(text)
    fence = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{space}{text}{space}{fence}"


def link(text: str, to: str) -> str:
    """A link; an address that stands for itself is shown as it is."""
    target = quote(to, safe=_ADDRESS)
    return f"<{target}>" if text == to and to.startswith("https://") else f"[{escape_markdown(text)}]({target})"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
