from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from scanner.collect.catalogue import BY_NAME
from scanner.collect.parents import Parents, texts_at
from scanner.collect.refusal import Broken
from scanner.collect.resource import FanOut


def fan_out_of(name: str) -> FanOut:
    found = BY_NAME[name].fan_out
    assert found is not None
    return found


GROUP_MEMBERS = fan_out_of("groupMembers")
ASSIGNED_TO = fan_out_of("appRoleAssignedTo")
ALL = FanOut(parents="groups", item="directoryObject", values="owners")


def raw(*records: Any) -> list[bytes]:
    return [json.dumps(record).encode() for record in records]


def policy(**users: Any) -> dict[str, Any]:
    return {"id": "p", "conditions": {"users": users}}


GROUPS = raw(*({"id": f"g{n}", "displayName": f"Group {n}"} for n in range(6)))


def test_without_a_limit_all_parents_are_asked() -> None:
    parents = Parents(ALL)
    parents.see("groups", GROUPS[::-1])
    assert parents.ids() == ("g0", "g1", "g2", "g3", "g4", "g5")


def test_only_groups_that_something_names_are_asked_and_only_if_they_exist() -> None:
    parents = Parents(GROUP_MEMBERS)
    parents.see("groups", GROUPS)
    parents.see("conditionalAccessPolicies", raw(policy(includeGroups=["g1", "gone"], excludeGroups=["g2"])))
    parents.see("roleAssignments", raw({"principalId": "g3"}, {"principalId": "a-user"}))
    assert parents.ids() == ("g1", "g2", "g3")


def test_the_order_in_which_resources_come_does_not_matter() -> None:
    parents = Parents(GROUP_MEMBERS)
    parents.see("roleEligibilityScheduleInstances", raw({"principalId": "g5"}))
    parents.see("groups", GROUPS)
    assert parents.ids() == ("g5",)


@pytest.mark.parametrize(
    ("named", "ids"),
    [(["G4"], ("g4",)), (["group 4", "Group 5"], ("g4", "g5")), (["Group"], ()), ([""], ()), ([], ())],
)
def test_declared_groups_are_found_by_id_or_name_in_any_case(named: list[str], ids: tuple[str, ...]) -> None:
    parents = Parents(GROUP_MEMBERS, named)
    parents.see("groups", GROUPS)
    assert parents.ids() == ids


def test_parents_are_limited_to_well_known_applications() -> None:
    parents = Parents(ASSIGNED_TO)
    parents.see(
        "servicePrincipals",
        raw({"id": "s1", "appId": "00000003-0000-0000-c000-000000000000"}, {"id": "s2", "appId": "x"}, {"id": "s3"}),
    )
    assert parents.ids() == ("s1",)


def test_resources_that_name_nothing_are_passed_over() -> None:
    parents = Parents(ALL)
    parents.see("users", raw({"id": 1}))
    assert parents.ids() == ()
    assert parents.sources == {"groups"}


@pytest.mark.parametrize(
    ("resource", "record"),
    [
        ("groups", {"displayName": "no id"}),
        ("groups", {"id": 1}),
        ("roleAssignments", {"principalId": 7}),
        ("conditionalAccessPolicies", {"conditions": []}),
    ],
)
def test_a_record_of_another_form_is_no_silence(resource: str, record: Any) -> None:
    with pytest.raises(Broken, match="another form"):
        Parents(GROUP_MEMBERS).see(resource, raw(record))


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        ({"a": {"b": "x"}}, ["x"]),
        ({"a": {"b": ["x", "y"]}}, ["x", "y"]),
        ({"a": {"b": []}}, []),
        ({"a": {"b": None}}, []),
        ({"a": {}}, []),
        ({"a": None}, []),
        ({}, []),
    ],
)
def test_text_is_found_at_a_path(record: Any, texts: list[str]) -> None:
    assert texts_at("a.b")(json.dumps(record).encode()) == texts


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        ({"a": [{"b": {"c": "x"}}, {"b": {"c": "y"}}]}, ["x", "y"]),
        ({"a": [{"b": None}, {}]}, []),
        ({"a": []}, []),
        ({"a": None}, []),
    ],
)
def test_text_is_found_in_the_records_of_a_list(record: Any, texts: list[str]) -> None:
    assert texts_at("a[].b.c")(json.dumps(record).encode()) == texts


@pytest.mark.parametrize("record", [{"a": {"b": {"c": "x"}}}, {"a": [{"b": [{"c": "x"}]}]}, {"a": "x"}])
def test_a_list_that_is_none_is_refused(record: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        texts_at("a[].b.c")(json.dumps(record).encode())


@pytest.mark.parametrize("record", [{"a": {"b": 1}}, {"a": "x"}, {"a": {"b": [1]}}, []])
def test_what_is_no_text_is_refused(record: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        texts_at("a.b")(json.dumps(record).encode())
