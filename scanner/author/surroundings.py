"""What may stand around the records of an example where a rule reads facts: the tenant itself, and directory roles.

Roles decide much of what policies ask, and a record does not have them: assignments do. So examples are tried in
tenants in which the records hold no role, one that is privileged (for good, for a time, or to be activated), or one
that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.author.candidates import TIME, Json

NAME = "example"

USUAL: Mapping[str, list[Json]] = {
    "organization": [
        {
            "id": "tenant",
            "displayName": "Contoso",
            "onPremisesSyncEnabled": True,
            "onPremisesLastSyncDateTime": TIME,
            "verifiedDomains": [{"name": "contoso.onmicrosoft.com", "isInitial": True, "isDefault": True}],
        }
    ],
}
"""What facts find in nearly every tenant."""

SOMEBODY: Mapping[str, list[Json]] = {
    "users": [{"id": NAME, "displayName": "Example", "userPrincipalName": "example@contoso.com", "userType": "Member"}],
}
"""Who holds a role where the rule is about no user."""

_ADMINISTRATOR = ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")
_READER = ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers")
"""https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference"""
_ASSIGNED = "roleAssignmentScheduleInstances"
_ELIGIBLE = "roleEligibilityScheduleInstances"
_LATER = "2026-07-30T12:00:00Z"
"""A month after the time of the snapshots."""

Surroundings = Callable[[Sequence[str]], Mapping[str, Any]]
"""From the ids of the records to the content of other resources."""


@dataclass(frozen=True)
class _Held:
    """Every record holds one role, in one way."""

    role: tuple[str, str]
    resource: str = _ASSIGNED
    until: str | None = None

    def __call__(self, ids: Sequence[str]) -> Mapping[str, Any]:
        id, name = self.role
        kind = {"assignmentType": "Assigned"} if self.resource == _ASSIGNED else {}
        return {
            "roleDefinitions": [{"id": id, "displayName": name, "templateId": id, "isBuiltIn": True}],
            self.resource: [
                {
                    "id": f"role-of-{holder}",
                    "principalId": holder,
                    "roleDefinitionId": id,
                    "directoryScopeId": "/",
                    "memberType": "Direct",
                    "endDateTime": self.until,
                    **kind,
                }
                for holder in ids
            ],
        }


def _nothing(_: Sequence[str]) -> Mapping[str, Any]:
    return {}


def surroundings(needed: Sequence[str]) -> tuple[Surroundings, ...]:
    """All that is to be tried for a rule that needs these resources, the simplest first."""
    if _ASSIGNED not in needed:
        return (_nothing,)
    return (
        _nothing,
        _Held(_ADMINISTRATOR),
        _Held(_ADMINISTRATOR, until=_LATER),
        _Held(_ADMINISTRATOR, _ELIGIBLE),
        _Held(_READER),
    )
