"""``group.rule``: what the membership rule of a group says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.plans import selected_plans, selects_others, unsatisfiable
from scanner.tenant.dynamic_rule.syntax import RuleError

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


class MembershipRule(msgspec.Struct, frozen=True):
    """A membership rule, read by its meaning."""

    error: Annotated[str | None, Meta(description="What is wrong with it and in which column; null when it is right.")]
    plans: Annotated[list[RulePlan], Meta(description="The service plans it selects users by.")]
    selectsOthers: Annotated[bool, Meta(description="A user without any of the plans it names can become a member.")]
    unsatisfiable: Annotated[
        list[str], Meta(description="Conditions over assignedPlans that no service plan can meet, as written.")
    ]


def membership_rule(tenant: Tenant) -> Callable[[str], MembershipRule | None]:
    """``group.rule``; None for a group without a rule."""
    texts = {row.id: row.membershipRule for row in tenant.rows("groups", RuleRow) if row.membershipRule}
    read = cache(read_rule)

    def fact(group: str) -> MembershipRule | None:
        text = texts.get(group)
        return None if text is None else read(text)

    return fact


def read_rule(text: str) -> MembershipRule:
    """What the rule says, or what is wrong with it."""
    try:
        rule = parse(text)
    except RuleError as error:
        return MembershipRule(str(error), [], False, [])
    return MembershipRule(
        error=None,
        plans=[RulePlan(plan, enabled) for plan, enabled in selected_plans(rule)],
        selectsOthers=selects_others(rule),
        unsatisfiable=[text[one.start : one.end] for one in unsatisfiable(rule)],
    )
