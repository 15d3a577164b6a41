"""The journal of a collection under way: what it is for and which resources are whole on disk.

It is written anew after every resource, to a file beside it that then takes its place, so that a process killed at any
moment leaves the journal before or the journal after. What it says is on disk was flushed to the disk before.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.errors import SnapshotError
from scanner.model import Outcome
from scanner.snapshot import files
from scanner.snapshot.manifest import MAX_MANIFEST, Entry, entry_problem, is_timestamp

JOURNAL = "journal.json"
NEW = "journal.json.new"
_FORMAT = 1


class Purpose(msgspec.Struct, frozen=True):
    """What a collection has in common with the one it continues, besides the tenant."""

    plan: str
    """Digest of everything that is asked for."""
    cloud: str
    collected_by: str
    """Application id of whoever signs in; empty when unknown."""
    tool_version: str


class Journal(msgspec.Struct, frozen=True):
    """``journal.json``."""

    format: int
    begun: str
    """RFC 3339, as ``collected_at`` of the manifest."""
    resumed: tuple[str, ...]
    """RFC 3339, as in the manifest."""
    tenant_id: str
    purpose: Purpose
    resources: dict[str, Entry]
    """Those collected, by name."""


def new(begun: str, purpose: Purpose) -> Journal:
    """The journal of a collection that begins."""
    return Journal(_FORMAT, begun, (), "", purpose, {})


def read(folder: Path) -> Journal | None:
    """The journal in ``folder``, None where there is none. Raises ``SnapshotError`` for one that cannot be used."""
    path = folder / JOURNAL
    if not path.exists():
        return None
    files.check_plain(path)
    try:
        journal = msgspec.json.decode(files.read_small(path, MAX_MANIFEST), type=Journal)
    except (ValueError, RecursionError) as error:
        raise _unusable(path, str(error)) from None
    problems = [entry_problem(name, entry) for name, entry in journal.resources.items()]
    if journal.format != _FORMAT:
        problems.append(f"it has format {journal.format}")
    if not is_timestamp(journal.begun):
        problems.append(f"begun is {journal.begun[:40]!r}, not a time")
    if any(entry.outcome is not Outcome.COLLECTED for entry in journal.resources.values()):
        problems.append("it has a resource that was not collected")
    for problem in filter(None, problems):
        raise _unusable(path, problem)
    return journal


def write(folder: Path, journal: Journal) -> None:
    """Puts ``journal`` in ``folder``, in place of the one that is there. Raises ``OSError``."""
    place = folder / NEW
    place.unlink(missing_ok=True)
    with files.create(place) as file:
        file.write(msgspec.json.format(msgspec.json.encode(journal), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(place, folder / JOURNAL)
    files.sync_folder(folder)


def time_of(text: str) -> datetime:
    """The time in ``begun``."""
    return msgspec.convert(text, datetime)


def _unusable(path: Path, problem: str) -> SnapshotError:
    return SnapshotError(
        f"{path}: is not the journal of a collection: {problem}. Begin again with --force and without --resume."
    )
