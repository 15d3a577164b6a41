"""CSV: a row for all that is wrong or not decided, in cells that a spreadsheet takes as they are."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Evidence, Finding, Missing, Outcome, Record, Scan, Status
from scanner.report.cells import LONGEST, harmless, json_cell
from scanner.report.csv import render
from scanner.report.write import Output, write_all
from tests.report.samples import ACCEPTED, HOSTILE_NAMES, SAMPLE, finding, hostile, policy, result, scan

HEADS = (
    "tenantId,collectedAt,policy,title,severity,status,resource,recordId,recordName,message,notMet,evidence,waivedBy,"
    "waivedUntil,waivedReason,ticket,known,findingId,controls,fix"
)


def rows(sample: Scan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(sample), newline=""), strict=True))


def told(sample: Scan) -> list[tuple[str, str, str]]:
    return [(row["policy"], row["status"], row["recordName"]) for row in rows(sample)]


def test_there_is_a_row_for_all_that_is_wrong_or_not_decided() -> None:
    assert told(SAMPLE) == [
        ("accounts-enabled", "fail", "person1@contoso.example"),
        ("accounts-enabled", "waived", "person2@contoso.example"),
        ("accounts-enabled", "fail", "person3@contoso.example"),
        ("accounts-enabled", "unknown", "person4@contoso.example"),
        ("all-accepted", "waived", "person6@contoso.example"),
        ("block-legacy", "fail", "conditionalAccessPolicies"),
        ("breaks-at-run-time", "error", ""),
        ("breaks-at-run-time", "error", "person5@contoso.example"),
        ("needs-sign-ins", "unknown", ""),
        ("password-in-safe", "manual", ""),
    ]


def test_a_row_has_what_a_reader_filters_and_acts_by() -> None:
    row = rows(SAMPLE)[1]
    assert ",".join(row) == HEADS
    assert row["collectedAt"] == "2026-01-31T09:00:00+01:00"
    assert row["notMet"] == "user.otherMails.size() == 0"
    assert json.loads(row["evidence"]) == {"user.accountEnabled": True, "user.otherMails": ["a@b.example"]}
    assert [row[name] for name in ("waivedBy", "waivedUntil", "waivedReason", "ticket")] == [
        "Security board", "2026-06-30", "Replaced in spring", "SEC-12",
    ]  # fmt: skip
    assert row["controls"] == "cisa-scuba MS.AAD.3.1; cisa-scuba MS.AAD.3.2; zero-trust assume-breach"
    assert row["fix"] == "Open the portal, then: change it."
    assert row["known"] == "false"


@pytest.mark.parametrize("status", [Status.FAIL, Status.WAIVED, Status.UNKNOWN, Status.ERROR, Status.MANUAL])
def test_a_policy_without_any_record_has_a_row_all_the_same(status: Status) -> None:
    assert told(scan(result(policy("one"), status))) == [("one", status.value, "")]


@pytest.mark.parametrize("status", [Status.PASS, Status.NOT_APPLICABLE])
def test_what_is_in_order_has_none(status: Status) -> None:
    assert render(scan(result(policy("one"), status))) == f"{HEADS}\r\n"


@pytest.mark.parametrize("waived", [None, ACCEPTED])
def test_what_was_not_read_beside_findings_has_a_row_that_is_unknown(waived: Any) -> None:
    lack = Missing("groups", Outcome.DENIED, "needs Group.Read.All")
    status = Status.WAIVED if waived else Status.FAIL
    sample = scan(result(policy("one"), status, findings=(finding("one", 1, waived),), missing=(lack,)))
    first, second = rows(sample)
    assert (first["status"], second["status"]) == ("unknown", status.value)
    assert "groups: denied: needs Group.Read.All" in first["message"]


def test_no_cell_is_longer_than_a_spreadsheet_takes() -> None:
    long = ";=" * 40_000
    one = Finding("f", Record("users", "1", long), long, (Evidence("a", long), Evidence("b", [long])), (long,))
    many = Finding(
        "g", Record("users", "2", "n"), "", tuple(Evidence(f"p{number}" * 50, "x" * 400) for number in range(200)), ()
    )
    found = rows(scan(result(policy("one"), Status.FAIL, findings=(one, many))))
    assert max(len(cell) for row in found for cell in row.values()) <= LONGEST
    assert "characters)" in found[0]["message"]
    assert list(json.loads(found[0]["evidence"])) == ["a", "b"]
    assert " more" in json.loads(found[1]["evidence"])["…"]


def test_evidence_that_no_cell_has_room_for_is_left_out() -> None:
    one = Finding("f", Record("users", "1", "n"), "m", (Evidence("p" * 40_000, 1),), ())
    assert rows(scan(result(policy("one"), Status.FAIL, findings=(one,))))[0]["evidence"] == ""


def test_hostile_names_give_as_many_rows_and_cells_as_harmless_ones() -> None:
    found = rows(hostile())
    assert len(found) == 5 * len(HOSTILE_NAMES)
    assert all(None not in row and None not in row.values() for row in found)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(HOSTILE_NAMES) | st.text("=+-@,;|\t\"' ＝ab\n\u202e", max_size=6)
)  # fmt: skip
KEYS = st.text("=,;-ab", max_size=3)
SHALLOW = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(KEYS, SCALARS, max_size=3)
JSON = SHALLOW | st.lists(SHALLOW, max_size=3) | st.dictionaries(KEYS, SHALLOW, max_size=3)


def as_text(value: object, within: bool = False) -> object:
    """With what JSON in a cell cannot have: surrogates, and numbers below zero in a list."""
    match value:
        case str():
            return "".join(f"\\u{ord(one):04x}" if "\ud800" <= one <= "\udfff" else one for one in value)
        case list():
            return [as_text(item, within=True) for item in value]
        case dict():
            return {as_text(key): as_text(item) for key, item in value.items()}
        case int() | float() if within and str(value).startswith("-"):
            return str(value)
    return value


@given(JSON)
def test_evidence_is_json_and_no_formula(value: object) -> None:
    cell = json_cell({"found": value})
    assert harmless(cell) == cell
    assert json.loads(cell) == {"found": as_text(value)}


def test_a_file_begins_with_the_mark_that_spreadsheets_know_utf_8_by_and_a_pipe_does_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = render(SAMPLE)
    write_all([(Output("csv", tmp_path / "a.csv"), text), (Output("csv"), text)])
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + text.encode()
    assert capfd.readouterr().out == text
