"""A new policy and its test are right as they are written, whoever writes them and whatever they type."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.author.answers import Answers, BadAnswer
from scanner.author.command import Given, Place, run_new
from scanner.author.draft import MAX_ID, proposed_id
from scanner.author.guided import ITEM, Condition, Takes, clause, operators
from scanner.author.wizard import Wizard
from scanner.cel.types import Property, RecordType
from scanner.cli import main
from scanner.errors import UsageError
from scanner.lint.command import run_lint
from scanner.model import Status
from scanner.policy.load import load_policies
from scanner.policy.source import read
from scanner.policy.vocabulary import vocabulary
from scanner.workflow import open_project, run_policy_tests

WORDS = vocabulary()
GIVEN = Given(
    title="Guests have an end date",
    severity="low",
    resource="users",
    assertion="user.employeeLeaveDateTime != null",
    where='user.userType == "Guest"',
    description="Accounts of people who left are a way in.",
    remediation="Set an end date, or delete the guest.",
    references=("https://learn.microsoft.com/entra/",),
)
ID = "guests-have-an-end-date"


def options(one: Given) -> list[str]:
    named = {"assertion": "assert", "references": "reference"}
    values = {name: getattr(one, name) for name in one.__dataclass_fields__}
    found = []
    for name, value in values.items():
        for text in value if isinstance(value, tuple) else [value] if value else []:
            found += [f"--{named.get(name, name)}", text]
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def statuses(folder: Path) -> dict[str, Status]:
    """The cases of all policies of a folder, which all must pass, by name."""
    outcomes = run_policy_tests(open_project([folder], (), None), require_tests=True)
    assert [one.difference for one in outcomes if not one.passed] == []
    return {one.case.name: one.case.expect for one in outcomes}


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
        (["--id", "Not Kebab"], "--id: Write it in kebab-case"),
        (["--id", "x" * 41], "--id: It has 41 characters; 40 are allowed."),
        (["--id", "break-glass-tested"], "--id: A shipped policy is named `break-glass-tested`."),
        (["--title", "x" * 151], "--title: It has 151 characters; 150 are allowed."),
        (["--title", "???"], "--id: Write it in kebab-case"),
        (["--title", "\x1b[31m"], "--title: The character U+001B cannot stand in a text."),
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
    last = (tmp_path / "an-id.test.yaml").read_text(encoding="utf-8").splitlines()[-2:]
    assert last[0].startswith("# No example that passes was found")
    assert last[1] == "# Add a case with these records, as the tests of the shipped policies do."


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


class Scripted:
    """A person whose answers are known beforehand."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    def say(self, text: str) -> None:
        self.heard.append(text)

    def ask(self, question: str, default: str = "") -> str:
        self.heard.append(question)
        return self.answers.pop(0) or default


def test_an_auditor_answers_and_is_helped(tmp_path: Path) -> None:
    person = Scripted(
        [
            "",  # a title is needed
            'Guests: "who" {left} are gone',
            "",  # the id that is proposed
            "hihg",
            "m",
            "usrs",
            "?",
            "users",
            "usertype",
            "userType",
            "is",
            "Guest",
            "",
            "createdDateTime",
            "is older",
            "1",
            "soon",
            "30",
            "=user.accountEnabled == fals",
            "=user.accountEnabled == false || user.department == 'x'",
            "",
            "none",
            "Who left can come back.",
            "Delete them.",
            "",
        ]
    )
    run_new(Place(tmp_path), Given(), WORDS, person)
    assert person.answers == []
    (policy,) = load_policies([tmp_path], WORDS)
    data = read(policy.path).data
    assert isinstance(data, dict)
    assert (policy.id, policy.severity, policy.title) == (
        "guests-who-left-are-gone",
        "medium",
        'Guests: "who" {left} are gone',
    )
    assert (data["where"], data["require"]) == ('user.userType == "Guest"', "none")
    assert data["assert"] == (
        'user.createdDateTime != null && user.createdDateTime < now - duration("720h") && '
        "(user.accountEnabled == false || user.department == 'x')"
    )
    heard = "\n".join(person.heard)
    for said in ("Did you mean `high`?", "`users`?", "`userType`?", "a whole number", "`fals`", "users ", "  1  is"):
        assert said in heard, said
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} <= set(statuses(tmp_path).values())


def test_an_auditor_asks_about_every_item_of_a_list() -> None:
    person = Scripted(["assignedPlans", "for none", "service", "starts with", "Ex", ""])
    made = Wizard(person, WORDS).assertion(WORDS.subjects["users"])
    assert made == '!user.assignedPlans.exists(one, one.service != null && one.service.startsWith("Ex"))'


