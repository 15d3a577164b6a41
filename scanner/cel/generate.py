"""Makes ``graph_types.json`` from the model sources of msgraph-sdk: ``python -m scanner.cel.generate``.

Starting from the record types of the catalogue it follows complex properties to the end. A property that leads to
another entity (a *navigation* in Graph's words) is followed only where the catalogue expands it or ``CONTAINED`` names
it, because Graph sends no others. The subtypes of a polymorphic type are merged into it, with ``odataType`` to tell
them apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from scanner.cel.beta_types import BETA
from scanner.cel.sdk import PACKAGE, Field, Model, models_folder, read_model
from scanner.cel.tokens import split_outside
from scanner.cel.types import GRAPH_TYPES, GraphType, GraphTypes, Property
from scanner.collect.catalogue import GRAPH, FanOut, Resource

TARGET = Path(__file__).with_name(GRAPH_TYPES)

CONTAINED: Mapping[tuple[str, str], str] = {
    ("authenticationMethodsPolicy", "authenticationMethodConfigurations"): (
        "part of the policy: https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get"
    ),
    ("authenticationMethodConfiguration", "includeTargets"): (
        "sent with each configuration: https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get"
    ),
    ("fido2AuthenticationMethodConfiguration", "passkeyProfiles"): (
        "no request reads them: https://learn.microsoft.com/graph/api/resources/passkeyprofile"
    ),
    ("conditionalAccessGrantControls", "authenticationStrength"): (
        "sent with the grant controls: https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies"
    ),
    ("authenticationStrengthPolicy", "combinationConfigurations"): (
        "sent with the policy: https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies"
    ),
    ("permissionGrantPolicy", "includes"): (
        "expanded by itself: https://learn.microsoft.com/graph/api/resources/permissiongrantpolicy"
    ),
    ("permissionGrantPolicy", "excludes"): (
        "expanded by itself: https://learn.microsoft.com/graph/api/resources/permissiongrantpolicy"
    ),
}
"""Navigations to entities that are sent inside their parent without being asked for, and where that is shown.
Named by the class that declares the property or any base of it."""

NOT_SENT = frozenset({"whatIfAnalysisResult"})
"""Subtypes that no collection holds: the answer of the what-if action derives from conditionalAccessPolicy."""

ODATA_TYPE = Property(
    "odataType", "string", key="@odata.type", description="Tells the kinds apart, such as #microsoft.graph.user."
)

OWN: Mapping[str, GraphType] = {
    **BETA,
    "directoryObject": GraphType(
        "A user, group, device or service principal named by id.",
        (Property("id", "string", description="The id of the object."), ODATA_TYPE),
    ),
}
"""Types not taken from the models: those of beta, and directoryObject without the properties of all its subtypes."""

FLAGS = "One text: several values are joined by commas."
"""Added to the description of flag enumerations, which Graph does not send as lists."""

SCALAR_OF: Mapping[str, str] = {
    "get_str_value": "string",
    "get_uuid_value": "string",
    "get_bool_value": "boolean",
    "get_int_value": "integer",
    "get_float_value": "number",
    "get_datetime_value": "timestamp",
    "get_date_value": "timestamp",
    "get_timedelta_value": "duration",
    "get_time_value": "string",
    "get_bytes_value": "bytes",
    "get_collection_of_primitive_values(str)": "string",
    "get_collection_of_primitive_values(UUID)": "string",
    "get_collection_of_primitive_values(int)": "integer",
}
"""Scalar type by the call that reads it. Any other call of a primitive is ``any``."""


@dataclass(frozen=True)
class Declared:
    """A property as one class declares it; ``item`` is the source of its class where it holds records."""

    property: Property
    item: Path | None


class Generator:
    """Collects record types, starting from entities by Graph name."""

    def __init__(self, folder: Path) -> None:
        self._entity = folder / "entity.py"
        self._files = {path.stem.replace("_", ""): path for path in folder.glob("*.py")}
        self._followed = set(CONTAINED)
        self.types: dict[str, GraphType] = {}

    def expand(self, name: str, path: Sequence[str]) -> None:
        """Follow the navigations of ``path`` from the entity ``name`` on. To be called before ``add``."""
        at = self._file(name)
        for key in path:
            declared = {field.key: (part, field.item) for part in lineage(at) for field in read_model(part).fields}
            if key not in declared:
                raise ValueError(f"{name} has no property {key} to expand")
            part, item = declared[key]
            self._followed.add((read_model(part).graph_name, key))
            at = read_model(part).imports[item]

    def add(self, name: str) -> str:
        """The record type ``name`` and all that it leads to. Raises ``ValueError`` where the models have no such."""
        if name not in OWN:
            return self._add_model(self._file(name))
        if name not in self.types:
            self.types[name] = OWN[name]
            for prop in OWN[name].properties:
                if prop.is_record:
                    self.add(prop.type)
        return name

    def _file(self, name: str) -> Path:
        path = self._files.get(name.lower())
        if path is None or read_model(path).graph_name != name:
            raise ValueError(f"{PACKAGE} has no model {name}")
        return path

    def add_fan_out(self, resource: Resource, fan_out: FanOut) -> None:
        """The record that is put together from one request per parent: the parent's id and what was found."""
        parent = Property("id", "string", description=f"The id of the record in {fan_out.parents}.")
        found = Property(fan_out.values, self.add(fan_out.item), many=True, description=f"Its {fan_out.values}.")
        self.types[resource.type] = GraphType(
            f"The {fan_out.values} of one of the {fan_out.parents}.",
            tuple(sorted((parent, found), key=lambda prop: prop.name)),
        )

    def _add_model(self, path: Path) -> str:
        model = read_model(path)
        name = model.graph_name
        if name in OWN:
            return self.add(name)
        if name not in self.types:
            self.types[name] = GraphType("", ())  # known from now on: types may lead back to themselves
            self.types[name] = GraphType("", tuple(self._properties(path, model)))
        return name

    def _properties(self, path: Path, model: Model) -> Iterator[Property]:
        subtypes = [subtype for subtype in model.subtypes if read_model(subtype).graph_name not in NOT_SENT]
        found: dict[str, list[Declared]] = {}
        for part in (*lineage(path), *subtypes):
            for declared in self._declared(part):
                found.setdefault(declared.property.name, []).append(declared)
        for name in sorted({*found, ODATA_TYPE.name} if subtypes else found):
            if name == ODATA_TYPE.name:
                yield ODATA_TYPE
                continue
            merged = self._merged(found[name])
            yield _typed(merged.property, self._add_model(merged.item)) if merged.item else merged.property

    def _declared(self, path: Path) -> Iterator[Declared]:
        """What one class adds to its base, without the navigations that Graph does not send."""
        model = read_model(path)
        for field in model.fields:
            if field.key.startswith("@"):
                continue
            item = model.imports.get(field.item)
            prop = Property(field.key, _scalar(field), field.many, description=field.description)
            values = read_model(item).values if item else ()
            if item is None or self._is_open(item):
                yield Declared(prop, None)
            elif values:
                if "_collection_" in field.getter and not field.many:
                    prop = msgspec.structs.replace(prop, description=f"{prop.description} {FLAGS}".strip())
                yield Declared(msgspec.structs.replace(prop, type="string", values=values), None)
            elif self._entity not in lineage(item) or self._is_followed(path, field.key):
                yield Declared(prop, item)

    def _is_open(self, path: Path) -> bool:
        """Whether the models know no property: open types such as customSecurityAttributeValue, each tenant's own."""
        parts = [read_model(part) for part in (*lineage(path), *read_model(path).subtypes)]
        return not any(part.values or any(not field.key.startswith("@") for field in part.fields) for part in parts)

    def _is_followed(self, path: Path, key: str) -> bool:
        return any((read_model(part).graph_name, key) in self._followed for part in lineage(path))

    def _merged(self, declared: Sequence[Declared]) -> Declared:
        """One property for what a type and its subtypes declare under one name."""
        first = declared[0]
        props = [one.property for one in declared]
        described = next((prop.description for prop in props if prop.description), "")
        prop = Property(first.property.name, first.property.type, first.property.many, description=described)
        if len({prop.many for prop in props}) > 1:
            return Declared(Property(prop.name, "any", description=described), None)
        items = [one.item for one in declared if one.item]
        if len(items) == len(declared):
            common = self._common_base(items)
            return Declared(prop if common else _typed(prop, "any"), common)
        if items or len({prop.type for prop in props}) > 1:
            numeric = not items and {prop.type for prop in props} == {"integer", "number"}
            return Declared(_typed(prop, "number" if numeric else "any"), None)
        values = () if any(not prop.values for prop in props) else (value for prop in props for value in prop.values)
        return Declared(msgspec.structs.replace(prop, values=tuple(dict.fromkeys(values))), None)

    def _common_base(self, items: Sequence[Path]) -> Path | None:
        """The nearest class that all ``items`` are or derive from, Entity left out."""
        shared = [
            part for part in lineage(items[0]) if all(part in lineage(item) for item in items) and part != self._entity
        ]
        return shared[0] if shared else None


