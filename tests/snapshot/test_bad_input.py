"""Whatever is wrong with a snapshot folder: one sentence that names the file and says what to do."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import SnapshotError
from scanner.snapshot import FileEntry, Snapshot, files
from scanner.snapshot.manifest import MAX_MANIFEST
from scanner.snapshot.records import MAX_RECORD, key_reader
from tests.snapshot.builders import TINY, manifest, record, set_file, set_manifest, write

LINES = [json.dumps({"id": id}, separators=(",", ":")).encode() for id in "abc"]
WHOLE = b"\n".join(LINES) + b"\n"


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    return write(tmp_path / "snap", {"users": LINES})


def read_all(path: Path) -> None:
    snapshot = Snapshot.open(path)
    for name in snapshot.manifest.resources:
        for _ in snapshot.lines(name):
            pass


def open_only(path: Path) -> None:
    Snapshot.open(path)


def find_a(path: Path) -> None:
    Snapshot.open(path).find("users", "a")


def refusal(path: Path, act: Callable[[Path], None] = read_all) -> str:
    with pytest.raises(SnapshotError) as caught:
        act(path)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (WHOLE[:-1], "users.jsonl: ends in the middle of a record."),
        (WHOLE[:-5], "users.jsonl: ends in the middle of a record."),
        (b"", "users.jsonl: has 0 records where the manifest says 3."),
        (WHOLE + b'{"id":"d"}\n', "users.jsonl: has 4 records where the manifest says 3."),
        (WHOLE.replace(b'"b"', b'"\xff"'), "users.jsonl: is not UTF-8."),
        (WHOLE.replace(b"{", b"[", 1), "users.jsonl:1: the record has no id that is text."),
        (WHOLE.replace(b'{"id":"b"}', b'{"id":"b" 1}'), "users.jsonl:2: the record is not JSON"),
        (WHOLE.replace(b'{"id":"b"}', b""), "users.jsonl:2: the record is not JSON"),
        (WHOLE.replace(b'{"id":"b"}', b'["id"]'), "users.jsonl:2: the record has no id that is text."),
        (WHOLE.replace(b'{"id":"b"}', b'{"x":"b"}'), "users.jsonl:2: the record has no id that is text."),
        (WHOLE.replace(b'"b"', b"7"), "users.jsonl:2: the record has no id that is text."),
        (WHOLE.replace(b'"b"', b'""'), "users.jsonl:2: the record has an empty id."),
        (WHOLE.replace(b'"b"', b'"c"'), "users.jsonl:3: records are not sorted by id, or one comes twice."),
        (WHOLE.replace(b'"b"', b'"0"'), "users.jsonl:2: records are not sorted by id, or one comes twice."),
        (WHOLE.replace(b'"b"', b'"b","x":' + b"[" * 50_000 + b"]" * 50_000),
         "users.jsonl:2: the record is nested too deeply."),
        (WHOLE.replace(b'"b"', rb'"b\ud800"'), "users.jsonl:2: the record is not JSON"),
    ],
)  # fmt: skip
def test_a_file_whose_content_is_wrong_is_refused_even_with_a_fitting_hash(
    snap: Path, content: bytes, problem: str
) -> None:
    set_file(snap, "users.jsonl", content)
    assert refusal(snap).startswith(f"{snap}{os.sep}{problem}")


@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
@settings(max_examples=60)
def test_no_changed_byte_goes_unseen(tmp_path_factory: pytest.TempPathFactory, place: int, byte: int) -> None:
    path = write(tmp_path_factory.mktemp("byte") / "snap", {"users": LINES})
    content = bytearray(WHOLE)
    content[place] ^= byte or 1
    (path / "users.jsonl").write_bytes(content)
    assert "users.jsonl" in refusal(path)


def test_a_file_with_another_hash_is_refused_at_the_end_of_the_stream_at_latest(snap: Path) -> None:
    (snap / "users.jsonl").write_bytes(WHOLE.replace(b'"b"', b'"bb"'))
    lines = Snapshot.open(snap).lines("users")
    assert [next(lines) for _ in LINES]
    with pytest.raises(SnapshotError, match=r"was changed after collection: .* Collect again\."):
        next(lines)


def test_nothing_is_found_in_a_file_that_was_changed(snap: Path) -> None:
    (snap / "users.jsonl").write_bytes(WHOLE.replace(b'"b"', b'"bb"'))
    assert "changed after collection" in refusal(snap, find_a)


def test_files_that_are_each_right_but_overlap_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": [record(f"{n}") for n in range(6)]}, limits=TINY)
    first, second = (path / "users-0001.jsonl").read_bytes(), (path / "users-0002.jsonl").read_bytes()
    set_file(path, "users-0001.jsonl", second)
    set_file(path, "users-0002.jsonl", first)
    assert "users-0002.jsonl:1: records are not sorted" in refusal(path)


def test_a_missing_file_is_told_before_anything_is_read(snap: Path) -> None:
    (snap / "users.jsonl").unlink()
    assert refusal(snap, open_only).endswith("users.jsonl: is missing. Copy the snapshot whole, or collect again.")


def test_a_line_longer_than_any_record_is_not_loaded(tmp_path: Path) -> None:
    content = b'{"id":"a","s":"' + b"x" * 5_000_000 + b'"}\n'
    (tmp_path / "users.jsonl").write_bytes(content)
    entry = FileEntry("users.jsonl", hashlib.sha256(content).hexdigest(), 1)

    def read(limit: int) -> list[bytes]:
        return list(files.read_lines(tmp_path / "users.jsonl", entry, key_reader("id"), limit=limit))

    assert read(MAX_RECORD) == [content[:-1]]
    with pytest.raises(SnapshotError, match=r"users\.jsonl: has a line of more than 1,000 bytes\. Collect again\."):
        read(1000)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("name", ["users.jsonl", "snapshot.json"])
def test_a_link_out_of_the_folder_is_not_followed(snap: Path, name: str) -> None:
    (snap / name).rename(snap.parent / "elsewhere")
    (snap / name).symlink_to(snap.parent / "elsewhere")
    assert f"{name}: is not a plain file." in refusal(snap)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang_the_reader(snap: Path) -> None:
    (snap / "users.jsonl").unlink()
    os.mkfifo(snap / "users.jsonl")
    assert "users.jsonl: is not a plain file." in refusal(snap)
    os.mkfifo(snap.parent / "pipe.json")
    assert "pipe.json: is neither a folder nor a file." in refusal(snap.parent / "pipe.json")


@pytest.mark.parametrize(
    "name",
    ["../users.jsonl", "/etc/passwd", "a/users.jsonl", "..\\users.jsonl", "C:users.jsonl", "groups.jsonl", "users", ""],
)
def test_a_file_name_that_leads_elsewhere_is_refused(snap: Path, name: str) -> None:
    content = manifest(snap)
    content["resources"]["users"]["files"][0]["name"] = name
    set_manifest(snap, content)
    assert f"users names the file {name!r} where users.jsonl belongs" in refusal(snap)


@pytest.mark.parametrize("name", ["../users", "Users", "a/b", "", "users.jsonl", "x" * 65])
def test_a_resource_name_that_leads_elsewhere_is_refused(snap: Path, name: str) -> None:
    content = manifest(snap)
    content["resources"][name] = content["resources"].pop("users")
    set_manifest(snap, content)
    assert "is not the name of a resource" in refusal(snap)


def change(path: tuple[str | int, ...], value: object) -> Callable[[Any], None]:
    def act(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return act


FILE = ("resources", "users", "files", 0)


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (change(("format",), 2), "the snapshot has format 2, and this tenantlint reads format 1. Scan it with"),
        (change(("format",), "1"), "is not the manifest of a snapshot: Expected `int`, got `str`"),
        (lambda content: content.pop("format"), "is not the manifest of a snapshot: Object missing required field"),
        (lambda content: content.pop("resources"), "is not the manifest of a snapshot: Object missing required field"),
        (change(("tenant_id",), 5), "is not the manifest of a snapshot: Expected `str`, got `int` - at `$.tenant_id`"),
        (change(("collected_at",), "yesterday"), "collected_at is 'yesterday', not a time"),
        (change(("collected_at",), "2026-01-31T08:00:00"), "collected_at is '2026-01-31T08:00:00', not a time"),
        (change(("resources",), []), "is not the manifest of a snapshot: Expected `object`, got `array`"),
        (change(("resources", "users", "outcome"), "great"), "is not the manifest of a snapshot: Invalid enum value"),
        (change(("resources", "users", "outcome"), "denied"), "users is denied and has records all the same"),
        (change(("resources", "users", "records"), 2), "users says 2 records, and its files say another number"),
        (change(("resources", "users", "files"), []), "users says 3 records, and its files say another number"),
        (change((*FILE, "records"), 0), "is not the manifest of a snapshot: Expected `int` >= 1"),
        (change((*FILE, "sha256"), "short"), "is not the manifest of a snapshot: Expected `str` matching regex"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_wrong_is_refused(snap: Path, edit: Callable[[Any], None], problem: str) -> None:
    content = manifest(snap)
    edit(content)
    set_manifest(snap, content)
    assert refusal(snap).startswith(f"{snap / 'snapshot.json'}: {problem}")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format":1,"x":' + b"[" * 100_000, b'{"format":1e999}'],
)
def test_a_manifest_that_is_no_json_is_refused(snap: Path, content: bytes) -> None:
    (snap / "snapshot.json").write_bytes(content)
    assert refusal(snap).startswith(f"{snap / 'snapshot.json'}: is n")


def test_a_huge_manifest_is_not_loaded(snap: Path) -> None:
    with (snap / "snapshot.json").open("ab") as file:
        file.truncate(MAX_MANIFEST + 1)  # sparse: takes no room
    assert "snapshot.json: has more than 64 MiB." in refusal(snap)


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "away") == (
        f"{tmp_path / 'away'}: does not exist. Give the folder that `tenantlint collect` wrote."
    )
    assert refusal(tmp_path) == (f"{tmp_path}: has no snapshot.json. Give the folder that `tenantlint collect` wrote.")


def test_what_the_system_does_not_give_is_told(tmp_path: Path) -> None:
    entry = FileEntry("users.jsonl", "0" * 64, 1)
    with pytest.raises(SnapshotError, match=r": cannot be read: .*\. Check who owns the file\."):
        list(files.read_lines(tmp_path, entry, key_reader("id")))  # a folder
    with pytest.raises(SnapshotError, match=r": cannot be read: .*\. Check who owns the file\."):
        files.read_small(tmp_path, 10)
