"""Reports are written all or none, each whole: whatever stands in the way leaves every file as it was."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scanner.errors import OutputError
from scanner.report.write import Output, print_text, write_all

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
NOT_ROOT = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind the superuser"
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(*reports: tuple[Path | None, str]) -> None:
    write_all([(Output("json", path), text) for path, text in reports])


def test_every_report_goes_to_its_place_and_nothing_else_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write((tmp_path / "a.xml", "<a/>\n"), (None, "to read\n"), (tmp_path / "b.json", "{}\n"))
    assert names(tmp_path) == ["a.xml", "b.json"]
    assert (tmp_path / "a.xml").read_bytes() == b"<a/>\n"
    assert capsys.readouterr().out == "to read\n"


def test_files_are_utf_8_with_plain_newlines_everywhere(tmp_path: Path) -> None:
    write((tmp_path / "a.txt", "Zoë\nŁódź\n"))
    assert (tmp_path / "a.txt").read_bytes() == "Zoë\nŁódź\n".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_programs_get_utf_8_from_a_pipe_whatever_the_system_prefers(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = io.BytesIO()
    # As Windows opens a pipe: in the computer's code page, \n written as \r\n.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding=encoding, newline="\r\n"))
    write((None, '{"name": "Zoë ✓"}\n'))
    assert pipe.getvalue() == '{"name": "Zoë ✓"}\n'.encode()


def test_bytes_go_to_a_file_as_they_are_and_to_standard_output_not_at_all(tmp_path: Path) -> None:
    write_all([(Output("zip", tmp_path / "a.zip"), b"PK\r\n\xff")])
    assert (tmp_path / "a.zip").read_bytes() == b"PK\r\n\xff"
    with pytest.raises(OutputError, match="Name a file"):
        write_all([(Output("zip"), b"PK")])


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a long report from before", encoding="utf-8")
    write((tmp_path / "a.txt", "new"))
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "new"


@POSIX
def test_a_report_that_is_replaced_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    old, new, plain = (tmp_path / name for name in ("old", "new", "plain"))
    old.touch()
    old.chmod(0o640)
    plain.touch()
    write((old, "x"), (new, "x"))
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@POSIX
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "real.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "store" / "real.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "store" / "made.txt")
    write((tmp_path / "link.txt", "new"), (tmp_path / "dangling.txt", "made"))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "store" / "real.txt").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "store" / "made.txt").read_text(encoding="utf-8") == "made"
    assert names(tmp_path / "store") == ["made.txt", "real.txt"]


@POSIX
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """`--format sarif=/dev/null`, as root in a container, must not make a file of it."""
    before = os.stat(os.devnull)
    write((Path(os.devnull), "x"))
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert os.stat(os.devnull).st_ino == before.st_ino


@POSIX
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_text(encoding="utf-8")))
    reader.start()
    write((tmp_path / "pipe", "through"))
    reader.join(10)
    assert found == ["through"]


def folder_in_place(folder: Path) -> Path:
    (folder / "taken").mkdir()
    return folder / "taken"


def no_such_folder(folder: Path) -> Path:
    return folder / "no" / "such" / "report.xml"


def below_a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "report.xml"


def name_too_long(folder: Path) -> Path:
    return folder / ("x" * 300)


def link_to_nowhere(folder: Path) -> Path:
    if sys.platform == "win32":
        pytest.skip("POSIX only")
    (folder / "link").symlink_to(folder / "no" / "such" / "report.xml")
    return folder / "link"


OBSTACLES = {
    link_to_nowhere: "cannot be written",
    folder_in_place: "is a folder. Name a file in it",
    no_such_folder: "does not exist. Create it",
    below_a_file: "cannot be written",
    name_too_long: "cannot be written",
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_where_one_cannot_be_written_none_is_touched(
    tmp_path: Path, obstacle: object, place: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(obstacle)
    bad: Path = obstacle(tmp_path)
    (tmp_path / "old.txt").write_text("old", encoding="utf-8")
    before = names(tmp_path)
    reports: list[tuple[Path | None, str]] = [(tmp_path / "old.txt", "new"), (tmp_path / "fresh.txt", "new")]
    reports.insert(place, (bad, "new"))
    with pytest.raises(OutputError) as caught:
        write(*reports, (None, "new"))
    assert str(bad) in str(caught.value)
    assert OBSTACLES[obstacle] in str(caught.value)
    assert names(tmp_path) == before
    assert (tmp_path / "old.txt").read_text(encoding="utf-8") == "old"
    assert capsys.readouterr().out == ""


def test_what_was_renamed_already_is_put_back_when_a_later_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of three cannot be renamed, as where another program has it open on Windows."""
    (tmp_path / "old.txt").write_text("old", encoding="utf-8")
    (tmp_path / "busy.txt").write_text("busy", encoding="utf-8")
    really = os.replace

    def replace(source: Path, target: Path) -> None:
        if target.name == "busy.txt":
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        really(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OutputError, match=r"busy\.txt: cannot be written: The process cannot"):
        write((tmp_path / "old.txt", "new"), (tmp_path / "fresh.txt", "new"), (tmp_path / "busy.txt", "new"))
    assert names(tmp_path) == ["busy.txt", "old.txt"]
    assert (tmp_path / "old.txt").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "busy.txt").read_text(encoding="utf-8") == "busy"


def test_a_report_that_cannot_be_encoded_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write((tmp_path / "a.txt", "fine"), (tmp_path / "b.txt", "\ud800"))
    assert names(tmp_path) == []


@NOT_ROOT
def test_a_folder_without_permission_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            write((tmp_path / "a.txt", "x"))
    finally:
        tmp_path.chmod(0o700)


@POSIX
def test_a_device_that_takes_nothing_is_a_sentence() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"):
        write((Path("/dev/full"), "x"))


class Screen(io.TextIOWrapper):
    """Standard output in an encoding, kept."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    @property
    def shown(self) -> bytes:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "Zoë ✓\n".encode()),
        ("cp1252", b"Zo\xeb \\u2713\n"),
        ("ascii", b"Zo\\xeb \\u2713\n"),
        ("utf-16-le", "Zoë ✓\n".encode("utf-16-le")),
    ],
)
def test_what_standard_output_cannot_show_is_escaped(
    encoding: str, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen(encoding)
    monkeypatch.setattr(sys, "stdout", screen)
    print_text("Zoë ✓\n")
    assert screen.shown == expected


def test_standard_output_without_an_encoding_takes_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    print_text("Zoë ✓\n")
    assert screen.getvalue() == "Zoë ✓\n"


class Gone(io.StringIO):
    """Standard output that cannot be written to, without a descriptor."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def flush(self) -> None:
        raise self.error


def test_a_full_standard_output_is_a_sentence_and_a_reader_that_left_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Gone(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(OutputError, match="Standard output cannot be written: No space left on device"):
        print_text("x")
    monkeypatch.setattr(sys, "stdout", Gone(BrokenPipeError()))
    with pytest.raises(BrokenPipeError):
        print_text("x")


@POSIX
def test_what_a_reader_left_behind_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(BrokenPipeError):
        print_text("x" * 100_000)
    stream.close()


@POSIX
def test_after_a_failed_write_python_does_not_complain_at_its_end() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    code = (
        "from scanner.report.write import print_text\n"
        "from scanner.errors import OutputError\n"
        "try:\n    print_text('x' * 100_000)\n"
        "except OutputError:\n    raise SystemExit(7)"
    )
    with open("/dev/full", "wb") as full:
        ended = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stderr) == (7, b"")
