"""What the one record of a singleton lacks of the lists that a policy decides by.

An absent list reads as an empty one, and for a setting of the whole tenant these are opposites: no consent policy
assigned to users, or no word about them. So a list that a policy decides by must be in the record, empty or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.cel.tree import Ident, Node, Select, Tree
from scanner.cel.types import TENANT, Types
from scanner.collect.catalogue import Resource
from scanner.model import Missing, Outcome
from scanner.policy.model import Policy, Rule
from scanner.snapshot import Snapshot

Lacking = Mapping[tuple[str, str], Missing]
"""(record type, property) that is not there → the list that is missing with it."""


class Singletons:
    """The singletons of one snapshot, each read once."""

    def __init__(self, snapshot: Snapshot, types: Types) -> None:
        self._snapshot = snapshot
        self._types = types
        self._records: dict[str, Any] = {}

    def lacking(self, policy: Policy) -> Lacking:
        """The lists that ``where`` and the assertion read of singletons, and that are not in their records."""
        rule = policy.body
        if not isinstance(rule, Rule):
            return {}
        found: dict[tuple[str, str], Missing] = {}
        for checked in (rule.assertion, rule.where):
            for resource, chain in _lists(checked.tree, rule.resource, self._snapshot.catalogue) if checked else ():
                if self._snapshot.entry(resource).outcome is Outcome.COLLECTED:
                    found.update(self._gap(resource, chain))
        return found

    def _gap(self, resource: str, chain: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Missing]]:
        """The first property of the chain that is absent or null, if any is."""
        value = self._record(resource)
        path = ".".join(name for _, name in chain)
        for owner, name in chain:
            value = value.get(self._types[owner].properties[name].key or name) if isinstance(value, dict) else None
            if value is None:
                yield (owner, name), Missing(resource, Outcome.COLLECTED, f"property {path} was not collected")
                return

    def _record(self, resource: str) -> Any:
        if resource not in self._records:
            line = next(self._snapshot.lines(resource), None)
            self._records[resource] = None if line is None else msgspec.json.decode(line)
        return self._records[resource]


def _lists(tree: Tree, resource: str, catalogue: Mapping[str, Resource]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every list that the expression reads of a singleton: the singleton, and (record type, property) to the list."""
    own = catalogue.get(resource)
    for node in tree.walk():
        if isinstance(node, Select) and tree.type_of(node).name == "list":
            root, chain = _chain(tree, node)
            if root == TENANT and chain:
                (_, name), *rest = chain
                if name in catalogue and catalogue[name].singleton and rest:
                    yield name, rest
            elif own is not None and own.singleton and root == own.singular:
                yield resource, chain


def _chain(tree: Tree, node: Node) -> tuple[str, list[tuple[str, str]]]:
    """The variable that a chain of selections begins with, "" if none, and each (record type, property) of it."""
    chain: list[tuple[str, str]] = []
    while isinstance(node, Select):
        chain.append((tree.type_of(node.operand).message.rpartition(".")[2], node.field))
        node = node.operand
    return (node.name.removeprefix(".") if isinstance(node, Ident) else ""), chain[::-1]
