"""The command line as its users meet it: exit codes, sentences for what is wrong, nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from scanner.cli import main

ROOT = Path(__file__).parents[1]

POLICY = """\
id: users-are-enabled
title: Users are enabled
severity: medium
description: A rule for the tests of the command line.
remediation: Enable the user.
references: [https://learn.microsoft.com/entra/]
resource: users
assert: user.accountEnabled == true
message: "{user.displayName} is disabled"
"""

TEST = """\
cases:
  - name: enabled
    snapshot: {users: [{id: a, accountEnabled: true}]}
    expect: pass
  - name: disabled
    snapshot: {users: [{id: a, accountEnabled: false}]}
    expect: fail
    findings: [a]
  - name: denied
    snapshot: {outcomes: {users: {outcome: denied, reason: User.Read.All}}}
    expect: unknown
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one policy, its tests, and snapshots that pass and fail."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "users-are-enabled.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "rules" / "users-are-enabled.test.yaml").write_text(TEST, encoding="utf-8")
    snapshot(tmp_path / "good.json", users=[{"id": "a", "displayName": "A", "accountEnabled": True}])
    snapshot(tmp_path / "bad.json", users=[{"id": "a", "displayName": "A", "accountEnabled": False}])
    snapshot(tmp_path / "denied.json", outcomes={"users": {"outcome": "denied", "reason": "User.Read.All"}})
    return tmp_path


def snapshot(path: Path, **content: Any) -> None:
    path.write_text(json.dumps({"collectedAt": "2026-11-01T06:00:00Z", **content}), encoding="utf-8")


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), env=env)


def scan(*arguments: str) -> Result:
    return run("scan", *arguments, "--policies", "rules")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["bad.json", "--fail-on", "medium"], 1),
        (["bad.json", "--fail-on", "high"], 0),
        (["denied.json"], 3),
        (["denied.json", "--fail-on", "high"], 0),
        (["denied.json", "--allow-incomplete"], 0),
    ],
)
def test_exit_codes(folder: Path, arguments: list[str], code: int) -> None:
    assert scan(*arguments).exit_code == code


def test_results_go_to_stdout_and_nothing_else_does(folder: Path) -> None:
    result = scan("bad.json", "--format", "json")
    assert json.loads(result.stdout)["results"][0]["status"] == "fail"
    assert result.stderr == ""


def test_several_reports_at_once(folder: Path) -> None:
    result = scan("bad.json", "--format", "text", "--format", "junit=out.xml", "--format", "sarif=out.sarif")
    assert "users-are-enabled" in result.stdout
    assert (folder / "out.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert json.loads((folder / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_report_that_cannot_be_written_leaves_the_others_unwritten(folder: Path) -> None:
    result = scan("bad.json", "--format", "junit=out.xml", "--format", "sarif=no/such/folder/out.sarif")
    assert result.exit_code == 2
    assert "no/such/folder/out.sarif" in result.stderr.replace("\\", "/")
    assert sorted(path.name for path in folder.iterdir()) == ["bad.json", "denied.json", "good.json", "rules"]


BROKEN: dict[str, tuple[str, list[str]]] = {
    "missing snapshot": ("scan nowhere.json --policies rules", ["nowhere.json"]),
    "not JSON": ("scan broken.json --policies rules", ["broken.json"]),
    "a folder that is no snapshot": ("scan rules --policies rules", ["rules", "snapshot.json"]),
    "missing policy folder": ("scan good.json --policies nowhere", ["nowhere"]),
    "folder without policies": ("scan good.json --policies empty", ["empty"]),
    "alias bomb": ("lint --policies bomb", ["bomb.yaml"]),
    "100 MB policy": ("lint --policies huge", ["huge.yaml"]),
    "misspelt property": ("lint --policies typo", ["typo.yaml:8:", "accountEnabled"]),
    "unknown format": ("scan good.json --policies rules --format xml", ["xml", "junit"]),
    "two reports to stdout": ("scan good.json --policies rules --format json --format sarif", ["--format"]),
    "unknown selection": ("scan good.json --policies rules --select nothing-*", ["nothing-*"]),
    "missing configuration": ("scan good.json --policies rules --config nowhere.yaml", ["nowhere.yaml"]),
    "misspelt configuration": ("scan good.json --policies rules --config typo-config.yaml", ["failOn"]),
    "unknown policy": ("show users-are-enable --policies rules", ["users-are-enabled"]),
}


def _break(folder: Path) -> None:
    (folder / "broken.json").write_text('{"users": [', encoding="utf-8")
    (folder / "typo-config.yaml").write_text("failsOn: high\n", encoding="utf-8")
    for name in ("empty", "bomb", "huge", "typo"):
        (folder / name).mkdir()
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20)
    )
    (folder / "bomb" / "bomb.yaml").write_text(bomb, encoding="utf-8")
    with (folder / "huge" / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)
    typo = POLICY.replace("accountEnabled", "acountEnabled").replace("users-are-enabled", "typo")
    (folder / "typo" / "typo.yaml").write_text(typo, encoding="utf-8")


