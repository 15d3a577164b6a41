"""The text report: order, width, what stands out, what a long list comes to."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from scanner.model import Missing, Outcome, Severity, Status
from scanner.report.text import SHOWN, render
from tests.report.samples import SAMPLE, finding, hostile, policy, result, scan


def place(report: str, *texts: str) -> list[int]:
    return [report.index(text) for text in texts]


def test_violations_come_first_worst_on_top_and_the_summary_last() -> None:
    report = render(SAMPLE)
    order = place(
        report,
        "Violations",
        "critical  block-legacy",
        "high      accounts-enabled",
        "Not decided",
        "high      password-in-safe",
        "medium    needs-sign-ins",
        "low       breaks-at-run-time",
        "Waived",
        "Could not be read: 1 resource",
        "Notes",
        "Summary",
    )
    assert order == sorted(order)


def test_a_finding_shows_record_message_values_and_the_part_that_failed() -> None:
    expected = """
FAIL      high      accounts-enabled
  Title of accounts-enabled
  2 of 3 records break the rule.
    - person1@contoso.example (00000000-0000-4000-8000-000000000001)
      person1 is enabled
      user.accountEnabled = true
      user.otherMails = ["a@b.example"]
      not met: user.otherMails.size() == 0
"""
    assert expected in render(SAMPLE)


def test_advice_and_the_place_of_the_rule_follow_a_violation() -> None:
    expected = """
  Fix: Open the portal, then:
    change it.
  Rule: policies/break-glass/accounts-enabled.yaml:14
"""
    assert expected in render(SAMPLE)


def test_the_summary_counts_and_does_not_call_an_undecided_run_clean() -> None:
    expected = """
Summary
  8 policies: 2 fail, 1 error, 1 unknown, 1 manual, 1 waived, 1 pass, 1 not
    applicable
  Violations: 1 critical, 1 high
  Not decided: 3 policies. This is not a clean result.
  Could not be read: 1 resource, listed above.
"""
    assert render(SAMPLE).endswith(expected)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.PASS, "No violations."),
        (Status.WAIVED, "No violations."),
        (Status.NOT_APPLICABLE, "No violations."),
        (Status.UNKNOWN, "This is not a clean result."),
        (Status.MANUAL, "This is not a clean result."),
        (Status.ERROR, "This is not a clean result."),
        (Status.FAIL, "Violations: 1 high"),
    ],
)
def test_a_status_alone_gives_its_verdict(status: Status, said: str) -> None:
    last = render(scan(result(policy("one"), status))).splitlines()[-1]
    assert said in last


def test_a_scan_of_no_policy_is_not_called_clean() -> None:
    report = render(scan())
    assert "0 policies: nothing was evaluated" in report
    assert "No violations" not in report


def test_what_could_not_be_read_is_named_with_the_reason() -> None:
    lack = Missing("userRegistrationDetails", Outcome.UNLICENSED, "the tenant has no P1")
    report = render(scan(result(policy("one"), Status.PASS), incomplete=(lack,)))
    assert "  userRegistrationDetails: unlicensed: the tenant has no P1\n" in report


def test_what_passed_is_listed_only_on_request() -> None:
    assert "all-good" not in render(SAMPLE, width=200).replace("The waiver of all-good", "")
    assert "PASS      high      all-good" in render(SAMPLE, verbose=True)
    assert "NOT APPLICABLE  info      no-licence" in render(SAMPLE, verbose=True)


def test_a_long_list_is_counted_and_told_in_full_on_request() -> None:
    findings = tuple(finding("many", n) for n in range(SHOWN + 1_200))
    many = scan(result(policy("many"), Status.FAIL, findings=findings))
    assert "    and 1,200 more: findings, 1,210 in all\n" in render(many)
    assert "Shortened; --verbose lists every record." in render(many)
    assert "person1209@contoso.example" in render(many, verbose=True)
    assert "Shortened" not in render(many, verbose=True)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    for sample in (SAMPLE, hostile()):
        assert max(map(cell_len, render(sample, width=width, verbose=True).splitlines())) <= width


ADDRESSES = (
    "https://graph.microsoft.com/v1.0/identity/x",
    "https://graph.microsoft.com/v1.0/servicePrincipals/{id}/appRoleAssignments/{one}",
    "https://graph.microsoft.com/v1.0/" + "identityGovernance/" * 6 + "{id}",
    "(https://graph.microsoft.com/v1.0/servicePrincipals/{id}/appRoleAssignments/{id})",
)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_stays_whole_and_takes_the_line_for_itself(width: int, color: bool, address: str) -> None:
    rule = policy("one", remediation=f"Revoke what is not needed. Graph: DELETE {address} for what is left over.")
    lines = render(scan(result(rule, Status.FAIL)), width=width, color=color).splitlines()
    [line] = [line for line in lines if address in line]
    if cell_len(line) > width:
        assert line == address
    assert "for what is left over." in " ".join(" ".join(lines).split())


def test_what_is_longer_than_any_address_is_cut_into_lines() -> None:
    name = "https://" + "x" * 400
    report = render(scan(result(policy("one", title=name), Status.FAIL)))
    assert max(map(cell_len, report.splitlines())) <= 80
    assert name in "".join(line.strip() for line in report.splitlines())


def test_lines_end_without_blanks() -> None:
    assert not [line for line in render(hostile(), verbose=True).splitlines() if line != line.rstrip()]


def test_markup_and_emoji_codes_of_a_name_stay_as_they_are() -> None:
    assert "[bold red]markup[/] :warning:" in render(hostile(), width=200)


def test_severities_and_statuses_are_coloured_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    one = scan(result(policy("one", Severity.CRITICAL), Status.FAIL))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.setenv(name, "1")
    assert "\x1b[1;31mFAIL" in render(one, color=True)
    assert "\x1b" not in render(one)
