"""Governance in the demo tenant: PIM for groups, alerts, protected actions, reviews, terms of use, access packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso.groups import group_id
from scanner.demo.contoso.ids import TENANT_ID, ago, ahead, guid
from scanner.demo.contoso.people import user_id
from scanner.demo.contoso.role_rules import Rules, group_policy_assignments
from scanner.demo.contoso.roles import DELETED, ROLE_IDS

PIM_GROUPS = ("Role: Application Administrators", "Role: Helpdesk", "Role: empty", "Role: Global Administrators")


@dataclass(frozen=True)
class Membership:
    """One principal in a group by way of PIM; what makes each of them special is told beside it."""

    group: str
    principal: str
    end: str | None = None
    access: str = "member"
    activated: bool = False

    @property
    def schedule(self) -> str:
        """The id of the schedule that the instance belongs to."""
        return self._id("groupSchedule")

    def record(self, **own: str) -> Json:
        """The instance with the properties that only its kind has."""
        return {
            "id": self._id("groupInstance"),
            "accessId": self.access,
            "endDateTime": self.end,
            "groupId": group_id(self.group),
            "memberType": "Direct",
            "principalId": self.principal,
            "startDateTime": ago(100),
            **own,
        }

    def _id(self, kind: str) -> str:
        return f"{group_id(self.group)}_{self.access}_{guid(kind, self.principal)}"


ELIGIBLE = (
    Membership(PIM_GROUPS[0], user_id("t0-10"), ahead(200)),
    Membership(PIM_GROUPS[0], DELETED[0]),
    Membership(PIM_GROUPS[0], user_id("t0-11"), access="owner"),
    # The group has its role actively: whoever activates the membership has the role.
    Membership(PIM_GROUPS[1], user_id("guest-02")),
    Membership(PIM_GROUPS[1], user_id("staff-021"), ahead(180)),
    Membership(PIM_GROUPS[1], group_id("Helpdesk trainees")),
    Membership(PIM_GROUPS[2], user_id("t0-12"), ahead(300)),
    Membership(PIM_GROUPS[3], user_id("t0-09"), ahead(300)),
)

ASSIGNED = (
    # The group is eligible for its role, and so are its members.
    Membership(PIM_GROUPS[0], user_id("t0-08")),
    Membership(PIM_GROUPS[0], user_id("t0-09"), ahead(90)),
    Membership(PIM_GROUPS[1], user_id("staff-021"), ahead(0.2), activated=True),
)


def privileged_access_groups() -> list[Json]:
    """The resource: groups that Privileged Identity Management governs."""
    return [{"id": group_id(group), "deletedDateTime": None} for group in PIM_GROUPS]


def group_eligibility() -> list[Json]:
    """The fan-out ``groupEligibilityScheduleInstances``."""
    return _by_group([(one, one.record(eligibilityScheduleId=one.schedule)) for one in ELIGIBLE])


def group_assignment() -> list[Json]:
    """The fan-out ``groupAssignmentScheduleInstances``."""
    kinds = {True: "Activated", False: "Assigned"}
    return _by_group(
        [(one, one.record(assignmentType=kinds[one.activated], assignmentScheduleId=one.schedule)) for one in ASSIGNED]
    )


def _by_group(instances: Sequence[tuple[Membership, Json]]) -> list[Json]:
    return [
        {"id": group_id(group), "instances": [record for one, record in instances if one.group == group]}
        for group in PIM_GROUPS
    ]


def group_management_policies() -> list[Json]:
    """The fan-out ``groupManagementPolicyAssignments``: two groups ask for approval, two do not."""
    approved, free = Rules(eligible_for_ever=False, approval=True), Rules(activation_asks=())
    pairs = zip(PIM_GROUPS, (approved, free, approved, Rules()), strict=True)
    return [{"id": group_id(group), "assignments": group_policy_assignments(group, rule)} for group, rule in pairs]


def role_management_alerts() -> list[Json]:
    """The resource, with the kinds of https://learn.microsoft.com/graph/how-to-pim-alerts."""
    return [
        _alert("TooManyGlobalAdminsAssignedToTenantAlert", 13),
        _alert("StaleSignInAlert", 2),
        _alert("RolesAssignedOutsidePrivilegedIdentityManagementAlert", 0),
        _alert("NoMfaOnRoleActivationAlert", 1),
    ]


