"""``tenantlint redact``: the key is in the environment, and the configuration goes along on request."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.config import load_config
from scanner.demo.run import TENANT
from scanner.redact.pseudonyms import KEY_VARIABLE, pseudonyms
from scanner.snapshot import Snapshot
from scanner.workflow import open_project

KEY = "a key of thirty-two characters.."
FILE = '{"collectedAt": "2026-11-01T06:00:00Z", "users": [{"id": "a", "displayName": "Orchid"}]}'


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(*arguments: object, key: str | None = KEY) -> Result:
    return CliRunner().invoke(main, ["redact", *map(str, arguments)], env={KEY_VARIABLE: key})


def test_a_snapshot_is_redacted_under_the_key_of_the_environment(snapshot: Path, tmp_path: Path) -> None:
    result = run(snapshot, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "1 records of 1 resources, redacted" in result.stdout
    made, _ = pseudonyms(KEY)
    (line,) = Snapshot.open(tmp_path / "out").lines("users")
    assert made.word("Orchid") in line.decode()


def test_without_a_key_it_says_that_pseudonyms_will_not_be_the_same(snapshot: Path, tmp_path: Path) -> None:
    result = run(snapshot, "--output", tmp_path / "out", key=None)
    assert result.exit_code == 0
    assert "random key" in result.stderr
    assert "random key" not in run(snapshot, "--output", tmp_path / "other").stderr


def test_a_short_key_ends_with_a_sentence(snapshot: Path, tmp_path: Path) -> None:
    result = run(snapshot, "--output", tmp_path / "out", key="short")
    assert result.exit_code == 2
    assert "at least 16" in result.stderr
    assert not (tmp_path / "out").exists()


def test_policies_that_cannot_be_judged_are_named(snapshot: Path, tmp_path: Path) -> None:
    assert "break-glass-discreet-name" in run(snapshot, "--output", tmp_path / "out").stderr


def test_the_configuration_goes_along(snapshot: Path, tmp_path: Path) -> None:
    target = tmp_path / "redacted.yaml"
    config = TENANT / "tenantlint.yaml"
    result = run(snapshot, "--output", tmp_path / "out", "--config", config, "--declarations", target)
    assert result.exit_code == 0, result.output
    before, after = load_config(config), load_config(target)
    beside = [tmp_path / f"redacted.{kind}.yaml" for kind in ("waivers", "attestations")]
    text = "".join(path.read_text(encoding="utf-8") for path in (target, *beside))
    assert len(after.break_glass.accounts) == len(before.break_glass.accounts)
    assert after.break_glass.accounts[0].endswith(".onmicrosoft.com")
    assert [(one.policy, one.expires) for one in after.waivers] == [(one.policy, one.expires) for one in before.waivers]
    assert [one.date for one in after.attestations] == [one.date for one in before.attestations]
    assert after.fail_on == before.fail_on
    (test,), (again,) = before.break_glass.test_windows, after.break_glass.test_windows
    assert (again.begin, again.end) == (test.begin, test.end)
    assert "SEC-1031" not in again.reason
    names = (*before.break_glass.accounts, *before.break_glass.groups, *(one.record for one in before.waivers))
    said = [text for one in before.waivers for text in (one.name, one.reason, one.approver)]
    assert not [name for name in (*names, *said) if name in text]


def test_a_configuration_without_waivers_takes_none_of_another(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("failOn: high\nwaivers: none.yaml\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text("waivers: []\n", encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(
        "waivers: [{policy: p, record: r, reason: r, approver: a, expires: 2026-06-30}]\n", encoding="utf-8"
    )
    target = tmp_path / "redacted.yaml"
    run(snapshot, "-o", tmp_path / "out", "--config", tmp_path / "empty.yaml", "--declarations", target)
    assert load_config(target).waivers == ()


def test_parameters_stay_but_for_ids_and_addresses(snapshot: Path, tmp_path: Path) -> None:
    config, target = tmp_path / "tenantlint.yaml", tmp_path / "redacted.yaml"
    config.write_text(
        "params:\n  some-policy:\n    maximum: 5\n    words: [admin, anna@contoso.com]\n"
        "    role: 62e90394-69f5-4237-9190-012177145e10\n    id: 5d924175-df20-5d12-8edb-f47417b84bc8\n"
        "severities: {some-policy: low}\n",
        encoding="utf-8",
    )
    assert run(snapshot, "-o", tmp_path / "out", "--config", config, "--declarations", target).exit_code == 0
    (overrides,) = load_config(target).overrides
    params = {name: one.value for name, one in overrides.params["some-policy"].value.items()}
    made, _ = pseudonyms(KEY)
    assert params["maximum"] == 5
    assert params["role"] == "62e90394-69f5-4237-9190-012177145e10"
    assert params["id"] == made.guid("5d924175-df20-5d12-8edb-f47417b84bc8")
    assert isinstance(params["words"], list)
    assert params["words"][0] == "admin"
    assert "anna" not in params["words"][1]
    assert overrides.severities["some-policy"].value == "low"


def test_a_profile_and_layers_become_one_file_that_selects_and_tunes_the_same(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(
        "profile: break-glass\nparams: {break-glass-tested: {days: 90}}\nignore: [break-glass-password]\n",
        encoding="utf-8",
    )
    config, target = tmp_path / "tenantlint.yaml", tmp_path / "redacted.yaml"
    config.write_text("extends: team.yaml\nselect: [fido2-enabled]\n", encoding="utf-8")
    assert run(snapshot, "-o", tmp_path / "out", "--config", config, "--declarations", target).exit_code == 0
    before, after = open_project((), (), config).policies, open_project((), (), target).policies
    assert [policy.id for policy in before] == [policy.id for policy in after]
    assert {policy.id: policy.params for policy in before} == {policy.id: policy.params for policy in after}
    assert {"fido2-enabled", "break-glass-tested"} <= {policy.id for policy in after}
