from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cel.structs import Structs, attribute
from scanner.cel.types import Property, RecordType, Types, load_types
from scanner.collect.catalogue import BY_NAME
from scanner.errors import SnapshotError

REAL_TENANT = Path(__file__).parents[2] / "../shared/data/real-tenant"


def record_type(name: str, *properties: Property) -> RecordType:
    return RecordType(name, "", {prop.name: prop for prop in properties})


INNER = record_type("inner", Property("flag", "boolean"), Property("when", "timestamp"), Property("outer", "outer"))
OUTER = record_type(
    "outer",
    Property("id", "string"),
    Property("displayName", "string"),
    Property("yes", "boolean"),
    Property("count", "integer"),
    Property("share", "number"),
    Property("when", "timestamp"),
    Property("whens", "timestamp", many=True),
    Property("span", "duration"),
    Property("raw", "bytes"),
    Property("free", "any"),
    Property("names", "string", many=True),
    Property("inner", "inner"),
    Property("inners", "inner", many=True),
    Property("class", "string"),
    Property("odataType", "string", key="@odata.type"),
    Property("made", "boolean", fact=True),
)
TYPES: Types = {"inner": INNER, "outer": OUTER}
EVERYTHING = [(owner.name, name) for owner in TYPES.values() for name in owner.properties]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def decode(text: str) -> tuple[Any, frozenset[str]]:
    return Structs(TYPES, EVERYTHING).decoder("outer")(text.encode())


def test_a_struct_has_the_properties_that_are_read_and_the_id() -> None:
    struct = Structs(TYPES, [("outer", "yes"), ("outer", "made")]).struct("outer")
    assert [field.name for field in msgspec.structs.fields(struct)] == ["id", "yes"]


def test_types_that_name_records_get_their_naming_properties() -> None:
    struct = Structs(load_types(), [("user", "mail")], named=["user", "subscribedSku"]).struct("user")
    assert [field.name for field in msgspec.structs.fields(struct)] == [
        "displayName",
        "id",
        "mail",
        "userPrincipalName",
    ]


def test_a_type_without_any_property_read_is_still_told_apart_from_absence() -> None:
    decoder = Structs(TYPES, [("outer", "inner")]).decoder("outer")
    assert decoder(b'{"inner": {"flag": true}}')[0].inner is not None
    assert decoder(b'{"inner": null}')[0].inner is None


def test_properties_that_nobody_reads_are_not_looked_at() -> None:
    decoder = Structs(TYPES, [("outer", "yes")]).decoder("outer")
    assert decoder(b'{"yes": true, "count": "not a number", "unknown": [1]}')[1] == frozenset()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("yes", "true", True),
        ("count", "3", 3),
        ("count", str(2**63 - 1), 2**63 - 1),
        ("share", "3", 3.0),
        ("share", "0.5", 0.5),
        ("when", '"2024-05-01T12:00:00Z"', NOON),
        ("when", '"2024-05-01T14:00:00+02:00"', NOON),
        ("when", '"2024-05-01T12:00:00.1234560Z"', NOON + timedelta(microseconds=123456)),
        ("when", '"2024-05-01"', datetime(2024, 5, 1, tzinfo=UTC)),
        ("when", '"9999-12-31T23:59:59.9999999Z"', datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)),
        ("when", '"0001-01-01T00:00:00Z"', datetime(1, 1, 1, tzinfo=UTC)),
        ("whens", '["2024-05-01", "2024-05-01T12:00:00Z"]', [datetime(2024, 5, 1, tzinfo=UTC), NOON]),
        ("span", '"P365D"', timedelta(days=365)),
        ("span", '"PT8H"', timedelta(hours=8)),
        ("span", '"P1DT30M1.5S"', timedelta(days=1, minutes=30, seconds=1.5)),
        ("raw", '"aGk="', b"hi"),
        ("free", '{"a": [1, null, "x"]}', {"a": [1, None, "x"]}),
        ("names", "[]", []),
        ("names", '["a"]', ["a"]),
        ("odataType", '"#microsoft.graph.x"', "#microsoft.graph.x"),
        ("class", '"c"', "c"),
    ],
)
def test_values_become_python_values(name: str, text: str, value: object) -> None:
    key = OUTER.properties[name].key or name
    record, bad = decode(f'{{"{key}": {text}}}')
    assert getattr(record, attribute(name)) == value
    assert bad == frozenset()


