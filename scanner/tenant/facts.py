"""All facts and derived resources, and what each of them needs to be read.

Adding a fact is writing a function of the ``Tenant`` in a module beside this one and listing it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.tenant.app_permissions import (
    GRANTED_READS,
    OWNER_READS,
    REQUESTED_READS,
    GrantedPermission,
    RequestedPermission,
    granted_permissions,
    is_microsoft,
    requested_permissions,
)
from scanner.tenant.base import Derived, Fact, Graph, Reading
from scanner.tenant.break_glass import BREAK_GLASS_READS, is_break_glass, is_declared, mistaken_declarations
from scanner.tenant.candidates import break_glass_candidates
from scanner.tenant.conditional_access.controls import BLOCK_READS, MFA_READS, blocks, requires_mfa
from scanner.tenant.conditional_access.exclusions import EXCLUSION_READS, ExcludedPrincipal, excluded_users
from scanner.tenant.conditional_access.narrowing import NARROWING_READS, narrowed_by
from scanner.tenant.conditional_access.reach import REACH_READS, user_policies
from scanner.tenant.domains import DOMAIN_READS, initial_domain
from scanner.tenant.dynamic_rule.rule import RULE_READS, MembershipRule, membership_rule
from scanner.tenant.licenses import SKU_READS, ServicePlan, cloud_pc_plans, licenses
from scanner.tenant.registration import REGISTRATION_READS, registration
from scanner.tenant.roles.holdings import ROLE_READS, RoleHolding, role_holdings, user_roles
from scanner.tenant.windows365 import GRANTS_READS, grants_cloud_pc

TENANT = "tenant"
_POLICY = "conditionalAccessPolicy"

_USER_FACTS = (
    Fact(
        owner="user",
        name="isBreakGlass",
        returns=bool,
        description="Declared as a break-glass account in the configuration, by name or as a member, nested or not, "
        "of a declared group. Never guessed: false for everyone when nothing is declared (see "
        "tenant.breakGlassDeclared).",
        build=is_break_glass,
        reads=BREAK_GLASS_READS,
    ),
    Fact(
        owner="user",
        name="roles",
        returns=list[RoleHolding],
        description="Every directory role the user holds: permanently, for a time or eligible, directly or through a "
        "group.",
        build=user_roles,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="user",
        name="registration",
        returns=Graph("userRegistrationDetails", "userRegistrationDetails"),
        description="The user's row in the authentication methods report; absent when the report has none.",
        build=registration,
        reads=REGISTRATION_READS,
    ),
    Fact(
        owner="user",
        name="conditionalAccessPolicies",
        returns=Graph(_POLICY, "conditionalAccessPolicies", many=True),
        description="The enabled Conditional Access policies that are for this user, after exclusions: by name, "
        "group (nested), role held at present over the whole tenant, or kind of guest. Whatever else "
        "narrows a policy (see narrowedBy) is not considered. Policies declared as protecting "
        "break-glass accounts are left out. Not known for a guest where it depends on the guest's home "
        "tenant.",
        build=user_policies,
        reads=REACH_READS,
        uses=("user.roles",),
    ),
)

_TENANT_FACTS = (
    Fact(
        owner=TENANT,
        name="initialDomain",
        returns=str | None,
        description="The tenant's first domain, which ends in .onmicrosoft.com and cannot be removed.",
        build=initial_domain,
        reads=DOMAIN_READS,
    ),
    Fact(
        owner=TENANT,
        name="licenses",
        returns=list[str],
        description="Entra editions the tenant has units of, enabled or in their period of grace: P1, P2, "
        "Governance, Workload ID. P2 comes with P1. Nothing is said of how many users they are enough "
        "for.",
        build=licenses,
        reads=SKU_READS,
    ),
    Fact(
        owner=TENANT,
        name="cloudPcPlans",
        returns=list[ServicePlan],
        description="Service plans of Windows 365 that the tenant owns, sorted by name.",
        build=cloud_pc_plans,
        reads=SKU_READS,
    ),
    Fact(
        owner=TENANT,
        name="breakGlassDeclared",
        returns=bool,
        description="The configuration names a break-glass account or group, whether or not it was found.",
        build=is_declared,
    ),
    Fact(
        owner=TENANT,
        name="breakGlassMistakes",
        returns=list[str],
        description="What is wrong with the declaration of break-glass accounts, a sentence each: accounts and groups "
        "that the tenant does not have, names that fit several, groups without users.",
        build=mistaken_declarations,
        reads=BREAK_GLASS_READS,
    ),
    Fact(
        owner=TENANT,
        name="breakGlassCandidates",
        returns=list[str],
        description="A hint, never a verdict: user principal names of likely break-glass accounts, when none is "
        "declared. Active Global Administrators left out of most Conditional Access policies for all "
        "users, or else those who sign in with the initial domain.",
        build=break_glass_candidates,
        uses=("tenant.initialDomain", "user.conditionalAccessPolicies", "user.roles", "user.isBreakGlass"),
    ),
)

_POLICY_FACTS = (
    Fact(
        owner=_POLICY,
        name="narrowedBy",
        returns=list[str],
        description="Names of the conditions that leave a gap, sorted; empty for a policy that sees every sign-in. A "
        "condition counts unless it is empty or covers all without exclusion. users counts unless it is "
        "All and nobody but declared break-glass accounts is excluded (see excludedUsers).",
        build=narrowed_by,
        reads=NARROWING_READS,
        uses=("conditionalAccessPolicy.excludedUsers",),
    ),
    Fact(
        owner=_POLICY,
        name="excludedUsers",
        returns=list[ExcludedPrincipal],
        description="The exclusions that exempt anyone besides declared break-glass accounts, as the policy names "
        "them: users, groups with members, roles that someone holds or can activate, kinds of guests, and ids "
        "that the directory does not have.",
        build=excluded_users,
        reads=EXCLUSION_READS,
        uses=("user.isBreakGlass", "user.roles"),
    ),
    Fact(
        owner=_POLICY,
        name="requiresMfa",
        returns=bool,
        description="Access cannot be had without multifactor authentication, as a control or an authentication "
        "strength: it is required besides all others, or every alternative is multifactor. False for a "
        "policy that blocks.",
        build=requires_mfa,
        reads=MFA_READS,
    ),
    Fact(
        owner=_POLICY,
        name="blocks",
        returns=bool,
        description="The policy blocks access.",
        build=blocks,
        reads=BLOCK_READS,
    ),
)

_GROUP_FACTS = (
    Fact(
        owner="group",
        name="grantsCloudPc",
        returns=bool,
        description="Gives its members a Cloud PC: a Windows 365 provisioning policy is assigned to it, or it holds "
        "a licence with a Windows 365 service plan that is not switched off.",
        build=grants_cloud_pc,
        reads=GRANTS_READS,
    ),
    Fact(
        owner="group",
        name="rule",
        returns=MembershipRule | None,
        description="What the membership rule says, read by its meaning; absent for a group without a rule.",
        build=membership_rule,
        reads=RULE_READS,
    ),
)

_APPLICATION_FACTS = (
    Fact(
        owner="servicePrincipal",
        name="grantedPermissions",
        returns=list[GrantedPermission],
        description="Permissions it has been granted: delegated ones for any API, application permissions for "
        "Microsoft Graph, Azure AD Graph, Exchange Online, SharePoint Online and Azure Service "
        "Management.",
        build=granted_permissions,
        reads=GRANTED_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="isMicrosoft",
        returns=bool,
        description="Its application is registered in one of Microsoft's own tenants.",
        build=is_microsoft,
        reads=OWNER_READS,
    ),
    Fact(
        owner="application",
        name="requestedPermissions",
        returns=list[RequestedPermission],
        description="Permissions the app registration asks for, whether granted or not.",
        build=requested_permissions,
        reads=REQUESTED_READS,
    ),
)

FACTS: tuple[Fact, ...] = (*_USER_FACTS, *_TENANT_FACTS, *_POLICY_FACTS, *_GROUP_FACTS, *_APPLICATION_FACTS)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="roleHoldings",
        singular="holding",
        row=RoleHolding,
        description="Who holds which directory role in effect and how: permanent, time-bound and eligible "
        "assignments, direct and through groups. A role assigned to a group is listed for the group and "
        "for each of its members.",
        build=role_holdings,
        reads=ROLE_READS,
        uses=("user.isBreakGlass",),
    ),
)

FACTS_BY_NAME: Mapping[tuple[str, str], Fact] = {(fact.owner, fact.name): fact for fact in FACTS}
DERIVED_BY_NAME: Mapping[str, Derived] = {derived.name: derived for derived in DERIVED}


def requirements(owner: str, name: str = "") -> Mapping[str, frozenset[str]]:
    """What a fact, or with only ``owner`` a derived resource, may read: resource → properties.

    It includes what the facts it uses read. Not all of it is needed for every answer: a fact raises ``NotCollected``
    itself where one depends on what is missing.
    """
    found: dict[str, set[str]] = {}
    for reading in _readings(FACTS_BY_NAME[owner, name] if name else DERIVED_BY_NAME[owner]):
        found.setdefault(reading.resource, set()).update(reading.properties)
    return {resource: frozenset(properties) for resource, properties in sorted(found.items())}


def _readings(one: Fact | Derived) -> Iterator[Reading]:
    yield from one.reads
    for used in one.uses:
        owner, _, name = used.partition(".")
        yield from _readings(FACTS_BY_NAME[owner, name])
