"""Every character of a value is found again in the file."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Problem
from scanner.policy.document import Document
from scanner.policy.source import parse

FILE = Path("some.yaml")


@pytest.mark.parametrize(
    ("text", "part", "line", "column"),
    [
        ("a: one two\n", "two", 1, 8),
        ("a: 'one two'\n", "two", 1, 9),
        ("a: 'it''s two'\n", "two", 1, 11),
        ('a: "one\\ttwo"\n', "two", 1, 10),
        ('a: "\\u00e9\\x41\\U0001f600 two"\n', "two", 1, 26),
        ('a: "one \\\n   two"\n', "two", 2, 4),
        ("a: one\n  two\n", "two", 2, 3),
        ("a: 'one\n\n  two'\n", "two", 3, 3),
        ("a: |\n  one\n  two\n", "two", 3, 3),
        ("a: |2-  # as it is\n    one\n   two\n", "two", 3, 4),
        ("a: >\n  one\n\n  two\n", "two", 4, 3),
        ("a: >-\n  one\n    more\n  two\n", "two", 4, 3),
        ("a: >\r\n  one\r\n  two\r\n", "two", 3, 3),
        ("a: !!str one two\n", "two", 1, 14),
        ("a: ! 'one two'\n", "two", 1, 11),
        ("a: {b: c, d: one two}\n", "two", 1, 18),
        ("😀: '😀 two'\n", "two", 1, 7),
    ],
)
def test_a_part_of_a_value_is_found_in_the_file(text: str, part: str, line: int, column: int) -> None:
    document = parse(FILE, text)
    texts = [steps for steps in document.places if isinstance(document.value(steps), str)]
    steps = next(steps for steps in texts if part in document.value(steps))
    problem = document.inside(steps, document.value(steps).index(part), "here")
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(("text", "column"), [("a: one\n", 7), ("a: 'one'\n", 8), ("a: [one, two]\n", 8)])
def test_the_end_of_a_value_is_behind_its_last_character(text: str, column: int) -> None:
    document = parse(FILE, text)
    steps = min(steps for steps in document.places if isinstance(document.value(steps), str))
    assert document.inside(steps, 99, "here").column == column


def test_keys_and_values_have_places() -> None:
    document = parse(FILE, "a:\n  b: [c, d]\n")
    assert _place(document.at_key(("a", "b"), "")) == (2, 3)
    assert _place(document.at(("a", "b"), "")) == (2, 6)
    assert _place(document.at(("a", "b", 1), "")) == (2, 10)
    assert document.line(("a",)) == 1


def test_what_is_not_in_the_file_is_placed_at_what_is_around_it() -> None:
    document = parse(FILE, "a:\n  b: 1\n")
    assert _place(document.at_key(("a", "x", "y"), "")) == (1, 1)
    assert _place(document.at(("x",), "")) == (1, 1)


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


LINES = st.lists(
    st.text(st.sampled_from(string.ascii_letters + "é😀'\"\\:#{}&*%!|> "), min_size=1, max_size=30),
    min_size=1,
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(LINES, st.sampled_from(["'", '"', "|", ">", None]), st.integers(10, 40))
def test_visible_characters_are_those_of_the_source(lines: list[str], style: str | None, width: int) -> None:
    value = "\n".join(lines)
    text = yaml.dump({"key": [value]}, default_style=style, width=width, allow_unicode=True)
    document = parse(FILE, text)
    assert document.value(("key", 0)) == value
    rows = text.split("\n")
    for offset, character in enumerate(value):
        problem = document.inside(("key", 0), offset, "")
        row = rows[problem.line - 1][problem.column - 1 :]
        assert character.isspace() or row.startswith((character, "\\" + character)) or row.startswith("\\")
        if character.isalpha() and ord(character) < 128:
            assert row.startswith(character)


def test_documents_can_be_compared() -> None:
    assert parse(FILE, "a: 1") == parse(FILE, "a: 1") != parse(FILE, "a: 2")
    assert isinstance(parse(FILE, "a: 1"), Document)
