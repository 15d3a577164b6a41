from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib import metadata, resources, util
from pathlib import Path

import msgspec
import pytest

from scanner.cel import generate
from scanner.cel.sdk import models_folder, read_model
from scanner.cel.types import GRAPH_TYPES, GraphType, GraphTypes, Property, Types, graph_types, load_types
from scanner.collect.catalogue import BY_NAME, FanOut, Resource

REAL_TENANT = Path(__file__).parents[2] / "../shared/data/real-tenant"

ENTITY = """
@dataclass
class Entity(Parsable):
    backing_store = BackingStoreFactorySingleton()
    # The unique identifier for an entity. Read-only.
    id: Optional[str] = None
    # The OdataType property
    odata_type: Optional[str] = None

    def get_field_deserializers(self):
        fields = {
            "id": lambda n : setattr(self, 'id', n.get_str_value()),
            "@odata.type": lambda n : setattr(self, 'odata_type', n.get_str_value()),
        }
        return fields
"""

PET = """
from .entity import Entity
if TYPE_CHECKING:
    from .cat import Cat
    from .colour import Colour
    from .collar import Collar
    from .owner import Owner
    from .toy import Toy
    from .tricks import Tricks

@dataclass
class Pet(Entity, Parsable):
    # The name it answers to. Requires $select to retrieve. Supports $filter (eq, ne).
    name: Optional[str] = None
    # The bornOn property
    born_on: Optional[datetime.date] = None
    seen_at: Optional[datetime.datetime] = None
    patience: Optional[datetime.timedelta] = None
    chip: Optional[UUID] = None
    weight: Optional[float] = None
    legs: Optional[int] = None
    picture: Optional[bytes] = None
    alias: Optional[list[str]] = None
    nicknames: Optional[list[str]] = None
    lead: Optional[Collar] = None
    coat: Optional[Colour] = None
    spots: Optional[list[Colour]] = None
    tricks: Optional[Tricks] = None
    collar: Optional[Collar] = None
    owner: Optional[Owner] = None
    toys: Optional[list[Toy]] = None
    friend: Optional[Pet] = None

    @staticmethod
    def create_from_discriminator_value(parse_node):
        if mapping_value and mapping_value.casefold() == "#microsoft.graph.cat".casefold():
            from .cat import Cat

            return Cat()
        return Pet()

    def get_field_deserializers(self):
        fields = {
            "name": lambda n : setattr(self, 'name', n.get_str_value()),
            "bornOn": lambda n : setattr(self, 'born_on', n.get_date_value()),
            "seenAt": lambda n : setattr(self, 'seen_at', n.get_datetime_value()),
            "patience": lambda n : setattr(self, 'patience', n.get_timedelta_value()),
            "chip": lambda n : setattr(self, 'chip', n.get_uuid_value()),
            "weight": lambda n : setattr(self, 'weight', n.get_float_value()),
            "legs": lambda n : setattr(self, 'legs', n.get_int_value()),
            "picture": lambda n : setattr(self, 'picture', n.get_bytes_value()),
            "alias": lambda n : setattr(self, 'alias', n.get_collection_of_primitive_values(str)),
            "nicknames": lambda n : setattr(self, 'nicknames', n.get_collection_of_primitive_values(str)),
            "lead": lambda n : setattr(self, 'lead', n.get_object_value(Collar)),
            "coat": lambda n : setattr(self, 'coat', n.get_enum_value(Colour)),
            "spots": lambda n : setattr(self, 'spots', n.get_collection_of_enum_values(Colour)),
            "tricks": lambda n : setattr(self, 'tricks', n.get_collection_of_enum_values(Tricks)),
            "collar": lambda n : setattr(self, 'collar', n.get_object_value(Collar)),
            "owner": lambda n : setattr(self, 'owner', n.get_object_value(Owner)),
            "toys": lambda n : setattr(self, 'toys', n.get_collection_of_object_values(Toy)),
            "friend": lambda n : setattr(self, 'friend', n.get_object_value(Pet)),
        }
        return fields
"""

CAT = """
from .pet import Pet

@dataclass
class Cat(Pet, Parsable):
    odata_type: Optional[str] = "#microsoft.graph.cat"
    lives: Optional[int] = None
    legs: Optional[str] = None
    weight: Optional[int] = None
    alias: Optional[str] = None
    collar: Optional[str] = None

    def get_field_deserializers(self):
        fields = {
            "lives": lambda n : setattr(self, 'lives', n.get_int_value()),
            "legs": lambda n : setattr(self, 'legs', n.get_str_value()),
            "weight": lambda n : setattr(self, 'weight', n.get_int_value()),
            "alias": lambda n : setattr(self, 'alias', n.get_str_value()),
            "collar": lambda n : setattr(self, 'collar', n.get_str_value()),
        }
        return fields
"""


