"""Comparisons as membership rules make them, letter case aside. None: what Entra makes of it is not documented.

A value that is absent is null: equal to null and to nothing else, and so different from every text. What the other
operators with ``not`` make of null the page does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import zip_longest
from typing import TypeAlias

from scanner.tenant.dynamic_rule.moments import date, moment
from scanner.tenant.dynamic_rule.patterns import searcher
from scanner.tenant.dynamic_rule.syntax import Bare, Now, Operator, Scalar, Value

TextTest: TypeAlias = Callable[[str | None], bool | None]

OPPOSITE = {
    Operator.NE: Operator.EQ,
    Operator.NOT_STARTS_WITH: Operator.STARTS_WITH,
    Operator.NOT_ENDS_WITH: Operator.ENDS_WITH,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_MATCH: Operator.MATCH,
    Operator.NOT_IN: Operator.IN,
}
_EQUALITY = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN})


def opposite(truth: bool | None) -> bool | None:
    """Not: what cannot be told stays so."""
    return None if truth is None else not truth


def holds(text: str | None, operator: Operator, value: Value) -> bool | None:
    """Whether the comparison is true of a text, or of null."""
    return text_test(operator, value)(text)


def text_test(operator: Operator, value: Value) -> TextTest:
    """The comparison as a function of a text, or of null."""
    if operator in OPPOSITE:
        return _not(text_test(OPPOSITE[operator], value), tells_null=operator in _EQUALITY)
    if operator in (Operator.EQ, Operator.IN):
        return _among(value if isinstance(value, tuple) else (value,))
    wanted = None if isinstance(value, tuple) else _text(value)
    if wanted is None or operator in (Operator.LE, Operator.GE):
        return lambda _: None
    found = _finder(operator, wanted)
    # Null has nothing in it; whether that nothing would do for a text without characters is not documented.
    of_null = False if found("") is False else None
    return lambda text: of_null if text is None else found(text)


def _not(test: TextTest, tells_null: bool) -> TextTest:
    of_null = opposite(test(None)) if tells_null else None

    def tested(text: str | None) -> bool | None:
        if text is None:
            return of_null
        truth = test(text)
        return None if truth is None else not truth

    return tested


def _among(values: tuple[Scalar, ...]) -> TextTest:
    """Whether a text is one of the values. A time is no text.

    Whether Entra tells null from a text without characters is not documented.
    """
    texts = frozenset(fold(text) for text in map(_text, values) if text is not None)
    has_null = None in values
    of_null = True if has_null else None if "" in texts else False
    of_blank = True if "" in texts else None if has_null else False

    def test(text: str | None) -> bool | None:
        if not text:
            return of_null if text is None else of_blank
        return fold(text) in texts

    return test


def _finder(operator: Operator, wanted: str) -> Callable[[str], bool | None]:
    if operator is Operator.MATCH:
        return searcher(wanted)
    part = fold(wanted)
    if operator is Operator.STARTS_WITH:
        return lambda text: fold(text).startswith(part)
    if operator is Operator.ENDS_WITH:
        return lambda text: fold(text).endswith(part)
    return lambda text: part in fold(text)


def flag_holds(flag: bool | None, operator: Operator, value: Value) -> bool | None:
    """Whether the comparison is true of true, false or null. Whether null counts as false is not documented."""
    if operator in OPPOSITE:
        return opposite(flag_holds(flag, OPPOSITE[operator], value))
    if isinstance(value, tuple):
        return any_of(flag_holds(flag, Operator.EQ, item) for item in value)
    wanted = None if value is None else fold(_text(value) or "") == "true"
    if flag is None and wanted is False:
        return None
    return flag is wanted


def date_holds(actual: datetime | None, operator: Operator, value: Value, now: datetime | None) -> bool | None:
    """Whether the comparison is true of a moment, or of null; ``now`` is None where nobody knows the time."""
    if operator is Operator.NE:
        return opposite(date_holds(actual, Operator.EQ, value, now))
    if value is None or actual is None:
        # No date is no later one; whether it counts as an earlier one is not documented.
        return None if operator is Operator.LE else actual is None and value is None
    wanted = _moment(value, now)
    if wanted is None:
        return None
    if operator is Operator.EQ:
        return actual == wanted
    return actual >= wanted if operator is Operator.GE else actual <= wanted


def version_holds(version: str | None, operator: Operator, value: Value) -> bool | None:
    """As ``holds``; the order is told where versions have the same as texts and as numbers."""
    if operator not in (Operator.LE, Operator.GE):
        return holds(version, operator, value)
    wanted = None if isinstance(value, tuple) else _text(value)
    if version is None or wanted is None:
        return None
    sides = _numbers(version, wanted)
    if sides is None:
        return None
    if operator is Operator.LE:
        version, wanted, sides = wanted, version, (sides[1], sides[0])
    as_text, as_numbers = version >= wanted, sides[0] >= sides[1]
    return as_text if as_text == as_numbers else None


def fold(text: str) -> str:
    """Letter case aside. Ordinal, as .NET ignores case: ß and ss stay different."""
    return text.lower()


def _text(value: Scalar | tuple[Scalar, ...]) -> str | None:
    """The text of a value; None for null and for times."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Bare):
        return value.text
    return value if isinstance(value, str) else None


def _moment(value: Value, now: datetime | None) -> datetime | None:
    if isinstance(value, Now):
        return None if now is None else moment(value, now)
    text = _text(value)
    return None if text is None else date(text)


def _numbers(*versions: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Two versions as numbers of the same count; None where one has other parts than numbers."""
    split = [version.split(".") for version in versions]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for parts in split for part in parts):
        return None
    pairs = [(int(one), int(other)) for one, other in zip_longest(*split, fillvalue="0")]
    return tuple(one for one, _ in pairs), tuple(other for _, other in pairs)


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """Whether one of them is true: certain as soon as one certainly is."""
    found = set(truths)
    return True if True in found else None if None in found else False
