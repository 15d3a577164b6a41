"""Who holds which role in the demo tenant, and how: for good, until a date, eligible, through groups, deleted.

One list, ``HOLDINGS``, makes three resources, consistent as Graph has them: ``roleAssignments`` holds every active
assignment, those of Privileged Identity Management too; ``roleAssignmentScheduleInstances`` the same with their
times; ``roleEligibilityScheduleInstances`` the eligible ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from scanner.demo.bodies import Json
from scanner.demo.contoso.groups import group_id
from scanner.demo.contoso.ids import ago, ahead, guid, role_assignment_id
from scanner.demo.contoso.people import user_id
from scanner.demo.contoso.role_names import BUILT_IN

CUSTOM_ROLE = "Contoso Application Support"

ROLE_IDS: Mapping[str, str] = {
    **{name: role_id for name, (role_id, _) in BUILT_IN.items()},
    CUSTOM_ROLE: guid("roleDefinition", CUSTOM_ROLE),
}
"""Ids of role definitions, which for built-in roles are the template ids."""

UNIT = f"/administrativeUnits/{guid('administrativeUnit', 'Berlin')}"

DELETED = (guid("deleted", "former administrator"), guid("deleted", "former application"))
"""Principals of role assignments that are no longer in the directory."""


class How(Enum):
    """How a role is held."""

    PERMANENT = auto()
    TIME_BOUND = auto()
    """Active until a date."""
    ELIGIBLE = auto()
    ELIGIBLE_FOR_A_YEAR = auto()
    ACTIVATED = auto()
    """Active for some hours, out of an eligible assignment."""


ACTIVE = (How.PERMANENT, How.TIME_BOUND, How.ACTIVATED)


@dataclass(frozen=True)
class Holding:
    """One assignment."""

    role: str
    principal: str
    how: How
    scope: str = "/"

    @property
    def id(self) -> str:
        """The id of the active assignment."""
        return role_assignment_id(ROLE_IDS[self.role], self.principal, self.scope)

    @property
    def eligibility_id(self) -> str:
        """The id of the eligible assignment."""
        return guid("roleEligibilitySchedule", f"{self.role}/{self.principal}/{self.scope}")


def _of(role: str, how: How, *principals: str, scope: str = "/") -> Iterable[Holding]:
    return (Holding(role, principal, how, scope) for principal in principals)


def _t0(number: int) -> str:
    return user_id(f"t0-{number:02}")


def _app(name: str) -> str:
    return guid("servicePrincipal", name)


HOLDINGS: tuple[Holding, ...] = (
    # Thirteen ways to be Global Administrator: far too many, and most of them for good.
    *_of("Global Administrator", How.PERMANENT, user_id("orchid"), user_id("emergency-admin")),
    *_of("Global Administrator", How.ELIGIBLE, user_id("juniper"), _t0(1)),
    *_of("Global Administrator", How.ACTIVATED, _t0(1)),
    *_of("Global Administrator", How.PERMANENT, _t0(2), _t0(3)),
    *_of("Global Administrator", How.TIME_BOUND, _t0(4)),
    *_of("Global Administrator", How.PERMANENT, group_id("Role: Global Administrators")),
    *_of("Global Administrator", How.ELIGIBLE_FOR_A_YEAR, user_id("guest-01")),
    *_of("Global Administrator", How.PERMANENT, DELETED[0], _app("Legacy Provisioning")),
    # Right: eligible, or active until a date.
    *_of("Privileged Role Administrator", How.ELIGIBLE_FOR_A_YEAR, _t0(8), _t0(9)),
    *_of("Security Administrator", How.ELIGIBLE, _t0(8)),
    *_of("Conditional Access Administrator", How.ELIGIBLE, _t0(9)),
    *_of("Application Administrator", How.ELIGIBLE, group_id("Role: Application Administrators")),
    *_of("Exchange Administrator", How.TIME_BOUND, _t0(10)),
    *_of("Intune Administrator", How.ELIGIBLE, _t0(11)),
    *_of("Windows 365 Administrator", How.ELIGIBLE, _t0(11)),
    *_of("Cloud Application Administrator", How.ELIGIBLE, DELETED[1]),
    # Wrong: privileged and for good.
    *_of("User Administrator", How.PERMANENT, _t0(6), user_id("hostile-quotes"), user_id("hostile-formula")),
    *_of("Helpdesk Administrator", How.PERMANENT, group_id("Role: Helpdesk")),
    *_of("Authentication Administrator", How.PERMANENT, user_id("hostile-control"), scope=UNIT),
    *_of("Security Reader", How.PERMANENT, group_id("Role: empty"), user_id("guest-03")),
    *_of("Hybrid Identity Administrator", How.PERMANENT, _t0(12)),
    *_of("Global Reader", How.PERMANENT, _app("Contoso Scanner"), user_id("hostile-commands")),
    *_of("Directory Synchronization Accounts", How.PERMANENT, user_id("sync-account")),
    # Neither privileged nor worth a finding.
    *_of("Reports Reader", How.PERMANENT, user_id("staff-010"), user_id("staff-020")),
    *_of("License Administrator", How.PERMANENT, user_id("staff-025")),
    *_of("Groups Administrator", How.ELIGIBLE, user_id("staff-026")),
    *_of(CUSTOM_ROLE, How.PERMANENT, user_id("staff-027")),
    *_of(CUSTOM_ROLE, How.PERMANENT, user_id("staff-028"), scope=f"/{guid('application', 'Contoso Scanner')}"),
)


CUSTOM_ACTIONS = ("microsoft.directory/applications/basic/update", "microsoft.directory/applications/standard/read")
"""Source: https://learn.microsoft.com/entra/identity/role-based-access-control/custom-available-permissions"""


