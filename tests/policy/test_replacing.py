"""A policy stands in for another only by saying so; what is ambiguous is told with both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError
from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.overrides import Overrides, Setting, Spot
from scanner.policy.vocabulary import vocabulary
from tests.policy.examples import ATTESTED, put

SPOT = Spot(Path("tenantlint.yaml"), 3, 5)


def written(folder: Path, id: str, extra: str = "", title: str = "Keys") -> Path:
    text = ATTESTED.replace("keys-in-a-safe", id).replace("Keys are kept in a safe", title)
    return put(folder, f"{id}.yaml", text + extra)


def loaded(folder: Path, *layers: Overrides) -> dict[str, Policy]:
    return {policy.id: policy for policy in load_policies([folder], vocabulary(), layers)}


def said(folder: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        loaded(folder)
    (problem,) = caught.value.problems
    return str(problem).replace("\\", "/")


def test_a_policy_of_the_same_id_replaces(tmp_path: Path) -> None:
    written(tmp_path / "a", "keys", title="Theirs")
    written(tmp_path / "b", "keys", "replaces: keys\n", title="Ours")
    assert {id: policy.title for id, policy in loaded(tmp_path).items()} == {"keys": "Ours"}
    assert loaded(tmp_path)["keys"].aliases == ()


def test_a_policy_of_another_id_replaces_and_answers_to_the_old_names(tmp_path: Path) -> None:
    written(tmp_path / "a", "keys", "aliases: [old-keys]\n")
    written(tmp_path / "b", "our-keys", "replaces: keys\n")
    critical = Overrides(severities={"keys": Setting(Severity.CRITICAL, SPOT, SPOT)})
    (policy,) = loaded(tmp_path, critical).values()
    assert (policy.id, policy.aliases, policy.severity) == ("our-keys", ("keys", "old-keys"), Severity.CRITICAL)


def test_without_saying_so_a_second_policy_of_an_id_is_a_mistake_that_names_both_files(tmp_path: Path) -> None:
    written(tmp_path / "a", "keys")
    written(tmp_path / "b", "keys")
    assert "b/keys.yaml:1:" in said(tmp_path)
    assert "a/keys.yaml:1" in said(tmp_path)
    assert "Write `replaces: keys`" in said(tmp_path)


def test_two_that_replace_one_are_a_mistake(tmp_path: Path) -> None:
    written(tmp_path / "a", "keys")
    written(tmp_path / "b", "keys", "replaces: keys\n")
    written(tmp_path / "c", "our-keys", "replaces: keys\n")
    assert "is replaced in" in said(tmp_path)
    assert "b/keys.yaml" in said(tmp_path)
    assert "c/our-keys.yaml" in said(tmp_path)


def test_a_replacement_is_not_replaced_again(tmp_path: Path) -> None:
    written(tmp_path, "keys")
    written(tmp_path, "team-keys", "replaces: keys\n")
    written(tmp_path, "our-keys", "replaces: team-keys\n")
    assert "is itself a replacement. Replace `keys`" in said(tmp_path)


def test_a_former_name_that_is_the_id_of_another_policy_is_told(tmp_path: Path) -> None:
    written(tmp_path, "keys")
    written(tmp_path, "locks", "aliases: [keys]\n")
    assert "The alias `keys` is taken by" in said(tmp_path)


def test_two_cannot_replace_each_other(tmp_path: Path) -> None:
    written(tmp_path, "keys", "replaces: locks\n")
    written(tmp_path, "locks", "replaces: keys\n")
    with pytest.raises(PolicyError, match="is itself a replacement"):
        loaded(tmp_path)


def test_what_is_replaced_must_exist(tmp_path: Path) -> None:
    written(tmp_path, "keys-in-use")
    written(tmp_path, "our-keys", "replaces: keys-in-sue\n")
    assert "There is no other policy `keys-in-sue` to replace. Did you mean `keys-in-use`?" in said(tmp_path)


def test_a_policy_does_not_replace_itself(tmp_path: Path) -> None:
    written(tmp_path, "keys-in-use", "replaces: keys-in-use\n")
    assert "There is no other policy `keys-in-use` to replace. Take the line out." in said(tmp_path)


def test_a_shipped_policy_may_be_replaced_where_it_is_not_loaded(tmp_path: Path) -> None:
    written(tmp_path, "our-password", "replaces: break-glass-password\n")
    assert loaded(tmp_path)["our-password"].aliases == ("break-glass-password",)
