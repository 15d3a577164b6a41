from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cel.suggest import did_you_mean, nearest
from scanner.cel.types import graph_types

USER = [prop.name for prop in graph_types().types["user"].properties]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("displayname", "displayName"),
        ("DISPLAYNAME", "displayName"),
        ("dispName", "displayName"),
        ("userPrincipleName", "userPrincipalName"),
        ("acountEnabled", "accountEnabled"),
        ("assignedLicences", "assignedLicenses"),
        ("onPremSyncEnabled", "onPremisesSyncEnabled"),
        ("immutableId", "onPremisesImmutableId"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_found(wrong: str, right: str) -> None:
    assert nearest(wrong, USER) == right


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([name for name in USER if len(name) > 5]), st.data())
def test_one_slip_of_the_finger_always_finds_a_name_as_near(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    slip = data.draw(st.sampled_from([name[:at] + name[at + 1 :], name[:at] + "x" + name[at:], name.swapcase()]))
    assert nearest(slip, USER) in USER


def test_a_hint_names_it() -> None:
    assert did_you_mean("acountEnabled", USER) == "Did you mean `accountEnabled`?"
    assert did_you_mean("xyzzy", USER) == ""