def test_null_and_absent_properties_are_none() -> None:
    record, bad = decode('{"id": "1", "names": null, "inner": null}')
    assert [getattr(record, attribute(name)) for name in OUTER.properties if name not in ("id", "made")] == [None] * 14
    assert bad == frozenset()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yes", '"true"'),
        ("yes", "1"),
        ("count", "1.5"),
        ("count", '"1"'),
        ("count", str(2**63)),
        ("count", "1e400"),
        ("share", '"INF"'),
        ("when", '"2024-05-01T12:00:00"'),
        ("when", '"yesterday"'),
        ("when", '"2024-02-30"'),
        ("when", "1714564800"),
        ("whens", '["2024-05-01", 3]'),
        ("whens", '"2024-05-01"'),
        ("span", '"P1Y"'),
        ("span", '"P1M"'),
        ("span", "3600"),
        ("raw", '"*"'),
        ("names", '"a"'),
        ("names", "[null]"),
        ("inner", '{"flag": 3}'),
        ("inner", "[]"),
        ("inners", '[{"flag": true}, {"flag": 3}]'),
        ("inners", '{"flag": true}'),
        ("id", "3"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_the_rest_kept(name: str, text: str) -> None:
    record, bad = decode(f'{{"{name}": {text}, "displayName": "kept"}}')
    assert bad == {name}
    assert getattr(record, name) is None
    assert record.displayName == "kept"


def test_timestamps_inside_other_values_are_read_as_leniently() -> None:
    record, bad = decode('{"inners": [{"when": "2024-05-01", "unknown": 1}, null]}')
    assert bad == {"inners"}
    record, bad = decode('{"inners": [{"when": "2024-05-01", "unknown": 1}]}')
    assert record.inners[0].when == datetime(2024, 5, 1, tzinfo=UTC)
    assert bad == frozenset()


def test_types_may_lead_back_to_themselves() -> None:
    record, bad = decode('{"inner": {"outer": {"id": "2", "inners": [{"outer": {"id": "3"}}]}}}')
    assert record.inner.outer.inners[0].outer.id == "3"
    assert bad == frozenset()
    inner, _ = Structs(TYPES, EVERYTHING).decoder("inner")(b'{"outer": {"inner": {"flag": true}}}')
    assert inner.outer.inner.flag is True


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b"3", b"\xff"])
def test_what_is_no_json_object_is_a_broken_snapshot(line: bytes) -> None:
    with pytest.raises(SnapshotError, match="not a JSON object"):
        Structs(TYPES, EVERYTHING).decoder("outer")(line)


def test_structs_and_decoders_are_made_once() -> None:
    structs = Structs(TYPES, EVERYTHING)
    assert structs.struct("outer") is structs.struct("outer")
    assert structs.decoder("outer") is structs.decoder("outer")


def test_records_can_be_made_by_hand() -> None:
    outer: Any = Structs(TYPES, EVERYTHING).struct("outer")
    assert outer(names=["a"], class_="c").class_ == "c"


GOOD: dict[str, st.SearchStrategy[object]] = {
    "yes": st.booleans(),
    "count": st.integers(-(2**63), 2**63 - 1),
    "share": st.floats(allow_nan=False, allow_infinity=False),
    "when": st.datetimes(timezones=st.just(UTC)),
    "names": st.lists(st.text(max_size=5), max_size=3),
    "displayName": st.text(max_size=8),
}
WRONG: dict[str, object] = {"yes": 1, "count": "1", "share": "1", "when": 5, "names": [3], "displayName": []}


@settings(max_examples=60, deadline=None)
@given(record=st.fixed_dictionaries({}, optional=GOOD), spoilt=st.sets(st.sampled_from(sorted(GOOD))))
def test_exactly_the_spoilt_properties_are_named(record: dict[str, object], spoilt: set[str]) -> None:
    line = msgspec.json.encode({**record, **{name: WRONG[name] for name in spoilt}})
    decoded, bad = Structs(TYPES, EVERYTHING).decoder("outer")(line)
    assert bad == spoilt
    for name in GOOD:
        assert getattr(decoded, name) == (None if name in spoilt else record.get(name))


@settings(max_examples=60, deadline=None)
@given(moment=st.datetimes(), hours=st.integers(-23, 23), digits=st.integers(0, 9))
def test_timestamps_keep_their_moment(moment: datetime, hours: int, digits: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    fraction = f".{aware.microsecond:06}000"[: digits + 1] if digits else ""
    sign = "-" if hours < 0 else "+"
    text = f"{aware.isoformat()[:19]}{fraction}{sign}{abs(hours):02}:00"
    record, bad = decode(f'{{"when": "{text}"}}')
    assert bad == frozenset()
    assert abs(record.when - aware) < timedelta(microseconds=10 ** max(6 - digits, 0) + 1)


@pytest.mark.skipif(not REAL_TENANT.is_dir(), reason="needs the real tenant's data beside the repository")
@pytest.mark.parametrize("name", sorted(path.stem for path in REAL_TENANT.glob("*.json") if path.stem in BY_NAME))
def test_a_real_tenant_fits_the_types(name: str) -> None:
    types = load_types()
    everything = {(owner.name, prop) for owner in types.values() for prop in owner.properties}
    # The export went through PowerShell, which makes an object of a list with one item.
    everything.remove(("x509CertificateAuthenticationModeConfiguration", "rules"))
    response = json.loads((REAL_TENANT / f"{name}.json").read_text(encoding="utf-8"))["response"]
    decoder = Structs(types, everything).decoder(BY_NAME[name].type)
    for record in response.get("value", [response]):
        assert decoder(msgspec.json.encode(record))[1] == frozenset()
