"""Conditional Access policies that can refuse a sign-in, among those that reach a user.

A policy refuses by its grant controls, by token protection, and by switching off the defaults that keep sessions alive
in an outage; other session controls shape a session that was granted. One that targets neither an application, nor a
user action, nor an authentication context refuses nothing. Sources:
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-session
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.tenant.base import Reading, Row
from scanner.tenant.conditional_access.reach import policy_reach

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class Grants(msgspec.Struct, gc=False):
    """What must be met for access."""

    builtInControls: list[str] | None = None
    termsOfUse: list[str] | None = None
    customAuthenticationFactors: list[str] | None = None
    authenticationStrength: dict[str, Any] | None = None


class Switch(msgspec.Struct, gc=False):
    """A session control that is on or off."""

    isEnabled: bool | None = None


class Session(msgspec.Struct, gc=False):
    """The session controls that can refuse."""

    secureSignInSession: Switch | None = None
    disableResilienceDefaults: bool | None = None


class Targets(msgspec.Struct, gc=False):
    """What is signed in to."""

    includeApplications: list[str] | None = None
    applicationFilter: dict[str, Any] | None = None
    includeUserActions: list[str] | None = None
    includeAuthenticationContextClassReferences: list[str] | None = None


class Conditions(msgspec.Struct, gc=False):
    """The conditions that matter here."""

    applications: Targets | None = None


class RefusalRow(Row):
    """A Conditional Access policy with what it asks for."""

    displayName: str | None = None
    grantControls: Grants | None = None
    sessionControls: Session | None = None
    conditions: Conditions | None = None


REFUSAL_READS = (Reading("conditionalAccessPolicies", RefusalRow),)


class RefusingPolicy(msgspec.Struct, frozen=True):
    """A Conditional Access policy that can refuse a sign-in."""

    id: Annotated[str, Meta(description="Id of the policy.")]
    displayName: Annotated[str | None, Meta(description="Its displayName.")]


def refusing_policies(tenant: Tenant) -> Callable[[str], list[RefusingPolicy]]:
    """``user.refusingPolicies``."""
    reach = tenant.once(policy_reach)
    refusing = {
        row.id: RefusingPolicy(row.id, row.displayName)
        for row in tenant.rows("conditionalAccessPolicies", RefusalRow)
        if _refuses(row)
    }
    return lambda user: [refusing[key] for key in reach.policies(user) if key in refusing]


def _refuses(row: RefusalRow) -> bool:
    return (_asks(row.grantControls) or _interrupts(row.sessionControls)) and _has_target(row.conditions)


def _asks(grants: Grants | None) -> bool:
    if grants is None:
        return False
    lists = (grants.builtInControls, grants.termsOfUse, grants.customAuthenticationFactors)
    return any(lists) or grants.authenticationStrength is not None


def _interrupts(session: Session | None) -> bool:
    if session is None:
        return False
    protection = session.secureSignInSession
    return session.disableResilienceDefaults is True or (protection is not None and protection.isEnabled is True)


def _has_target(conditions: Conditions | None) -> bool:
    targets = conditions and conditions.applications
    return (
        not targets
        or "None" not in (targets.includeApplications or ())
        or targets.applicationFilter is not None
        or bool(targets.includeUserActions)
        or bool(targets.includeAuthenticationContextClassReferences)
    )
