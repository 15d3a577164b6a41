"""From a character of a YAML value back to the character of the file that it was written as.

Folding, indentation and quotes change white space only (https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions),
escapes aside. So the visible characters of a value and of its source are the same ones in the same order, and walking
both together finds each; a space belongs right behind the visible character before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEX = {"x": 2, "u": 4, "U": 8}
_BLANK_ESCAPES = frozenset("tnvfr NL_P\t\n\r")
_TAG = re.compile(r"(?:!\S*\s+)+")


def value_indexes(raw: str, style: str, value: str) -> list[int]:
    """For every character of ``value``, and for its end, the index into ``raw`` (the source of the scalar)."""
    visible = iter(list(_visible(raw, style)))
    indexes: list[int] = []
    after = _content_start(raw, style)
    for character in value:
        if character.isspace():
            indexes.append(after)
            after += 1
        else:
            start, after = next(visible, (after, after))
            indexes.append(start)
    return [*indexes, after]


def _content_start(raw: str, style: str) -> int:
    tag = _TAG.match(raw)
    start = tag.end() if tag else 0
    if style in ("|", ">"):
        header = re.compile(r"[^\r\n]*(\r\n|\r|\n)?").match(raw, start)
        return header.end() if header else start
    return start + len(style)


def _visible(raw: str, style: str) -> Iterator[tuple[int, int]]:
    """Start and end, in ``raw``, of each character of the value that is not white space."""
    index = _content_start(raw, style)
    while index < len(raw):
        end = index + 1
        blank = raw[index].isspace()
        if style == '"' and raw[index] == "\\":
            end, blank = _escape(raw, index)
        elif style == "'" and raw[index] == "'":
            end = index + 2
        if not blank:
            yield index, end
        index = end


def _escape(raw: str, index: int) -> tuple[int, bool]:
    """End of the escape sequence at ``index``, and whether it stands for white space."""
    kind = raw[index + 1]
    if kind in _HEX:
        end = index + 2 + _HEX[kind]
        return end, chr(int(raw[index + 2 : end], 16)).isspace()
    return index + 2, kind in _BLANK_ESCAPES
