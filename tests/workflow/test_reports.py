"""Formats as they are asked for, and reports on a terminal and in files."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Severity, Status
from scanner.report import FORMATS
from scanner.report.write import Output
from scanner.workflow import parse_formats, scan_snapshot, write_reports
from tests.policy.examples import put
from tests.workflow.given import outcome, project


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
    root = str(Path(__file__).parents[2])
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
