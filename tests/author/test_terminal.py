"""``tenantlint new`` at a terminal: it asks, and writes nothing for who stops."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.model import Status
from tests.author.given import statuses


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    if sys.platform == "win32":
        pytest.skip("there are no such terminals on Windows")
    import pty

    ends = pty.openpty()
    yield ends
    for one in ends:
        with contextlib.suppress(OSError):
            os.close(one)


PROGRAM = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from scanner.cli import main
main()
"""


def _at_terminal(ends: tuple[int, int], folder: Path, typed: bytes, key: bytes = b"") -> tuple[int, bytes, bytes]:
    """``tenantlint new`` with a terminal as input and standard error; gives exit code, output and what was shown.

    ``key`` is pressed when the name of the policy is asked for.
    """
    command = [sys.executable, "-c", PROGRAM, "new", str(folder)]
    here = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=ends[1], stderr=ends[1], stdout=subprocess.PIPE, cwd=here) as process:
        try:
            os.write(ends[0], typed)
            shown = _until(ends[0], b"Name of the policy") if key else b""
            if key:
                _press(ends[0], key, process)
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()  # one that has ended is not there to be killed
    os.set_blocking(ends[0], False)
    with contextlib.suppress(BlockingIOError, OSError):
        while part := os.read(ends[0], 65536):
            shown += part
    return process.returncode, output, shown


def _press(end: int, key: bytes, process: subprocess.Popen[bytes]) -> None:
    """Presses a key, again if need be: a signal can come just before Python begins to wait for input, and is kept."""
    for _ in range(30):
        os.write(end, key)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
            return


def _until(end: int, text: bytes) -> bytes:
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([end], [], [], 60)
        assert ready, shown
        shown += os.read(end, 65536)
    return shown


def test_at_a_terminal_it_asks_and_writes(tmp_path: Path, terminal: tuple[int, int]) -> None:
    answers = ["Guests are enabled", "", "low", "users", "", "accountEnabled", "1", "true", "", "", "Why.", "What.", ""]
    code, output, shown = _at_terminal(terminal, tmp_path, "".join(f"{one}\n" for one in answers).encode())
    assert (code, b"guests-are-enabled.yaml: the policy" in output) == (0, True)
    assert b"What must hold, in one sentence" in shown
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} == set(statuses(tmp_path).values())


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_who_stops_has_written_nothing(tmp_path: Path, terminal: tuple[int, int], key: bytes) -> None:
    code, output, shown = _at_terminal(terminal, tmp_path, b"Guests are enabled\n", key)
    assert (code, output) == (130, b"")
    assert b"tenantlint: stopped." in shown
    assert list(tmp_path.iterdir()) == []
