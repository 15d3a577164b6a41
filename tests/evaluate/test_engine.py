"""The engine as a policy author knows it: a policy, a snapshot, a verdict with its reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Evidence, Outcome, Status
from scanner.policy.waivers import Attestation, Declarations, Waiver
from scanner.tenant.break_glass.declared import BreakGlass
from tests.evaluate.build import scan, verdict

ALL_ENABLED = "resource: users\nassert: user.accountEnabled == true\nmessage: '{user.displayName} is disabled'\n"


def user(name: str, **properties: Any) -> dict[str, Any]:
    return {"id": name, "displayName": name.title(), "userPrincipalName": f"{name}@contoso.example", **properties}


def denied(*resources: str) -> dict[str, Any]:
    return {"outcomes": {name: {"outcome": "denied", "reason": "User.Read.All"} for name in resources}}


def test_every_offending_record_is_a_finding_with_its_message(tmp_path: Path) -> None:
    content = {
        "users": [user("a", accountEnabled=True), user("b", accountEnabled=False), user("c", accountEnabled=None)]
    }
    result = verdict(tmp_path, ALL_ENABLED, content)
    assert result.status is Status.FAIL
    assert [(finding.record.id, finding.message) for finding in result.findings] == [
        ("b", "B is disabled"),
        ("c", "C is disabled"),
    ]
    assert result.considered == 3


def test_a_finding_names_the_property_and_its_value(tmp_path: Path) -> None:
    result = verdict(tmp_path, ALL_ENABLED, {"users": [user("b", accountEnabled=False)]})
    assert result.findings[0].evidence == (Evidence("user.accountEnabled", False),)
    assert result.findings[0].record.name == "b@contoso.example"


def test_a_record_that_has_no_id_is_named_by_its_key(tmp_path: Path) -> None:
    body = "resource: crossTenantAccessPolicyPartners\nassert: partner.isServiceProvider == false\nmessage: It is one\n"
    content = {"crossTenantAccessPolicyPartners": [{"tenantId": "t1", "isServiceProvider": True}]}
    result = verdict(tmp_path, body, content)
    assert [finding.record.id for finding in result.findings] == ["t1"]


def test_a_finding_names_the_clauses_that_do_not_hold(tmp_path: Path) -> None:
    body = (
        "resource: users\nassert: user.accountEnabled == true && user.userType == 'Member' && user.city != null\n"
        "message: x\n"
    )
    result = verdict(tmp_path, body, {"users": [user("b", accountEnabled=True, userType="Guest")]})
    assert result.findings[0].failed == ("user.userType == 'Member'", "user.city != null")


def test_where_decides_which_records_are_concerned(tmp_path: Path) -> None:
    body = "resource: users\nwhere: user.userType == 'Guest'\nassert: user.accountEnabled == false\nmessage: x\n"
    content = {
        "users": [user("m", userType="Member", accountEnabled=True), user("g", userType="Guest", accountEnabled=False)]
    }
    result = verdict(tmp_path, body, content)
    assert (result.status, result.considered) == (Status.PASS, 1)


@pytest.mark.parametrize(
    ("require", "enabled", "expected"),
    [
        ("all", [], Status.NOT_APPLICABLE),
        ("all", [True, True], Status.PASS),
        ("all", [True, False], Status.FAIL),
        ("any", [], Status.FAIL),
        ("any", [False, True], Status.PASS),
        ("any", [False, False], Status.FAIL),
        ("none", [], Status.NOT_APPLICABLE),
        ("none", [False, False], Status.PASS),
        ("none", [False, True], Status.FAIL),
        ("{min: 1, max: 2}", [], Status.FAIL),
        ("{min: 1, max: 2}", [True], Status.PASS),
        ("{min: 1, max: 2}", [True, False, True], Status.PASS),
        ("{min: 1, max: 2}", [True, True, True], Status.FAIL),
        ("{max: 1}", [False], Status.PASS),
        ("{min: 2}", [True, True, True], Status.PASS),
    ],
)
def test_requirements(tmp_path: Path, require: str, enabled: list[bool], expected: Status) -> None:
    body = f"resource: users\nrequire: {require}\nassert: user.accountEnabled == true\nmessage: x\n"
    content = {"users": [user(f"u{number}", accountEnabled=value) for number, value in enumerate(enabled)]}
    assert verdict(tmp_path, body, content).status is expected


def test_too_many_are_all_named(tmp_path: Path) -> None:
    body = "resource: users\nrequire: {max: 1}\nassert: user.accountEnabled == true\nmessage: x\n"
    content = {
        "users": [user("a", accountEnabled=True), user("b", accountEnabled=False), user("c", accountEnabled=True)]
    }
    assert [finding.record.id for finding in verdict(tmp_path, body, content).findings] == ["a", "c"]


def test_any_names_the_near_miss_and_what_stopped_it(tmp_path: Path) -> None:
    body = (
        "resource: users\nrequire: any\n"
        "assert: user.accountEnabled == true && user.userType == 'Member' && user.city == 'Utrecht'\nmessage: x\n"
    )
    content = {
        "users": [
            user("far", accountEnabled=False, userType="Guest", city="Utrecht"),
            user("near", accountEnabled=True, userType="Member", city="Delft"),
        ]
    }
    near = verdict(tmp_path, body, content).near_miss
    assert near is not None
    assert (near.record.id, near.met, near.of, near.failed) == ("near", 2, 3, ("user.city == 'Utrecht'",))


def test_a_resource_that_was_not_collected_makes_the_verdict_unknown(tmp_path: Path) -> None:
    result = verdict(tmp_path, ALL_ENABLED, denied("users"))
    assert result.status is Status.UNKNOWN
    assert [(one.resource, one.outcome) for one in result.missing] == [("users", Outcome.DENIED)]
    assert "User.Read.All" in result.summary


def test_missing_data_that_decides_nothing_still_forbids_a_pass(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.accountEnabled == true || tenant.domains.size() > 0\nmessage: x\n"
    content = {"users": [user("a", accountEnabled=True)], **denied("domains")}
    assert verdict(tmp_path, body, content).status is Status.UNKNOWN


def test_a_violation_that_is_certain_without_the_missing_data_is_a_failure(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.accountEnabled == true && tenant.domains.size() > 0\nmessage: x\n"
    content = {"users": [user("a", accountEnabled=True), user("b", accountEnabled=False)], **denied("domains")}
    result = verdict(tmp_path, body, content)
    assert result.status is Status.FAIL
    assert [finding.record.id for finding in result.findings] == ["b"]
    assert [unjudged.record.id for unjudged in result.unjudged] == ["a"]


def test_an_expression_that_fails_is_an_error_with_record_and_expression(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.createdDateTime < now\nmessage: x\n"
    content = {"users": [user("a", createdDateTime="2026-01-01T00:00:00Z"), user("b", createdDateTime=None)]}
    result = verdict(tmp_path, body, content)
    assert result.status is Status.ERROR
    (unjudged,) = result.unjudged
    assert (unjudged.record.id, unjudged.expression) == ("b", "user.createdDateTime < now")
    assert "createdDateTime" in unjudged.reason


def test_a_nullable_yes_or_no_is_an_error_where_it_is_null(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.accountEnabled\nmessage: x\n"
    assert verdict(tmp_path, body, {"users": [user("a", accountEnabled=None)]}).status is Status.ERROR


def test_a_value_of_the_wrong_type_is_an_error_only_for_policies_that_read_it(tmp_path: Path) -> None:
    reads_it = "resource: users\nassert: user.city != null\nmessage: x\n"
    content = {"users": [user("a", city=17, accountEnabled=True)]}
    results = scan(tmp_path, content, reads=reads_it, ignores=ALL_ENABLED).results
    assert {result.policy.id: result.status for result in results} == {"reads": Status.ERROR, "ignores": Status.PASS}


def test_without_the_licence_a_policy_does_not_apply(tmp_path: Path) -> None:
    body = "license: P2\n" + ALL_ENABLED
    content = {"users": [user("b", accountEnabled=False)], "subscribedSkus": []}
    result = verdict(tmp_path, body, content)
    assert result.status is Status.NOT_APPLICABLE
    assert "P2" in result.summary


def test_a_failure_is_not_certain_while_the_licence_is_not_known(tmp_path: Path) -> None:
    content = {"users": [user("b", accountEnabled=False)], **denied("subscribedSkus")}
    assert verdict(tmp_path, "license: P2\n" + ALL_ENABLED, content).status is Status.UNKNOWN


ATTESTED = "attestation: {statement: The safe was opened and closed., validDays: 30}\n"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, Status.MANUAL),
        (date(2026, 10, 20), Status.PASS),
        (date(2026, 10, 2), Status.PASS),
        (date(2026, 10, 1), Status.MANUAL),
        (date(2026, 11, 20), Status.MANUAL),
    ],
    ids=["none", "in date", "last day", "lapsed", "from the future"],
)
def test_an_attestation_counts_while_it_is_in_date(tmp_path: Path, day: date | None, expected: Status) -> None:
    given = () if day is None else (Attestation("rule-under-test", "Security officer", day),)
    assert verdict(tmp_path, ATTESTED, {}, Declarations(attestations=given)).status is expected


def waiver(record: str, expires: date, policy: str = "rule-under-test") -> Declarations:
    return Declarations(waivers=(Waiver(policy, record, "Known.", "Security officer", expires),))


TWO_DISABLED = {"users": [user("a", accountEnabled=False), user("b", accountEnabled=False)]}


def test_a_waived_finding_stays_visible_and_the_rest_fails(tmp_path: Path) -> None:
    result = verdict(tmp_path, ALL_ENABLED, TWO_DISABLED, waiver("a", date(2026, 12, 1)))
    assert result.status is Status.FAIL
    assert [finding.waived is not None for finding in result.findings] == [True, False]


def test_all_findings_waived_is_waived(tmp_path: Path) -> None:
    content = {"users": [user("a", accountEnabled=False)]}
    result = verdict(tmp_path, ALL_ENABLED, content, waiver("a", date(2026, 11, 1)))
    assert result.status is Status.WAIVED
    assert result.findings[0].waived is not None
    assert result.findings[0].waived.approver == "Security officer"


@pytest.mark.parametrize(
    ("declared", "note"),
    [
        (waiver("a", date(2026, 10, 31)), "expired on 2026-10-31"),
        (waiver("nobody", date(2026, 12, 1)), "for a record that is not among the users"),
        (waiver("a", date(2026, 12, 1), "no-such-policy"), "does not exist"),
    ],
)
def test_waivers_without_effect_are_announced(tmp_path: Path, declared: Declarations, note: str) -> None:
    outcome = scan(tmp_path, TWO_DISABLED, declared, rule_under_test=ALL_ENABLED)
    assert outcome.results[0].status is Status.FAIL
    assert any(note in one.text for one in outcome.notes)


def test_a_policy_about_break_glass_accounts_says_when_none_is_declared(tmp_path: Path) -> None:
    body = "resource: users\nwhere: user.isBreakGlass\nassert: user.accountEnabled == true\nmessage: x\n"
    result = verdict(tmp_path, body, {"users": [user("a", accountEnabled=True)]})
    assert result.status is Status.NOT_APPLICABLE
    assert any("No break-glass account is declared" in hint for hint in result.hints)


def test_declared_break_glass_accounts_are_known_by_name(tmp_path: Path) -> None:
    body = "resource: users\nwhere: user.isBreakGlass\nassert: user.accountEnabled == true\nmessage: x\n"
    declared = Declarations(BreakGlass(accounts=("A@contoso.example",)))
    content = {"users": [user("a", accountEnabled=False), user("b", accountEnabled=False)]}
    result = verdict(tmp_path, body, content, declared)
    assert [finding.record.id for finding in result.findings] == ["a"]


def test_the_tenant_is_a_resource_of_one_record(tmp_path: Path) -> None:
    body = "resource: tenant\nassert: tenant.domains.exists(domain, domain.isDefault == true)\nmessage: x\n"
    content = {"tenant": {"id": "t", "displayName": "Contoso"}, "domains": [{"id": "a.example", "isDefault": True}]}
    result = verdict(tmp_path, body, content)
    assert (result.status, result.considered) == (Status.PASS, 1)


def test_now_is_the_time_of_the_snapshot(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.createdDateTime < now\nmessage: x\n"
    content = {"collectedAt": "2020-01-01T00:00:00Z", "users": [user("a", createdDateTime="2021-01-01T00:00:00Z")]}
    assert verdict(tmp_path, body, content).status is Status.FAIL


def test_finding_ids_survive_renames_and_reordering(tmp_path: Path) -> None:
    before = verdict(tmp_path, ALL_ENABLED, TWO_DISABLED)
    renamed = [{**record, "displayName": "Someone else"} for record in reversed(TWO_DISABLED["users"])]
    after = verdict(tmp_path, ALL_ENABLED, {"users": renamed})
    assert [finding.id for finding in before.findings] == [finding.id for finding in after.findings]


def test_facts_are_computed_only_if_a_policy_reads_them(tmp_path: Path) -> None:
    # Role assignments that contradict every form would end any fact about roles in an error.
    content = {"users": [user("a", accountEnabled=True)], "roleAssignments": [{"id": "x", "principalId": 17}]}
    assert verdict(tmp_path, ALL_ENABLED, content).status is Status.PASS


ABOUT_BREAK_GLASS = "resource: users\nwhere: user.isBreakGlass\nassert: user.accountEnabled == true\nmessage: x\n"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def with_an_administrator() -> dict[str, Any]:
    """A tenant in which one account looks like a break-glass account."""
    empty = (
        *("groups", "groupMembers", "servicePrincipals", "conditionalAccessPolicies"),
        *("roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances"),
    )
    role = {"id": GLOBAL_ADMINISTRATOR, "templateId": GLOBAL_ADMINISTRATOR, "displayName": "Global Administrator"}
    assigned = {"id": "x", "principalId": "a", "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
    return {
        **{name: [] for name in empty},
        "users": [{**user("a", accountEnabled=True), "userPrincipalName": "a@contoso.onmicrosoft.com"}, user("b")],
        "domains": [{"id": "contoso.onmicrosoft.com", "isInitial": True}],
        "roleDefinitions": [{**role, "isBuiltIn": True}],
        "roleAssignments": [assigned],
    }


@pytest.mark.parametrize(
    ("content", "declared", "hints"),
    [
        (
            with_an_administrator(),
            Declarations(),
            (
                "No break-glass account is declared (breakGlass in tenantlint.yaml). "
                "Likely candidates: a@contoso.onmicrosoft.com.",
            ),
        ),
        (
            {**with_an_administrator(), "roleAssignments": []},
            Declarations(),
            ("No break-glass account is declared (breakGlass in tenantlint.yaml).",),
        ),
        (
            {"users": []},
            Declarations(),
            ("No break-glass account is declared (breakGlass in tenantlint.yaml).",),
        ),
        (with_an_administrator(), Declarations(BreakGlass(accounts=("a@contoso.onmicrosoft.com",))), ()),
    ],
    ids=["with a candidate", "without one", "nothing to tell by", "declared"],
)
def test_where_no_break_glass_account_is_declared_likely_ones_are_named(
    tmp_path: Path, content: dict[str, Any], declared: Declarations, hints: tuple[str, ...]
) -> None:
    assert verdict(tmp_path, ABOUT_BREAK_GLASS, content, declared).hints == hints


def test_a_declaration_that_fits_nothing_is_announced(tmp_path: Path) -> None:
    declared = Declarations(BreakGlass(accounts=("nobody@contoso.example",)))
    outcome = scan(tmp_path, {"users": [user("a")]}, declared, rule_under_test=ABOUT_BREAK_GLASS)
    assert any("nobody@contoso.example" in note.text for note in outcome.notes)


def test_everything_that_could_not_be_read_is_listed_once_in_order(tmp_path: Path) -> None:
    content = {"users": [], **denied("groups", "domains")}
    outcome = scan(tmp_path, content, one=ALL_ENABLED, two=ALL_ENABLED)
    assert [one.resource for one in outcome.incomplete] == ["domains", "groups"]


def test_a_policy_elsewhere_is_named_by_its_folder_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = verdict(tmp_path, ALL_ENABLED, {"users": []}).policy.path
    assert elsewhere.endswith(f"{tmp_path.name}/rule-under-test.yaml")
    assert not elsewhere.startswith("/")
    monkeypatch.chdir(tmp_path)
    assert verdict(tmp_path, ALL_ENABLED, {"users": []}).policy.path == "rule-under-test.yaml"


def test_a_failure_that_hangs_on_an_unknown_licence_says_what_was_not_read(tmp_path: Path) -> None:
    content = {"users": [user("b", accountEnabled=False)], **denied("subscribedSkus")}
    result = verdict(tmp_path, "license: P2\n" + ALL_ENABLED, content)
    assert result.summary.startswith("Fails if the tenant has P2, which could not be read.")
    assert [one.resource for one in result.missing] == ["subscribedSkus"]
    assert result.findings == ()


def test_a_near_miss_is_told_only_where_the_policy_fails(tmp_path: Path) -> None:
    body = "resource: users\nrequire: any\nassert: user.accountEnabled == true && user.city == 'Utrecht'\nmessage: x\n"
    near = user("a", accountEnabled=True, city="Delft")
    assert verdict(tmp_path, body, {"users": [near]}).near_miss is not None
    assert verdict(tmp_path, body, {"users": [near, user("b", accountEnabled=True, city="Utrecht")]}).near_miss is None
