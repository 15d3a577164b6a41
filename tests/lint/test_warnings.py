"""What is allowed and probably not meant is warned about at its place; policies as they should be are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.lint.command import Linted, run_lint
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder
from tests.policy.examples import put

NAME = "users-are-enabled"
POLICY = """\
id: users-are-enabled
title: Users are enabled
severity: medium
description: An account that nobody can use is of no use.
remediation: Enable the user.
references: [https://learn.microsoft.com/entra/]
resource: users
where: user.userType == "Member"
assert: >-
  user.accountEnabled == true &&
  user.createdDateTime != null
message: "{user.displayName} is disabled"
"""
TEST = """\
cases:
  - name: enabled
    snapshot:
      users: [{id: a, userType: Member, accountEnabled: true, createdDateTime: "2026-01-01T00:00:00Z"}]
    expect: pass
  - name: disabled
    snapshot:
      users: [{id: a, userType: Member, accountEnabled: false, createdDateTime: "2026-01-01T00:00:00Z"}]
    expect: fail
    findings: [a]
"""


def linted(folder: Path, text: str, test: str = TEST, name: str = NAME) -> Linted:
    put(folder, f"{name}.yaml", text)
    if test:
        put(folder, f"{name}.test.yaml", test)
    words = vocabulary()
    return run_lint([folder], load_policies([folder], words), words)


def found(folder: Path, text: str, test: str = TEST) -> list[tuple[str, int, int]]:
    """Name, line and column of every warning."""
    warnings = linted(folder, text, test).warnings
    assert {one.problem.path.name for one in warnings} <= {f"{NAME}.yaml"}
    return [(one.name, one.problem.line, one.problem.column) for one in warnings]


def test_a_policy_as_it_should_be_has_no_warning(tmp_path: Path) -> None:
    assert found(tmp_path, POLICY) == []


@pytest.mark.parametrize(
    ("old", "new", "name", "line", "column"),
    [
        ("references: [https://learn.microsoft.com/entra/]\n", "", "no-references", 1, 5),
        ("title: Users are enabled", "title: Users are enabled.", "title-full-stop", 2, 25),
        ("no use.", "no use, high severity.", "severity-contradicted", 4, 59),
        ("no use.", "no use. Its severity is critical.", "severity-contradicted", 4, 63),
        ("Enable the user.", "Informational only.", "severity-contradicted", 5, 14),
        ("user.createdDateTime != null", "user.createdDateTime > null", "null-ordered", 11, 24),
        ('"Member"', '"Member" && user.createdDateTime <= null', "null-ordered", 8, 58),
        ("user.createdDateTime != null", 'user.userType=="Member"', "repeated-condition", 11, 3),
        ("user.createdDateTime != null", "user.accountEnabled == true", "repeated-condition", 11, 3),
        ('"Member"', '"Membre"', "where-never-met", 8, 1),
        ("user.accountEnabled == true &&", "user.accountEnabled != null &&", "always-true", 9, 1),
        ("user.accountEnabled == true &&", "user.accountEnabled == null &&", "always-false", 9, 1),
    ],
)
def test_a_suspicious_policy_is_warned_about(
    tmp_path: Path, old: str, new: str, name: str, line: int, column: int
) -> None:
    assert old in POLICY
    assert (name, line, column) in found(tmp_path, POLICY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("no use.", "no use. Medium severity."),
        ("no use.", "no use, a critical account, at high risk, of low value."),
        ("Users are enabled", "Users are enabled, and so on..."),
        ("user.createdDateTime != null", "(user.createdDateTime == null || user.userType != null)"),
        ("severity: medium", "severity: info\ntags: [x]"),
    ],
)
def test_what_only_looks_suspicious_is_not(tmp_path: Path, old: str, new: str) -> None:
    assert found(tmp_path, POLICY.replace(old, new)) == []


def test_informational_is_the_severity_info(tmp_path: Path) -> None:
    text = POLICY.replace("severity: medium", "severity: info").replace("no use.", "no use. Informational only.")
    assert found(tmp_path, text) == []


def test_an_assertion_that_does_not_read_the_record_is_warned_about(tmp_path: Path) -> None:
    start = POLICY[: POLICY.index("where:")]
    text = start + "assert: tenant.breakGlassDeclared\n"
    assert found(tmp_path, text, "") == [("record-not-read", 8, 9)]
    assert found(tmp_path, text.replace("resource: users", "resource: tenant"), "") == []


CA = (
    POLICY[: POLICY.index("resource:")]
    + """\
resource: conditionalAccessPolicies
require: any
assert: '"All" in policy.conditions.users.includeUsers'
"""
)


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (CA, True),
        (CA.replace("require: any", "require: {min: 1}"), True),
        (CA.replace("require: any", "require: all"), False),
        (CA.replace("require: any", "require: {max: 1}"), False),
        (CA.replace("assert: '", "where: size(policy.narrowedBy) == 0\nassert: '"), False),
        (CA.replace("includeUsers'", "includeUsers && size(policy.excludedUsers) == 0'"), False),
        (CA.replace("includeUsers'", "includeUsers && size(policy.conditions.users.excludeGroups) == 0'"), False),
        (CA.replace("""'"All" in policy.conditions.users.includeUsers'""", 'policy.state == "enabled"'), False),
    ],
)
def test_any_conditional_access_policy_without_a_look_at_exclusions_is_warned_about(
    tmp_path: Path, text: str, warned: bool
) -> None:
    assert found(tmp_path, text, "") == ([("exclusions-ignored", 9, 10)] if warned else [])


def test_records_that_cannot_be_judged_are_records_that_where_may_be_about(tmp_path: Path) -> None:
    test = "cases:\n  - {name: x, snapshot: {users: [{id: a, userType: 3}]}, expect: error}\n"
    assert found(tmp_path, POLICY, test) == []


def test_the_parameters_of_a_case_count(tmp_path: Path) -> None:
    params = "params:\n  kind: {type: string, default: Nobody, description: Kind of user.}\nresource:"
    text = POLICY.replace("resource:", params).replace('"Member"', "params.kind")
    assert found(tmp_path, text) == [("where-never-met", 10, 1)]
    test = TEST.replace("    snapshot:", "    config: {params: {kind: Member}}\n    snapshot:")
    assert found(tmp_path, text, test) == []


def test_a_licence_is_of_no_concern(tmp_path: Path) -> None:
    test = TEST.replace("expect: pass", "expect: unknown").replace("expect: fail\n    findings: [a]", "expect: unknown")
    assert found(tmp_path, POLICY.replace("resource:", "license: P1\nresource:"), test) == []


def test_shipped_policies_have_no_warning() -> None:
    words = vocabulary()
    folders = [policies_folder()]
    assert list(map(str, run_lint(folders, load_policies(folders, words), words).warnings)) == []


def test_warnings_are_told_with_their_line_and_fail_only_where_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    linted(tmp_path / "mine", POLICY.replace("are enabled\n", "are enabled.\n"))
    result = CliRunner().invoke(main, ["lint", "--policies", "mine"])
    assert (result.exit_code, result.stdout) == (0, "1 policy and 1 test file: 1 warning.\n")
    path = Path("mine", f"{NAME}.yaml")
    assert result.stderr.splitlines() == [
        f"{path}:2:25: warning: The title ends with a full stop, which reports do not expect. Take it out. "
        "[title-full-stop]",
        "    2 | title: Users are enabled.",
        "      |                         ^",
    ]
    assert CliRunner().invoke(main, ["lint", "--policies", "mine", "--strict"]).exit_code == 1


def test_strict_without_a_warning_is_fine(tmp_path: Path) -> None:
    linted(tmp_path, POLICY)
    assert CliRunner().invoke(main, ["lint", "--policies", str(tmp_path), "--strict"]).exit_code == 0
