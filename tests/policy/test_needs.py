"""What policies need is what they read: by hand for each kind, by watching, and by collecting exactly that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest

from scanner.cel.types import service_types
from scanner.collect.active_directory import AdExport, write_ad_users
from scanner.collect.arm import ArmClient
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import BY_NAME, RESOURCES
from scanner.collect.graph import GraphClient
from scanner.collect.plan import make_plan
from scanner.collect.retry import Clock
from scanner.collect.run import Options, collect
from scanner.config import load_config
from scanner.demo.emulator import Emulator
from scanner.demo.make import FOLDER, NOW
from scanner.demo.run import AD_USERS
from scanner.demo.serve import application
from scanner.evaluate.engine import evaluate
from scanner.evaluate.scope import Scope
from scanner.model import Result, Status
from scanner.policy.load import load_policies
from scanner.policy.model import Policy, Rule
from scanner.policy.needs import Needs, combine, deciding_needs, direct_needs, expressions, needs, reads
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.shipped import policies_folder
from scanner.snapshot import Snapshot, SnapshotWriter
from tests.evaluate.build import policies

SHIPPED = load_policies([policies_folder()], vocabulary())
RULES = tuple(policy for policy in SHIPPED if isinstance(policy.body, Rule))
CONFIG = load_config(FOLDER / "tenantlint.yaml")
DECLARED = Declarations(CONFIG.break_glass)
BY_ID = pytest.mark.parametrize("policy", RULES, ids=[policy.id for policy in RULES])


def needed(folder: Path, body: str) -> dict[str, set[str]]:
    (policy,) = policies(folder, a_rule=body)
    return {resource: set(names) for resource, names in needs(policy).items()}


BREAK_GLASS = {"groupMembers": {"id", "members"}, "groups": {"id", "displayName"}}
"""What it takes to know who is declared, beside the users themselves."""

_HOLDING = {"id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"}
_INSTANCE = {*_HOLDING, "startDateTime", "endDateTime", "memberType"}
ROLES: dict[str, set[str]] = {
    **BREAK_GLASS,
    "roleAssignments": _HOLDING,
    "roleAssignmentScheduleInstances": {*_INSTANCE, "assignmentType", "roleAssignmentOriginId"},
    "roleDefinitions": {"id", "displayName", "templateId", "isBuiltIn", "rolePermissions"},
    "roleEligibilityScheduleInstances": _INSTANCE,
    "groupAssignmentScheduleInstances": {"id", "instances"},
    "groupEligibilityScheduleInstances": {"id", "instances"},
    "privilegedAccessGroups": {"id"},
    "applications": {"id"},
    "servicePrincipals": {"id", "displayName"},
    "users": {"id", "displayName", "userPrincipalName"},
}
"""What it takes to know who holds which role."""

KINDS: dict[str, tuple[str, dict[str, set[str]]]] = {
    "properties of the record, in where, assertion and message": (
        "resource: users\nwhere: user.userType == 'Guest'\nassert: user.accountEnabled == false\n"
        "message: '{user.city} {user.displayName}'\n",
        {"users": {"userType", "accountEnabled", "city", "displayName"}},
    ),
    "only the top of what is nested, also in lists": (
        "resource: conditionalAccessPolicies\n"
        "assert: policy.conditions.users.includeGuestsOrExternalUsers.externalTenants.odataType == null ||\n"
        "  policy.conditions.locations.includeLocations.exists(one, one == 'All')\nmessage: x\n",
        {"conditionalAccessPolicies": {"conditions"}},
    ),
    "lists of records within a record": (
        "resource: roleManagementPolicyAssignments\n"
        "assert: roleManagementPolicyAssignment.policy.rules.exists(rule, rule.id == 'x')\nmessage: x\n",
        {"roleManagementPolicyAssignments": {"policy"}},
    ),
    "a resource that is only counted": (
        "resource: groups\nrequire: {max: 5}\nassert: 'true'\nmessage: x\n",
        {"groups": set()},
    ),
    "a small resource of the tenant": (
        "resource: users\nassert: tenant.domains.exists(d, d.isDefault == true && d.id == user.city)\nmessage: x\n",
        {"users": {"city"}, "domains": {"id", "isDefault"}},
    ),
    "a small resource that is only counted": (
        "resource: tenant\nassert: size(tenant.domains) > 1\nmessage: x\n",
        {"domains": set()},
    ),
    "a singleton of the tenant": (
        "resource: tenant\nassert: tenant.authorizationPolicy.allowInvitesFrom == 'none'\nmessage: x\n",
        {"authorizationPolicy": {"allowInvitesFrom"}},
    ),
    "a fact of the tenant": (
        "resource: tenant\nassert: tenant.initialDomain != null\nmessage: x\n",
        {"domains": {"id", "isInitial"}},
    ),
    "a fact that gives a record, and what is read of that": (
        "resource: users\nassert: user.registration.isMfaRegistered == true\nmessage: x\n",
        {"users": set(), "userRegistrationDetails": {"id", "isMfaRegistered"}},
    ),
    "a fact made from others": (
        "resource: users\nassert: user.isBreakGlass\nmessage: x\n",
        {"users": {"id", "userPrincipalName"}, **BREAK_GLASS},
    ),
    "a derived resource": (
        "resource: roleHoldings\nwhere: holding.isPrivileged\nassert: holding.assignment == 'eligible'\nmessage: x\n",
        ROLES,
    ),
    "a derived resource together with a small one": (
        "resource: roleHoldings\nassert: holding.roleName == tenant.domains[0].id\nmessage: x\n",
        {**ROLES, "domains": {"id"}},
    ),
    "the licence": (
        "license: P1\nresource: domains\nassert: domain.isDefault == true\nmessage: x\n",
        {"domains": {"isDefault"}, "subscribedSkus": {"id", "prepaidUnits", "servicePlans", "skuId"}},
    ),
    "a statement needs nothing": ("attestation: {statement: It is so., validDays: 9}\n", {}),
}


@pytest.mark.parametrize(("body", "expected"), KINDS.values(), ids=KINDS)
def test_needs(tmp_path: Path, body: str, expected: dict[str, set[str]]) -> None:
    assert needed(tmp_path, body) == expected


def test_needs_of_several_policies_are_put_together(tmp_path: Path) -> None:
    one, two = policies(
        tmp_path,
        one="resource: users\nassert: user.city == null\nmessage: x\n",
        two="resource: users\nassert: user.accountEnabled == true && size(tenant.domains) > 1\nmessage: x\n",
    )
    assert combine([needs(one), needs(two)]) == {"domains": set(), "users": {"city", "accountEnabled"}}
    assert list(combine([needs(two), needs(one)])) == ["domains", "users"]
    assert combine([]) == {}


def test_a_statement_reads_nothing(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, one="attestation: {statement: It is so., validDays: 9}\n")
    assert (direct_needs(policy), list(expressions(policy)), reads([policy])) == ({}, [], frozenset())
    assert deciding_needs(policy) == {}


def test_what_only_the_message_reads_is_collected_and_decides_nothing(tmp_path: Path) -> None:
    body = (
        "resource: users\n{where}assert: user.accountEnabled == true && size(tenant.domains) > 0\n"
        "message: '{{user.city}} {{tenant.initialDomain}} {{size(tenant.namedLocations)}}'\n"
    )
    plain, chosen = policies(tmp_path, a=body.format(where=""), b=body.format(where="where: user.city != null\n"))
    assert needs(plain).keys() == needs(chosen).keys() == {"users", "domains", "namedLocations"}
    assert deciding_needs(plain) == {"users": {"accountEnabled"}, "domains": set()}
    assert deciding_needs(chosen) == {"users": {"accountEnabled", "city"}, "domains": set()}


# --- by watching -----------------------------------------------------------------------------------------------------


class Watched(Snapshot):
    """A snapshot that notes which properties of which resource are asked for."""

    asked: dict[str, set[str]]

    @classmethod
    def watch(cls, whole: Snapshot) -> Watched:
        watched = cls(whole.manifest, whole._store, whole.origin)
        watched.asked = {}
        return watched

    def require(self, resource: str, properties: Iterable[str] = ()) -> None:
        names = set(properties)
        self.asked.setdefault(resource, set()).update(names)
        super().require(resource, names)

    def rows(self, resource: str, row: type[msgspec.Struct]) -> Iterator[msgspec.Struct]:  # type: ignore[override]
        self.asked.setdefault(resource, set()).update(field.encode_name for field in msgspec.structs.fields(row))
        return super().rows(resource, row)


@BY_ID
def test_nothing_is_read_that_is_not_among_the_needs(policy: Policy, everything: Path) -> None:
    """Facts too must ask for no more than they say."""
    snapshot = Watched.watch(Snapshot.open(everything))
    scope = Scope(snapshot, vocabulary().types, [policy], DECLARED.break_glass)
    assert isinstance(policy.body, Rule)
    judge = scope.judge(policy, policy.body)
    scope.feed(policy.body.resource, [judge])
    if policy.licenses:
        scope.tenant.fact("tenant", "licenses")()
    judge.close()
    wanted = needs(policy)
    assert snapshot.asked.keys() <= wanted.keys()
    for resource, names in snapshot.asked.items():
        assert names <= {*wanted[resource], "id"}, resource


# --- by collecting exactly that --------------------------------------------------------------------------------------


def all_there_is() -> Needs:
    """All properties of all resources."""
    types = service_types()
    return {
        resource.name: frozenset(
            prop.name
            for prop in types[resource.fan_out.item if resource.fan_out else resource.type].properties
            if not prop.key
        )
        for resource in RESOURCES
    }


def collected(wanted: Needs, path: Path) -> Path:
    """A snapshot of the demo tenant with just what is wanted."""

    async def read() -> None:
        network = httpx.ASGITransport(application(EMULATOR))
        clock = Clock(now=lambda: NOW)
        async with (
            GraphClient(CREDENTIAL, "http://127.0.0.1", transport=network, clock=clock) as client,
            ArmClient(CREDENTIAL, "http://127.0.0.1", transport=network, clock=clock) as azure,
        ):
            declared = DECLARED.break_glass
            there = partial(write_ad_users, export=AdExport(AD_USERS), now=NOW) if "adUsers" in wanted else None
            options = Options(groups=declared.groups, accounts=declared.accounts, azure=azure, last=there)
            with SnapshotWriter(path) as writer:
                await collect(client, make_plan(wanted), writer, options)

    asyncio.run(read())
    return path


EMULATOR = Emulator.of(FOLDER)
CREDENTIAL = StaticTokenCredential("x")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collected(all_there_is(), tmp_path_factory.mktemp("everything") / "snapshot")


@pytest.fixture(scope="module")
def with_everything(everything: Path) -> Mapping[str, Result]:
    """The results of all policies on all there is of the demo tenant, by policy."""
    outcome = evaluate(SHIPPED, Snapshot.open(everything), vocabulary().types, DECLARED)
    return {result.policy.id: result for result in outcome.results}


@BY_ID
def test_with_no_more_than_its_needs_a_policy_comes_to_the_same(
    policy: Policy, with_everything: Mapping[str, Result], tmp_path: Path
) -> None:
    """Each by itself, so that nothing is there because another policy asked for it."""
    snapshot = Snapshot.open(collected(needs(policy), tmp_path / "snapshot"))
    (result,) = evaluate([policy], snapshot, vocabulary().types, DECLARED).results
    expected = with_everything[policy.id]
    assert result.missing == ()
    assert result == expected


def test_the_demo_tenant_puts_every_policy_to_the_test(with_everything: Mapping[str, Result]) -> None:
    """Else the test above would show little: verdicts are reached, and most have findings to compare."""
    statuses = [result.status for result in with_everything.values()]
    assert Status.UNKNOWN not in statuses
    assert Status.ERROR not in statuses
    assert statuses.count(Status.FAIL) > len(statuses) / 2


def test_collecting_reads_what_the_plan_adds_and_nothing_else(tmp_path: Path) -> None:
    (policy,) = policies(tmp_path, a_rule="resource: domains\nassert: domain.isDefault == true\nmessage: x\n")
    snapshot = Snapshot.open(collected(needs(policy), tmp_path / "snapshot"))
    assert sorted(snapshot.manifest.resources) == ["domains", "organization"]
    assert snapshot.manifest.resources["domains"].properties == ("id", "isDefault")


def test_needs_name_resources_and_properties_that_there_are() -> None:
    types = vocabulary().types
    for policy in SHIPPED:
        for resource, names in needs(policy).items():
            known = types[BY_NAME[resource].type].properties
            assert {name for name in names if not name.startswith("@")} <= known.keys(), policy.id
