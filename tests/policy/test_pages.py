"""The list of policies, and values as it and others show them: nothing lost, lines of the width asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.pages import listing, shown
from scanner.policy.params import param_value
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder

SHIPPED = load_policies([policies_folder()], vocabulary())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_list_has_the_worst_first_and_every_title_whole() -> None:
    lines = listing(SHIPPED).splitlines()
    assert len(lines) == len(SHIPPED)
    ranks = [Severity(line.split()[0]).rank for line in lines]
    assert ranks == sorted(ranks)
    for shipped in SHIPPED:
        assert any(shipped.id in line.split() and line.endswith(shipped.title) for line in lines)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_for_a_terminal_the_list_is_wrapped(width: int) -> None:
    text = listing(SHIPPED, width)
    assert max(map(len, text.splitlines())) <= width
    for shipped in SHIPPED:
        assert shipped.title in flat(text)


def test_a_terminal_that_is_too_narrow_gets_lines_that_can_be_read() -> None:
    assert all(len(line) < 75 for line in listing(SHIPPED, 10).splitlines())


def test_the_list_of_nothing_is_empty() -> None:
    assert listing([]) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=90), "90d"),
        (timedelta(days=1, hours=12, minutes=30), "1d12h30m"),
        (timedelta(seconds=59), "59s"),
        (timedelta(0), "0s"),
        (timedelta(days=999_999), "999999d"),
        (True, "true"),
        (False, "false"),
        (("IT", "Security"), "IT, Security"),
        (4, "4"),
    ],
)
def test_values_are_shown_as_files_have_them(value: object, text: str) -> None:
    assert shown(value) == text
    if isinstance(value, timedelta):
        assert param_value("duration", text) == value
