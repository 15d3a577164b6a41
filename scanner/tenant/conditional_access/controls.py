"""What a Conditional Access policy asks for: multifactor authentication with no way round it, or a block.

Sources: https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols
https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy
https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.conditional_access.narrowing import is_empty

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

ENOUGH_ALONE = frozenset(
    {
        "fido2",
        "windowsHelloForBusiness",
        "x509CertificateMultiFactor",
        "deviceBasedPush",
        "temporaryAccessPassOneTime",
        "temporaryAccessPassMultiUse",
        "federatedMultiFactor",
    }
)
"""Methods that are multifactor by themselves."""

FIRST_FACTORS = frozenset({"password", "federatedSingleFactor"})
SECOND_FACTORS = frozenset({"microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice"})
"""Something you have: multifactor together with one of the first factors."""


class StrengthRow(Row):
    """An authentication strength."""

    requirementsSatisfied: str | None = None
    """``mfa`` if meeting it grants the claim, ``none`` if not."""
    allowedCombinations: list[str] | None = None


class GrantControls(msgspec.Struct, gc=False):
    """The controls and whether all or one of them must be met."""

    operator: str | None = None
    builtInControls: list[str] | None = None
    customAuthenticationFactors: list[str] | None = None
    termsOfUse: list[str] | None = None
    authenticationStrength: StrengthRow | None = None
    others: list[str] = []
    """Names of controls that this version does not know."""


class ControlsRow(Row):
    """A policy with its grant controls as they came, so that none is overlooked."""

    grantControls: dict[str, Any] | None = None


_KNOWN = frozenset(field.name for field in msgspec.structs.fields(GrantControls)) - {"others"}

BLOCK_READS = (Reading("conditionalAccessPolicies", ControlsRow),)
MFA_READS = (*BLOCK_READS, Reading("authenticationStrengthPolicies", StrengthRow))


def blocks(tenant: Tenant) -> Callable[[str], bool]:
    """``policy.blocks``."""
    known = tenant.once(_controls)
    return lambda policy: "block" in (known[policy].builtInControls or [])


def requires_mfa(tenant: Tenant) -> Callable[[str], bool]:
    """``policy.requiresMfa``."""
    known = tenant.once(_controls)
    return lambda policy: _is_mfa(tenant, known[policy])


def _controls(tenant: Tenant) -> Mapping[str, GrantControls]:
    return {row.id: _read(row) for row in tenant.rows("conditionalAccessPolicies", ControlsRow)}


def _read(row: ControlsRow) -> GrantControls:
    """The grant controls of a policy; raises ``NotCollected`` where they are not as Microsoft documents them."""
    given = row.grantControls or {}
    others = [name for name, value in given.items() if name not in _KNOWN and "@" not in name and not is_empty(value)]
    try:
        known = msgspec.convert({name: given[name] for name in given.keys() & _KNOWN}, GrantControls)
    except msgspec.ValidationError as error:
        reason = f"the record {row.id} is not as Microsoft documents it: grantControls: {error}"
        raise NotCollected("conditionalAccessPolicies", reason) from None
    return msgspec.structs.replace(known, others=others)


def _is_mfa(tenant: Tenant, controls: GrantControls) -> bool:
    """Whether every way of meeting the controls is multifactor. A policy that blocks has no such way."""
    built_in = controls.builtInControls or []
    strength = controls.authenticationStrength
    if "block" in built_in:
        return False
    if (controls.operator or "OR").upper() == "AND" and "mfa" in built_in:
        return True
    others = [*(controls.customAuthenticationFactors or []), *(controls.termsOfUse or [])]
    others += [*(control for control in built_in if control != "mfa"), *controls.others]
    if (controls.operator or "OR").upper() != "AND" and others:
        return False
    if strength is None:
        return "mfa" in built_in
    return _is_mfa_strength(tenant, strength)


def _is_mfa_strength(tenant: Tenant, strength: StrengthRow) -> bool:
    if strength.requirementsSatisfied is None and strength.allowedCombinations is None:
        strength = _look_up(tenant, strength.id)
    if strength.requirementsSatisfied is not None:
        return strength.requirementsSatisfied == "mfa"
    return _all_multifactor(strength.allowedCombinations or [])


def _look_up(tenant: Tenant, key: str) -> StrengthRow:
    known = tenant.once(_strengths)
    if key not in known:
        raise NotCollected("authenticationStrengthPolicies", f"has no authentication strength {key}")
    return known[key]


def _strengths(tenant: Tenant) -> Mapping[str, StrengthRow]:
    return {row.id: row for row in tenant.rows("authenticationStrengthPolicies", StrengthRow)}


def _all_multifactor(combinations: Iterable[str]) -> bool:
    """Whether each combination of methods is multifactor; methods not known here are not."""
    combined = [frozenset(method.strip() for method in combination.split(",")) for combination in combinations]
    return bool(combined) and all(
        methods & ENOUGH_ALONE or (methods & FIRST_FACTORS and methods & SECOND_FACTORS) for methods in combined
    )
