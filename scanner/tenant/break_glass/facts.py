"""Facts about break-glass accounts."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS, is_break_glass, is_declared, mistaken_declarations
from scanner.tenant.break_glass.candidates import break_glass_candidates

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
)
