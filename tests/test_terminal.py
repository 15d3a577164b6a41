"""What a person at a terminal gets and a pipe does not: colour, the terminal's width, progress."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from scanner.cli import main
from tests.layered import Packed, layered

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
ROOT = Path(__file__).parents[1]
CODES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return layered(tmp_path_factory.mktemp("tenant"))


def on_a_terminal(
    tenant: Packed, *arguments: str, columns: int = 80, environment: Mapping[str, str] | None = None
) -> str:
    """What a terminal of so many columns is sent on its standard output."""
    import pty

    given = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "COLUMNS")}
    given |= {"TERM": "xterm-256color", "COLUMNS": str(columns), "PYTHONPATH": str(ROOT), **(environment or {})}
    above, below = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from scanner.cli import main; main()", *arguments],
        cwd=tenant.folder, env=given, stdin=subprocess.DEVNULL, stdout=below, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(below)
    sent = bytearray()
    try:
        while part := os.read(above, 65536):
            sent += part
    except OSError:
        pass  # how Linux says that nobody writes any more
    finally:
        os.close(above)
        process.communicate(timeout=60)
    return sent.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_the_same_words(tenant: Packed) -> None:
    shown = on_a_terminal(tenant, "scan", "snapshot")
    assert "\x1b[1;31mFAIL" in shown
    assert CODES.sub("", shown) == on_a_terminal(tenant, "scan", "snapshot", environment={"NO_COLOR": "1"})


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_who_wants_no_colour_gets_none(tenant: Packed, environment: dict[str, str]) -> None:
    shown = on_a_terminal(tenant, "scan", "snapshot", environment=environment)
    assert "FAIL" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_terminal_gets_lines_of_its_width(tenant: Packed, columns: int) -> None:
    lines = CODES.sub("", on_a_terminal(tenant, "scan", "snapshot", "--verbose", columns=columns)).splitlines()
    assert columns - 20 < max(map(cell_len, lines)) <= columns


@pytest.mark.parametrize("columns", [40, 80])
def test_the_summary_keeps_to_the_terminal_too(tenant: Packed, columns: int) -> None:
    shown = on_a_terminal(tenant, "scan", "snapshot", "--format", "summary", columns=columns)
    assert max(map(cell_len, shown.splitlines())) <= columns
    assert "finding" in shown


def test_a_pipe_gets_neither_colour_nor_progress(tenant: Packed) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from scanner.cli import main; main()", "scan", "snapshot"],
        cwd=tenant.folder, env={**os.environ, "PYTHONPATH": str(ROOT), "FORCE_COLOR": "1"}, capture_output=True,
        check=False,
    )  # fmt: skip
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("way", ["option", "variable"])
def test_whoever_asks_for_quiet_is_told_no_progress(way: str, tmp_path: Path) -> None:
    pytest.importorskip("msgraph")
    environment = {"TENANTLINT_QUIET": "1" if way == "variable" else None}
    arguments = ["--quiet"] * (way == "option") + ["demo", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, arguments, env=environment)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "resources of Contoso were read" in result.stdout


def test_problems_are_told_all_the_same() -> None:
    result = CliRunner().invoke(main, ["--quiet", "scan", "no-such-snapshot"])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
