"""Facts about dynamic membership rules."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.dynamic_rule.members import RULE_MEMBERS_READS, RuleMembers, rule_members
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
    Fact(
        owner="group",
        name="ruleMembers",
        returns=RuleMembers | None,
        description="Whom the membership rule selects among the users, against the members: how many are missing or "
        "too many, and the first of them. Absent for a group without a rule, or with one that is wrong. What Microsoft "
        "does not document of rules counts as not known. Entra may take a day to follow a change of a user.",
        build=rule_members,
        reads=RULE_MEMBERS_READS,
    ),
)
