"""Every published schema describes and illustrates each of its keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from scanner.compare import schema as comparison
from scanner.export import schema as export
from scanner.policy.vocabulary import vocabulary
from scanner.report import schema as result
from scanner.schemas import text
from scanner.shipped import schema, schemas_folder
from scanner.snapshot import schema as snapshot
from tests.policy.test_schema import keys

NAMES = sorted(path.name.removesuffix(".schema.json") for path in schemas_folder().glob("*.json"))
MADE = {"comparison": comparison, "export": export, "result": result, "snapshot": snapshot}
DEMO = Path(__file__).parents[1] / "scanner" / "demo" / "tenant"


def registry() -> Registry[Any]:
    every = [(f"{name}.schema.json", Resource[Any].from_contents(schema(name))) for name in NAMES]
    return Registry[Any]().with_resources(every)


def test_there_is_one_for_every_kind_of_file() -> None:
    assert set(NAMES) == {*MADE, "attestations", "policy", "policy-test", "profile", "tenantlint", "waivers"}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["title"].startswith("tenantlint ")
    assert schema(name)["description"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_a_description_and_examples_that_are_right(name: str) -> None:
    described = dict(keys(name))
    assert described
    for path, key in described.items():
        assert key.get("description", "").endswith("."), path
        assert key.get("examples"), path
        validator = Draft202012Validator({**key, "$defs": schema(name).get("$defs", {})}, registry=registry())
        for example in key["examples"]:
            validator.validate(example)


@pytest.mark.parametrize("name", MADE)
def test_those_made_from_structs_are_current(name: str) -> None:
    made = MADE[name]
    assert made.FILE.read_text(encoding="utf-8") == text(made.schema()), f"run `make schemas` ({made.__name__})"


def test_an_editor_offers_every_resource_that_a_policy_can_be_about() -> None:
    offered = schema("policy")["properties"]["resource"]["anyOf"][0]["enum"]
    assert offered == sorted(vocabulary().subjects), "list them in schemas/policy.schema.json"


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.yaml")), ids=lambda path: path.name)
def test_the_files_of_the_demo_name_their_schemas_for_editors(path: Path) -> None:
    before, _, target = path.read_text(encoding="utf-8").partition("\n")[0].partition("$schema=")
    assert before == "# yaml-language-server: "
    assert (path.parent / target).resolve() == (schemas_folder() / f"{path.stem}.schema.json").resolve()
