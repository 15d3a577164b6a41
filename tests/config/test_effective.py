"""Layers as one: what is written of a configuration is read as the same configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.config import Config, effective, load_config
from scanner.demo.run import CONFIG
from tests.layered import Packed, layered


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    return layered(tmp_path)


def written(config: Config, folder: Path, ids: dict[str, str] | None = None) -> Config:
    """``config`` as it is read from the files that it is written in."""
    folder.mkdir()
    files = {
        "tenantlint": effective.effective(config, (), ids),
        "waivers": effective.waivers(config),
        "attestations": effective.attestations(config),
    }
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(effective.as_yaml(content), encoding="utf-8")
    return load_config(folder / "tenantlint.yaml")


def without_places(config: Config) -> list[object]:
    return [
        config.break_glass,
        config.fail_on,
        config.resources,
        [replace(one, path=Path(), line=1) for one in config.waivers],
        [replace(one, path=Path(), line=1) for one in config.attestations],
    ]


def settings(config: Config) -> dict[str, dict[str, object]]:
    """What each policy is tuned to, the later layers over the earlier ones."""
    found: dict[str, dict[str, object]] = {}
    for one in config.overrides:
        for values in (one.params, one.require):
            for policy, setting in values.items():
                found.setdefault(policy, {}).update({name: each.value for name, each in setting.value.items()})
        for policy, severity in one.severities.items():
            found.setdefault(policy, {})["severity"] = severity.value
    return found


def test_the_demos_configuration_comes_back_whole(tmp_path: Path) -> None:
    config = load_config(CONFIG)
    again = written(config, tmp_path / "out")
    assert without_places(again) == without_places(config)
    assert settings(again) == settings(config)
    assert config.waivers and config.attestations and config.break_glass.test_windows


def test_all_layers_come_back_as_one(packed: Packed) -> None:
    config = packed.project.config
    again = written(config, packed.folder / "out")
    assert without_places(again) == without_places(config)
    assert settings(again) == settings(config)
    assert len(again.layers) == 1
    assert again.resources[0].types == config.resources[0].types


def test_what_two_layers_say_of_one_policy_under_two_names_becomes_one(packed: Packed) -> None:
    again = written(packed.project.config, packed.folder / "out", {"guests-of-old": "guest-access-ours"})
    assert settings(again)["guest-access-ours"] == {"letters": 1, "severity": "info"}
    assert "guests-of-old" not in settings(again)


def test_an_empty_configuration_says_only_when_to_fail() -> None:
    assert effective.effective(Config(), ()) == {"failOn": "low"}
    assert effective.effective(Config(), ["a", "b"])["select"] == ["a", "b"]
