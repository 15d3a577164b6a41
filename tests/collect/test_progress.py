from __future__ import annotations

import io

import pytest

from scanner.collect.progress import Lines, Progress, Quiet, Terminal, choose, end_line
from scanner.model import Outcome


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def tell(progress: Progress) -> None:
    with progress:
        progress.begin("users")
        progress.read("users", 999)
        progress.waiting("users", 600, "Graph answered 429 [bold]TooManyRequests")
        progress.read("users", 1)
        progress.end("users", Outcome.COLLECTED, 1000, "left out: signInActivity [red]x")
        progress.waiting("domains", 1, "Graph answered 503")
        progress.end("domains", Outcome.DENIED, 0, "Domain.Read.All is not granted")


LINES = [
    "users: waits 600 s - Graph answered 429 [bold]TooManyRequests",
    "users: 1,000 records (left out: signInActivity [red]x)",
    "domains: denied - Domain.Read.All is not granted",
]


def test_a_log_gets_a_line_a_resource_and_one_for_a_long_wait() -> None:
    stream = io.StringIO()
    tell(choose(quiet=False, stream=stream))
    assert stream.getvalue().splitlines() == LINES


def test_quiet_says_nothing() -> None:
    stream = io.StringIO()
    tell(choose(quiet=True, stream=stream))
    assert stream.getvalue() == ""


def test_a_terminal_keeps_what_is_done_and_takes_nothing_for_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    tell(choose(quiet=False, stream=screen))
    for line in LINES[1:]:
        assert line in screen.getvalue()


@pytest.mark.parametrize(
    ("quiet", "stream", "kind"),
    [(True, Screen(), Quiet), (False, Screen(), Terminal), (False, io.StringIO(), Lines)],
)
def test_the_display_fits_where_it_goes(quiet: bool, stream: io.StringIO, kind: type[Progress]) -> None:
    assert type(choose(quiet=quiet, stream=stream)) is kind


def test_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    tell(choose(quiet=False))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == LINES


@pytest.mark.parametrize(
    ("outcome", "records", "reason", "line"),
    [
        (Outcome.COLLECTED, 0, "", "users: 0 records"),
        (Outcome.COLLECTED, 1, "", "users: 1 record"),
        (Outcome.COLLECTED, 20_000, "", "users: 20,000 records"),
        (Outcome.FAILED, 0, "reset", "users: failed - reset"),
        (Outcome.UNLICENSED, 0, "P2", "users: unlicensed - P2"),
    ],
)
def test_the_line_of_a_resource(outcome: Outcome, records: int, reason: str, line: str) -> None:
    assert end_line("users", outcome, records, reason) == line
