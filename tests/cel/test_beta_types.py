"""The types that are written by hand, against the models and the catalogue."""

from __future__ import annotations

from scanner.cel import generate
from scanner.cel.beta_types import BETA
from scanner.cel.sdk import models_folder, read_model
from scanner.cel.types import SCALARS, graph_types
from scanner.collect.catalogue import GRAPH


def test_a_type_of_the_models_is_written_by_hand_only_with_all_it_has_and_more() -> None:
    models = {path.stem.replace("_", ""): path for path in models_folder().glob("*.py")}
    for name in (name for name in BETA if name.lower() in models):
        fields = {field.key for part in generate.lineage(models[name.lower()]) for field in read_model(part).fields}
        assert fields - {"@odata.type"} < {prop.name for prop in BETA[name].properties}


def test_every_type_leads_to_known_types_only_and_is_used() -> None:
    types = graph_types().types
    assert {name: types[name] for name in BETA} == BETA
    for graph in BETA.values():
        assert {prop.type for prop in graph.properties} <= {*SCALARS, *types}
    used = {prop.type for graph in types.values() for prop in graph.properties}
    assert used | {resource.type for resource in GRAPH} >= set(BETA)


def test_a_type_by_hand_brings_the_model_types_of_its_properties() -> None:
    generator = generate.Generator(models_folder())
    generator.add("servicePrincipalSignInActivity")
    assert set(generator.types) == {"servicePrincipalSignInActivity", "signInActivity"}
