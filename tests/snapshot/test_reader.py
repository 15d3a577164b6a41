"""Reading snapshots: what is there, what is not, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.snapshot import Snapshot, SnapshotWriter
from scanner.tenant.base import Row
from tests.snapshot.builders import HEADER, TINY, record, write


class User(Row):
    id: str
    displayName: str | None = None
    accountEnabled: bool | None = None
    otherMails: list[str] | None = None


@pytest.fixture
def people(tmp_path: Path) -> Path:
    records = [record(f"{n:02d}", displayName=f"P{n}", accountEnabled=n % 2 == 0, otherMails=None) for n in range(10)]
    return write(tmp_path / "snap", {"users": records}, limits=TINY)


def test_rows_are_typed_and_come_in_order_over_all_files(people: Path) -> None:
    rows = list(Snapshot.open(people).rows("users", User))
    assert [row.id for row in rows] == [f"{n:02d}" for n in range(10)]
    assert rows[4] == User("04", "P4", True, None)


def test_a_value_of_another_type_is_told_with_record_and_property(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": [record("a"), record("b", accountEnabled="yes")]})
    with pytest.raises(NotCollected, match=r"users: the record b .*Expected `bool \| null`, got `str`.*accountEnabled"):
        list(Snapshot.open(path).rows("users", User))


class Ended(Row):
    endDateTime: datetime | None = None
    displayName: str | None = None


@pytest.mark.parametrize(
    "sent", ["9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"]
)
def test_the_greatest_time_of_graph_is_the_greatest_time(tmp_path: Path, sent: str) -> None:
    """A text of that form in another property stays as it is wherever nothing has to be mended."""
    path = write(tmp_path / "snap", {"users": [record("a", endDateTime=sent), record("b", displayName=sent)]})
    first, second = Snapshot.open(path).rows("users", Ended)
    assert first == Ended("a", datetime.max.replace(tzinfo=UTC), None)
    assert second == Ended("b", None, sent)


@pytest.mark.parametrize("sent", ["9999-12-31T23:59:60.9999999Z", "9999-12-31T23:59:59.9999999", "soon"])
def test_what_is_no_time_is_still_told(tmp_path: Path, sent: str) -> None:
    path = write(tmp_path / "snap", {"users": [record("a", endDateTime=sent)]})
    with pytest.raises(NotCollected, match=r"users: the record a .*endDateTime"):
        list(Snapshot.open(path).rows("users", Ended))


def test_the_manifest_is_there(people: Path) -> None:
    manifest = Snapshot.open(people).manifest
    assert (manifest.tenant_id, manifest.collected_at) == (HEADER.tenant_id, "2026-01-31T08:00:00Z")
    assert manifest.resources["users"].requests == ("GET /v1.0/users",)


def test_a_resource_that_was_not_asked_for_is_skipped_and_never_empty(people: Path) -> None:
    snapshot = Snapshot.open(people)
    assert snapshot.entry("groups").outcome is Outcome.SKIPPED
    for read in (snapshot.lines, lambda name: snapshot.rows(name, User), lambda name: snapshot.find(name, "x")):
        with pytest.raises(NotCollected, match="groups: not collected"):
            read("groups")


@pytest.mark.parametrize(
    ("outcome", "reason", "sentence"),
    [
        (Outcome.DENIED, "AuditLog.Read.All", "denied: needs the application permission AuditLog.Read.All"),
        (Outcome.DENIED, "Policy.Read.ConditionalAccess",
         "denied: needs the application permission Policy.Read.ConditionalAccess"),
        (Outcome.DENIED, "Insufficient privileges.", "denied: Insufficient privileges."),
        (Outcome.DENIED, "", "denied: a permission is missing"),
        (Outcome.UNLICENSED, "P2", "unlicensed: needs the licence P2"),
        (Outcome.UNLICENSED, "Workload ID", "unlicensed: needs the licence Workload ID"),
        (Outcome.UNLICENSED, "the tenant has no premium licence", "unlicensed: the tenant has no premium licence"),
        (Outcome.UNLICENSED, "", "unlicensed: a licence is missing"),
        (Outcome.FAILED, "page 2: timed out", "failed: page 2: timed out"),
        (Outcome.FAILED, "", "failed: it could not be read whole"),
        (Outcome.SKIPPED, "", "not collected; collect again with this policy selected"),
        (Outcome.SKIPPED, "no parent", "not collected: no parent; collect again with this policy selected"),
    ],
)  # fmt: skip
def test_why_a_resource_is_missing_is_said_in_words(
    tmp_path: Path, outcome: Outcome, reason: str, sentence: str
) -> None:
    with SnapshotWriter(tmp_path / "snap") as writer:
        writer.resource("users").close(outcome, reason)
        writer.finish(HEADER)
    with pytest.raises(NotCollected) as caught:
        Snapshot.open(tmp_path / "snap").require("users")
    assert (caught.value.resource, caught.value.reason) == ("users", sentence)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"signInActivity"}, "property signInActivity was not collected"),
        ({"mail", "displayName", "city"}, "properties city, mail were not collected"),
    ],
)
def test_a_property_that_was_not_collected_is_named(people: Path, wanted: set[str], sentence: str) -> None:
    with pytest.raises(NotCollected) as caught:
        Snapshot.open(people).require("users", wanted)
    assert caught.value.reason == sentence


def test_why_a_property_is_missing_is_said_when_the_collector_said_so(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap") as writer:
        users = writer.resource("users")
        users.add(record("a"))
        users.close(reason="signInActivity needs AuditLog.Read.All")
        writer.finish(HEADER)
    snapshot = Snapshot.open(tmp_path / "snap")
    snapshot.require("users", {"id"})
    with pytest.raises(NotCollected, match=r"signInActivity was not collected \(signInActivity needs AuditLog"):
        snapshot.require("users", {"signInActivity"})
    with pytest.raises(NotCollected, match=r"signInActivity were not collected \(signInActivity needs AuditLog"):
        snapshot.require("users", {"signInActivity", "city"})
    with pytest.raises(NotCollected) as caught:
        snapshot.require("users", {"city"})
    assert caught.value.reason == "property city was not collected"


def test_what_was_collected_satisfies_a_requirement(people: Path) -> None:
    snapshot = Snapshot.open(people)
    snapshot.require("users")
    snapshot.require("users", ["displayName", "id", "@odata.type"])


def test_any_property_may_be_read_of_a_collection_asked_for_whole_that_is_empty(tmp_path: Path) -> None:
    Snapshot.open(write(tmp_path / "snap", {"namedLocations": []})).require("namedLocations", {"isTrusted"})


def test_opening_reads_no_record(people: Path) -> None:
    for file in people.glob("*.jsonl"):
        file.write_bytes(b"")
    assert Snapshot.open(people).entry("users").records == 10


def test_a_stream_can_be_left_early_and_begun_again(people: Path) -> None:
    snapshot = Snapshot.open(people)
    first = next(snapshot.lines("users"))
    assert first == next(snapshot.lines("users"))
    assert len(list(snapshot.lines("users"))) == 10


def test_a_line_is_json_for_any_decoder(people: Path) -> None:
    assert msgspec.json.decode(next(Snapshot.open(people).lines("users")))["displayName"] == "P0"
