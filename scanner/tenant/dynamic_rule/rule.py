"""``group.rule``: what the membership rule of a group says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row
from scanner.tenant.dynamic_rule.check import check, property_names, subject, texts_of
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.plans import selected_plans, selects_others, unsatisfiable
from scanner.tenant.dynamic_rule.properties import find
from scanner.tenant.dynamic_rule.syntax import Node, Quantified, RuleError

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class RuleRow(Row):
    """A group with its rule."""

    membershipRule: str | None = None


RULE_READS = (Reading("groups", RuleRow),)


class RulePlan(msgspec.Struct, frozen=True):
    """A service plan that a rule names and by which a user can become a member."""

    servicePlanId: Annotated[str, Meta(description="Id of the service plan, in lower case.")]
    requiresEnabled: Annotated[bool, Meta(description="Only a plan whose capabilityStatus is Enabled selects a user.")]


class MembershipRule(msgspec.Struct, frozen=True, kw_only=True):
    """A membership rule, read by its meaning."""

    error: Annotated[str | None, Meta(description="What is wrong with it and in which column; null when it is right.")]
    errorColumn: Annotated[
        int | None, Meta(description="Where it is wrong: the character of the rule, the first being 1.")
    ] = None
    selects: Annotated[
        str | None, Meta(description="user or device: what becomes a member by it; null when it is wrong.")
    ] = None
    properties: Annotated[
        list[str], Meta(description="Names of the properties of users or devices that it reads, sorted.")
    ] = []
    groups: Annotated[
        list[str], Meta(description="Ids of the groups whose members it selects with memberOf, sorted.")
    ] = []
    plans: Annotated[list[RulePlan], Meta(description="The service plans it selects users by.")] = []
    selectsOthers: Annotated[
        bool, Meta(description="A user without any of the plans it names can become a member.")
    ] = False
    unsatisfiable: Annotated[
        list[str], Meta(description="Conditions over assignedPlans that no service plan can meet, as written.")
    ] = []


def rule_texts(tenant: Tenant) -> Mapping[str, str]:
    """Group → its rule, of the groups that have one. Raises ``NotCollected``."""
    return {row.id: row.membershipRule for row in tenant.rows("groups", RuleRow) if row.membershipRule}


def membership_rule(tenant: Tenant) -> Callable[[str], MembershipRule | None]:
    """``group.rule``; None for a group without a rule."""
    texts = tenant.once(rule_texts)
    read = cache(read_rule)

    def fact(group: str) -> MembershipRule | None:
        text = texts.get(group)
        return None if text is None else read(text)

    return fact


def read_rule(text: str) -> MembershipRule:
    """What the rule says, or what is wrong with it."""
    try:
        rule = parse(text)
        selects = check(rule)
    except RuleError as error:
        return MembershipRule(error=str(error), errorColumn=error.position + 1)
    return MembershipRule(
        error=None,
        selects=selects,
        properties=sorted({_spelling(selects, name) for name in property_names(rule)}),
        groups=sorted(set(_groups(rule))),
        plans=[RulePlan(plan, enabled) for plan, enabled in selected_plans(rule)],
        selectsOthers=selects_others(rule),
        unsatisfiable=[text[one.start : one.end] for one in unsatisfiable(rule)],
    )


def _spelling(selects: str, name: str) -> str:
    """The property's name as the page writes it."""
    attribute = subject(name)[1]
    found = find(selects, attribute)
    return found.name if found else attribute


def _groups(rule: Node) -> Iterator[str]:
    """Groups that ``memberOf`` names; it stands alone in a rule."""
    if isinstance(rule, Quantified) and subject(rule.property)[1].lower() == "memberof":
        yield from (group.lower() for group in texts_of(rule.body))
