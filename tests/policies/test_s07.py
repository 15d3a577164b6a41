"""S7, audit of privileged applications: what the shipped policies find in the demo tenant."""

from __future__ import annotations

import pytest

from scanner.demo.contoso import hostile
from scanner.model import Status
from tests.policies.conftest import DemoScan

MARKUP, FORMULA, BRACES = (hostile.NAMES[key] for key in ("markup", "formula-plus", "braces"))


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("app-takeover-not-granted", {"Contoso Provisioner"}),
        ("app-takeover-not-requested", {"Contoso Provisioner"}),
        (
            "app-power-not-granted",
            {
                "Contoso Payroll Sync",
                "Contoso Backup",
                "Contoso Provisioner",
                "Fabrikam HR Connector",
                "Northwind Mail Merge",
                "Wingtip Notes",
                "Legacy Provisioning",
                "contoso-vm-identity",
                MARKUP,
                FORMULA,
            },
        ),
        (
            "app-power-not-requested",
            {
                "Contoso Payroll Sync",
                "Contoso Backup",
                "Contoso Provisioner",
                "Contoso CA Manager",
                "Contoso Draft",
                "Legacy Provisioning",
                MARKUP,
                FORMULA,
                BRACES,
            },
        ),
        ("app-bulk-data-not-granted", {"Contoso Archive", "Contoso Backup"}),
        ("app-management-not-granted", {"Fabrikam HR Connector"}),
        ("enterprise-app-owners-not-guests", {"Contoso Archive"}),
        ("app-unused-without-power", {"Contoso Archive", "Contoso Provisioner", "Legacy Provisioning"}),
        ("app-power-owned", {"Contoso Payroll Sync", "Contoso Provisioner", "Legacy Provisioning", FORMULA}),
        ("app-owners-not-guests", {"Contoso Archive"}),
        ("app-user-consent-harmless", {"Wingtip Notes"}),
        ("app-redirect-uris-safe", {"Northwind Mail Merge"}),
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
        ("app-takeover-not-granted", "Contoso Provisioner", "RoleManagement.ReadWrite.Directory (application)"),
        ("app-power-not-granted", "Wingtip Notes", "Mail.ReadWrite (delegated)"),
        ("app-management-not-granted", "Fabrikam HR Connector", "Group.ReadWrite.All: Puts anybody into groups"),
        ("app-bulk-data-not-granted", "Contoso Archive", "full_access_as_app: Opens every mailbox"),
        ("app-unused-without-power", "Contoso Provisioner", "was last used 2026-04-15T06:00:00Z and holds"),
        ("app-unused-without-power", "Legacy Provisioning", "has no use on record and holds"),
        ("app-power-owned", "Contoso Payroll Sync", "is owned by Payroll Clerk 005"),
        ("app-owners-not-guests", "Contoso Archive", "Fabrikam Partner 02"),
        ("app-user-consent-harmless", "Wingtip Notes", "Mail.ReadWrite (bulkData)"),
        ("app-redirect-uris-safe", "Northwind Mail Merge", "https://*.northwind.example/signin has a wildcard"),
    ],
)
def test_the_finding_says_what_is_wrong(demo: DemoScan, policy: str, name: str, words: str) -> None:
    assert words in demo.findings(policy)[name]


def test_a_waived_application_stays_in_sight(demo: DemoScan) -> None:
    waived = {finding.record.name for finding in demo.result("app-power-not-granted").findings if finding.waived}
    assert waived == {"Contoso Backup"}
