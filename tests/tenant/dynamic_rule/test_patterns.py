"""Regular expressions: what RE2 and .NET read the same way is run, the rest is not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tenant.dynamic_rule.patterns import searcher


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^Da.*", "David", True),
        ("^Da.*", "aDa", False),
        (".*vid", "DAVID", True),
        ("ago", "Lagos", True),
        ("@contoso\\.com$", "ann@contoso.com", True),
        ("^(?:a|b)+$", "ABBA", True),
        ("^[A-C]{2,3}?$", "abc", True),
        ("[^a]", "aaa", False),
        ("[]a]", "]", True),
        (r"^\d+$", "123", True),
        ("^é", "Été", True),
        ("x", "été", False),
        (r"^\w+$", "été", None),
        ("a$", "a\n", None),
        ("a", "\ud800", None),
    ],
)
def test_a_pattern_is_found_anywhere_whatever_the_case(pattern: str, text: str, found: bool | None) -> None:
    assert searcher(pattern)(text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1", "(?=a)", "(?!a)", "(?<=a)", "(?>a)", "(?<n>a)", "(?P<n>a)", "(?i)a", "(?U)a", r"\Qa\E", r"\pL",
        r"\Aa", r"a\z", r"\x41", "[a-z-[aeiou]]", "[[:alpha:]]", r"[\b]", "(", "a)", "[a", "a{2", "*", "a{1001}", "\\",
    ],
)  # fmt: skip
def test_a_pattern_that_may_mean_something_else_in_dot_net_is_not_run(pattern: str) -> None:
    assert searcher(pattern)("a") is None


@pytest.mark.parametrize("pattern", ["[^a]" * 700 + "(?=", "(a*)*" * 300 + "!", "(" * 1500])
def test_no_pattern_takes_long(pattern: str) -> None:
    began = time.process_time()
    searcher(pattern)("a" * 3000)
    assert time.process_time() - began < 2


@given(st.text("ab.^$|*+?()[]{}\\dwsn12,-", max_size=8), st.text("abAB1 .-", max_size=6))
def test_what_is_run_finds_what_python_finds(pattern: str, text: str) -> None:
    found = searcher(pattern)(text)
    if found is None:
        return
    try:
        expected = re.search(pattern, text, re.IGNORECASE | re.ASCII) is not None
    except (re.error, OverflowError):
        return
    assert found is expected
