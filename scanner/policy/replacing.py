"""Policies that stand in for others: ``replaces`` names the policy that is not used, shipped or of a team."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from scanner.errors import Problem
from scanner.policy.document import Steps
from scanner.policy.words import did_you_mean, quoted

_KEY: Steps = ("replaces",)


class Draft(Protocol):
    """A policy file on its way."""

    @property
    def id(self) -> str: ...
    @property
    def replaces(self) -> str: ...
    def at(self, steps: Steps, text: str, hint: str) -> Problem: ...
    def where(self, steps: Steps) -> str: ...


def replacements(drafts: Sequence[Draft], elsewhere: Collection[str], problems: list[Problem]) -> Mapping[int, Draft]:
    """Index of each draft that is replaced → the draft that stands in for it.

    Every draft may replace one that replaces none. A policy that is ``elsewhere``, where nothing was loaded from, can
    be named as well.
    """
    found: dict[int, Draft] = {}
    by_id: dict[str, list[int]] = {}
    for index, draft in enumerate(drafts):
        by_id.setdefault(draft.id, []).append(index)
    for number, draft in enumerate(drafts):
        if not draft.replaces:
            continue
        targets = [index for index in by_id.get(draft.replaces, ()) if index != number]
        plain = [index for index in targets if not drafts[index].replaces]
        if not targets and draft.replaces not in elsewhere:
            others = [one.id for one in drafts if one.id != draft.id]
            text = f"There is no other policy {quoted(draft.replaces)} to replace."
            problems.append(draft.at(_KEY, text, did_you_mean(draft.replaces, others) or "Take the line out."))
        elif targets and not plain:
            other = drafts[targets[0]]
            text = f"{quoted(draft.replaces)} in {other.where(_KEY)} is itself a replacement."
            problems.append(draft.at(_KEY, text, f"Replace {quoted(other.replaces)}, and take the other one away."))
        for index in plain:
            taken = found.setdefault(index, draft)
            if taken is not draft:
                text = f"{quoted(draft.replaces)} is replaced in {taken.where(_KEY)} already."
                problems.append(draft.at(_KEY, text, "Keep one of the two."))
    return found
