"""S2 on Contoso: the ten recommendations on break-glass accounts, each with the accounts that do not meet it."""

from __future__ import annotations

import pytest

from scanner.model import Status
from tests.policies.conftest import DemoScan

ORCHID = "orchid@contoso.onmicrosoft.com"
EMERGENCY = "emergency-admin@contoso.example"
JUNIPER = "juniper@contoso.onmicrosoft.com"

FINDINGS = {
    "break-glass-cloud-only": {EMERGENCY},
    "break-glass-initial-domain": {EMERGENCY},
    "break-glass-outside-ca": {EMERGENCY},
    "break-glass-unlicensed": {EMERGENCY},
    "break-glass-password-settings": {EMERGENCY},
    "break-glass-discreet-name": {EMERGENCY},
    "break-glass-security-key": {EMERGENCY, JUNIPER},
    "break-glass-key-attested": {EMERGENCY, JUNIPER},
    "break-glass-impersonal-methods": {EMERGENCY},
    "break-glass-distinct-method": {EMERGENCY, JUNIPER},
    "break-glass-sign-in-alert": {EMERGENCY, JUNIPER},
    "break-glass-tested": {EMERGENCY, JUNIPER},
    "break-glass-permanent-admin": {JUNIPER},
    "break-glass-enabled": {JUNIPER},
}


@pytest.mark.parametrize("policy", FINDINGS)
def test_the_accounts_that_do_not_meet_it_are_found(demo: DemoScan, policy: str) -> None:
    assert demo.status(policy) is Status.FAIL
    assert set(demo.findings(policy)) == FINDINGS[policy]


@pytest.mark.parametrize("policy", ["break-glass-declared", "break-glass-two-to-four", "break-glass-not-reviewed-away"])
def test_what_contoso_has_done_well_passes(demo: DemoScan, policy: str) -> None:
    assert demo.status(policy) is Status.PASS


@pytest.mark.parametrize("policy", ["break-glass-password", "break-glass-drill"])
def test_what_no_api_shows_is_attested(demo: DemoScan, policy: str) -> None:
    result = demo.result(policy)
    assert result.status is Status.PASS
    assert "Attested by duty manager" in result.summary


def test_one_account_is_as_it_should_be(demo: DemoScan) -> None:
    concerned = [one.policy.id for one in demo.scan.results if one.policy.id.startswith("break-glass-")]
    assert len(concerned) >= len(FINDINGS)
    assert [policy for policy in concerned if ORCHID in demo.findings(policy)] == []


@pytest.mark.parametrize(
    ("policy", "account", "words"),
    [
        ("break-glass-outside-ca", EMERGENCY, "CA003: Require phishing-resistant sign-in of administrators"),
        ("break-glass-unlicensed", EMERGENCY, "SPE_E5"),
        ("break-glass-key-attested", EMERGENCY, "password, phone"),
        ("break-glass-key-attested", JUNIPER, "has registered: password"),
        ("break-glass-permanent-admin", JUNIPER, "Global Administrator (eligible)"),
        ("break-glass-tested", JUNIPER, "last signed in successfully: (none)"),
        ("break-glass-discreet-name", EMERGENCY, "job title Emergency access"),
    ],
)
def test_messages_say_what_is_wrong(demo: DemoScan, policy: str, account: str, words: str) -> None:
    assert words in demo.findings(policy)[account]
