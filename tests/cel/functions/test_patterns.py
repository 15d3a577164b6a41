"""Tests of ``scanner.cel.functions.patterns``."""

from __future__ import annotations

import re2
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.functions.patterns import matches, searcher
from tests.cel.records import User
from tests.cel.ways import Failed, evaluate

_PIECES = st.sampled_from(["a", "b", "é", ".", "a*", "(a|b)+", "^", "$", "[^a]", "\\b", "(?i)A", "b?", "\\pL", "x{2}"])


@given(st.lists(_PIECES, max_size=4).map("".join), st.text("aAbBéx \n", max_size=6))
def test_a_search_finds_what_re2_finds(pattern: str, text: str) -> None:
    assert matches(text, pattern) is (re2.compile(pattern).search(text) is not None)


def test_a_large_pattern_is_searched_without_a_set() -> None:
    pattern = "(a|b)" * 800
    assert searcher(pattern).__name__ == "search"
    assert matches("ab" * 400, pattern)
    assert not matches("ab" * 399, pattern)


def test_a_pattern_that_needs_exponential_time_elsewhere_does_not_here() -> None:
    assert evaluate("user.displayName.matches('^(a+)+$')", User(displayName="a" * 5000 + "b")) is False


def test_a_wrong_pattern_is_an_error_that_quotes_it() -> None:
    source = "user.displayName.matches('(a')"
    assert evaluate(source, User(displayName="a")) == Failed(
        f"`{source}`: '(a' is no regular expression: missing ): (a."
    )


def test_a_pattern_can_come_from_the_record() -> None:
    assert (
        evaluate("user.displayName.matches(user.userPrincipalName)", User(displayName="abc", userPrincipalName="b"))
        is True
    )


def test_text_with_half_of_a_surrogate_pair_is_an_error() -> None:
    lone = "\ud800"
    assert isinstance(evaluate("user.displayName.matches('a')", User(displayName=lone)), Failed)
    assert isinstance(evaluate("user.displayName.matches(user.displayName)", User(displayName=lone)), Failed)
