"""What makes Contoso a large tenant: people, groups, applications, roles and policies in large numbers.

Every record is a copy of one of the demo tenant's with other values, so that it has all that Graph sends. The same for
the same size. Where there is a choice it is the harder one: groups within groups ten deep and in circles, a few groups
that everybody is in, named users beside groups in Conditional Access, credentials and grants on most applications.
"""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]
Tenant = Mapping[str, Any]

DEPARTMENTS = ("IT", "Finance", "Sales", "Operations", "Legal", "Human Resources", "Research", "Facilities")
CITIES = ("Amsterdam", "Den Haag", "Berlin", "Leeds", "Lyon", "Oslo")
GROUP = "#microsoft.graph.group"
USER = "#microsoft.graph.user"
RULES = (
    '(user.department -eq "{department}") and (user.accountEnabled -eq True)',
    '(user.city -in ["{city}", "Utrecht"]) and (user.userType -eq "Member")',
    '(user.assignedPlans -any (assignedPlan.servicePlanId -eq "{plan}" -and '
    'assignedPlan.capabilityStatus -eq "Enabled"))',
    '(user.jobTitle -match ".*Clerk.*") or (user.employeeId -startsWith "E{digit}")',
    '(user.employeeHireDate -ge 2025-0{digit}-01) and (user.department -ne "{department}")',
    '(user.proxyAddresses -any (_ -contains "@contoso")) and (user.displayName -notContains "{digit}")',
    '(device.deviceOSType -eq "Windows") and (device.deviceOSVersion -ge "10.0.2{digit}")',
)
EVERYBODY = (1, 501, 1001, 1501, 2001)
"""The groups that all users are in."""
STATES = ("enabled",) * 7 + ("enabledForReportingButNotEnforced", "enabledForReportingButNotEnforced", "disabled")


@dataclass(frozen=True)
class Size:
    """How many there are. ``rules`` are the groups with dynamic membership."""

    users: int = 100_000
    groups: int = 20_000
    apps: int = 5_000
    policies: int = 200
    rules: int = 400

    def part(self, share: float) -> Size:
        """A tenant with that share of the people, groups and applications, and as many policies and dynamic groups."""
        return replace(
            self, users=int(self.users * share), groups=int(self.groups * share), apps=int(self.apps * share)
        )


