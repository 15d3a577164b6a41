"""Whether the tenant is synchronised, and when it last was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.collect.clouds import CLOUDS, CUSTOM, GLOBAL
from scanner.tenant.hybrid.requests import GRAPH, set_immutable_id
from tests.tenant.sample import Json, lacking, tenant_of, value


@pytest.mark.parametrize(("said", "expected"), [(True, True), (False, False), (None, False)])
def test_synchronised_is_what_is_synchronised_today(said: bool | None, expected: bool) -> None:
    tenant = tenant_of(organization=[{"id": "o", "onPremisesSyncEnabled": said}])
    assert value(tenant, "tenant.isSynchronised") is expected


def test_times_are_those_that_graph_gives() -> None:
    tenant = tenant_of(
        organization=[{"id": "o", "onPremisesLastSyncDateTime": "2026-11-01T05:30:00Z"}],
        passwordSynchronization=[{"id": "o", "onPremisesLastPasswordSyncDateTime": "2026-11-01T05:40:00Z"}],
    )
    assert value(tenant, "tenant.lastSyncDateTime") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert value(tenant, "tenant.lastPasswordSyncDateTime") == datetime(2026, 11, 1, 5, 40, tzinfo=UTC)


def test_never_is_null() -> None:
    tenant = tenant_of(organization=[{"id": "o"}], passwordSynchronization=[{"id": "o"}])
    assert value(tenant, "tenant.lastSyncDateTime") is None
    assert value(tenant, "tenant.lastPasswordSyncDateTime") is None


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"id": "o", "features": {"passwordSyncEnabled": True}}], True),
        ([{"id": "o", "features": {"passwordSyncEnabled": False}}], False),
    ],
)
def test_password_hashes_are_synchronised_where_graph_says_so(records: list[Json], expected: bool) -> None:
    assert value(tenant_of(onPremisesSynchronization=records), "tenant.syncsPasswordHashes") is expected


@pytest.mark.parametrize("records", [[], [{"id": "o", "features": None}], [{"id": "o", "features": {}}]])
def test_where_graph_does_not_say_so_it_is_not_known(records: list[Json]) -> None:
    assert lacking(tenant_of(onPremisesSynchronization=records), "tenant.syncsPasswordHashes") == (
        "onPremisesSynchronization"
    )


@pytest.mark.parametrize(
    ("fact", "resource"),
    [
        ("tenant.isSynchronised", "organization"),
        ("tenant.lastSyncDateTime", "organization"),
        ("tenant.lastPasswordSyncDateTime", "passwordSynchronization"),
        ("tenant.syncsPasswordHashes", "onPremisesSynchronization"),
    ],
)
def test_what_was_not_collected_is_not_known(fact: str, resource: str) -> None:
    assert lacking(tenant_of(), fact) == resource


def test_requests_go_to_the_clouds_own_graph() -> None:
    others = {name: cloud.graph for name, cloud in CLOUDS.items() if name != GLOBAL.name}
    assert {**others, CUSTOM: ""} == GRAPH
    for name, cloud in CLOUDS.items():
        assert set_immutable_id(name, "a", None).startswith(f"PATCH {cloud.graph}/v1.0/users/a ")


def test_requests_cannot_be_led_elsewhere() -> None:
    request = set_immutable_id("global", "../groups/g?x", 'a"b')
    expected = 'PATCH https://graph.microsoft.com/v1.0/users/..%2Fgroups%2Fg%3Fx {"onPremisesImmutableId": "a\\"b"}'
    assert request == expected
