"""What expressions can read: record types with their properties, Graph's and our own.

Graph's types come from ``graph_types.json`` (made by ``scanner.cel.generate`` out of msgraph-sdk's models), those of
Azure Resource Manager from ``azure_types.json`` (written by hand after Microsoft's specification, by the names there
with ``azure`` before them), those of imported files from ``directory_types.json``, facts and derived records from the
Python types that ``scanner.tenant`` declares, and the type ``tenant`` from the catalogue: one property a small
resource. To a policy author they all look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
from msgspec import inspect

from scanner.collect.catalogue import RESOURCES, Resource
from scanner.tenant.base import Derived, Fact, Graph

SCALARS = ("string", "boolean", "integer", "number", "timestamp", "duration", "bytes", "any")
"""Types that are no record type. ``any`` is a value whose type Graph does not fix: checked when it is evaluated."""

TENANT = "tenant"
"""The record type of the variable ``tenant``: small resources and facts about the tenant as a whole."""

GRAPH_TYPES = "graph_types.json"
AZURE_TYPES = "azure_types.json"
DIRECTORY_TYPES = "directory_types.json"


class Property(msgspec.Struct, frozen=True, omit_defaults=True):
    """One property of a record type."""

    name: str
    """As expressions write it."""
    type: str
    """One of ``SCALARS``, or the name of a record type."""
    many: bool = False
    """Whether it is a list of ``type``."""
    key: str = ""
    """The JSON key where that is not the name (``odataType`` stands for ``@odata.type``)."""
    description: str = ""
    values: tuple[str, ...] = ()
    """For enumerations: the values Graph knows. Flag enumerations join several by commas: ``password,sms``."""
    fact: bool = False
    """Derived by us; not in Graph's JSON."""

    @property
    def is_record(self) -> bool:
        return self.type not in SCALARS


class RecordType(msgspec.Struct, frozen=True):
    """A kind of record, or of complex value within records."""

    name: str
    description: str
    properties: Mapping[str, Property]
    fact: bool = False
    """Made by a fact or a derived resource: its values are Python objects, never Graph's JSON."""


Types = Mapping[str, RecordType]
"""Every record type by name."""


class GraphType(msgspec.Struct, frozen=True):
    """One record type as ``graph_types.json`` and the files beside it have it."""

    description: str
    properties: tuple[Property, ...]


class GraphTypes(msgspec.Struct, frozen=True):
    """The content of ``graph_types.json`` or of a file beside it."""

    source: str
    """Package and version it was made from, or the specifications and theirs."""
    types: dict[str, GraphType]


def graph_types() -> GraphTypes:
    """The committed catalogue of Graph's types."""
    return _committed(GRAPH_TYPES)


def service_types() -> Mapping[str, GraphType]:
    """The types of all that is collected, Graph's, Azure Resource Manager's and those of imported files, by name."""
    return {**graph_types().types, **_committed(AZURE_TYPES).types, **_committed(DIRECTORY_TYPES).types}


@cache
def _committed(name: str) -> GraphTypes:
    content = resources.files(__package__).joinpath(name).read_bytes()
    return msgspec.json.decode(content, type=GraphTypes)


def load_types(
    facts: Sequence[Fact] = (),
    derived: Sequence[Derived] = (),
    catalogue: Sequence[Resource] = RESOURCES,
    own: Iterable[RecordType] = (),
) -> Types:
    """The services' types and a configuration's ``own`` with facts and derived records merged in, and ``tenant``.

    Raises ``ValueError`` where declarations contradict each other: a fact for a type that does not exist, a fact that
    would hide a property, two structs of one name. Those are mistakes in this package, not in a policy.
    """
    types = {
        name: RecordType(name, one.description, {prop.name: prop for prop in one.properties})
        for name, one in service_types().items()
    }
    types.update({record_type.name: record_type for record_type in own})
    types[TENANT] = RecordType(TENANT, "The tenant as a whole.", dict(_small(catalogue, types)))
    merge = _Merge(types)
    for one in derived:
        merge.struct(inspect.type_info(one.row), one.description)
    for fact in facts:
        merge.fact(fact)
    return types


