"""What commands do beneath the command line: selecting policies, naming reports, exit codes, drawing for a terminal."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from scanner.errors import ConfigError, PolicyError, SnapshotError, UsageError
from scanner.evaluate.engine import evaluate
from scanner.model import Scan, Severity, Status
from scanner.report import FORMATS
from scanner.report.write import Output
from scanner.resources import policies_folder
from scanner.snapshot import Snapshot
from scanner.workflow import (
    Project,
    exit_code,
    find_policy,
    lint_project,
    needs_of,
    open_project,
    parse_formats,
    run_policy_tests,
    scan_snapshot,
    write_reports,
)
from tests.policy.examples import put
from tests.report.samples import policy, result, scan

HEAD = (
    "title: A rule\nseverity: low\ndescription: D.\nremediation: R.\nreferences: [https://learn.microsoft.com/entra/]\n"
)
RULE = "resource: users\nassert: user.accountEnabled == true\nmessage: x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, extra in (
        ("admins-few", "tags: [roles]\n"),
        ("admins-old", "tags: [roles, age]\naliases: [former-name]\n"),
        ("guests-few", "tags: [guests]\n"),
    ):
        put(tmp_path / "rules", f"{name}.yaml", f"id: {name}\n{extra}{HEAD}{RULE}")
    return tmp_path


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


def project(folder: Path) -> Project:
    return open_project([folder / "rules"], (), None)


@pytest.mark.parametrize(("name", "id"), [("admins-few", "admins-few"), ("former-name", "admins-old")])
def test_a_policy_is_found_by_its_id_or_a_former_one(folder: Path, name: str, id: str) -> None:
    assert find_policy(project(folder), name).id == id


def test_a_policy_that_there_is_not_is_answered_with_a_hint(folder: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean `admins-few`"):
        find_policy(project(folder), "admin-few")
    with pytest.raises(UsageError, match=r"There is no policy zzzzzz\. `tenantlint list` shows them all\."):
        find_policy(open_project((), (), None), "zzzzzz")


def test_lint_counts_policies_and_test_files(folder: Path) -> None:
    case = "cases:\n  - {name: n, snapshot: {users: []}, expect: not_applicable}\n"
    put(folder / "rules", "admins-few.test.yaml", case)
    found = lint_project(project(folder))
    assert (found.policies, found.tests) == (3, 1)
    (outcome,) = run_policy_tests(project(folder), require_tests=False)
    assert outcome.passed


def test_policies_without_tests_are_all_named_where_tests_are_required(folder: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        run_policy_tests(project(folder), require_tests=True)
    assert len(caught.value.problems) == 3
    assert "Write admins-few.test.yaml beside it." in str(caught.value)


def test_what_is_collected_is_what_the_selected_policies_read(folder: Path) -> None:
    put(
        folder / "rules",
        "domain-rule.yaml",
        f"id: domain-rule\n{HEAD}resource: domains\nassert: domain.id != ''\nmessage: x\n",
    )
    assert needs_of(project(folder)) == {"domains": {"id"}, "users": {"accountEnabled"}}
    assert needs_of(open_project([Path("rules")], ["domain-*"], None)) == {"domains": {"id"}}


def test_a_scan_is_the_evaluation_of_the_snapshot(folder: Path) -> None:
    path = put(folder, "snap.json", '{"collectedAt": "2026-11-01T06:00:00Z", "users": []}')
    here = project(folder)
    expected = evaluate(here.policies, Snapshot.open(path), here.vocabulary.types, here.declared)
    assert scan_snapshot(here, path) == expected
    with pytest.raises(SnapshotError, match=r"nowhere\.json"):
        scan_snapshot(here, Path("nowhere.json"))


# --- formats ---------------------------------------------------------------------------------------------------------


def test_every_format_can_be_asked_for_with_and_without_a_file() -> None:
    for name in FORMATS:
        assert parse_formats([name]) == (Output(name),)
        assert parse_formats([f"{name}=a=b.out"]) == (Output(name, Path("a=b.out")),)
    assert parse_formats([]) == (Output("text"),)


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        (["xml"], "no such format. Known are: text, summary, html, markdown, csv, json"),
        (["JSON"], "no such format"),
        ([""], "no such format"),
        (["=file"], "no such format"),
        (["junit="], "no file is named. Write --format junit=FILE"),
        (["json", "sarif"], "the same place"),
        (["json=a", "sarif=a"], "the same place"),
        (["json=a", "sarif=./a"], "the same place"),
        (["json=a", "sarif=b/../a"], "the same place"),
        (["text", "json=a", "text"], "the same place"),
    ],
)
def test_formats_that_cannot_be(formats: Sequence[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_formats(formats)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_two_names_of_one_file_are_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(UsageError, match="the same place"):
        parse_formats([f"json={tmp_path / 'file'}", f"sarif={tmp_path / 'link'}"])


# --- exit codes ------------------------------------------------------------------------------------------------------


def outcome(*statuses: tuple[Severity, Status]) -> Scan:
    return scan(
        *(result(policy(f"p{number}", severity=severity), status) for number, (severity, status) in enumerate(statuses))
    )


@pytest.mark.parametrize(("severity", "threshold", "status"), list(product(Severity, Severity, Status)))
def test_exit_code_of_one_result(severity: Severity, threshold: Severity, status: Status) -> None:
    counts = list(Severity).index(severity) <= list(Severity).index(threshold)
    expected = {
        Status.FAIL: 1,
        Status.ERROR: 3,
        Status.UNKNOWN: 3,
        Status.MANUAL: 3,
        Status.WAIVED: 0,
        Status.PASS: 0,
        Status.NOT_APPLICABLE: 0,
    }[status]
    one = outcome((severity, status))
    assert exit_code(one, threshold, allow_incomplete=False) == (expected if counts else 0)
    assert exit_code(one, threshold.value, allow_incomplete=True) == (1 if counts and status is Status.FAIL else 0)


def test_a_violation_counts_over_what_is_not_decided() -> None:
    both = outcome((Severity.LOW, Status.UNKNOWN), (Severity.LOW, Status.FAIL))
    assert exit_code(both, "low", allow_incomplete=False) == 1


def test_nothing_to_evaluate_is_clean() -> None:
    assert exit_code(scan(), "info", allow_incomplete=False) == 0


# --- a terminal ------------------------------------------------------------------------------------------------------


def drawn(folder: Path, environment: dict[str, str]) -> bytes:
    """What a scan shows on a terminal of 60 columns."""
    import fcntl  # POSIX only, and so inside
    import pty
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    code = "from scanner.cli import main; main()"
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    command = [sys.executable, "-c", code, "scan", "snap.json", "--policies", "rules"]
    root = str(Path(__file__).parents[1])
    process = subprocess.Popen(
        command, cwd=folder, stdin=slave, stdout=slave, env={**kept, "PYTHONPATH": root, "TERM": "xterm", **environment}
    )
    os.close(slave)
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:  # Linux's way to say that the other side is closed
        pass
    os.close(master)
    assert process.wait(30) == 1
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_a_terminal_gets_colours_and_its_own_width_unless_it_does_not_want_them(folder: Path) -> None:
    put(folder, "snap.json", '{"collectedAt": "2026-11-01T06:00:00Z", "users": [{"id": "a", "accountEnabled": false}]}')
    coloured = drawn(folder, {})
    assert b"\x1b[" in coloured
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = drawn(folder, environment)
        assert b"\x1b" not in plain
        assert b"FAIL" in plain
        assert 50 < max(map(len, plain.splitlines())) <= 60


class Screen(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"COLUMNS": "50", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", screen)
    write_reports(outcome((Severity.LOW, Status.FAIL)), [Output("text")], verbose=False)
    assert ("\x1b[" in screen.getvalue()) is coloured
    if not coloured:
        assert max(map(len, screen.getvalue().splitlines())) <= 50


def test_elsewhere_there_are_no_colours_and_80_columns(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "snap.json", '{"collectedAt": "2026-11-01T06:00:00Z", "users": [{"id": "a", "accountEnabled": false}]}')
    one = scan_snapshot(project(folder), folder / "snap.json")
    write_reports(one, [Output("text"), Output("text", folder / "report.txt")], verbose=True)
    shown = capsys.readouterr().out
    assert shown == (folder / "report.txt").read_text(encoding="utf-8")
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_verbose_is_for_people_only(folder: Path) -> None:
    sample = outcome((Severity.LOW, Status.PASS))
    for verbose in (True, False):
        outputs = [Output(name, folder / f"{name}-{verbose}") for name in FORMATS]
        write_reports(sample, outputs, verbose=verbose)
    for name in FORMATS:
        same = (folder / f"{name}-True").read_bytes() == (folder / f"{name}-False").read_bytes()
        assert same is (name != "text")
