"""What the page of a policy is made of, whatever it is rendered as: sections of paragraphs, code and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Code:
    """A name or expression within a line."""

    text: str


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere."""

    text: str
    to: str
    """An address that begins with https://, or the path of a file relative to the page."""


Words: TypeAlias = tuple[str | Code | Link, ...]
"""One line; plain text is shown as it is, whatever marks are in it."""


@dataclass(frozen=True)
class Paragraph:
    """Words that are wrapped."""

    words: Words


@dataclass(frozen=True)
class Listing:
    """Lines that are kept as they are: an expression, a request, a part of a file."""

    text: str
    language: str = ""
    """As highlighters name it: ``yaml``."""


@dataclass(frozen=True)
class Table:
    """Rows of cells; without heads a list of names and values."""

    rows: tuple[tuple[Words, ...], ...]
    heads: tuple[str, ...] = ()


Block: TypeAlias = Paragraph | Listing | Table


@dataclass(frozen=True)
class Section:
    """Blocks below a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """All there is to say of one policy."""

    title: str
    about: Table
    sections: tuple[Section, ...]


def plain(words: Words) -> str:
    """The words alone: where text cannot be code or a link."""
    return "".join(one if isinstance(one, str) else one.text for one in words)
