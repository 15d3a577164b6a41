"""What of an earlier, stopped collection a later one goes on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from scanner.collect.parents import Watcher
from scanner.collect.plan import HEADER, Plan
from scanner.collect.progress import Progress
from scanner.snapshot import Entry, Unfinished, rfc3339

_PAGE = 1000
"""Records shown at once, as when they come from the service. A watcher goes over them several times."""


def take_up(unfinished: Unfinished, plan: Plan, progress: Progress) -> Mapping[str, Entry]:
    """Keeps the resources that need not be read again, in order of the plan, and throws the rest away.

    What depends on a resource that is read again is read again too: who is asked for may be others now. So is the
    tenant itself: its record tells whether this sign-in leads to the same one.
    """
    kept: dict[str, Entry] = {}
    for item in plan.items:
        name = item.resource.name
        if name in unfinished.entries and name != HEADER[0] and all(earlier in kept for earlier in item.after):
            kept[name] = unfinished.entries[name]
    for name in unfinished.damaged:
        progress.note(f"{name}: what was on disk is not whole, it is read again")
    if unfinished.resumed:
        progress.note(
            f"Goes on with the collection that began {rfc3339(unfinished.began)}: "
            f"{len(kept)} of {len(plan.items)} resources were read."
        )
    unfinished.keep(kept)
    return kept


def replay(unfinished: Unfinished, kept: Mapping[str, Entry], watchers: Iterable[Watcher]) -> None:
    """Shows what is kept to whoever waits for names in it. Raises ``SnapshotError`` when it changes meanwhile."""
    for name in kept:
        watching = [watcher for watcher in watchers if name in watcher.sources]
        lines = unfinished.lines(name) if watching else iter(())
        while page := tuple(islice(lines, _PAGE)):
            for watcher in watching:
                watcher.see(name, page)
