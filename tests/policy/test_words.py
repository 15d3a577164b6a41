"""Messages show names safely and point to the right one."""

from __future__ import annotations

import pytest

from scanner.policy.words import did_you_mean, listed, nearest, quoted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a b", "`a b`"),
        (7, "`7`"),
        ("a\nb\x1b\u202e", "`a\\nb\\x1b\\u202e`"),
        ("x" * 61, f"`{'x' * 60}…`"),
        ("é", "`é`"),
    ],
)
def test_values_are_shown_safely(value: object, shown: str) -> None:
    assert quoted(value) == shown


@pytest.mark.parametrize(("names", "prose"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
def test_lists_read_as_prose(names: list[str], prose: str) -> None:
    assert listed(names) == prose


def test_the_nearest_name_is_found_whatever_its_letter_case() -> None:
    assert nearest("USERPRINCIPALNAME", ["userPrincipalName", "displayName"]) == "userPrincipalName"
    assert nearest("x", ["userPrincipalName"]) == ""


def test_a_hint_names_the_nearest_or_all_of_a_few() -> None:
    assert did_you_mean("wher", ["where", "assert"]) == "Did you mean `where`?"
    assert did_you_mean("zzz", ["where", "assert"]) == "Known: `assert` and `where`."
    assert did_you_mean("zzz", map(str, range(20))) == ""
    assert did_you_mean("zzz", []) == ""
