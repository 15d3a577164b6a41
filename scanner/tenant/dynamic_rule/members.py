"""``group.ruleMembers``: whom a membership rule selects among the snapshot's users, against whom the group has.

Entra evaluates a rule some hours after a user has changed, or later than a day, so that a difference may be one that
will go by itself: https://learn.microsoft.com/entra/identity/users/manage-dynamic-group
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.dynamic_rule.check import check
from scanner.tenant.dynamic_rule.columns import Columns, view
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.properties import PROPERTIES
from scanner.tenant.dynamic_rule.rule import RULE_READS, rule_texts
from scanner.tenant.dynamic_rule.selector import Selector
from scanner.tenant.dynamic_rule.syntax import Node, RuleError
from scanner.tenant.groups import MEMBERS_READS, groups

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

SHOWN = 20
"""Users that a finding names of those who are too few or too many."""

_USER_PROPERTIES = {one.graph for one in PROPERTIES["user"].values() if one.graph}

RULE_MEMBERS_READS = (
    *RULE_READS,
    *MEMBERS_READS,
    Reading("users", view({*_USER_PROPERTIES, "displayName"})),
)


class RuleUser(msgspec.Struct, frozen=True):
    """A user who is a member and should not be, or the other way round."""

    id: Annotated[str, Meta(description="Id of the user.")]
    displayName: Annotated[str | None, Meta(description="The user's displayName.")]


class RuleMembers(msgspec.Struct, frozen=True):
    """What a rule selects, against the members."""

    selected: Annotated[int, Meta(description="Number of users whom the rule selects for certain.")]
    members: Annotated[int, Meta(description="Number of users who are members.")]
    missing: Annotated[int, Meta(description="Number of users whom the rule selects and who are no members.")]
    surplus: Annotated[int, Meta(description="Number of members whom the rule does not select.")]
    missingUsers: Annotated[list[RuleUser], Meta(description=f"The first {SHOWN} of those missing, by id.")]
    surplusUsers: Annotated[list[RuleUser], Meta(description=f"The first {SHOWN} of those surplus, by id.")]
    untold: Annotated[
        int,
        Meta(
            description="Number of users of whom it cannot be told, because a property was not collected or Microsoft "
            "does not document what the rule makes of it. They are in none of the other numbers but members."
        ),
    ]


def rule_members(tenant: Tenant) -> Callable[[str], RuleMembers | None]:
    """``group.ruleMembers``; None for a group without a rule, or with one that is wrong.

    Raises ``NotCollected`` where no difference is certain and one may be.
    """
    texts = tenant.once(rule_texts)

    def fact(group: str) -> RuleMembers | None:
        found = _read(texts[group]) if group in texts else None
        if found is None:
            return None
        rule, kind = found
        if kind != "user":
            raise NotCollected("groups", "the rule selects devices, and devices are not collected")
        return _compare(tenant, group, rule)

    return fact


def _read(text: str) -> tuple[Node, str] | None:
    """A rule and whether it selects users or devices; None for one that is wrong."""
    try:
        rule = parse(text)
        return rule, check(rule)
    except RuleError:
        return None


def _compare(tenant: Tenant, group: str, rule: Node) -> RuleMembers:
    selector = tenant.once(selector_of_users)
    members = selector.users(_direct_members(tenant, group))
    selection, why = selector.select(rule)
    missing = selection.yes & ~members
    surplus = members & ~(selection.yes | selection.maybe)
    if why and not missing and not surplus:
        raise NotCollected(why[0].resource, why[0].reason, why[1:])
    return RuleMembers(
        selected=selection.yes.bit_count(),
        members=members.bit_count(),
        missing=missing.bit_count(),
        surplus=surplus.bit_count(),
        missingUsers=_users(selector, missing),
        surplusUsers=_users(selector, surplus),
        untold=selection.maybe.bit_count(),
    )


def _users(selector: Selector, users: int) -> list[RuleUser]:
    """The first of a set, with their names."""
    return [RuleUser(key, name) for key, name in selector.named(users, SHOWN)]


def selector_of_users(tenant: Tenant) -> Selector:
    """What evaluates rules on the users of the snapshot. Made once per tenant; raises ``NotCollected``."""

    def rows(row: type[Row]) -> Iterator[Row]:
        return tenant.rows("users", row)

    def members(group: str) -> Iterable[str]:
        return _direct_members(tenant, group)

    selector = Selector("user", Columns(rows), members, _time(tenant))
    found = map(_read, tenant.once(rule_texts).values())
    selector.load(one[0] for one in found if one is not None and one[1] == "user")
    return selector


def _direct_members(tenant: Tenant, group: str) -> Iterable[str]:
    """Users who are members themselves: dynamic groups have no groups in them, and memberOf does not look into them."""
    memberships = tenant.once(groups)
    nested = memberships.nested(group)
    if group in nested.groups:
        return memberships.users(group)
    if nested.missing:
        lack = nested.missing[0]
        raise NotCollected(lack.resource, lack.reason, nested.missing[1:])
    return ()


def _time(tenant: Tenant) -> datetime | None:
    """The time of the snapshot; None for one written by hand without."""
    text = tenant.snapshot.manifest.collected_at
    if not text:
        return None
    return msgspec.convert(text, datetime).astimezone(UTC)
