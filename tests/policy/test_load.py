"""Policies are loaded whole and right, or not at all with every mistake named at its place."""

from __future__ import annotations

import dataclasses
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.catalogue import License
from scanner.errors import PolicyError
from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.model import Attested, Between, Every, Never, Param, Requirement, Rule, Some
from scanner.policy.overrides import Overrides, Setting, Spot
from scanner.policy.vocabulary import vocabulary
from tests.policy.examples import ATTESTED, NAME, POLICY, load, problems, put


def test_a_policy_is_loaded_with_all_its_parts(tmp_path: Path) -> None:
    path = put(tmp_path, f"{NAME}.yaml", POLICY)
    (policy,) = load(tmp_path)
    rule = policy.body
    assert isinstance(rule, Rule)
    assert rule.where is not None
    assert rule.where.source == "user.accountEnabled && user.department in params.departments"
    assert rule.assertion.source.startswith("user.createdDateTime < now - params.age &&")
    assert [piece.value.source if piece.value else piece.text for piece in rule.message] == [
        "user.displayName",
        " is one of ",
        "size(params.departments)",
        " in braces: {}",
    ]
    assert (rule.resource, rule.require) == ("users", Between(1, 4))
    assert ("user", "createdDateTime") in rule.assertion.reads
    assert policy.params == {
        "maximum": Param("maximum", "integer", 4, "Most accounts."),
        "departments": Param("departments", "strings", ("IT", "Security"), "Departments that count."),
        "age": Param("age", "duration", timedelta(days=90), "Age from which they count."),
    }
    assert dataclasses.replace(policy, body=rule, params={}) == policy.__class__(
        id=NAME,
        title="Few accounts are enabled in a department",
        severity=Severity.HIGH,
        description="Every account is a way in.",
        remediation="Disable the accounts that nobody uses.",
        body=rule,
        path=path,
        references=("https://learn.microsoft.com/entra/fundamentals",),
        controls={"scuba": ("MS.AAD.1.1v1",), "zero-trust": ("least-privilege",)},
        tags=("accounts",),
        licenses=(License.P1,),
        params={},
        aliases=("administrators-few",),
        line=24,
    )


def test_an_attested_policy_is_loaded(tmp_path: Path) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    (policy,) = load(tmp_path)
    assert policy.body == Attested("All keys are in the safe.", timedelta(days=183))
    assert policy.line == 6


@pytest.mark.parametrize(
    ("written", "requirement"),
    [
        ("require: all\n", Every()),
        ("", Every()),
        ("require: any\n", Some()),
        ("require: none\n", Never()),
        ("require: {min: 2}\n", Between(2)),
        ("require: {max: 0}\n", Between(0, 0)),
        ("require: {min: 2, max: 2}\n", Between(2, 2)),
    ],
)
def test_requirements(tmp_path: Path, written: str, requirement: Requirement) -> None:
    text = POLICY.replace("require: {min: 1, max: params.maximum}\n", written)
    put(tmp_path, f"{NAME}.yaml", re.sub("  maximum: .*\n", "", text))
    (policy,) = load(tmp_path)
    assert isinstance(policy.body, Rule)
    assert policy.body.require == requirement


@pytest.mark.parametrize(
    ("resource", "assertion"),
    [
        ("users", "user.accountEnabled"),
        ("conditionalAccessPolicies", "policy.state == 'enabled'"),
        ("authorizationPolicy", "authorizationPolicy.allowInvitesFrom == 'none'"),
        ("roleHoldings", "holding.isPrivileged"),
        ("tenant", "tenant.breakGlassDeclared"),
    ],
)
def test_any_resource_can_be_the_subject(tmp_path: Path, resource: str, assertion: str) -> None:
    text = ATTESTED[: ATTESTED.index("attestation")]
    put(tmp_path, "keys-in-a-safe.yaml", f"{text}resource: {resource}\nassert: {assertion}\n")
    assert problems(tmp_path) == ()


