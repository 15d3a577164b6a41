"""What to write instead, for values of types that do not go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.cel.words import MACROS, outer

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})

_LIST_HAS = 'Write `"value" in list` to ask whether a list has a value.'
_LIST_NULL = "A list is never null; write `size(list) == 0`."
_MOMENT = 'Write `timestamp("2026-01-31T00:00:00Z")` for a moment.'
_SPAN = 'Write `duration("720h")` for a length of time: h, m and s; 720h are 30 days.'
_TEXT_NUMBER = "Numbers are written without quotes; `int(text)` and `string(number)` convert."
_TEXT_BOOL = "Yes/no values are `true` and `false`, without quotes."
_DECIMAL = "Write `double(number)`, or a whole number without a point."

_OF_TYPES: Sequence[tuple[str, frozenset[str], str]] = (
    ("contains", frozenset({"list", "string"}), _LIST_HAS),
    ("==", frozenset({"list", "string"}), _LIST_HAS),
    ("!=", frozenset({"list", "string"}), _LIST_HAS),
    ("==", frozenset({"list", "null_type"}), _LIST_NULL),
    ("!=", frozenset({"list", "null_type"}), _LIST_NULL),
    ("in", frozenset({"string"}), 'Write `text.contains("part")`.'),
    ("", frozenset({"timestamp", "string"}), _MOMENT),
    ("", frozenset({"timestamp", "int"}), _MOMENT),
    ("", frozenset({"duration", "int"}), _SPAN),
    ("", frozenset({"duration", "string"}), _SPAN),
    ("", frozenset({"string", "int"}), _TEXT_NUMBER),
    ("", frozenset({"bool", "string"}), _TEXT_BOOL),
    ("", frozenset({"int", "double"}), _DECIMAL),
)
"""Function or operator (empty for any comparison, plus and minus), the kinds of its values, and what to write."""

_USAGE: Mapping[str, str] = {
    "contains": 'Write `text.contains("part")`.',
    "endsWith": 'Write `text.endsWith("part")`.',
    "format": 'Write `"%s and %s".format([first, second])`.',
    "join": 'Write `list.join(", ")`.',
    "matches": 'Write `text.matches("pattern")`.',
    "size": "`size(…)` counts the items of a list or the characters of a text.",
    "startsWith": 'Write `text.startsWith("part")`.',
    "substring": "Write `text.substring(start, end)`, counted from 0.",
    "timestamp": _MOMENT,
    "duration": _SPAN,
    **{macro: f"Write `list.{macro}(x, …)`, with `x` for the item." for macro in MACROS},
}


def usage(function: str) -> str:
    """How a function is written; an empty string where there is no more to say."""
    return _USAGE.get(function, "")


def hint_for(function: str, given: Sequence[str]) -> str:
    """What to write where a function or operator does not take values of the types ``given``."""
    kinds = frozenset(_kind(one) for one in given)
    names = ("", function) if function in COMPARISONS | {"+", "-"} else (function,)
    return next((hint for name, needed, hint in _OF_TYPES if name in names and needed == kinds), usage(function))


def _kind(type_text: str) -> str:
    name, parameters = outer(type_text)
    if name == "wrapper":
        return parameters[0]
    return name.removeprefix("google.protobuf.").casefold() if name.startswith("google.") else name
