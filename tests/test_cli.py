"""The command line as its users meet it: exit codes, sentences for what is wrong, nothing half-written."""

from __future__ import annotations

import importlib.abc
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from scanner import __version__
from scanner.cli import main
from scanner.cli.options import REPORTS
from scanner.cli.reading import target as resumed_by
from scanner.report import FORMATS

ROOT = Path(__file__).parents[1]

POLICY = """\
id: users-are-enabled
title: Users are enabled
severity: medium
description: A rule for the tests of the command line, long enough to be wrapped on any terminal that people have.
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
    "a format without its file": ("scan good.json --policies rules --format junit=", ["junit=", "FILE"]),
    "a report that is a folder": ("scan good.json --policies rules --format junit=rules", ["rules: is a folder"]),
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


def test_a_problem_begins_with_its_file_and_shows_the_line(folder: Path) -> None:
    _break(folder)
    lines = run("lint", "--policies", "typo").stderr.splitlines()
    assert lines == [
        f"{Path('typo', 'typo.yaml')}:8:14: `user` has no property `acountEnabled`. Did you mean `accountEnabled`?",
        "    8 | assert: user.acountEnabled == true",
        "      |              ^",
        "tenantlint: 1 problem to correct first.",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that somebody is in")
@pytest.mark.parametrize("command", ["lint", "list", "scan snap", "new --title T", "schemas", "types users"])
def test_a_working_folder_that_was_deleted_is_told(folder: Path, command: str) -> None:
    gone = folder / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    result = run(*command.split())
    assert (result.exit_code, result.stderr) == (
        2,
        "tenantlint: The folder that you are in is gone or cannot be opened. Change to another one.\n",
    )


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
    assert "GET /v1.0/users; accountEnabled" in shown
    assert "User.Read.All" in run("permissions", "--policies", "rules").stdout


def test_a_plan_needs_no_sign_in_and_no_package_for_it(folder: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from scanner.cli import main; "
        "result = CliRunner().invoke(main, ['collect', '--plan', '--policies', 'rules']); "
        "print(result.stdout, sorted({'azure', 'msgraph', 'httpx'} & sys.modules.keys()), result.exit_code)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout
    assert "GET /v1.0/users?$select=accountEnabled," in out
    assert "User.Read.All: users" in out
    assert out.endswith("[] 0\n")
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("hours", ["0", "-1", "day"])
def test_what_is_no_number_of_hours_is_refused(folder: Path, hours: str) -> None:
    assert run("collect", "--output", "snap", f"--resume={hours}").exit_code == 2


@pytest.mark.parametrize(
    ("typed", "resume", "again"),
    [
        (["collect", "-o", "a b", "--force"], None, "tenantlint collect -o 'a b' --force --resume"),
        (["collect", "-o", "a b", "--resume", "48"], 48, "tenantlint collect -o 'a b' --resume 48"),
    ],
)
def test_a_stopped_collection_is_gone_on_with_by_the_command_it_names(
    typed: list[str], resume: int | None, again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/tenantlint", *typed])
    target = resumed_by(Path("a b"), False, resume)
    assert target.again.replace('"', "'") == again
    assert (target.resume is None) == (resume is None)


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


def test_neither_can_what_authors_and_configurations_write(folder: Path) -> None:
    """Policies come from other people too: a title, a parameter, the name of a test case."""
    evil = "\\e[2J\\u202eevil"
    params = f'params: {{words: {{type: strings, default: ["{evil}"], description: "{evil}"}}}}\n'
    text = POLICY.replace("title: Users are enabled", f'title: "{evil}"').replace("resource:", f"{params}resource:")
    text = text.replace("== true", "== true || user.city in params.words")
    (folder / "rules" / "users-are-enabled.yaml").write_text(text, encoding="utf-8")
    case = TEST.replace("name: enabled", f'name: "{evil}"').replace("expect: pass", "expect: unknown")
    (folder / "rules" / "users-are-enabled.test.yaml").write_text(case, encoding="utf-8")
    for command in ("list", "show users-are-enabled", "test", "scan bad.json --verbose"):
        result = run(*command.split(), "--policies", "rules")
        assert "evil" in result.stdout, result.stderr
        assert "\x1b" not in result.output
        assert "\u202e" not in result.output


def test_a_list_that_is_piped_has_one_whole_line_a_policy(folder: Path) -> None:
    lines = run("list").stdout.splitlines()
    assert len(lines) == len([path for path in (ROOT / "policies").rglob("*.yaml") if path.name.count(".") == 1])
    assert max(map(len, lines)) > 80


class Screen(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [70, 100])
def test_on_a_terminal_lists_and_pages_have_its_width(
    width: int, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for command in ("list", "show users-are-enabled --policies rules"):
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        main(command.split(), standalone_mode=False)
        assert width - 20 < max(map(len, screen.getvalue().splitlines())) <= width


def test_permissions_have_one_line_each_unless_a_terminal_is_narrower(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    piped = run("permissions").stdout.splitlines()
    assert all(line[0].isupper() for line in piped if "/" not in line and line)
    assert max(map(len, piped)) > 80
    monkeypatch.setenv("COLUMNS", "80")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    main(["permissions"], standalone_mode=False)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith(" ") for line in lines)


def test_a_reader_that_left_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as ended:
            main(["scan", "bad.json", "--policies", "rules"])
    assert ended.value.code == 2


def test_a_standard_output_that_is_closed_changes_no_verdict(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As `tenantlint scan … >&-` or a service without a console has it."""
    for arguments, code in (["scan", "bad.json"], 1), (["list"], 0):
        monkeypatch.setattr(sys, "stdout", None)
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--policies", "rules"])
        assert ended.value.code == code


