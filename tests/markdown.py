"""Markdown as its readers see it."""

from __future__ import annotations

from markdown_it import MarkdownIt

HARMLESS = frozenset(
    {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "inline", "text"}
    | {"strong", "softbreak", "hardbreak"}
)
"""Kinds of what our own Markdown is made of."""


def does_nothing(report: str) -> None:
    """Fails where the text is more than headings, lists, tables and bold words: a link, an image, HTML, code."""
    waiting = list(MarkdownIt("gfm-like", {"linkify": False}).parse(report))
    while waiting:
        token = waiting.pop()
        kind = token.type.removesuffix("_open").removesuffix("_close")
        assert kind in HARMLESS, (token.type, token.content)
        waiting.extend(token.children or ())
