"""Functions on strings: the standard ones and those of the runtime's strings extension.

Positions and sizes count code points. Source: https://github.com/google/cel-go/tree/master/ext#strings
"""

from __future__ import annotations

from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.functions.formatting import format_text
from scanner.cel.functions.limits import MAX_TEXT, sized_text
from scanner.cel.functions.patterns import matches
from scanner.cel.values import Fault, NoOverload, kind

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""Unicode's White_Space. Python's ``strip()`` takes four control characters more."""
_UPPER = {letter: letter - 32 for letter in range(ord("a"), ord("z") + 1)}
_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
    }
)


def _position(text: str, position: int) -> int:
    if not 0 <= position <= len(text):
        raise Fault(f"position {position} is outside the text, which has {len(text)} characters")
    return position


def _char_at(text: str, position: int) -> str:
    return text[_position(text, position) : position + 1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    return text.find(part, _position(text, start))


def _last_index_of(text: str, part: str, start: int) -> int:
    return text.rfind(part, 0, _position(text, start) + len(part))


def _substring(text: str, start: int, end: int) -> str:
    if _position(text, start) > _position(text, end):
        raise Fault(f"the part would begin at {start}, behind its end at {end}")
    return text[start:end]


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    most = limit if limit >= 0 else len(text) + 1
    if len(separator) > 0:
        return text.split(separator, most - 1)[:most]
    letters = list(text) or [""]
    return letters if most >= len(letters) else [*letters[: most - 1], text[most - 1 :]][:most]


def _replace(text: str, old: str, new: str, limit: int = -1) -> str:
    times = text.count(old) if limit < 0 else min(limit, text.count(old))
    if len(text) + times * (len(new) - len(old)) > MAX_TEXT:
        raise Fault(f"the text would be longer than {MAX_TEXT:,} characters")
    return text.replace(old, new, limit)


def _join(parts: list[str], separator: str = "") -> str:
    for part in parts:
        if kind(part) != "string":
            raise NoOverload(f"a list with an element of type {kind(part)}")
    size = sum(map(len, parts)) + len(separator) * len(parts)
    if size > MAX_TEXT:
        raise Fault(f"the text would be longer than {MAX_TEXT:,} characters")
    return separator.join(parts)


def _quote(text: str) -> str:
    return sized_text(f'"{text.translate(_ESCAPES)}"')


STRINGS = {
    "startsWith": Overloaded({("string", "string"): str.startswith}),
    "endsWith": Overloaded({("string", "string"): str.endswith}),
    "contains": Overloaded({("string", "string"): str.__contains__}),
    "matches": Overloaded({("string", "string"): matches}),
    "charAt": Overloaded({("string", "int"): _char_at}),
    "indexOf": Overloaded({("string", "string"): _index_of, ("string", "string", "int"): _index_of}),
    "lastIndexOf": Overloaded({("string", "string"): str.rfind, ("string", "string", "int"): _last_index_of}),
    "substring": Overloaded(
        {
            ("string", "int"): lambda text, start: _substring(text, start, len(text)),
            ("string", "int", "int"): _substring,
        }
    ),
    "split": Overloaded({("string", "string"): _split, ("string", "string", "int"): _split}),
    "replace": Overloaded({("string", "string", "string"): _replace, ("string", "string", "string", "int"): _replace}),
    "join": Overloaded({("list",): _join, ("list", "string"): _join}),
    "trim": Overloaded({("string",): lambda text: text.strip(_SPACE)}),
    "lowerAscii": Overloaded({("string",): lambda text: text.translate(_LOWER)}),
    "upperAscii": Overloaded({("string",): lambda text: text.translate(_UPPER)}),
    "reverse": Overloaded({("string",): lambda text: text[::-1]}),
    "strings.quote": Overloaded({("string",): _quote}),
    "format": Overloaded({("string", "list"): format_text}),
}
"""Functions by name; the target of a method is the first argument."""