def _small(catalogue: Iterable[Resource], types: Types) -> Iterable[tuple[str, Property]]:
    for resource in catalogue:
        if resource.type not in types:
            raise ValueError(f"{resource.name}: there is no type {resource.type}; run `make types`")
        if resource.small:
            description = f"The tenant's {resource.name}." if resource.singleton else f"All {resource.name}."
            yield (
                resource.name,
                Property(resource.name, resource.type, many=not resource.singleton, description=description),
            )


class _Merge:
    """Adds facts to record types, and the structs that facts return as record types of their own."""

    def __init__(self, types: dict[str, RecordType]) -> None:
        self._types = types
        self._structs: dict[str, type] = {}

    def fact(self, fact: Fact) -> None:
        """``fact`` as a property of its owner."""
        if fact.owner not in self._types:
            raise ValueError(f"fact {fact.owner}.{fact.name}: there is no record type {fact.owner}")
        owner = self._types[fact.owner]
        if fact.name in owner.properties:
            raise ValueError(f"fact {fact.owner}.{fact.name}: the type has a property of that name already")
        type_name, many = self._returned(fact)
        added = Property(fact.name, type_name, many=many, description=fact.description, fact=True)
        properties = {**owner.properties, fact.name: added}
        self._types[fact.owner] = RecordType(owner.name, owner.description, properties, owner.fact)

    def _returned(self, fact: Fact) -> tuple[str, bool]:
        if isinstance(fact.returns, Graph):
            if fact.returns.type not in self._types:
                raise ValueError(f"fact {fact.owner}.{fact.name}: there is no record type {fact.returns.type}")
            return fact.returns.type, fact.returns.many
        returned = self._property(f"{fact.owner}.{fact.name}", inspect.type_info(fact.returns))
        return returned.type, returned.many

    def struct(self, info: inspect.Type, description: str = "") -> str:
        """The record type of a struct class, added when new; its name is the class's, first letter in lower case."""
        if not isinstance(info, inspect.StructType):
            raise ValueError(f"{info} is not a msgspec Struct")
        name = info.cls.__name__[0].lower() + info.cls.__name__[1:]
        if name in self._structs and self._structs[name] is info.cls:
            return name
        if name in self._types:
            raise ValueError(f"{info.cls.__qualname__}: there is another record type {name}")
        self._structs[name] = info.cls
        properties: dict[str, Property] = {}
        self._types[name] = RecordType(name, description, properties, fact=True)
        for field in info.fields:
            properties[field.encode_name] = self._property(field.encode_name, field.type)
        return name

    def _property(self, name: str, info: inspect.Type) -> Property:
        """A value of Python type ``info`` as a property: ``| None`` falls away, since every property can be absent."""
        if isinstance(info, inspect.Metadata):
            extra: dict[str, Any] = info.extra_json_schema or {}
            described = self._property(name, info.type)
            return msgspec.structs.replace(described, description=extra.get("description", described.description))
        if isinstance(info, inspect.UnionType):
            present = [part for part in info.types if not isinstance(part, inspect.NoneType)]
            if len(present) == 1:
                return self._property(name, present[0])
        if isinstance(info, inspect.ListType | inspect.VarTupleType):
            item = self._property(name, info.item_type)
            if not item.many:
                return msgspec.structs.replace(item, many=True)
        if isinstance(info, inspect.EnumType):
            return Property(name, "string", values=tuple(sorted(str(member.value) for member in info.cls)))
        if isinstance(info, inspect.LiteralType):
            return Property(name, "string", values=tuple(sorted(map(str, info.values))))
        if isinstance(info, inspect.StructType):
            return Property(name, self.struct(info))
        scalar = _SCALAR_OF.get(type(info))
        if scalar is None:
            raise ValueError(f"{name}: expressions have no type for {info}")
        return Property(name, scalar)


_SCALAR_OF: Mapping[type[inspect.Type], str] = {
    inspect.BoolType: "boolean",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.StrType: "string",
    inspect.BytesType: "bytes",
    inspect.DateTimeType: "timestamp",
    inspect.TimeDeltaType: "duration",
    inspect.AnyType: "any",
}
