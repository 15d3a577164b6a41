"""What files change about each policy, put together: a later file decides over an earlier one, value by value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scanner.errors import Problem
from scanner.model import Severity
from scanner.policy.overrides import Overrides, Setting, Settings
from scanner.policy.words import did_you_mean, quoted

T = TypeVar("T")


@dataclass(frozen=True)
class Tailoring:
    """What is changed about one policy."""

    params: Settings = field(default_factory=dict)
    severity: Setting[Severity] | None = None
    require: Settings = field(default_factory=dict)
    """Values of ``min`` and ``max``."""
    aliases: tuple[str, ...] = ()
    """Ids of the policy that it replaces."""


def tailorings(
    ids: Mapping[str, str], layers: Sequence[Overrides], elsewhere: Iterable[str], problems: list[Problem]
) -> Mapping[str, Tailoring]:
    """What the ``layers``, the lowest first, change about each policy.

    ``ids`` maps ids and aliases to ids. A name that it does not have is a problem, unless it is of a policy
    ``elsewhere``.
    """
    params: dict[str, dict[str, Setting[object]]] = {}
    require: dict[str, dict[str, Setting[object]]] = {}
    severities: dict[str, Setting[Severity]] = {}
    passed_over = frozenset(elsewhere)
    for layer in layers:
        for policy, values in _by_id(ids, layer.params, passed_over, problems).items():
            params.setdefault(policy, {}).update(values.value)
        for policy, bounds in _by_id(ids, layer.require, passed_over, problems).items():
            require.setdefault(policy, {}).update(bounds.value)
        severities.update(_by_id(ids, layer.severities, passed_over, problems))
    return {
        policy: Tailoring(params.get(policy, {}), severities.get(policy), require.get(policy, {}))
        for policy in ids.values()
    }


def _by_id(
    ids: Mapping[str, str], named: Mapping[str, Setting[T]], elsewhere: frozenset[str], problems: list[Problem]
) -> dict[str, Setting[T]]:
    """The overrides of one key of one file by policy id; those of unknown policies are problems."""
    found: dict[str, Setting[T]] = {}
    used: dict[str, str] = {}
    for name, override in named.items():
        if name not in ids:
            if name not in elsewhere:
                problems.append(override.key.problem(f"There is no policy {quoted(name)}.", did_you_mean(name, ids)))
        elif used.setdefault(ids[name], name) != name:
            text = f"{quoted(name)} and {quoted(used[ids[name]])} are the same policy."
            problems.append(override.key.problem(text, f"Write all under {quoted(ids[name])}."))
        else:
            found[ids[name]] = override
    return found
