"""Inline snapshots of policy tests: every resource and property in them must be one that Graph has.

A misspelt property would read as absent data, and a test could pass for a reason that its author never meant. What
Graph does not have yet can be named as ``unknownProperties`` of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from scanner.cel.types import Property, RecordType
from scanner.errors import Problem
from scanner.policy.document import Document, Steps
from scanner.policy.source import MAX_PROBLEMS
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.words import did_you_mean, quoted
from scanner.snapshot.single import FRAME_KEYS

_ANNOTATION = "@odata."


class Fixtures:
    """Checks the snapshots of one document."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self._document = document
        self._vocabulary = vocabulary
        self._allowed: dict[str, bool] = {}
        """Unknown properties that the case names, and whether they have been met."""

    def check(self, case: Steps) -> Iterator[Problem]:
        """All that is wrong with the snapshot of the case under ``case``, which has passed the schema."""
        part: Mapping[str, Any] = self._document.value(case)
        self._allowed = dict.fromkeys(part.get("unknownProperties", ()), False)
        yield from islice(self._check_snapshot((*case, "snapshot"), part["snapshot"]), MAX_PROBLEMS)
        for number, (name, met) in enumerate(self._allowed.items()):
            if not met:
                text = f"The snapshot has no unknown property {quoted(name)}."
                yield self._document.at((*case, "unknownProperties", number), text, "Remove it from the list.")

    def _check_snapshot(self, steps: Steps, snapshot: Mapping[str, object]) -> Iterator[Problem]:
        for name in snapshot:
            here = (*steps, name)
            if name == "outcomes":
                yield from self._check_names(here)
            elif name not in FRAME_KEYS:
                yield from self._check_name(here, name, self._vocabulary.catalogue, FRAME_KEYS)
                yield from self._check_records(here, name)

    def _check_names(self, steps: Steps) -> Iterator[Problem]:
        for name in self._document.value(steps):
            yield from self._check_name((*steps, name), name, self._vocabulary.catalogue)

    def _check_name(self, steps: Steps, name: str, *known: Iterable[str]) -> Iterator[Problem]:
        if name in self._vocabulary.subjects and name not in self._vocabulary.catalogue:
            text = f"{quoted(name)} is derived by tenantlint, not collected."
            yield self._document.at_key(steps, text, "Give the resources that it is made from.")
        elif name not in self._vocabulary.catalogue:
            names = [each for group in known for each in group]
            yield self._document.at_key(steps, f"Unknown resource {quoted(name)}.", did_you_mean(name, names))

    def _check_records(self, steps: Steps, name: str) -> Iterator[Problem]:
        resource, value = self._vocabulary.catalogue.get(name), self._document.value(steps)
        if resource is None:
            return
        if isinstance(value, dict) and not resource.singleton:
            yield self._document.at(steps, f"The records of {name} must be a list.", "Put a hyphen before each record.")
            return
        for here, record in self._values(steps, value):
            if resource.key not in record and not resource.singleton:
                yield self._document.at(here, f"The record lacks the key {quoted(resource.key)}.")
            yield from self._check_value(here, record, resource.type)

    def _values(self, steps: Steps, value: object) -> Iterator[tuple[Steps, dict[str, object]]]:
        """The mappings that a value is or holds as a list, each with its steps."""
        if isinstance(value, dict):
            yield steps, value
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, dict):
                    yield (*steps, number), item

    def _check_value(self, steps: Steps, value: Mapping[str, object], type_name: str) -> Iterator[Problem]:
        record_type = self._vocabulary.types[type_name]
        keys = _keys(record_type)
        for key, part in value.items():
            here = (*steps, key)
            prop = keys.get(key)
            if prop is not None and prop.is_record:
                for inner, mapping in self._values(here, part):
                    yield from self._check_value(inner, mapping, prop.type)
            elif prop is None and key in self._allowed:
                self._allowed[key] = True
            elif prop is None and _ANNOTATION not in key:
                yield self._unknown(here, key, record_type, keys)

    def _unknown(self, steps: Steps, key: str, record_type: RecordType, keys: Iterable[str]) -> Problem:
        known = record_type.properties.get(key)
        if known is not None and known.fact:
            hint = "Give the records that it is made from."
            return self._document.at_key(steps, f"{quoted(key)} is derived by tenantlint, not collected.", hint)
        text = f"{record_type.name} has no property {quoted(key)}."
        return self._document.at_key(steps, text, did_you_mean(key, keys))


def _keys(record_type: RecordType) -> dict[str, Property]:
    """Graph's properties of a type by their JSON keys."""
    return {prop.key or prop.name: prop for prop in record_type.properties.values() if not prop.fact}
