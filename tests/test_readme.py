"""The README's examples are run as they are written."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from scanner.cli import main
from scanner.config import load_config
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.report import FORMATS
from scanner.resources import policies_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    (body,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [line.strip("| ").split(" | ") for line in body.splitlines()]


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


def test_the_added_resource_is_one_that_policies_can_be_about(tmp_path: Path) -> None:
    (text,) = (block for block in blocks("yaml") if block.startswith("resources:"))
    path = tmp_path / "tenantlint.yaml"
    path.write_text(text, encoding="utf-8")
    (own,) = load_config(path).resources
    assert vocabulary([own]).catalogue["serviceHealth"].permission == "ServiceHealth.Read.All"


def test_the_policy_shown_is_the_shipped_one() -> None:
    (text,) = (block for block in blocks("yaml") if "(shortened)" in block)
    shipped = (policies_folder() / "roles" / "privileged-users-cloud-only.yaml").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        assert line in shipped.splitlines()


def test_the_report_shown_is_the_demos() -> None:
    """``reports/report.txt`` is what the command prints; ``test_samples`` compares it byte for byte."""
    command, before, *shown, after = blocks("console")[0].splitlines()
    assert command == "$ tenantlint scan demo/snapshot"
    assert (before, after) == ("...", "...")
    assert "\n\n" + "\n".join(shown) + "\n\n" in (ROOT / "reports" / "report.txt").read_text(encoding="utf-8")


def test_the_permissions_are_those_that_the_command_prints() -> None:
    graph, _, _azure = CliRunner().invoke(main, ["permissions"]).stdout.partition("\n\n")
    printed = [line.split(maxsplit=1) for line in graph.splitlines()]
    assert table("permission") == [[f"`{name}`", reasons] for name, reasons in printed]


def test_the_formats_are_all_named() -> None:
    assert table("format") == [[f"`{name}`", form.description] for name, form in FORMATS.items()]


def test_the_facts_are_all_named() -> None:
    types = vocabulary().types
    facts = {name: {one.name for one in kind.properties.values() if one.fact} for name, kind in types.items()}
    derived = {"roleHoldings": set(types["roleHolding"].properties)}
    expected = {name: names for name, names in (facts | derived).items() if names}
    assert {owner.strip("`"): set(names.replace("`", "").split(", ")) for owner, names in table("of")} == expected


def test_the_lines_of_a_report_that_are_explained_occur() -> None:
    rendered = "".join((ROOT / "reports" / "report.txt").read_text(encoding="utf-8").split())
    rendered += "".join((ROOT / "scanner" / "report" / "words.py").read_text(encoding="utf-8").split())
    for line, _ in table("line")[1:]:
        for word in re.findall(r"[a-z]{4,}", line.replace("records", "")):
            assert word in rendered, line


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The README's own policy and its test file, as a reader writes them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-policies").mkdir()
    for block in blocks("yaml"):
        if named := re.match(r"# (my-policies/\S+)\n", block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
    return tmp_path


def test_the_policy_to_write_is_valid_and_its_tests_pass(written: Path) -> None:
    (session,) = (block for block in blocks("console") if "tenantlint test" in block)
    assert replayed(session) == session


def test_its_mistakes_are_told_as_shown(written: Path) -> None:
    (path,) = (written / "my-policies").glob("*accepted.yaml")
    text = path.read_text(encoding="utf-8")
    mistaken = text.replace("user.userType", "user.usertype").replace("externalUserState", "externalUserStatus")
    path.write_text(mistaken, encoding="utf-8")
    session = blocks("console")[-1]
    assert replayed(session).replace("\\", "/") == session


def replayed(session: str) -> str:
    """What a terminal shows after the commands of ``session``."""
    commands = [line for line in session.splitlines() if line.startswith("$ tenantlint ")]
    return "".join(f"{command}\n{CliRunner().invoke(main, shlex.split(command)[2:]).output}" for command in commands)


def test_the_pipelines_run_commands_that_exist(folder: Path) -> None:
    steps = [step for block in blocks("yaml") if "out." in block for step in yaml.safe_load(block)]
    commands = [step.get("run") or step.get("script") for step in steps if "run" in step or "script" in step]
    assert len(commands) == 2
    for command in commands:
        given = ["snap.json" if argument == "snap" else argument for argument in shlex.split(command)[1:]]
        assert CliRunner().invoke(main, given).exit_code in (1, 3)
    assert {"out.sarif", "out.xml"} <= {path.name for path in folder.iterdir()}


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)\b", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_exit_codes_and_statuses_are_all_explained() -> None:
    from scanner.model import Status

    for status in Status:
        assert f"| `{status}` |" in README
    for code in range(4):
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE)
