"""The lists of facts: documented, without cycles, and honest about what they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
import pytest
from msgspec import inspect

from scanner.cel.types import load_types
from scanner.collect.catalogue import BY_NAME
from scanner.errors import NotCollected
from scanner.snapshot import Snapshot
from scanner.tenant.base import Derived, Fact, Graph
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.facts import DERIVED, FACTS, FACTS_BY_NAME, requirements
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import (
    CUSTOM_ROLE,
    GLOBAL_ADMINISTRATOR,
    Json,
    Ref,
    group,
    guest,
    members_of,
    no_roles,
    policy,
    scheduled,
    user,
)

T = TypeVar("T")

ALL: tuple[Fact | Derived, ...] = (*FACTS, *DERIVED)


def name_of(one: Fact | Derived) -> str:
    """``user.roles``, or the name of a derived resource."""
    return f"{one.owner}.{one.name}" if isinstance(one, Fact) else one.name


def needs(one: Fact | Derived) -> dict[str, frozenset[str]]:
    """What it says it reads."""
    found = requirements(one.owner, one.name) if isinstance(one, Fact) else requirements(one.name)
    return dict(found)


def test_no_fact_is_listed_twice() -> None:
    assert len(FACTS_BY_NAME) == len(FACTS)


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_every_fact_used_exists_and_none_uses_itself(one: Fact | Derived) -> None:
    def walk(current: Fact | Derived, path: tuple[str, ...]) -> None:
        assert name_of(current) not in path
        for used in current.uses:
            owner, _, name = used.partition(".")
            walk(FACTS_BY_NAME[owner, name], (*path, name_of(current)))

    walk(one, ())


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_every_resource_read_is_in_the_catalogue(one: Fact | Derived) -> None:
    assert set(needs(one)) <= set(BY_NAME)


def test_every_property_read_is_one_of_graphs() -> None:
    types = load_types(FACTS, DERIVED)
    for one in ALL:
        for resource, properties in needs(one).items():
            known = types[BY_NAME[resource].type].properties.values()
            assert properties <= {prop.key or prop.name for prop in known if not prop.fact}, (name_of(one), resource)


@pytest.mark.parametrize("one", FACTS, ids=name_of)
def test_every_graph_record_returned_is_of_the_resources_type(one: Fact) -> None:
    if isinstance(one.returns, Graph):
        assert BY_NAME[one.returns.resource].type == one.returns.type


def test_facts_and_their_fields_are_documented_in_sentences() -> None:
    for one in ALL:
        assert one.description.endswith("."), name_of(one)
        returned = one.row if isinstance(one, Derived) else one.returns
        for struct in structs(inspect.type_info(returned)) if not isinstance(returned, Graph) else ():
            for field in struct.fields:
                assert isinstance(field.type, inspect.Metadata), f"{struct.cls.__name__}.{field.name}"
                assert (field.type.extra_json_schema or {}).get("description"), f"{struct.cls.__name__}.{field.name}"


def structs(info: inspect.Type) -> Iterator[inspect.StructType]:
    """The structs in a type."""
    if isinstance(info, inspect.StructType):
        yield info
        for field in info.fields:
            yield from structs(field.type)
    elif isinstance(info, inspect.Metadata):
        yield from structs(info.type)
    elif isinstance(info, inspect.ListType):
        yield from structs(info.item_type)
    elif isinstance(info, inspect.UnionType):
        for part in info.types:
            yield from structs(part)


class Watching(Snapshot):
    """A snapshot that notes what is required of it."""

    seen: dict[str, set[str]]

    def require(self, resource: str, properties: Iterable[str] = ()) -> None:
        """Notes the need, then answers."""
        self.seen.setdefault(resource, set()).update(properties)
        super().require(resource, properties)


SKU: Json = {
    "id": "s",
    "skuId": "s",
    "prepaidUnits": {"enabled": 1},
    "servicePlans": [{"servicePlanId": "p", "servicePlanName": "CPC_2", "provisioningStatus": "Success"}],
}

FULL: Json = {
    **no_roles(),
    "domains": [{"id": "contoso.onmicrosoft.com", "isInitial": True}],
    "subscribedSkus": [SKU],
    "users": [user("ann"), user("old", onPremisesImmutableId="x"), guest("visitor")],
    "groups": [group("g", membershipRule="user.city -eq null", assignedLicenses=[])],
    "groupMembers": [members_of("g", ["ann"])],
    "groupOwners": [{"id": "g", "owners": [{"id": "ann"}]}],
    "groupManagementPolicyAssignments": [{"id": "g", "assignments": []}],
    "roleManagementPolicyAssignments": [{"id": "rules", "roleDefinitionId": GLOBAL_ADMINISTRATOR, "policy": None}],
    "servicePrincipals": [{"id": "sp", "appId": "a"}],
    "servicePrincipalOwners": [{"id": "sp", "owners": [{"id": "ann"}]}],
    "servicePrincipalSignInActivities": [{"id": "activity", "appId": "a"}],
    "applications": [{"id": "app", "appId": "a"}],
    "applicationOwners": [{"id": "app", "owners": [{"id": "sp"}]}],
    "appManagementPolicyTargets": [{"id": "management", "appliesTo": [{"id": "app"}]}],
    "appRoleAssignedTo": [],
    "oauth2PermissionGrants": [],
    "userRegistrationDetails": [],
    "deletedUsers": [],
    "organization": [{"id": "o", "onPremisesSyncEnabled": True}],
    "passwordSynchronization": [{"id": "o"}],
    "onPremisesSynchronization": [{"id": "o", "features": {"passwordSyncEnabled": True}}],
    "adUsers": [{"id": "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "userPrincipalName": "ann@contoso.com"}],
    "cloudPcProvisioningPolicies": [],
    "accessReviewDefinitions": [{"id": "a", "scope": {"query": "/groups/g/members"}}],
    "breakGlassSignIns": [{"id": "ann", "signIns": [{"id": "s", "createdDateTime": "2026-10-20T06:00:00Z"}]}],
    "breakGlassMethods": [{"id": "ann", "methods": [{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod"}]}],
    "subscriptions": [{"id": "/subscriptions/s", "subscriptionId": "s"}],
    "diagnosticSettings": [
        {
            "id": "d",
            "properties": {"workspaceId": "/subscriptions/s/w", "logs": [{"category": "SignInLogs", "enabled": True}]},
        }
    ],
    "workspaces": [{"id": "/subscriptions/s/w", "name": "w"}],
    "scheduledQueryRules": [
        {
            "id": "r",
            "properties": {
                "scopes": ["/subscriptions/s"],
                "criteria": {"allOf": [{"query": "SigninLogs"}]},
                "actions": {"actionGroups": ["g"]},
            },
        }
    ],
    "actionGroups": [{"id": "g", "properties": {"enabled": True}}],
    "roleDefinitions": [{"id": CUSTOM_ROLE, "isBuiltIn": False, "rolePermissions": []}, {"id": GLOBAL_ADMINISTRATOR}],
    "roleAssignmentScheduleInstances": [
        scheduled("1", "g", CUSTOM_ROLE),
        scheduled("2", "ann", directoryScopeId="/app"),
    ],
    "authenticationStrengthPolicies": [{"id": "s", "requirementsSatisfied": "mfa"}],
    "conditionalAccessPolicies": [
        policy(
            "p",
            {
                "includeUsers": ["All"],
                "excludeUsers": ["ann", "GuestsOrExternalUsers"],
                "excludeGroups": ["g"],
                "excludeRoles": [CUSTOM_ROLE],
            },
            grantControls={"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": "s"}},
        )
    ],
}

RECORDS = {
    "user": "ann",
    "tenant": "",
    "group": "g",
    "unifiedRoleDefinition": GLOBAL_ADMINISTRATOR,
    "conditionalAccessPolicy": "p",
    "servicePrincipal": "sp",
    "application": "app",
    "appManagementPolicy": "management",
    "azureWorkspace": "/subscriptions/s/w",
}


@pytest.mark.parametrize("one", ALL, ids=name_of)
@pytest.mark.parametrize("declared", [BreakGlass(), BreakGlass(("ann@contoso.com",), ("G",), ("P",))])
def test_a_fact_reads_no_more_than_it_says(one: Fact | Derived, declared: BreakGlass) -> None:
    plain = Snapshot.of(FULL)
    snapshot = Watching(plain.manifest, plain._store, plain.origin)
    snapshot.seen = {}
    tenant = Tenant(snapshot, declared, lambda _, line: msgspec.json.decode(line))
    if isinstance(one, Derived):
        assert list(tenant.derived(one.name))
    else:
        record = (
            RECORDS[one.owner] if one.owner in RECORDS else msgspec.to_builtins(next(tenant.derived(one.owner)))["id"]
        )
        tenant.fact(one.owner, one.name)(Ref(record))
    said = needs(one)
    for resource, properties in snapshot.seen.items():
        assert resource in said
        assert properties <= said[resource]


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_a_fact_is_never_answered_from_nothing(one: Fact | Derived) -> None:
    tenant = Tenant(Snapshot.of({}), BreakGlass(accounts=("ann@contoso.com",)))
    if name_of(one) in ("tenant.breakGlassDeclared", "tenant.breakGlassCandidates"):
        return
    with pytest.raises(NotCollected):
        if isinstance(one, Derived):
            list(tenant.derived(one.name))
        elif one.name == "registration":
            Tenant(Snapshot.of({}), decode=lambda _, line: line).fact(one.owner, one.name)(Ref("x"))
        else:
            tenant.fact(one.owner, one.name)(Ref("x"))
