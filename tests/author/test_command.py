"""A new policy and its test are right as they are written, whatever is given."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.author.command import Given, Place, run_new
from scanner.author.guided import ITEM, Condition, Takes, clause, operators
from scanner.cel.types import Property, RecordType
from scanner.errors import UsageError
from scanner.lint.command import run_lint
from scanner.model import Status
from scanner.policy.load import load_policies
from scanner.policy.source import read
from tests.author.given import GIVEN, ID, WORDS, Scripted, options, run, statuses


def test_options_make_a_policy_that_passes_lint_and_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("new", *options(GIVEN))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"my-policies{os.sep}{ID}.yaml: the policy",
        f"my-policies{os.sep}{ID}.test.yaml: 4 cases",
        "",
        "Next:",
        "  tenantlint lint --policies my-policies",
        "  tenantlint test --policies my-policies",
        "  tenantlint scan SNAPSHOT --policies my-policies",
    ]
    assert (
        run("lint", "--strict", "--policies", "my-policies").output == "1 policy and 1 test file: nothing is wrong.\n"
    )
    said = run("test", "--require-tests", "--policies", "my-policies").output
    assert said == "4 cases of 1 policy: 4 passed, 0 failed.\n"
    assert set(statuses(tmp_path / "my-policies").values()) == {
        Status.PASS,
        Status.FAIL,
        Status.UNKNOWN,
        Status.NOT_APPLICABLE,
    }


def test_the_policy_reads_like_the_shipped_ones(tmp_path: Path) -> None:
    run_new(Place(tmp_path), GIVEN, WORDS, None)
    assert (
        (tmp_path / f"{ID}.yaml").read_text(encoding="utf-8")
        == f"""\
# yaml-language-server: $schema=.schemas/policy.schema.json
id: {ID}
title: Guests have an end date
severity: low
description: >
  Accounts of people who left are a way in.
remediation: >
  Set an end date, or delete the guest.
references:
  - https://learn.microsoft.com/entra/
