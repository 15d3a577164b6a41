"""Every policy file in a folder is found once; what looks like one and is not read is told."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from scanner.policy.find import find
from tests.policy.examples import put

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


def names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def said(folder: Path, *others: Path) -> list[str]:
    return [f"{problem.path.name}: {problem.text}" for problem in find([folder, *others]).problems]


def test_policies_and_tests_are_found_at_any_depth_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "a.test.yaml", "README.md", "a.yaml.bak", "list.json"):
        put(tmp_path / "sub" / "deep", name, "")
    put(tmp_path, "c.yaml", "")
    found = find([tmp_path])
    assert names(found.policies, tmp_path) == ["c.yaml", "sub/deep/a.yaml", "sub/deep/b.yaml"]
    assert names(found.tests, tmp_path) == ["sub/deep/a.test.yaml"]
    assert found.problems == ()


@pytest.mark.parametrize("name", ["a.yml", "a.test.yml", "a.YAML", "a.Yml"])
def test_other_endings_of_yaml_are_told_to_be_renamed(tmp_path: Path, name: str) -> None:
    put(tmp_path, "b.yaml", "")
    put(tmp_path, name, "")
    assert said(tmp_path) == [f"{name}: The file is not read."]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.yaml", "")
    put(tmp_path, ".b.yaml", "")
    put(tmp_path / ".git", "c.yaml", "")
    assert names(find([tmp_path]).policies, tmp_path) == ["a.yaml"]


def test_a_hidden_folder_that_is_asked_for_is_read(tmp_path: Path) -> None:
    put(tmp_path / ".policies", "a.yaml", "")
    assert len(find([tmp_path / ".policies"]).policies) == 1


def test_folders_that_hold_nothing_or_do_not_exist_are_problems(tmp_path: Path) -> None:
    put(tmp_path / "only-tests", "a.test.yaml", "")
    assert said(tmp_path / "missing", tmp_path / "only-tests") == [
        "missing: There is no such folder of policies.",
        "only-tests: The folder holds no policy.",
    ]


def test_a_folder_has_no_line_to_go_to(tmp_path: Path) -> None:
    (problem,) = find([tmp_path / "missing"]).problems
    assert str(problem) == f"{tmp_path / 'missing'}: There is no such folder of policies. Check the path."


def test_a_single_policy_file_can_be_given(tmp_path: Path) -> None:
    path = put(tmp_path, "a.yaml", "")
    put(tmp_path, "b.yaml", "")
    assert find([path]).policies == (path,)
    assert said(put(tmp_path, "notes.txt", "")) == ["notes.txt: This is not a policy file."]


def test_a_file_is_found_once_where_folders_overlap(tmp_path: Path) -> None:
    put(tmp_path / "sub", "a.yaml", "")
    found = find([tmp_path, tmp_path / "sub", tmp_path / "sub" / "a.yaml"])
    assert (len(found.policies), found.problems) == (1, ())


@needs_links
def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    put(tmp_path / "real", "a.yaml", "")
    folder = tmp_path / "policies"
    folder.mkdir()
    os.symlink(tmp_path / "real", folder / "link")
    os.symlink(folder, folder / "loop")
    os.symlink(folder / "self", folder / "self")
    assert names(find([folder]).policies, folder) == ["link/a.yaml"]


@needs_links
def test_a_link_to_nothing_is_found_so_that_reading_it_fails(tmp_path: Path) -> None:
    os.symlink(tmp_path / "gone", tmp_path / "a.yaml")
    assert names(find([tmp_path]).policies, tmp_path) == ["a.yaml"]


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.yaml", "")
    put(tmp_path / "closed", "b.yaml", "")
    really = os.listdir

    def listdir(path: Path) -> list[str]:
        # Permissions do not bind the users that tests often run as.
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(path)

    monkeypatch.setattr(os, "listdir", listdir)
    assert said(tmp_path) == ["closed: The folder cannot be read: Permission denied."]
