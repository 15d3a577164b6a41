"""An event loop on which time passes at once: whoever sleeps is woken in the right order, and nobody waits."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from scanner.collect.retry import Clock
from tests.collect.fake import START

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Passes the time instead of waiting, unless there is nothing but other threads to wait for."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select()
        found = super().select(0)
        if not found:
            self.passed += max(0.0, timeout)
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = _Selector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.passed


def run(work: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """The result of ``work``, and the seconds it would have taken."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work), runner.get_loop().time()


def clock() -> Clock:
    """The clock of the loop that runs; made within it."""
    passed = asyncio.get_running_loop().time
    return Clock(
        now=lambda: START + timedelta(seconds=passed()), monotonic=passed, sleep=asyncio.sleep, chance=lambda: 1.0
    )
