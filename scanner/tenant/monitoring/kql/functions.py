"""Functions of the query language that are read: https://learn.microsoft.com/kusto/query/scalar-functions"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from scanner.tenant.monitoring.kql.known import Moment, Unknown, Value
from scanner.tenant.monitoring.kql.syntax import MAX_LENGTH

NOW = Moment(timedelta(0), timedelta(0))


def call(name: str, arguments: tuple[Value, ...]) -> Value:
    """The value of a function, or why it is not known."""
    unread = Unknown(f"the function {name}()")
    function = _FUNCTIONS.get(name)
    if function is None:
        return unread
    unknown = next((one for one in arguments if isinstance(one, Unknown)), None)
    if unknown and name not in _LAZY:
        return unknown if name in _SAME else Unknown(unknown.reason)
    found = function(arguments)
    return unread if found is None else found


def _lower(given: tuple[Value, ...]) -> Value:
    return given[0].lower() if len(given) == 1 and isinstance(given[0], str) else None


def _upper(given: tuple[Value, ...]) -> Value:
    return given[0].upper() if len(given) == 1 and isinstance(given[0], str) else None


def _text(given: tuple[Value, ...]) -> Value:
    if len(given) != 1 or isinstance(given[0], bool):
        return None
    return str(given[0]) if isinstance(given[0], str | int) else None


def _whole(given: tuple[Value, ...]) -> Value:
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], str | int):
        return None
    text = str(given[0]).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _strcat(given: tuple[Value, ...]) -> Value:
    """A text that grows beyond a query's own length, as a chain of ``let`` statements can make it, is not read."""
    texts = [_text((one,)) for one in given]
    if not texts or None in texts or sum(len(str(text)) for text in texts) > MAX_LENGTH:
        return None
    return "".join(str(text) for text in texts)


def _split(given: tuple[Value, ...]) -> Value:
    match given:
        case (str(text), str(delimiter)) if delimiter:
            return tuple(text.split(delimiter))
        case _:
            return None


def _is_empty(given: tuple[Value, ...]) -> Value:
    return given[0] == "" if len(given) == 1 and isinstance(given[0], str) else None


def _is_filled(given: tuple[Value, ...]) -> Value:
    return given[0] != "" if len(given) == 1 and isinstance(given[0], str) else None


def _is_null(given: tuple[Value, ...]) -> Value:
    """A text is never null: https://learn.microsoft.com/kusto/query/isnull-function"""
    return False if len(given) == 1 and given[0] is not None else None


def _is_there(given: tuple[Value, ...]) -> Value:
    return True if _is_null(given) is False else None


def _not(given: tuple[Value, ...]) -> Value:
    match given:
        case (bool(truth),):
            return not truth
        case (Unknown() as unknown,):
            return unknown
        case _:
            return None


def _if(given: tuple[Value, ...]) -> Value:
    match given:
        case (bool(truth), yes, no):
            return yes if truth else no
        case (Unknown() as unknown, _, _):
            return Unknown(unknown.reason)
        case _:
            return None


def _case(given: tuple[Value, ...]) -> Value:
    for place in range(0, len(given) - 1, 2):
        if given[place] is True:
            return given[place + 1]
        if given[place] is not False:
            return Unknown("a part of case()")
    return given[-1] if len(given) % 2 else None


def _coalesce(given: tuple[Value, ...]) -> Value:
    for one in given:
        if one not in ("", None):
            return one
    return None


def _ago(given: tuple[Value, ...]) -> Value:
    match given:
        case (timedelta() as back,):
            return Moment(back, back)
        case _:
            return None


def _now(given: tuple[Value, ...]) -> Value:
    match given:
        case ():
            return NOW
        case (timedelta() as by,):
            return NOW.moved(by)
        case _:
            return None


def _time(given: tuple[Value, ...]) -> Value:
    return given[0] if len(given) == 1 and isinstance(given[0], timedelta) else None


_FUNCTIONS: Mapping[str, Callable[[tuple[Value, ...]], Value]] = {
    "tolower": _lower,
    "toupper": _upper,
    "tostring": _text,
    "toint": _whole,
    "tolong": _whole,
    "strcat": _strcat,
    "split": _split,
    "isempty": _is_empty,
    "isnotempty": _is_filled,
    "notempty": _is_filled,
    "isnull": _is_null,
    "isnotnull": _is_there,
    "notnull": _is_there,
    "not": _not,
    "iff": _if,
    "iif": _if,
    "case": _case,
    "coalesce": _coalesce,
    "ago": _ago,
    "now": _now,
    "time": _time,
    "timespan": _time,
}
_SAME = frozenset({"tolower", "toupper", "tostring", "not"})
"""What they give varies where what they are given varies."""
_LAZY = frozenset({"not", "iff", "iif", "case", "coalesce"})
"""These can be decided although a part is not known."""
