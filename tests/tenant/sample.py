"""Small tenants for tests: builders of records as Graph sends them, and of a ``Tenant`` from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import msgspec

from scanner.errors import NotCollected
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.tenant import Tenant

Json: TypeAlias = dict[str, Any]

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
CUSTOM_ROLE = "11111111-0000-4000-8000-000000000001"

ROLES: tuple[Json, ...] = tuple(
    {"id": key, "templateId": key, "displayName": name, "isBuiltIn": True}
    for key, name in (
        (GLOBAL_ADMINISTRATOR, "Global Administrator"),
        (USER_ADMINISTRATOR, "User Administrator"),
        (DIRECTORY_READERS, "Directory Readers"),
    )
)


class Ref(NamedTuple):
    """A record of which only the id matters, as facts are given it."""

    id: str


def tenant_of(break_glass: BreakGlass | None = None, **content: object) -> Tenant:
    """A tenant with these resources; what is not given was not collected."""
    return Tenant(Snapshot.of(content), break_glass, lambda _, line: msgspec.json.decode(line))


def refused(outcome: str, reason: str = "") -> Json:
    """An outcome for the ``outcomes`` of a snapshot."""
    return {"outcome": outcome, "reason": reason}


def value(tenant: Tenant, fact: str, record: str = "") -> Any:
    """The value of ``user.roles`` and the like for the record with this id."""
    owner, _, name = fact.partition(".")
    return tenant.fact(owner, name)(Ref(record))


def lacking(tenant: Tenant, fact: str, record: str = "") -> str:
    """The resource whose absence makes the fact unknown; "" when it is known."""
    try:
        value(tenant, fact, record)
    except NotCollected as lack:
        return lack.resource
    return ""


def user(key: str, **properties: object) -> Json:
    """A cloud-only member."""
    name = f"{key}@contoso.com"
    return {"id": key, "displayName": key.title(), "userPrincipalName": name, "userType": "Member", **properties}


def guest(key: str, **properties: object) -> Json:
    """Somebody who was invited and signs in elsewhere."""
    name = f"{key}_fabrikam.com#EXT#@contoso.onmicrosoft.com"
    return user(key, **{"userPrincipalName": name, "userType": "Guest", "creationType": "Invitation", **properties})


def group(key: str, **properties: object) -> Json:
    """A group; its members stand in ``members_of``."""
    return {"id": key, "displayName": key.title(), **properties}


def members_of(key: str, users: Iterable[str] = (), groups: Iterable[str] = (), others: Iterable[str] = ()) -> Json:
    """The direct members of a group."""
    kinds = (("user", users), ("group", groups), ("servicePrincipal", others))
    members = [{"@odata.type": f"#microsoft.graph.{kind}", "id": one} for kind, ids in kinds for one in ids]
    return {"id": key, "members": members}


def grant(key: str, principal: str, role: str = GLOBAL_ADMINISTRATOR, **properties: object) -> Json:
    """A role assignment over the whole tenant."""
    return {
        "id": key,
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": "/",
        "appScopeId": None,
        **properties,
    }


def scheduled(key: str, principal: str, role: str = GLOBAL_ADMINISTRATOR, **properties: object) -> Json:
    """An assignment as PIM lists it: an active one that was assigned, without end."""
    whole = {
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "startDateTime": None,
        "endDateTime": None,
        "roleAssignmentOriginId": key,
        **properties,
    }
    return grant(key, principal, role, **whole)


def no_roles() -> Json:
    """Resources of a tenant in which nobody has a role."""
    return {
        "roleDefinitions": list(ROLES),
        "roleAssignments": [],
        "roleAssignmentScheduleInstances": [],
        "roleEligibilityScheduleInstances": [],
        "groupEligibilityScheduleInstances": [],
        "groupAssignmentScheduleInstances": [],
    }


def nobody() -> Json:
    """Resources of an empty directory."""
    return {"users": [], "groups": [], "groupMembers": [], "servicePrincipals": []}


def policy(key: str, users: Json | None = None, **properties: object) -> Json:
    """An enabled Conditional Access policy: multifactor authentication for everyone everywhere."""
    return {
        "id": key,
        "displayName": key.title(),
        "state": "enabled",
        "conditions": conditions(users),
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        **properties,
    }


def conditions(users: Json | None = None, **others: object) -> Json:
    """Conditions that include everyone and everything, as Graph sends them, with some changed."""
    return {
        "users": users if users is not None else {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"], "excludeApplications": [], "includeUserActions": []},
        "clientAppTypes": ["all"],
        "locations": None,
        "platforms": None,
        "signInRiskLevels": [],
        "userRiskLevels": [],
        **others,
    }
