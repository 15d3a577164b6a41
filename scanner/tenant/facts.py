"""All facts and derived resources, and what each of them needs to be read.

Adding a fact is writing a function of the ``Tenant`` and listing it in the ``facts`` module of its area.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.tenant import directory_facts
from scanner.tenant.applications import facts as applications
from scanner.tenant.base import Derived, Fact, Reading
from scanner.tenant.break_glass import facts as break_glass
from scanner.tenant.conditional_access import facts as conditional_access
from scanner.tenant.dynamic_rule import facts as dynamic_rule
from scanner.tenant.hybrid import facts as hybrid
from scanner.tenant.monitoring import facts as monitoring
from scanner.tenant.roles import facts as roles
from scanner.tenant.windows365 import facts as windows365

FACTS: tuple[Fact, ...] = (
    *directory_facts.FACTS,
    *break_glass.FACTS,
    *roles.FACTS,
    *conditional_access.FACTS,
    *dynamic_rule.FACTS,
    *windows365.FACTS,
    *applications.FACTS,
    *hybrid.FACTS,
    *monitoring.FACTS,
)

DERIVED: tuple[Derived, ...] = (*roles.DERIVED, *conditional_access.DERIVED, *windows365.DERIVED, *hybrid.DERIVED)

FACTS_BY_NAME: Mapping[tuple[str, str], Fact] = {(fact.owner, fact.name): fact for fact in FACTS}
DERIVED_BY_NAME: Mapping[str, Derived] = {derived.name: derived for derived in DERIVED}


def requirements(owner: str, name: str = "") -> Mapping[str, frozenset[str]]:
    """What a fact, or with only ``owner`` a derived resource, may read: resource → properties.

    It includes what the facts it uses read. Not all of it is needed for every answer: a fact raises ``NotCollected``
    itself where one depends on what is missing.
    """
    found: dict[str, set[str]] = {}
    for reading in _readings(FACTS_BY_NAME[owner, name] if name else DERIVED_BY_NAME[owner]):
        found.setdefault(reading.resource, set()).update(reading.properties)
    return {resource: frozenset(properties) for resource, properties in sorted(found.items())}


def _readings(one: Fact | Derived) -> Iterator[Reading]:
    yield from one.reads
    for used in one.uses:
        owner, _, name = used.partition(".")
        yield from _readings(FACTS_BY_NAME[owner, name])