def role_definitions() -> list[Json]:
    """The resource. Built-in roles permit hundreds of actions that nothing here reads: their lists are left empty."""
    built_in = [_definition(name, role_id, description, None) for name, (role_id, description) in BUILT_IN.items()]
    support = "Support of Contoso's own applications."
    return [*built_in, _definition(CUSTOM_ROLE, ROLE_IDS[CUSTOM_ROLE], support, CUSTOM_ACTIONS)]


def _definition(name: str, role_id: str, description: str, actions: Sequence[str] | None) -> Json:
    """A role; one with ``actions`` is a custom role."""
    built_in = actions is None
    return {
        "id": role_id,
        "description": description,
        "displayName": name,
        "isBuiltIn": built_in,
        "isEnabled": True,
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": list(actions or ()), "condition": None}],
        "templateId": role_id,
        "version": "1" if built_in else None,
    }


def role_assignments() -> list[Json]:
    """The resource ``roleAssignments``."""
    return [
        {
            "id": holding.id,
            "principalId": holding.principal,
            "directoryScopeId": holding.scope,
            "appScopeId": None,
            "roleDefinitionId": ROLE_IDS[holding.role],
            "condition": None,
        }
        for holding in HOLDINGS
        if holding.how in ACTIVE
    ]


def assignment_instances() -> list[Json]:
    """The resource ``roleAssignmentScheduleInstances``. An assignment for good has no times, as real tenants show."""
    return [_assignment(holding) for holding in HOLDINGS if holding.how in ACTIVE]


def _assignment(holding: Holding) -> Json:
    permanent = holding.how is How.PERMANENT
    schedule = holding.id if permanent else guid("roleAssignmentSchedule", holding.id)
    start = {How.TIME_BOUND: ago(20), How.ACTIVATED: ago(0.1)}.get(holding.how)
    end = {How.TIME_BOUND: ahead(60), How.ACTIVATED: ahead(0.2)}.get(holding.how)
    return {
        "id": holding.id,
        "principalId": holding.principal,
        "roleDefinitionId": ROLE_IDS[holding.role],
        "directoryScopeId": holding.scope,
        "appScopeId": None,
        "startDateTime": start,
        "endDateTime": end,
        "assignmentType": "Activated" if holding.how is How.ACTIVATED else "Assigned",
        "memberType": "Direct",
        "roleAssignmentOriginId": holding.id,
        "roleAssignmentScheduleId": schedule,
    }


def eligibility_instances() -> list[Json]:
    """The resource ``roleEligibilityScheduleInstances``."""
    return [_eligibility(holding) for holding in HOLDINGS if holding.how not in ACTIVE]


def _eligibility(holding: Holding) -> Json:
    return {
        "id": guid("roleEligibilityScheduleInstance", holding.eligibility_id),
        "principalId": holding.principal,
        "roleDefinitionId": ROLE_IDS[holding.role],
        "directoryScopeId": holding.scope,
        "appScopeId": None,
        "startDateTime": ago(120),
        "endDateTime": ahead(245) if holding.how is How.ELIGIBLE_FOR_A_YEAR else None,
        "memberType": "Direct",
        "roleEligibilityScheduleId": holding.eligibility_id,
    }


def administrators() -> frozenset[str]:
    """Ids of the users that hold a role by themselves: ``isAdmin`` of the registration report."""
    return frozenset(holding.principal for holding in HOLDINGS)
