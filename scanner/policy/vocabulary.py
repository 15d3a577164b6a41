"""What policies can speak of: resources to be about, record types with their properties, and the expression checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from scanner.cel.check import Checker
from scanner.cel.types import TENANT, Types, load_types
from scanner.collect.catalogue import RESOURCES, Resource
from scanner.policy.own import OwnResource
from scanner.tenant.facts import DERIVED, FACTS


@dataclass(frozen=True)
class Subject:
    """Something that a policy can be about."""

    resource: str
    """As ``resource`` names it: ``users``."""
    variable: str
    """Name of a record in expressions: ``user``."""
    type: str
    """Its record type."""


@dataclass(frozen=True)
class Vocabulary:
    """All that a policy file may mention."""

    checker: Checker
    types: Types
    subjects: Mapping[str, Subject]
    """By resource name."""
    catalogue: Mapping[str, Resource]
    """Every resource that can be collected, by name."""


def vocabulary(own: Sequence[OwnResource] = ()) -> Vocabulary:
    """The resources of the catalogue and those that a configuration adds, our facts and derived resources, and the
    tenant itself."""
    return _made(own) if own else _standard()


@cache
def _standard() -> Vocabulary:
    return _made(())


def _made(own: Sequence[OwnResource]) -> Vocabulary:
    catalogue = (*RESOURCES, *(one.resource for one in own))
    types = load_types(FACTS, DERIVED, catalogue, [record_type for one in own for record_type in one.types])
    subjects = [
        *(Subject(resource.name, resource.singular, resource.type) for resource in catalogue),
        *(Subject(derived.name, derived.singular, _type_name(derived.row)) for derived in DERIVED),
        Subject(TENANT, TENANT, TENANT),
    ]
    return Vocabulary(
        checker=Checker(types),
        types=types,
        subjects={subject.resource: subject for subject in subjects},
        catalogue={resource.name: resource for resource in catalogue},
    )


def _type_name(row: type) -> str:
    """The record type of a struct class, named as ``load_types`` names it."""
    return row.__name__[0].lower() + row.__name__[1:]