def lineage(path: Path) -> list[Path]:
    """The source of a class and those of its bases, nearest first."""
    found = [path]
    while base := read_model(found[-1]).base:
        found.append(base)
    return found


def _typed(prop: Property, name: str) -> Property:
    return msgspec.structs.replace(prop, type=name)


def _scalar(field: Field) -> str:
    call = f"{field.getter}({field.item})" if field.item else field.getter
    return SCALAR_OF.get(call, "any")


def expansions(expand: str) -> Iterator[tuple[str, ...]]:
    """The paths a ``$expand`` names: ``policy($expand=rules)`` gives ``policy`` and ``policy, rules``."""
    for part in split_outside(expand, ","):
        name, _, options = part.partition("(")
        yield (name,)
        for option in split_outside(options.removesuffix(")"), ";"):
            if option.startswith("$expand="):
                for path in expansions(option.removeprefix("$expand=")):
                    yield (name, *path)


def generate(folder: Path, catalogue: Sequence[Resource], version: str) -> bytes:
    """The content of ``graph_types.json`` for the resources of ``catalogue``."""
    generator = Generator(folder)
    for resource in catalogue:
        for path in expansions(resource.expand):
            generator.expand(resource.fan_out.item if resource.fan_out else resource.type, path)
    for resource in catalogue:
        if resource.fan_out:
            generator.add_fan_out(resource, resource.fan_out)
        else:
            generator.add(resource.type)
    return _written(GraphTypes(f"{PACKAGE} {version}", generator.types))


def _written(content: GraphTypes) -> bytes:
    """One property a line, sorted, so that a new version of the models shows as a readable difference."""
    types = ",\n".join(
        f'"{name}": {{"description": {json.dumps(graph.description)}, "properties": [\n{_lines(graph.properties)}\n]}}'
        for name, graph in sorted(content.types.items())
    )
    return f'{{"source": {json.dumps(content.source)}, "types": {{\n{types}\n}}}}\n'.encode()


def _lines(properties: Sequence[Property]) -> str:
    return ",\n".join(f" {msgspec.json.encode(prop).decode()}" for prop in properties)


def main(target: Path = TARGET) -> None:
    """Writes the file of the installed msgraph-sdk."""
    target.write_bytes(generate(models_folder(), GRAPH, metadata.version(PACKAGE)))


if __name__ == "__main__":
    main()
