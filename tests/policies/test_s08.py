"""S8, Zero Trust: what the policies about Conditional Access find in the demo tenant."""

from __future__ import annotations

import pytest

from scanner.model import Status
from tests.policies.conftest import DemoScan

EVERYBODY = "guests without a user object of any kind"


def found(demo: DemoScan, policy: str, about: str) -> str:
    """The message of the one finding whose record's name has ``about`` in it."""
    messages = [message for name, message in demo.findings(policy).items() if about in name]
    assert len(messages) == 1
    return messages[0]


def test_an_exclusion_through_nested_groups_that_form_a_circle_is_found(demo: DemoScan) -> None:
    findings = demo.findings("mfa-for-everybody")
    assert list(findings) == ["Sales Agent 031 and Document Scanner Service"]
    assert "all users leaves out the group CA exclusions" in found(demo, "mfa-for-everybody", "Sales Agent 031")


def test_what_other_policies_block_is_no_part_of_the_gap(demo: DemoScan) -> None:
    message = found(demo, "mfa-for-everybody", "Sales Agent 031")
    assert "with browsers or mobile apps and desktop clients" in message, "CA002 blocks the others"
    assert "from Android, iOS, Windows or macOS" in message, "CA010 blocks the others"
    assert "in Approved countries" in message, "CA004 blocks the others"
    assert "at sign-in risk none, low or medium" in message, "CA008 asks at high risk"


def test_a_policy_in_report_only_mode_is_named_and_covers_nothing(demo: DemoScan) -> None:
    assert "would cover some of it, but is in report-only mode" in found(demo, "mfa-for-everybody", "Sales Agent 031")
    assert "CA006: Block device code flow would cover" in found(demo, "device-code-flow-blocked", EVERYBODY)


def test_two_policies_cover_together_what_none_covers_alone(demo: DemoScan) -> None:
    """CA001 leaves out the pilot group; CA013 asks it on Windows, CA014 on all other platforms."""
    covered = {finding.record.name for finding in demo.result("mfa-for-everybody").findings}
    assert not any("051" in name or "052" in name for name in covered)


def test_legacy_authentication_is_blocked(demo: DemoScan) -> None:
    assert demo.status("legacy-auth-blocked") is Status.PASS


@pytest.mark.parametrize("policy", ["risky-users-blocked", "risky-sign-ins-blocked", "device-code-flow-blocked"])
def test_travellers_are_open_in_more_places_than_the_others(demo: DemoScan, policy: str) -> None:
    assert "in Approved countries" in found(demo, policy, EVERYBODY)
    assert "in Approved countries" not in found(demo, policy, "Payroll Clerk 040")


def test_an_excluded_trusted_location_leaves_a_gap(demo: DemoScan) -> None:
    message = found(demo, "risky-users-blocked", EVERYBODY)
    assert "in a trusted location. CA015: Block users at high risk leaves out all trusted locations" in message


def test_who_may_sign_in_from_anywhere_is_named_with_the_group(demo: DemoScan) -> None:
    findings = demo.findings("unapproved-locations-blocked")
    assert list(findings) == ["Payroll Clerk 040 and Sales Agent 041"]
    assert "CA004: Block countries that are not approved leaves out the group Location exclusions" in "".join(
        findings.values()
    )


def test_managed_devices_are_asked_for_office_alone_and_not_of_global_administrators(demo: DemoScan) -> None:
    assert "any application that no policy names" in found(demo, "managed-device-required", EVERYBODY)
    assert "CA005: Require a compliant device for Office 365 leaves out the role Global Administrator" in found(
        demo, "managed-device-required", "Tier-0 Administrator 01"
    )


def test_registration_is_open_to_the_one_who_is_excluded(demo: DemoScan) -> None:
    assert demo.findings("mfa-registration-protected") == {
        "Service Engineer 032": "Service Engineer 032: all sign-ins. CA016: Protect the registration of security "
        "information leaves out the user Service Engineer 032"
    }


def test_administrators_of_roles_that_no_policy_names_need_no_phishing_resistant_method(demo: DemoScan) -> None:
    findings = demo.findings("admins-phishing-resistant")
    roles = {message.partition(" held by ")[0] for message in findings.values()}
    assert roles == {
        "Application Administrator",
        "Authentication Administrator",
        "Conditional Access Administrator",
        "Exchange Administrator",
        "Helpdesk Administrator",
        "Hybrid Identity Administrator",
        "User Administrator",
    }
    asked = {"Global Administrator", "Privileged Role Administrator", "Security Administrator"}
    assert not roles & asked, "CA003 asks for these"


def test_policies_that_stayed_in_report_only_mode_are_listed(demo: DemoScan) -> None:
    names = list(demo.findings("report-only-policies-decided"))
    assert "CA006: Block device code flow" in names
    assert len(names) == 2


def test_every_exclusion_names_somebody_who_exists(demo: DemoScan) -> None:
    assert demo.status("ca-exclusions-exist") is Status.PASS
