"""``int() uint() double() string() bytes() bool() timestamp() duration() dyn() type()``.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

from scanner.cel.functions.arithmetic import to_int64, to_uint64
from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.functions.times import (
    duration_of_text,
    duration_text,
    seconds_since_epoch,
    timestamp_of_int,
    timestamp_of_text,
    timestamp_text,
)
from scanner.cel.values import Fault, Uint, Value, type_of

_WHOLE = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_DOUBLE = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)", re.ASCII | re.IGNORECASE)
_BOOLS = {
    **dict.fromkeys(("1", "t", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "false", "FALSE", "False"), False),
}


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Fault(f"{text!r} is no whole number")
    return int(text)


def _truncate(value: float, fits: bool) -> int:
    if not fits:
        raise Fault(f"{double_text(value)} is out of range")
    return int(value)


def _double_of_text(text: str) -> float:
    if not _DOUBLE.fullmatch(text):
        raise Fault(f"{text!r} is no number")
    return float(text)


def double_text(value: float) -> str:
    """As few digits as tell the number from all others; with an exponent below 1e-4 and from 1e6."""
    if math.isnan(value) or math.isinf(value):
        return str(value)
    number = Decimal(repr(value)).normalize()
    exponent = number.adjusted()
    if -5 < exponent < 6:
        return f"{number:f}"
    first, *others = map(str, number.as_tuple().digits)
    return f"{'-' if value < 0 else ''}{'.'.join((first, ''.join(others))).rstrip('.')}e{exponent:+03}"


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Fault("the bytes are no UTF-8 text") from None


def _text_bytes(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise Fault("the text has half of a surrogate pair") from None


def _bool_of_text(text: str) -> bool:
    if text not in _BOOLS:
        raise Fault(f"{text!r} is neither true nor false")
    return _BOOLS[text]


def _same(value: Value) -> Value:
    return value


_INT = 2**63
_UINT = 2**64

CONVERSIONS: dict[str, Callable[..., Value]] = {
    "int": Overloaded(
        {
            ("int",): _same,
            ("uint",): to_int64,
            ("double",): lambda value: _truncate(value, -_INT < value < _INT),
            ("string",): lambda text: to_int64(_whole(text)),
            ("timestamp",): seconds_since_epoch,
        }
    ),
    "uint": Overloaded(
        {
            ("uint",): _same,
            ("int",): to_uint64,
            ("double",): lambda value: Uint(_truncate(value, 0 <= value < _UINT)),
            ("string",): lambda text: to_uint64(_whole(text)),
        }
    ),
    "double": Overloaded({("double",): _same, ("int",): float, ("uint",): float, ("string",): _double_of_text}),
    "string": Overloaded(
        {
            ("string",): _same,
            ("int",): str,
            ("uint",): lambda value: str(int(value)),
            ("double",): double_text,
            ("bool",): lambda value: "true" if value else "false",
            ("bytes",): _bytes_text,
            ("timestamp",): timestamp_text,
            ("duration",): duration_text,
        }
    ),
    "bytes": Overloaded({("bytes",): _same, ("string",): _text_bytes}),
    "bool": Overloaded({("bool",): _same, ("string",): _bool_of_text}),
    "timestamp": Overloaded({("timestamp",): _same, ("string",): timestamp_of_text, ("int",): timestamp_of_int}),
    "duration": Overloaded({("duration",): _same, ("string",): duration_of_text}),
    "dyn": _same,
    "type": type_of,
}
"""Functions by name."""
