"""A collection that can be continued: ``<snapshot>.partial``, what is in it and who may go on with it.

    snap.partial/
      journal.json    what the collection is for, and the resources that are whole
      lock            held by the process that collects
      snapshot/       the files of the snapshot to be
      old/            the snapshot that is being replaced, for the moment that this takes

The folder has one name, so that a later process finds it; it is made and used by its owner only. A process that is
killed leaves it as it is. Nothing in it counts that the journal does not name, or that does not have its hash.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path

import msgspec

from scanner.errors import OutputError, UsageError
from scanner.model import Outcome
from scanner.snapshot import files, journal
from scanner.snapshot.journal import Journal, Purpose
from scanner.snapshot.lock import Lock
from scanner.snapshot.manifest import MANIFEST, Entry, rfc3339
from scanner.snapshot.place import check_replaceable, put_in_place
from scanner.snapshot.store import Folder

SUFFIX = ".partial"
_LOCK = "lock"
_DATA = "snapshot"
_OLD = "old"
_OURS = frozenset({journal.JOURNAL, journal.NEW, _LOCK, _DATA, _OLD})


@dataclass(frozen=True)
class Resumable:
    """What makes a collection one that can be continued, and continues one."""

    purpose: Purpose
    now: datetime
    within: timedelta | None = None
    """Continue what was begun at most so long ago, if there is anything; None: begin anew."""


class Unfinished:
    """The workplace of a collection that can be continued.

    To be used in this order: ``open``, ``keep``, ``bind``, any number of ``stored``, ``put_in_place``, ``close``.
    """

    def __init__(self, path: Path, resumable: Resumable, *, force: bool) -> None:
        """``path`` is where the snapshot belongs; with ``force`` what is there, finished or not, is replaced."""
        self.folder = path.with_name(path.name + SUFFIX)
        self.damaged: tuple[str, ...] = ()
        """Resources that the journal names and whose files are not as they were: to be read again."""
        self.left = 0
        """After ``close``: how many resources wait for whoever continues."""
        self._path = path
        self._resumable = resumable
        self._force = force
        self._lock: Lock | None = None
        self._journal = journal.new(rfc3339(resumable.now), resumable.purpose)
        self._bound = False
        self._writing = threading.Lock()

    @property
    def began(self) -> datetime:
        """When the collection began, in the first process."""
        return journal.time_of(self._journal.begun)

    @property
    def resumed(self) -> tuple[str, ...]:
        """When it was continued, this time included."""
        return self._journal.resumed

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The resources that are whole."""
        return self._journal.resources

    def clear_up(self) -> bool:
        """Removes what is left of a collection whose snapshot is in its place; False where there is no such thing."""
        names = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        if _LOCK not in names or _DATA in names or not names <= _OURS or not (self._path / MANIFEST).is_file():
            return False
        left = journal.read(self.folder)
        if left is not None and left.purpose != self._resumable.purpose:
            return False
        self._empty()
        self._remove_rest()
        return True

    def open(self) -> Path:
        """The folder for the files, with what is whole from an earlier process where that is wanted.

        Raises ``UsageError`` where it is of another collection or too old, ``OutputError`` where another process uses
        it, where it is not wanted and nobody said to throw it away, and where it is no folder of ours, and
        ``SnapshotError`` for a broken journal. Nothing is changed then.
        """
        with files.writing(self.folder):
            made = self._make()
            data = self.folder / _DATA
            if made:
                # Before the lock: a lock without it is what a collection leaves that is done (was_finished).
                data.mkdir(mode=0o700)
            try:
                self._lock = Lock(self.folder / _LOCK)
            except BlockingIOError:
                raise OutputError(
                    f"{self.folder}: another tenantlint writes there. Wait for it, or choose another path."
                ) from None
            try:
                if not made:
                    self._take_over()
            except BaseException:
                self._lock.release()
                self._lock = None
                raise
        return data

    def keep(self, names: Collection[str]) -> None:
        """Of what is whole, goes on with the resources ``names``; the rest is thrown away."""
        kept = {name: entry for name, entry in self.entries.items() if name in names}
        known = {file.name for entry in kept.values() for file in entry.files}
        self._journal = msgspec.structs.replace(self._journal, resources=kept)
        with files.writing(self.folder):
            if self._journal.tenant_id:
                journal.write(self.folder, self._journal)
            for path in (self.folder / _DATA).iterdir():
                if path.name not in known:
                    _remove(path)

    def lines(self, name: str) -> Iterator[bytes]:
        """The records of a resource that is whole, in order."""
        return Folder(self.folder / _DATA).lines(name, self.entries[name])

    def bind(self, tenant_id: str) -> None:
        """Says whose tenant is read; only what is stored from now on can be gone on with.

        Raises ``UsageError`` when it is not the tenant of what there is, or when that cannot be told.
        """
        before = self._journal.tenant_id
        if self.entries and before != tenant_id:
            raise UsageError(
                f"{self.folder}: was read from the tenant {before}, and this sign-in leads to "
                f"{tenant_id or 'one that does not say its id'}. Sign in to that tenant, or choose another path."
            )
        self._journal = msgspec.structs.replace(self._journal, tenant_id=tenant_id)
        self._bound = bool(tenant_id)
        if self._bound:
            with files.writing(self.folder):
                journal.write(self.folder, self._journal)

    def stored(self, name: str, entry: Entry) -> None:
        """Writes down that a resource was collected; what was refused is asked for again when one continues."""
        if not self._bound or entry.outcome is not Outcome.COLLECTED:
            return
        data = self.folder / _DATA
        with files.writing(self.folder):
            for file in entry.files:
                files.sync(data / file.name)
            files.sync_folder(data)
            with self._writing:
                now = msgspec.structs.replace(self._journal, resources={**self.entries, name: entry})
                journal.write(self.folder, now)
                self._journal = now

    def put_in_place(self) -> None:
        put_in_place(self.folder / _DATA, self._path, self._force, self.folder / _OLD)
        # Whatever becomes of the rest of the folder, nothing in it is unfinished.
        self._journal = msgspec.structs.replace(self._journal, resources={})

    def close(self) -> None:
        """Removes the folder, unless there is something in it to continue with."""
        if self._lock is None:
            return
        self.left = len(self.entries)
        if not self.left:
            self._empty()
        self._lock.release()
        self._lock = None
        if not self.left:
            self._remove_rest()

    def _empty(self) -> None:
        """Removes all but the lock; what tells that it is done with last."""
        with suppress(OSError):
            for name in (_DATA, _OLD, journal.NEW, journal.JOURNAL):
                _remove(self.folder / name)

    def _remove_rest(self) -> None:
        """Removes the lock, which Windows allows when nobody holds it, and the folder."""
        with suppress(OSError):
            (self.folder / _LOCK).unlink(missing_ok=True)
            self.folder.rmdir()

    def _make(self) -> bool:
        """Makes the folder; False where it is there. Raises ``OutputError`` for a folder that is not one of ours."""
        try:
            os.mkdir(self.folder, mode=0o700)
        except FileExistsError:
            found = self.folder.lstat()
        else:
            return True
        if not stat.S_ISDIR(found.st_mode):
            raise OutputError(f"{self.folder}: is needed for unfinished work and is no folder. Choose another path.")
        if sys.platform != "win32" and found.st_uid != os.geteuid():
            raise OutputError(f"{self.folder}: belongs to another user. Choose another path.")
        foreign = sorted(path.name for path in self.folder.iterdir() if path.name not in _OURS)
        if foreign:
            raise OutputError(
                f"{self.folder}: holds {foreign[0]}, which is no part of an unfinished collection. Choose another path."
            )
        self.folder.chmod(0o700)
        return False

    def _take_over(self) -> None:
        """Decides about what another process left."""
        old, data = self.folder / _OLD, self.folder / _DATA
        if old.exists() and not self._path.exists():
            os.replace(old, self._path)
            check_replaceable(self._path, self._force)
        _remove(old)
        anew = self._resumable.within is None and self._force
        left = None if anew else journal.read(self.folder)
        if left is None or not left.resources:
            for name in (journal.JOURNAL, journal.NEW, _DATA):
                _remove(self.folder / name)
            data.mkdir(mode=0o700)
        elif self._resumable.within is None:
            raise OutputError(
                f"{self.folder}: holds {len(left.resources)} resources of a collection that began {left.begun} and was "
                "stopped. Continue it with --resume, or throw it away with --force."
            )
        else:
            self._go_on(left, self._resumable.within)

    def _go_on(self, left: Journal, within: timedelta) -> None:
        self._check_fits(left, within)
        data = self.folder / _DATA
        data.mkdir(mode=0o700, exist_ok=True)
        data.chmod(0o700)
        whole = {name: entry for name, entry in left.resources.items() if _is_whole(data, entry)}
        self.damaged = tuple(sorted(left.resources.keys() - whole))
        self._journal = msgspec.structs.replace(
            left, resources=whole, resumed=(*left.resumed, rfc3339(self._resumable.now))
        )

    def _check_fits(self, left: Journal, within: timedelta) -> None:
        """Raises ``UsageError`` unless ``left`` is what is being collected now, and young enough."""
        ours, theirs = self._resumable.purpose, left.purpose
        age = self._resumable.now - journal.time_of(left.begun)
        hours = within // timedelta(hours=1)
        reasons = (
            (theirs.tool_version != ours.tool_version, f"by tenantlint {theirs.tool_version}, not {ours.tool_version}"),
            (theirs.cloud != ours.cloud, f"in the cloud {theirs.cloud}, not {ours.cloud}"),
            (theirs.collected_by != ours.collected_by, f"by the application {theirs.collected_by or '(unknown)'}"),
            (theirs.plan != ours.plan, "for other policies, or with another configuration"),
            (not timedelta(0) <= age <= within, f"at {left.begun}, not within the last {hours:,} hours"),
        )
        for wrong, reason in reasons:
            if wrong:
                raise UsageError(
                    f"{self.folder}: was begun {reason}, and is not continued. Give the options of that run (--resume "
                    "takes a number of hours), or begin again with --force and without --resume."
                )


def was_finished(path: Path, resumable: Resumable) -> bool:
    """Whether the process that was stopped had put its snapshot at ``path`` already, and only not cleared up.

    That is done then, and nothing is left to collect. Raises ``SnapshotError`` for a broken journal.
    """
    return Unfinished(Path(os.path.realpath(path)), resumable, force=False).clear_up()


def _is_whole(data: Path, entry: Entry) -> bool:
    """Whether the files of a resource are there with their hashes."""
    for file in entry.files:
        path = data / file.name
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as content:
            if file_digest(content, "sha256").hexdigest() != file.sha256:
                return False
    return True


def _remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
