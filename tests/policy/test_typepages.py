"""Pages of what expressions can read: every property and fact with type and source, found by any of its names."""

from __future__ import annotations

import pytest

from scanner.errors import UsageError
from scanner.policy.typepages import overview, page
from scanner.policy.vocabulary import vocabulary

WORDS = vocabulary()


@pytest.mark.parametrize("name", ["users", "user"])
def test_a_resource_is_found_by_its_name_and_by_that_of_its_record(name: str) -> None:
    text = page(WORDS, name, None)
    assert text.startswith("users: a record is `user` in expressions\n")
    assert "GET /users, read with User.Read.All" in text
    for part in ("accountEnabled: boolean", "assignedPlans: list of assignedPlan", "isBreakGlass: boolean"):
        assert part in text


def test_every_property_and_fact_of_every_type_is_on_its_page() -> None:
    for record_type in WORDS.types.values():
        text = page(WORDS, record_type.name, None)
        for one in record_type.properties.values():
            assert f"{one.name}: " in text, (record_type.name, one.name)


def test_facts_tell_what_they_are_made_from_and_graphs_properties_do_not() -> None:
    lines = {line.partition(":")[0]: line for line in page(WORDS, "users", None).splitlines()}
    assert lines["registration"].endswith("Made from userRegistrationDetails.")
    assert "Made from" not in lines["displayName"]


def test_a_path_leads_to_the_type_of_what_it_ends_in() -> None:
    assert page(WORDS, "user.assignedPlans", None).startswith("assignedPlan")
    assert "servicePlanId: string" in page(WORDS, "user.assignedPlans", None)
    assert "excludeUsers: list of string" in page(WORDS, "policy.conditions.users", None)


def test_a_type_tells_where_it_is_found() -> None:
    assert "\nFound in " in page(WORDS, "assignedPlan", None)
    assert "user.assignedPlans" in page(WORDS, "assignedPlan", None).splitlines()[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("users", "From Microsoft Graph v1.0: GET /users, read with User.Read.All"),
        ("workspaces", "From Azure Resource Manager: GET /subscriptions/"),
        ("adUsers", "From a file that is added to the snapshot."),
        ("roleHoldings", "Made from applications, "),
        ("userRegistrationDetails", "Needs the licence P1"),
    ],
)
def test_every_resource_tells_its_source(name: str, said: str) -> None:
    assert said in page(WORDS, name, None)


@pytest.mark.parametrize("name", [one for one in WORDS.subjects if one != "tenant"])
def test_no_resource_is_without_a_source(name: str) -> None:
    head = page(WORDS, name, None).partition("\n\n")[0]
    assert any(line.startswith(("From ", "Made from ")) for line in head.splitlines())


def test_a_property_tells_what_more_it_needs() -> None:
    (line,) = (one for one in page(WORDS, "users", None).splitlines() if one.startswith("signInActivity:"))
    assert "Needs AuditLog.Read.All and the licence P1." in line


def test_a_derived_resource_tells_its_columns() -> None:
    text = page(WORDS, "roleHoldings", None)
    assert text.startswith("roleHoldings: a record is `holding` in expressions")
    assert "principalId: string" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("usrs", "Did you mean `users`?"),
        ("user.asignedPlans", "Did you mean `assignedPlans`?"),
        ("user.displayName", "is string: it has no properties"),
        ("user.displayName.x", "is string: it has no properties"),
        ("", "There is no resource or type"),
        ("...", "There is no resource or type"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        page(WORDS, name, None)


def test_the_list_has_every_resource_with_its_record() -> None:
    lines = overview(WORDS, None).splitlines()
    assert len(lines) == len(WORDS.subjects)
    assert any(line.split()[:2] == ["users", "user:"] for line in lines)


@pytest.mark.parametrize("width", [40, 80])
def test_lines_keep_to_the_terminal(width: int) -> None:
    narrow = [line for line in page(WORDS, "user", width).splitlines() if " " in line.strip()]
    longest = max(len(one.name) + len(one.type) for one in WORDS.types["user"].properties.values()) + len(
        ": list of   "
    )
    assert max(map(len, narrow)) <= max(width, longest + 60)