def _alert(kind: str, incidents: int) -> Json:
    alert_id = f"DirectoryRole_{TENANT_ID}_{kind}"
    return {
        "id": alert_id,
        "alertDefinitionId": alert_id,
        "incidentCount": incidents,
        "isActive": incidents > 0,
        "lastModifiedDateTime": ago(3),
        "lastScannedDateTime": ago(0.5),
        "scopeId": "/",
        "scopeType": "DirectoryRole",
    }


def resource_actions() -> list[Json]:
    """The resource: a few of many actions, of which one is protected."""
    return [
        _action("conditionalAccessPolicies/basic/update", "PATCH", context="c1"),
        _action("conditionalAccessPolicies/delete", "DELETE"),
        _action("applications/credentials/update", "PATCH"),
        _action("users/allProperties/read", "GET", privileged=False),
    ]


def _action(name: str, verb: str, context: str | None = None, *, privileged: bool = True) -> Json:
    return {
        "id": f"microsoft.directory-{name.replace('/', '-')}-{verb.lower()}",
        "actionVerb": verb,
        "authenticationContextId": context,
        "description": f"{name.rpartition('/')[2].capitalize()} {name.partition('/')[0]}",
        "isAuthenticationContextSettable": name.startswith("conditionalAccess"),
        "isPrivileged": privileged,
        "name": f"microsoft.directory/{name}",
        "resourceScopeId": None,
    }


def access_reviews() -> list[Json]:
    """The resource ``accessReviewDefinitions``: guests every three months, Global Administrators once."""
    guests = "./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')"
    role = f"/roleManagement/directory/roleDefinitions/{ROLE_IDS['Global Administrator']}"
    return [
        _review("Guests of teams", _query(guests), "absoluteMonthly", 3, automatic=True),
        _review(
            "Global Administrators",
            {
                "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
                "principalScopes": [_query("/users")],
                "resourceScopes": [_query(role)],
            },
            "weekly",
            0,
            automatic=False,
        ),
    ]


def _query(query: str) -> Json:
    return {
        "@odata.type": "#microsoft.graph.accessReviewQueryScope",
        "query": query,
        "queryType": "MicrosoftGraph",
        "queryRoot": None,
    }


def _review(name: str, scope: Json, pattern: str, interval: int, *, automatic: bool) -> Json:
    return {
        "id": guid("accessReview", name),
        "additionalNotificationRecipients": [],
        "createdBy": {"id": user_id("t0-08"), "displayName": None, "ipAddress": None, "userPrincipalName": None},
        "createdDateTime": ago(200),
        "descriptionForAdmins": "",
        "descriptionForReviewers": "",
        "displayName": name,
        "fallbackReviewers": [],
        "instanceEnumerationScope": None,
        "lastModifiedDateTime": ago(200),
        "reviewers": [{"query": f"/users/{user_id('t0-08')}", "queryType": "MicrosoftGraph", "queryRoot": None}],
        "scope": scope,
        "settings": {
            "autoApplyDecisionsEnabled": automatic,
            "defaultDecision": "Deny" if automatic else "None",
            "defaultDecisionEnabled": automatic,
            "instanceDurationInDays": 14,
            "justificationRequiredOnApproval": True,
            "mailNotificationsEnabled": True,
            "recommendationsEnabled": True,
            "recurrence": _recurrence(pattern, interval),
            "reminderNotificationsEnabled": True,
        },
        "stageSettings": [],
        "status": "InProgress",
    }


def _recurrence(pattern: str, interval: int) -> Json:
    return {
        "pattern": {"type": pattern, "interval": interval, "month": 0, "dayOfMonth": 0, "daysOfWeek": [],
                    "firstDayOfWeek": "sunday", "index": "first"},
        "range": {"type": "noEnd" if interval else "numbered", "numberOfOccurrences": 0, "recurrenceTimeZone": None,
                  "startDate": "2026-04-01", "endDate": "9999-12-31"},
    }  # fmt: skip


