"""The file of a pack: other programs can open it, and nothing about it can be changed without being told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.bundle.archive import Damaged, read, write

FILES = {"a.json": b'{"a": 1}\n', "policies/one.yaml": b"id: one\n", "empty": b""}
PACKED = write(FILES)
NAMES = st.from_regex(r"[a-z0-9_-][a-z0-9._-]{0,5}(/[a-z0-9_-][a-z0-9._-]{0,5}){0,2}", fullmatch=True)


@given(st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=5))
def test_files_come_back_as_they_were_from_us_and_from_any_program(files: dict[str, bytes]) -> None:
    packed = write(files)
    assert read(packed) == files
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o600}


def test_the_order_of_files_makes_no_difference() -> None:
    assert write(dict(reversed(FILES.items()))) == PACKED


def test_every_byte_counts() -> None:
    for place in range(len(PACKED)):
        for flipped in (0x01, 0x80, 0xFF):
            changed = bytearray(PACKED)
            changed[place] ^= flipped
            with pytest.raises(Damaged):
                read(bytes(changed))


def test_every_length_but_the_whole_is_told() -> None:
    for length in range(len(PACKED)):
        with pytest.raises(Damaged):
            read(PACKED[:length])
    for more in (b"\0", b"PK\x05\x06", PACKED):
        with pytest.raises(Damaged):
            read(PACKED + more)
        with pytest.raises(Damaged):
            read(more + PACKED)


def by_another_program(change: Callable[[zipfile.ZipFile], None], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in sorted(FILES.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        change(archive)
    return buffer.getvalue()


def linked(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("link", (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    archive.writestr(entry, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(zipfile.ZipInfo("a.json", (1980, 1, 1, 0, 0, 0)), b"other")


@pytest.mark.parametrize(
    "change",
    [
        lambda archive: None,
        lambda archive: archive.writestr("more.txt", b"more"),
        lambda archive: archive.writestr("../out.yaml", b"id: out\n"),
        lambda archive: archive.writestr("/etc/out.yaml", b"id: out\n"),
        lambda archive: archive.writestr("C:\\out.yaml", b"id: out\n"),
        lambda archive: archive.writestr("policies/", b""),
        lambda archive: archive.writestr("nested.zip", PACKED),
        linked,
        twice,
    ],
    ids=["nothing", "more", "above", "root", "drive", "folder", "nested", "link", "twice"],
)
def test_what_another_program_packs_is_told(change: Callable[[zipfile.ZipFile], None]) -> None:
    with pytest.raises(Damaged):
        read(by_another_program(change))


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"\0" * 10_000_000)
    with pytest.raises(Damaged, match="packed anew"):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../b", "a//b", "a/", ".hidden", "a\\b", "C:a", "ä", "a\nb", "a b"]
)
def test_no_name_leads_anywhere_else(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        write({name: b""})


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_told(data: bytes) -> None:
    with pytest.raises(Damaged):
        read(data)


def test_a_size_that_is_not_there_is_told_and_nothing_is_read_for_it() -> None:
    claimed = bytearray(PACKED)
    claimed[18:22] = claimed[22:26] = (2**32 - 1).to_bytes(4, "little")
    with pytest.raises(Damaged, match="ends too early"):
        read(bytes(claimed))