def model(name: str, base: str, key: str, value: str, annotation: str, imports: str = "") -> str:
    """The source of a small model class with one property."""
    return f'''
{imports}
@dataclass
class {name}({base}):
    {key}: Optional[{annotation}] = None

    def get_field_deserializers(self):
        fields = {{
            "{key}": lambda n : setattr(self, '{key}', n.{value}),
        }}
        return fields
'''


def enumeration(name: str, *values: str) -> str:
    return f"class {name}(str, Enum):\n" + "".join(f'    {value.title()}_ = "{value}",\n' for value in values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entity = "from .entity import Entity"
    sources = {
        "entity": ENTITY,
        "pet": PET,
        "cat": CAT,
        "colour": enumeration("Colour", "red", "none"),
        "tricks": enumeration("Tricks", "sit", "roll"),
        "collar": model("Collar", "Parsable", "inner", "get_object_value(Collar)", "Collar"),
        "owner": model("Owner", "Entity, Parsable", "phone", "get_str_value()", "str", entity),
        "toy": model(
            "Toy", "Entity", "maker", "get_object_value(Owner)", "Owner", f"{entity}\nfrom .owner import Owner"
        ),
    }
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    return tmp_path


def resource(type_name: str, expand: str = "", fan_out: FanOut | None = None) -> Resource:
    return replace(BY_NAME["users"], name=f"{type_name}s", type=type_name, expand=expand, fan_out=fan_out)


def generated(folder: Path, *catalogue: Resource) -> dict[str, GraphType]:
    content = generate.generate(folder, catalogue, "1.2.3")
    decoded = msgspec.json.decode(content, type=GraphTypes)
    assert decoded.source == "msgraph-sdk 1.2.3"
    return decoded.types


def properties(graph: GraphType) -> dict[str, Property]:
    return {prop.name: prop for prop in graph.properties}


@pytest.mark.parametrize(
    ("name", "type_name", "many"),
    [
        ("id", "string", False),
        ("name", "string", False),
        ("bornOn", "timestamp", False),
        ("seenAt", "timestamp", False),
        ("patience", "duration", False),
        ("chip", "string", False),
        ("picture", "bytes", False),
        ("coat", "string", False),
        ("spots", "string", True),
        ("tricks", "string", False),
        ("nicknames", "string", True),
        ("lead", "collar", False),
        ("lives", "integer", False),
    ],
)
def test_getters_decide_the_type_and_the_annotation_whether_it_is_a_list(
    folder: Path, name: str, type_name: str, many: bool
) -> None:
    prop = properties(generated(folder, resource("pet"))["pet"])[name]
    assert (prop.type, prop.many) == (type_name, many)


def test_enumerations_carry_their_values_and_flags_say_how_they_are_joined(folder: Path) -> None:
    pet = properties(generated(folder, resource("pet"))["pet"])
    assert pet["coat"].values == pet["spots"].values == ("red", "none")
    assert pet["coat"].description == ""
    assert pet["tricks"].description == generate.FLAGS


def test_descriptions_are_the_comments_without_notes_on_requests(folder: Path) -> None:
    pet = properties(generated(folder, resource("pet"))["pet"])
    assert pet["name"].description == "The name it answers to."
    assert pet["id"].description == "The unique identifier for an entity."
    assert pet["bornOn"].description == ""


def test_subtypes_are_merged_and_a_contradiction_is_any(folder: Path) -> None:
    pet = properties(generated(folder, resource("pet"))["pet"])
    assert pet["odataType"].key == "@odata.type"
    assert [(pet[name].type, pet[name].many) for name in ("legs", "alias", "collar")] == [("any", False)] * 3
    assert pet["weight"].type == "number"


def test_navigations_are_left_out_unless_expanded(folder: Path) -> None:
    assert not {"owner", "toys", "friend"} & set(properties(generated(folder, resource("pet"))["pet"]))
    types = generated(folder, resource("pet", expand="toys($select=id;$expand=maker),owner"))
    assert properties(types["pet"])["toys"] == Property("toys", "toy", many=True)
    assert properties(types["toy"])["maker"].type == "owner"
    assert "owner" in types


def test_a_complex_type_may_hold_itself(folder: Path) -> None:
    assert properties(generated(folder, resource("pet"))["collar"])["inner"].type == "collar"


def test_a_fan_out_record_has_the_parents_id_and_what_was_found(folder: Path) -> None:
    fan_out = FanOut(parents="pets", item="owner", values="owners")
    types = generated(folder, resource("petOwners", fan_out=fan_out))
    assert [(prop.name, prop.type, prop.many) for prop in types["petOwners"].properties] == [
        ("id", "string", False),
        ("owners", "owner", True),
    ]
    assert "owner" in types


def test_a_directory_object_has_no_more_than_its_id_and_type(folder: Path) -> None:
    source = model("DirectoryObject", "Entity", "secret", "get_str_value()", "str", "from .entity import Entity")
    (folder / "directory_object.py").write_text(source, encoding="utf-8")
    group = model(
        "Group", "Entity", "members", "get_collection_of_object_values(DirectoryObject)", "list[DirectoryObject]",
        "from .entity import Entity\nfrom .directory_object import DirectoryObject",
    )  # fmt: skip
    (folder / "group.py").write_text(group, encoding="utf-8")
    types = generated(folder, resource("group", expand="members"))
    assert set(properties(types["directoryObject"])) == {"id", "odataType"}


def test_an_unknown_record_type_or_expansion_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="no model dragon"):
        generated(folder, resource("dragon"))
    with pytest.raises(ValueError, match="no property den to expand"):
        generated(folder, resource("pet", expand="den"))


