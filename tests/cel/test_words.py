from __future__ import annotations

import re

import pytest

from scanner.cel.words import GLOBALS, MACROS, METHODS, in_words, outer
from tests.cel.checking import told

USES = [
    "user.mail.contains('a') && user.mail.endsWith('a') && user.mail.matches('a') && user.mail.startsWith('a')",
    "user.mail.size() + size(user.mail) == 2 && matches(user.mail, 'a')",
    "now.getDate() + now.getDayOfMonth() + now.getDayOfWeek() + now.getDayOfYear() + now.getFullYear() == 1",
    "now.getHours() + now.getMilliseconds() + now.getMinutes() + now.getMonth() + now.getSeconds() == 1",
    "'a'.charAt(0) + '%s'.format(['a']) + ['a'].join() + 'a'.lowerAscii() + 'a'.replace('a', 'b') == ''",
    "'a'.indexOf('a') + 'a'.lastIndexOf('a') == 1 && 'a'.reverse() + 'a'.substring(0) + 'a'.trim() == ''",
    "'a'.split('a').first().hasValue() && 'a'.split('a').last().value() == 'a'.upperAscii()",
    "optional.of(1).or(optional.none()).orValue(1) == optional.ofNonZeroValue(1).optMap(x, x).value()",
    "optional.of(1).optFlatMap(x, optional.of(x)).hasValue() && strings.quote('a') == ''",
    "[1].all(x, x > 0) && [1].exists(x, x > 0) && [1].exists_one(x, x > 0) && [1].map(x, x) == [1].filter(x, x > 0)",
    "bool('true') && bytes('a') == b'a' && double(1) == 1.0 && dyn(1) == 1 && int('1') == 1 && string(1) == '1'",
    "has(user.mail) && duration('1s') < duration('2s') && timestamp(1) < now && type(1) == int && uint(1) == 1u",
]


@pytest.mark.parametrize("source", USES)
def test_every_function_listed_is_known_to_the_runtime(source: str) -> None:
    assert told(source) == []


def test_the_lists_hold_the_functions_used_above_and_no_others() -> None:
    called = {
        (dotted.rpartition(".")[2] if not dotted.startswith(("optional.", "strings.")) else dotted)
        for dotted in re.findall(r"((?:\b(?:optional|strings)\.)?\w+)\(", " ".join(USES))
    }
    assert called == METHODS | GLOBALS
    assert MACROS <= METHODS


@pytest.mark.parametrize(
    ("type_text", "words"),
    [
        ("bool", "a yes/no value"),
        ("wrapper(string)", "text"),
        ("wrapper(int)", "a whole number"),
        ("google.protobuf.Timestamp", "a date and time"),
        ("timestamp", "a date and time"),
        ("list(string)", "a list of text"),
        ("list(int)", "a list of whole numbers"),
        ("list(list(int))", "a list of lists"),
        ("list(map(string, int))", "a list of maps"),
        ("list(graph.user)", "a list of `user` records"),
        ("graph.user", "a whole `user` record"),
        ("map(string, list(int))", "a map"),
        ("optional_type(wrapper(bool))", "an optional value (a yes/no value)"),
        ("type(int)", "a type"),
        ("dyn", "a value of any type"),
        ("null_type", "null"),
        ("google.protobuf.Any", "`google.protobuf.Any`"),
    ],
)
def test_types_have_plain_words(type_text: str, words: str) -> None:
    assert in_words(type_text) == words


@pytest.mark.parametrize(
    ("type_text", "name", "parameters"),
    [
        ("int", "int", ()),
        ("list(int)", "list", ("int",)),
        ("map(string, map(int, list(bool)))", "map", ("string", "map(int, list(bool))")),
        ("(wrapper(string), int)", "", ("wrapper(string)", "int")),
        ("()", "", ()),
    ],
)
def test_types_fall_into_name_and_parameters(type_text: str, name: str, parameters: tuple[str, ...]) -> None:
    assert outer(type_text) == (name, parameters)
