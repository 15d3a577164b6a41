from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from scanner.cel.types import SCALARS, TENANT, Property, Types, load_types
from scanner.collect.catalogue import RESOURCES
from scanner.tenant.base import Derived, Fact, Graph, Row


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Wheel(msgspec.Struct):
    size: Annotated[int, msgspec.Meta(description="In inches.")]
    spare: Annotated[bool | None, msgspec.Meta(description="Never on the road.")] = None


class Vehicle(Row):
    wheels: list[Wheel]
    owner: str | None = None
    built: datetime | None = None
    kind: Literal["car", "bus"] = "car"


class Node(msgspec.Struct):
    children: list[Node]


def build(_tenant: Any) -> Callable[..., Any]:
    return lambda *_: None


def fact(returns: Any, owner: str = "user", name: str = "made") -> Fact:
    return Fact(owner, name, returns, "What it is.", build)


@pytest.fixture(scope="module")
def types() -> Types:
    return load_types()


@pytest.mark.parametrize(
    ("owner", "name", "type_name", "many"),
    [
        ("user", "accountEnabled", "boolean", False),
        ("user", "createdDateTime", "timestamp", False),
        ("user", "proxyAddresses", "string", True),
        ("user", "assignedLicenses", "assignedLicense", True),
        ("user", "passwordProfile", "passwordProfile", False),
        ("user", "customSecurityAttributes", "any", False),
        ("subscribedSku", "consumedUnits", "integer", False),
        ("assignedLicense", "disabledPlans", "string", True),
        ("conditionalAccessPolicy", "conditions", "conditionalAccessConditionSet", False),
        ("conditionalAccessConditionSet", "signInRiskLevels", "string", True),
        ("conditionalAccessGrantControls", "authenticationStrength", "authenticationStrengthPolicy", False),
        ("namedLocation", "isTrusted", "boolean", False),
        ("namedLocation", "countriesAndRegions", "string", True),
        (
            "authenticationMethodsPolicy",
            "authenticationMethodConfigurations",
            "authenticationMethodConfiguration",
            True,
        ),
        ("authenticationMethodConfiguration", "includeTargets", "authenticationMethodTarget", True),
        ("authenticationMethodTarget", "isUsableForSignIn", "boolean", False),
        ("unifiedRoleManagementPolicyAssignment", "policy", "unifiedRoleManagementPolicy", False),
        ("unifiedRoleManagementPolicy", "rules", "unifiedRoleManagementPolicyRule", True),
        ("unifiedRoleManagementPolicyRule", "maximumDuration", "duration", False),
        ("cloudPcProvisioningPolicy", "assignments", "cloudPcProvisioningPolicyAssignment", True),
        ("cloudPcManagementAssignmentTarget", "groupId", "string", False),
    ],
)
def test_graph_properties_have_graphs_types(types: Types, owner: str, name: str, type_name: str, many: bool) -> None:
    prop = types[owner].properties[name]
    assert (prop.type, prop.many, prop.fact) == (type_name, many, False)


@pytest.mark.parametrize(("owner", "name"), [("user", "manager"), ("group", "members"), ("domain", "rootDomain")])
def test_navigations_that_graph_does_not_send_are_no_properties(types: Types, owner: str, name: str) -> None:
    assert name not in types[owner].properties


@pytest.mark.parametrize("owner", ["conditionalAccessConditionSet", "conditionalAccessPolicy", "domain"])
def test_only_polymorphic_types_have_odata_type(types: Types, owner: str) -> None:
    assert "odataType" not in types[owner].properties
    assert types["namedLocation"].properties["odataType"].key == "@odata.type"


def test_enumerations_have_their_values(types: Types) -> None:
    assert types["conditionalAccessPolicy"].properties["state"].values == (
        "enabled",
        "disabled",
        "enabledForReportingButNotEnforced",
    )


def test_flag_enumerations_are_one_text_and_say_so(types: Types) -> None:
    prop = types["conditionalAccessAuthenticationFlows"].properties["transferMethods"]
    assert not prop.many
    assert "deviceCodeFlow" in prop.values
    assert "joined by commas" in prop.description


def test_every_property_leads_to_a_type_that_exists(types: Types) -> None:
    for record_type in types.values():
        for name, prop in record_type.properties.items():
            assert name == prop.name
            assert name.isidentifier()
            assert prop.type in SCALARS or prop.type in types, f"{record_type.name}.{name}"


