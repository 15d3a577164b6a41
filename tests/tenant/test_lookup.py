"""Records by id: found in whatever order they are asked for, with little kept."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.snapshot import Snapshot
from scanner.tenant.lookup import WINDOW, Lookup
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import lacking, tenant_of, value


def ids(count: int) -> list[str]:
    """Ids in ascending order."""
    return [f"{number:06d}" for number in range(count)]


def lookup(keys: list[str]) -> Lookup:
    """Records with these ids, and what their line holds."""
    return Lookup(Snapshot.of({"users": [{"id": key} for key in keys]}), "users")


def test_ascending_ids_are_found_and_absent_ones_are_not() -> None:
    keys = ids(3 * WINDOW)
    found = lookup(keys[::2])
    assert [found.line(key) is not None for key in keys] == [number % 2 == 0 for number in range(len(keys))]


def test_ids_asked_for_again_in_chunks_are_found() -> None:
    keys = ids(3 * WINDOW)
    found = lookup(keys)
    for start in range(0, len(keys), 1024):
        for _ in range(3):
            assert all(found.line(key) for key in keys[start : start + 1024])


def test_ids_in_any_order_are_found() -> None:
    keys = ids(2 * WINDOW + 7)
    found = lookup(keys)
    shuffled = random.Random(7).sample([*keys, "zzz", "000000x"], 300)
    for key in shuffled:
        line = found.line(key)
        assert (line is not None) is (key in keys)
        assert line is None or key.encode() in line


def test_little_is_kept_however_many_records_pass() -> None:
    keys = ids(3 * WINDOW)
    found = lookup(keys)
    assert found.line(keys[-1])
    assert len(found._window) == len(found._order) == WINDOW


def test_a_resource_that_was_not_collected_is_unknown() -> None:
    with pytest.raises(NotCollected, match="users"):
        Lookup(Snapshot.of({}), "users")
    assert lacking(tenant_of(), "user.registration", "a") == "userRegistrationDetails"


def test_the_registration_of_a_user_is_the_reports_row_with_the_same_id() -> None:
    tenant = tenant_of(userRegistrationDetails=[{"id": "a", "isMfaRegistered": True}])
    assert value(tenant, "user.registration", "a") == {"id": "a", "isMfaRegistered": True}
    assert value(tenant, "user.registration", "b") is None


def test_records_are_made_by_the_function_given() -> None:
    def decode(type_name: str, line: bytes) -> Any:
        return type_name, line

    tenant = Tenant(Snapshot.of({"userRegistrationDetails": [{"id": "a"}]}), decode=decode)
    assert value(tenant, "user.registration", "a") == ("userRegistrationDetails", b'{"id":"a"}')
    with pytest.raises(LookupError, match="decode"):
        value(Tenant(tenant.snapshot), "user.registration", "a")
