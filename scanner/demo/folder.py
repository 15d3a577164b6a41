"""The tenant an emulator serves: a folder with one JSON file a catalogue resource.

``users.json`` is a list of records as Graph sends them with everything selected and expanded; a singleton is one
object; a fan-out is a list of ``{"id": parent id, "members": [...]}``. What has no file cannot be read by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.demo.bodies import Json
from scanner.errors import UsageError


@dataclass(frozen=True)
class Table:
    """The records of one resource."""

    resource: Resource
    records: list[Json] = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Json]:
        """By the key of the resource, and users by their sign-in name too, as Graph has it."""
        named = {record["userPrincipalName"]: record for record in self.records if "userPrincipalName" in record}
        return {**named, **{record[self.resource.key]: record for record in self.records}}


def read_folder(folder: Path) -> dict[str, Table]:
    """The tables of ``folder`` by resource name.

    Raises ``UsageError`` where the folder does not exist, a file is not JSON or not of the form above, or its name is
    not one of the catalogue.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name a folder with one JSON file a resource (users.json …).")
    return {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}


def _read(path: Path) -> Table:
    resource = BY_NAME.get(path.stem)
    if resource is None:
        raise UsageError(f"{path}: {path.stem} is not a resource. Known: {', '.join(sorted(BY_NAME))}.")
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise UsageError(f"{path}: not JSON ({error}).") from error
    return table_of(resource, content)


def table_of(resource: Resource, content: object) -> Table:
    """``content`` of a file as a table. Raises ``UsageError`` where the form does not fit ``resource``."""
    records = [content] if resource.singleton else content
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        form = "one object" if resource.singleton else "a list of objects"
        raise UsageError(f"{resource.name}.json: must hold {form}.")
    keyless = [record for record in records if resource.key not in record]
    if keyless and not resource.singleton:
        raise UsageError(f"{resource.name}.json: a record has no {resource.key}.")
    return Table(resource, records)
