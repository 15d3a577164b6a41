"""Whatever is written is read back as the very same value, and looks like what a person writes where it can."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.author.yamltext import WIDTH, block, expression, flow, line, prose
from scanner.policy.source import parse

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def data(text: str) -> object:
    return parse(Path("x.yaml"), text).data


@given(TEXT)
def test_a_text_on_a_line_is_itself(text: str) -> None:
    assert data(line("key", text)) == {"key": text}


@given(st.lists(TEXT | st.sampled_from(["&& ", "|| ", "user.department ", "  "]), max_size=40).map("".join))
def test_an_expression_is_itself(text: str) -> None:
    assert data(expression("key", text)) == {"key": text}


@given(TEXT.filter(str.strip))
def test_prose_has_the_same_words(text: str) -> None:
    read = data(prose("key", text))
    assert isinstance(read, dict)
    assert read["key"].split() == text.split()


@given(JSON)
def test_a_value_in_brackets_is_itself(value: object) -> None:
    assert data(f"key: {flow(value)}\n") == {"key": value}


@given(st.dictionaries(TEXT, JSON, min_size=1, max_size=4))
def test_a_block_is_itself(value: dict[str, object]) -> None:
    assert data("key:\n" + "".join(f"{row}\n" for row in block(value, 2))) == {"key": value}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (line("title", "Users are enabled"), "title: Users are enabled\n"),
        (line("title", "Users: enabled"), "title: 'Users: enabled'\n"),
        (line("title", "it's: \u202e"), 'title: "it\'s: \\u202e"\n'),
        (line("title", "no"), "title: no\n"),
        (line("title", "12"), "title: '12'\n"),
        (expression("assert", "!user.isBreakGlass"), "assert: '!user.isBreakGlass'\n"),
        (expression("where", 'user.userType == "Guest"'), 'where: user.userType == "Guest"\n'),
        (flow({"a": ["x, y", None, True]}), '{a: ["x, y", null, true]}'),
        (flow("2026-01-31T00:00:00Z"), '"2026-01-31T00:00:00Z"'),
    ],
)
def test_it_is_as_plain_as_can_be(written: str, expected: str) -> None:
    assert written == expected


def test_what_is_long_is_folded() -> None:
    long = " && ".join(f'user.department != "department number {number}"' for number in range(9))
    for text in (prose("description", "word " * 100), expression("assert", long)):
        first, *rest = text.splitlines()
        assert first in ("description: >", "assert: >-")
        assert len(rest) > 3
        assert max(map(len, rest)) <= WIDTH
    assert all(row.endswith("&&") for row in expression("assert", long).splitlines()[1:-1])
