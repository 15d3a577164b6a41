"""Comparisons of a text with a value, as membership rules make them: without regard to letter case."""

from __future__ import annotations

from scanner.tenant.dynamic_rule.syntax import Bare, Now, Operator, Scalar, Value

_OPPOSITE = {
    Operator.NE: Operator.EQ,
    Operator.NOT_STARTS_WITH: Operator.STARTS_WITH,
    Operator.NOT_ENDS_WITH: Operator.ENDS_WITH,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
}


def holds(text: str, operator: Operator, value: Value) -> bool | None:
    """Whether the comparison is true of ``text``, or None where this cannot be said here.

    That is so for the order of texts, which the page does not define, and for regular expressions, which are .NET's.
    """
    if operator in _OPPOSITE:
        opposite = holds(text, _OPPOSITE[operator], value)
        return None if opposite is None else not opposite
    if isinstance(value, tuple):
        return any(_equal(text, item) for item in value)
    if operator is Operator.EQ:
        return _equal(text, value)
    if not isinstance(value, str):
        return None
    folded, wanted = text.casefold(), value.casefold()
    if operator is Operator.STARTS_WITH:
        return folded.startswith(wanted)
    if operator is Operator.ENDS_WITH:
        return folded.endswith(wanted)
    return wanted in folded if operator is Operator.CONTAINS else None


def _equal(text: str, value: Scalar) -> bool:
    """A text is never equal to null, and a time is never the text of one of these properties."""
    if value is None or isinstance(value, Now):
        return False
    if isinstance(value, bool):
        return text.casefold() == str(value).casefold()
    return text.casefold() == (value.text if isinstance(value, Bare) else value).casefold()
