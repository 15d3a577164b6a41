"""What ``tenantlint add-ad-users`` does, and the end of ``tenantlint collect --ad-users``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner.collect.active_directory.export import AdExport
from scanner.collect.catalogue import AD_USERS
from scanner.errors import UsageError
from scanner.snapshot import Entry, Snapshot, SnapshotWriter
from scanner.snapshot.place import put_back


def write_ad_users(writer: SnapshotWriter, export: AdExport, now: datetime) -> Entry:
    """Writes the users of ``export`` as the resource ``adUsers``. Raises ``DirectoryExportError``, ``OutputError``."""
    resource = writer.resource(AD_USERS.name, AD_USERS.key)
    for user in export.users():
        resource.add(msgspec.json.encode(user))
    resource.entry = msgspec.structs.replace(resource.close(), imported=export.origin(now))
    return resource.entry


def add_ad_users(path: Path, file: Path, now: datetime | None = None) -> Entry:
    """Adds an export to the snapshot folder ``path``, in the place of an earlier one; nothing else changes. Gives what
    the manifest now says of it.

    Raises ``DirectoryExportError``, ``SnapshotError``, ``UsageError`` for a snapshot that cannot be added to, and
    ``OutputError``; the snapshot is as it was then. So it is where the process is killed; in the moment between two
    renames it has another name then, and gets its own back the next time.
    """
    put_back(Path(os.path.realpath(path)))
    snapshot = Snapshot.open(path)
    if not path.is_dir():
        raise UsageError(f"{path}: is no folder. Write the users into the file by hand, as `adUsers`.")
    if snapshot.manifest.redacted:
        raise UsageError(f"{path}: is redacted, and the export is not. Add it to the original, then redact again.")
    export = AdExport(file)
    with SnapshotWriter(path, force=True) as writer:
        writer.take_over(snapshot.manifest, path, without=AD_USERS.name)
        added = write_ad_users(writer, export, now or datetime.now(UTC))
        writer.finish(snapshot.manifest)
        return added
