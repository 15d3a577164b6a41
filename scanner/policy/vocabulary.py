"""What policies can speak of: resources to be about, record types with their properties, and the expression checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scanner.cel.check import Checker
from scanner.cel.types import TENANT, Types, load_types
from scanner.collect.catalogue import RESOURCES
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


@cache
def vocabulary() -> Vocabulary:
    """Graph's resources in the catalogue, our facts and derived resources, and the tenant itself."""
    types = load_types(FACTS, DERIVED)
    subjects = [
        *(Subject(resource.name, resource.singular, resource.type) for resource in RESOURCES),
        *(Subject(derived.name, derived.singular, _type_name(derived.row)) for derived in DERIVED),
        Subject(TENANT, TENANT, TENANT),
    ]
    return Vocabulary(Checker(types), types, {subject.resource: subject for subject in subjects})


def _type_name(row: type) -> str:
    """The record type of a struct class, named as ``load_types`` names it."""
    return row.__name__[0].lower() + row.__name__[1:]
