"""The schemas for editors: all of them, written where they are asked for, with the line that leads there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.author.schemas import FILES
from scanner.cli import main
from scanner.shipped import schemas_folder

ALL = sorted(path.name for path in schemas_folder().glob("*.json"))


def test_all_schemas_are_written_since_they_refer_to_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".schemas").mkdir()
    (tmp_path / ".schemas" / "policy.schema.json").write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(main, ["schemas"])
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / ".schemas").iterdir()) == ALL
    for name in ALL:
        assert (tmp_path / ".schemas" / name).read_bytes() == (schemas_folder() / name).read_bytes()
    assert f"{len(ALL)} schemas in .schemas." in result.output


def test_every_file_that_people_write_is_told_its_first_line(tmp_path: Path) -> None:
    output = CliRunner().invoke(main, ["schemas", str(tmp_path)]).output
    for name in FILES:
        assert (schemas_folder() / f"{name}.schema.json").is_file()
        assert f"# yaml-language-server: $schema={tmp_path.as_posix()}/{name}.schema.json\n" in output


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["schemas", str(tmp_path / "file")])
    assert result.exit_code == 2 and "cannot be written" in result.output
