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
    approval: bool = False


ROLES: Mapping[str, Rules] = {
    "Global Administrator": Rules(
        eligible_for_ever=False,
        active_for_ever=False,
        activation="PT4H",
        activation_asks=("MultiFactorAuthentication", "Justification", "Ticketing"),
        approval=True,
    ),
    "Privileged Role Administrator": Rules(),
    "Security Administrator": Rules(activation_asks=("MultiFactorAuthentication", "Justification")),
    "Application Administrator": Rules(active_for_ever=False, activation="PT24H", activation_asks=()),
    "User Administrator": Rules(activation_asks=("MultiFactorAuthentication",)),
    "Exchange Administrator": Rules(active_for_ever=False, approval=True),
}


def role_management_policy_assignments() -> list[Json]:
    """The resource."""
    return [_assignment(role, rules) for role, rules in ROLES.items()]


def _assignment(role: str, rules: Rules) -> Json:
    policy_id = f"DirectoryRole_{TENANT_ID}_{guid('roleManagementPolicy', role)}"
    return {
        "id": f"{policy_id}_{ROLE_IDS[role]}",
        "policyId": policy_id,
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "roleDefinitionId": ROLE_IDS[role],
        "policy": {
            "id": policy_id,
            "displayName": "DirectoryRole",
            "description": "DirectoryRole",
            "isOrganizationDefault": False,
            "scopeId": "/",
            "scopeType": "DirectoryRole",
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
        _rule("AuthenticationContext", "EndUser", "Assignment", isEnabled=False, claimValue=None),
        *(
            _notification(recipient, caller, level)
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


def _notification(recipient: str, caller: str, level: str) -> Json:
    return _rule(
        "Notification",
        caller,
        level,
        prefix=f"Notification_{recipient}",
        notificationType="Email",
        recipientType=recipient,
        notificationLevel="All",
        isDefaultRecipientsEnabled=True,
        notificationRecipients=[],
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
