"""What a policy asks for: multifactor authentication with no way round it, or a block."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tenant.sample import Json, lacking, policy, tenant_of, value

STRONG = {"id": "s", "requirementsSatisfied": "mfa", "allowedCombinations": ["fido2"]}
WEAK = {"id": "w", "requirementsSatisfied": "none", "allowedCombinations": ["password", "fido2"]}


def asked(controls: Json | None, **content: Any) -> Any:
    """``requiresMfa`` of a policy with these grant controls."""
    tenant = tenant_of(conditionalAccessPolicies=[policy("p", grantControls=controls)], **content)
    return value(tenant, "conditionalAccessPolicy.requiresMfa", "p")


def controls(operator: str | None, *built_in: str, **others: object) -> Json:
    """Grant controls."""
    return {"operator": operator, "builtInControls": list(built_in), **others}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, False),
        (controls("OR", "mfa"), True),
        (controls(None, "mfa"), True),
        (controls("AND", "mfa", "compliantDevice"), True),
        (controls("AND", "mfa", termsOfUse=["t"]), True),
        (controls("and", "mfa", "compliantDevice"), True),
        (controls("OR", "mfa", "compliantDevice"), False),
        (controls("OR", "mfa", "domainJoinedDevice"), False),
        (controls(None, "mfa", "compliantDevice"), False),
        (controls("OR", "mfa", termsOfUse=["t"]), False),
        (controls("OR", "mfa", customAuthenticationFactors=["c"]), False),
        (controls("OR", "mfa", controlOfTheFuture=["face"]), False),
        (controls("OR", authenticationStrength=STRONG, controlOfTheFuture={"on": True}), False),
        (controls("OR", "mfa", controlOfTheFuture=[], **{"authenticationStrength@odata.context": "x"}), True),
        (controls("AND", "mfa", controlOfTheFuture=["face"]), True),
        (controls("AND", "compliantDevice", "domainJoinedDevice"), False),
        (controls("OR", "compliantDevice"), False),
        (controls("OR", "block"), False),
        (controls("OR"), False),
        (controls("OR", authenticationStrength=STRONG), True),
        (controls("OR", authenticationStrength=WEAK), False),
        (controls("OR", "compliantDevice", authenticationStrength=STRONG), False),
        (controls("AND", "compliantDevice", authenticationStrength=STRONG), True),
        (controls("AND", "compliantDevice", authenticationStrength=WEAK), False),
        (controls("OR", "mfa", authenticationStrength=WEAK), False),
        (controls("AND", "mfa", authenticationStrength=WEAK), True),
    ],
)
def test_multifactor_is_required_only_where_nothing_else_will_do(given: Json | None, expected: bool) -> None:
    assert asked(given) is expected


@pytest.mark.parametrize(
    ("combinations", "expected"),
    [
        (["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"], True),
        (["password,sms", "password, microsoftAuthenticatorPush"], True),
        (["hardwareOath,federatedSingleFactor"], True),
        (["deviceBasedPush", "temporaryAccessPassMultiUse", "federatedMultiFactor"], True),
        (["fido2", "password"], False),
        (["sms"], False),
        (["x509CertificateSingleFactor"], False),
        (["password,federatedSingleFactor"], False),
        (["aMethodOfTheFuture"], False),
        ([], False),
    ],
)
def test_a_strength_that_does_not_say_is_judged_by_its_combinations(combinations: list[str], expected: bool) -> None:
    strength = {"id": "s", "allowedCombinations": combinations}
    assert asked(controls("OR", authenticationStrength=strength)) is expected


def test_a_strength_given_by_id_is_looked_up() -> None:
    by_id = controls("OR", authenticationStrength={"id": "s"})
    assert asked(by_id, authenticationStrengthPolicies=[STRONG]) is True
    assert asked(by_id, authenticationStrengthPolicies=[{**WEAK, "id": "s"}]) is False


def test_a_strength_that_cannot_be_looked_up_is_unknown_unless_it_does_not_matter() -> None:
    fact = "conditionalAccessPolicy.requiresMfa"
    strength: Json = {"authenticationStrength": {"id": "s"}}
    matters = [policy("p", grantControls=controls("OR", **strength))]
    assert lacking(tenant_of(conditionalAccessPolicies=matters), fact, "p") == "authenticationStrengthPolicies"
    absent = tenant_of(conditionalAccessPolicies=matters, authenticationStrengthPolicies=[WEAK])
    assert lacking(absent, fact, "p") == "authenticationStrengthPolicies"
    decided = [policy("p", grantControls=controls("AND", "mfa", **strength))]
    assert value(tenant_of(conditionalAccessPolicies=decided), fact, "p") is True


@pytest.mark.parametrize("given", [{"builtInControls": "mfa"}, {"authenticationStrength": {"allowedCombinations": []}}])
def test_controls_of_another_form_are_unknown(given: Json) -> None:
    tenant = tenant_of(conditionalAccessPolicies=[policy("p", grantControls=given)])
    assert lacking(tenant, "conditionalAccessPolicy.requiresMfa", "p") == "conditionalAccessPolicies"


@pytest.mark.parametrize(
    ("given", "expected"), [(None, False), (controls("OR", "block"), True), (controls("OR", "mfa"), False)]
)
def test_a_block_is_a_block(given: Json | None, expected: bool) -> None:
    tenant = tenant_of(conditionalAccessPolicies=[policy("p", grantControls=given)])
    assert value(tenant, "conditionalAccessPolicy.blocks", "p") is expected
