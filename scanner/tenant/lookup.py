"""Records of one resource by id, for facts that hand Graph records to expressions.

A policy about users asks for ids in ascending order, chunk after chunk, so the resource is read along with it: a
window of the lines last passed is kept and no more, whatever the size of the tenant. An id before the window is
searched for in the snapshot.
"""

from __future__ import annotations

from collections import deque

import msgspec

from scanner.snapshot import Snapshot

WINDOW = 8192
"""Lines kept. The engine evaluates one policy after the other on chunks of records smaller than this."""


class _Key(msgspec.Struct, gc=False):
    id: str


_read_key = msgspec.json.Decoder(_Key).decode


class Lookup:
    """The lines of ``resource``; raises ``NotCollected`` when made if it was not collected."""

    def __init__(self, snapshot: Snapshot, resource: str) -> None:
        snapshot.require(resource, ("id",))
        self._snapshot = snapshot
        self._resource = resource
        self._lines = snapshot.lines(resource)
        self._window: dict[str, bytes] = {}
        self._order: deque[str] = deque()
        self._last = ""
        self._passed = ""
        """The greatest id that has left the window."""

    def line(self, key: str) -> bytes | None:
        """The record with this id as JSON, or None if there is none."""
        while self._last < key:
            line = next(self._lines, None)
            if line is None:
                break
            self._keep(_read_key(line).id, line)
        found = self._window.get(key)
        if found is None and key <= self._passed:
            return self._snapshot.find(self._resource, key)
        return found

    def _keep(self, key: str, line: bytes) -> None:
        self._last = key
        self._window[key] = line
        self._order.append(key)
        if len(self._order) > WINDOW:
            self._passed = self._order.popleft()
            del self._window[self._passed]
