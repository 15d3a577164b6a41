"""The single-file form, as people write it by hand and as policy tests hold it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.collect.catalogue import Resource
from scanner.errors import NotCollected, SnapshotError
from scanner.model import Outcome
from scanner.snapshot import Snapshot
from scanner.snapshot.single import MAX_FILE

CATALOGUE = {
    name: Resource(name, singular, singular, name, "X.Read.All", "https://example.com", singleton=singleton)
    for name, singular, singleton in [
        ("users", "user", False),
        ("groups", "group", False),
        ("conditionalAccessPolicies", "policy", False),
        ("authorizationPolicy", "authorizationPolicy", True),
    ]
}


def of(content: dict[str, object]) -> Snapshot:
    return Snapshot.of(content, "case 1", CATALOGUE)


def refusal(content: dict[str, object]) -> str:
    with pytest.raises(SnapshotError) as caught:
        of(content)
    return str(caught.value)


def open_text(path: Path, text: str | bytes) -> Snapshot:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Snapshot.open(path, CATALOGUE)


def test_records_are_read_sorted_and_found() -> None:
    snapshot = of({"users": [{"id": "b", "n": 1.5}, {"id": "a", "x": None}]})
    assert list(snapshot.lines("users")) == [b'{"id":"a","x":null}', b'{"id":"b","n":1.5}']
    assert snapshot.find("users", "b") == b'{"id":"b","n":1.5}'
    assert [snapshot.find("users", id) for id in ("", "aa", "c")] == [None, None, None]


def test_what_is_left_out_was_not_collected() -> None:
    snapshot = of({"users": []})
    assert snapshot.entry("groups").outcome is Outcome.SKIPPED
    with pytest.raises(NotCollected, match="groups: not collected"):
        snapshot.lines("groups")
    assert list(snapshot.lines("users")) == []


def test_a_property_that_is_left_out_reads_as_absent_data() -> None:
    of({"users": [{"id": "a"}]}).require("users", {"signInActivity"})


def test_outcomes_say_why_a_resource_is_missing() -> None:
    snapshot = of({"outcomes": {"users": {"outcome": "denied", "reason": "User.Read.All"}}})
    with pytest.raises(NotCollected, match=r"users: denied: needs the application permission User\.Read\.All"):
        snapshot.require("users")


def test_a_resource_can_be_said_to_be_collected_and_empty() -> None:
    said = {"users": {"outcome": "collected"}}
    assert list(of({"outcomes": said}).lines("users")) == []
    assert list(of({"users": [{"id": "a"}], "outcomes": said}).lines("users")) == [b'{"id":"a"}']


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ({"allowInvitesFrom": "none"}, b'{"id":"authorizationPolicy","allowInvitesFrom":"none"}'),
        ({}, b'{"id":"authorizationPolicy"}'),
        ({"id": "p"}, b'{"id":"p"}'),
        ([{"id": "p"}], b'{"id":"p"}'),
        ([{"a": 1}], b'{"id":"authorizationPolicy","a":1}'),
    ],
)
def test_a_singleton_may_be_an_object_and_have_no_id(written: object, line: bytes) -> None:
    assert list(of({"authorizationPolicy": written}).lines("authorizationPolicy")) == [line]


def test_the_tenant_and_the_time_may_be_given() -> None:
    manifest = of({"tenant": {"id": "t", "displayName": "T"}, "collectedAt": "2026-01-31T08:00:00+01:00"}).manifest
    assert (manifest.tenant_id, manifest.tenant_name) == ("t", "T")
    assert manifest.collected_at == "2026-01-31T08:00:00+01:00"
    assert of({}).manifest.collected_at == ""


def test_times_that_a_yaml_reader_made_become_text_again() -> None:
    moment = datetime(2026, 1, 31, 8, tzinfo=UTC)
    assert b'"2026-01-31T08:00:00Z"' in next(of({"users": [{"id": "a", "createdDateTime": moment}]}).lines("users"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"user": []}, "'user' is not a resource. Did you mean users?"),
        ({"conditionalAccesPolicy": []}, "is not a resource. Did you mean conditionalAccessPolicies?"),
        ({"collected_at": "x"}, "is not a resource. Did you mean collectedAt?"),
        ({"qqq": []}, "is not a resource. `tenantlint permissions` lists the resources."),
        ({"outcomes": {"group": {"outcome": "denied"}}}, "'group' is not a resource. Did you mean groups?"),
        ({"outcomes": {"groups": {"outcome": "refused"}}}, "is not a snapshot: Invalid enum value 'refused'"),
        ({"outcomes": {"groups": {"outcome": "denied", "why": ""}}}, "Object contains unknown field"),
        ({"users": [], "outcomes": {"users": {"outcome": "denied"}}},
         "users has records, and outcomes says denied. Leave one out."),
        ({"tenant": {"name": "T"}}, "is not a snapshot: Object contains unknown field `name`"),
        ({"collectedAt": "2026-01-31"}, "collectedAt is not a time such as 2026-01-31T08:00:00Z."),
        ({"users": {"id": "a"}}, "users is not a list of records."),
        ({"users": None}, "users is not a list of records."),
        ({"authorizationPolicy": "x"}, "authorizationPolicy is not an object."),
        ({"authorizationPolicy": [{}, {}]}, "authorizationPolicy has 2 records; there is one at most."),
        ({"authorizationPolicy": {"id": 7}}, "authorizationPolicy: record 1 has no id that is text."),
        ({"users": [{"id": "a"}, {"name": "b"}]}, "users: record 2 has no id that is text."),
        ({"users": ["a"]}, "users: record 1 is not an object."),
        ({"users": [{"id": "a", "x": 1}, {"id": "a", "x": 2}]}, "users: two records have the id 'a'."),
        ({"users": [{"id": "a", "x": {1, 2}.__iter__}]}, "cannot be written as JSON"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(content: dict[str, object], problem: str) -> None:
    text = refusal(content)
    assert text.startswith("case 1: ")
    assert problem in text


def test_a_structure_without_end_is_refused() -> None:
    loop: dict[str, object] = {"id": "a"}
    loop["self"] = loop
    assert "nested too deeply" in refusal({"users": [loop]})


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_read_with_or_without_byte_order_mark(tmp_path: Path, start: bytes) -> None:
    snapshot = open_text(tmp_path / "s.json", start + '{"users": [{"id": "ä", "n": 1.0}]}'.encode())
    assert list(snapshot.lines("users")) == ['{"id":"ä","n":1.0}'.encode()]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"users": [\n  {"id": "a",}\n]}', "s.json:2:14: is not JSON: "),
        ("", "s.json:1:1: is not JSON"),
        ('{"users": [{"id": "a", "n": NaN}]}', "s.json: is not a snapshot: JSON is malformed"),
        ("[]", "s.json: is not a snapshot: Expected `object`, got `array`"),
        ('{"users": [], "users": [{"id": "a"}]}', "s.json: the key 'users' stands twice in one object"),
        ('{"users": [{"id": "a", "id": "b"}]}', "s.json: the key 'id' stands twice in one object"),
        ("{}".encode("utf-16"), "s.json: is not UTF-8. Save it as UTF-8."),
        ("[" * 200_000, "s.json: is nested too deeply."),
        ('{"format": 1, "resources": {}}', "s.json: is the manifest of a snapshot folder. Give the folder"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str | bytes, problem: str) -> None:
    with pytest.raises(SnapshotError) as caught:
        open_text(tmp_path / "s.json", text)
    assert problem in str(caught.value)


def test_a_huge_file_is_not_loaded(tmp_path: Path) -> None:
    with (tmp_path / "s.json").open("wb") as file:
        file.truncate(MAX_FILE + 1)  # sparse: takes no room
    with pytest.raises(SnapshotError, match=r"has more than 256 MiB\. Collect into a snapshot folder"):
        Snapshot.open(tmp_path / "s.json", CATALOGUE)