ASSERT = "user.userPrincipalName.endsWith"
BROKEN = [
    # YAML
    ("severity: high", "severity: high\nseverity: low", 5, 1, "given twice, first in line 4"),
    ("tags: [accounts]", "tags: [accounts", 11, 7, "not closed"),
    ("title: Few", "title: Few: ", 3, 11, "':' has no place"),
    ("tags: [accounts]", "tags: &t [accounts]", 11, 7, "Anchors"),
    ("title: Few", "title: !!binary Few", 3, 8, "!!binary"),
    ("severity: high", "severity:\thigh", 4, 10, "tab"),
    ('message: "{user', 'message: "{user\x01', 27, 16, "U+0001"),
    # keys
    ("assert: >-", "asert: >-", 24, 1, "Unknown key `asert`. Did you mean `assert`?"),
    ("where:", "were:", 22, 1, "Did you mean `where`?"),
    ("severity: high", "Severity: high", 4, 1, "Did you mean `severity`?"),
    ("message:", "zzz:", 27, 1, "Unknown key `zzz`."),
    ("title: Few accounts are enabled in a department\n", "", 2, 1, "lacks the key `title`"),
    ("resource: users\n", "", 2, 1, "lacks the key `resource`"),
    ("{min: 1, max", "{mim: 1, max", 23, 11, "Unknown key `mim`. Known: `max` and `min`."),
    ("zero-trust: [", "zero_trust: [", 10, 35, "Did you mean `zero-trust`?"),
    ("scuba: [", "nist: [", 10, 12, "Known: `cis`, `eidsca`, `maester`, `prowler`, `scuba`, `tenantlint` and `zero-"),
    ("default: 4", "defualt: 4", 15, 28, "Did you mean `default`?"),
    ("    type: strings\n", "", 16, 3, "lacks the key `type`"),
    # values
    ("id: admins-few", "id: admins_few", 2, 5, "small letters and digits"),
    ("id: admins-few", "id: Admins-few", 2, 5, "small letters and digits"),
    ("id: admins-few", "id: admin-few", 2, 5, "The id is `admin-few` but the file is named `admins-few`."),
    ("id: admins-few", "id: a" + "-few" * 10, 2, 5, "41 characters; 40 are allowed"),
    ("severity: high", "severity: hihg", 4, 11, "not `hihg`. Did you mean `high`?"),
    ("severity: high", "severity:", 4, 10, "not nothing. Write a value behind the colon"),
    ("severity: high", "severity: [high]", 4, 11, "not a list"),
    ("title: Few accounts are enabled in a department", "title:", 3, 7, "not nothing. Write a value behind the colon"),
    ("title: Few accounts are enabled in a department", "title: 7", 3, 8, "must be text, not `7`. Put it in quotes."),
    ("title: Few accounts are enabled in a department", "title: true", 3, 8, "must be text, not true"),
    ("title: Few accounts are enabled in a department", "title: ''", 3, 8, "Say what the required state is."),
    ("license: P1", "license: P3", 13, 10, "must be P1, P2, Governance or Workload ID, not `P3`"),
    ("https://learn", "http://learn", 9, 14, "begins with https://"),
    ("https://learn.microsoft.com", "https://localhost", 9, 14, "begins with https://"),
    ("tags: [accounts]", "tags: accounts", 11, 7, "must be a list, not `accounts`"),
    ("tags: [accounts]", "tags: [accounts, accounts]", 11, 7, "names something twice"),
    ("tags: [accounts]", "tags: [Top Accounts]", 11, 8, "small letters and digits"),
    ("scuba: [MS.AAD.1.1v1]", "scuba: []", 10, 19, "is empty"),
    ("administrators-few", "admins-few", 12, 11, "is taken by"),
    # parameters
    ("maximum: {type: integer", "maximum: {type: int", 15, 19, "must be boolean, integer, number"),
    ("default: 4", "default: four", 15, 37, "must be a whole number"),
    ("default: 4", "default: 4.0", 15, 37, "must be a whole number"),
    ("default: 4", "default: true", 15, 37, "must be a whole number"),
    ("[IT, Security]", "[IT, 7]", 18, 19, "must be text, not `7`"),
    ("[IT, Security]", "IT", 18, 14, "must be a list of texts"),
    ("default: 90d", "default: 90 days", 20, 34, "a duration such as 90d"),
    ("default: 90d", "default: ''", 20, 34, "a duration such as 90d"),
    ("  age:", "  unused: {type: string, default: x, description: y}\n  age:", 20, 3, "`unused` is never used"),
    ("  age:", "  Age_of: {type: string, default: x, description: y}\n  age:", 20, 3, "camelCase"),
    # requirements
    ("require: {min: 1, max: params.maximum}", "require: al", 23, 10, "must be all, any or none, not `al`"),
    ("require: {min: 1, max: params.maximum}", "require: {}", 23, 10, "is empty"),
    ("require: {min: 1, max: params.maximum}", "require: 3", 23, 10, "must be text or a mapping of keys"),
    ("{min: 1,", "{min: -1,", 23, 16, "must be 0 or more"),
    ("{min: 1,", "{min: 1.5,", 23, 16, "must be a whole number or text"),
    ("{min: 1,", "{min: 5,", 23, 10, "At least 5 and at most 4 cannot both hold"),
    ("max: params.maximum", "max: maximum", 23, 24, "Write a number or params.<name>"),
    ("max: params.maximum", "max: params.maxmum", 23, 24, "no parameter `maxmum`. Did you mean `maximum`?"),
    ("max: params.maximum", "max: params.age", 23, 24, "of type duration; max needs an integer"),
    ("default: 4", "default: -4", 15, 37, "cannot be -4"),
    # expressions
    ("resource: users", "resource: user", 21, 11, "Unknown resource `user`. Did you mean `users`?"),
    ("resource: users", "resource: printers", 21, 11, "Known: `"),
    ("resource: users", "resource: groups", 22, 8, "`user`"),
    ("user.department in", "user.departmnt in", 22, 36, "no property `departmnt`. Did you mean `department`?"),
    ("params.age &&", "params.aeg &&", 25, 32, "`params.aeg` is not declared. Did you mean `params.age`?"),
    ("endsWith", "endWith", 26, 26, "no function `endWith`. Did you mean `endsWith`?"),
    ("tenant.initialDomain", "tenant.initialDomian", 26, 48, "Did you mean `initialDomain`?"),
    ("user.accountEnabled &&", "user.displayName &&", 22, 25, "yes/no"),
    ("user.accountEnabled && user.department in params.departments", "size(params.departments)", 22, 8, "yes or no"),
    ("user.accountEnabled &&", "user.accountEnabled &", 22, 28, "`&`"),
    ("user.accountEnabled && user.department in params.departments", "' '", 22, 8, "Write an expression"),
    (f'{ASSERT}("@" + tenant.initialDomain)', f'{ASSERT}("@" + tenant.initialDomain', 26, 3, ""),
    # message
    ("{user.displayName}", "{user.displayNme}", 27, 17, "Did you mean `displayName`?"),
    ("{user.displayName}", "{user}", 27, 12, "cannot show `user`"),
    ("{user.displayName}", "{user.displayName", 27, 11, "brace is not closed"),
    ("{user.displayName}", "user.displayName}", 27, 27, "closed that was not opened"),
    ("{user.displayName}", "{user.x}" * 400, 27, 10, "characters; 2000 are allowed"),
    ("{user.displayName}", "{ }", 27, 11, "no expression between the braces"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "column", "fragment"), BROKEN)
