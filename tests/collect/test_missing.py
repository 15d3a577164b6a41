"""A property that is suddenly missing, and what else was to be found by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.catalogue import BY_NAME
from scanner.collect.plan import make_plan
from scanner.collect.run import Options, collect
from scanner.model import Outcome
from scanner.snapshot import Entry, SnapshotWriter
from tests.collect.fake import FakeGraph, Script, batch, page, run

CA = "/v1.0/identity/conditionalAccess/policies"
GROUPS = ({"id": "g1", "displayName": "One"}, {"id": "g2", "displayName": "Two"})
POLICY = {"id": "p", "displayName": "P", "conditions": {"users": {"includeGroups": ["g1"]}}}
LISTS: Mapping[str, Script] = {"/v1.0/$batch": lambda request: batch(request, lambda _: (200, {"value": []}))}


def entries(path: Path, needs: Mapping[str, tuple[str, ...]], **collections: tuple[Any, ...]) -> dict[str, Entry]:
    """A collection of ``needs`` from a Graph with these records of collections, group One being declared."""
    pages = {f"/v1.0/{BY_NAME[name].path}": page(*records) for name, records in collections.items()}
    graph = FakeGraph({"/v1.0/organization": page({"id": "t", "displayName": "T"}), **LISTS, **pages})

    async def work() -> dict[str, Entry]:
        async with graph.client() as client:
            with SnapshotWriter(path / "snap") as writer:
                return (await collect(client, make_plan(needs), writer, Options(groups=("one",)))).resources

    return run(work())


@pytest.mark.parametrize(
    ("policies", "reason"),
    [
        ((POLICY, {**POLICY, "id": "q"}), ""),
        ((POLICY, {**POLICY, "id": "q", "state": None}), "not in every record: state"),
        ((POLICY, {"id": "r"}), "not in every record: conditions, displayName"),
    ],
)
def test_a_property_that_some_records_lack_is_named(policies: tuple[Any, ...], reason: str, tmp_path: Path) -> None:
    needs = {"conditionalAccessPolicies": ("conditions",)}
    entry = entries(tmp_path, needs, conditionalAccessPolicies=policies)["conditionalAccessPolicies"]
    assert (entry.outcome, entry.reason) == (Outcome.COLLECTED, reason)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        (GROUPS, "not in every record: securityEnabled"),
        (tuple({**group, "securityEnabled": None} for group in GROUPS), ""),
        ((), ""),
    ],
)
def test_a_property_that_was_asked_for_and_came_with_no_record_is_named(
    groups: tuple[Any, ...], reason: str, tmp_path: Path
) -> None:
    entry = entries(tmp_path, {"groups": ("securityEnabled",)}, groups=groups)["groups"]
    assert (entry.outcome, entry.reason) == (Outcome.COLLECTED, reason)
    assert ("securityEnabled" in (entry.properties or ())) == (reason == "")


@pytest.mark.parametrize(
    ("groups", "policies", "reason"),
    [
        (GROUPS, (POLICY,), ""),
        (GROUPS, (), ""),
        ((), (), ""),
        (GROUPS, ({**POLICY, "conditions": None},), ""),
        (GROUPS, (POLICY, {"id": "q", "displayName": "Q"}),
         "without those that conditionalAccessPolicies would lead to: conditions is not in every record"),
        (GROUPS, ({"id": "q", "displayName": "Q"},),
         "without those that conditionalAccessPolicies would lead to: conditions is not in every record"),
        ((*GROUPS, {"id": "g3"}), (POLICY,),
         "without those that groups would lead to: displayName is not in every record"),
    ],
)  # fmt: skip
def test_a_list_says_when_a_property_that_leads_to_parents_is_missing(
    groups: tuple[Any, ...], policies: tuple[Any, ...], reason: str, tmp_path: Path
) -> None:
    needs = {"groupMembers": (), "conditionalAccessPolicies": ("conditions",)}
    entry = entries(tmp_path, needs, groups=groups, conditionalAccessPolicies=policies)["groupMembers"]
    assert (entry.outcome, entry.reason) == (Outcome.COLLECTED, reason)


def test_a_list_says_when_the_property_that_picks_the_parents_is_missing(tmp_path: Path) -> None:
    graph_itself = {"id": "s1", "displayName": "Microsoft Graph", "appId": "00000003-0000-0000-c000-000000000000"}
    others = ({"id": "s2", "displayName": "Other"},)
    entry = entries(tmp_path, {"appRoleAssignedTo": ()}, servicePrincipals=(graph_itself, *others))
    assert entry["appRoleAssignedTo"].reason == (
        "without those that servicePrincipals would lead to: appId is not in every record"
    )
