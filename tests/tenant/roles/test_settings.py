"""What PIM's rules ask for, in words; whatever is missing or contradicts itself asks for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.tenant.roles.settings import PimSettings, minutes
from tests.tenant.sample import GLOBAL_ADMINISTRATOR, Json, lacking, no_roles, tenant_of, value

CONTEXT = "AuthenticationContext_EndUser_Assignment"


def rules(**changed: Json) -> list[Json]:
    """The rules of a role that asks for everything, with some changed, by id."""
    whole: dict[str, Json] = {
        "Expiration_EndUser_Assignment": {"isExpirationRequired": True, "maximumDuration": "PT8H"},
        "Enablement_EndUser_Assignment": {"enabledRules": ["MultiFactorAuthentication", "Justification", "Ticketing"]},
        CONTEXT: {"isEnabled": True, "claimValue": "c1"},
        "Approval_EndUser_Assignment": {
            "setting": {
                "isApprovalRequired": True,
                "approvalStages": [{"primaryApprovers": [{"id": "a"}, {"id": "b"}]}],
            }
        },
        "Expiration_Admin_Assignment": {"isExpirationRequired": True, "maximumDuration": "P15D"},
        "Expiration_Admin_Eligibility": {"isExpirationRequired": True, "maximumDuration": "P365D"},
        "Notification_Admin_EndUser_Assignment": {"notificationRecipients": ["b@contoso.com", "a@contoso.com"]},
        "Notification_Admin_Admin_Assignment": {"notificationRecipients": ["a@contoso.com"]},
        "Notification_Admin_Admin_Eligibility": {"notificationRecipients": ["c@contoso.com"]},
        **changed,
    }
    return [{"id": key, **content} for key, content in whole.items()]


def settings(*assignments: list[Json]) -> PimSettings:
    """Of a role with these policies."""
    rows = [
        {"id": f"p{number}", "roleDefinitionId": GLOBAL_ADMINISTRATOR, "policy": {"id": "p", "rules": ones}}
        for number, ones in enumerate(assignments)
    ]
    tenant = tenant_of(**no_roles(), roleManagementPolicyAssignments=rows)
    found: PimSettings = value(tenant, "unifiedRoleDefinition.settings", GLOBAL_ADMINISTRATOR)
    return found


EVERYTHING = PimSettings(
    activationAsksApproval=True,
    approvers=2,
    activationAsksMultifactor=True,
    activationContext="c1",
    activationAsksReason=True,
    activationMinutes=480,
    activeForEver=False,
    eligibleForEver=False,
    activationRecipients=["a@contoso.com", "b@contoso.com"],
    activeRecipients=["a@contoso.com"],
    eligibleRecipients=["c@contoso.com"],
)

NOTHING = PimSettings(
    activationAsksApproval=False,
    approvers=0,
    activationAsksMultifactor=False,
    activationContext=None,
    activationAsksReason=False,
    activationMinutes=None,
    activeForEver=True,
    eligibleForEver=True,
    activationRecipients=[],
    activeRecipients=[],
    eligibleRecipients=[],
)


def test_rules_are_said_in_words() -> None:
    assert settings(rules()) == EVERYTHING


def test_rules_that_are_missing_ask_for_nothing() -> None:
    assert settings([]) == NOTHING
    assert settings([{"id": rule["id"]} for rule in rules()]) == NOTHING


def test_rules_that_contradict_each_other_ask_for_nothing() -> None:
    assert settings(rules(), [{"id": rule["id"]} for rule in rules()]) == NOTHING


@pytest.mark.parametrize(
    ("rule", "content", "field", "expected"),
    [
        ("Approval_EndUser_Assignment", {"setting": {"isApprovalRequired": False}}, "activationAsksApproval", False),
        ("Approval_EndUser_Assignment", {"setting": {"isApprovalRequired": True}}, "approvers", 0),
        ("Enablement_EndUser_Assignment", {"enabledRules": ["Justification"]}, "activationAsksMultifactor", False),
        ("Enablement_EndUser_Assignment", {"enabledRules": []}, "activationAsksReason", False),
        (
            "AuthenticationContext_EndUser_Assignment",
            {"isEnabled": False, "claimValue": "c1"},
            "activationContext",
            None,
        ),
        ("AuthenticationContext_EndUser_Assignment", {"isEnabled": True, "claimValue": ""}, "activationContext", None),
        ("Expiration_EndUser_Assignment", {"isExpirationRequired": False}, "activationMinutes", None),
        ("Expiration_EndUser_Assignment", {"maximumDuration": "P1DT30M"}, "activationMinutes", 1470),
        ("Expiration_EndUser_Assignment", {"maximumDuration": "a while"}, "activationMinutes", None),
        ("Expiration_Admin_Assignment", {"isExpirationRequired": False}, "activeForEver", True),
        ("Expiration_Admin_Eligibility", {"isExpirationRequired": False}, "eligibleForEver", True),
        ("Notification_Admin_EndUser_Assignment", {"notificationRecipients": ["", " "]}, "activationRecipients", []),
    ],
)
def test_one_rule_says_one_thing(rule: str, content: Json, field: str, expected: object) -> None:
    assert getattr(settings(rules(**{rule: content})), field) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("PT8H", 480), ("PT30M", 30), ("P15D", 21600), ("P1DT12H", 2160), ("P", None), ("PT", None), ("P1M", None),
     ("8H", None), ("", None), (None, None)],
)  # fmt: skip
def test_durations_are_read_in_minutes(duration: str | None, expected: int | None) -> None:
    assert minutes(duration) == expected


def test_settings_of_a_role_that_is_not_there_are_unknown() -> None:
    tenant = tenant_of(**no_roles(), roleManagementPolicyAssignments=[])
    fact = "unifiedRoleDefinition.settings"
    assert lacking(tenant, fact, GLOBAL_ADMINISTRATOR) == "roleManagementPolicyAssignments"
    assert lacking(tenant_of(**no_roles()), fact, GLOBAL_ADMINISTRATOR) == "roleManagementPolicyAssignments"


def test_of_a_group_the_settings_of_membership_count() -> None:
    assignments: list[Json] = [
        {"roleDefinitionId": "member", "policy": {"rules": rules()}},
        {"roleDefinitionId": "owner", "policy": {"rules": []}},
    ]
    content: dict[str, Any] = {"groupManagementPolicyAssignments": [{"id": "g", "assignments": assignments}]}
    assert value(tenant_of(**content), "group.membershipSettings", "g") == EVERYTHING
    assert value(tenant_of(**content), "group.membershipSettings", "other") is None
    assert lacking(tenant_of(), "group.membershipSettings", "g") == "groupManagementPolicyAssignments"
