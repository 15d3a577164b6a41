"""Values of expressions for one row of which some columns are known: the value, or why it is not known.

Conditions follow Kleene's logic: a part that is not known matters only where the others do not decide.
"""

from __future__ import annotations

from datetime import timedelta

from scanner.tenant.monitoring.kql.functions import call
from scanner.tenant.monitoring.kql.known import INGESTED, Moment, Rows, Scope, Truth, Unknown, Value
from scanner.tenant.monitoring.kql.strings import Undecided, compare
from scanner.tenant.monitoring.kql.syntax import (
    Among,
    And,
    Call,
    Compared,
    Literal,
    Name,
    Opaque,
    Or,
    Path,
    Scalar,
    Sum,
    Values,
)

_BY_EACH = {"in": "==", "in~": "=~", "has_any": "has", "has_all": "has"}
"""Comparisons with a list, by the comparison that each of its values is put to."""

_LONGEST = timedelta(days=366_000)
_LARGEST = 10**18


def evaluate(node: Scalar, scope: Scope) -> Value:
    """The value of an expression; raises ``Broken`` where the query fails."""
    match node:
        case Literal(value):
            return value
        case Values(items):
            return items
        case Name(text):
            return scope.value(text)
        case Opaque(text):
            return Unknown(text)
        case And(parts):
            return _all([truth(part, scope) for part in parts])
        case Or(parts):
            return _any([truth(part, scope) for part in parts])
        case _:
            return _composed(node, scope)


def truth(node: Scalar, scope: Scope) -> Truth:
    """Whether a condition holds; raises ``Broken`` where the query fails."""
    value = evaluate(node, scope)
    return value if isinstance(value, bool | Unknown) else Unknown("a condition that is no comparison")


def _composed(node: Path | Call | Compared | Among | Sum, scope: Scope) -> Value:
    match node:
        case Path(base, steps):
            return _within(base, steps, scope)
        case Call("ingestion_time", ()):
            return scope.columns.get(INGESTED, Unknown("ingestion_time() here"))
        case Call(function, arguments):
            return call(function, tuple(evaluate(one, scope) for one in arguments))
        case Compared(operator, left, right):
            return compared(operator, evaluate(left, scope), evaluate(right, scope))
        case Among(operator, left, items):
            return _among(operator, evaluate(left, scope), [evaluate(item, scope) for item in items])
        case Sum(first, others):
            return _sum(evaluate(first, scope), [(sign, evaluate(one, scope)) for sign, one in others])


def _within(base: Scalar, steps: tuple[str | int, ...], scope: Scope) -> Value:
    """A part of a value. The parts of columns that are known stand among the columns, as ``Status.errorCode``."""
    if isinstance(base, Name):
        path = ".".join((base.text, *map(str, steps)))
        if base.text in scope.columns and path in scope.columns:
            return scope.columns[path]
    value = evaluate(base, scope)
    match value, steps:
        case tuple(), (int(index),) if index < len(value):
            return value[index]
        case Unknown(), _:
            return value
        case _:
            return Unknown(f"the part {'.'.join(map(str, steps))!r} of a value")


def _all(parts: list[Truth]) -> Truth:
    """Whether all hold. One that is not true of every sign-in keeps all of them from being so."""
    if False in parts:
        return False
    unknown = [part for part in parts if isinstance(part, Unknown)]
    return next((part for part in unknown if part.varies), unknown[0] if unknown else True)


def _any(parts: list[Truth]) -> Truth:
    if True in parts:
        return True
    unknown = [part for part in parts if isinstance(part, Unknown)]
    if len(unknown) == 1:
        return unknown[0]
    return Unknown(unknown[0].reason) if unknown else False


def compared(operator: str, left: Value, right: Value) -> Truth:
    """``left operator right``."""
    match left, right:
        case (Unknown() as unknown, other) | (other, Unknown() as unknown):
            return _unknown(operator, unknown, other)
        case str(), str():
            return _decided(operator, left, right)
        case (Rows(), _) | (_, Rows()):
            return _counted(operator, left, right)
        case Moment(), Moment():
            return _ordered_times(operator, left, right)
        case (bool(first), bool(second)) | (timedelta() as first, timedelta() as second):
            return _ordered(operator, first, second)
        case _:
            return _numeric(operator, left, right)


def _unknown(operator: str, unknown: Unknown, other: Value) -> Unknown:
    """Equality with a text is not true of every sign-in, where the value differs from one to the next."""
    is_equality = operator in ("==", "=~") and isinstance(other, str) and other != ""
    return Unknown(unknown.reason, unknown.varies and is_equality)


