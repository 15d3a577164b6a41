"""Pages as files: current in the repository, written, checked and deleted, and nobody else's file is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.docs.folder import different, pages_of
from scanner.errors import UsageError
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder
from tests.policy.examples import ATTESTED, NAME, POLICY, TEST, put


def docs(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["docs", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two policies, one of them in a folder of its own."""
    put(tmp_path / "mine", f"{NAME}.yaml", POLICY)
    put(tmp_path / "mine", f"{NAME}.test.yaml", TEST)
    put(tmp_path / "mine" / "safe", "keys-in-a-safe.yaml", ATTESTED)
    return tmp_path / "mine"


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


PAGES = ["README.md", f"{NAME}.md", "safe/keys-in-a-safe.md"]


def test_the_pages_of_the_shipped_policies_are_current() -> None:
    assert different(pages_of(policies_folder(), vocabulary())) == [], "run `make policy-index`"


def test_pages_stand_beside_their_policies(folder: Path) -> None:
    result = docs(folder)
    assert (result.exit_code, result.output) == (0, f"3 pages in {folder}: 3 written, 0 deleted.\n")
    assert written(folder) == PAGES
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert "(safe/keys-in-a-safe.md)" in index and f"({NAME}.md)" in index
    assert "### safe" in index
    assert f"[{NAME}.yaml]({NAME}.yaml)" in (folder / f"{NAME}.md").read_text(encoding="utf-8")


def test_what_is_current_is_not_written_again(folder: Path) -> None:
    docs(folder)
    assert docs(folder).output.endswith("0 written, 0 deleted.\n")


def test_pages_elsewhere_link_back(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "wiki"
    assert docs(folder, "--output", out).exit_code == 0
    assert written(out) == PAGES and written(folder) == []
    assert "(../../mine/safe/keys-in-a-safe.yaml)" in (out / PAGES[2]).read_text(encoding="utf-8")


def test_check_writes_nothing_and_tells_what_is_wrong(folder: Path) -> None:
    result = docs(folder, "--check")
    assert result.exit_code == 1 and written(folder) == []
    assert result.output.count(": missing\n") == 3
    docs(folder)
    assert docs(folder, "--check").exit_code == 0
    put(folder, f"{NAME}.yaml", POLICY.replace("Few accounts", "Fewer accounts"))
    (folder / "safe" / "keys-in-a-safe.yaml").unlink()
    result = docs(folder, "--check")
    assert result.exit_code == 1
    assert [line.rpartition(": ")[2] for line in result.output.splitlines()] == [
        "not as the policies have it",
        "not as the policies have it",
        "of no policy",
    ]


def test_the_page_of_a_policy_that_is_gone_is_deleted_and_other_files_stay(folder: Path) -> None:
    docs(folder)
    put(folder / "safe", "notes.md", "# Notes\n")
    (folder / "safe" / "keys-in-a-safe.yaml").unlink()
    assert "1 deleted" in docs(folder).output
    assert written(folder) == ["README.md", f"{NAME}.md", "safe/notes.md"]


def test_a_file_of_somebody_else_is_not_overwritten(folder: Path) -> None:
    put(folder, "README.md", "# Ours\n")
    result = docs(folder)
    assert result.exit_code == 2 and "README.md is no page of tenantlint" in result.output
    assert written(folder) == ["README.md"]
    assert (folder / "README.md").read_text(encoding="utf-8") == "# Ours\n"


def test_a_policy_whose_page_would_be_the_index_is_refused(folder: Path) -> None:
    put(folder, "readme.yaml", POLICY.replace(f"id: {NAME}", "id: readme").replace("administrators-few", "x"))
    with pytest.raises(UsageError, match="would be the index"):
        pages_of(folder, vocabulary())


def test_one_file_is_no_folder(folder: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        pages_of(folder / f"{NAME}.yaml", vocabulary())


def test_show_prints_the_same_page(folder: Path) -> None:
    docs(folder)
    result = CliRunner().invoke(main, ["show", NAME, "--policies", str(folder)])
    headings = [
        line[3:] for line in (folder / f"{NAME}.md").read_text(encoding="utf-8").splitlines() if line[:3] == "## "
    ]
    lines = result.output.splitlines()
    assert [line for line in lines if line in headings] == headings
