"""An export as a process: what a pipe gets, and what happens when nobody reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.demo.run import CONFIG
from tests.policies.conftest import DemoScan

ROOT = Path(__file__).parents[2]
MAIN = "from scanner.cli import main; main()"


def start(demo: DemoScan, stdout: int, **environment: str) -> subprocess.Popen[bytes]:
    arguments = ["export", "privileged-apps", str(demo.snapshot), "--config", str(CONFIG)]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_a_pipe_gets_utf_8_whatever_the_system_prefers(demo: DemoScan, encoding: str) -> None:
    process = start(demo, subprocess.PIPE, PYTHONIOENCODING=encoding)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert "applicationId,displayName," in out.decode("utf-8")
    assert out.count(b"\n") == out.count(b"\r\n") > 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_a_reader_that_goes_away_is_no_news(demo: DemoScan) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(demo, writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 2
