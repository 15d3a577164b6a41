"""What is left of a snapshot that did not get whole, who may go on with it, and who may not."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.errors import OutputError, SnapshotError, UsageError
from scanner.model import Outcome
from scanner.snapshot import Purpose, Resumable, Snapshot, SnapshotWriter, Unfinished, was_finished
from scanner.snapshot.lock import Lock
from tests.snapshot.builders import HEADER, TINY, record, write

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PURPOSE = Purpose(plan="p", cloud="global", collected_by="app", tool_version="1")
DAY = timedelta(hours=24)
ANEW = Resumable(PURPOSE, NOW)
AGAIN = Resumable(PURPOSE, NOW + timedelta(hours=3), DAY)
RECORDS = tuple(record(f"{n:02d}", displayName=f"Person {n}") for n in range(7))


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    return tmp_path / "snap"


def partial(snap: Path) -> Path:
    return snap.with_name("snap.partial")


def writer_of(snap: Path, resumable: Resumable, *, force: bool = False) -> tuple[SnapshotWriter, Unfinished]:
    writer = SnapshotWriter(snap, force=force, limits=TINY, resumable=resumable)
    assert writer.unfinished is not None
    return writer, writer.unfinished


def fill(writer: SnapshotWriter, name: str, outcome: Outcome = Outcome.COLLECTED) -> None:
    resource = writer.resource(name)
    for line in RECORDS:
        resource.add(line)
    resource.close(outcome)


def stop(snap: Path, resumable: Resumable = ANEW, *, force: bool = False, tenant: str = "t") -> Unfinished:
    """Collects users and groups, is refused domains, begins with devices and is stopped."""
    writer, unfinished = writer_of(snap, resumable, force=force)
    with pytest.raises(KeyboardInterrupt), writer:
        unfinished.keep(())
        unfinished.bind(tenant)
        for name in ("users", "groups"):
            fill(writer, name)
        fill(writer, "domains", Outcome.DENIED)
        for line in RECORDS:
            writer.resource("devices").add(line)
        raise KeyboardInterrupt
    return unfinished


def state(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_collected_waits_in_a_folder_of_its_own(snap: Path) -> None:
    unfinished = stop(snap)
    assert (unfinished.folder, unfinished.left) == (partial(snap), 2)
    assert list(snap.parent.iterdir()) == [partial(snap)]
    journal = json.loads((partial(snap) / "journal.json").read_text())
    assert (journal["begun"], journal["resumed"], journal["tenant_id"]) == ("2026-03-01T08:00:00Z", [], "t")
    assert {name: entry["records"] for name, entry in journal["resources"].items()} == {"users": 7, "groups": 7}


def test_going_on_gives_the_snapshot_that_one_go_gives(snap: Path) -> None:
    stop(snap)
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        assert (set(unfinished.entries), unfinished.damaged) == ({"users", "groups"}, ())
        unfinished.keep(["users"])
        assert list(unfinished.lines("users")) == [line.replace(b": ", b":").replace(b", ", b",") for line in RECORDS]
        unfinished.bind("t")
        for name in ("groups", "domains"):
            fill(writer, name)
        manifest = writer.finish(msgspec.structs.replace(HEADER, resumed=unfinished.resumed))
    assert list(snap.parent.iterdir()) == [snap]
    assert manifest.resumed == ("2026-03-01T11:00:00Z",)
    assert unfinished.began == NOW
    whole = write(snap.with_name("whole"), dict.fromkeys(("users", "groups", "domains"), RECORDS), limits=TINY)
    assert {path.name: path.read_bytes() for path in snap.glob("*.jsonl")} == {
        path.name: path.read_bytes() for path in whole.glob("*.jsonl")
    }
    assert list(Snapshot.open(snap).lines("users")) == list(Snapshot.open(whole).lines("users"))


def test_it_may_be_stopped_more_than_once(snap: Path) -> None:
    stop(snap)
    writer, unfinished = writer_of(snap, AGAIN)
    with pytest.raises(KeyboardInterrupt), writer:
        unfinished.keep(["users", "groups"])
        unfinished.bind("t")
        fill(writer, "domains")
        raise KeyboardInterrupt
    later = Resumable(PURPOSE, NOW + DAY, DAY)
    writer, unfinished = writer_of(snap, later)
    with writer:
        assert set(unfinished.entries) == {"users", "groups", "domains"}
        assert unfinished.resumed == ("2026-03-01T11:00:00Z", "2026-03-02T08:00:00Z")


def test_what_was_kept_stays_when_the_next_one_fails_at_once(snap: Path) -> None:
    stop(snap)
    before = state(partial(snap))
    writer, _ = writer_of(snap, AGAIN)
    with pytest.raises(OSError), writer:
        raise OSError
    assert state(partial(snap)) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_nothing_is_left_where_nothing_was_collected(snap: Path, error: type[BaseException]) -> None:
    writer, unfinished = writer_of(snap, ANEW)
    with pytest.raises(error), writer:
        fill(writer, "organization")  # before it is known whose it is
        unfinished.bind("t")
        fill(writer, "domains", Outcome.FAILED)
        raise error
    assert (unfinished.left, list(snap.parent.iterdir())) == (0, [])


def test_of_a_tenant_that_is_not_known_nothing_is_left(snap: Path) -> None:
    assert stop(snap, tenant="").left == 0
    assert list(snap.parent.iterdir()) == []


def test_with_nothing_to_go_on_with_it_begins(snap: Path) -> None:
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        assert (unfinished.entries, unfinished.resumed, unfinished.began) == ({}, (), AGAIN.now)


# --- who may go on ---------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Resumable, str]] = {
    "version": (Resumable(msgspec.structs.replace(PURPOSE, tool_version="2"), NOW, DAY), r"by tenantlint 1, not 2"),
    "cloud": (Resumable(msgspec.structs.replace(PURPOSE, cloud="china"), NOW, DAY), r"cloud global, not china"),
    "application": (Resumable(msgspec.structs.replace(PURPOSE, collected_by="x"), NOW, DAY), r"by the application app"),
    "plan": (Resumable(msgspec.structs.replace(PURPOSE, plan="q"), NOW, DAY), r"for other policies"),
    "too old": (Resumable(PURPOSE, NOW + DAY + timedelta(seconds=1), DAY), r"not within the last 24 hours"),
    "not begun yet": (Resumable(PURPOSE, NOW - timedelta(hours=1), DAY), r"at 2026-03-01T08:00:00Z, not within"),
}


@pytest.mark.parametrize(("resumable", "words"), REFUSED.values(), ids=REFUSED)
def test_another_collection_is_not_gone_on_with(snap: Path, resumable: Resumable, words: str) -> None:
    stop(snap)
    before = state(partial(snap))
    writer, _ = writer_of(snap, resumable)
    with pytest.raises(UsageError, match=rf"snap\.partial: was begun .*{words}.*--force"), writer:
        pass
    assert state(partial(snap)) == before


def test_an_old_one_is_gone_on_with_by_who_says_how_old(snap: Path) -> None:
    stop(snap)
    writer, unfinished = writer_of(snap, Resumable(PURPOSE, NOW + 3 * DAY, 4 * DAY))
    with writer:
        assert len(unfinished.entries) == 2


@pytest.mark.parametrize(("tenant", "words"), [("other", "leads to other"), ("", "does not say its id")])
def test_another_tenant_is_never_mixed_in(snap: Path, tenant: str, words: str) -> None:
    stop(snap)
    writer, unfinished = writer_of(snap, AGAIN)
    with pytest.raises(UsageError, match=rf"from the tenant t, .*{words}"), writer:
        unfinished.keep(["users", "groups"])
        unfinished.bind(tenant)
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        unfinished.keep(["users", "groups"])
        unfinished.bind("t")
        assert len(unfinished.entries) == 2


def test_what_is_left_is_thrown_away_only_when_somebody_says_so(snap: Path) -> None:
    stop(snap)
    before = state(partial(snap))
    writer, _ = writer_of(snap, ANEW)
    with pytest.raises(OutputError, match=r"2 resources of a collection that began .* --resume, or .* --force"), writer:
        pass
    assert state(partial(snap)) == before
    writer, unfinished = writer_of(snap, ANEW, force=True)
    with writer:
        assert not unfinished.entries
        assert set(state(partial(snap))) == {"lock"}


def test_what_is_of_no_use_is_thrown_away_without_asking(snap: Path) -> None:
    writer, unfinished = writer_of(snap, ANEW)
    with writer:
        unfinished.bind("t")
        for line in RECORDS:
            writer.resource("users").add(line)
        shutil.copytree(partial(snap), snap.with_name("killed"))
    snap.with_name("killed").rename(partial(snap))
    writer, unfinished = writer_of(snap, Resumable(PURPOSE, NOW + DAY))
    with writer:
        fill(writer, "users")
        writer.finish(HEADER)
    assert unfinished.began == NOW + DAY
    assert list(snap.parent.iterdir()) == [snap]


def test_two_processes_do_not_write_in_one_folder(snap: Path) -> None:
    stop(snap)
    holder = Lock(partial(snap) / "lock")
    for resumable, force in ((AGAIN, False), (ANEW, True)):
        writer, _ = writer_of(snap, resumable, force=force)
        with pytest.raises(OutputError, match="another tenantlint writes there"), writer:
            pass
    holder.release()
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        assert len(unfinished.entries) == 2


# --- what is on disk -------------------------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _replace_by_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("damage", [_cut, Path.unlink, _replace_by_link], ids=["cut", "missing", "link"])
def test_what_is_not_whole_any_more_is_not_used(snap: Path, damage: Callable[[Path], None]) -> None:
    stop(snap)
    damage(partial(snap) / "snapshot" / "groups-0002.jsonl")
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        assert (set(unfinished.entries), unfinished.damaged) == ({"users"}, ("groups",))
        unfinished.keep(["users"])
        unfinished.bind("t")
        fill(writer, "groups")
        writer.finish(HEADER)
    assert len(list(Snapshot.open(snap).lines("groups"))) == 7


JOURNALS: dict[str, Any] = {
    "no JSON": "{",
    "no journal": "[]",
    "other format": {"format": 2},
    "no time": {"begun": "yesterday"},
    "file elsewhere": {
        "resources": {
            "users": {
                "outcome": "collected", "records": 1,
                "files": [{"name": "../../etc/passwd", "sha256": "0" * 64, "records": 1}],
            }
        }
    },
    "resource elsewhere": {"resources": {"../users": {"outcome": "collected"}}},
    "not collected": {"resources": {"users": {"outcome": "denied"}}},
}  # fmt: skip


@pytest.mark.parametrize("change", JOURNALS.values(), ids=JOURNALS)
def test_a_journal_that_is_none_is_refused_and_can_be_thrown_away(snap: Path, change: Any) -> None:
    stop(snap)
    path = partial(snap) / "journal.json"
    path.write_text(change if isinstance(change, str) else json.dumps({**json.loads(path.read_text()), **change}))
    for resumable in (AGAIN, ANEW):
        writer, _ = writer_of(snap, resumable)
        with pytest.raises(SnapshotError, match=r"journal\.json: is not the journal .* --force"), writer:
            pass
    writer, _ = writer_of(snap, ANEW, force=True)
    with writer:
        pass
    assert not partial(snap).exists()


def test_a_journal_that_is_half_written_is_passed_over(snap: Path) -> None:
    stop(snap)
    (partial(snap) / "journal.json.new").write_text('{"format')
    writer, unfinished = writer_of(snap, AGAIN)
    with writer:
        unfinished.keep(["users", "groups"])
        unfinished.bind("t")
        assert len(unfinished.entries) == 2


def test_a_folder_of_somebody_else_is_not_touched(snap: Path) -> None:
    partial(snap).mkdir()
    (partial(snap) / "thesis.docx").write_text("precious")
    for resumable, force in ((AGAIN, False), (ANEW, True)):
        writer, _ = writer_of(snap, resumable, force=force)
        with pytest.raises(OutputError, match=r"holds thesis\.docx"), writer:
            pass
        assert not was_finished(snap, resumable)
    assert list(partial(snap).iterdir()) == [partial(snap) / "thesis.docx"]


def test_a_file_or_a_link_in_its_place_is_refused(snap: Path) -> None:
    partial(snap).write_text("precious")
    writer, _ = writer_of(snap, ANEW, force=True)
    with pytest.raises(OutputError, match="is no folder"), writer:
        pass
    partial(snap).unlink()
    elsewhere = snap.with_name("elsewhere")
    elsewhere.mkdir()
    partial(snap).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OutputError, match="is no folder"), writer:
        pass
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_a_folder_that_others_could_read_is_closed(snap: Path) -> None:
    stop(snap)
    partial(snap).chmod(0o755)
    (partial(snap) / "snapshot").chmod(0o755)
    writer, _ = writer_of(snap, AGAIN)
    with writer:
        for folder in (partial(snap), partial(snap) / "snapshot"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(snap: Path) -> None:
    partial(snap).mkdir()
    os.chown(partial(snap), 65534, 65534)
    writer, _ = writer_of(snap, ANEW, force=True)
    with pytest.raises(OutputError, match="belongs to another user"), writer:
        pass


# --- the moments of the end ------------------------------------------------------------------------------------------


def test_the_snapshot_that_is_replaced_comes_back_when_the_swap_was_cut_short(snap: Path) -> None:
    old = write(snap, {"users": RECORDS})
    before = state(old)
    stop(snap, force=True)
    snap.rename(partial(snap) / "old")  # here the process was killed
    writer, unfinished = writer_of(snap, AGAIN, force=True)
    with pytest.raises(KeyboardInterrupt), writer:
        assert state(snap) == before
        assert len(unfinished.entries) == 2
        raise KeyboardInterrupt
    assert state(snap) == before
    snap.rename(partial(snap) / "old")
    writer, _ = writer_of(snap, AGAIN)
    with pytest.raises(OutputError, match=r"snap: exists\..*--force"), writer:
        pass
    assert state(snap) == before


def test_a_snapshot_in_its_place_needs_nothing_but_clearing_up(snap: Path) -> None:
    old = write(snap, {"users": RECORDS})
    stop(snap, force=True)
    (partial(snap) / "old").mkdir()
    assert not was_finished(snap, AGAIN)
    other = msgspec.structs.replace(PURPOSE, plan="q")
    for path in (partial(snap) / "snapshot").iterdir():
        path.unlink()
    (partial(snap) / "snapshot").rmdir()  # here the process was killed: it had been renamed
    assert not was_finished(snap, Resumable(other, NOW, DAY))
    assert was_finished(snap, AGAIN)
    assert list(snap.parent.iterdir()) == [old]
    assert not was_finished(snap, AGAIN)


@pytest.mark.parametrize("left", [["lock"], ["lock", "old"]])
def test_also_when_the_journal_was_cleared_up_already(snap: Path, left: list[str]) -> None:
    write(snap, {"users": RECORDS})
    partial(snap).mkdir()
    for name in left:
        (partial(snap) / name).write_text("")
    assert was_finished(snap, AGAIN)
    assert list(snap.parent.iterdir()) == [snap]


@pytest.mark.parametrize("left", [[], ["snapshot"], ["snapshot", "lock"]])
def test_one_that_has_hardly_begun_is_not_taken_for_one_that_is_done(snap: Path, left: list[str]) -> None:
    write(snap, {"users": RECORDS})
    partial(snap).mkdir()
    for name in left:
        (partial(snap) / name).mkdir()
    assert not was_finished(snap, AGAIN)


def test_a_journal_that_cannot_be_written_ends_the_collection(snap: Path) -> None:
    writer, unfinished = writer_of(snap, ANEW)
    with pytest.raises(OutputError, match=r"snap\.partial: cannot be written"), writer:
        unfinished.bind("t")
        (partial(snap) / "journal.json.new").mkdir()
        fill(writer, "users")
    assert not partial(snap).exists()
