"""The README's examples are run as they are written."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.config import load_config
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.resources import policies_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith("tenantlint ")
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder as the README assumes it: policies of one's own, and a snapshot."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(policies_folder(), tmp_path / "my-policies")
    (tmp_path / "snap.json").write_text('{"collectedAt": "2026-11-01T06:00:00Z", "users": []}', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_runs(folder: Path, arguments: list[str]) -> None:
    command = main.commands[arguments[0]]
    if arguments[0] == "collect":
        context = command.make_context("collect", arguments[1:], resilient_parsing=False)
        assert isinstance(context, click.Context)
        return
    given = ["snap.json" if argument == "snap" else argument for argument in arguments]
    result = CliRunner().invoke(main, given)
    assert result.exit_code in ((0, 1, 3) if arguments[0] == "scan" else (0,)), result.output


def test_the_configuration_is_valid_and_fits_the_shipped_policies(tmp_path: Path) -> None:
    (text,) = (block for block in blocks("yaml") if "breakGlass:" in block)
    path = tmp_path / "tenantlint.yaml"
    path.write_text(text, encoding="utf-8")
    config = load_config(path)
    policies = {policy.id for policy in load_policies([policies_folder()], vocabulary(), config.overrides)}
    assert {waiver.policy for waiver in config.waivers} <= policies
    assert {attestation.policy for attestation in config.attestations} <= policies


def test_the_policy_shown_is_the_shipped_one() -> None:
    (text,) = (block for block in blocks("yaml") if "assert:" in block)
    shipped = (policies_folder() / "break-glass" / "break-glass-initial-domain.yaml").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        assert line in shipped.splitlines()


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z][a-z-]*)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_exit_codes_and_statuses_are_all_explained() -> None:
    from scanner.model import Status

    for status in Status:
        assert f"| `{status}` |" in README
    for code in range(4):
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE)
