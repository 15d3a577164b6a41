"""Comparisons of texts, as log queries make them.

Letter case, whole terms and negations are those of
https://learn.microsoft.com/kusto/query/datatypes-string-operators
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import re2

_LONGEST_PATTERN = 2_000
"""Characters of a regular expression that is tried. No person wrote a longer one."""

_NAMED = re.compile(r"(?P<negated>!?)(?P<name>[a-z]+)(?P<cased>_cs)?")


class Undecided(Exception):
    """The documentation does not say what the comparison gives; ``str()`` is the reason."""


def compare(operator: str, text: str, value: str) -> bool:
    """Whether ``text operator value`` holds; raises ``Undecided``."""
    if operator in _SIGNS:
        return _SIGNS[operator](text, value)
    if operator == "matches regex":
        return _matches(text, value)
    match = _NAMED.fullmatch(operator)
    if match is None or match["name"] not in _WORDS:
        raise Undecided(f"the operator {operator} is not read for texts")
    holds = _WORDS[match["name"]]
    found = holds(text, value) if match["cased"] else holds(_folded(text), _folded(value))
    return found is not bool(match["negated"])


def equal(text: str, value: str) -> bool:
    """Equality without regard to letter case."""
    return _folded(text) == _folded(value)


def _folded(text: str) -> str:
    """Without letter case. Languages differ in how they fold letters that are not English."""
    if text.lower() != text.casefold():
        raise Undecided("the letter case of a letter that is not English matters")
    return text.lower()


def _has(text: str, value: str) -> bool:
    """Whether the value stands in the text as whole terms.

    A term is a longest run of letters and digits. A value with other characters at its ends, or a letter next to it
    that is not of ASCII, is not described well enough.
    """
    return _stands(text, value, True, True)


def _stands(text: str, value: str, before: bool, after: bool) -> bool:
    """Whether the value stands in the text with a boundary before it, after it, or both."""
    at = text.find(value)
    is_doubtful = False
    while value and at >= 0:
        ends = [_boundary(text, at, value[0], -1)] if before else []
        ends += [_boundary(text, at + len(value), value[-1], 0)] if after else []
        if all(end is True for end in ends):
            return True
        is_doubtful |= all(end is not False for end in ends)
        at = text.find(value, at + 1)
    if is_doubtful or not value:
        raise Undecided(f"whether {value!r} counts as whole words of {text!r}")
    return False


def _boundary(text: str, at: int, edge: str, side: int) -> bool | None:
    """Whether a term ends at ``at`` between the character there and the value's own; None where it cannot be told."""
    place = at + side
    if not 0 <= place < len(text):
        return True
    beside = text[place]
    if not _is_term(edge):
        return None
    if beside == "_" or not beside.isascii():
        return None
    return not _is_term(beside)


def _is_term(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _matches(text: str, pattern: str) -> bool:
    if len(pattern) > _LONGEST_PATTERN:
        raise Undecided("the regular expression is too long to be read")
    try:
        return _searcher(pattern)(text) is not None
    except (re2.error, UnicodeEncodeError):
        raise Undecided("the regular expression is not one that is known here") from None


@lru_cache(maxsize=64)
def _searcher(pattern: str) -> Callable[[str], object]:
    """RE2's, as the language has it: https://learn.microsoft.com/kusto/query/regex"""
    options = re2.Options()
    options.log_errors = False
    search: Callable[[str], object] = re2.compile(pattern, options).search
    return search


_SIGNS: Mapping[str, Callable[[str, str], bool]] = {
    "==": lambda text, value: text == value,
    "!=": lambda text, value: text != value,
    "<>": lambda text, value: text != value,
    "=~": equal,
    "!~": lambda text, value: not equal(text, value),
}

_WORDS: Mapping[str, Callable[[str, str], bool]] = {
    "has": _has,
    "hasprefix": lambda text, value: _stands(text, value, True, False),
    "hassuffix": lambda text, value: _stands(text, value, False, True),
    "contains": lambda text, value: value in text,
    "startswith": lambda text, value: text.startswith(value),
    "endswith": lambda text, value: text.endswith(value),
}
