"""Selectors pick what they say, and what is none is told with the nearest right word."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scanner.frameworks import FRAMEWORKS
from scanner.model import Severity
from scanner.policy.model import Attested, Policy
from scanner.policy.selectors import BadSelector, frameworks, parse

POLICY = Policy(
    id="guests-few",
    title="Few guests",
    severity=Severity.HIGH,
    description="",
    remediation="",
    body=Attested("", timedelta(days=1)),
    path=Path("guests-few.yaml"),
    controls={"scuba": ("MS.AAD.8.1v1",), "zero-trust": ("least-privilege", "ZT 21791")},
    tags=("guests", "settings"),
    aliases=("few-guests",),
)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("guests-few", True),
        ("few-guests", True),
        ("guests", True),
        ("guest", False),
        ("guests-*", True),
        ("*-few", True),
        ("Guests-few", False),
        ("id:guests-few", True),
        ("id:few-guests", True),
        ("id:guests", False),
        ("tag:guests", True),
        ("tag:guests-few", False),
        ("control:scuba", True),
        ("control:scuba:MS.AAD.8.1v1", True),
        ("control:scuba:MS.AAD.8.*", True),
        ("control:scuba:MS.AAD.7.*", False),
        ("control:cis", False),
        ("control:zero-trust:ZT 21791", True),
        ("severity:high", True),
        ("severity:medium", False),
        ("severity:critical", False),
        ("severity:critical+", False),
        ("severity:high+", True),
        ("severity:medium+", True),
        ("severity:info+", True),
    ],
)
def test_a_selector_picks_what_it_says(text: str, picked: bool) -> None:
    assert parse(text).matches(POLICY) is picked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tags:guests", "`tags` is no kind of selector. Did you mean `tag`?"),
        ("tag:", "Nothing follows `tag:`."),
        ("severity:hihg", "There is no severity `hihg`. Did you mean `high`?"),
        ("severity:high++", "There is no severity `high+`."),
        ("control:scubba", "There is no framework `scubba`. Did you mean `scuba`?"),
        ("control:scuba:", None),
    ],
)
def test_what_is_no_selector_is_told(text: str, said: str | None) -> None:
    if said is None:
        assert parse(text).matches(POLICY)
        return
    with pytest.raises(BadSelector, match=said.replace("?", r"\?").replace("+", r"\+")):
        parse(text)


def test_a_selector_that_picks_nothing_is_told_what_was_probably_meant() -> None:
    assert parse("guests-fwe").nearest([POLICY]) == "Did you mean `guests-few`?"
    assert parse("tag:guest").nearest([POLICY]) == "Did you mean `guests`?"
    assert "MS.AAD.8.1v1" in parse("control:scuba:MS.AAD.8.2v1").nearest([POLICY])


def test_the_command_line_knows_all_frameworks() -> None:
    assert set(FRAMEWORKS) == set(frameworks())
