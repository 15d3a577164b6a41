"""An export on its way to the reader: the right one, whole in its place, with all that must be said about it."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.errors import OutputError, UsageError
from scanner.export.base import Export
from scanner.export.command import Wanted, listing, run_export, want
from scanner.export.deliver import deliver
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from tests.export.inventories import LEGACY, PEOPLE, PLAIN

EXPORTS: Mapping[str, Export] = {one.name: one for one in (PEOPLE, PLAIN)}
WHOLE = {
    "collectedAt": "2026-11-01T06:00:00Z",
    "users": [{"id": "a", "displayName": "Zoë", "accountEnabled": True}, {"id": "b", "accountEnabled": False}],
    "groups": [],
    "subscribedSkus": [],
}
LACKING = {"users": WHOLE["users"], "outcomes": {"groups": {"outcome": "denied", "reason": "Group.Read.All"}}}
HEADS = "id,displayName,accountEnabled,devices,createdDateTime,mails"


def run(content: Mapping[str, object], wanted: Wanted | None = None) -> bool:
    return run_export(wanted or Wanted(PEOPLE), Snapshot.of(content), BreakGlass())


@pytest.mark.parametrize(
    ("name", "hint"), [("Peple", "Did you mean `people`?"), ("roles", "Known: `people` and `people-plain`.")]
)
def test_a_wrong_name_is_told_with_the_right_one(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        want(name, "csv", None, legacy=False, exports=EXPORTS)
    assert str(raised.value) == f"There is no export {name}. {hint}"


def test_legacy_is_csv_and_of_exports_that_have_it() -> None:
    assert want("people", "csv", None, legacy=True, exports=EXPORTS).legacy is LEGACY
    assert want("people", "json", None, legacy=False, exports=EXPORTS) == Wanted(PEOPLE, "json")
    with pytest.raises(UsageError, match=r"--legacy is CSV\. Leave out --format json"):
        want("people", "json", None, legacy=True, exports=EXPORTS)
    with pytest.raises(UsageError, match=r"people-plain has no older form\..* have one: people\.$"):
        want("people-plain", "csv", None, legacy=True, exports=EXPORTS)


def test_a_complete_one_goes_to_standard_output_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(WHOLE)
    out, err = capfd.readouterr()
    assert (out, err) == (f"{HEADS}\r\na,Zoë,true,0,,\r\nb,,false,0,,\r\n", "")


def test_an_incomplete_one_has_the_certain_rows_and_says_what_is_missing(capfd: pytest.CaptureFixture[str]) -> None:
    assert not run(LACKING)
    out, err = capfd.readouterr()
    assert len(out.splitlines()) == 3
    assert err.splitlines()[0] == (
        "people is not complete: rows or cells may be missing, since this was not collected:"
    )
    assert "  groups: denied: needs the application permission Group.Read.All" in err.splitlines()
    assert any(line.startswith("  subscribedSkus: skipped") for line in err.splitlines())


def test_one_without_rows_has_headings_and_says_that_it_is_empty(capfd: pytest.CaptureFixture[str]) -> None:
    assert run({**WHOLE, "users": []})
    assert capfd.readouterr() == (f"{HEADS}\r\n", "people: there is nothing to list.\n")


def test_an_empty_one_says_where_rows_come_from(capfd: pytest.CaptureFixture[str]) -> None:
    assert run({**WHOLE, "users": []}, Wanted(replace(PEOPLE, if_empty="People are users.")))
    assert capfd.readouterr().err == "people: there is nothing to list. People are users.\n"


def test_one_without_certain_rows_is_not_called_empty(capfd: pytest.CaptureFixture[str]) -> None:
    assert not run({"groups": [], "subscribedSkus": []})
    out, err = capfd.readouterr()
    assert out == f"{HEADS}\r\n"
    assert "people: no row is certain" in err


def test_a_file_is_whole_marked_as_utf_8_and_counted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    assert run(WHOLE, Wanted(PEOPLE, path=path))
    assert path.read_bytes() == f"\ufeff{HEADS}\r\na,Zoë,true,0,,\r\nb,,false,0,,\r\n".encode()
    assert capfd.readouterr() == ("", f"people: 2 rows in {path}\n")


def test_the_older_form_counts_the_rows_it_has(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    assert run(WHOLE, Wanted(PEOPLE, legacy=LEGACY, path=path))
    assert path.read_bytes() == "\ufeffName;Object Id\r\nZoë;a\r\n".encode()
    assert capfd.readouterr() == ("", f"people: 1 row in {path}\n")


def test_json_has_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    assert run(WHOLE, Wanted(PEOPLE, "json", path=path))
    assert path.read_bytes().startswith(b"{\n")


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        run(WHOLE, Wanted(PEOPLE, path=tmp_path / "none" / "people.csv"))
    with pytest.raises(OutputError):
        run(WHOLE, Wanted(PEOPLE, path=tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_a_pipe_gets_utf_8_and_single_line_ends_on_every_system(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO()
    # As Windows opens a pipe: in the computer's code page, \n written as \r\n.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding=encoding, newline="\r\n"))
    deliver("csv", "Zoë ✓\r\n", None)
    assert pipe.getvalue() == "Zoë ✓\r\n".encode()


def test_the_list_explains_every_column() -> None:
    text = listing(EXPORTS)
    first, second = text.split("\n\n")
    assert first.splitlines()[:3] == ["people", "  Everybody.", "  id               Id of the user."]
    assert first.splitlines()[-1] == "  --legacy: Name;Object Id"
    assert second.startswith("people-plain\n")
    assert "--legacy" not in second
