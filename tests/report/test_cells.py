"""Cells: every text arrives, on one line, and none can become a formula however the file is read."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.demo.contoso import hostile
from scanner.report.cells import cell, harmless, line
from scanner.report.safe import printable
from tests.report.samples import HOSTILE_NAMES

ANY = st.text(st.characters(codec=None))
LURE = st.lists(st.sampled_from([*"=+-@＝－,;\t|\"' \nab1", ";=1", ',"=1', "\t+1"]), min_size=1, max_size=4).map(
    "".join
)
"""Texts of nothing but what matters here."""
SIGNS = tuple("=+-@＝＋－＠")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (1.5, "1.5"),
        (datetime(2026, 11, 1, 6, tzinfo=UTC), "2026-11-01T06:00:00Z"),
        (datetime(2026, 11, 1, 6, 0, 0, 120000, tzinfo=UTC), "2026-11-01T06:00:00.120000Z"),
        (datetime(2026, 11, 1, 6, tzinfo=timezone(timedelta(hours=2))), "2026-11-01T04:00:00Z"),
        ([], ""),
        (["a", "b"], "a; b"),
        (("=a", "-b"), "'=a; '-b"),
        ([True, None, 2], "true; ; 2"),
        ("plain ÄÖ 名前 😀", "plain ÄÖ 名前 😀"),
    ],
)
def test_values_become_text(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1", "'＝1"),
        ("−1", "'−1"),
        ("  =1", "'  =1"),
        ('"=1"', '\'"=1"'),
        ('" =1', "'\" =1"),
        ("a;=1", "a;'=1"),
        ("a, -b", "a,' -b"),
        ("a|+b", "a|'+b"),
        ("'=1", "'=1"),
        ("a=1", "a=1"),
        ("a - b", "a - b"),
        ("ann@contoso.example", "ann@contoso.example"),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("\n=1", "\\n=1"),
        ("\u202e=1", "\\u202e=1"),
        ("\ud800", "\\ud800"),
        ("a\u3000;\u00a0=1", "a\u3000;'\u00a0=1"),
    ],
)
def test_what_could_begin_a_formula_has_an_apostrophe_before_it(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_every_character_that_is_compatible_with_a_sign_counts_as_one() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.normalize("NFKC", character).startswith(tuple("=+-@")):
            assert harmless(f"{character}1").startswith("'"), character


@given(ANY | LURE)
def test_only_apostrophes_are_added(text: str) -> None:
    """Taking away one where there is one too many gives the text back."""
    shown, kept = iter(harmless(text)), printable(text)
    for character in kept:
        found = next(shown)
        assert character == (next(shown) if found == "'" != character else found)
    assert next(shown, None) is None


@given(ANY | LURE | st.sampled_from([*hostile.NAMES.values(), *HOSTILE_NAMES]))
def test_harmless_text_stays_as_it_is_when_it_is_made_harmless_again(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


CELLS = st.lists(ANY | LURE | st.sampled_from([*hostile.NAMES.values(), *HOSTILE_NAMES]), min_size=1, max_size=5)


@given(st.lists(CELLS, max_size=4), st.sampled_from(",;\t"))
def test_readers_get_exactly_the_cells(rows: list[list[str]], separator: str) -> None:
    safe = [[harmless(text) for text in row] for row in rows]
    written = "".join(f"{line(row, separator)}\r\n" for row in safe)
    assert list(csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)) == safe
    assert written.count("\n") == len(rows)


def cells_of(written: str, separators: str) -> list[str]:
    """Where cells begin and end for a program that reads by any of ``separators``: a quotation mark opens a quoted part
    only at the beginning of a cell."""
    cells, current, place = [], "", 0
    while place < len(written):
        if written[place] == '"' and not current:
            quoted = re.compile(r'"((?:[^"]|"")*)"?').match(written, place)
            assert quoted
            current, place = quoted[1].replace('""', '"'), quoted.end()
            if not current:
                continue
        elif written[place] in separators:
            cells.append(current)
            current, place = "", place + 1
        else:
            current, place = current + written[place], place + 1
    return [*cells, current]


@settings(max_examples=400)
@given(
    st.lists(LURE, min_size=2, max_size=3),
    st.sampled_from(",;"),
    st.sampled_from([",", ";", "\t", "|", ",;\t", ",;\t|"]),
)
def test_no_cell_is_a_formula_by_whatever_separator_the_file_is_read(
    row: list[str], separator: str, read_by: str
) -> None:
    written = line([harmless(text) for text in row], separator)
    for found in cells_of(written, read_by):
        assert not found.lstrip(' \t\u3000\u00a0"').startswith(SIGNS)
