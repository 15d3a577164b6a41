"""``+ - * / %`` and negation: 64-bit integers that fail where they overflow, doubles, and joining of text and lists.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#numeric-values
"""

from __future__ import annotations

import math
import operator

from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.functions.limits import sized_list, sized_text
from scanner.cel.functions.times import add_durations, earlier, later, subtract_durations, subtract_times
from scanner.cel.values import Fault, Uint


def to_int64(value: int) -> int:
    """``value`` as a plain int. Raises Fault where it does not fit into 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise Fault("integer overflow")
    return int(value)


def to_uint64(value: int) -> Uint:
    """``value`` as an unsigned integer. Raises Fault where it is negative or does not fit into 64 bits."""
    if not 0 <= value < 2**64:
        raise Fault("unsigned integer overflow")
    return Uint(value)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise Fault("division by zero")
    quotient = abs(left) // abs(right)  # CEL truncates towards zero, Python floors
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    if right == 0:
        raise Fault("modulus by zero")
    remainder = abs(left) % abs(right)  # CEL's has the sign of the left operand, Python's that of the right
    return -remainder if left < 0 else remainder


def _int_remainder(left: int, right: int) -> int:
    to_int64(_quotient(left, right) if right else 0)  # overflows together with the quotient, as in Google's runtime
    return to_int64(_remainder(left, right))


def _divide_doubles(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    if left == 0.0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _add_text(left: str, right: str) -> str:
    return left + sized_text(right, len(left))


def _add_bytes(left: bytes, right: bytes) -> bytes:
    return left + sized_text(right, len(left))


def _add_lists(left: list[object], right: list[object]) -> list[object]:
    return [*left, *sized_list(right, len(left))]


ARITHMETIC = {
    "_+_": Overloaded(
        {
            ("int", "int"): lambda left, right: to_int64(left + right),
            ("uint", "uint"): lambda left, right: to_uint64(left + right),
            ("double", "double"): operator.add,
            ("string", "string"): _add_text,
            ("bytes", "bytes"): _add_bytes,
            ("list", "list"): _add_lists,
            ("timestamp", "duration"): later,
            ("duration", "timestamp"): lambda left, right: later(right, left),
            ("duration", "duration"): add_durations,
        }
    ),
    "_-_": Overloaded(
        {
            ("int", "int"): lambda left, right: to_int64(left - right),
            ("uint", "uint"): lambda left, right: to_uint64(left - right),
            ("double", "double"): operator.sub,
            ("timestamp", "timestamp"): subtract_times,
            ("timestamp", "duration"): earlier,
            ("duration", "duration"): subtract_durations,
        }
    ),
    "_*_": Overloaded(
        {
            ("int", "int"): lambda left, right: to_int64(left * right),
            ("uint", "uint"): lambda left, right: to_uint64(left * right),
            ("double", "double"): operator.mul,
        }
    ),
    "_/_": Overloaded(
        {
            ("int", "int"): lambda left, right: to_int64(_quotient(left, right)),
            ("uint", "uint"): lambda left, right: to_uint64(_quotient(left, right)),
            ("double", "double"): _divide_doubles,
        }
    ),
    "_%_": Overloaded(
        {
            ("int", "int"): _int_remainder,
            ("uint", "uint"): lambda left, right: to_uint64(_remainder(left, right)),
        }
    ),
    "-_": Overloaded({("int",): lambda value: to_int64(-value), ("double",): operator.neg}),
}
"""Operators by the names that the tree has for them."""
