"""What Privileged Identity Management asks for: ``unifiedRoleDefinition.settings`` and ``group.membershipSettings``.

The settings of a role are 17 rules with fixed ids, all of them always there: a rule that is missing, or one that
stands there twice with different contents, counts as asking for nothing.
https://learn.microsoft.com/graph/identity-governance-pim-rules-overview
https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

_MEMBER = "member"

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
"""The ISO 8601 durations that Graph shows here: P15D, PT8H, PT30M, P1DT12H."""


class Approver(msgspec.Struct, gc=False):
    """A user or group who decides."""

    id: str | None = None


class Stage(msgspec.Struct, gc=False):
    """One round of decisions."""

    primaryApprovers: list[Approver] | None = None


class Approval(msgspec.Struct, gc=False):
    """Whether somebody has to agree, and who."""

    isApprovalRequired: bool | None = None
    approvalStages: list[Stage] | None = None


class Rule(msgspec.Struct, gc=False):
    """One rule; of each kind only some properties are there."""

    id: str | None = None
    setting: Approval | None = None
    enabledRules: list[str] | None = None
    isEnabled: bool | None = None
    claimValue: str | None = None
    isExpirationRequired: bool | None = None
    maximumDuration: str | None = None
    notificationRecipients: list[str] | None = None


class Policy(msgspec.Struct, gc=False):
    """The rules of one role."""

    rules: list[Rule] | None = None


class PolicyAssignment(msgspec.Struct, gc=False):
    """Rules, and which role of a group they are for: ``member`` or ``owner``."""

    roleDefinitionId: str | None = None
    policy: Policy | None = None


class RolePolicyRow(Row):
    """Rules, and which directory role they are for."""

    roleDefinitionId: str | None = None
    policy: Policy | None = None


class GroupPolicyRow(Row):
    """The rules of one group that PIM manages."""

    assignments: list[PolicyAssignment] | None = None


ROLE_SETTINGS = (Reading("roleManagementPolicyAssignments", RolePolicyRow),)
GROUP_SETTINGS = (Reading("groupManagementPolicyAssignments", GroupPolicyRow),)


class PimSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to activate a role or membership, and how long it can be given for."""

    activationAsksApproval: Annotated[bool, Meta(description="Somebody else has to agree before it is active.")]
    approvers: Annotated[int, Meta(description="Users and groups named to agree.")]
    activationAsksMultifactor: Annotated[bool, Meta(description="Multifactor authentication when activating.")]
    activationContext: Annotated[
        str | None, Meta(description="Authentication context that activating asks Conditional Access for, as c1.")
    ]
    activationAsksReason: Annotated[bool, Meta(description="A written reason when activating.")]
    activationMinutes: Annotated[
        int | None, Meta(description="Longest activation in minutes; null for no limit, or one that cannot be read.")
    ]
    activeForEver: Annotated[bool, Meta(description="Active assignments without an end are allowed.")]
    eligibleForEver: Annotated[bool, Meta(description="Eligible assignments without an end are allowed.")]
    activationRecipients: Annotated[
        list[str], Meta(description="Addresses named to be told of activations, beside those Microsoft tells anyway.")
    ]
    activeRecipients: Annotated[list[str], Meta(description="Addresses named to be told of active assignments.")]
    eligibleRecipients: Annotated[list[str], Meta(description="Addresses named to be told of eligible assignments.")]


def role_settings(tenant: Tenant) -> Callable[[str], PimSettings]:
    """``unifiedRoleDefinition.settings``; raises ``NotCollected`` for a role that has none in the snapshot."""
    rules: dict[str, list[Rule]] = {}
    for row in tenant.rows("roleManagementPolicyAssignments", RolePolicyRow):
        rules.setdefault(row.roleDefinitionId or "", []).extend(_rules(row.policy))

    def settings_of(role: str) -> PimSettings:
        if role not in rules:
            raise NotCollected("roleManagementPolicyAssignments", f"the settings of role {role} are not among them")
        return settings(rules[role])

    return settings_of


