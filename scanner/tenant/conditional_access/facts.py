"""Facts about Conditional Access."""

from __future__ import annotations

from scanner.tenant.base import Derived, Fact, Graph
from scanner.tenant.conditional_access.controls import BLOCK_READS, MFA_READS, blocks, requires_mfa
from scanner.tenant.conditional_access.coverage import (
    COVERAGE_READS,
    SignInCoverage,
    is_complete,
    sign_in_coverage,
)
from scanner.tenant.conditional_access.exclusions import EXCLUSION_READS, ExcludedPrincipal, excluded_users
from scanner.tenant.conditional_access.narrowing import NARROWING_READS, narrowed_by
from scanner.tenant.conditional_access.reach import REACH_READS, user_policies

_POLICY = "conditionalAccessPolicy"

FACTS: tuple[Fact, ...] = (
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
    Fact(
        owner="signInCoverage",
        name="isComplete",
        returns=bool,
        description="The enabled policies together cover every sign-in of these people that the goal is about.",
        build=is_complete,
        reads=COVERAGE_READS,
    ),
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="signInCoverage",
        singular="coverage",
        row=SignInCoverage,
        description="For each goal, who is covered by the enabled Conditional Access policies taken together, who is "
        "not, and through which exclusion: mfa, legacyAuthBlocked, phishingResistant (by role), "
        "deviceCodeFlowBlocked, riskyUsersBlocked, riskyUsersRemediated, riskySignInsBlocked, "
        "riskySignInsRemediated, otherLocationsBlocked (sign-ins in none of the locations that policies name), "
        "managedDevice, securityInfoProtected. A policy that blocks serves every goal; report-only policies serve "
        "none. Who can activate a role or a membership of a group is judged with it as well. Declared break-glass "
        "accounts are left out.",
        build=sign_in_coverage,
        reads=COVERAGE_READS,
        uses=("user.isBreakGlass", "user.roles"),
    ),
)
