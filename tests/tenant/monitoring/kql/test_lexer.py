"""Tokens of log queries: strings in all forms, numbers, times, comments."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from time import process_time

import pytest

from scanner.tenant.monitoring.kql.lexer import Kind, timespan, tokenize
from scanner.tenant.monitoring.kql.syntax import MAX_LENGTH, QueryError


def texts(query: str) -> list[str]:
    return [token.text for token in tokenize(query)[:-1]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\"b\\\\c\\n"', 'a"b\\c\n'),
        ("'a\"b'", 'a"b'),
        ('@"a\\b""c"', 'a\\b"c'),
        ("@'it''s'", "it's"),
        ("```a\n'b\"```", "a\n'b\""),
        ('h"secret"', "secret"),
        ('"\\u0041\\x42\\t"', "AB\t"),
    ],
)
def test_a_string_has_its_value(written: str, value: str) -> None:
    (token, _) = tokenize(written)
    assert (token.kind, token.text) == (Kind.STRING, value)


def test_comments_and_space_are_no_tokens() -> None:
    assert texts("a // b | c\n | 'x // y' ..=~<> 1.5") == ["a", "|", "x // y", "..", "=~", "<>", "1.5"]


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("5m", timedelta(minutes=5)),
        ("1.5h", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("30s", timedelta(seconds=30)),
        ("250ms", timedelta(milliseconds=250)),
        ("3weeks", None),
        ("99999999999999999999d", None),
    ],
)
def test_a_time_has_a_unit(written: str, length: timedelta | None) -> None:
    (token, _) = tokenize(written)
    assert token.kind is Kind.TIMESPAN
    assert timespan(token) == length


@pytest.mark.parametrize("written", ['"open', "'open", '"line\nbreak"', "```open", '@"open'])
def test_a_string_that_is_not_closed_is_an_error(written: str) -> None:
    with pytest.raises(QueryError, match="not closed"):
        tokenize(written)


@pytest.mark.parametrize("written", ['"a\\@b"', r"'\.'", '"\\u00"'])
def test_an_escape_that_the_language_does_not_have_is_an_error(written: str) -> None:
    with pytest.raises(QueryError, match="no escape of the language"):
        tokenize(written)


@pytest.mark.parametrize("piece", ['"', "'", '@"', "```", "h@", "(", "a.", "1e", "//", "\\", "//\n", "'\\"])
def test_takes_time_in_proportion_to_the_length(piece: str) -> None:
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]
    start = process_time()
    with suppress(QueryError):
        tokenize(text)
    assert process_time() - start < 2
