"""YAML files are read exactly, or refused with the place and the reason."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import ProblemsError
from scanner.policy.source import MAX_BYTES, MAX_PROBLEMS, Loader, parse, read

FILE = Path("some.yaml")
LOADERS: list[Loader] = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def problems(text: str, loader: Loader) -> list[tuple[int, int, str]]:
    with pytest.raises(ProblemsError) as caught:
        parse(FILE, text, loader)
    return [(found.line, found.column, found.text) for found in caught.value.problems]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1\nb: [no, {c: ~}]\n", {"a": 1, "b": ["no", {"c": None}]}),
        ("on: off\n1: one\ntrue: yes\n", {"on": "off", "1": "one", "true": "yes"}),
        ("a: '1'\nb: \"2\"\nc: !!str 3\nd: ! 4\ne: !!int 5\nf: !!seq [x]\ng: !!map {x: y}\n", {
            "a": "1", "b": "2", "c": "3", "d": "4", "e": 5, "f": ["x"], "g": {"x": "y"}
        }),
        ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two"}),
        ("a: b # a\tcomment\n# another\t\nd: 'e\tf'\ng: |\n  h\ti\n", {"a": "b", "d": "e\tf", "g": "h\ti\n"}),
        ("\ta: 1".strip() + "\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("<<: {a: 1}\n", {"<<": {"a": 1}}),
        ("just text", "just text"),
    ],
)  # fmt: skip
def test_values_are_those_of_yaml_1_2(text: str, data: object, loader: Loader) -> None:
    assert parse(FILE, text, loader).data == data


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "line", "column", "fragment"),
    [
        ("", 1, 1, "empty"),
        ("# only a comment\n\n", 1, 1, "empty"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "`a` is given twice, first in line 1"),
        ("a: {b: 1, b: 2}\n", 1, 11, "`b` is given twice"),
        ("a: *x\n", 1, 4, "aliases"),
        ("a: 1\nb: &x {c: d}\n", 2, 4, "Anchors"),
        ("*x : 1\n", 1, 1, "key must be plain text"),
        ("? [a]\n: b\n", 1, 3, "key must be plain text"),
        ("&x a: b\n", 1, 1, "key must be plain text"),
        ("a: !!python/object:os.system x\n", 1, 4, "!!python/object:os.system"),
        ("a: !!timestamp 2026-01-01\n", 1, 4, "!!timestamp"),
        ("a: !mine x\n", 1, 4, "!mine"),
        ("a: !!int x\n", 1, 4, "!!int"),
        ("a: !!set {x}\n", 1, 4, "!!set"),
        ("!!int 1: b\n", 1, 1, "!!int"),
        ("%YAML 1.1\n---\na: 1\n", 1, 1, "directives"),
        ("%TAG ! tag:example.org,2026:\n---\na: 1\n", 1, 1, "directives"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a:\tb\n", 1, 3, "tab"),
        ("a: b\tc\n", 1, 5, "tab"),
        ("a: 1\n\tb: 2\n", 2, 1, "tab"),
        ("a:\n  - b\n\t- c\n", 3, 1, "tab"),
        ("a: >\n\tb\n", 2, 1, "tab"),
        ("a: b: c\n", 1, 5, "':' has no place"),
        ("a: 1\n b: 2\n", 2, 3, "':' has no place"),
        ("a: 1\nword\nb: 2\n", 2, 1, "neither 'key: value'"),
        ("a: 'x\n", 1, 4, "never closed"),
        ("a: @x\n", 1, 4, "'@' cannot begin a value"),
        ("a: `x`\n", 1, 4, "'`' cannot begin"),
        ("a: [1\nb: 2\n", 1, 4, "not closed"),
        ("a: {b: c\nd: 2\n", 1, 4, "not closed"),
        ("{a: 1}}\n", 1, 7, "follows the end"),
        ("a:\n  - b\n - c\n", 3, 2, "indentation"),
        ("- a\nb: 1\n", 2, 1, "indentation"),
        ('a: "x" y\n', 1, 8, "the line goes on"),
        ("a: {user.mail} is bad\n", 1, 16, "the line goes on"),
        ("a: .inf\n", 1, 4, "JSON has no number"),
        ("a: [1e999]\n", 1, 5, "too large"),
        (f"a: {'9' * 5000}\n", 1, 4, "64 bits"),
        ("[" * 5000, 1, 34, "nested"),
        ("- " * 40, 1, 67, "nested"),
        ("{a: " * 200, 1, 133, "nested"),
        ("a: b\x00c\n", 1, 5, "U+0000"),
        ("a: b\x7fc\n", 1, 5, "U+007F"),
    ],
)
def test_what_is_refused_is_named_with_its_place(
    text: str, line: int, column: int, fragment: str, loader: Loader
) -> None:
    assert [(line, column)] == [found[:2] for found in problems(text, loader)]
    assert fragment in problems(text, loader)[0][2]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("text", ['a: "\\ud800"\n', 'a: "\\q"\n', 'a: "\\xzz"\n'])
def test_bad_escapes_are_refused_in_their_line(text: str, loader: Loader) -> None:
    ((line, _, said),) = problems(text, loader)
    assert line == 1
    assert "scape" in said or "indentation" in said


@pytest.mark.parametrize("loader", LOADERS)
def test_several_mistakes_are_told_at_once(loader: Loader) -> None:
    found = problems("a: 1\na: 2\nb: !x 3\nc: .nan\nd:\t4 # last\n", loader)
    assert [place[0] for place in found][:3] == [2, 3, 4]


@pytest.mark.parametrize("loader", LOADERS)
def test_an_alias_bomb_is_refused_at_its_first_anchor(loader: Loader) -> None:
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert [found[:2] for found in problems("\n".join(lines), loader)] == [(1, 5)]


def test_a_flood_of_mistakes_is_cut_short() -> None:
    found = problems("".join("a: !x 1\n" for _ in range(1000)), LOADERS[-1])
    assert len(found) == MAX_PROBLEMS + 1
    assert "not listed" in found[-1][2]


def test_a_file_over_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 100_000_000)
    with pytest.raises(ProblemsError, match="larger than 1,000,000 bytes"):
        read(path)


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_bytes(b"a: 1\n#".ljust(MAX_BYTES, b"x"))
    assert read(path).data == {"a": 1}


@pytest.mark.parametrize(
    ("content", "line", "column", "fragment"),
    [
        (b"a: caf\xe9\n", 1, 7, "0xe9 is not UTF-8"),
        (b"a: 1\nb: \xff\n", 2, 4, "0xff is not UTF-8"),
        (b"\xef\xbb\xbfa: \xff\n", 1, 4, "0xff is not UTF-8"),
        ("# öö\na: ö".encode() + b"\xff\n", 2, 5, "0xff is not UTF-8"),
        ("a: 1".encode("utf-16"), 1, 1, "0xff is not UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", 1, 1, "U+007F is not allowed"),
        (b"PK\x03\x04\x14\x00", 1, 3, "U+0003 is not allowed"),
        (b"", 1, 1, "empty"),
        (b"\xef\xbb\xbf", 1, 1, "empty"),
    ],
)
def test_files_that_are_no_text_are_refused(
    tmp_path: Path, content: bytes, line: int, column: int, fragment: str
) -> None:
    path = tmp_path / "some.yaml"
    path.write_bytes(content)
    with pytest.raises(ProblemsError) as caught:
        read(path)
    (found,) = caught.value.problems
    assert (found.path, found.line, found.column) == (path, line, column)
    assert fragment in found.text


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(path).data == {"a": 1}


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="No such file"):
        read(tmp_path / "missing.yaml")
    with pytest.raises(ProblemsError, match="not a file"):
        read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ProblemsError, match="not a file"):
        read(tmp_path / "pipe.yaml")


PLAIN_CHARACTERS = st.characters(min_codepoint=0x20, blacklist_categories=["Cs"]).filter(
    lambda char: not re.match("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]", char)
)
TEXTS = st.text(PLAIN_CHARACTERS, max_size=30)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(LOADERS), st.sampled_from([None, 2]))
def test_json_reads_as_json_does(value: object, loader: Loader, indent: int | None) -> None:
    assert parse(FILE, json.dumps(value, ensure_ascii=False, indent=indent), loader).data == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab:-? \n#'\"[]{},&*!|>%@`\t\\1.~"), max_size=40))
def test_no_text_is_read_differently_by_the_two_parsers(text: str) -> None:
    readings = set()
    for loader in LOADERS:
        try:
            readings.add(repr(parse(FILE, text, loader).data))
        except ProblemsError as error:
            assert error.problems
    assert len(readings) <= 1
