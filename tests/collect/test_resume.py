"""A collection that is killed, for real and at any moment, and gone on with."""

from __future__ import annotations

import json
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.demo.folder import read_folder
from scanner.demo.serve import running
from scanner.model import Outcome
from scanner.snapshot import Snapshot
from tests.collect.killing import Attempts, Kill, Watched

TENANT = Path(__file__).parents[2] / "scanner" / "demo" / "tenant"
POINTS = [Kill(requests, (0.0, 0.005, 0.02)[requests % 3]) for requests in range(1, 60, 2)]
"""Thirty moments from the first request to the last, some at an answer, some while it is written."""


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[Watched, str]]:
    emulator = Watched(read_folder(TENANT), page_size=9)
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture(scope="module")
def undisturbed(service: tuple[Watched, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot collected in one go."""
    path = tmp_path_factory.mktemp("undisturbed") / "snap"
    assert Attempts(*service, path).attempt(None)
    return path


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.glob("*.jsonl")}


def check(attempts: Attempts, undisturbed: Path) -> None:
    """The end of any number of attempts is as if there had been one."""
    assert files(attempts.output) == files(undisturbed)
    assert {path.name for path in attempts.output.parent.iterdir()} == {"snap", "told"}
    manifest = Snapshot.open(attempts.output).manifest
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    first = max(number for number, whole in enumerate(attempts.whole) if not whole)
    assert manifest.collected_at == f"2026-03-01T{8 + first:02d}:00:00Z"
    # Where the killed process had come to its end but for clearing up, the next one asked for nothing.
    later = [number for number in range(first + 1, len(attempts.whole)) if attempts.requests[number]]
    assert manifest.resumed == tuple(f"2026-03-01T{8 + number:02d}:00:00Z" for number in later)
    for whole, asked in zip(attempts.whole, attempts.requests, strict=True):
        assert not whole & set(asked)
    assert all(asked.count("organization") <= 1 for asked in attempts.requests)


@pytest.mark.parametrize("kill", POINTS, ids=lambda kill: f"{kill.requests}+{kill.seconds * 1000:.0f}ms")
def test_what_was_killed_at_any_moment_is_gone_on_with(
    kill: Kill, service: tuple[Watched, str], undisturbed: Path, tmp_path: Path
) -> None:
    attempts = Attempts(*service, tmp_path / "snap")
    if not attempts.attempt(kill):
        assert attempts.attempt(None)
    check(attempts, undisturbed)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.builds(Kill, st.integers(1, 40), st.floats(0, 0.03)), min_size=2, max_size=4))
def test_it_may_be_killed_again_and_again(
    service: tuple[Watched, str], undisturbed: Path, tmp_path_factory: pytest.TempPathFactory, kills: list[Kill]
) -> None:
    attempts = Attempts(*service, tmp_path_factory.mktemp("again") / "snap")
    if not any(attempts.attempt(kill) for kill in kills):
        assert attempts.attempt(None)
    check(attempts, undisturbed)


def test_of_what_is_left_nothing_can_be_read_by_others(service: tuple[Watched, str], tmp_path: Path) -> None:
    attempts = Attempts(*service, tmp_path / "snap")
    assert not attempts.attempt(Kill(30))
    assert attempts.partial.is_dir()
    if sys.platform != "win32":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in attempts.partial.rglob("*")}
        assert modes <= {0o600, 0o700}
        assert stat.S_IMODE(attempts.partial.stat().st_mode) == 0o700
    journal = json.loads((attempts.partial / "journal.json").read_text())
    assert "organization" not in journal["resources"]


def test_what_is_damaged_on_disk_is_read_again(service: tuple[Watched, str], undisturbed: Path, tmp_path: Path) -> None:
    attempts = Attempts(*service, tmp_path / "snap")
    assert not attempts.attempt(Kill(45))
    (stored, *_) = sorted((attempts.partial / "snapshot").glob("*.jsonl"))
    name = stored.stem
    stored.write_bytes(stored.read_bytes()[:-5])
    assert attempts.attempt(None)
    assert name in attempts.requests[-1]
    assert files(attempts.output) == files(undisturbed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process of a group")
@pytest.mark.parametrize("requests", [3, 17, 35])
def test_ctrl_c_says_how_to_go_on(
    requests: int, service: tuple[Watched, str], undisturbed: Path, tmp_path: Path
) -> None:
    attempts = Attempts(*service, tmp_path / "snap")
    assert not attempts.attempt(Kill(requests), signal.SIGINT)
    told = (tmp_path / "told").read_text()
    if attempts.partial.exists():
        kept = len(json.loads((attempts.partial / "journal.json").read_text())["resources"])
        assert told == (
            f"Kept in {attempts.partial}: {kept} resource{'' if kept == 1 else 's'}. "
            f"Go on with: tenantlint collect --output {tmp_path / 'snap'} --resume\n"
        )
    else:
        assert told == ""
    assert attempts.attempt(None)
    check(attempts, undisturbed)