@pytest.mark.parametrize(("command", "fragments"), BROKEN.values(), ids=BROKEN)
def test_bad_input_is_one_clear_message_and_exit_code_2(folder: Path, command: str, fragments: list[str]) -> None:
    _break(folder)
    result = run(*command.split())
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    for fragment in fragments:
        assert fragment in result.stderr
    assert "Traceback" not in result.stderr


def test_one_broken_policy_stops_the_whole_folder(folder: Path) -> None:
    (folder / "rules" / "other.yaml").write_text("id: other\n", encoding="utf-8")
    result = scan("good.json")
    assert result.exit_code == 2
    assert "other.yaml" in result.stderr


def test_policy_tests_pass_and_fail(folder: Path) -> None:
    assert run("test", "--policies", "rules").exit_code == 0
    tests = folder / "rules" / "users-are-enabled.test.yaml"
    tests.write_text(TEST.replace("findings: [a]", "findings: [b]"), encoding="utf-8")
    result = run("test", "--policies", "rules")
    assert result.exit_code == 1
    assert "users-are-enabled" in result.stdout


def test_require_tests_refuses_a_policy_without_them(folder: Path) -> None:
    (folder / "rules" / "users-are-enabled.test.yaml").unlink()
    assert run("test", "--policies", "rules").exit_code == 0
    assert run("test", "--policies", "rules", "--require-tests").exit_code == 2


def test_list_show_and_permissions(folder: Path) -> None:
    assert "medium" in run("list", "--policies", "rules").stdout
    shown = run("show", "users-are-enabled", "--policies", "rules").stdout
    assert "user.accountEnabled == true" in shown
    assert "users: accountEnabled" in shown
    assert "User.Read.All" in run("permissions", "--policies", "rules").stdout


def test_names_from_the_tenant_cannot_drive_the_terminal(folder: Path) -> None:
    snapshot(
        folder / "hostile.json", users=[{"id": "a", "displayName": "\x1b[2J\x07\u202eevil", "accountEnabled": False}]
    )
    out = scan("hostile.json").stdout
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out


def test_errors_cannot_drive_the_terminal(folder: Path) -> None:
    result = scan("\x1b[2Jnowhere.json")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_of_every_command_is_explained(name: str) -> None:
    command = main.commands[name]
    assert command.help
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert len(options) <= 10
    assert all(option.help for option in options)
    assert run(name, "--help").exit_code == 0


def test_help_takes_at_most_twice_the_time_of_importing_click() -> None:
    def fastest(*command: str) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=ROOT)
            times.append(time.perf_counter() - start)
        return min(times)

    assert fastest("-c", "from scanner.cli import main; main(['--help'])") <= 2 * fastest("-c", "import click")
