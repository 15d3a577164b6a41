"""S5, certificates instead of secrets: what the shipped policies find in the demo tenant."""

from __future__ import annotations

import pytest

from scanner.demo.contoso import hostile
from scanner.model import Status
from tests.policies.conftest import DemoScan

BRACES = hostile.NAMES["braces"]


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("app-no-secrets", {"Contoso Payroll Sync", "Contoso Archive", "Contoso CA Manager", BRACES}),
        ("app-credentials-not-expired", {"Contoso Payroll Sync", "Legacy Provisioning"}),
        ("app-credentials-limited-life", {"Contoso Payroll Sync"}),
        ("app-credentials-renewed-in-time", {"Contoso Archive", "Contoso Backup", BRACES}),
        ("app-secrets-blocked", {"Default app management tenant policy"}),
        ("app-certificate-life-enforced", {"Default app management tenant policy"}),
        ("app-secret-exemptions-none", {"Secrets for the payroll vendor"}),
        ("service-principal-no-credentials", {"Fabrikam HR Connector"}),
        ("microsoft-apps-no-credentials", {"Microsoft Teams"}),
    ],
)
def test_each_policy_finds_the_applications_that_break_it_and_no_other(
    demo: DemoScan, policy: str, names: set[str]
) -> None:
    assert demo.status(policy) is Status.FAIL
    assert set(demo.findings(policy)) == names


@pytest.mark.parametrize(
    ("policy", "name", "words"),
    [
        ("app-no-secrets", "Contoso Payroll Sync", "can sign in with secret secret 2"),
        ("app-credentials-not-expired", "Legacy Provisioning", "secret 1, ended 2025-09-27T06:00:00Z"),
        ("app-credentials-limited-life", "Contoso Payroll Sync", "valid 760 days"),
        ("app-credentials-renewed-in-time", "Contoso Backup", "which ends 2026-11-21T06:00:00Z"),
        ("app-secret-exemptions-none", "Secrets for the payroll vendor", "exempts Contoso Payroll Sync"),
        (
            "app-secrets-blocked",
            "Default app management tenant policy",
            "for all app registrations and actors it blocks (none)",
        ),
    ],
)
def test_the_finding_names_the_credential(demo: DemoScan, policy: str, name: str, words: str) -> None:
    assert words in demo.findings(policy)[name]