def test_a_mistake_is_named_at_its_place(
    tmp_path: Path, old: str, new: str, line: int, column: int, fragment: str
) -> None:
    assert old in POLICY
    path = put(tmp_path, f"{NAME}.yaml", POLICY.replace(old, new, 1))
    found = problems(tmp_path)
    said = [(problem.line, problem.column) for problem in found if fragment in f"{problem.text} {problem.hint}"]
    assert said, found
    assert said[0][0] == line
    assert said[0][1] == column or not fragment
    assert {problem.path for problem in found} == {path}


def test_the_policy_before_it_is_broken_has_no_problem(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    assert problems(tmp_path) == ()


def test_a_rule_beside_an_attestation_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED + "resource: users\nassert: user.accountEnabled\n")
    found = problems(tmp_path)
    assert [(problem.line, problem.column) for problem in found] == [(10, 1), (11, 1)]
    assert "keep one of the two" in found[0].hint


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "fragment"),
    [
        ("  validDays: 183\n", "", 6, 1, "lacks the key `validDays`"),
        ("validDays: 183", "validDays: 0", 9, 14, "must be 1 or more"),
        ("validDays: 183", "validDays: 99999", 9, 14, "must be 3660 or less"),
        ("    All keys are in the safe.\n", "", 7, 14, "Write what the person states"),
        ("attestation:", "params: {x: {type: string, default: y, description: z}}\nattestation:", 6, 10, "never used"),
    ],
)
def test_a_mistake_in_an_attested_policy_is_named(
    tmp_path: Path, old: str, new: str, line: int, column: int, fragment: str
) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED.replace(old, new))
    (found,) = problems(tmp_path)
    assert (found.line, found.column) == (line, column)
    assert fragment in f"{found.text} {found.hint}"


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    broken = POLICY.replace("severity: high", "severity: hihg").replace("user.department", "user.departmnt")
    put(tmp_path, f"{NAME}.yaml", broken.replace("{user.displayName}", "{user.displayNme}").replace("asert", "assert"))
    put(tmp_path / "sub", "keys-in-a-safe.yaml", ATTESTED.replace("severity: low", "severity: lwo"))
    put(tmp_path / "sub", "no.yaml", "a: *b\n")
    put(tmp_path, "other.yml", "")
    found = [(problem.path.name, problem.line) for problem in problems(tmp_path)]
    assert found == [
        (f"{NAME}.yaml", 4),
        (f"{NAME}.yaml", 22),
        (f"{NAME}.yaml", 27),
        ("other.yml", 1),
        ("keys-in-a-safe.yaml", 3),
        ("no.yaml", 1),
    ]


