"""Values as YAML that a person likes to read: plain where that is the same value, in quotes where it is not.

Nothing relies on knowing YAML's rules of quoting by heart: each way of writing is read back by the reader of policy
files, and the first that gives the very same value is taken. The last one, double quotes with every unusual character
escaped, always does.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import ProblemsError
from scanner.policy.source import parse

WIDTH = 118
_LONG = 100
"""Characters of a text that still stands on the line of its key."""
_HERE = Path("draft.yaml")
_DATE = re.compile(r"[0-9]{4}-[0-9]")
"""Text to us, and something else to readers of older YAML."""


def prose(key: str, text: str) -> str:
    """``key`` with a text for readers, folded below it: white space counts once, empty lines part paragraphs."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    lines = [_wrapped(part) for part in paragraphs]
    body = "\n\n".join("\n".join(f"  {line}" for line in part) for part in lines)
    written = f"{key}: >\n{body}\n"
    meant = "\n".join(paragraphs) + "\n"
    return written if _reads(written) == {key: meant} else f"{key}: {double_quoted(meant.strip())}\n"


def line(key: str, text: str) -> str:
    """``key`` with a text on one line."""
    for written in (text, f"'{text}'"):
        if _reads(f"{key}: {written}\n") == {key: text}:
            return f"{key}: {written}\n"
    return f"{key}: {double_quoted(text)}\n"


def expression(key: str, text: str) -> str:
    """``key`` with an expression: on one line where it is short, else folded where ``&&`` and ``||`` stand."""
    if len(text) + len(key) <= _LONG and "\n" not in text:
        return line(key, text)
    parts = [part.strip() for part in re.split(r"(?<=&&) |(?<=\|\|) ", text)]
    lines = [row for part in parts for row in _wrapped(part)]
    written = f"{key}: >-\n" + "".join(f"  {row}\n" for row in lines)
    if _reads(written) == {key: text}:
        return written
    return f"{key}: {double_quoted(text)}\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False, break_long_words=False)


def flow(value: object) -> str:
    """A value on one line, as within brackets: ``{id: a, tags: [x]}``."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_word(str(key))}: {flow(part)}" for key, part in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return _word(value)
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


def block(value: object, indent: int) -> Iterator[str]:
    """Lines of a mapping or a list below its key: one line for each part that fits, more for one that does not."""
    margin = " " * indent
    pairs = value.items() if isinstance(value, dict) else ((None, part) for part in _items(value))
    for key, part in pairs:
        head = f"{margin}- " if key is None else f"{margin}{_word(str(key))}: "
        whole = flow(part)
        if len(head) + len(whole) <= WIDTH or not isinstance(part, dict | list) or not part:
            yield head + whole
        elif key is None and isinstance(part, dict):
            first, *rest = block(part, indent + 2)
            yield from (head + first.strip(), *rest)
        else:
            yield head.rstrip()
            yield from block(part, indent + 2)


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _word(text: str) -> str:
    """A text within brackets."""
    plain = bool(text) and not _DATE.match(text) and _reads(f"x: {{{text}: [{text}]}}\n") == {"x": {text: [text]}}
    return text if plain else double_quoted(text)


def double_quoted(text: str) -> str:
    """A text in double quotes; whatever does not simply show is escaped."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _reads(text: str) -> object:
    try:
        return parse(_HERE, text).data
    except ProblemsError:
        return None
