"""``format``: text with ``%s %d %f %e %b %o %x %X`` and the values of a list put in.

Source: https://github.com/google/cel-spec/blob/master/doc/extensions/strings.md#format, and the runtime where that is
open: ``%d`` of a double writes six digits after the point, ``%s`` of one writes six significant digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from scanner.cel.functions.limits import MAX_TEXT
from scanner.cel.functions.times import duration_text, short_timestamp_text
from scanner.cel.values import TYPE_NAMES, Fault, Value, from_key, kind

_CLAUSE = re.compile(r"%(?:\.(\d*))?(.?)", re.DOTALL)
_MAX_PRECISION = 1000
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def format_text(pattern: str, arguments: Sequence[Value]) -> str:
    """``pattern`` with its clauses replaced, in order, by ``arguments``. Raises Fault where one does not fit."""
    pieces: list[str] = []
    used = end = size = 0
    for clause in _CLAUSE.finditer(pattern):
        pieces.append(pattern[end : clause.start()])
        end = clause.end()
        if clause.group() == "%%":
            pieces.append("%")
            continue
        write = _writer(clause)
        if used == len(arguments):
            raise Fault(f"the text has a clause {clause.group()!r} for which the list has no element")
        pieces.append(write(arguments[used]))
        used += 1
        size += len(pieces[-1])
        if size > MAX_TEXT:
            raise Fault(f"the text would be longer than {MAX_TEXT:,} characters")
    return "".join(pieces) + pattern[end:]


def _writer(clause: re.Match[str]) -> Callable[[Value], str]:
    digits, letter = clause.groups()
    if letter not in _WRITERS or not letter:
        raise Fault(f"the text has the clause {clause.group()!r}; known are %s %d %f %e %b %o %x %X")
    if digits is None:
        precision = 6
    elif not digits or int(digits) > _MAX_PRECISION:
        raise Fault(f"the clause {clause.group()!r} needs a number of digits up to {_MAX_PRECISION} behind the point")
    else:
        precision = int(digits)
    return lambda value: _WRITERS[letter](value, precision)


def _refuse(letter: str, value: Value) -> Fault:
    name = kind(value)
    return Fault(f"the clause %{letter} cannot write a value of type {TYPE_NAMES.get(name, name)}")


def _string(value: Value, precision: int = 6) -> str:
    write = _PLAIN.get(kind(value))
    if write is None:
        raise _refuse("s", value)
    return write(value)


def _map(value: dict[Value, Value]) -> str:
    entries = sorted((_string(from_key(key)), _string(item)) for key, item in value.items())
    return f"{{{', '.join(f'{key}: {item}' for key, item in entries)}}}"


_PLAIN: dict[str, Callable[[Value], str]] = {
    "null": lambda value: "null",
    "bool": lambda value: "true" if value else "false",
    "int": lambda value: str(int(value)),
    "uint": lambda value: str(int(value)),
    "double": lambda value: _special(value) or f"{value:g}",
    "string": str,
    "bytes": lambda value: bytes(value).decode(errors="replace"),
    "list": lambda value: f"[{', '.join(map(_string, value))}]",
    "map": _map,
    "timestamp": short_timestamp_text,
    "duration": duration_text,
    "type": lambda value: str(value.name),
}


def _special(value: float) -> str:
    """How numbers are written that have no digits; "" for all others."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ""


def _number(letter: str, value: Value) -> float:
    if kind(value) in ("int", "uint", "double"):
        return float(value)
    if kind(value) == "string" and value in _SPECIAL:
        return _SPECIAL[value]
    raise _refuse(letter, value)


def _decimal(value: Value, precision: int) -> str:
    if kind(value) in ("int", "uint"):
        return str(int(value))
    if kind(value) == "double":
        return _special(value) or f"{value:f}"
    raise _refuse("d", value)


def _fixed(value: Value, precision: int) -> str:
    number = _number("f", value)
    return _special(number) or f"{number:.{precision}f}"


def _scientific(value: Value, precision: int) -> str:
    number = _number("e", value)
    return _special(number) or f"{number:.{precision}e}"


def _binary(value: Value, precision: int) -> str:
    if kind(value) in ("bool", "int", "uint"):
        return f"{int(value):b}"
    raise _refuse("b", value)


def _octal(value: Value, precision: int) -> str:
    if kind(value) in ("int", "uint"):
        return f"{int(value):o}"
    raise _refuse("o", value)


def _hexadecimal(value: Value, precision: int) -> str:
    match kind(value):
        case "int" | "uint":
            return f"{int(value):x}"
        case "string":
            return str(value).encode(errors="replace").hex()
        case "bytes":
            return bytes(value).hex()
    raise _refuse("x", value)


_WRITERS: dict[str, Callable[[Value, int], str]] = {
    "s": _string,
    "d": _decimal,
    "f": _fixed,
    "e": _scientific,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": lambda value, precision: _hexadecimal(value, precision).upper(),
}
