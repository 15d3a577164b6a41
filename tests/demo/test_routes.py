"""Which resource a path means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.collect.catalogue import BY_NAME, GRAPH
from scanner.collect.resource import Resource
from scanner.demo.routes import Kind, Match, Routes, match

SHARED = "v1.0/policies/roleManagementPolicyAssignments"


@pytest.mark.parametrize(
    ("filter", "name"),
    [
        ("scopeId eq '/' and scopeType eq 'DirectoryRole'", "roleManagementPolicyAssignments"),
        ("scopeId eq 'g1' and scopeType eq 'Group'", "groupManagementPolicyAssignments"),
    ],
)
def test_a_path_of_two_resources_is_told_apart_by_the_filter(filter: str, name: str) -> None:
    found = match(SHARED, filter)
    assert found is not None
    assert found.resource.name == name


def test_a_parent_may_stand_in_the_filter() -> None:
    found = match("v1.0/auditLogs/signIns", "userId eq 'u1' and createdDateTime ge 2026-01-30T08:00:00Z")
    assert found is not None
    assert (found.resource.name, found.kind, found.id) == ("breakGlassSignIns", Kind.CHILDREN, "u1")
    assert match("v1.0/auditLogs/signIns") is None


@pytest.mark.parametrize("resource", GRAPH, ids=lambda resource: resource.name)
def test_every_resource_is_found_by_what_it_is_asked_with(resource: Resource) -> None:
    filled = {"{id}": "one", "{since}": "2026-01-30T08:00:00Z"}
    path, filter = f"{resource.version}/{resource.path}", resource.filter
    for hole, value in filled.items():
        path, filter = path.replace(hole, value), filter.replace(hole, value)
    found = match(path, filter)
    assert found is not None
    assert found.resource is resource


def test_a_path_written_out_in_full_is_no_item() -> None:
    domains = BY_NAME["domains"]
    items = replace(domains, name="things", path="things")
    single = replace(domains, name="thisThing", path="things/this", singleton=True)
    for resources in ([items, single], [single, items]):
        routes = Routes(resources)
        assert routes.match("v1.0/things/this") == Match(single, Kind.SINGLETON, "")
        assert routes.match("v1.0/things/that") == Match(items, Kind.ITEM, "that")
