"""What a person sees of a collection: on a terminal one moving line a resource, elsewhere plain lines.

Everything goes to stderr. Reasons are printable already (``refusal.one_line``) and are never taken for markup.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from scanner.model import Outcome

if TYPE_CHECKING:
    from rich.progress import TaskID

_MENTION_WAIT = 5.0
"""Seconds. Shorter waits are not worth a line."""


class Progress(Protocol):
    """Told what goes on. A context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def begin(self, resource: str) -> None:
        """The first request for it is made."""

    def read(self, resource: str, records: int) -> None:
        """So many records more were read."""

    def waiting(self, resource: str, seconds: float, why: str) -> None:
        """It waits before it asks again."""

    def end(self, resource: str, outcome: Outcome, records: int, reason: str) -> None:
        """It is done."""

    def note(self, text: str) -> None:
        """Something about the whole collection. ``text`` is printable."""


class Quiet:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def begin(self, resource: str) -> None:
        return None

    def read(self, resource: str, records: int) -> None:
        return None

    def waiting(self, resource: str, seconds: float, why: str) -> None:
        return None

    def end(self, resource: str, outcome: Outcome, records: int, reason: str) -> None:
        return None

    def note(self, text: str) -> None:
        return None


class Lines(Quiet):
    """One line when a resource is done, and one for every long wait: for logs of pipelines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def waiting(self, resource: str, seconds: float, why: str) -> None:
        if seconds >= _MENTION_WAIT:
            self.note(wait_line(resource, seconds, why))

    def end(self, resource: str, outcome: Outcome, records: int, reason: str) -> None:
        self.note(end_line(resource, outcome, records, reason))

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Terminal(Quiet):
    """A moving line for every resource under way; finished ones stay above as plain lines."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn

        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.completed:,.0f}", markup=False),
            TextColumn("{task.fields[note]}", markup=False, style="dim"),
            console=Console(file=stream, stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, resource: str) -> None:
        self._tasks[resource] = self._bars.add_task(resource, total=None, note="")

    def read(self, resource: str, records: int) -> None:
        self._bars.update(self._task(resource), advance=records, note="")

    def waiting(self, resource: str, seconds: float, why: str) -> None:
        self._bars.update(self._task(resource), note=f"waits {seconds:,.0f} s: {why}")

    def end(self, resource: str, outcome: Outcome, records: int, reason: str) -> None:
        self._bars.remove_task(self._task(resource))
        del self._tasks[resource]
        self.note(end_line(resource, outcome, records, reason))

    def note(self, text: str) -> None:
        self._bars.console.print(text, markup=False, highlight=False)

    def _task(self, resource: str) -> TaskID:
        if resource not in self._tasks:
            self.begin(resource)
        return self._tasks[resource]


def choose(*, quiet: bool, stream: TextIO | None = None) -> Progress:
    """The display for ``stream`` (stderr unless given): moving on a terminal, lines elsewhere, nothing if quiet."""
    if quiet:
        return Quiet()
    target = stream or sys.stderr
    return Terminal(target) if target.isatty() else Lines(target)


def end_line(resource: str, outcome: Outcome, records: int, reason: str) -> str:
    """``users: 20,000 records`` or ``users: denied - why``."""
    if outcome is not Outcome.COLLECTED:
        return f"{resource}: {outcome} - {reason}"
    counted = f"{resource}: {records:,} record{'' if records == 1 else 's'}"
    return f"{counted} ({reason})" if reason else counted


def wait_line(resource: str, seconds: float, why: str) -> str:
    """``users: waits 600 s - Graph answered 429 …``."""
    return f"{resource}: waits {seconds:,.0f} s - {why}"
