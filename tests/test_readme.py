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
from scanner.shipped import policies_folder
from tests.readme import TABLES, rows, snapshot, walk, walked

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    return rows(README, heading)


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith("tenantlint ")
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with policies, a snapshot, the report of a scan and an evidence pack."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(policies_folder(), folder / "my-policies")
    snapshot(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        CliRunner().invoke(main, ["report", "snap", "--format", "json=report.json", "--bundle", "pack.zip"])
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder as the README assumes it."""
    working = tmp_path / "working"
    shutil.copytree(prepared, working)
    monkeypatch.chdir(working)
    return working


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_runs(folder: Path, arguments: list[str]) -> None:
    command = main.commands[arguments[0]]
    if arguments[0] in ("collect", "add-ad-users"):  # those that need a tenant, and a folder that was collected from it
        context = command.make_context(arguments[0], arguments[1:], resilient_parsing=False)
        assert isinstance(context, click.Context)
        return
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in ((0, 1, 3) if arguments[0] in ("scan", "export") else (0,)), result.output


def test_the_configuration_is_valid_and_fits_the_shipped_policies(tmp_path: Path) -> None:
    (text,) = (block for block in blocks("yaml") if "breakGlass:" in block)
    path = tmp_path / "tenantlint.yaml"
    path.write_text(text, encoding="utf-8")
    for block in blocks("yaml"):
        if named := re.match(r"# (waivers\.yaml|attestations\.yaml)\n", block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
    config = load_config(path)
    assert len(config.files) == 3
    policies = {policy.id for policy in load_policies([policies_folder()], vocabulary(), config.overrides)}
    assert {waiver.policy for waiver in config.waivers} <= policies
    assert {attestation.policy for attestation in config.attestations} <= policies


def test_the_tailoring_selects_tunes_and_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = (block for block in blocks("yaml") if block.startswith("extends:"))
    rule = "id: our-two-officers\ntitle: T\nseverity: low\ndescription: D.\nremediation: R.\nresource: users\n"
    for name, content in {
        "team/tenantlint.yaml": "failOn: high\n",
        "tenant/tenantlint.yaml": text,
        "tenant/our-policies/our-two-officers.yaml": f"{rule}require: {{min: 1}}\nassert: user.accountEnabled\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "tenant")
    said = CliRunner().invoke(main, ["list", "--why"]).stdout
    assert re.search(
        r"^our-two-officers +selected by our-\* \(tenantlint.yaml:3\)\n +require.min = 2, not 1 ", said, re.M
    )
    assert re.search(r"^cloud-pc-rule-running +ignored by tag:windows-365 \(tenantlint.yaml:4\)$", said, re.M)


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


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_of_what_there_is_is_current(heading: str) -> None:
    assert table(heading) == TABLES[heading](), "run `python -m tests.readme`"


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
    session = next(block for block in blocks("console") if "tenantlint test" in block)
    assert replayed(session) == session


def test_its_mistakes_are_told_as_shown(written: Path) -> None:
    (path,) = (written / "my-policies").glob("*accepted.yaml")
    text = path.read_text(encoding="utf-8")
    mistaken = text.replace("user.userType", "user.usertype").replace("externalUserState", "externalUserStatus")
    path.write_text(mistaken, encoding="utf-8")
    (session,) = (block for block in blocks("console") if "Did you mean" in block)
    assert replayed(session).replace("\\", "/") == session


def replayed(session: str) -> str:
    """What a terminal shows after the commands of ``session``."""
    commands = [line for line in session.splitlines() if line.startswith("$ tenantlint ")]
    return "".join(f"{command}\n{CliRunner().invoke(main, shlex.split(command)[2:]).output}" for command in commands)


def test_the_walk_through_is_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    snapshot(tmp_path)
    for shown, written in zip(walked(walk(README)), walk(README), strict=True):
        assert shown.replace("\\", "/") == written, "run `python -m tests.readme`"


def test_the_pipelines_run_commands_that_exist(folder: Path) -> None:
    steps = [step for block in blocks("yaml") if "out." in block for step in yaml.safe_load(block)]
    commands = [step.get("run") or step.get("script") for step in steps if "run" in step or "script" in step]
    assert len(commands) == 2
    for command in commands:
        assert CliRunner().invoke(main, shlex.split(command)[1:]).exit_code == 1
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
