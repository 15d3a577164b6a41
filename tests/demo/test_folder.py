from __future__ import annotations

from pathlib import Path

import pytest

from scanner.demo.folder import read_folder
from scanner.errors import UsageError


def test_every_json_file_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text('[{"id": "1", "userPrincipalName": "a@b"}]', encoding="utf-8")
    (tmp_path / "authorizationPolicy.json").write_text('{"id": "a"}', encoding="utf-8")
    (tmp_path / "tenantlint.yaml").write_text("failOn: high", encoding="utf-8")
    tables = read_folder(tmp_path)
    assert sorted(tables) == ["authorizationPolicy", "users"]
    assert tables["users"].by_id["a@b"] is tables["users"].by_id["1"]
    assert tables["authorizationPolicy"].records == [{"id": "a"}]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("usres.json", "[]", "usres is not a resource"),
        ("users.json", "[", "not JSON"),
        ("users.json", "{}", "must hold a list of objects"),
        ("users.json", "[1]", "must hold a list of objects"),
        ("users.json", "[{}]", "a record has no id"),
        ("authorizationPolicy.json", "[]", "must hold one object"),
    ],
)
def test_a_file_of_another_form_is_an_error(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_folder(tmp_path)


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        read_folder(tmp_path / "absent")
