"""The catalogue against msgraph-sdk, which is made from Graph's own metadata: paths, kinds of answer, properties.

The SDK is of v1.0; entries of beta cannot be compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import util
from pathlib import Path

import pytest

from scanner.cel.generate import expansions, lineage
from scanner.cel.sdk import Model, models_folder, read_model
from scanner.collect.catalogue import BY_NAME, GRAPH, Resource
from scanner.collect.plan import expanded, make_plan
from scanner.policy.needs import combine, needs
from scanner.shipped import policies_folder
from scanner.tenant.facts import DERIVED, FACTS, requirements
from scanner.workflow import open_project

pytestmark = pytest.mark.skipif(util.find_spec("msgraph") is None, reason="needs msgraph-sdk")

V1 = [resource for resource in GRAPH if resource.version == "v1.0"]
each = pytest.mark.parametrize("resource", V1, ids=lambda resource: resource.name)

ANSWER = re.compile(r"async def get\(self.*?\) -> Optional\[(\w+)\]")
TEMPLATE = re.compile(r'super\(\).__init__\(request_adapter, "\{\+baseurl\}/([^"]*)"')


def builder(path: str) -> str:
    """The source of the class that makes requests to ``path``."""
    folder = models_folder().parent
    steps = [_snake(step) for step in path.split("/")]
    return folder.joinpath(*steps, f"{steps[-1]}_request_builder.py").read_text(encoding="utf-8")


def _snake(step: str) -> str:
    """``deletedItems`` → ``deleted_items``, a key → ``item``, a cast to a type → ``graph_user``."""
    if step == "{id}":
        return "item"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", step.replace("microsoft.graph.", "graph_")).lower()


def models(type_name: str) -> list[Model]:
    """The model of a record, its bases and all of its subtypes."""
    path = next(
        path
        for path in models_folder().glob("*.py")
        if path.stem.replace("_", "") == type_name.lower() and read_model(path).graph_name == type_name
    )
    return [read_model(part) for part in (*lineage(path), *read_model(path).subtypes)]


def properties(type_name: str) -> set[str]:
    return {field.key for model in models(type_name) for field in model.fields}


def of(resource: Resource) -> str:
    """The type of what one request gives."""
    return resource.fan_out.item if resource.fan_out else resource.type


def read() -> Mapping[str, frozenset[str]]:
    """All that the shipped policies and the facts read."""
    shipped = combine(needs(policy) for policy in open_project([policies_folder()], (), None).policies)
    facts = [requirements(fact.owner, fact.name) for fact in FACTS]
    facts += [requirements(derived.name) for derived in DERIVED]
    return combine([shipped, *({name: frozenset(read) for name, read in one.items()} for one in facts)])


READ = read()


@each
def test_the_path_is_one_of_v1(resource: Resource) -> None:
    found = TEMPLATE.search(builder(resource.path))
    assert found is not None
    template = re.sub(r"\{\?.*|\{%2D.*", "", found[1])
    assert re.sub(r"\{[^}]*\}", "{id}", template).replace("graph.", "microsoft.graph.") == resource.path


@each
def test_the_answer_is_a_list_or_one_object_of_the_type_named(resource: Resource) -> None:
    found = ANSWER.search(builder(resource.path))
    assert found is not None
    item, is_list = found[1].removesuffix("CollectionResponse"), found[1].endswith("CollectionResponse")
    assert (item[0].lower() + item[1:], is_list) == (of(resource), not resource.singleton)


@each
def test_all_that_is_selected_is_a_property_of_the_type(resource: Resource) -> None:
    known = properties(of(resource))
    if resource.fan_out is not None:
        assert set(resource.fan_out.select) <= known
        return
    item = make_plan({resource.name: READ.get(resource.name, ())})[resource.name]
    assert item.properties <= known
    conditional = {*(resource.permission_for or ()), *(resource.license_for or ()), *resource.omitted_when_null}
    assert conditional <= known


@each
def test_all_that_is_expanded_leads_to_records(resource: Resource) -> None:
    for path in expansions(resource.expand):
        at = models(of(resource))
        for name in path:
            (field, model), *_ = [(field, model) for model in at for field in model.fields if field.key == name]
            assert field.getter in ("get_object_value", "get_collection_of_object_values")
            target = read_model(model.imports[field.item])
            at = models(target.graph_name)
    assert set(expanded(resource)) <= properties(of(resource))


def test_what_the_policies_read_is_in_the_catalogue() -> None:
    assert set(READ) <= set(BY_NAME)
    assert {"users", "groupMembers", "conditionalAccessPolicies"} <= set(READ)


def test_a_path_that_graph_does_not_have_is_noticed() -> None:
    with pytest.raises(FileNotFoundError):
        builder("policies/noSuchPolicy")


def test_models_have_the_properties_of_bases_and_subtypes() -> None:
    assert {"id", "ipRanges", "countriesAndRegions"} <= properties("namedLocation")
    assert Path(models_folder(), "named_location.py").exists()
