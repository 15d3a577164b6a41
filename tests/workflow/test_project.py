"""Opening a project: which policies are selected, found and needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import ConfigError, PolicyError, UsageError
from scanner.shipped import policies_folder
from scanner.workflow import find_policy, needs_of, open_project
from tests.policy.examples import put
from tests.workflow.given import HEAD, RULE, project


def selected(*select: str) -> list[str]:
    return [policy.id for policy in open_project([Path("rules")], select, None).policies]


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ([], ["admins-few", "admins-old", "guests-few"]),
        (["guests-few"], ["guests-few"]),
        (["admins-*"], ["admins-few", "admins-old"]),
        (["*-few"], ["admins-few", "guests-few"]),
        (["roles"], ["admins-few", "admins-old"]),
        (["age", "guests"], ["admins-old", "guests-few"]),
        (["former-name"], ["admins-old"]),
        (["admins-?ew", "admins-few"], ["admins-few"]),
    ],
)
def test_policies_are_selected_by_id_former_id_or_tag(folder: Path, select: list[str], expected: list[str]) -> None:
    assert selected(*select) == expected


@pytest.mark.parametrize("select", [["Admins-few"], ["admins-few", "nothing-*"], [""]])
def test_a_selection_that_matches_nothing_is_refused(folder: Path, select: list[str]) -> None:
    with pytest.raises(UsageError, match=f"--select {select[-1]}".replace("*", r"\*")):
        selected(*select)


def test_folders_come_from_the_options_else_the_configuration_else_the_package(folder: Path) -> None:
    put(folder / "others", "other-rule.yaml", f"id: other-rule\n{HEAD}{RULE}")
    assert open_project((), (), None).folders == (policies_folder(),)
    put(folder, "tenantlint.yaml", "policies: [others]\n")
    assert [policy.id for policy in open_project((), (), None).policies] == ["other-rule"]
    assert selected() == ["admins-few", "admins-old", "guests-few"]


def test_a_broken_policy_stops_even_a_selection_without_it(folder: Path) -> None:
    put(folder / "rules", "broken.yaml", "id: broken\n")
    with pytest.raises(PolicyError, match=r"broken\.yaml"):
        selected("guests-few")


def test_a_configuration_that_is_broken_is_told_before_policies_are_read(folder: Path) -> None:
    put(folder, "odd.yaml", "failsOn: low\n")
    with pytest.raises(ConfigError, match=r"odd\.yaml"):
        open_project([Path("nowhere")], (), Path("odd.yaml"))


@pytest.mark.parametrize(("name", "id"), [("admins-few", "admins-few"), ("former-name", "admins-old")])
def test_a_policy_is_found_by_its_id_or_a_former_one(folder: Path, name: str, id: str) -> None:
    assert find_policy(project(folder), name).id == id


def test_a_policy_that_there_is_not_is_answered_with_a_hint(folder: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean `admins-few`"):
        find_policy(project(folder), "admin-few")
    with pytest.raises(UsageError, match=r"There is no policy zzzzzz\. `tenantlint list` shows them all\."):
        find_policy(open_project((), (), None), "zzzzzz")


def test_what_is_collected_is_what_the_selected_policies_read(folder: Path) -> None:
    put(
        folder / "rules",
        "domain-rule.yaml",
        f"id: domain-rule\n{HEAD}resource: domains\nassert: domain.id != ''\nmessage: x\n",
    )
    assert needs_of(project(folder)) == {"domains": {"id"}, "users": {"accountEnabled"}}
    assert needs_of(open_project([Path("rules")], ["domain-*"], None)) == {"domains": {"id"}}