def test_every_resource_has_a_record_type_with_what_identifies_a_record(types: Types) -> None:
    for resource in RESOURCES:
        assert types[resource.type].properties[resource.key].type == "string"


def test_tenant_has_the_small_resources_and_no_others(types: Types) -> None:
    small = {resource.name: resource for resource in RESOURCES if resource.small}
    assert set(types[TENANT].properties) == set(small)
    for name, prop in types[TENANT].properties.items():
        assert (prop.type, prop.many) == (small[name].type, not small[name].singleton)


@pytest.mark.parametrize(
    ("returns", "type_name", "many"),
    [
        (bool, "boolean", False),
        (int, "integer", False),
        (float, "number", False),
        (str, "string", False),
        (str | None, "string", False),
        (datetime | None, "timestamp", False),
        (timedelta, "duration", False),
        (bytes, "bytes", False),
        (list[str], "string", True),
        (tuple[str, ...], "string", True),
        (list[Wheel] | None, "wheel", True),
        (Wheel | None, "wheel", False),
        (Any, "any", False),
        (Graph("userRegistrationDetails", "userRegistrationDetails"), "userRegistrationDetails", False),
        (Graph("conditionalAccessPolicy", "conditionalAccessPolicies", many=True), "conditionalAccessPolicy", True),
    ],
)
def test_facts_become_properties_of_their_owner(returns: Any, type_name: str, many: bool) -> None:
    types = load_types([fact(returns)])
    prop = types["user"].properties["made"]
    assert prop == Property("made", type_name, many, description="What it is.", fact=True)
    assert "accountEnabled" in types["user"].properties


def test_structs_of_facts_become_record_types() -> None:
    types = load_types([fact(list[Vehicle]), fact(Vehicle, "tenant")])
    assert types["vehicle"].fact
    assert types["vehicle"].properties["wheels"] == Property("wheels", "wheel", many=True)
    assert types["vehicle"].properties["built"] == Property("built", "timestamp")
    assert types["vehicle"].properties["kind"].values == ("bus", "car")
    assert types["wheel"].properties["size"].description == "In inches."
    assert types["wheel"].properties["spare"] == Property("spare", "boolean", description="Never on the road.")


def test_a_struct_may_hold_itself() -> None:
    assert load_types([fact(Node)])["node"].properties["children"] == Property("children", "node", many=True)


def test_python_enumerations_give_their_values() -> None:
    assert load_types([fact(Colour)])["user"].properties["made"].type == "string"
    assert load_types([fact(list[Colour])])["user"].properties["made"].many

    class Painted(msgspec.Struct):
        colour: Colour

    assert load_types([fact(Painted)])["painted"].properties["colour"].values == ("blue", "red")


def test_derived_resources_become_record_types() -> None:
    types = load_types([], [Derived("vehicles", "vehicle", Vehicle, "All vehicles.", lambda _: iter(()))])
    assert types["vehicle"].description == "All vehicles."
    assert types["vehicle"].properties["id"].type == "string"


def test_loading_twice_does_not_mix_facts() -> None:
    load_types([fact(bool)])
    assert "made" not in load_types()["user"].properties


class Domain(msgspec.Struct):
    """Has the name of a type that Graph has."""

    id: str


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (fact(bool, owner="usr"), "no record type usr"),
        (fact(bool, name="accountEnabled"), "has a property of that name"),
        (fact(Graph("usr", "users")), "no record type usr"),
        (fact(Domain), "another record type domain"),
        (fact(dict[str, int]), "no type for"),
        (fact(int | str), "no type for"),
        (fact(list[list[int]]), "no type for"),
    ],
)
def test_declarations_that_contradict_are_refused(declared: Fact, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_types([declared])


def test_a_derived_resource_needs_a_struct() -> None:
    declared: dict[str, Any] = {"name": "a", "singular": "b", "row": int, "description": "", "build": iter}
    with pytest.raises(ValueError, match="not a msgspec Struct"):
        load_types([], [Derived(**declared)])


def test_a_resource_without_a_generated_type_is_refused() -> None:
    unknown = replace(RESOURCES[0], name="widgets", type="widget")
    with pytest.raises(ValueError, match="make types"):
        load_types(catalogue=[unknown])


def test_a_property_is_a_record_unless_it_is_a_scalar() -> None:
    assert Property("a", "user").is_record
    assert not any(Property("a", scalar).is_record for scalar in SCALARS)
