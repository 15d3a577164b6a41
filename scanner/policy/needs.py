"""What a selection of policies needs to be read: resources, and which of their properties.

Decided by reading the checked expressions and the facts they use; nothing is declared twice. The collector turns
needs into requests and permissions; the engine compares them with what the snapshot has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.cel.check import Checked
from scanner.collect.catalogue import BY_NAME, Resource
from scanner.policy.model import Policy, Rule
from scanner.tenant.base import Graph
from scanner.tenant.facts import DERIVED_BY_NAME, FACTS_BY_NAME, requirements

Needs = Mapping[str, frozenset[str]]
"""Resource name → property names. A resource that is only counted has the empty set."""


def expressions(policy: Policy) -> Iterator[Checked]:
    """Every expression of a policy: where, assertion, and the braces of its message."""
    if isinstance(policy.body, Rule):
        if policy.body.where is not None:
            yield policy.body.where
        yield policy.body.assertion
        yield from (piece.value for piece in policy.body.message if piece.value is not None)


def reads(policies: Iterable[Policy]) -> frozenset[tuple[str, str]]:
    """(record type, property) pairs that the expressions read, facts included."""
    return frozenset(pair for policy in policies for checked in expressions(policy) for pair in checked.reads)


def direct_needs(policy: Policy, catalogue: Mapping[str, Resource] = BY_NAME) -> Needs:
    """What the expressions read without a fact in between."""
    return _direct(policy, reads([policy]), catalogue)


def deciding_needs(policy: Policy, catalogue: Mapping[str, Resource] = BY_NAME) -> Needs:
    """The direct needs of where and assertion. What only the message reads decides nothing: it may be missing."""
    rule = policy.body
    if not isinstance(rule, Rule):
        return {}
    return _direct(policy, rule.assertion.reads | (rule.where.reads if rule.where else frozenset()), catalogue)


def _direct(policy: Policy, pairs: frozenset[tuple[str, str]], catalogue: Mapping[str, Resource]) -> Needs:
    if not isinstance(policy.body, Rule):
        return {}
    return {
        resource: frozenset(
            name for owner, name in pairs if owner == catalogue[resource].type and (owner, name) not in FACTS_BY_NAME
        )
        for resource in sorted(_resources(policy.body.resource, pairs, catalogue))
    }


def needs(policy: Policy, catalogue: Mapping[str, Resource] = BY_NAME) -> Needs:
    """The resources and properties to collect for this policy: what it reads, and what its facts may read."""
    found: dict[str, set[str]] = {resource: set(names) for resource, names in direct_needs(policy, catalogue).items()}
    if policy.licenses:
        _merge(found, requirements("tenant", "licenses"))
    if isinstance(policy.body, Rule):
        if policy.body.resource in DERIVED_BY_NAME:
            _merge(found, requirements(policy.body.resource))
        for owner, name in reads([policy]):
            if (owner, name) in FACTS_BY_NAME:
                _merge(found, requirements(owner, name))
    return _frozen(found)


def combine(many: Iterable[Needs]) -> Needs:
    """The union of several needs."""
    found: dict[str, set[str]] = {}
    for one in many:
        _merge(found, one)
    return _frozen(found)


def _resources(resource: str, pairs: frozenset[tuple[str, str]], catalogue: Mapping[str, Resource]) -> set[str]:
    """Graph resources whose records the expressions see: the policy's own, small ones of the tenant, facts' values."""
    found = {resource} & catalogue.keys()
    for owner, name in pairs:
        fact = FACTS_BY_NAME.get((owner, name))
        if fact is not None and isinstance(fact.returns, Graph):
            found.add(fact.returns.resource)
        elif owner == "tenant" and name in catalogue:
            found.add(name)
    return found


def _merge(found: dict[str, set[str]], more: Mapping[str, Iterable[str]]) -> None:
    for resource, properties in more.items():
        found.setdefault(resource, set()).update(properties)


def _frozen(found: Mapping[str, set[str]]) -> Needs:
    return {resource: frozenset(found[resource]) for resource in sorted(found)}
