"""What files change about policies: the later decides value by value, and every change is known with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError, Problem
from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.model import Between, Policy, Rule
from scanner.policy.overrides import Change, Overrides, Setting, Settings, Spot
from scanner.policy.vocabulary import vocabulary
from tests.policy.examples import ATTESTED, NAME, POLICY, put


def spot(file: str, line: int = 1) -> Spot:
    return Spot(Path(file), line, 1)


def values(file: str, **given: object) -> Setting[Settings]:
    return Setting(
        {name: Setting(value, spot(file, 2), spot(file, 2)) for name, value in given.items()}, spot(file), spot(file)
    )


def severity(file: str, value: Severity) -> Setting[Severity]:
    return Setting(value, spot(file), spot(file))


def load(folder: Path, text: str, *layers: Overrides) -> Policy:
    put(folder, f"{NAME}.yaml", text)
    (policy,) = load_policies([folder], vocabulary(), layers)
    return policy


def problems(folder: Path, text: str, *layers: Overrides) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        load(folder, text, *layers)
    return caught.value.problems


def test_the_later_layer_decides_value_by_value(tmp_path: Path) -> None:
    team = Overrides(
        {NAME: values("team.yaml", maximum=9, departments=["IT"])}, {NAME: severity("team.yaml", Severity.LOW)}
    )
    tenant = Overrides({NAME: values("tenant.yaml", maximum=7)})
    policy = load(tmp_path, POLICY, team, tenant)
    assert {name: param.value for name, param in policy.params.items() if name != "age"} == {
        "maximum": 7,
        "departments": ("IT",),
    }
    assert policy.changes == (
        Change("severity", Severity.LOW, Severity.HIGH, spot("team.yaml")),
        Change("params.maximum", 7, 4, spot("tenant.yaml", 2)),
        Change("params.departments", ("IT",), ("IT", "Security"), spot("team.yaml", 2)),
    )


def test_an_alias_in_one_layer_and_the_id_in_another_are_one_policy(tmp_path: Path) -> None:
    team = Overrides({"administrators-few": values("team.yaml", maximum=9)})
    tenant = Overrides({NAME: values("tenant.yaml", maximum=7)})
    assert load(tmp_path, POLICY, team, tenant).params["maximum"].value == 7
    assert load(tmp_path, POLICY, tenant, team).params["maximum"].value == 9


def test_what_says_the_same_again_is_no_change(tmp_path: Path) -> None:
    same = Overrides({NAME: values("team.yaml", maximum=4)}, {NAME: severity("team.yaml", Severity.HIGH)})
    assert load(tmp_path, POLICY, same).changes == ()


FIXED = POLICY.replace("max: params.maximum", "max: 3").replace(
    "  maximum: {type: integer, default: 4, description: Most accounts.}\n", ""
)


def test_a_number_of_records_required_is_changed(tmp_path: Path) -> None:
    policy = load(tmp_path, FIXED, Overrides(require={NAME: values("tenant.yaml", max=8)}))
    assert isinstance(policy.body, Rule)
    assert policy.body.require == Between(1, 8)
    assert policy.changes == (Change("require.max", 8, 3, spot("tenant.yaml", 2)),)


@pytest.mark.parametrize(
    ("text", "bounds", "said"),
    [
        (POLICY, {"max": 8}, "takes `max` from its parameter `maximum`. Set it under `params`."),
        (FIXED.replace("{min: 1, max: 3}", "any"), {"min": 2}, "requires `any`, no number of records."),
        (FIXED, {"min": 9}, "At least 9 and at most 3 cannot both hold."),
        (ATTESTED.replace("keys-in-a-safe", NAME), {"min": 2}, "decided by a statement"),
    ],
)
def test_a_number_that_cannot_be_set_is_a_problem_of_the_file_that_sets_it(
    tmp_path: Path, text: str, bounds: dict[str, int], said: str
) -> None:
    (problem,) = problems(tmp_path, text, Overrides(require={NAME: values("tenant.yaml", **bounds)}))
    assert problem.path == Path("tenant.yaml")
    assert said in f"{problem.text} {problem.hint}"


def test_shipped_policies_that_are_not_loaded_are_no_mistake_and_others_are(tmp_path: Path) -> None:
    load(tmp_path, POLICY, Overrides({"break-glass-tested": values("tenant.yaml", days=90)}))
    (problem,) = problems(tmp_path, POLICY, Overrides({"break-glass-testde": values("tenant.yaml", days=90)}))
    assert "There is no policy `break-glass-testde`." in problem.text
