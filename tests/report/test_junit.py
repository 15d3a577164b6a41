"""The JUnit report, as Jenkins, GitLab and Azure Pipelines want it."""

from __future__ import annotations

import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from scanner.model import Scan, Severity, Status
from scanner.report.junit import NAME_LIMIT, render
from tests.report.samples import SAMPLE, TENANT, finding, hostile, policy, result, scan

XSD = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def cases(sample: Scan) -> dict[str, ElementTree.Element]:
    return {case.get("name", ""): case for case in ElementTree.fromstring(render(sample)).iter("testcase")}


def outcome(case: ElementTree.Element) -> tuple[str, str, str]:
    """Name, type and message of what became of a case; empty for one that passed."""
    found = [child for child in case if child.tag in ("failure", "error", "skipped")]
    if not found:
        return "", "", ""
    [child] = found
    return child.tag, child.get("type", ""), child.get("message", "")


@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_it_is_valid_for_the_xunit_plugin_of_jenkins(sample: Scan) -> None:
    XSD.validate(ElementTree.ElementTree(ElementTree.fromstring(render(sample))))


@pytest.mark.parametrize(
    "wrong",
    [
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0" disabled="0"/></testsuites>',
        '<testsuites skipped="1"/>',
        '<testsuites><testsuite name="a"/></testsuites>',
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="x" line="1"/></testsuite>'
        "</testsuites>",
    ],
)
def test_the_schema_refuses_what_the_plugin_refuses(wrong: str) -> None:
    assert not XSD.is_valid(ElementTree.ElementTree(ElementTree.fromstring(wrong)))


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("accounts-enabled", ("failure", "high", "Title of accounts-enabled: 2 of 3 records break the rule.")),
        ("needs-sign-ins", ("error", "unknown", "Title of needs-sign-ins: Not collected: users.")),
        ("breaks-at-run-time", ("error", "error", "Title of breaks-at-run-time: 1 record could not be judged.")),
        ("password-in-safe", ("skipped", "skipped", "manual: Title of password-in-safe: No attestation is in date.")),
        ("no-licence", ("skipped", "skipped", "not applicable: Title of no-licence: The tenant has no P2.")),
        ("all-good", ("", "", "")),
        (
            "all-accepted",
            (
                "skipped",
                "skipped",
                "waived: Title of all-accepted: Every finding is waived. "
                "waived by Security board until 2026-06-30 [SEC-12]: Replaced in spring",
            ),
        ),
    ],
)
def test_each_status_has_its_outcome_with_the_reason(id: str, expected: tuple[str, str, str]) -> None:
    assert outcome(cases(SAMPLE)[id]) == expected


def test_a_failure_tells_every_finding_and_what_to_do() -> None:
    failure = cases(SAMPLE)["accounts-enabled"].find("failure")
    assert failure is not None
    text = failure.text or ""
    for line in (
        "  - person1@contoso.example (00000000-0000-4000-8000-000000000001)\n",
        '    user.otherMails = ["a@b.example"]\n',
        "    not met: user.otherMails.size() == 0\n",
        "    waived by Security board until 2026-06-30 [SEC-12]: Replaced in spring\n",
        "Fix: Open the portal, then:\n  change it.\n",
        "Rule: policies/break-glass/accounts-enabled.yaml:14\n",
    ):
        assert line in text


def test_totals_stand_on_both_levels() -> None:
    root = ElementTree.fromstring(render(SAMPLE))
    [suite] = root
    assert root.attrib == {"name": "tenantlint", "tests": "8", "failures": "2", "errors": "2"}
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "8",
        "failures": "2",
        "errors": "2",
        "skipped": "3",
    }


def test_the_only_time_is_the_snapshots_in_utc() -> None:
    [suite] = ElementTree.fromstring(render(SAMPLE))
    assert suite.get("timestamp") == "2026-01-31T08:00:00"
    [suite] = ElementTree.fromstring(render(scan(collected_at="")))
    assert suite.get("timestamp") is None


def test_names_do_not_change_with_titles_and_tell_tenants_apart() -> None:
    before = cases(scan(result(policy("one"), Status.PASS)))["one"]
    after = cases(scan(result(policy("one", Severity.LOW, title="Another"), Status.PASS)))["one"]
    assert (before.get("name"), before.get("classname")) == (after.get("name"), after.get("classname"))
    assert before.get("classname") == f"tenantlint.{TENANT}"
    assert (
        cases(scan(result(policy("one"), Status.PASS), tenant_id="other"))["one"].get("classname") == "tenantlint.other"
    )


def test_long_names_are_shortened_and_stay_different() -> None:
    long = [policy("p" * 300 + end) for end in ("a", "b")]
    names = list(cases(scan(*(result(one, Status.PASS) for one in long))))
    assert len(set(names)) == 2
    assert max(map(len, names)) <= NAME_LIMIT


def test_what_could_not_be_read_stands_in_the_suite() -> None:
    [suite] = ElementTree.fromstring(render(SAMPLE))
    assert "Could not be read: roleAssignments: denied: RoleManagement.Read.Directory" in (
        suite.findtext("system-err") or ""
    )


def test_messages_stay_short_however_long_the_summary() -> None:
    sample = scan(result(policy("one"), Status.FAIL, summary="s" * 9000, findings=(finding("one", 1),)))
    assert len(outcome(cases(sample)["one"])[2]) <= 1000


def test_no_deprecated_call_is_made() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        render(SAMPLE)
