"""Test files are loaded whole and right, or not at all with every mistake named at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scanner.errors import PolicyError, Problem
from scanner.model import Severity, Status
from scanner.policy.model import Between, Rule
from scanner.policy.source import MAX_PROBLEMS
from scanner.policy.testfile import Suites, load_tests
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Attestation, Declarations
from scanner.tenant.break_glass.declared import BreakGlass
from tests.policy.examples import ATTESTED, NAME, POLICY, TEST, load, put

ATTESTED_TEST = """\
cases:
  - name: stated
    snapshot: {collectedAt: "2026-06-30T12:00:00Z"}
    config:
      attestations:
        - {policy: keys-in-a-safe, person: duty manager, date: 2026-06-01, statement: "All seen. ", reference: T-1}
    expect: pass
"""


def suites(folder: Path) -> Suites:
    return load_tests([folder], load(folder), vocabulary())


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        suites(folder)
    return caught.value.problems


def test_cases_are_loaded_with_all_their_parts(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    path = put(tmp_path, f"{NAME}.test.yaml", TEST)
    (suite,) = suites(tmp_path).suites
    one, many, missing = suite.cases
    assert (suite.policy.id, suite.path) == (NAME, path)
    assert (one.name, one.expect, one.findings, one.line) == ("one account", Status.PASS, (), 2)
    assert one.snapshot["users"] == [
        {"id": "1", "userPrincipalName": "a@contoso.com", "accountEnabled": True, "assignedPlans": [{"service": "x"}]}
    ]
    assert one.declared == Declarations(BreakGlass(accounts=("1",)))
    assert one.now == datetime(2026, 6, 30, 10, tzinfo=UTC)
    assert (many.expect, many.findings, many.now, many.path) == (Status.FAIL, ("1", "bg@contoso.com"), None, path)
    assert (missing.expect, missing.policy) == (Status.UNKNOWN, suite.policy)


def test_parameters_of_a_case_change_its_policy_only(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path, f"{NAME}.test.yaml", TEST)
    (suite,) = suites(tmp_path).suites
    bounds = [case.policy.body.require for case in suite.cases if isinstance(case.policy.body, Rule)]
    assert bounds == [Between(1, 2), Between(1, 4), Between(1, 4)]
    assert suite.cases[0].policy.params["maximum"].value == 2


def test_cases_run_with_the_policy_as_its_file_has_it(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path, f"{NAME}.test.yaml", TEST)
    (plain,) = load(tmp_path)
    tailored = replace(plain, severity=Severity.INFO)
    (suite,) = load_tests([tmp_path], [tailored], vocabulary()).suites
    assert suite.policy == plain


def test_attestations_of_a_case_are_loaded(tmp_path: Path) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    path = put(tmp_path, "keys-in-a-safe.test.yaml", ATTESTED_TEST)
    (suite,) = suites(tmp_path).suites
    given = Attestation("keys-in-a-safe", "duty manager", date(2026, 6, 1), "All seen.", "T-1", path=path, line=6)
    assert suite.cases[0].declared == Declarations(attestations=(given,))


def test_policies_without_a_test_are_listed(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    put(tmp_path, "keys-in-a-safe.test.yaml", ATTESTED_TEST)
    assert [policy.id for policy in suites(tmp_path).untested] == [NAME]


def test_tests_of_policies_that_were_not_selected_are_left_out_but_checked(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    path = put(tmp_path, f"{NAME}.test.yaml", TEST)
    assert load_tests([tmp_path], [], vocabulary()) == Suites((), ())
    path.write_text(TEST.replace("expect: pass", "expct: pass"))
    with pytest.raises(PolicyError, match="expct"):
        load_tests([tmp_path], [], vocabulary())


def test_a_test_without_its_policy_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path / "sub", f"{NAME}.test.yaml", TEST)
    put(tmp_path, "admin-few.test.yaml", TEST)
    assert [(problem.path.name, problem.text) for problem in problems(tmp_path)] == [
        ("admin-few.test.yaml", "There is no policy admin-few.yaml beside this test."),
        (f"{NAME}.test.yaml", f"There is no policy {NAME}.yaml beside this test."),
    ]


BROKEN = [
    ("cases:\n", "case:\n", "case", "Unknown key `case`. Did you mean `cases`?"),
    ("    expect: unknown\n", "", "name: not collected", "lacks the key `expect`"),
    ("expect: unknown", "expect: unkown", "unkown", "Did you mean `unknown`?"),
    ("expect: unknown", "expect: waived", "waived", "not `waived`"),
    ('    findings: ["1", bg@contoso.com]\n', "", "name: too many", "lacks the key `findings`"),
    ("expect: pass", "findings: []\n    expect: pass", "findings: []", "Only a case that expects fail has findings."),
    ('["1", bg@contoso.com]', "[17]", "17", "must be text, not `17`. Put it in quotes."),
    ("name: too many", "name: 'one account'", "'one account'", "The case in line 2 has the same name."),
    ("      users:\n", "      user:\n", "user:", "Unknown resource `user`. Did you mean `users`?"),
    (
        "      users:\n",
        "      roleHoldings:\n",
        "roleHoldings",
        "`roleHoldings` is derived by tenantlint, not collected.",
    ),
    (
        "accountEnabled: true",
        "acountEnabled: true",
        "acount",
        "user has no property `acountEnabled`. Did you mean `acc",
    ),
    ("{service: x}", "{servce: x}", "servce", "assignedPlan has no property `servce`. Did you mean `service`?"),
    ("isInitial: true", "isIntial: true", "isIntial", "Did you mean `isInitial`?"),
    ("accountEnabled: true", "isBreakGlass: true", "isBreakGlass", "`isBreakGlass` is derived by tenantlint"),
    ('{id: "1", userPrin', "{userPrin", "{userPrin", "The record lacks the key `id`."),
    ("snapshot: {users: []}", "snapshot: {users: {id: x1}}", "{id: x1}", "The records of users must be a list."),
    ("snapshot: {users: []}", "snapshot: {users: x1}", "x1", "must be a list or a mapping of keys"),
    ("{users: {outcome", "{usrs: {outcome", "usrs", "Unknown resource `usrs`. Did you mean `users`?"),
    ("outcome: denied", "outcome: refused", "refused", "must be collected, denied"),
    ("breakGlass:", "breakglass:", "breakglass", "Did you mean `breakGlass`?"),
    ("{maximum: 2}", "{maximun: 2}", "maximun", "The policy has no parameter `maximun`. Did you mean `maximum`?"),
    ("{maximum: 2}", "{maximum: two}", "two}", "`maximum` must be a whole number"),
    ('now: "2026-06-30T12:00:00+02:00"', "now: 2026-06-29", "2026-06-29", "Write a time as"),
    ('now: "2026-06-30T12:00:00+02:00"', "now: 2026-06-31T12:00:00Z", "2026-06-31", "There is no time 2026-06-31"),
    ('now: "2026-06-30T12:00:00+02:00"', "now: 0001-01-01T00:00:00+02:00", "0001-01-01", "There is no time 0001"),
    ('collectedAt: "2026-06-30T12', 'collectedAt: "2026-02-30T12', '"2026-02-30', "There is no time 2026-02-30"),
    (
        "    expect: unknown",
        "    now: 2026-06-29T12:00:00Z\n    expect: unknown",
        "now: 2026-06-29",
        "a time of its own",
    ),
    ("    expect: unknown", "    unknownProperties: [moon]\n    expect: unknown", "moon", "no unknown property `moon`"),
    ("name: one account", "name: &a one account", "&a", "Anchors"),
]
"""What is replaced, by what, where the problem must point to, and what it must say."""


@pytest.mark.parametrize(("old", "new", "at", "fragment"), BROKEN)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, old: str, new: str, at: str, fragment: str) -> None:
    assert old in TEST
    text = TEST.replace(old, new, 1)
    before = text[: text.index(at)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    put(tmp_path, f"{NAME}.yaml", POLICY)
    path = put(tmp_path, f"{NAME}.test.yaml", text)
    found = problems(tmp_path)
    said = [f"{problem.path}:{problem.line}:{problem.column}: {problem.text} {problem.hint}" for problem in found]
    assert any(each.startswith(f"{path}:{line}:{column}:") and fragment in each for each in said), said


def test_an_attestation_is_for_the_policy_under_test(tmp_path: Path) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    wrong = ATTESTED_TEST.replace("policy: keys-in-a-safe", "policy: keys-in-safe").replace("06-01", "06-31")
    put(tmp_path, "keys-in-a-safe.test.yaml", wrong)
    assert [(problem.line, problem.column, problem.text) for problem in problems(tmp_path)] == [
        (6, 20, "`keys-in-safe` is not the policy under test."),
        (6, 62, "There is no day 2026-06-31."),
    ]


def test_properties_that_graph_does_not_have_yet_can_be_named(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    text = TEST.replace("accountEnabled: true", "moonPhase: full, '@odata.type': x").replace(
        "    expect: pass", "    unknownProperties: [moonPhase]\n    expect: pass"
    )
    put(tmp_path, f"{NAME}.test.yaml", text)
    assert len(suites(tmp_path).suites) == 1


def test_a_resource_that_exists_once_can_be_a_single_record_without_an_id(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    single = "snapshot: {users: [], authorizationPolicy: {allowInvitesFrom: none}}"
    put(tmp_path, f"{NAME}.test.yaml", TEST.replace("snapshot: {users: []}", single))
    assert len(suites(tmp_path).suites) == 1
    put(tmp_path, f"{NAME}.test.yaml", TEST.replace("snapshot: {users: []}", single.replace("Invites", "Invite")))
    assert "authorizationPolicy has no property `allowInviteFrom`" in problems(tmp_path)[0].text


def test_values_of_another_shape_are_left_to_the_policy(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    text = TEST.replace("assignedPlans: [{service: x}]", "assignedPlans: [x, 7], employeeOrgData: soon")
    put(tmp_path, f"{NAME}.test.yaml", text)
    assert len(suites(tmp_path).suites) == 1


def test_a_flood_of_unknown_properties_is_cut_short(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    flood = ", ".join(f"p{number}: 1" for number in range(1000))
    put(tmp_path, f"{NAME}.test.yaml", TEST.replace("accountEnabled: true", flood))
    assert len(problems(tmp_path)) == MAX_PROBLEMS
