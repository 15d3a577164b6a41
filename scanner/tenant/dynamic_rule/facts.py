"""Facts about dynamic membership rules."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.dynamic_rule.rule import RULE_READS, MembershipRule, membership_rule

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="group",
        name="rule",
        returns=MembershipRule | None,
        description="What the membership rule says, read by its meaning; absent for a group without a rule.",
        build=membership_rule,
        reads=RULE_READS,
    ),
)
