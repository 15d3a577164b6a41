"""What Conditional Access should do for everybody: which sign-ins a goal is about, and which policies serve it.

A policy that blocks serves every goal, since a sign-in that cannot happen needs nothing more. User actions and
authentication contexts are no part of "all applications": Conditional Access judges them on their own, besides the
policies for the application, so only a goal about an action asks for them.
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.tenant.conditional_access.conditions import Choice, Conditions, Dimension
from scanner.tenant.conditional_access.controls import (
    blocks,
    remediates_user_risk,
    requires_managed_device,
    requires_mfa,
    requires_mfa_each_time,
    requires_mfa_or_managed_device,
    requires_phishing_resistance,
)
from scanner.tenant.conditional_access.space import Box, Space

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

SECURITY_INFO = "urn:user:registersecurityinfo"
"""https://learn.microsoft.com/graph/api/resources/conditionalaccessapplications"""


@dataclass(frozen=True)
class Goal:
    """One thing that should hold for everybody."""

    name: str
    region: Callable[[Space], Box]
    """The sign-ins it is about."""
    besides: Callable[[Tenant], Callable[[str], bool]] | None = None
    """Which policies serve it, by id, besides those that block."""
    action: str = ""
    """The user action it is about."""
    by_role: bool = False
    """It is about holders of directory roles, one role at a time."""
    members_only: bool = False
    """It is not about guests."""
    by_defaults: bool = False
    """Security defaults see to it where they are on:
    https://learn.microsoft.com/entra/fundamentals/security-defaults"""

    about: str = ""
    """The condition by which a policy that blocks shows that it is meant for this and not for something else."""

    def means(self, tenant: Tenant, policy: str, conditions: Conditions) -> bool:
        """Whether a policy that serves the goal is there for it; ``NotCollected`` as with ``serves``."""
        if self.besides and tenant.once(self.besides)(policy):
            return True
        located = conditions.locations != Choice() if self.about == "locations" else False
        return located or any(dimension == self.about for dimension in conditions.choices)

    def serves(self, tenant: Tenant) -> Callable[[str], bool]:
        """Whether a policy serves it, by id; raises ``NotCollected`` where that cannot be told."""
        blocking = tenant.once(blocks)
        other = tenant.once(self.besides) if self.besides else None
        return lambda policy: blocking(policy) or (other is not None and other(policy))


def _everything(space: Space) -> Box:
    return space.of_applications()


def _legacy(space: Space) -> Box:
    return space.with_values(_everything(space), CLIENTS=("exchangeActiveSync", "other"))


def _device_code(space: Space) -> Box:
    return space.with_values(_everything(space), FLOWS=("deviceCodeFlow",))


def _user_risk(space: Space) -> Box:
    return space.with_values(_everything(space), USER_RISK=("high",))


def _sign_in_risk(space: Space) -> Box:
    return space.with_values(_everything(space), SIGN_IN_RISK=("high",))


def _elsewhere(space: Space) -> Box:
    return space.outside_locations(_everything(space))


def _registration(space: Space) -> Box:
    """Microsoft's own template leaves out trusted locations:
    https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-security-info-registration"""
    return space.outside_locations(space.of_action(SECURITY_INFO), trusted_only=True)


GOALS: tuple[Goal, ...] = (
    Goal("mfa", _everything, requires_mfa, by_defaults=True),
    Goal("legacyAuthBlocked", _legacy, about=Dimension.CLIENTS, by_defaults=True),
    Goal("phishingResistant", _everything, requires_phishing_resistance, by_role=True),
    Goal("deviceCodeFlowBlocked", _device_code, about=Dimension.FLOWS),
    Goal("riskyUsersBlocked", _user_risk, about=Dimension.USER_RISK),
    Goal("riskyUsersRemediated", _user_risk, remediates_user_risk, about=Dimension.USER_RISK),
    Goal("riskySignInsBlocked", _sign_in_risk, about=Dimension.SIGN_IN_RISK),
    Goal("riskySignInsRemediated", _sign_in_risk, requires_mfa_each_time, about=Dimension.SIGN_IN_RISK),
    Goal("otherLocationsBlocked", _elsewhere, about="locations"),
    Goal("managedDevice", _everything, requires_managed_device),
    Goal("securityInfoProtected", _registration, requires_mfa_or_managed_device, SECURITY_INFO, members_only=True),
)
