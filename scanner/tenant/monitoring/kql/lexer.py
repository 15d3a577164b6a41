"""Log queries as tokens, without comments.

Sources: https://learn.microsoft.com/kusto/query/scalar-data-types/string (quotes and escapes),
https://learn.microsoft.com/kusto/query/scalar-data-types/timespan (units of time),
https://learn.microsoft.com/kusto/query/schema-entities/entity-names (names in brackets).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from scanner.tenant.monitoring.kql.syntax import MAX_LENGTH, QueryError


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    STRING = auto()
    NUMBER = auto()
    TIMESPAN = auto()
    SIGN = auto()
    """An operator or a bracket."""
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is the value of a string, and otherwise what is written."""

    kind: Kind
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""
      (?P<space>\s+ | //[^\n]*)
    | [hH]?@"(?P<verbatim>(?:""|[^"])*)"
    | [hH]?@'(?P<verbatim1>(?:''|[^'])*)'
    | [hH]?```(?P<block>(?:(?!```).)*)```
    | [hH]?"(?P<double>(?:\\.|[^"\\\n])*)"
    | [hH]?'(?P<single>(?:\\.|[^'\\\n])*)'
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?P<unit>[A-Za-z]+)?)
    | (?P<word>[A-Za-z_$][A-Za-z0-9_$]*)
    | (?P<sign>==|=~|!=|!~|<>|<=|>=|\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_QUOTED = {"double": "", "single": "", "verbatim": '"', "verbatim1": "'", "block": ""}
"""Forms of strings, with the quotation mark that is doubled within."""

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {
    "n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip

_UNITS = {
    1.0: ("s", "sec", "second", "seconds"),
    60.0: ("m", "min", "minute", "minutes"),
    3600.0: ("h", "hr", "hrs", "hour", "hours"),
    86400.0: ("d", "day", "days"),
    0.001: ("ms", "milli", "millis", "millisecond", "milliseconds"),
    0.000001: ("microsecond", "microseconds"),
    0.0000001: ("tick", "ticks"),
}
_SECONDS = {name: seconds for seconds, names in _UNITS.items() for name in names}
_LONGEST = 100 * 366 * 86400.0
"""Seconds; a longer time is not one that a query looks back."""


def tokenize(query: str) -> list[Token]:
    """The tokens of a query, the last of kind END; raises ``QueryError``. Takes time in proportion to its length."""
    if len(query) > MAX_LENGTH:
        raise QueryError(MAX_LENGTH, f"the query has {len(query):,} characters; {MAX_LENGTH:,} are read")
    tokens = []
    for match in _TOKEN.finditer(query):
        group = match.lastgroup or ""
        if group != "space":
            tokens.append(_token(match, group))
    tokens.append(Token(Kind.END, "", len(query), len(query)))
    return tokens


def _token(match: re.Match[str], group: str) -> Token:
    text = match.group(group)
    if group in _QUOTED:
        return Token(Kind.STRING, _unquoted(text, group, match.start()), match.start(), match.end())
    if group == "sign" and text in "\"'`":
        raise QueryError(match.start(), "a quotation mark that is not closed")
    kind = Kind[group.upper()]
    if group == "number" and match.group("unit"):
        kind = Kind.TIMESPAN
    return Token(kind, text, match.start(), match.end())


def _unquoted(text: str, group: str, start: int) -> str:
    if quote := _QUOTED[group]:
        return text.replace(quote * 2, quote)
    if group == "block":
        return text
    try:
        return _ESCAPE.sub(_unescaped, text)
    except KeyError as escape:
        raise QueryError(start, f"a backslash before {escape}, which is no escape of the language") from None


def _unescaped(match: re.Match[str]) -> str:
    written = match.group(1)
    if len(written) > 1:
        return chr(int(written[1:], 16))
    return _ESCAPED[written]


def number(token: Token) -> int | float:
    """The value of a number."""
    return int(token.text) if token.text.isdecimal() and len(token.text) < 19 else float(token.text)


def timespan(token: Token) -> timedelta | None:
    """The value of a time such as ``5m``; None for a unit that the language does not have, or one too long."""
    digits = token.text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = _SECONDS.get(token.text[len(digits) :])
    seconds = float(digits) * unit if unit else _LONGEST
    return timedelta(seconds=seconds) if seconds < _LONGEST else None
