"""The part of the catalogue that Azure has, its record types and its roles agree with each other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cel.types import AZURE_TYPES, SCALARS, GraphTypes, graph_types, load_types, service_types
from scanner.cli import main
from scanner.collect.azure_roles import AzureRole, azure_roles
from scanner.collect.catalogue import AZURE, BY_NAME, Resource
from scanner.collect.plan import make_plan, permissions
from scanner.policy.needs import combine, needs
from scanner.shipped import policies_folder
from scanner.workflow import open_project

EVERYWHERE = "every subscription (or a management group above them)"
COMMITTED = Path(__file__).parents[2] / "scanner" / "cel" / AZURE_TYPES

each = pytest.mark.parametrize("resource", AZURE, ids=lambda resource: resource.name)


def azure_types() -> Mapping[str, Mapping[str, Any]]:
    """By name: the properties of each type, by name."""
    content = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert set(content) == set(GraphTypes.__struct_fields__)
    return {name: {prop["name"]: prop for prop in one["properties"]} for name, one in content["types"].items()}


@each
def test_versions_are_stable_and_actions_only_read(resource: Resource) -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", resource.version)
    assert re.fullmatch(r"[Mm]icrosoft\.\w+(/\w+)+/read", resource.permission)
    assert resource.documentation.startswith("https://learn.microsoft.com/")
    assert not resource.licenses


@each
def test_the_action_is_of_the_type_that_the_path_names(resource: Resource) -> None:
    provider = resource.path.partition("providers/")[2] or "Microsoft.Resources/subscriptions"
    assert resource.permission == f"{provider}/read"


@each
def test_what_is_asked_for_every_subscription_says_so_in_its_path(resource: Resource) -> None:
    assert resource.azure is not None
    assert (resource.parents == "subscriptions") == ("{subscriptionId}" in resource.path)
    assert resource.parents == resource.azure.each
    after = make_plan({resource.name: ()})[resource.name].after
    assert after == (("subscriptions",) if resource.parents else ())


@each
def test_properties_that_are_always_there_or_left_out_are_of_the_type(resource: Resource) -> None:
    known = azure_types()[resource.type]
    assert set(resource.always) <= set(known)
    assert resource.omitted_when_null.isdisjoint({*resource.always, "properties"})


@each
def test_withheld_properties_exist(resource: Resource) -> None:
    assert resource.azure is not None
    assert resource.azure.withheld <= {name for properties in azure_types().values() for name in properties}


def test_types_are_sorted_and_lead_to_types_or_scalars_only() -> None:
    types = azure_types()
    assert list(types) == sorted(types)
    for properties in types.values():
        assert list(properties) == sorted(properties)
        for prop in properties.values():
            assert prop["type"] in {*SCALARS, *types}
            assert prop["description"].endswith(".")


def test_every_type_is_used() -> None:
    used = {prop["type"] for properties in azure_types().values() for prop in properties.values()}
    assert set(azure_types()) == (used & set(azure_types())) | {resource.type for resource in AZURE}


def test_no_type_hides_one_of_graph() -> None:
    assert all(name.startswith("azure") for name in azure_types())
    assert not graph_types().types.keys() & azure_types().keys()
    assert service_types().keys() >= graph_types().types.keys() | azure_types().keys()


def test_expressions_know_the_resources_and_their_durations() -> None:
    types = load_types()
    assert types["tenant"].properties["diagnosticSettings"].many
    rule = types[types["azureScheduledQueryRuleResource"].properties["properties"].type]
    assert rule.properties["evaluationFrequency"].type == "duration"
    assert types[types[rule.properties["criteria"].type].properties["allOf"].type].properties["threshold"].many is False


def test_roles_are_the_least_and_say_what_for() -> None:
    assert azure_roles({"workspaces": (), "diagnosticSettings": (), "users": ()}) == (
        AzureRole(
            "/providers/Microsoft.aadiam",
            "Reader",
            (("microsoft.aadiam/diagnosticSettings/read", "diagnosticSettings"),),
        ),
        AzureRole(
            EVERYWHERE,
            "Reader",
            (
                ("Microsoft.OperationalInsights/workspaces/read", "workspaces"),
                ("Microsoft.Resources/subscriptions/read", "subscriptions"),
            ),
        ),
    )
    assert azure_roles({"users": ()}) == ()


def test_the_command_prints_roles_beside_permissions() -> None:
    result = CliRunner().invoke(main, ["permissions", "--select", "sign-in-logs-exported"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "Organization.Read.All  organization",
        "",
        "Azure role Reader on /providers/Microsoft.aadiam, used for:",
        "microsoft.aadiam/diagnosticSettings/read  diagnosticSettings",
    ]


def test_azure_takes_no_permission_of_graph() -> None:
    with_azure = permissions({resource.name: () for resource in AZURE})
    assert with_azure == permissions({})


def test_the_shipped_policies_take_the_roles_of_what_they_read() -> None:
    project = open_project([policies_folder()], (), None)
    wanted = combine(needs(policy) for policy in project.policies)
    read = {item.resource.name for item in make_plan(wanted).items if item.resource.azure is not None}
    assert {resource for role in azure_roles(wanted) for _, resource in role.actions} == read
    assert "diagnosticSettings" in read
    assert read <= BY_NAME.keys()
