"""What a snapshot writer leaves on disk, and what it leaves when it does not come to its end."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import OutputError, SnapshotError
from scanner.model import Outcome
from scanner.snapshot import Cost, Snapshot, SnapshotWriter
from scanner.snapshot.place import put_in_place
from scanner.snapshot.records import MAX_RECORD
from tests.snapshot.builders import HEADER, TINY, manifest, record, write

RECORDS = tuple(record(f"{n:03d}", displayName=f"Person {n}") for n in range(20))


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def test_records_stand_sorted_by_id_one_on_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": [b'{"id":"b"}', b'{"id":"c"}', b'{"id":"a"}']})
    assert (path / "users.jsonl").read_bytes() == b'{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n'


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b'{ "id" : "a",\r\n\t"x":\n1 }', b'{"id":"a","x":1}'),
        (b'{"z":1,"id":"a","b":2}', b'{"z":1,"id":"a","b":2}'),
        (b'{"id":"a","n":123456789012345678901234567890}', b'{"id":"a","n":123456789012345678901234567890}'),
        (b'{"id":"a","n":[1.0,1e5,-0.0,1.10]}', b'{"id":"a","n":[1.0,1e5,-0.0,1.10]}'),
        (rb'{"id":"a","s":"\/\u00e9\n  x"}', rb'{"id":"a","s":"\/\u00e9\n  x"}'),
        ('{"id":"a","s":"é\u2028😀"}'.encode(), '{"id":"a","s":"é\u2028😀"}'.encode()),
        (b'{"id":"a","none":null,"o":{ }}', b'{"id":"a","none":null,"o":{}}'),
    ],
)
def test_a_record_is_stored_as_it_was_sent_without_white_space(tmp_path: Path, sent: bytes, stored: bytes) -> None:
    path = write(tmp_path / "snap", {"users": [sent]})
    assert (path / "users.jsonl").read_bytes() == stored + b"\n"


def test_the_manifest_says_what_became_of_each_resource(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot:
        users = snapshot.resource("users", requested=("id", "displayName"))
        users.add(RECORDS[0])
        users.close(requests=("GET /v1.0/users",), seconds=1.23456, cost=Cost(sent=3, units=4))
        snapshot.resource("roleAssignments").close(Outcome.DENIED, "RoleManagement.Read.Directory")
        snapshot.finish(HEADER)
    content = manifest(tmp_path / "snap")
    assert next(iter(content)) == "format"
    assert content["tenant_name"] == "Contoso"
    assert list(content["resources"]) == ["roleAssignments", "users"]
    sha256 = hashlib.sha256(b'{"id":"000","displayName":"Person 0"}\n').hexdigest()
    assert content["resources"]["users"] == {
        "outcome": "collected",
        "reason": "",
        "requests": ["GET /v1.0/users"],
        "records": 1,
        "files": [{"name": "users.jsonl", "sha256": sha256, "records": 1}],
        "seconds": 1.235,
        "sent": 3,
        "units": 4,
        "properties": ["displayName", "id"],
        "key": "id",
        "repeated": 0,
        "imported": None,
    }
    assert content["resources"]["roleAssignments"]["outcome"] == "denied"
    assert content["resources"]["roleAssignments"]["units"] is None
    assert content["resources"]["roleAssignments"]["reason"] == "RoleManagement.Read.Directory"


def test_a_resource_without_records_is_collected_and_has_no_file(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": []})
    assert [file.name for file in path.iterdir()] == ["snapshot.json"]
    assert list(Snapshot.open(path).lines("users")) == []


@settings(deadline=None)
@given(order=st.permutations(RECORDS))
def test_the_order_of_arrival_does_not_change_a_byte(
    tmp_path_factory: pytest.TempPathFactory, order: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    expected = write(folder / "expected", {"users": RECORDS}, limits=TINY)
    got = write(folder / "got", {"users": order}, limits=TINY)
    assert contents(got) == contents(expected)


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (3, ["users.jsonl"]),
        (4, ["users-0001.jsonl", "users-0002.jsonl"]),
        (7, ["users-0001.jsonl", "users-0002.jsonl", "users-0003.jsonl"]),
    ],
)
def test_a_large_resource_is_split_into_files_of_equal_length(tmp_path: Path, count: int, names: list[str]) -> None:
    path = write(tmp_path / "snap", {"users": RECORDS[:count]}, limits=TINY)
    assert sorted(file.name for file in path.glob("*.jsonl")) == names
    assert [len((path / name).read_bytes().splitlines()) for name in names[:-1]] == [3] * (len(names) - 1)
    assert len(list(Snapshot.open(path).lines("users"))) == count


def test_a_record_read_twice_is_stored_once(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": [*RECORDS, *RECORDS[3:9]]}, limits=TINY)
    entry = Snapshot.open(path).entry("users")
    assert (entry.records, entry.repeated) == (20, 0)


def test_of_a_record_that_changed_between_two_readings_the_later_is_kept_and_counted(tmp_path: Path) -> None:
    changed = [record("003", displayName="new"), record("003", displayName="newest")]
    path = write(tmp_path / "snap", {"users": [*RECORDS, *changed]}, limits=TINY)
    snapshot = Snapshot.open(path)
    assert snapshot.find("users", "003") == b'{"id":"003","displayName":"newest"}'
    assert (snapshot.entry("users").records, snapshot.entry("users").repeated) == (20, 1)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DENIED, Outcome.UNLICENSED, Outcome.SKIPPED])
def test_a_part_of_a_resource_is_never_stored(tmp_path: Path, outcome: Outcome) -> None:
    with SnapshotWriter(tmp_path / "snap", limits=TINY) as snapshot:
        users = snapshot.resource("users")
        for line in RECORDS:
            users.add(line)
        entry = users.close(outcome, "connection lost")
        snapshot.finish(HEADER)
    assert (entry.records, entry.files, entry.properties) == (0, (), None)
    assert list(contents(tmp_path / "snap")) == ["snapshot.json"]


def test_a_resource_that_was_never_closed_is_failed(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap", limits=TINY) as snapshot:
        users = snapshot.resource("users")
        for line in RECORDS:
            users.add(line)
        snapshot.finish(HEADER)
    assert Snapshot.open(tmp_path / "snap").entry("users").outcome is Outcome.FAILED
    assert list(contents(tmp_path / "snap")) == ["snapshot.json"]


def test_a_resource_begun_again_forgets_what_came_before(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap", limits=TINY) as snapshot:
        first = snapshot.resource("users", requested=("id", "signInActivity"))
        for line in RECORDS:
            first.add(line)
        again = snapshot.resource("users", requested=("id",))
        again.add(record("x"))
        again.close()
        snapshot.finish(HEADER)
    assert list(Snapshot.open(tmp_path / "snap").lines("users")) == [b'{"id":"x"}']


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"", "is not JSON"),
        (b'{"id": "a"', "is not JSON"),
        (b'{"id": "a", "s": "\xff"}', "is not JSON"),
        (b'{"id": "a", "s": "\n"}', "is not JSON"),
        (b'["a"]', "is not an object"),
        (b"{}", "has no id that is text"),
        (b'{"id": null}', "has no id that is text"),
        (b'{"id": 7}', "has no id that is text"),
        (b'{"id": ""}', "has no id that is text"),
        (b'{"id": "a", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is nested too deeply"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, sent: bytes, problem: str) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot:
        users = snapshot.resource("users")
        users.add(RECORDS[0])
        with pytest.raises(SnapshotError, match=rf"users: record 2 cannot be stored: it {problem}"):
            users.add(sent)


def test_records_can_be_ordered_by_another_property(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap", limits=TINY) as snapshot:
        skus = snapshot.resource("subscribedSkus", key="skuId")
        for n in (3, 1, 2, 5, 4):
            skus.add(b'{"skuId":"%d","id":"x"}' % n)
        skus.close()
        snapshot.finish(HEADER)
    opened = Snapshot.open(tmp_path / "snap")
    assert opened.find("subscribedSkus", "4") == b'{"skuId":"4","id":"x"}'
    assert opened.find("subscribedSkus", "x") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_only_the_owner_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = write(tmp_path / "snap", {"users": RECORDS}, limits=TINY)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()}
    assert (stat.S_IMODE(path.stat().st_mode), modes) == (0o700, {0o600})


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, OSError])
def test_nothing_is_left_when_it_is_interrupted(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), SnapshotWriter(tmp_path / "snap", limits=TINY) as snapshot:
        users = snapshot.resource("users")
        for line in RECORDS:
            users.add(line)
        snapshot.resource("groups").close()
        raise error
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_it_is_not_finished(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot:
        snapshot.resource("users").close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError, match="in a with block"):
        snapshot.finish(HEADER)


def test_an_existing_snapshot_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": RECORDS}, limits=TINY)
    before = contents(path)
    with pytest.raises(OutputError, match=r"snap: exists\. .* --force"):
        SnapshotWriter(path)
    with pytest.raises(KeyboardInterrupt), SnapshotWriter(path, force=True):
        raise KeyboardInterrupt
    assert contents(path) == before
    write(path, {"groups": [record("g")]}, force=True)
    assert list(contents(path)) == ["groups.jsonl", "snapshot.json"]
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "snap").mkdir()
    assert "users.jsonl" in contents(write(tmp_path / "snap", {"users": RECORDS}))


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (["notes.txt"], "is not a snapshot"),
        (["users.jsonl"], "is not a snapshot"),
        (["snapshot.json", "notes.txt"], r"holds notes\.txt"),
        (["snapshot.json", ".git"], r"holds \.git"),
    ],
)
def test_a_folder_that_is_not_a_snapshot_is_never_replaced(tmp_path: Path, files: list[str], problem: str) -> None:
    path = tmp_path / "mine"
    path.mkdir()
    for name in files:
        (path / name).write_text("precious")
    with pytest.raises(OutputError, match=problem):
        SnapshotWriter(path, force=True)
    assert sorted(contents(path)) == sorted(files)


def test_a_folder_filled_by_another_while_collecting_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "snap"
    with pytest.raises(OutputError, match="exists"), SnapshotWriter(path) as snapshot:
        write(path, {"users": RECORDS})
        snapshot.finish(HEADER)
    assert "users.jsonl" in contents(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_and_a_missing_parent_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(OutputError, match="is not a folder"):
        SnapshotWriter(tmp_path / "file", force=True)
    with pytest.raises(OutputError, match=r"the folder .*away does not exist"):
        SnapshotWriter(tmp_path / "away" / "snap")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250)  # the temporary name beside it is too long for a file system
    with pytest.raises(OutputError, match=r"x: cannot be written: .* choose another path\."), SnapshotWriter(path):
        pass


def test_the_old_snapshot_is_back_when_the_new_one_cannot_take_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": RECORDS})
    before = contents(path)
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "away", path, force=True)
    assert contents(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_record_larger_than_any_is_refused(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot, pytest.raises(SnapshotError, match="more than 268,435,456"):
        snapshot.resource("groupMembers").add(bytes(MAX_RECORD + 1))


@pytest.mark.parametrize("name", ["", "../users", "a/b", "Users", "users.jsonl", "users-0001"])
def test_a_name_that_could_lead_elsewhere_is_no_resource(tmp_path: Path, name: str) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot, pytest.raises(ValueError, match="not the name of a resource"):
        snapshot.resource(name)


@pytest.mark.parametrize(
    ("records", "requested", "omitted", "expected"),
    [
        ([], None, (), None),
        ([], ("id", "mail"), (), ("id", "mail")),
        ([{"mail": "m"}, {"mail": None}], ("id", "mail"), (), ("id", "mail")),
        ([{"mail": "m"}, {}], ("id", "mail"), (), ("id",)),
        ([{}, {"mail": "m"}], ("id", "mail"), (), ("id",)),
        ([{}, {}], ("id", "signInActivity"), ("signInActivity",), ("id", "signInActivity")),
        ([{}, {}], ("id",), ("signInActivity",), ("id",)),
        ([{}, {}], None, ("ipRanges",), ("id", "ipRanges")),
        ([{"@odata.type": "a", "x": 1}, {"@odata.type": "b", "y": 1}], None, (), ("@odata.type", "id", "x", "y")),
        ([{"@odata.type": "a", "x": 1}, {"@odata.type": "a", "y": 1}], None, (), ("@odata.type", "id")),
        ([{"@odata.type": "a", "x": 1}, {"@odata.type": "a"}, {"@odata.type": "b", "x": 1}], None, (),
         ("@odata.type", "id")),
    ],
)  # fmt: skip
def test_properties_are_those_that_every_record_of_a_type_carries(
    tmp_path: Path,
    records: list[dict[str, object]],
    requested: tuple[str, ...] | None,
    omitted: tuple[str, ...],
    expected: tuple[str, ...] | None,
) -> None:
    with SnapshotWriter(tmp_path / "snap") as snapshot:
        writer = snapshot.resource("things", requested=requested, omitted_when_null=frozenset(omitted))
        for number, properties in enumerate(records):
            writer.add(json.dumps({"id": str(number), **properties}).encode())
        assert writer.close().properties == expected
