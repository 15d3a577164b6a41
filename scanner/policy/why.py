"""Which file decided what about each policy: the text of ``tenantlint list --why``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.policy.overrides import Change
from scanner.policy.pages import shown, table
from scanner.policy.profile import Layer
from scanner.policy.selection import Decision


def reasons(decisions: Sequence[Decision], layers: Sequence[Layer], width: int | None = None) -> str:
    """The files in their order; then of each policy what selects or ignores it, and below it what files change."""
    order = " over ".join(str(layer) for layer in reversed(layers)) or "no file"
    selected = sum(decision.selected for decision in decisions)
    head = f"{selected} of {len(decisions)} policies are selected. Decided by: {order}."
    return f"{head}\n\n{table([row for decision in decisions for row in _rows(decision)], width)}"


def _rows(decision: Decision) -> Iterator[tuple[str, str]]:
    yield decision.policy.id, decision.reason
    for change in decision.policy.changes:
        yield "", _changed(change)


def _changed(change: Change) -> str:
    """``params.days = 90, not 183 (team.yaml:7)``."""
    was = "" if change.was is None else f", not {shown(change.was)}"
    return f"{change.what} = {shown(change.value)}{was} ({change.at})"
