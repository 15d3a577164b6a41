"""Slowing down before Graph says so, and together: what one answer tells of a limit holds for the whole tenant.

Graph's identity services fill a bucket of ten seconds with the costs of requests, of all requests that an application
makes in a tenant. An answer tells that more than 0.8 of a limit is used (``x-ms-throttle-limit-percentage``, 0.8 to
1.8), a refusal whom it concerns (``x-ms-throttle-scope``); below that nothing is told and nothing waits:
https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.collect.retry import LONGEST_WAIT, THROTTLING, Clock, retry_after

PERIOD = 10.0
"""Seconds in which a full bucket runs empty."""
FREE = 0.8
"""The share of a limit up to which nobody waits."""
MOST = 1.8
"""The largest share that is documented."""
_WHOLE = frozenset({"tenant_application", "tenant", "application"})
"""Scopes that take in every request we make; others are of one user or resource."""
_READING = frozenset({"read", "readwrite"})


class Pace:
    """When the next request to one tenant may be made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = clock.monotonic()
        self._why = ""

    def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Takes notice of an answer, a batch's parts included; ``headers`` have names in lower case."""
        scope = _scope(headers)
        if scope is False:
            return
        used = _share(headers)
        if used > FREE:
            # What fills the bucket above the free share has run out by then.
            self._hold(PERIOD * (used - FREE), f"{used:.0%} of a limit of Graph is used")
        if status in THROTTLING and scope:
            asked = retry_after(headers, self._clock.now())
            self._hold(min(asked or 0.0, LONGEST_WAIT), "Graph throttles every request of this application")

    async def turn(self, tell: Callable[[float, str], None]) -> None:
        """Returns when a request may be made; ``tell`` is told seconds and reason before every wait."""
        while (wait := self._until - self._clock.monotonic()) > 0:
            tell(wait, self._why)
            await self._clock.sleep(wait)

    def _hold(self, seconds: float, why: str) -> None:
        until = self._clock.monotonic() + seconds
        if until > self._until:
            self._until, self._why = until, why


def _scope(headers: Mapping[str, str]) -> bool | None:
    """Whether a limit takes in all our requests, which only read; None where the answer names no scope.

    ``<Scope>/<Limit>/<ApplicationId>/<TenantId|UserId|ResourceId>``
    """
    text = headers.get("x-ms-throttle-scope", "")
    if not text:
        return None
    whom, _, rest = text.lower().partition("/")
    return whom in _WHOLE and rest.partition("/")[0] in _READING


def _share(headers: Mapping[str, str]) -> float:
    """The used share of a limit; 0 where the answer says nothing usable."""
    try:
        used = float(headers.get("x-ms-throttle-limit-percentage", ""))
    except ValueError:
        return 0.0
    return min(used, MOST) if used > 0 else 0.0