resource: users
where: user.userType == "Guest"
assert: user.employeeLeaveDateTime != null
message: "{{user.displayName}}: employeeLeaveDateTime is {{user.employeeLeaveDateTime}}"
""".replace('"{', "'{", 1).replace('}"\n', "}'\n")
    )


def test_the_examples_differ_in_what_decides(tmp_path: Path) -> None:
    run_new(Place(tmp_path), GIVEN, WORDS, None)
    cases = {one["name"]: one for one in read(tmp_path / f"{ID}.test.yaml").data["cases"]}  # type: ignore[index]
    good, bad, aside = (
        cases[name]["snapshot"]["users"][0] for name in ("the rule is met", "the rule is broken", "not concerned")
    )
    assert {key for key in good if good[key] != bad[key]} == {"employeeLeaveDateTime"}
    assert {key for key in good if good[key] != aside[key]} == {"userType"}


def test_the_schema_of_the_first_line_is_there(tmp_path: Path) -> None:
    run_new(Place(tmp_path / "mine"), GIVEN, WORDS, None)
    named = re.compile(r"^# yaml-language-server: \$schema=(\S+)\n")
    for path in (tmp_path / "mine").glob("*.yaml"):
        (schema,) = named.findall(path.read_text(encoding="utf-8"))
        assert (path.parent / schema).is_file()
    for schema in (tmp_path / "mine" / ".schemas").iterdir():
        for other in re.findall(r'"\$ref": "([^#"]+)#', schema.read_text(encoding="utf-8")):
            assert (schema.parent / other).is_file()


def test_schemas_around_are_used_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "policy.schema.json").write_text("{}", encoding="utf-8")
    run_new(Place(tmp_path / "a" / "b"), GIVEN, WORDS, None)
    first = (tmp_path / "a" / "b" / f"{ID}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("$schema=../../schemas/policy.schema.json")
    assert not (tmp_path / "a" / "b" / ".schemas").exists()


def test_a_name_that_is_taken_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("", encoding="utf-8")
    person = Scripted([])
    with pytest.raises(UsageError, match="is there already"):
        run_new(Place(tmp_path), Given(id="mine"), WORDS, person)
    assert person.heard == []


def test_an_expression_over_several_lines_is_one_in_the_file(tmp_path: Path) -> None:
    lines = 'user.accountEnabled == true\r\n  && user.department != "a\u2028b  c"\n'
    run_new(Place(tmp_path), Given("t", "an-id", "low", "users", "", lines, "", "d", "r"), WORDS, None)
    data = read(tmp_path / "an-id.yaml").data
    assert isinstance(data, dict)
    assert data["assert"] == 'user.accountEnabled == true && user.department != "a\u2028b  c"'


def test_without_a_terminal_what_is_missing_is_named() -> None:
    result = run("new", "--title", "T", "--resource", "users")
    assert result.exit_code == 2
    assert result.output == (
        "tenantlint: There is no terminal to ask at: give --severity, --assert, --description and --remediation.\n"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--resource", "usrs"], "--resource: There is no resource `usrs`. Did you mean `users`?"),
        (["--severity", "hgih"], "--severity: It is one of: critical, high, medium, low, info. Did you mean `high`?"),
        (["--require", "some"], "--require: It is one of: all, any, none."),
        (["--id", "Not Kebab"], "--id: Write it in small letters"),
        (["--id", "x" * 41], "--id: It has 41 characters; 40 are allowed."),
        (["--id", "break-glass-tested"], "--id: A shipped policy is named `break-glass-tested`."),
        (["--title", "x" * 151], "--title: It has 151 characters; 150 are allowed."),
        (["--title", "???"], "--id: Write it in small letters"),
        (["--title", "\x1b[31m"], "--title: The character U+001B cannot stand in a text."),
        (["--title", "Pr\udcc3\udcbcfung"], "--title: A letter could not be read. Set the terminal to UTF-8"),
        (["--reference", "learn.microsoft.com"], "--reference: Write a whole address"),
        (["--assert", "user.usertype == 'x'"], "--assert: `user` has no property `usertype`. Did you mean `userType`?"),
        (["--where", "user.displayName"], "--where: "),
        (["--message", "{user.displayNme}"], "Did you mean `displayName`?\n  user.displayNme\n       ^"),
        (["--message", "{user.displayName"], "--message: The brace is not closed."),
    ],
)
def test_what_cannot_stand_is_told_with_the_option(tmp_path: Path, changed: list[str], said: str) -> None:
    result = run("new", str(tmp_path), *options(GIVEN), *changed)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_an_expression_has_a_caret_below_it(tmp_path: Path) -> None:
    result = run("new", str(tmp_path), *options(GIVEN), "--assert", "true &&\nuser.usertype == 'x'")
    assert result.output.splitlines()[1:] == ["  user.usertype == 'x'", "       ^"]


def test_nothing_is_overwritten_unless_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.test.yaml"
    path.write_text("mine", encoding="utf-8")
    result = run("new", str(tmp_path), *options(GIVEN))
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert f"{path} is there already. Choose another --id, or overwrite it with --force." in result.output
    assert not (tmp_path / f"{ID}.yaml").exists()
    assert run("new", str(tmp_path), *options(GIVEN), "--force").exit_code == 0
    assert statuses(tmp_path)


HOSTILE = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"))


@settings(max_examples=40)
@given(title=HOSTILE, text=HOSTILE, where=HOSTILE)
def test_whatever_is_typed_is_what_the_file_says(
    tmp_path_factory: pytest.TempPathFactory, title: str, text: str, where: str
) -> None:
    folder = tmp_path_factory.mktemp("new")
    title, text = f'{{a}} "b": {title}'[:150], f"# 'c': &d *e {text}"
    literal = where.replace("\\", "\\\\").replace('"', '\\"')
    run_new(
        Place(folder),
        Given("x", "an-id", "low", "users", f'user.department != "{literal}"', "!user.isBreakGlass", "", text, text)
        if not title.strip()
        else Given(title, "an-id", "low", "users", f'user.department != "{literal}"', "true", "", text, text),
        WORDS,
        None,
    )
    (policy,) = load_policies([folder], WORDS)
    assert policy.title == " ".join(title.split())
    assert " ".join(policy.description.split()) == " ".join(text.split())
    assert statuses(folder)


FOUND = [
    ("users", "!user.roles.exists(role, role.isPrivileged)"),
    ("users", "user.isBreakGlass"),
    ("users", 'user.registration.methodsRegistered.exists(method, method == "fido2SecurityKey")'),
    ("users", 'user.department == "IT" && user.createdDateTime < now - duration("2160h")'),
    ("users", "user.assignedPlans.filter(plan, plan.service != null).size() >= 2"),
    ("users", "user.signInActivity.lastSignInDateTime > now - duration('720h')"),
    ("roleHoldings", 'holding.assignment != "permanent"'),
    ("authorizationPolicy", "authorizationPolicy.defaultUserRolePermissions.allowedToCreateApps == false"),
    ("tenant", "tenant.authorizationPolicy.allowInvitesFrom in ['none']"),
    ("conditionalAccessPolicies", '!policy.conditions.users.excludeUsers.exists(one, one.startsWith("a"))'),
    ("domains", 'domain.id.endsWith(".onmicrosoft.com")'),
]


@pytest.mark.parametrize(("resource", "assertion"), FOUND)
def test_examples_are_found_for_all_kinds_of_rules(tmp_path: Path, resource: str, assertion: str) -> None:
    said = run_new(Place(tmp_path), Given("t", "an-id", "low", resource, "", assertion, "", "d", "r"), WORDS, None)
    assert "No example" not in said
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} <= set(statuses(tmp_path).values())


@pytest.mark.parametrize("require", ["all", "any", "none"])
def test_examples_are_of_the_whole_verdict(tmp_path: Path, require: str) -> None:
    chosen = Given("t", "an-id", "low", "users", "", "user.accountEnabled == true", require, "d", "r")
    run_new(Place(tmp_path), chosen, WORDS, None)
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} <= set(statuses(tmp_path).values())


def test_where_no_example_is_found_that_is_said_and_what_to_do(tmp_path: Path) -> None:
    assertion = "size(user.conditionalAccessPolicies) > 0"
    said = run_new(Place(tmp_path), Given("t", "an-id", "low", "users", "", assertion, "", "d", "r"), WORDS, None)
    assert "No example that passes was found" in said
    assert Status.UNKNOWN in statuses(tmp_path).values()
    last = (tmp_path / "an-id.test.yaml").read_text(encoding="utf-8").splitlines()[-3:]
    assert last[0].startswith("# No example that passes was found")
    assert last[2] == "# shipped policies do."


@pytest.mark.parametrize("resource", sorted(WORDS.subjects))
def test_a_policy_about_any_resource_can_be_written(tmp_path: Path, resource: str) -> None:
    subject = WORDS.subjects[resource]
    assertion = _any_condition(subject.variable, WORDS.types[subject.type])
    run_new(Place(tmp_path), Given("t", "an-id", "low", resource, "", assertion, "", "d", "r"), WORDS, None)
    assert statuses(tmp_path)


def _any_condition(variable: str, record_type: RecordType) -> str:
    for name, prop in sorted(record_type.properties.items()):
        if offered := [one for one in operators(prop) if one.takes is Takes.NOTHING]:
            return clause(variable, Condition(name, offered[0].name), prop)
    return "true"


VALUES = {
    "boolean": "true",
    "integer": "3",
    "number": "0.5",
    "duration": "8h",
    "timestamp": "30",
    "string": 'a "b" {c}',
}


@st.composite
def conditions(draw: st.DrawFn, owner: str, record_type: RecordType, deep: bool = True) -> str:
    """A guided choice about a record, as an expression."""
    able = [one for one in record_type.properties.values() if operators(one) and (deep or not one.is_record)]
    prop: Property = draw(st.sampled_from(sorted(able, key=lambda one: one.name)))
    chosen = draw(st.sampled_from(operators(prop)))
    value = draw(st.sampled_from(prop.values)) if prop.values else VALUES.get(prop.type, "x")
    given = "30" if chosen.takes in (Takes.DAYS, Takes.COUNT) else value
    inner = ""
    if chosen.takes is Takes.CONDITION:
        inner_type = WORDS.types[prop.type]
        if not any(operators(one) and not one.is_record for one in inner_type.properties.values()):
            return f"size({owner}.{prop.name}) == 0"
        inner = draw(conditions(ITEM, inner_type, deep=False))
    return clause(owner, Condition(prop.name, chosen.name, (given,)), prop, inner)


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_is_chosen_the_files_pass_lint_and_test(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("new")
    resource = data.draw(st.sampled_from(["users", "groups", "conditionalAccessPolicies", "authorizationPolicy"]))
    subject = WORDS.subjects[resource]
    made = conditions(subject.variable, WORDS.types[subject.type])
    where = data.draw(st.one_of(st.just(""), made))
    require = data.draw(st.sampled_from(["all", "any", "none"]))
    run_new(Place(folder), Given("t", "an-id", "low", resource, where, data.draw(made), require, "d", "r"), WORDS, None)
    assert statuses(folder)
    run_lint([folder], load_policies([folder], WORDS), WORDS)