def test_one_broken_policy_and_none_is_loaded(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED.replace("severity", "serverity"))
    with pytest.raises(
        PolicyError, match=r"keys-in-a-safe\.yaml:3:1: Unknown key `serverity`\. Did you mean `severity`"
    ):
        load(tmp_path)


def test_an_id_is_used_once_over_all_folders(tmp_path: Path) -> None:
    first = put(tmp_path / "a", f"{NAME}.yaml", POLICY)
    second = put(tmp_path / "b", f"{NAME}.yaml", POLICY.replace("administrators-few", "old"))
    with pytest.raises(PolicyError) as caught:
        load_policies([tmp_path / "b", tmp_path / "a"], vocabulary())
    (found,) = caught.value.problems
    assert (found.path, found.line, found.column) == (second, 2, 5)
    assert f"is taken by {first}:2" in found.text


def test_the_id_of_a_file_that_is_no_yaml_is_known_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "a", f"{NAME}.yaml", POLICY)
    broken = put(tmp_path / "b", f"{NAME}.yaml", "a: *b")
    found = problems(tmp_path)
    assert [problem.path for problem in found] == [broken, broken]
    assert "is taken by" in found[0].text


def test_an_alias_is_no_id_of_another_policy(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY.replace("administrators-few", "keys-in-a-safe"))
    other = put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    (found,) = problems(tmp_path)
    assert (found.path.name, found.line, found.column) == (f"{NAME}.yaml", 12, 11)
    assert found.text == f"The alias `keys-in-a-safe` is taken by {other}:1."


def test_policies_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    put(tmp_path / "a", "keys-in-a-safe.yaml", ATTESTED)
    put(tmp_path / "b", f"{NAME}.yaml", POLICY)
    assert [policy.id for policy in load(tmp_path)] == [NAME, "keys-in-a-safe"]


CONFIG = Path("tenantlint.yaml")


def setting(value: object, line: int) -> Setting[object]:
    return Setting(value, Spot(CONFIG, line, 5), Spot(CONFIG, line, 14))


def tuned(policy: str, **values: object) -> Overrides:
    params = {name: setting(value, 10 + index) for index, (name, value) in enumerate(values.items())}
    return Overrides(params={policy: Setting(params, Spot(CONFIG, 9, 3), Spot(CONFIG, 10, 5))})


