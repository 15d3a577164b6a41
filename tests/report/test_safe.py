"""What may reach a terminal, an XML file or a reader, and in which form."""

from __future__ import annotations

import json
import unicodedata
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.safe import cut, printable, printable_lines, to_json
from tests.report.samples import HOSTILE_NAMES

ANY = st.text(st.characters(codec=None))
DIRECTIONS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ÄÖ 名前 😀", "plain ÄÖ 名前 😀"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x1b[31m\x7f\x9b", "\\x00\\x1b[31m\\x7f\\x9b"),
        ("abc\u202egpj", "abc\\u202egpj"),
        ("\u2066x\u2069\u200e\u200f\u061c", "\\u2066x\\u2069\\u200e\\u200f\\u061c"),
        ("a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\xad"),
        ("\u2028\u2029\x85", "\\u2028\\u2029\\x85"),
        ("\ud800x\udfff", "\\ud800x\\udfff"),
        ("\ufffe\uffff\ufdd0", "\\ufffe\\uffff\\ufdd0"),
        ("\U000e0041", "\\U000e0041"),
        ("می\u200cخواهم 👨\u200d👩 葛\U000e0100 \ufffd", "می\u200cخواهم 👨\u200d👩 葛\U000e0100 \ufffd"),
    ],
)
def test_what_could_deceive_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY)
def test_no_text_brings_controls_or_direction_marks(text: str) -> None:
    for character in printable(text):
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(character) not in DIRECTIONS


@given(ANY)
def test_every_text_becomes_one_that_xml_can_hold(text: str) -> None:
    element = ElementTree.Element("e", {"a": printable(text)})
    element.text = printable_lines(text)
    parsed = ElementTree.fromstring(ElementTree.tostring(element, encoding="unicode"))
    assert (parsed.get("a"), parsed.text or "") == (printable(text), printable_lines(text))


@given(ANY)
def test_lines_differ_only_in_newlines(text: str) -> None:
    assert printable_lines(text).replace("\n", "\\n") == printable(text)


@given(st.text(max_size=300), st.integers(30, 100))
def test_a_cut_text_says_how_much_is_missing(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
    else:
        kept, note = short.rsplit("… (+", 1)
        assert text.startswith(kept)
        assert int(note.removesuffix(" characters)").replace(",", "")) == len(text) - len(kept)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_json_carries_every_text_unchanged_but_lone_surrogates(name: str) -> None:
    text = to_json({"name": name, name: [name]})
    expected = name.replace("\ud800", "\\ud800").replace("\udc00", "\\udc00")
    for read in (json.loads, msgspec.json.decode):
        assert read(text) == ({"name": expected, expected: [expected]})
    assert printable_lines(text) == text


def test_json_has_no_numbers_that_json_does_not_have() -> None:
    assert json.loads(to_json([float("inf"), float("nan"), 1.5, 2**60])) == ["inf", "nan", 1.5, 2**60]
