"""JSON Schemas made from structs: descriptions come from the source, every struct is described once."""

from __future__ import annotations

import msgspec
import pytest

from scanner.schemas import Schema, definitions, illustrate


class Inner(msgspec.Struct):
    """What is inside."""

    name: str
    """In ``code`` and
    over two lines."""
    plain: int = 0


class Base(msgspec.Struct):
    """What others build on."""

    inherited: str
    """Said once."""


class Outer(Base, rename="camel"):
    """What is outside."""

    first_inner: Inner
    """The first."""
    others: list[Inner]
    free: object = None


class Silent(msgspec.Struct):
    value: int


class Strange(msgspec.Struct):
    """What JSON has no word for."""

    value: complex


def test_text_under_a_field_is_its_description() -> None:
    inner = definitions((Inner,))["Inner"]
    assert inner["description"] == "What is inside."
    assert inner["properties"]["name"]["description"] == "In `code` and over two lines."
    assert "description" not in inner["properties"]["plain"]


def test_fields_of_bases_and_renamed_fields_are_described() -> None:
    fields = definitions((Outer,))["Outer"]["properties"]
    assert fields["inherited"]["description"] == "Said once."
    assert fields["firstInner"]["description"] == "The first."


def test_a_struct_that_is_used_twice_is_defined_once() -> None:
    assert list(definitions((Outer, Inner))) == ["Inner", "Outer"]


def test_a_field_of_any_type_takes_any_json() -> None:
    free = definitions((Outer,))["Outer"]["properties"]["free"]
    assert set(free["type"]) == {"string", "boolean", "number", "null", "array", "object"}


def test_a_struct_that_says_nothing_has_no_description() -> None:
    assert "description" not in definitions((Silent,))["Silent"]


def test_a_type_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        definitions((Strange,))


def test_every_key_gets_the_first_value_that_says_something() -> None:
    schema: Schema = {"$ref": "#/$defs/Outer", "$defs": definitions((Outer,))}
    inner = {"name": "", "plain": 0}
    illustrate(schema, {"inherited": "a", "firstInner": inner, "others": [inner, {"name": "b", "plain": 1}]})
    fields = schema["$defs"]["Outer"]["properties"]
    assert fields["inherited"]["examples"] == ["a"]
    assert fields["firstInner"]["examples"] == [inner]
    assert "examples" not in fields["free"]
    inside = schema["$defs"]["Inner"]["properties"]
    assert (inside["name"]["examples"], inside["plain"]["examples"]) == (["b"], [0])


def test_examples_that_are_there_stay() -> None:
    schema: Schema = {"properties": {"a": {"examples": [1]}}}
    illustrate(schema, {"a": 2})
    assert schema["properties"]["a"]["examples"] == [1]
