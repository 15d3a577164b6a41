from __future__ import annotations

import pytest

from scanner.snapshot.properties import Properties
from scanner.snapshot.records import compact


@pytest.mark.parametrize(
    ("requested", "omitted", "records", "known", "missing"),
    [
        (None, "", ['{"id":"a","n":1}', '{"id":"b","n":null}'], ("id", "n"), ()),
        (None, "", ['{"id":"a","n":1}', '{"id":"b"}'], ("id",), ("n",)),
        (None, "", [], None, ()),
        ("id n", "", [], ("id", "n"), ()),
        ("id n", "", ['{"id":"a"}'], ("id",), ("n",)),
        ("id n", "n", ['{"id":"a"}'], ("id", "n"), ()),
        ("id n", "n", ['{"id":"a","n":1}', '{"id":"b"}'], ("id", "n"), ()),
        ("id n", "m", ['{"id":"a","n":1}'], ("id", "n"), ()),
        (
            None, "",
            ['{"@odata.type":"#ip","id":"a","ranges":[]}', '{"@odata.type":"#country","id":"b","codes":[]}'],
            ("@odata.type", "codes", "id", "ranges"), (),
        ),
        (
            None, "",
            ['{"@odata.type":"#ip","id":"a","ranges":[]}', '{"@odata.type":"#ip","id":"b"}', '{"id":"c"}'],
            ("@odata.type", "id"), ("ranges",),
        ),
    ],
)  # fmt: skip
def test_what_every_record_has_can_be_relied_on_and_the_rest_is_missing(
    requested: str | None, omitted: str, records: list[str], known: tuple[str, ...] | None, missing: tuple[str, ...]
) -> None:
    properties = Properties(None if requested is None else frozenset(requested.split()), frozenset(omitted.split()))
    for record in records:
        properties.see(compact(record.encode())[1])
    assert (properties.known(), properties.missing()) == (known, missing)
