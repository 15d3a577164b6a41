"""When to ask again, and how long to wait: Graph's throttling and the network's faults.

Graph throttles with 429 and mostly says for how long in ``Retry-After``; waiting exactly that long is the quickest
way out (https://learn.microsoft.com/graph/throttling). Identity Protection and Conditional Access throttle without
the header, so there is a backoff for that as well. The SDK's own handler gives up at 180 seconds, ignores 500 and
502 and does not see a connection that breaks; it is left out of the pipeline.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scanner.collect.refusal import Broken, Unread

RETRYABLE = frozenset({429, 500, 502, 503, 504, 509})
"""509 is "bandwidth limit exceeded": https://learn.microsoft.com/graph/errors"""
THROTTLING = frozenset({429, 509})
FAULT_TRIES = 6
"""For one request: errors of the server that give no time, broken connections, cut answers."""
THROTTLE_TRIES = 40
"""For one request. With the longest backoff of a minute that is over half an hour of being told to wait."""
LONGEST_BACKOFF = 60.0
LONGEST_WAIT = 24 * 3600.0
"""Seconds. ``Retry-After`` is obeyed up to a day; beyond that a resource fails, saying so."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Time and chance, as the collector uses them; a test passes its own and waits for nothing."""

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    """Between 0 and 1: spreads the requests of collectors that were throttled at the same moment."""


@dataclass
class Retrying:
    """The tries of one request."""

    clock: Clock
    faults: int = field(default=0, init=False)
    throttled: int = field(default=0, init=False)
    renewed: bool = field(default=False, init=False)
    """The token was refused just now, and a new one asked for."""

    def after(self, failure: Unread, status: int, headers: Mapping[str, str]) -> float:
        """Seconds to wait before asking again; raises ``failure`` when that makes no sense or not any more.

        ``status`` and ``headers`` (names in lower case) are those of the answer, 0 and none without one. A token that
        was refused (401) is to be renewed: the request is made again at once, and a second refusal in a row is final.
        """
        if status == 401 and not self.renewed:
            self.renewed = True
            return 0.0
        if status >= 300 and status not in RETRYABLE:
            raise failure
        self.renewed = False
        return self.wait_after(
            failure, throttling=status in THROTTLING, asked=retry_after(headers, self.clock.now()) if status else None
        )

    def wait_after(self, failure: Unread, *, throttling: bool, asked: float | None = None) -> float:
        """Seconds to wait before asking again; raises ``failure`` when it has been tried often enough.

        ``asked`` is what ``Retry-After`` said.
        """
        if asked is not None and asked > LONGEST_WAIT:
            raise Broken(f"{failure}; asked to wait {asked / 3600:,.0f} hours, which is more than a day") from failure
        if throttling or asked is not None:
            self.throttled += 1
            tried, most = self.throttled, THROTTLE_TRIES
        else:
            self.faults += 1
            tried, most = self.faults, FAULT_TRIES
        if tried >= most:
            raise failure
        if asked:
            return asked
        return min(LONGEST_BACKOFF, 2.0 ** (tried - 1)) * (0.5 + self.clock.chance() / 2)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks to wait, given as seconds or as a date; None where it says nothing usable.

    ``headers`` are looked up in lower case. A date is compared with the answer's own ``Date``, by the service's clock;
    without one with ``now``. A time in the past is 0.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:12])
    date = _date(text)
    if date is None:
        return None
    return max(0.0, (date - (_date(headers.get("date", "")) or now)).total_seconds())


def _date(text: str) -> datetime | None:
    """A date of HTTP; None where it is none. Without a zone it is UTC."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
