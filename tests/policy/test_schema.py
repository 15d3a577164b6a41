"""The published schemas describe every key, and their errors come out as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from scanner.collect.catalogue import License
from scanner.model import Outcome, Severity, Status
from scanner.policy.params import CEL_TYPES, UNKNOWN
from scanner.policy.schema import SHARED, check
from scanner.policy.source import MAX_PROBLEMS, parse
from scanner.shipped import schema
from tests.policy.examples import ATTESTED, POLICY, TEST

NAMES = ("policy", "policy-test", "profile", "tenantlint", "waivers", "attestations")


def objects(part: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema object within a schema, with its path."""
    if isinstance(part, dict):
        yield path, part
        for key, inner in part.items():
            if key not in ("examples", "default", "const", "enum", "required"):
                yield from objects(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from objects(inner, f"{path}/{number}")


def keys(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every key that a file may have, with its schema."""
    for path, part in objects(schema(name)):
        # One key is called `properties` itself.
        if path.endswith("/properties/properties"):
            continue
        if path.endswith("/properties") and "/then/" not in path and "/else/" not in path and "/if/" not in path:
            for key, described in part.items():
                yield f"{path}/{key}", described


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_valid_schemas(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_a_description_and_examples_that_are_right(name: str) -> None:
    shared: Iterator[tuple[str, Resource[Any]]] = (
        (f"{one}.schema.json", Resource.from_contents(schema(one))) for one in SHARED
    )
    registry: Registry[Any] = Registry().with_resources(shared)
    for path, described in keys(name):
        assert described["description"].endswith("."), path
        assert "pattern" not in described or "patternErrorMessage" in described, path
        assert described["examples"], path
        whole = {**described, "$defs": schema(name).get("$defs", {})}
        for example in described["examples"]:
            Draft202012Validator(whole, registry=registry).validate(example)


@pytest.mark.parametrize("name", NAMES)
def test_no_mapping_takes_keys_it_does_not_know(name: str) -> None:
    for path, part in objects(schema(name)):
        if part.get("type") == "object":
            assert "additionalProperties" in part, path


@pytest.mark.parametrize(
    ("name", "path", "values"),
    [
        ("policy", "$defs/severity/enum", set(Severity)),
        ("tenantlint", "$defs/severity/enum", set(Severity)),
        ("policy", "$defs/license/enum", set(License)),
        ("policy", "$defs/param/properties/type/enum", set(CEL_TYPES) - {UNKNOWN}),
        ("policy-test", "$defs/case/properties/expect/enum", set(Status) - {Status.WAIVED}),
    ],
)
def test_words_of_the_schemas_are_those_of_the_code(name: str, path: str, values: set[str]) -> None:
    part = schema(name)
    for step in path.split("/"):
        part = part[step]
    assert set(part) == values


def test_outcomes_of_the_test_schema_are_those_of_snapshots() -> None:
    snapshot = schema("policy-test")["$defs"]["case"]["properties"]["snapshot"]["properties"]
    assert set(snapshot["outcomes"]["additionalProperties"]["properties"]["outcome"]["enum"]) == set(Outcome)


@pytest.mark.parametrize(("name", "text"), [("policy", POLICY), ("policy", ATTESTED), ("policy-test", TEST)])
def test_files_in_order_pass(name: str, text: str) -> None:
    assert check(parse(Path("some.yaml"), text), name) == []


def test_one_mistake_is_told_once() -> None:
    found = check(parse(Path("some.yaml"), POLICY.replace("\ntitle:", "\ntitel:")), "policy")
    assert [problem.text for problem in found] == ["Unknown key `titel`."]


def test_a_flood_of_unknown_keys_is_cut_short() -> None:
    found = check(parse(Path("some.yaml"), POLICY + "".join(f"k{n}: 1\n" for n in range(1000))), "policy")
    assert 10 < len(found) < 50


def test_a_flood_of_wrong_values_is_cut_short() -> None:
    text = POLICY.replace("tags: [accounts]", f"tags: [{'1, a, {}, ' * 50_000}]")
    found = check(parse(Path("some.yaml"), text), "policy")
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].text == "More problems follow; they are not listed."


@pytest.mark.parametrize("ending", ["\n", "\n\n", " "])
def test_a_name_with_a_line_end_is_not_taken_for_the_name(ending: str) -> None:
    text = POLICY.replace("id: admins-few", f'id: "admins-few{ending!r}"'.replace("'", ""))
    (found,) = check(parse(Path("some.yaml"), text), "policy")
    assert found.text.startswith("`id` cannot be `admins-few")


def test_hostile_text_is_shown_escaped_and_cut_short() -> None:
    text = POLICY.replace("severity: high", f'severity: "\\e[31m\u202e{"x" * 1000}"')
    (found,) = check(parse(Path("some.yaml"), text), "policy")
    assert "\\x1b[31m\\u202exxx" in found.text
    assert len(found.text) < 200