def agreements() -> list[Json]:
    """The resource: terms for guests, which they see before they accept them."""
    return [
        {
            "id": guid("agreement", "guests"),
            "displayName": "Terms of use for guests",
            "isPerDeviceAcceptanceRequired": False,
            "isViewingBeforeAcceptanceRequired": True,
            "termsExpiration": None,
            "userReacceptRequiredFrequency": "P90D",
        }
    ]


CATALOG = guid("accessPackageCatalog", "General")
PACKAGE = guid("accessPackage", "Intranet project")
PROJECT_GROUP = group_id("Research")


def access_package_catalogs() -> list[Json]:
    """The resource."""
    return [
        {
            "id": CATALOG,
            "catalogType": "serviceDefault",
            "createdDateTime": ago(600),
            "description": "Built-in catalog.",
            "displayName": "General",
            "isExternallyVisible": True,
            "modifiedDateTime": ago(100),
            "state": "published",
        }
    ]


def access_package_catalog_resources() -> list[Json]:
    """The fan-out: a group that access packages may give, and one that was deleted since."""
    return [{"id": CATALOG, "resources": [_resource("Research", PROJECT_GROUP), _resource("Gone", guid("group", "?"))]}]


def _resource(name: str, origin: str) -> Json:
    return {
        "id": guid("accessPackageResource", name),
        "createdDateTime": ago(90),
        "description": name,
        "displayName": name,
        "modifiedDateTime": ago(90),
        "originId": origin,
        "originSystem": "AadGroup",
        "scopes": [_scope(origin)],
    }


def _scope(origin: str) -> Json:
    return {
        "id": guid("accessPackageResourceScope", origin),
        "description": "Root Scope",
        "displayName": "Root",
        "isRootScope": True,
        "originId": origin,
        "originSystem": "AadGroup",
    }


def access_packages() -> list[Json]:
    """The resource, with what each package gives."""
    role = {
        "id": guid("accessPackageResourceRole", "Member"),
        "description": None,
        "displayName": "Member",
        "originId": f"Member_{PROJECT_GROUP}",
        "originSystem": "AadGroup",
    }
    given = {"id": guid("resourceRoleScope", "1"), "createdDateTime": ago(90), "role": role}
    return [
        {
            "id": PACKAGE,
            "createdDateTime": ago(90),
            "description": "Access for the intranet project.",
            "displayName": "Intranet project",
            "isHidden": False,
            "modifiedDateTime": ago(80),
            "resourceRoleScopes": [{**given, "scope": _scope(PROJECT_GROUP)}],
        }
    ]


def access_package_assignment_policies() -> list[Json]:
    """The resource: staff after approval, and anyone from outside for ever, without."""
    days = {"type": "afterDuration", "duration": "P90D", "endDateTime": None}
    never = {"type": "noExpiration", "duration": None, "endDateTime": None}
    return [
        _policy("Staff", "allMemberUsers", days, approval=True),
        _policy("Anyone", "allExternalUsers", never, approval=False),
    ]


def _policy(name: str, target: str, expiration: Json, *, approval: bool) -> Json:
    package = {key: value for key, value in access_packages()[0].items() if key != "resourceRoleScopes"}
    requests: dict[str, Any] = {"isApprovalRequiredForAdd": approval, "isApprovalRequiredForUpdate": False}
    return {
        "id": guid("accessPackageAssignmentPolicy", name),
        "accessPackage": package,
        "allowedTargetScope": target,
        "automaticRequestSettings": None,
        "createdDateTime": ago(90),
        "description": name,
        "displayName": name,
        "expiration": expiration,
        "modifiedDateTime": ago(80),
        "requestApprovalSettings": {**requests, "stages": []},
        "requestorSettings": {
            "allowCustomAssignmentSchedule": True,
            "enableOnBehalfRequestorsToAddAccess": False,
            "enableTargetsToSelfAddAccess": True,
            "enableTargetsToSelfRemoveAccess": True,
        },
        "reviewSettings": None,
        "specificAllowedTargets": [],
    }
