"""Groups and their members: nested ones, a cycle, dynamic rules right and wrong, groups that hold roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.ids import DOMAIN, ago, guid, spread
from scanner.demo.contoso.licenses import CLOUD_PC_1, CLOUD_PC_2, CLOUD_PC_4, WINDOWS_365_4, Plan
from scanner.demo.contoso.people import CLOUD_PC_GROUP, JOBS, STAFF, user_id


def group_id(key: str) -> str:
    """The id of the group that goes by ``key`` here."""
    return guid("group", key)


assert group_id("Windows 365 licence") == CLOUD_PC_GROUP


def has_plan(plan: Plan, *, enabled: bool = True) -> str:
    """The part of a membership rule that selects who has ``plan``, enabled or in any state.

    The form is Microsoft's: https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#multi-value-properties.
    """
    state = ' -and assignedPlan.capabilityStatus -eq "Enabled"' if enabled else ""
    return f'(user.assignedPlans -any (assignedPlan.servicePlanId -eq "{plan.id}"{state}))'


BOTH_AT_ONCE = (
    f'(user.assignedPlans -any (assignedPlan.servicePlanId -eq "{CLOUD_PC_2.id}" '
    f'-and assignedPlan.servicePlanId -eq "{CLOUD_PC_4.id}" -and assignedPlan.capabilityStatus -eq "Enabled"))'
)
"""Asks for one plan that has two ids: selects nobody."""


@dataclass(frozen=True)
class Group:
    """One group as these modules describe it."""

    key: str
    description: str = ""
    members: tuple[str, ...] = ()
    """Users by key; groups as ``group:KEY``; service principals as ``app:KEY``."""
    rule: str = ""
    paused: bool = False
    role_assignable: bool = False
    unified: bool = False
    name: str = ""
    """displayName where it is not the key."""
    given: Mapping[str, Any] = field(default_factory=dict)


def _staff(numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"staff-{number:03}" for number in numbers)


_WITH_CPC_2 = _staff(range(1, 6)) + _staff(range(7, 12))
"""Who has CPC_2 enabled (``people.staff``; every sixth is unlicensed)."""
_WITH_CPC_4 = _staff(range(13, 16))

_AS_TYPED = [has_plan(plan).replace("-eq", "\u2013Eq").replace("user.", "User.") for plan in (CLOUD_PC_4, CLOUD_PC_2)]
"""Other letter case, and the en dash that a word processor makes of a hyphen."""

CONDITIONAL_ACCESS = (
    Group("Break glass", "Accounts for emergencies.", ("orchid", "juniper")),
    Group(
        "CA exclusions",
        "Excluded from the policy that asks everyone for multifactor authentication.",
        ("emergency-admin", "group:Break glass", "group:Legacy systems A", "scanner-service"),
    ),
    Group("Legacy systems A", "In a circle with Legacy systems B.", ("group:Legacy systems B", "staff-031")),
    Group("Legacy systems B", "In a circle with Legacy systems A.", ("group:Legacy systems A",)),
    Group("Location exclusions", "May sign in from anywhere.", ("emergency-admin", "group:Travellers")),
    Group("Travellers", "Field service, and by mistake more.", ("group:Break glass", "staff-040", "staff-041")),
    Group("Pilot of passkeys", "Signs in with passkeys already.", ("staff-051", "staff-052")),
)

ROLES = (
    Group("Role: Global Administrators", "Holds Global Administrator.", ("t0-05", "group:Role: nested"),
          role_assignable=True),
    Group("Role: nested", "Nested in a group that holds a role.", ("t0-07", "hostile-markup"), role_assignable=True),
    Group("Role: Application Administrators", "Eligible for Application Administrator.", ("t0-08", "t0-09"),
          role_assignable=True),
    Group("Role: Helpdesk", "Holds Helpdesk Administrator.", ("staff-021", "guest-02"), role_assignable=True,
          name=hostile.NAMES["formula"]),
    Group("Role: empty", "Holds Security Reader, has no members.", role_assignable=True),
    Group("Helpdesk trainees", "Can become a member of the group that holds a role.", ("staff-023", "staff-024")),
)  # fmt: skip

WINDOWS_365 = (
    Group("Windows 365 users", "Right: dynamic, enabled plans.", _WITH_CPC_2 + _WITH_CPC_4,
          rule=f"{has_plan(CLOUD_PC_2)} -or {has_plan(CLOUD_PC_4)}"),
    Group("Windows 365 engineers", "Right: the same rule as an administrator may type it.", _WITH_CPC_2 + _WITH_CPC_4,
          rule=f"{_AS_TYPED[0]} OR {_AS_TYPED[1]}"),
    Group("Windows 365 licence", "Wrong: gives the larger Cloud PC to members chosen by hand.", _WITH_CPC_4,
          given={"assignedLicenses": [{"disabledPlans": [], "skuId": WINDOWS_365_4.id}]}),
    Group("Windows 365 by hand", "Wrong: assigned members.", _WITH_CPC_2[:3]),
    Group("Windows 365 paused", "Wrong: processing paused.", _WITH_CPC_2, rule=has_plan(CLOUD_PC_2), paused=True),
    Group("Windows 365 any state", "Wrong: does not ask for Enabled.",
          (*_WITH_CPC_2, "staff-016", "staff-017"), rule=has_plan(CLOUD_PC_2, enabled=False)),
    Group("Windows 365 other size", "Wrong: names a plan that is not owned.", rule=has_plan(CLOUD_PC_1)),
    Group("Windows 365 both", "Wrong: selects nobody.", rule=BOTH_AT_ONCE, name=hostile.NAMES["newlines"]),
    Group("Windows 365 stale", "Wrong: one is missing who has the plan, and one is there who lost it.",
          (*_WITH_CPC_2[:-1], "staff-016"), rule=has_plan(CLOUD_PC_2)),
    Group("Windows 365 department", "Wrong: by department, whoever has a licence.", _staff(range(4, STAFF + 1, 5)),
          rule='(user.department -eq "Research")'),
    Group("Windows 365 broken", "Wrong: the rule does not parse.", rule='(user.assignedPlans -any (assignedPlan'),
)  # fmt: skip

EVERYDAY = (
    Group("All staff", "Everyone with a job.", _staff(range(1, STAFF + 1)),
          rule='(user.employeeId -ne null) and (user.accountEnabled -eq True)'),
    Group("Amsterdam and Den Haag", "By city.", _staff(n for n in range(1, STAFF + 1) if n % len(JOBS) in (0, 1)),
          rule='(user.country -eq "Netherlands") and (user.city -eq "Amsterdam") or (user.city -eq "Den Haag")'),
    Group("Hired since 2025", "By date.", _staff(range(1, 22)), rule="(user.employeeHireDate -ge 2025-01-01)"),
    Group("Lab devices", "By device.",
          rule='(device.deviceOSType -eq "Windows") and (device.deviceOSVersion -ge "10.0.26200.7462")'),
    Group("Fabrikam partners", "Guests of one partner.", tuple(f"guest-{number:02}" for number in range(1, 9)),
          unified=True),
    Group("Research", "A team.", _staff(range(4, 84, 5)), unified=True),
    Group("Payroll", "Synchronised.", _staff(range(5, 31, 5)),
          given={"onPremisesSyncEnabled": True, "onPremisesSamAccountName": "payroll",
                 "onPremisesDomainName": "corp.contoso.example", "onPremisesNetBiosName": "CORP",
                 "onPremisesLastSyncDateTime": ago(1 / 24),
                 "onPremisesSecurityIdentifier": "S-1-5-21-1004336348-1177238915-682003330-5512"}),
    Group("Automation", "Has an application as a member.", ("app:Contoso Provisioner",)),
    Group("Hostile name", "A group with a name that breaks terminals.", ("hostile-ansi",),
          name=hostile.NAMES["ansi"]),
)  # fmt: skip

GROUPS = (*CONDITIONAL_ACCESS, *ROLES, *WINDOWS_365, *EVERYDAY)


def groups() -> list[Json]:
    """The resource ``groups``."""
    return [group_record(group) for group in GROUPS]


def group_members() -> list[Json]:
    """The fan-out ``groupMembers``: type and id of every direct member."""
    return [{"id": group_id(group.key), "members": [_member(member) for member in group.members]} for group in GROUPS]


OWNERS: Mapping[str, tuple[str, ...]] = {
    "Break glass": ("t0-08",),
    "Role: Helpdesk": ("staff-021",),
    "Location exclusions": ("t0-09", "app:Contoso Provisioner"),
    "Research": ("staff-004",),
}
"""Who owns a group: of one that holds a role a helper, of one that lifts a restriction an application."""


def group_owners() -> list[Json]:
    """The fan-out ``groupOwners``."""
    return [
        {"id": group_id(group.key), "owners": [_member(owner) for owner in OWNERS.get(group.key, ())]}
        for group in GROUPS
    ]


def _member(member: str) -> Json:
    kind, _, key = member.partition(":")
    if kind == "group":
        return {"@odata.type": "#microsoft.graph.group", "id": group_id(key)}
    if kind == "app":
        return {"@odata.type": "#microsoft.graph.servicePrincipal", "id": guid("servicePrincipal", key)}
    return {"@odata.type": "#microsoft.graph.user", "id": user_id(member)}


def group_record(group: Group) -> Json:
    """One group with every property that Graph has for it."""
    nickname = guid("nickname", group.key)[:8]
    mail = f"group-{nickname}@{DOMAIN}" if group.unified else None
    types = (["Unified"] if group.unified else []) + (["DynamicMembership"] if group.rule else [])
    return {
        "id": group_id(group.key),
        "deletedDateTime": None,
        "assignedLabels": [],
        "assignedLicenses": [],
        "classification": None,
        "createdDateTime": ago(100 + spread(group.key, 900)),
        "description": group.description,
        "displayName": group.name or group.key,
        "expirationDateTime": None,
        "groupTypes": types,
        "isAssignableToRole": True if group.role_assignable else None,
        "isManagementRestricted": None,
        "licenseProcessingState": None,
        "mail": mail,
        "mailEnabled": group.unified,
        "mailNickname": nickname,
        "membershipRule": group.rule or None,
        "membershipRuleProcessingState": ("Paused" if group.paused else "On") if group.rule else None,
        "onPremisesDomainName": None,
        "onPremisesLastSyncDateTime": None,
        "onPremisesNetBiosName": None,
        "onPremisesProvisioningErrors": [],
        "onPremisesSamAccountName": None,
        "onPremisesSecurityIdentifier": None,
        "onPremisesSyncEnabled": None,
        "preferredDataLocation": None,
        "preferredLanguage": None,
        "proxyAddresses": [f"SMTP:{mail}"] if mail else [],
        "renewedDateTime": ago(90),
        "resourceBehaviorOptions": [],
        "resourceProvisioningOptions": ["Team"] if group.unified else [],
        "securityEnabled": not group.unified,
        "securityIdentifier": "S-1-12-1-"
        + "-".join(str(1000000000 + spread(f"{group.key}/sid{part}", 999999999)) for part in range(4)),
        "serviceProvisioningErrors": [],
        "theme": None,
        "uniqueName": None,
        "visibility": "Private" if group.unified or group.role_assignable else None,
        **group.given,
    }
