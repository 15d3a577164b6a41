from __future__ import annotations

import pytest

from scanner.collect.catalogue import BY_NAME, RESOURCES
from scanner.collect.limits import COSTS, IDENTITY, LIMITS, PROTECTION, REPORTS, UNPUBLISHED, Limit, limit_of, units
from scanner.collect.plan import make_plan


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("domains", {}, 1),
        ("users", {}, 2),
        ("users", {"select": True}, 1),
        ("users", {"expand": True}, 3),
        ("users", {"select": True, "expand": True}, 2),
        ("users", {"top": 999}, 2),
        ("users", {"top": 20}, 2),
        ("users", {"top": 19}, 1),
        ("domains", {"select": True, "top": 5}, 1),
        ("groups/{id}/members", {"select": True, "top": 999}, 2),
        ("groups/{id}/owners", {}, 1),
    ],
)
def test_a_request_costs_what_microsoft_says(path: str, query: dict[str, int], expected: int) -> None:
    whole: dict[str, int | None] = {"select": False, "expand": False, "top": None, **query}
    got = units(path, select=bool(whole["select"]), expand=bool(whole["expand"]), top=whole["top"])
    assert got == expected


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("users", IDENTITY),
        ("groupMembers", IDENTITY),
        ("authorizationPolicy", IDENTITY),
        ("userRegistrationDetails", REPORTS),
        ("breakGlassSignIns", REPORTS),
        ("breakGlassMethods", REPORTS),
        ("conditionalAccessPolicies", PROTECTION),
        ("namedLocations", PROTECTION),
        ("riskyUsers", PROTECTION),
        ("roleAssignments", UNPUBLISHED),
        ("cloudPcProvisioningPolicies", UNPUBLISHED),
    ],
)
def test_a_resource_is_limited_by_its_service(name: str, limit: Limit) -> None:
    assert limit_of(BY_NAME[name]) is limit


def test_every_resource_has_a_limit_and_units_only_where_they_are_counted() -> None:
    for item in make_plan({resource.name: () for resource in RESOURCES}).items:
        assert limit_of(item.resource) in LIMITS
        counted = limit_of(item.resource).in_units and item.resource.azure is None
        assert (item.units is not None) == counted, item.resource.name
        assert item.units is None or 1 <= item.units <= 1 + max(COSTS.values())
