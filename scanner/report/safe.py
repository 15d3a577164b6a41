"""Makes text from a tenant safe to show: what could steer a terminal or deceive a reader is shown as an escape.

Names in a tenant are chosen by others. An ANSI escape recolours or hides lines on a terminal, a bidirectional
override makes a name read as another, an invisible character makes two names look the same, and some characters make
an XML file unreadable. Every format passes every text through here.

Shown as escapes: controls (C0, DEL, C1), line and paragraph separators, bidirectional controls and marks, characters
that have no shape of their own, lone surrogates, and noncharacters of the basic plane, which XML forbids. The joiners
U+200C and U+200D and the variation selectors stay: Persian, Indian scripts, Japanese and emoji need them. The ranges
are listed rather than asked of ``unicodedata``, so that every Python gives the same report.
https://www.unicode.org/reports/tr36/ https://www.w3.org/TR/xml/#charsets
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
_UNSAFE_BUT_NEWLINE = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

NAME = 256
"""Characters of a name that are shown: Graph allows a displayName of 256."""
VALUE = 300
"""Characters of a value that are shown."""


def printable(text: str) -> str:
    """``text`` on one line, harmless to terminals, XML and readers: ``\\u202e``, ``\\x1b``, ``\\n`` for the rest."""
    return _UNSAFE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """As ``printable``, newlines kept."""
    return _UNSAFE_BUT_NEWLINE.sub(_escape, text)


def cut(text: str, limit: int) -> str:
    """``text``, or its beginning with the number of characters left out, together at most ``limit`` characters."""
    if len(text) <= limit:
        return text
    note = f"… (+{len(text):,} characters)"  # as long as the final note, or a little longer
    kept = max(limit - len(note), 0)
    return f"{text[:kept]}… (+{len(text) - kept:,} characters)"


def to_json(value: Any) -> str:
    """``value`` (structs, dicts, lists, scalars) as indented JSON that any parser reads and any terminal shows.

    What ``printable`` would replace is written as JSON's own escape, which is the same text to a parser. Only lone
    surrogates, which JSON cannot carry, become visible text; numbers that are not finite become text too.
    """
    encoded = msgspec.json.encode(_plain(msgspec.to_builtins(value)))
    return _UNSAFE_BUT_NEWLINE.sub(_json_escape, msgspec.json.format(encoded, indent=2).decode()) + "\n"


def to_line(value: Any) -> str:
    """``value`` as ``to_json`` has it, on one line."""
    encoded = msgspec.json.encode(_plain(msgspec.to_builtins(value)))
    return _UNSAFE_BUT_NEWLINE.sub(_json_escape, encoded.decode()) + "\n"


def _plain(value: Any) -> Any:
    match value:
        case str():
            return _SURROGATE.sub(_escape, value)
        case float() if not math.isfinite(value):
            return str(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {_plain(key): _plain(item) for key, item in value.items()}
    return value


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
