"""Looks for the records that waivers name: whether they are there, and under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.cel.structs import IDENTITY, attribute
from scanner.errors import NotCollected
from scanner.evaluate.judge import EVERYTHING, name_of
from scanner.evaluate.scope import Scope
from scanner.model import Outcome
from scanner.policy.model import Policy, Rule
from scanner.policy.waivers import Waiver, plain


@dataclass
class Sought:
    """What of the sought records of one resource was met. To be fed like a judge."""

    policy: Policy
    """One of those that are about the resource."""
    resource: str
    key: str
    """The attribute that identifies a record."""
    ids: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    """Names, plain."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of each sought id that was met: its names, the one that reports use first."""
    bearers: dict[str, str] = field(default_factory=dict)
    """For each sought name that was met, plain: the id of a record that bears it."""
    complete: bool = True

    def has(self, record: str) -> bool:
        """Whether there is such a record, or may be."""
        return record in (EVERYTHING, *self.names) or not self.complete

    def feed(self, records: Sequence[Any]) -> None:
        for record in records:
            self._look(record)

    def skip(self, record: Any, reason: str) -> None:
        self._look(record)

    def lack(self, problem: NotCollected) -> None:
        self.complete = False

    def _look(self, record: Any) -> None:
        id = str(getattr(record, self.key))
        if id not in self.ids and not self.wanted:
            return
        shown = getattr(record, "displayName", None)
        names = (name_of(record) or id, *([shown] if isinstance(shown, str) else []))
        if id in self.ids:
            self.names[id] = names
        for name in self.wanted.intersection(map(plain, names)):
            self.bearers.setdefault(name, id)


def seek(scope: Scope, asked: Mapping[str, Sequence[Waiver]], policies: Mapping[str, Policy]) -> dict[str, Sought]:
    """What is known of the records of ``asked``, waivers by the id of their policy: one pass over each resource.

    Policies whose resource was not read, or that are about none, are left out.
    """
    resources: dict[str, Sought] = {}
    found: dict[str, Sought] = {}
    for id, waivers in asked.items():
        rule = policies[id].body
        if isinstance(rule, Rule) and _is_read(scope, rule.resource):
            new = Sought(policies[id], rule.resource, _key(scope, rule.resource))
            found[id] = resources.setdefault(rule.resource, new)
            found[id].ids.update(waiver.record for waiver in waivers)
            found[id].wanted.update(plain(waiver.name) for waiver in waivers if waiver.name)
    for resource, one in resources.items():
        scope.feed(resource, [one])
    return found


def _is_read(scope: Scope, resource: str) -> bool:
    """Derived resources are; what they lack, they say."""
    return resource not in scope.snapshot.catalogue or scope.snapshot.entry(resource).outcome is Outcome.COLLECTED


def _key(scope: Scope, resource: str) -> str:
    catalogue = scope.snapshot.catalogue
    return attribute(catalogue[resource].key if resource in catalogue else IDENTITY)