class Interrupts(importlib.abc.MetaPathFinder):
    """Ctrl-C while a module is imported."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "scanner.workflow":
            raise KeyboardInterrupt


def test_ctrl_c_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.delitem(sys.modules, "scanner.workflow")
    monkeypatch.setattr(sys, "meta_path", [Interrupts(), *sys.meta_path])
    result = scan("good.json")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "tenantlint: stopped.\n")


def test_a_sign_in_that_fails_leaves_nothing(folder: Path) -> None:
    pytest.importorskip("azure.identity")
    before = sorted(folder.iterdir())
    environment = {"PATH": str(folder), "AZURE_CLIENT_SECRET": "not-to-be-seen"}
    result = run("collect", "--auth", "cli", "--output", "snap", "--policies", "rules", env=environment)
    assert result.exit_code == 2
    assert result.stderr.startswith("tenantlint: Sign-in with --auth cli failed: ")
    assert "not-to-be-seen" not in result.output
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("missing", ["uvicorn", "starlette.applications"])
def test_the_demo_without_its_server_says_the_line_to_type(
    missing: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for module in ("scanner.demo.run", "scanner.demo.serve"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    result = run("demo")
    assert result.exit_code == 2
    assert result.stderr.endswith('pip install "tenantlint[collect,demo]"\n')
    assert not (folder / "demo").exists()


def test_a_missing_module_of_ours_is_a_defect_and_shown_as_one(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "scanner.demo.run", None)
    assert isinstance(run("demo").exception, ModuleNotFoundError)


def test_a_configuration_is_found_by_option_environment_or_folder(folder: Path) -> None:
    low, high = folder / "low.yaml", folder / "tenantlint.yaml"
    low.write_text("failOn: medium\n", encoding="utf-8")
    high.write_text("failOn: critical\n", encoding="utf-8")
    assert scan("bad.json").exit_code == 0
    assert scan("bad.json", "--config", "low.yaml").exit_code == 1
    assert run("scan", "bad.json", "--policies", "rules", env={"TENANTLINT_CONFIG": "low.yaml"}).exit_code == 1
    assert scan("bad.json", "--fail-on", "medium").exit_code == 1


def test_a_parameter_of_the_configuration_shows_in_the_page(folder: Path) -> None:
    (folder / "tenantlint.yaml").write_text("params: {break-glass-tested: {days: 12}}\n", encoding="utf-8")
    assert "days       integer; 12; " in run("show", "break-glass-tested").stdout


def test_verbose_lists_the_cases_that_pass(folder: Path) -> None:
    assert "pass users-are-enabled: disabled" in run("test", "--policies", "rules", "--verbose").stdout
    assert "disabled" not in run("test", "--policies", "rules").stdout


def test_lint_counts_what_it_has_seen(folder: Path) -> None:
    assert run("lint", "--policies", "rules").stdout == "1 policy and 1 test file: nothing is wrong.\n"


def test_commands_are_listed_in_the_order_of_use() -> None:
    out = run("--help").stdout
    listed = [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines() if line[2:3].strip()]
    assert listed == [
        "demo",
        "permissions",
        "collect",
        "add-ad-users",
        "scan",
        "report",
        "verify",
        "explain",
        "waive",
        "diff",
        "export",
        "redact",
        "list",
        "show",
        "docs",
        "types",
        "schemas",
        "new",
        "lint",
        "test",
    ]


def test_the_help_names_every_format() -> None:
    assert tuple(FORMATS) == REPORTS


def test_the_list_of_commands_fits_a_terminal_of_80_columns() -> None:
    commands = run("--help", env={"COLUMNS": "80"}).stdout.partition("Commands:\n")[2]
    assert "..." not in commands
    assert len(commands.splitlines()) == len(main.commands)


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout.endswith(f"{__version__}\n")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_of_every_command_is_explained(name: str) -> None:
    command = main.commands[name]
    assert command.help
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    # What to collect, from where, how to sign in, and where to; what to check by, what fails it, and what to write;
    # `new` has one option for each key of a policy, `waive` for each of a waiver.
    assert len(options) <= {"collect": 12, "new": 13, "scan": 13, "waive": 11}.get(name, 10)
    assert all(option.help for option in options)
    assert run(name, "--help").exit_code == 0


def test_help_takes_at_most_twice_the_time_of_importing_click() -> None:
    scripts = ("from scanner.cli import main; main(['--help'])", "import click")
    times: dict[str, list[float]] = {script: [] for script in scripts}
    for _ in range(9):  # in turns, so that a machine that is busy for a while delays both
        for script in scripts:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, cwd=ROOT)
            times[script].append(time.perf_counter() - start)
    ours, clicks = (min(times[script]) for script in scripts)
    assert ours <= 2 * clicks
