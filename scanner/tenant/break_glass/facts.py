"""Facts about break-glass accounts."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS, is_break_glass, is_declared, mistaken_declarations
from scanner.tenant.break_glass.candidates import break_glass_candidates
from scanner.tenant.break_glass.methods import METHOD_READS, RegisteredMethod, registered_methods
from scanner.tenant.break_glass.refusals import REFUSAL_READS, RefusingPolicy, refusing_policies
from scanner.tenant.break_glass.reviews import REVIEW_READS, RemovingReview, removing_reviews
from scanner.tenant.break_glass.sign_ins import SIGN_IN_READS, RecordedSignIn, recorded_sign_ins

FACTS: tuple[Fact, ...] = (
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
        owner="tenant",
        name="breakGlassDeclared",
        returns=bool,
        description="The configuration names a break-glass account or group, whether or not it was found.",
        build=is_declared,
    ),
    Fact(
        owner="tenant",
        name="breakGlassMistakes",
        returns=list[str],
        description="What is wrong with the declaration of break-glass accounts, a sentence each: accounts and groups "
        "that the tenant does not have, names that fit several, groups without users.",
        build=mistaken_declarations,
        reads=BREAK_GLASS_READS,
    ),
    Fact(
        owner="tenant",
        name="breakGlassCandidates",
        returns=list[str],
        description="A hint, never a verdict: user principal names of likely break-glass accounts, when none is "
        "declared. Active Global Administrators left out of most Conditional Access policies for all "
        "users, or else those who sign in with the initial domain.",
        build=break_glass_candidates,
        uses=("tenant.initialDomain", "user.conditionalAccessPolicies", "user.roles", "user.isBreakGlass"),
    ),
    Fact(
        owner="user",
        name="refusingPolicies",
        returns=list[RefusingPolicy],
        description="Of the enabled Conditional Access policies that are for this user (conditionalAccessPolicies), "
        "those that can refuse a sign-in: by grant controls, token protection or disabled resilience defaults.",
        build=refusing_policies,
        reads=REFUSAL_READS,
        uses=("user.conditionalAccessPolicies",),
    ),
    Fact(
        owner="user",
        name="removingReviews",
        returns=list[RemovingReview],
        description="Access reviews that can take a role or a membership from this break-glass account although no "
        "reviewer decides so: they apply decisions by themselves, and silence means Deny or what is recommended. Empty "
        "for anybody else.",
        build=removing_reviews,
        reads=REVIEW_READS,
        uses=("user.isBreakGlass", "user.roles"),
    ),
    Fact(
        owner="user",
        name="recordedSignIns",
        returns=list[RecordedSignIn],
        description="Interactive sign-ins of this break-glass account, successful and failed, in the month or less "
        "that the log keeps, each with the declared test that explains it. Empty for anybody else.",
        build=recorded_sign_ins,
        reads=SIGN_IN_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="user",
        name="registeredMethods",
        returns=list[RegisteredMethod],
        description="Sign-in methods that this break-glass account has registered at present. Empty for anybody else.",
        build=registered_methods,
        reads=METHOD_READS,
        uses=("user.isBreakGlass",),
    ),
)
