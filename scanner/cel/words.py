"""CEL's functions by name, and its types in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.cel.tokens import split_outside

MACROS = frozenset({"all", "exists", "exists_one", "filter", "map", "optMap", "optFlatMap"})
"""Written ``list.macro(variable, expression)``."""

METHODS = MACROS | {
    *("contains", "endsWith", "matches", "size", "startsWith"),
    *("getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours"),
    *("getMilliseconds", "getMinutes", "getMonth", "getSeconds"),
    *("charAt", "format", "indexOf", "join", "lastIndexOf", "lowerAscii", "replace", "reverse", "split"),
    *("substring", "trim", "upperAscii"),
    *("first", "hasValue", "last", "or", "orValue", "value"),
}
"""Written ``value.method()``. Sources: https://github.com/google/cel-spec/blob/master/doc/langdef.md and
https://github.com/google/cel-cpp/tree/master/extensions (strings, optional types)."""

GLOBALS = frozenset(
    {
        *("bool", "bytes", "double", "duration", "dyn", "has", "int", "matches", "size", "string", "timestamp"),
        *("type", "uint", "optional.none", "optional.of", "optional.ofNonZeroValue", "strings.quote"),
    }
)
"""Written ``function(value)``."""

ELSEWHERE: Mapping[str, str] = {
    "any": "`list.exists(x, …)`",
    "count": "`size(list.filter(x, …))`",
    "date": '`timestamp("2026-01-31T00:00:00Z")`',
    "empty": "`size(value) == 0`",
    "every": "`list.all(x, …)`",
    "includes": '`"value" in list`, or `text.contains("part")`',
    "isblank": "`size(value) == 0`",
    "isempty": "`size(value) == 0`",
    "isnull": "`value == null`",
    "isnullorempty": "`value == null`",
    "len": "`size(value)`",
    "length": "`size(value)`",
    "like": '`text.contains("part")` or `text.matches("pattern")`',
    "lower": "`text.lowerAscii()`",
    "not": "`!value`",
    "now": "`now`, without parentheses",
    "one": "`list.exists_one(x, …)`",
    "regex": '`text.matches("pattern")`',
    "some": "`list.exists(x, …)`",
    "strip": "`text.trim()`",
    "strlen": "`size(value)`",
    "tolower": "`text.lowerAscii()`",
    "tolowercase": "`text.lowerAscii()`",
    "toupper": "`text.upperAscii()`",
    "touppercase": "`text.upperAscii()`",
    "upper": "`text.upperAscii()`",
}
"""What other languages call it, in small letters, and how CEL says it."""

_WORD_OF: Mapping[str, str] = {
    "bool": "a yes/no value",
    "int": "a whole number",
    "uint": "an unsigned whole number",
    "double": "a decimal number",
    "string": "text",
    "bytes": "bytes",
    "null_type": "null",
    "dyn": "a value of any type",
    "timestamp": "a date and time",
    "google.protobuf.Timestamp": "a date and time",
    "duration": "a duration",
    "google.protobuf.Duration": "a duration",
}


def in_words(type_text: str) -> str:
    """A type as the runtime writes it (``list(wrapper(string))``) in words (``a list of text``)."""
    name, parameters = outer(type_text)
    if type_text in _WORD_OF:
        return _WORD_OF[type_text]
    if name == "wrapper":
        return in_words(parameters[0])
    if name == "list":
        return f"a list of {_plural(parameters[0])}"
    if name == "map":
        return "a map"
    if name == "optional_type":
        return f"an optional value ({in_words(parameters[0])})"
    if name == "type":
        return "a type"
    if type_text.startswith("graph."):
        return f"a whole `{type_text.removeprefix('graph.')}` record"
    return f"`{type_text}`"


def _plural(type_text: str) -> str:
    name, _ = outer(type_text)
    if type_text.startswith("graph."):
        return f"`{type_text.removeprefix('graph.')}` records"
    if name in ("list", "map"):
        return f"{name}s"
    return {"int": "whole numbers", "double": "decimal numbers", "dyn": "values", "bool": "yes/no values"}.get(
        type_text, in_words(type_text)
    )


def outer(type_text: str) -> tuple[str, tuple[str, ...]]:
    """``map(string, list(int))`` as ``map`` and its two parameters."""
    name, opening, rest = type_text.partition("(")
    return name, tuple(split_outside(rest.removesuffix(")"), ",")) if opening else ()
