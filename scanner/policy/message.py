"""Messages with expressions in braces: ``{user.displayName} signs in as {user.userPrincipalName}``.

A brace that is meant as such is written twice, ``{{`` or ``}}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEXT = re.compile(r"(?:[^{}]|\{\{|\}\})+")
_QUOTED = re.compile(
    r'''[rR]?"""(?:[^\\]|\\.)*?"""|[rR]?\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*\'''', re.DOTALL
)


@dataclass(frozen=True)
class Part:
    """A stretch of text, or an expression, and where it begins in the message."""

    text: str
    start: int
    is_expression: bool = False


class MessageError(ValueError):
    """A brace that does not fit, at ``offset`` characters into the message."""

    def __init__(self, offset: int, text: str, hint: str) -> None:
        self.offset = offset
        self.hint = hint
        super().__init__(text)


def split(message: str) -> list[Part]:
    """The parts of a message, in order. Raises MessageError."""
    parts: list[Part] = []
    index = 0
    while index < len(message):
        if text := _TEXT.match(message, index):
            parts.append(Part(text[0].replace("{{", "{").replace("}}", "}"), index))
            index = text.end()
        elif message[index] == "}":
            raise MessageError(index, "A brace is closed that was not opened.", "Write a brace in the text as }}.")
        else:
            end = _end(message, index)
            parts.append(_expression(message, index, end))
            index = end + 1
    return parts


def _expression(message: str, start: int, end: int) -> Part:
    inner = message[start + 1 : end]
    if not inner.strip():
        raise MessageError(start, "There is no expression between the braces.", "Write a brace in the text as {{.")
    leading = len(inner) - len(inner.lstrip())
    return Part(inner.strip(), start + 1 + leading, is_expression=True)


def _end(message: str, start: int) -> int:
    """Index of the brace that closes the one at ``start``. Braces of maps and inside of quotes do not count."""
    depth = 0
    index = start
    while index < len(message):
        if quote := _QUOTED.match(message, index):
            index = quote.end()
            continue
        depth += {"{": 1, "}": -1}.get(message[index], 0)
        if depth == 0:
            return index
        index += 1
    raise MessageError(start, "The brace is not closed.", "Write a brace in the text as {{.")
