"""What a Conditional Access policy asks for: multifactor authentication with no way round it, or a block.

Sources: https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols
https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy
https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

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

OTHER_SINGLE_FACTORS = frozenset({"x509CertificateSingleFactor", "qrCodePin"})
"""https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy"""

PHISHING_RESISTANT = frozenset({"fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"})
"""All that Microsoft's own strength ``Phishing-resistant MFA`` allows; passkeys count as ``fido2``."""

MANAGED_DEVICE = frozenset({"compliantDevice", "domainJoinedDevice"})
"""https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant"""


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


class SessionRow(Row):
    """A policy with what it does to sessions."""

    sessionControls: dict[str, Any] | None = None


Demand: TypeAlias = str | StrengthRow
"""One control."""

_KNOWN = frozenset(field.name for field in msgspec.structs.fields(GrantControls)) - {"others"}

BLOCK_READS = (Reading("conditionalAccessPolicies", ControlsRow),)
MFA_READS = (*BLOCK_READS, Reading("authenticationStrengthPolicies", StrengthRow))
EACH_TIME_READS = (*MFA_READS, Reading("conditionalAccessPolicies", SessionRow))

_UNNAMED = "unknownFutureValue"
"""What Graph sends for a control that is newer than the request says it knows, ``riskRemediation`` among them:
https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols"""


def blocks(tenant: Tenant) -> Callable[[str], bool]:
    """``policy.blocks``."""
    known = tenant.once(_controls)
    return lambda policy: _is_block(known[policy])


def requires_mfa(tenant: Tenant) -> Callable[[str], bool]:
    """``policy.requiresMfa``."""
    known = tenant.once(_controls)
    return lambda policy: _every_way(known[policy], partial(_is_mfa, tenant))


def requires_mfa_each_time(tenant: Tenant) -> Callable[[str], bool]:
    """Whether multifactor authentication is required anew at each sign-in, whatever was shown before.

    Without this a stolen session that has passed it once passes again:
    https://learn.microsoft.com/entra/identity/conditional-access/policy-risk-based-sign-in
    """
    known = tenant.once(requires_mfa)
    each_time = {
        row.id for row in tenant.rows("conditionalAccessPolicies", SessionRow) if _asks_each_time(row.sessionControls)
    }
    return lambda policy: policy in each_time and known(policy)


def requires_phishing_resistance(tenant: Tenant) -> Callable[[str], bool]:
    """Whether every way in is a strength of which all combinations resist phishing."""
    known = tenant.once(_controls)
    return lambda policy: _every_way(known[policy], partial(_is_phishing_resistant, tenant))


def requires_managed_device(tenant: Tenant) -> Callable[[str], bool]:
    """Whether every way in needs a compliant or hybrid joined device."""
    known = tenant.once(_controls)
    return lambda policy: _every_way(known[policy], _is_managed_device)


def requires_mfa_or_managed_device(tenant: Tenant) -> Callable[[str], bool]:
    """Whether every way in needs multifactor authentication or such a device."""
    known = tenant.once(_controls)
    return lambda policy: _every_way(
        known[policy], lambda demand: _is_mfa(tenant, demand) or _is_managed_device(demand)
    )


def remediates_user_risk(tenant: Tenant) -> Callable[[str], bool]:
    """Whether every way in makes a user at risk safe again: a new password after multifactor authentication."""
    known = tenant.once(_controls)

    def fact(policy: str) -> bool:
        ways = _ways(known[policy])
        lacking = [way for way in ways if not _remediates(tenant, way)]
        if lacking and all(_UNNAMED in way for way in lacking):
            raise NotCollected("conditionalAccessPolicies", f"does not name a control of the policy {policy}")
        return bool(ways) and not lacking

    return fact


def _remediates(tenant: Tenant, way: list[Demand]) -> bool:
    return "riskRemediation" in way or ("passwordChange" in way and any(_is_mfa(tenant, one) for one in way))


def _asks_each_time(session: Mapping[str, Any] | None) -> bool:
    frequency = (session or {}).get("signInFrequency")
    return (
        isinstance(frequency, dict)
        and frequency.get("isEnabled") is True
        and frequency.get("frequencyInterval") == "everyTime"
    )


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


def _ways(controls: GrantControls) -> list[list[Demand]]:
    """What must be met together, one list for each way in: one in all with the operator AND, one a control with OR."""
    demands: list[Demand] = [*(controls.builtInControls or []), *(controls.customAuthenticationFactors or [])]
    demands += [*(controls.termsOfUse or []), *controls.others]
    if controls.authenticationStrength is not None:
        demands.append(controls.authenticationStrength)
    together = (controls.operator or "OR").upper() == "AND"
    return [demands] if together and demands else [[demand] for demand in demands]


def _every_way(controls: GrantControls, meets: Callable[[Demand], bool]) -> bool:
    """Whether there is no way in without such a demand. A policy that blocks has no way in at all."""
    ways = _ways(controls)
    return bool(ways) and not _is_block(controls) and all(any(map(meets, way)) for way in ways)


def _is_block(controls: GrantControls) -> bool:
    return "block" in (controls.builtInControls or [])


def _is_mfa(tenant: Tenant, demand: Demand) -> bool:
    return _is_mfa_strength(tenant, demand) if isinstance(demand, StrengthRow) else demand == "mfa"


def _is_mfa_strength(tenant: Tenant, strength: StrengthRow) -> bool:
    if strength.requirementsSatisfied is None and strength.allowedCombinations is None:
        strength = _look_up(tenant, strength.id)
    if strength.requirementsSatisfied is not None:
        weak = any(map(_is_single_factor, strength.allowedCombinations or []))
        return strength.requirementsSatisfied == "mfa" and not weak
    return _all_multifactor(strength.allowedCombinations or [])


def _is_managed_device(demand: Demand) -> bool:
    return isinstance(demand, str) and demand in MANAGED_DEVICE


def _is_phishing_resistant(tenant: Tenant, demand: Demand) -> bool:
    if not isinstance(demand, StrengthRow):
        return False
    strength = demand if demand.allowedCombinations is not None else _look_up(tenant, demand.id)
    allowed = strength.allowedCombinations or []
    return bool(allowed) and all(PHISHING_RESISTANT & _methods(combination) for combination in allowed)


def _look_up(tenant: Tenant, key: str) -> StrengthRow:
    known = tenant.once(_strengths)
    if key not in known:
        raise NotCollected("authenticationStrengthPolicies", f"has no authentication strength {key}")
    return known[key]


def _strengths(tenant: Tenant) -> Mapping[str, StrengthRow]:
    return {row.id: row for row in tenant.rows("authenticationStrengthPolicies", StrengthRow)}


def _all_multifactor(combinations: Iterable[str]) -> bool:
    """Whether each combination of methods is multifactor; methods not known here are not."""
    combined = [_methods(combination) for combination in combinations]
    return bool(combined) and all(
        methods & ENOUGH_ALONE or (methods & FIRST_FACTORS and methods & SECOND_FACTORS) for methods in combined
    )


def _is_single_factor(combination: str) -> bool:
    """Whether a combination surely is one factor only, whatever it is said to satisfy."""
    methods = _methods(combination)
    return methods <= FIRST_FACTORS or methods <= SECOND_FACTORS or methods <= OTHER_SINGLE_FACTORS


def _methods(combination: str) -> frozenset[str]:
    """The methods that are used together: ``password,sms``."""
    return frozenset(method.strip() for method in combination.split(","))
