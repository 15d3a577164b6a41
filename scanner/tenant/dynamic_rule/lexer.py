"""Membership rules as tokens.

Operators may be written with or without a hyphen, in any letter case, and with a dash for the hyphen, as the page's own
examples have it. Quotes within quotes are escaped with a backtick, or, for single ones, by doubling them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from scanner.tenant.dynamic_rule.syntax import MAX_LENGTH, RuleError


class Kind(Enum):
    """What a token is."""

    OPERATOR = auto()
    """A word with a hyphen before it; the hyphen is not part of the text."""
    WORD = auto()
    STRING = auto()
    BARE = auto()
    """A number, a date or a duration."""
    PUNCTUATION = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands: first character, and the one after the last."""

    kind: Kind
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | [-‐‑‒–—−](?P<operator>[A-Za-z]+)
    | "(?P<double>(?:`"|[^"])*)"
    | `"(?P<quoted>(?:(?!`").)*)`"
    | '(?P<single>(?:''|[^'])*)'
    | (?P<word>[A-Za-z_$][\w.$]*)
    | (?P<bare>[0-9][\w:.+-]*)
    | (?P<punctuation>[()\[\],])
    """,
    re.VERBOSE | re.DOTALL,
)

_STRINGS = ("double", "single", "quoted")


def tokenize(rule: str) -> list[Token]:
    """The tokens of a rule, the last of kind END; raises ``RuleError``."""
    if len(rule) > MAX_LENGTH:
        raise RuleError(MAX_LENGTH, f"the rule has {len(rule):,} characters; a rule has at most {MAX_LENGTH:,}")
    tokens: list[Token] = []
    position = 0
    while position < len(rule):
        match = _TOKEN.match(rule, position)
        if match is None:
            raise RuleError(position, _unexpected(rule[position]))
        if match.lastgroup != "space":
            tokens.append(_token(match))
        position = match.end()
    tokens.append(Token(Kind.END, "", len(rule), len(rule)))
    return tokens


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup or ""
    text = match.group(group)
    if group in _STRINGS:
        return Token(Kind.STRING, _unescape(text, group), match.start(), match.end())
    return Token(Kind[group.upper()], text, match.start(), match.end())


def _unescape(text: str, group: str) -> str:
    """The value of a string. Quotes in backticks around the whole are part of the value, as on the page."""
    plain = text.replace("''", "'").replace('`"', '"')
    return f'"{plain}"' if group == "quoted" else plain


def _unexpected(character: str) -> str:
    if character in "\"'`":
        return "a quotation mark that is not closed"
    if character in "“”‘’":
        return f"{character} is a typographic quotation mark; use a straight one"
    if character in "-‐‑‒–—−":
        return "a hyphen must stand before the name of an operator"
    return f"{character!r} does not belong here"