def _decided(operator: str, left: str, right: str) -> Truth:
    try:
        return compare(operator, left, right)
    except Undecided as reason:
        return Unknown(str(reason))


def _counted(operator: str, left: Value, right: Value) -> Truth:
    """A comparison with a number of rows, which holds for more rows too; one that is too few for it now may do then."""
    if not isinstance(left, Rows) or not isinstance(right, int | float) or isinstance(right, bool):
        return Unknown("a number of rows in an unusual comparison")
    found = _ordered(operator, left.number, right)
    if left.number == 0:
        return found
    if operator in (">", ">=") or (operator in ("!=", "<>") and right == 0):
        return found if found is not False else Unknown("one sign-in is too few", varies=True)
    return Unknown("a number of rows in an unusual comparison")


def _ordered_times(operator: str, left: Moment, right: Moment) -> Truth:
    """``left > right`` is: ``left`` is less long ago."""
    if operator in ("<", "<="):
        left, right = right, left
    elif operator not in (">", ">="):
        return Unknown("a comparison of times for equality")
    if left.most + left.late <= right.least:
        return True
    if left.most <= right.least:
        minutes = int(left.late.total_seconds() / 60)
        return Unknown(f"the log may have a sign-in {minutes} minutes late, and the query does not look back so far")
    if right.is_range:
        # A later evaluation may see the sign-in when it is as old as this asks for.
        return Unknown("how old a sign-in must be for the query to see it")
    if left.least > right.most or (left.least == right.most and operator in (">", "<")):
        return False
    return Unknown("the query looks back less far than the time between two evaluations", varies=True)


def _numeric(operator: str, left: Value, right: Value) -> Truth:
    """Numbers, and texts that hold one: ``ResultType == 0`` is written everywhere, though ResultType is a text."""
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return Unknown("a comparison of values of different kinds")
    return _ordered(operator, first, second)


def _number(value: Value) -> float | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _ordered(operator: str, left: float | timedelta, right: float | timedelta) -> Truth:
    if isinstance(left, timedelta):
        left = left.total_seconds()
    if isinstance(right, timedelta):
        right = right.total_seconds()
    match operator:
        case "==":
            return left == right
        case "!=" | "<>":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case _:
            return Unknown(f"the operator {operator} between values that are no texts")


def _among(operator: str, left: Value, items: list[Value]) -> Truth:
    plain = operator.removeprefix("!")
    if plain == "between":
        found = _all([compared(">=", left, items[0]), compared("<=", left, items[1])])
    else:
        parts = [compared(_BY_EACH[plain], left, item) for item in _flat(items)]
        found = _all(parts) if plain == "has_all" else _any_of(left, parts)
    if plain == operator or isinstance(found, Unknown):
        return found
    return not found


def _flat(items: list[Value]) -> list[Value]:
    """Lists among the items stand for their values."""
    found: list[Value] = []
    for item in items:
        if isinstance(item, tuple):
            found.extend(item)
        else:
            found.append(item)
    return found


def _any_of(left: Value, parts: list[Truth]) -> Truth:
    """Whether one holds. A value that differs from sign-in to sign-in is not always one of a list."""
    found = _any(parts)
    is_varying = isinstance(left, Unknown) and left.varies
    if is_varying and parts and all(isinstance(part, Unknown) and part.varies for part in parts):
        return parts[0]
    return found


def _sum(first: Value, others: list[tuple[int, Value]]) -> Value:
    total = first
    for sign, other in others:
        match total, other:
            case Moment(), timedelta():
                total = total.moved(sign * other)
            case timedelta(), timedelta():
                total = total + sign * other
            case (0, timedelta()):
                total = sign * other
            case (int() | float(), int() | float()) if not isinstance(total, bool) and not isinstance(other, bool):
                total = total + sign * other
            case _:
                return next((one for one in (total, other) if isinstance(one, Unknown)), Unknown("a sum"))
        if _is_beyond(total):
            return Unknown("a sum of very large values")
    return total


def _is_beyond(value: Value) -> bool:
    """Whether a value is larger than any that a query is about; with ``let`` statements it could grow without end."""
    match value:
        case Moment(least, most):
            return max(abs(least), abs(most)) > _LONGEST
        case timedelta():
            return abs(value) > _LONGEST
        case int() | float():
            return not abs(value) <= _LARGEST
        case _:
            return False