def test_a_path_leads_into_a_record() -> None:
    person = Scripted(
        ["conditions", "is set", "conditions.users.excludUsers", "conditions.users.excludeUsers", "is empty", ""]
    )
    made = Wizard(person, WORDS).assertion(WORDS.subjects["conditionalAccessPolicies"])
    assert made == "policy.conditions != null && size(policy.conditions.users.excludeUsers) == 0"
    assert any("`excludeUsers`?" in one for one in person.heard)


def test_values_of_an_enumeration_are_offered_and_asked_for() -> None:
    person = Scripted(["state", "is one of", "enabled, disbled", "enabled, disabled", ""])
    made = Wizard(person, WORDS).where(WORDS.subjects["conditionalAccessPolicies"])
    assert made == 'policy.state in ["enabled", "disabled"]'
    assert any("One of: enabled" in one for one in person.heard)
    assert any("Did you mean `disabled`?" in one for one in person.heard)


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Guests accept their invitation", "guests-accept-their-invitation"),
        ("The tenant's key", "the-tenants-key"),
        ("2 keys", "keys"),
        ("Ärger", "rger"),
        ("a" * 60, "a" * 40),
        ("word " * 20, "word-word-word-word-word-word-word-word"),
        ("???", ""),
    ],
)
def test_an_id_is_proposed_from_the_title(title: str, id: str) -> None:
    assert proposed_id(title) == id
    assert len(id) <= MAX_ID


def test_an_id_that_is_taken_is_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("", encoding="utf-8")
    person = Scripted(["break-glass-tested", "mine", "other"])
    chosen = Given("t", "", "low", "users", "", "user.accountEnabled == true", "", "d", "")
    with pytest.raises(IndexError):  # the script ends at the next question
        run_new(Place(tmp_path), chosen, WORDS, person)
    assert person.answers == []
    assert any("A shipped policy is named" in one for one in person.heard)
    assert any("mine.yaml is there already" in one for one in person.heard)


def test_an_answer_may_be_the_beginning_of_one_word_only() -> None:
    answers = Answers(WORDS)
    assert answers.severity(" M ") == "medium"
    with pytest.raises(BadAnswer):
        Answers(WORDS).require("")
    with pytest.raises(UsageError):
        run_new(Place(Path()), Given(assertion="true"), WORDS, None)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    if sys.platform == "win32":
        pytest.skip("there are no such terminals on Windows")
    import pty

    ends = pty.openpty()
    yield ends
    for one in ends:
        with contextlib.suppress(OSError):
            os.close(one)


PROGRAM = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from scanner.cli import main
main()
"""


def _at_terminal(ends: tuple[int, int], folder: Path, typed: bytes, key: bytes = b"") -> tuple[int, bytes, bytes]:
    """``tenantlint new`` with a terminal as input and standard error; gives exit code, output and what was shown.

    ``key`` is pressed when the name of the policy is asked for.
    """
    command = [sys.executable, "-c", PROGRAM, "new", str(folder)]
    here = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=ends[1], stderr=ends[1], stdout=subprocess.PIPE, cwd=here) as process:
        try:
            os.write(ends[0], typed)
            shown = _until(ends[0], b"Name of the policy") if key else b""
            if key:
                _press(ends[0], key, process)
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()  # one that has ended is not there to be killed
    os.set_blocking(ends[0], False)
    with contextlib.suppress(BlockingIOError, OSError):
        while part := os.read(ends[0], 65536):
            shown += part
    return process.returncode, output, shown


def _press(end: int, key: bytes, process: subprocess.Popen[bytes]) -> None:
    """Presses a key, again if need be: a signal can come just before Python begins to wait for input, and is kept."""
    for _ in range(30):
        os.write(end, key)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
            return


def _until(end: int, text: bytes) -> bytes:
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([end], [], [], 60)
        assert ready, shown
        shown += os.read(end, 65536)
    return shown


def test_at_a_terminal_it_asks_and_writes(tmp_path: Path, terminal: tuple[int, int]) -> None:
    answers = ["Guests are enabled", "", "low", "users", "", "accountEnabled", "1", "true", "", "", "Why.", "What.", ""]
    code, output, shown = _at_terminal(terminal, tmp_path, "".join(f"{one}\n" for one in answers).encode())
    assert (code, b"guests-are-enabled.yaml: the policy" in output) == (0, True)
    assert b"What must hold, in one sentence" in shown
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} == set(statuses(tmp_path).values())


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_who_stops_has_written_nothing(tmp_path: Path, terminal: tuple[int, int], key: bytes) -> None:
    code, output, shown = _at_terminal(terminal, tmp_path, b"Guests are enabled\n", key)
    assert (code, output) == (130, b"")
    assert b"tenantlint: stopped." in shown
    assert list(tmp_path.iterdir()) == []
