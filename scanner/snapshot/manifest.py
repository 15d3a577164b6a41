"""The manifest of a snapshot, ``snapshot.json``: whose tenant, when, and what became of every resource."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from scanner.errors import SnapshotError
from scanner.model import Outcome

FORMAT = 1
MANIFEST = "snapshot.json"
MAX_MANIFEST = 64 * 2**20
"""Bytes. A manifest of all resources of a large tenant has under 1 MiB."""

RESOURCE_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,63}")


class FileEntry(msgspec.Struct, frozen=True):
    """One file of records."""

    name: str
    """``users.jsonl``, or ``users-0001.jsonl`` and so on where a resource is split."""
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    """Of the whole file, in lower-case hexadecimal."""
    records: Annotated[int, msgspec.Meta(ge=1)]
    """One record a line."""


class Import(msgspec.Struct, frozen=True):
    """The file that a resource was read from instead of being asked for."""

    file: str
    """Its name, without folders; empty in a redacted snapshot."""
    sha256: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
    """Of the file, in lower-case hexadecimal; empty in a redacted snapshot."""
    at: str
    """When it was read, RFC 3339."""


class Entry(msgspec.Struct, frozen=True):
    """What became of one resource."""

    outcome: Outcome
    """What became of it."""
    reason: str = ""
    """Why it, or a property of it, was not collected: the permission, the licence or the error, in words."""
    requests: tuple[str, ...] = ()
    """The requests made, without the address of the service."""
    records: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many records there are; 0 unless collected."""
    files: tuple[FileEntry, ...] = ()
    """The files that hold them, in order of ids; none when there are no records."""
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """How long reading took."""
    sent: Annotated[int, msgspec.Meta(ge=0)] = 0
    """HTTP requests it took, those that failed and were repeated included; a batch of requests is one."""
    units: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """Resource units by which Graph limits its identity services, as Graph counted them or by its published costs.
    null: the service that gives this resource has no such units."""
    properties: tuple[str, ...] | None = None
    """Top-level properties that every record has (of every record of a type, where records say theirs in
    ``@odata.type``), sorted. null: nothing is known, as no property was asked for by name and there is no record."""
    key: str = "id"
    """The property that identifies records and orders them."""
    repeated: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Records that came more than once with different content (changed during the collection): the last is kept."""
    imported: Import | None = None
    """The file it was read from. null: a service was asked for it."""


class Header(msgspec.Struct, frozen=True):
    """What a collector says about the snapshot as a whole."""

    tenant_id: str
    """Id of the tenant."""
    tenant_name: str
    """Its display name. Untrusted text."""
    collected_at: str
    """RFC 3339 date and time with an offset, when collection began, in the first of several attempts."""
    tool_version: str
    """Of the tenantlint that collected."""
    cloud: str
    """``global``, ``usgov`` or another national cloud."""
    collected_by: str = ""
    """Application id of whoever signed in; empty when unknown."""
    resumed: tuple[str, ...] = ()
    """When the collection was continued after it had been stopped, RFC 3339. Resources read before were kept."""
    redacted: bool = False
    """Names, addresses and ids are pseudonyms."""


class Manifest(Header, frozen=True, kw_only=True):
    """``snapshot.json`` of a snapshot folder."""

    format: int = FORMAT
    """Version of this format. A reader refuses one it does not know."""
    resources: dict[str, Entry]
    """By Graph's name of the resource. What is not listed was not asked for."""


class _Version(msgspec.Struct):
    format: int


def file_names(resource: str, count: int) -> list[str]:
    """The names of a resource's files: the only ones a manifest may give."""
    if count == 1:
        return [f"{resource}.jsonl"]
    return [shard_name(resource, number) for number in range(1, count + 1)]


def shard_name(resource: str, number: int) -> str:
    """Name of one of several files of a resource; ``number`` counts from 1."""
    return f"{resource}-{number:04d}.jsonl"


def encode(manifest: Manifest) -> bytes:
    """The manifest as it stands on disk: format first, indented, resources in order of names."""
    fields = msgspec.structs.asdict(manifest)
    fields["resources"] = dict(sorted(manifest.resources.items()))
    return msgspec.json.format(msgspec.json.encode({"format": manifest.format, **fields}), indent=2) + b"\n"


def decode(data: bytes, path: Path) -> Manifest:
    """The manifest in ``data``, read from ``path``; raises ``SnapshotError`` for whatever is wrong with it."""
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version != FORMAT:
            raise SnapshotError(
                f"{path}: the snapshot has format {version}, and this tenantlint reads format {FORMAT}. "
                "Scan it with the tenantlint that wrote it, or collect again."
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except RecursionError:
        raise SnapshotError(f"{path}: is nested too deeply to be a manifest. Collect again.") from None
    except ValueError as error:  # msgspec's errors and UnicodeDecodeError
        raise SnapshotError(f"{path}: is not the manifest of a snapshot: {error}. Collect again.") from None
    _check(manifest, path)
    return manifest


def rfc3339(time: datetime) -> str:
    """A time as it stands in a manifest: ``2026-01-31T08:00:00Z``."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_timestamp(text: str) -> bool:
    """Whether ``text`` is an RFC 3339 date and time that says its offset."""
    try:
        return msgspec.convert(text, datetime).tzinfo is not None
    except msgspec.ValidationError:
        return False


def _check(manifest: Manifest, path: Path) -> None:
    if not is_timestamp(manifest.collected_at):
        raise SnapshotError(
            f"{path}: collected_at is {manifest.collected_at[:40]!r}, not a time such as 2026-01-31T08:00:00Z. "
            "Collect again."
        )
    for name, entry in manifest.resources.items():
        problem = entry_problem(name, entry)
        if problem:
            raise SnapshotError(f"{path}: {problem}. Collect again.")


def entry_problem(name: str, entry: Entry) -> str:
    """What is wrong with one entry that came from a file, in words; empty when nothing is."""
    if not RESOURCE_NAME.fullmatch(name):
        return f"{name[:70]!r} is not the name of a resource"
    if entry.outcome is not Outcome.COLLECTED and (entry.files or entry.records):
        return f"{name} is {entry.outcome} and has records all the same"
    expected = file_names(name, len(entry.files))
    for file, allowed in zip(entry.files, expected, strict=True):
        if file.name != allowed:
            return f"{name} names the file {file.name[:100]!r} where {allowed} belongs"
    if sum(file.records for file in entry.files) != entry.records:
        return f"{name} says {entry.records:,} records, and its files say another number"
    return ""
