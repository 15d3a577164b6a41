"""What an unquoted word of a YAML file means: the core schema of YAML 1.2.

https://yaml.org/spec/1.2.2/#1032-tag-resolution: ``null``, ``true``, ``false`` (three letter cases each), ``~`` and
nothing, integers (also ``0o17`` and ``0x1f``) and decimal numbers; every other word is text. The YAML 1.1 rules that
PyYAML's loaders follow would turn ``no``, ``on``, ``1:30``, ``010`` and ``2026-01-31`` into something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

Scalar: TypeAlias = str | bool | int | float | None

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_INTEGER = 25
"""Characters that hold every 64-bit number; Python refuses to convert thousands of digits."""

KINDS: Mapping[type, str] = {
    str: "str",
    bool: "bool",
    int: "int",
    float: "float",
    type(None): "null",
    dict: "map",
    list: "seq",
}
"""YAML's tag for each type of value."""


def resolve(word: str) -> Scalar:
    """The value of an unquoted word. Raises ValueError, with a sentence, for numbers that JSON or CEL cannot hold."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return _integer(word)
    if _NOT_FINITE.fullmatch(word):
        raise ValueError(f"JSON has no number {word}.")
    if _NUMBER.fullmatch(word):
        number = float(word)
        if abs(number) == float("inf"):
            raise ValueError("The number is too large.")
        return number
    return word


def _integer(word: str) -> int:
    base = {"0o": 8, "0x": 16}.get(word[:2], 10)
    number = int(word, base) if len(word) <= _LONGEST_INTEGER else 2**63
    if not -(2**63) <= number < 2**63:
        raise ValueError("The number does not fit into 64 bits.")
    return number
