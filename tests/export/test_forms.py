"""The forms of an export: what a spreadsheet, a program and the script's users get."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scanner.export.forms import to_csv, to_json_document, to_legacy_csv
from scanner.model import Missing, Outcome
from tests.export.inventories import LEGACY, NOW, Person, inventory

ANY = st.text(st.characters(codec=None))
ANN = Person(
    id="a",
    displayName="Ann",
    accountEnabled=True,
    devices=2,
    createdDateTime=NOW,
    mails=["ann@x.example", "a@x.example"],
)
NOBODY = Person(id="n")
HOSTILE = Person(id="h", displayName="=1;+2\n\u202e\ud800", accountEnabled=False)


def test_csv_has_a_heading_and_a_line_for_each_row() -> None:
    assert to_csv(inventory([ANN, NOBODY, HOSTILE])) == (
        "id,displayName,accountEnabled,devices,createdDateTime,mails\r\n"
        'a,Ann,true,2,2026-11-01T06:00:00Z,"ann@x.example; a@x.example"\r\n'
        "n,,,0,,\r\n"
        "h,\"'=1;'+2\\n\\u202e\\ud800\",false,0,,\r\n"
    )


def test_csv_of_nothing_is_the_heading() -> None:
    assert to_csv(inventory([])) == "id,displayName,accountEnabled,devices,createdDateTime,mails\r\n"


def test_legacy_has_the_scripts_columns_order_and_separator() -> None:
    assert to_legacy_csv(inventory([ANN, HOSTILE]), LEGACY) == (
        "Name;Object Id\r\nAnn;a\r\n\"'=1;'+2\\n\\u202e\\ud800\";h\r\n"
    )


def test_json_has_every_value_as_it_is_and_what_is_missing() -> None:
    lack = Missing("groups", Outcome.DENIED, "denied: needs the application permission Group.Read.All")
    text = to_json_document(replace(inventory([ANN, HOSTILE]), missing=(lack,), notes=("A note.",)))
    document = json.loads(text)
    assert document["version"] == 1
    assert document["export"] == "people"
    assert document["tenant"] == {"id": "a-tenant", "name": "Contoso"}
    assert document["collectedAt"] == "2026-11-01T06:00:00Z"
    assert list(document["columns"].items())[:2] == [("id", "Id of the user."), ("displayName", "Name of the user.")]
    assert document["rows"][0] == {
        "id": "a",
        "displayName": "Ann",
        "accountEnabled": True,
        "devices": 2,
        "createdDateTime": "2026-11-01T06:00:00Z",
        "mails": ["ann@x.example", "a@x.example"],
    }
    assert document["rows"][1]["displayName"] == "=1;+2\n\u202e\\ud800"  # JSON cannot carry a lone surrogate
    assert document["missing"] == [{"resource": "groups", "outcome": "denied", "reason": lack.reason}]
    assert document["notes"] == ["A note."]
    assert "\u202e" not in text


PEOPLE = st.builds(
    Person,
    id=ANY,
    displayName=st.none() | ANY,
    accountEnabled=st.none() | st.booleans(),
    devices=st.integers(),
    createdDateTime=st.none() | st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),
    mails=st.lists(ANY, max_size=3),
)


@given(st.lists(PEOPLE, max_size=4))
def test_any_rows_can_be_written_in_every_form(people: list[Person]) -> None:
    taken = inventory(people)
    for text, separator in ((to_csv(taken), ","), (to_legacy_csv(taken, LEGACY), ";")):
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        assert len(read) == len(people) + 1
        assert {len(row) for row in read} == {len(read[0])}
        text.encode()
    assert len(json.loads(to_json_document(taken))["rows"]) == len(people)