def membership_settings(tenant: Tenant) -> Callable[[str], PimSettings | None]:
    """``group.membershipSettings``; None for a group that PIM does not manage."""
    rows = tenant.rows("groupManagementPolicyAssignments", GroupPolicyRow)
    rules = {row.id: _member_rules(row.assignments or ()) for row in rows}
    return lambda group: settings(rules[group]) if group in rules else None


def settings(rules: Iterable[Rule]) -> PimSettings:
    """The rules of one role or membership in words."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id or "", []).append(rule)
    activation = by_id.get("Expiration_EndUser_Assignment", [])
    approval = by_id.get("Approval_EndUser_Assignment", [])
    asked = _common([rule.enabledRules or [] for rule in by_id.get("Enablement_EndUser_Assignment", [])])
    return PimSettings(
        activationAsksApproval=_all(
            approval, lambda rule: rule.setting is not None and rule.setting.isApprovalRequired
        ),
        approvers=min((_approvers(rule.setting) for rule in approval), default=0),
        activationAsksMultifactor="MultiFactorAuthentication" in asked,
        activationContext=_context(by_id.get("AuthenticationContext_EndUser_Assignment", [])),
        activationAsksReason="Justification" in asked,
        activationMinutes=_longest(activation),
        activeForEver=not _all(by_id.get("Expiration_Admin_Assignment", []), lambda rule: rule.isExpirationRequired),
        eligibleForEver=not _all(by_id.get("Expiration_Admin_Eligibility", []), lambda rule: rule.isExpirationRequired),
        activationRecipients=_recipients(by_id.get("Notification_Admin_EndUser_Assignment", [])),
        activeRecipients=_recipients(by_id.get("Notification_Admin_Admin_Assignment", [])),
        eligibleRecipients=_recipients(by_id.get("Notification_Admin_Admin_Eligibility", [])),
    )


def minutes(duration: str | None) -> int | None:
    """An ISO 8601 duration in minutes, None if it cannot be read."""
    found = _DURATION.fullmatch(duration or "")
    if found is None or not any(found.groups()):
        return None
    days, hours, rest = (int(part or 0) for part in found.groups())
    return (days * 24 + hours) * 60 + rest


def _rules(policy: Policy | None) -> Sequence[Rule]:
    return (policy.rules or ()) if policy else ()


def _member_rules(assignments: Iterable[PolicyAssignment]) -> list[Rule]:
    return [rule for one in assignments if one.roleDefinitionId == _MEMBER for rule in _rules(one.policy)]


def _all(rules: Sequence[Rule], holds: Callable[[Rule], object]) -> bool:
    return bool(rules) and all(holds(rule) is True for rule in rules)


def _common(lists: Sequence[Sequence[str]]) -> list[str]:
    """What stands in every one of the lists, sorted."""
    return sorted(set(lists[0]).intersection(*lists[1:])) if lists else []


def _recipients(rules: Sequence[Rule]) -> list[str]:
    return _common([[one for one in rule.notificationRecipients or () if one.strip()] for rule in rules])


def _approvers(setting: Approval | None) -> int:
    """Of the stage with the fewest."""
    stages = (setting.approvalStages or ()) if setting else ()
    return min((len(stage.primaryApprovers or ()) for stage in stages), default=0)


def _context(rules: Sequence[Rule]) -> str | None:
    contexts = {rule.claimValue if rule.isEnabled else None for rule in rules}
    return (contexts.pop() or None) if len(contexts) == 1 else None


def _longest(rules: Sequence[Rule]) -> int | None:
    lengths = [minutes(rule.maximumDuration) if rule.isExpirationRequired is not False else None for rule in rules]
    known = [length for length in lengths if length is not None]
    return max(known) if lengths and len(known) == len(lengths) else None