@pytest.mark.parametrize("value", ["y", "get_str_value(1, 2)"])
def test_a_model_of_another_form_is_refused(tmp_path: Path, value: str) -> None:
    path = tmp_path / "odd.py"
    path.write_text(model("Odd", "Parsable", "x", value, "str"), encoding="utf-8")
    with pytest.raises(ValueError, match="in a form that is not known"):
        read_model(path)


def test_a_file_without_a_class_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="expected one class"):
        read_model(path)


def test_without_the_sdk_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgraph", None)
    with pytest.raises(ModuleNotFoundError, match=r"tenantlint\[collect\]"):
        models_folder()


@pytest.mark.parametrize(
    ("expand", "paths"),
    [
        ("", []),
        ("assignments", [("assignments",)]),
        ("a,b", [("a",), ("b",)]),
        ("policy($expand=rules)", [("policy",), ("policy", "rules")]),
        ("a($select=x,y;$expand=b($expand=c),d),e", [("a",), ("a", "b"), ("a", "b", "c"), ("a", "d"), ("e",)]),
    ],
)
def test_expansions_are_read_in_depth(expand: str, paths: list[tuple[str, ...]]) -> None:
    assert list(generate.expansions(expand)) == paths


def test_the_file_has_one_property_a_line_in_order() -> None:
    lines = resources.files("scanner.cel").joinpath(GRAPH_TYPES).read_text(encoding="utf-8").splitlines()
    names = [json.loads(line.rstrip(","))["name"] for line in lines if line.startswith(" {")]
    assert len(names) == sum(len(graph.properties) for graph in graph_types().types.values())
    assert list(graph_types().types) == sorted(graph_types().types)
    assert all(
        [prop.name for prop in graph.properties] == sorted(prop.name for prop in graph.properties)
        for graph in graph_types().types.values()
    )


def installed_version() -> str:
    return metadata.version("msgraph-sdk") if util.find_spec("msgraph") else ""


@pytest.mark.skipif(
    graph_types().source != f"msgraph-sdk {installed_version()}",
    reason="needs the msgraph-sdk that graph_types.json was made from",
)
def test_the_committed_file_is_what_make_types_writes(tmp_path: Path) -> None:
    generate.main(tmp_path / "made.json")
    committed = resources.files("scanner.cel").joinpath(GRAPH_TYPES).read_bytes()
    assert (tmp_path / "made.json").read_bytes() == committed


BETA_ONLY = frozenset(
    {
        "callerIdNumber",
        "companionAppAllowedState",
        "numberMatchingRequiredState",
        "allowedProfiles",
        "isCustomGreetingEnabled",
        "profiles",
        "enforceRegistrationAfterAllowedSnoozes",
        "reportSuspiciousActivitySettings",
        "systemCredentialPreferences",
        "enabledPreviewFeatures",
        "permissionGrantPolicyIdsAssignedToDefaultUserRole",
        "agents",
        "deviceStates",
        "times",
        "partialEnablementStrategy",
        "blockSensitiveActions",
        "continuousAccessEvaluation",
        "ruleSource",
        "ruleSourceType",
        "isBackup",
        "servicePlanType",
    }
)
"""Properties in the real tenant's answers that v1.0 does not document: that export asked the beta version for some."""


def unknown_keys(types: Types, type_name: str, record: dict[str, object]) -> set[str]:
    by_key = {prop.key or prop.name: prop for prop in types[type_name].properties.values()}
    found: set[str] = set()
    for key, value in record.items():
        prop = by_key.get(key)
        if prop is None:
            found |= {key} if "@" not in key else set()
        elif prop.is_record:
            for item in value if isinstance(value, list) else [value]:
                found |= unknown_keys(types, prop.type, item) if isinstance(item, dict) else set()
    return found


@pytest.mark.skipif(not REAL_TENANT.is_dir(), reason="needs the real tenant's data beside the repository")
@pytest.mark.parametrize("name", sorted(path.stem for path in REAL_TENANT.glob("*.json") if path.stem in BY_NAME))
def test_a_real_tenant_sends_no_property_that_the_types_lack(name: str) -> None:
    response = json.loads((REAL_TENANT / f"{name}.json").read_text(encoding="utf-8"))["response"]
    types = load_types()
    unknown: set[str] = set()
    for record in response.get("value", [response]):
        unknown |= unknown_keys(types, BY_NAME[name].type, record)
    assert unknown <= BETA_ONLY | {"id"}
