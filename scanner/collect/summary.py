"""What a collection has read and what that took, as a table for the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.refusal import one_line
from scanner.model import Outcome
from scanner.snapshot import Entry, Manifest

_TITLES = ("records", "requests", "units", "seconds")
_WIDTHS = (12, 10, 8, 9)


def summary(manifest: Manifest, seconds: float) -> str:
    """The table, the costliest resource first, and below it the sums. ``seconds`` is how long all took together."""
    return "\n".join(_lines(manifest, seconds))


def _lines(manifest: Manifest, seconds: float) -> Iterator[str]:
    entries = sorted(manifest.resources.items(), key=lambda one: (-one[1].sent, -one[1].records, one[0]))
    room = max(len(name) for name, _ in entries)
    yield _row("resource", _TITLES, room)
    for name, entry in entries:
        yield _row(name, _figures(entry), room)
    yield ""
    records = sum(entry.records for _, entry in entries)
    sent = sum(entry.sent for _, entry in entries)
    units = sum(entry.units or 0 for _, entry in entries)
    whose = one_line(manifest.tenant_name or manifest.tenant_id)
    yield (
        f"{whose}: {records:,} record{_s(records)} of {len(entries)} resource{_s(len(entries))}"
        f" with {sent:,} request{_s(sent)}, {units:,} resource unit{_s(units)}, in {seconds:,.0f} s"
    )
    if manifest.resumed:
        yield f"begun {manifest.collected_at} and continued, the figures are of all parts that were of use"
    missing = [f"{name} ({entry.outcome})" for name, entry in entries if entry.outcome is not Outcome.COLLECTED]
    if missing:
        yield f"not collected: {', '.join(sorted(missing))}"


def _figures(entry: Entry) -> tuple[str, str, str, str]:
    records = f"{entry.records:,}" if entry.outcome is Outcome.COLLECTED else str(entry.outcome)
    units = "-" if entry.units is None else f"{entry.units:,}"
    return records, f"{entry.sent:,}", units, f"{entry.seconds:,.1f}"


def _row(name: str, figures: tuple[str, ...], room: int) -> str:
    return f"{name:<{room}}" + "".join(f"{text:>{width}}" for text, width in zip(figures, _WIDTHS, strict=True))


def _s(count: int) -> str:
    return "" if count == 1 else "s"
