"""Rules of Privileged Identity Management: ``roleManagementPolicyAssignments`` with their policies expanded.

The 17 rules of a role and their ids: https://learn.microsoft.com/graph/identity-governance-pim-rules-overview.
Global Administrator has strict rules, Privileged Role Administrator the ones Microsoft starts with, others between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso.groups import group_id
from scanner.demo.contoso.ids import TENANT_ID, ago, guid
from scanner.demo.contoso.roles import ROLE_IDS

RULE = "#microsoft.graph.unifiedRoleManagementPolicy"

TARGETS = (("Admin", "Eligibility"), ("Admin", "Assignment"), ("EndUser", "Assignment"))
"""Who acts on what: an administrator makes somebody eligible or active, somebody activates a role."""


@dataclass(frozen=True)
class Rules:
    """What differs between roles."""

    eligible_for_ever: bool = True
    active_for_ever: bool = True
    activation: str = "PT8H"
    """ISO 8601 duration."""
    activation_asks: Sequence[str] = ("Justification",)
    context: str | None = None
    """Authentication context to meet."""
    approval: bool = False
    told: Sequence[str] = ()
    """Addresses named to be told of activations."""
    told_of_assignments: Sequence[str] = ()
    """Addresses named to be told of active and eligible assignments."""


WATCHED = ("security@contoso.example",)


ROLES: Mapping[str, Rules] = {
    "Global Administrator": Rules(
        eligible_for_ever=False,
        active_for_ever=False,
        activation="PT4H",
        activation_asks=("MultiFactorAuthentication", "Justification", "Ticketing"),
        approval=True,
        told=WATCHED,
        told_of_assignments=WATCHED,
    ),
    "Privileged Role Administrator": Rules(),
    "Security Administrator": Rules(activation_asks=("MultiFactorAuthentication", "Justification")),
    "Application Administrator": Rules(active_for_ever=False, activation="PT24H", activation_asks=()),
    "User Administrator": Rules(activation_asks=("MultiFactorAuthentication",), told=WATCHED),
    "Exchange Administrator": Rules(active_for_ever=False, approval=True),
    "SharePoint Administrator": Rules(context="c1"),
}
"""What differs from the rules that Microsoft starts with, which all other roles have."""


def role_management_policy_assignments() -> list[Json]:
    """The resource."""
    return [_assignment(role, ROLES.get(role, Rules())) for role in ROLE_IDS]


def group_policy_assignments(group: str, rules: Rules) -> list[Json]:
    """What governs membership and ownership of a group: ``roleDefinitionId`` is ``member`` or ``owner``."""
    names = (f"{group}/member", f"{group}/owner")
    return [_policy("Group", group_id(group), name, name.rpartition("/")[2], rules) for name in names]


def _assignment(role: str, rules: Rules) -> Json:
    return _policy("DirectoryRole", "/", role, ROLE_IDS[role], rules)


def _policy(kind: str, scope: str, name: str, role_id: str, rules: Rules) -> Json:
    """The assignment of the policy called ``name`` to a role in a scope, the policy and its rules expanded."""
    policy_id = f"{kind}_{TENANT_ID if scope == '/' else scope}_{guid('roleManagementPolicy', name)}"
    return {
        "id": f"{policy_id}_{role_id}",
        "policyId": policy_id,
        "scopeId": scope,
        "scopeType": kind,
        "roleDefinitionId": role_id,
        "policy": {
            "id": policy_id,
            "displayName": kind,
            "description": kind,
            "isOrganizationDefault": False,
            "scopeId": scope,
            "scopeType": kind,
            "lastModifiedDateTime": ago(250),
            "lastModifiedBy": {"displayName": None, "id": None},
            "rules": _rules(rules),
        },
    }


def _rules(rules: Rules) -> list[Json]:
    return [
        _expiration("Admin", "Eligibility", "P365D", required=not rules.eligible_for_ever),
        _enablement("Admin", "Eligibility", ()),
        _expiration("Admin", "Assignment", "P15D", required=not rules.active_for_ever),
        _enablement("Admin", "Assignment", ("Justification",)),
        _expiration("EndUser", "Assignment", rules.activation, required=True),
        _enablement("EndUser", "Assignment", rules.activation_asks),
        _approval(rules.approval),
        _rule(
            "AuthenticationContext", "EndUser", "Assignment", isEnabled=bool(rules.context), claimValue=rules.context
        ),
        *(
            _notification(recipient, caller, level, rules)
            for caller, level in TARGETS
            for recipient in ("Admin", "Requestor", "Approver")
        ),
    ]


def _rule(kind: str, caller: str, level: str, *, prefix: str = "", **settings: Any) -> Json:
    return {
        "@odata.type": f"{RULE}{kind}Rule",
        "id": f"{prefix or kind}_{caller}_{level}",
        **settings,
        "target": {
            "caller": caller,
            "operations": ["All"],
            "level": level,
            "inheritableSettings": [],
            "enforcedSettings": [],
        },
    }


def _expiration(caller: str, level: str, longest: str, *, required: bool) -> Json:
    return _rule("Expiration", caller, level, isExpirationRequired=required, maximumDuration=longest)


def _enablement(caller: str, level: str, asks: Sequence[str]) -> Json:
    return _rule("Enablement", caller, level, enabledRules=list(asks))


def _notification(recipient: str, caller: str, level: str, rules: Rules) -> Json:
    told = rules.told if caller == "EndUser" else rules.told_of_assignments
    return _rule(
        "Notification",
        caller,
        level,
        prefix=f"Notification_{recipient}",
        notificationType="Email",
        recipientType=recipient,
        notificationLevel="All",
        isDefaultRecipientsEnabled=True,
        notificationRecipients=list(told) if recipient == "Admin" else [],
    )


def _approval(required: bool) -> Json:
    approvers = [
        {
            "@odata.type": "#microsoft.graph.groupMembers",
            "isBackup": False,
            "id": group_id("Role: Application Administrators"),
            "description": "Role: Application Administrators",
        }
    ]
    stage = {
        "approvalStageTimeOutInDays": 1,
        "isApproverJustificationRequired": True,
        "escalationTimeInMinutes": 0,
        "isEscalationEnabled": False,
        "primaryApprovers": approvers if required else [],
        "escalationApprovers": [],
    }
    setting = {
        "isApprovalRequired": required,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [stage],
    }
    return _rule("Approval", "EndUser", "Assignment", setting=setting)
