"""What the fast way writes for functions on values whose types are known: a piece of Python, or a direct call.

Each piece and each function named here raises when an argument is null; ``tests/cel/test_fast.py`` tries them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from scanner.cel.functions.arithmetic import ARITHMETIC
from scanner.cel.functions.strings import STRINGS
from scanner.cel.functions.times import TIMES

PLAIN = frozenset({"bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"})
"""Types of which two values are equal in CEL when they are equal in Python."""

HASHED = PLAIN - {"double"}
"""Types of which a value is in a list in CEL when Python finds it there. Python takes a NaN for equal to itself."""

_Forms: TypeAlias = Mapping[tuple[str, tuple[str, ...]], str]

_ORDER: _Forms = {
    (operator, (name, name)): f"({{0}} {operator.strip('_')} {{1}})"
    for operator in ("_<_", "_<=_", "_>_", "_>=_")
    for name in PLAIN
}
_SIZE: _Forms = {("size", (name,)): "len({0})" for name in ("string", "bytes", "list", "map")}

INLINE: _Forms = {
    **_ORDER,
    **_SIZE,
    ("startsWith", ("string", "string")): "{0}.startswith({1})",
    ("endsWith", ("string", "string")): "{0}.endswith({1})",
    ("contains", ("string", "string")): "({1} in {0})",
}
"""(function, types of its arguments) → Python with the arguments' places in braces."""

DIRECT = frozenset({*ARITHMETIC, *STRINGS, *TIMES}) - {"format"}
"""Functions whose overload can be called without a look at the types, where these are known. ``format`` writes null."""

YES_NO = frozenset(
    {
        *("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "_&&_", "_||_", "!_"),
        *("startsWith", "endsWith", "contains", "matches", "hasValue"),
    }
)
"""Functions that give true or false, never null."""
