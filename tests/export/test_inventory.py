"""Taking an export: the certain rows, and everything that is missing for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from scanner.errors import NotCollected, SnapshotError
from scanner.export.inventory import REDACTED, needs, take
from scanner.model import Missing, Outcome
from scanner.snapshot import Header, Snapshot, SnapshotWriter
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.tenant import Tenant
from tests.export.inventories import PEOPLE

USERS = [{"id": "a", "displayName": "Ann", "accountEnabled": True}, {"id": "b", "displayName": "Bob"}]
WHOLE = {"users": USERS, "groups": [], "subscribedSkus": []}


def snapshot(**content: object) -> Snapshot:
    return Snapshot.of({"collectedAt": "2026-11-01T06:00:00Z", **content})


def test_a_complete_one_has_every_row_and_lacks_nothing() -> None:
    taken = take(PEOPLE, snapshot(**WHOLE), BreakGlass())
    assert [row.id for row in taken.rows] == ["a", "b"]  # type: ignore[attr-defined]  # rows are of the export's type
    assert (taken.missing, taken.notes) == ((), ())
    assert taken.collected_at == "2026-11-01T06:00:00Z"


def test_what_is_missing_is_named_whole_beside_the_certain_rows() -> None:
    outcomes = {"subscribedSkus": {"outcome": "unlicensed", "reason": "P2"}}
    taken = take(PEOPLE, snapshot(users=USERS, outcomes=outcomes), BreakGlass())
    assert len(taken.rows) == 2
    groups, skus = taken.missing
    assert (groups.resource, groups.outcome) == ("groups", Outcome.SKIPPED)
    assert skus == Missing("subscribedSkus", Outcome.UNLICENSED, "unlicensed: needs the licence P2")


def test_the_same_lack_is_named_once_however_deep_it_is_told() -> None:
    def rows(_tenant: Tenant) -> Iterator[msgspec.Struct]:
        inner = NotCollected("users", "denied", [NotCollected("groups", "denied")])
        raise NotCollected("groups", "denied", [inner, NotCollected("groups", "denied")])
        yield

    taken = take(replace(PEOPLE, rows=rows), snapshot(**WHOLE), BreakGlass())
    assert [lack.resource for lack in taken.missing] == ["groups", "users"]


def test_a_declared_account_that_does_not_exist_is_noted() -> None:
    taken = take(PEOPLE, snapshot(**WHOLE), BreakGlass(accounts=("nobody@contoso.example",)))
    (note,) = taken.notes
    assert "nobody@contoso.example" in note


def test_pseudonyms_are_noted(tmp_path: Path) -> None:
    header = Header("t", "T", "2026-11-01T06:00:00Z", "1", "global", redacted=True)
    with SnapshotWriter(tmp_path / "snap") as writer:
        for name, records in WHOLE.items():
            resource = writer.resource(name)
            for record in records:
                resource.add(msgspec.json.encode(record))
            resource.close(Outcome.COLLECTED)
        writer.finish(header)
    path = tmp_path / "snap"
    assert take(PEOPLE, Snapshot.open(path), BreakGlass()).notes == (REDACTED,)

    (path / "users.jsonl").write_text('{"id":"a"}\n', encoding="utf-8")
    with pytest.raises(SnapshotError):
        take(PEOPLE, Snapshot.open(path), BreakGlass())


def test_what_was_read_in_part_only_is_verified(tmp_path: Path) -> None:
    """An export that stops early would not notice that the file was tampered with at its end."""

    def first(tenant: Tenant) -> Iterator[msgspec.Struct]:
        yield next(PEOPLE.rows(tenant))

    with SnapshotWriter(tmp_path / "snap") as writer:
        resource = writer.resource("users")
        for record in USERS:
            resource.add(msgspec.json.encode(record))
        resource.close(Outcome.COLLECTED)
        writer.finish(Header("t", "T", "2026-11-01T06:00:00Z", "1", "global"))
    with (tmp_path / "snap" / "users.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id":"z"}\n')
    with pytest.raises(SnapshotError):
        take(replace(PEOPLE, rows=first, uses=()), Snapshot.open(tmp_path / "snap"), BreakGlass())


def test_needs_are_its_own_and_those_of_the_facts_it_is_made_from() -> None:
    found = needs(PEOPLE)
    assert found["users"] >= {"id", "displayName", "accountEnabled", "userPrincipalName"}
    assert "groupMembers" in found
    assert "conditionalAccessPolicies" not in found
    assert set(needs(replace(PEOPLE, uses=("roleHoldings",)))) > set(found)
