"""Messages are split at the braces that are meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.policy.message import MessageError, Part, split


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("", []),
        ("plain", [Part("plain", 0)]),
        ("{a}", [Part("a", 1, True)]),
        ("x { a } y", [Part("x ", 0), Part("a", 4, True), Part(" y", 7)]),
        ("{{a}}", [Part("{a}", 0)]),
        ("{a}}}", [Part("a", 1, True), Part("}", 3)]),
        ("{{{a}}}", [Part("{", 0), Part("a", 3, True), Part("}", 5)]),
        ("{ {'k': a}['k'] }!", [Part("{'k': a}['k']", 2, True), Part("!", 17)]),
        ("{a + '}'}", [Part("a + '}'", 1, True)]),
        ('{a + "\\"}"}', [Part('a + "\\"}"', 1, True)]),
        ("{'''it's }'''}", [Part("'''it's }'''", 1, True)]),
        ("{r'\\d}'}", [Part("r'\\d}'", 1, True)]),
        ("{a\n+ b}", [Part("a\n+ b", 1, True)]),
    ],
)
def test_messages_are_split(message: str, parts: list[Part]) -> None:
    assert split(message) == parts


@pytest.mark.parametrize(
    ("message", "offset"), [("a {b", 2), ("a }", 2), ("{}", 0), ("a { }", 2), ("{a} }", 4), ("{a{b}", 0)]
)
def test_braces_that_do_not_fit_are_refused(message: str, offset: int) -> None:
    with pytest.raises(MessageError) as caught:
        split(message)
    assert caught.value.offset == offset


EXPRESSIONS = st.text("ab+ ", min_size=1, max_size=6).filter(str.strip)
PIECES = st.tuples(st.just(True), EXPRESSIONS) | st.tuples(st.just(False), st.text("ab {}", min_size=1, max_size=6))


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=6))
def test_a_message_that_is_put_together_comes_apart_again(pieces: list[tuple[bool, str]]) -> None:
    written = ""
    expected = ""
    for is_expression, text in pieces:
        written += f"{{{text}}}" if is_expression else text.replace("{", "{{").replace("}", "}}")
        expected += f"<{text.strip()}>" if is_expression else text
    parts = split(written)
    assert "".join(f"<{part.text}>" if part.is_expression else part.text for part in parts) == expected
    assert all(written[part.start :].startswith(part.text) for part in parts if part.is_expression)