@pytest.mark.parametrize("name", [NAME, "administrators-few"])
def test_parameters_are_overridden_by_id_or_alias(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    (policy,) = load(tmp_path, tuned(name, maximum=9, departments=["HR"], age="1d12h"))
    assert [param.value for param in policy.params.values()] == [9, ("HR",), timedelta(days=1, hours=12)]
    assert isinstance(policy.body, Rule)
    assert policy.body.require == Between(1, 9)


def test_severities_are_overridden(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    severity = Setting(Severity.INFO, Spot(CONFIG, 3, 3), Spot(CONFIG, 3, 9))
    (policy,) = load(tmp_path, Overrides(severities={NAME: severity}))
    assert policy.severity is Severity.INFO


@pytest.mark.parametrize(
    ("overrides", "line", "column", "fragment"),
    [
        (tuned("admin-few", maximum=9), 9, 3, "no policy `admin-few`. Did you mean `admins-few`?"),
        (tuned("admin-few"), 9, 3, "no policy `admin-few`"),
        (tuned(NAME, maximun=9), 10, 5, "no parameter `maximun`. Did you mean `maximum`?"),
        (tuned(NAME, maximum="9"), 10, 14, "`maximum` must be a whole number"),
        (tuned(NAME, departments="HR"), 10, 14, "`departments` must be a list of texts"),
        (tuned(NAME, departments=["HR", 7]), 10, 14, "`departments` must be a list of texts"),
        (tuned(NAME, maximum=-1), 10, 14, "cannot be -1"),
        (tuned(NAME, maximum=0), 10, 14, "At least 1 and at most 0 cannot both hold"),
        (
            Overrides(severities={"admin-few": Setting(Severity.LOW, Spot(CONFIG, 4, 3), Spot(CONFIG, 4, 9))}),
            4,
            3,
            "no policy `admin-few`",
        ),
        (
            Overrides(params={**tuned(NAME).params, **tuned("administrators-few").params}),
            9,
            3,
            "`administrators-few` and `admins-few` are the same policy",
        ),
    ],
)
def test_a_wrong_override_is_a_problem_of_the_configuration(
    tmp_path: Path, overrides: Overrides, line: int, column: int, fragment: str
) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY)
    (found,) = problems(tmp_path, overrides)
    assert (found.path, found.line, found.column) == (CONFIG, line, column)
    assert fragment in f"{found.text} {found.hint}"


def test_an_override_of_a_broken_policy_is_not_called_unknown(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", "id: *x\n")
    assert [problem.path.name for problem in problems(tmp_path, tuned(NAME, maximum=9))] == [f"{NAME}.yaml"]


DATA = yaml.safe_load(POLICY)
WRONG_VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 7, 1.5, "", " ", "x", [], [1], {}, {"x": 1}, [[]], [None], {"min": "x"}]
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(DATA)), WRONG_VALUES)
def test_a_value_of_the_wrong_kind_is_a_policy_error_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", yaml.safe_dump({**DATA, key: value}, sort_keys=False))
    empty: dict[str, object] = {"tags": [], "references": [], "controls": {}, "aliases": []}
    is_fine = key in empty and value == empty[key]
    is_fine |= key in ("message", "title", "description", "remediation") and value == "x"
    assert (problems(folder) == ()) is is_fine


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_misspelt_or_dropped_key_is_never_accepted_in_silence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = POLICY.split("\n")
    keyed = [index for index, line in enumerate(lines) if re.match(r"\s*[a-z]+:", line)]
    index = data.draw(st.sampled_from(keyed))
    key = lines[index].split(":")[0]
    position = data.draw(st.integers(len(key) - len(key.lstrip()), len(key) - 1))
    letter = data.draw(st.sampled_from(["", "_", "Q"]))
    lines[index] = lines[index].replace(key, key[:position] + letter + key[position + 1 :], 1)
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", "\n".join(lines))
    assert problems(folder)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(POLICY) - 1), st.sampled_from([*"\t :{}[]'\"&*!|>#\\\x00\n-", ""]), st.integers(0, 3))
def test_any_damage_to_a_file_ends_in_a_policy_or_a_policy_error(
    tmp_path_factory: pytest.TempPathFactory, index: int, inserted: str, removed: int
) -> None:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", POLICY[:index] + inserted + POLICY[index + removed :])
    for problem in problems(folder):
        assert 1 <= problem.line <= POLICY.count("\n") + 3
        assert problem.column >= 1
        assert problem.text


@pytest.mark.parametrize(
    "content", [b"", b"# nothing\n", b"\x7fELF\x00", b"- a\n", b"text", b"\xff\xfe", b"null", b"{}"]
)
def test_a_file_that_is_no_policy_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{NAME}.yaml").write_bytes(content)
    assert {problem.line for problem in problems(tmp_path)} == {1}


def test_a_hundred_megabytes_are_refused(tmp_path: Path) -> None:
    path = put(tmp_path, f"{NAME}.yaml", "")
    os.truncate(path, 100_000_000)
    (found,) = problems(tmp_path)
    assert "larger than" in found.text