@dataclass
class Growth:
    """The records that come on top of Contoso's."""

    contoso: Tenant
    size: Size
    chance: random.Random = field(default_factory=lambda: random.Random(20261101))

    def __post_init__(self) -> None:
        self.users = [self._id() for _ in range(self.size.users)]
        self.groups = [self._id() for _ in range(self.size.groups)]
        self.apps = [(self._id(), self._id()) for _ in range(self.size.apps)]
        """(id of the service principal, appId)."""
        self.roles = [role["id"] for role in self.contoso["roleDefinitions"]]
        self.plans = [plan["servicePlanId"] for sku in self.contoso["subscribedSkus"] for plan in sku["servicePlans"]]

    def resources(self) -> Mapping[str, Iterator[Json]]:
        """By resource."""
        return {
            "users": self._users(),
            "userRegistrationDetails": self._registrations(),
            "adUsers": self._ad_users(),
            "deletedUsers": self._deleted_users(),
            "groups": self._groups(),
            "groupMembers": self._members(),
            "groupOwners": self._owners("groupOwners", self.groups, 0.6),
            "conditionalAccessPolicies": self._conditional_access(),
            "roleAssignments": self._grants("roleAssignments", 600),
            "roleAssignmentScheduleInstances": self._grants("roleAssignmentScheduleInstances", 900),
            "roleEligibilityScheduleInstances": self._grants("roleEligibilityScheduleInstances", 1500),
            "privilegedAccessGroups": self._pim_groups("privilegedAccessGroups"),
            "groupEligibilityScheduleInstances": self._pim_groups("groupEligibilityScheduleInstances"),
            "groupAssignmentScheduleInstances": self._pim_groups("groupAssignmentScheduleInstances"),
            "servicePrincipals": self._service_principals(),
            "servicePrincipalOwners": self._owners("servicePrincipalOwners", [key for key, _ in self.apps], 0.4),
            "servicePrincipalSignInActivities": self._app_sign_ins(),
            "applications": self._applications(),
            "applicationOwners": self._owners("applicationOwners", [self._own(key) for key, _ in self.apps[::2]], 0.7),
            "appRoleAssignedTo": self._app_roles(),
            "oauth2PermissionGrants": self._consents(),
            "scheduledQueryRules": self._alert_rules(),
        }

    # --- people ------------------------------------------------------------------------------------------------------

    def _users(self) -> Iterator[Json]:
        model = self._model("users", lambda user: user["assignedPlans"] and user["userType"] == "Member")
        for number, key in enumerate(self.users):
            guest, synced = number % 10 == 0, number % 10 < 7
            name = f"user{number:06}"
            plans = [
                {**model["assignedPlans"][0], "servicePlanId": plan, "capabilityStatus": self._status()}
                for plan in self.chance.sample(self.plans, min(len(self.plans), 20))
            ]
            yield {
                **model,
                "id": key,
                "displayName": f"{self.chance.choice(('Payroll Clerk', 'Engineer', 'Manager'))} {number:06}",
                "userPrincipalName": f"{name}@{'fabrikam' if guest else 'contoso'}.example",
                "mailNickname": name,
                "mail": f"{name}@contoso.example",
                "userType": "Guest" if guest else "Member",
                "accountEnabled": self.chance.random() < 0.95,
                "city": self.chance.choice(CITIES),
                "department": self.chance.choice(DEPARTMENTS),
                "employeeId": f"E{number:06}",
                "proxyAddresses": [f"SMTP:{name}@contoso.example", f"smtp:{name}@contoso.onmicrosoft.com"],
                "onPremisesSyncEnabled": True if synced and not guest else None,
                "onPremisesImmutableId": self._immutable(number) if synced and not guest else None,
                "onPremisesSamAccountName": name if synced and not guest else None,
                "assignedPlans": plans,
            }

    def _ad_users(self) -> Iterator[Json]:
        """Seven of ten users; one in fifty does not match by its id."""
        for number in range(0, len(self.users)):
            if number % 10 < 7:
                name = f"user{number:06}"
                yield {
                    "id": str(self._ad_guid(number if self.chance.random() > 0.02 else number + 10_000_000)),
                    "userPrincipalName": f"{name}@contoso.example",
                    "samAccountName": name,
                    "mail": f"{name}@contoso.example",
                    "proxyAddresses": [f"SMTP:{name}@contoso.example"],
                    "enabled": True,
                    "consistencyGuid": None,
                }

    def _deleted_users(self) -> Iterator[Json]:
        model = self._model("deletedUsers")
        for number in range(len(self.users) // 100):
            yield {**model, "id": self._id(), "onPremisesImmutableId": self._immutable(number * 7)}

    def _registrations(self) -> Iterator[Json]:
        models = self.contoso["userRegistrationDetails"]
        for key in self.users:
            yield {**self.chance.choice(models), "id": key}

    # --- groups ------------------------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Json]:
        model = self._model("groups", lambda group: not group["membershipRule"])
        every = max(len(self.groups) // self.size.rules, 1)
        for number, key in enumerate(self.groups):
            dynamic = number % every == 0
            yield {
                **model,
                "id": key,
                "displayName": f"Group {number:05}",
                "groupTypes": ["DynamicMembership"] if dynamic else [],
                "membershipRule": self._rule(number // every) if dynamic else None,
                "membershipRuleProcessingState": "On" if dynamic else None,
            }

    def _members(self) -> Iterator[Json]:
        """About eight memberships a user. Of ten groups each is in the one before; every hundredth ten is a circle."""
        for number, key in enumerate(self.groups):
            count = min(int(self.chance.paretovariate(0.9)) + 2, len(self.users) // 10)
            users = self.users if number in EVERYBODY else self.chance.sample(self.users, count)
            members = [{"@odata.type": USER, "id": user} for user in users]
            last = number % 10 == 9
            if not last and number + 1 < len(self.groups):
                members.append({"@odata.type": GROUP, "id": self.groups[number + 1]})
            elif number % 1000 == 999:
                members.append({"@odata.type": GROUP, "id": self.groups[number - 9]})
            yield {"id": key, "members": members}

    def _pim_groups(self, resource: str) -> Iterator[Json]:
        model = self._model(resource)
        for number in range(0, min(len(self.groups), 4000), 40):
            record = {**model, "id": self.groups[number]}
            if "instances" in model:
                one = model["instances"][0]
                record["instances"] = [
                    {**one, "id": self._id(), "groupId": record["id"], "principalId": self.chance.choice(self.users)}
                    for _ in range(20)
                ]
            yield record

    # --- roles and Conditional Access --------------------------------------------------------------------------------

    def _grants(self, resource: str, count: int) -> Iterator[Json]:
        models = [one for one in self.contoso[resource] if one.get("assignmentType", "Assigned") == "Assigned"]
        for _ in range(count):
            holders = self.chance.choices(
                [self.users, self.groups, [key for key, _ in self.apps[:200]]], weights=[7, 2, 1]
            )[0]
            key = self._id()
            record = {**self.chance.choice(models), "id": key, "principalId": self.chance.choice(holders)}
            record["roleDefinitionId"] = self.chance.choice(self.roles)
            yield record | ({"roleAssignmentOriginId": key} if "roleAssignmentOriginId" in record else {})

    def _conditional_access(self) -> Iterator[Json]:
        models = [one for one in self.contoso["conditionalAccessPolicies"] if (one["conditions"] or {}).get("users")]
        for number in range(self.size.policies):
            model = self.chance.choice(models)
            conditions = {**model["conditions"], "users": {**model["conditions"]["users"], **self._people(number)}}
            yield {
                **model,
                "id": self._id(),
                "displayName": f"CA{1000 + number}: {model['displayName']}",
                "state": self.chance.choice(STATES),
                "conditions": conditions,
            }

    def _people(self, number: int) -> Json:
        """Whom a policy is for, and whom not: all users, groups, roles, or people by name."""
        include: Json = {"includeUsers": [], "includeGroups": [], "includeRoles": []}
        match number % 10:
            case 0 | 1 | 2 | 3:
                include["includeUsers"] = ["All"]
            case 4 | 5 | 6:
                include["includeGroups"] = self.chance.sample(self.groups, 5)
            case 7 | 8:
                include["includeRoles"] = self.chance.sample(self.roles, min(len(self.roles), 14))
            case _:
                include["includeUsers"] = self.chance.sample(self.users, 200)
        return include | {
            "excludeUsers": self.chance.sample(self.users, 5),
            "excludeGroups": self.chance.sample(self.groups, 3),
            "excludeRoles": self.chance.sample(self.roles, 1) if number % 5 == 0 else [],
        }

    # --- applications ------------------------------------------------------------------------------------------------

    def _service_principals(self) -> Iterator[Json]:
        models = [one for one in self.contoso["servicePrincipals"] if len(one["appRoles"]) < 5]
        for number, (key, app) in enumerate(self.apps):
            yield {**self.chance.choice(models), "id": key, "appId": app, "displayName": f"App {number:04}"}

    def _applications(self) -> Iterator[Json]:
        models = self.contoso["applications"]
        for number, (key, app) in list(enumerate(self.apps))[::2]:
            yield {**self.chance.choice(models), "id": self._own(key), "appId": app, "displayName": f"App {number:04}"}

    def _app_roles(self) -> Iterator[Json]:
        """Contoso's own rows, each with the applications of the large tenant beside its own."""
        for model in self.contoso["appRoleAssignedTo"]:
            given = model["assignments"]
            more = [
                {**self.chance.choice(given), "id": self._id(), "principalId": key}
                for key, _ in (self.apps if given else ())
                for _ in range(3)
            ]
            yield {**model, "assignments": [*given, *more]}

    def _consents(self) -> Iterator[Json]:
        models = self.contoso["oauth2PermissionGrants"]
        for key, _ in self.apps:
            for _ in range(3):
                yield {**self.chance.choice(models), "id": self._id(), "clientId": key}

    def _app_sign_ins(self) -> Iterator[Json]:
        models = self.contoso["servicePrincipalSignInActivities"]
        for _, app in self.apps:
            yield {**self.chance.choice(models), "id": self._id(), "appId": app}

    def _owners(self, resource: str, owned: Sequence[str], share: float) -> Iterator[Json]:
        model = self._model(resource)
        for key in owned:
            count = self.chance.randrange(1, 4) if self.chance.random() < share else 0
            yield {**model, "id": key, "owners": [{"@odata.type": USER, "id": self._anybody()} for _ in range(count)]}

    def _alert_rules(self) -> Iterator[Json]:
        for number in range(300):
            model = self.chance.choice(self.contoso["scheduledQueryRules"])
            yield {**model, "id": f"{model['id']}-{number}", "name": f"{model['name']} {number}"}

    # --- values ------------------------------------------------------------------------------------------------------

    def _model(self, resource: str, fits: Any = bool) -> Json:
        return next(record for record in self.contoso[resource] if fits(record))

    def _id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128)))

    def _own(self, key: str) -> str:
        """The id of the registration behind a service principal."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, key))

    def _ad_guid(self, number: int) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, str(number))

    def _immutable(self, number: int) -> str:
        return base64.b64encode(self._ad_guid(number).bytes_le).decode()

    def _anybody(self) -> str:
        return self.chance.choice(self.users)

    def _status(self) -> str:
        return "Enabled" if self.chance.random() < 0.95 else "Deleted"

    def _rule(self, number: int) -> str:
        values = {
            "department": self.chance.choice(DEPARTMENTS),
            "city": self.chance.choice(CITIES),
            "plan": self.chance.choice(self.plans),
            "digit": str(1 + number % 9),
        }
        return RULES[number % len(RULES)].format(**values)
