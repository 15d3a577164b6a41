from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cel.tokens import conjuncts, matching, offset_of, place, tokenize


def parts(source: str) -> list[str]:
    return [source[start:end] for start, end in conjuncts(source)]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("", []),
        ("a.b_1", ["a", ".", "b_1"]),
        ("a&&b||!c", ["a", "&&", "b", "||", "!", "c"]),
        ("a // b && c\n.d", ["a", ".", "d"]),
        ("'//' + \"&&\"", ["'//'", "+", '"&&"']),
        (r"'it\'s' + 'x'", [r"'it\'s'", "+", "'x'"]),
        (r"r'\' + 'x'", [r"r'\'", "+", "'x'"]),
        ('"""a"b\n""" + b"c"', ['"""a"b\n"""', "+", 'b"c"']),
        ("rb'''\\''' + Br'x'", ["rb'''\\'''", "+", "Br'x'"]),
        ("0xFF + 1u + 1.5e-3 + .5", ["0xFF", "+", "1u", "+", "1.5e-3", "+", ".5"]),
        ("a.`b c`", ["a", ".", "`b c`"]),
        ("'open", ["'", "open"]),
        ("a <= b != c", ["a", "<=", "b", "!=", "c"]),
        ("“é😀", ["“", "é", "😀"]),
    ],
)
def test_sources_fall_into_tokens(source: str, texts: list[str]) -> None:
    assert [token.text for token in tokenize(source)] == texts


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab1.'\"\\/ \n&|()[]r<=😀", max_size=40))
def test_tokens_are_cut_from_the_source_in_order(source: str) -> None:
    end = 0
    for token in tokenize(source):
        assert token.start >= end
        assert source[token.start : token.end] == token.text
        end = token.end


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="a\n😀\t", max_size=30), st.data())
def test_place_and_offset_are_inverse(source: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(source)))
    line, column = place(source, offset)
    assert offset_of(source, line, column) == offset
    assert len(source[:offset].split("\n")) == line
    assert len(source[:offset].split("\n")[-1]) == column - 1


@pytest.mark.parametrize(("line", "column", "offset"), [(0, 1, 0), (-1, -1, 0), (9, 1, 5), (1, 99, 2), (2, 0, 3)])
def test_places_outside_the_source_give_the_nearest_inside(line: int, column: int, offset: int) -> None:
    assert offset_of("ab\ncd", line, column) == offset


def test_brackets_find_their_partner() -> None:
    tokens = tokenize("(a[1], {')': (b)})")
    assert matching(tokens, 0) == len(tokens) - 1
    assert tokens[matching(tokens, 2) or 0].text == "]"
    assert matching(tokenize("(a"), 0) is None


@pytest.mark.parametrize(
    ("source", "clauses"),
    [
        ("a", ["a"]),
        ("a && b", ["a", "b"]),
        ("  a  &&\n b  ", ["a", "b"]),
        ("(a && b) && c", ["a", "b", "c"]),
        ("((a && (b && c)))", ["a", "b", "c"]),
        ("a || b && c", ["a || b && c"]),
        ("(a || b) && c", ["(a || b)", "c"]),
        ("a && b ? c : d", ["a && b ? c : d"]),
        ("a.?b.orValue(false) && c[?0].hasValue()", ["a.?b.orValue(false)", "c[?0].hasValue()"]),
        ("l.exists(x, x.a && x.b) && [a && b][0]", ["l.exists(x, x.a && x.b)", "[a && b][0]"]),
        ("(a) && (b) == (c)", ["(a)", "(b) == (c)"]),
        ("(a) == (b)", ["(a) == (b)"]),
        ("a == '&&' && b == r\"\\\" // && c\n&& d", ["a == '&&'", 'b == r"\\"', "d"]),
        ("!(a && b) && c", ["!(a && b)", "c"]),
        ("a && // why\n b // because", ["a", "b"]),
    ],
)
def test_conjuncts_are_cut_exactly(source: str, clauses: list[str]) -> None:
    assert parts(source) == clauses


LEAVES = st.sampled_from(["a", "f(a && b)", "a || b", "l.all(x, x && y)", "'&& (' == a", "a ? b : c", "!(a && b)"])
LOOSE = {"a || b", "a ? b : c"}


@st.composite
def conjunctions(draw: st.DrawFn, depth: int = 3) -> tuple[str, list[str]]:
    """A source and the texts that its clauses must have."""
    if depth == 0 or draw(st.booleans()):
        leaf = draw(LEAVES)
        text = f"({leaf})" if leaf in LOOSE else leaf
        return text, [text]
    space = st.sampled_from([" ", "", "\n", " // && (\n"])
    sides = [draw(conjunctions(depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    joined = f"{draw(space)}&&{draw(space)}".join(text for text, _ in sides)
    return f"({draw(space)}{joined}{draw(space)})", [clause for _, clauses in sides for clause in clauses]


@settings(max_examples=80, deadline=None)
@given(conjunctions())
def test_nested_conjunctions_flatten_in_order(drawn: tuple[str, list[str]]) -> None:
    source, clauses = drawn
    assert parts(source) == clauses
