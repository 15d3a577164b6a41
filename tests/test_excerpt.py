"""The excerpt below a problem: the line as it stands, and a caret under the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import Problem
from scanner.excerpt import MAX_LINE, excerpt


def shown(folder: Path, content: str | bytes, line: int, column: int) -> str:
    path = folder / "a.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return excerpt(Problem(path, line, column, "wrong"))


@pytest.mark.parametrize(
    ("content", "line", "column", "text"),
    [
        ("a: 1\nbb: 2\n", 2, 1, "    2 | bb: 2\n      | ^\n"),
        ("a: 1\nbb: 2\n", 2, 5, "    2 | bb: 2\n      |     ^\n"),
        ("a: 1\r\nbb: 2\r\n", 1, 4, "    1 | a: 1\n      |    ^\n"),
        ("a: 1\n", 1, 99, "    1 | a: 1\n      |     ^\n"),
        ("\ta: 1\n", 1, 2, "    1 |  a: 1\n      |  ^\n"),
        ("\ufeffa: 1\n", 1, 1, "    1 | a: 1\n      | ^\n"),
        ("名前: 1\n", 1, 3, "    1 | 名前: 1\n      |     ^\n"),
        ("e\u0301: 1\n", 1, 3, "    1 | e\u0301: 1\n      |  ^\n"),
        ("a\x1b[31m: 1\n", 1, 7, "    1 | a\\x1b[31m: 1\n      |          ^\n"),
    ],
)
def test_the_caret_stands_below_the_place(tmp_path: Path, content: str, line: int, column: int, text: str) -> None:
    assert shown(tmp_path, content, line, column) == text


@pytest.mark.parametrize(("content", "line"), [("a: 1\n", 0), ("a: 1\n", 2), (b"\xff\xfe", 1), ("", 1)])
def test_what_has_no_such_line_shows_none(tmp_path: Path, content: str | bytes, line: int) -> None:
    assert shown(tmp_path, content, line, 1) == ""


def test_a_file_that_is_not_there_shows_none(tmp_path: Path) -> None:
    assert excerpt(Problem(tmp_path / "none.yaml", 1, 1, "cannot be read")) == ""


def test_of_a_long_line_the_part_around_the_place_is_shown(tmp_path: Path) -> None:
    first, second = shown(tmp_path, "x" * 500 + "!" + "y" * 500, 1, 501).splitlines()
    assert first[second.index("^")] == "!"
    assert len(first) == len("    1 | ") + MAX_LINE
