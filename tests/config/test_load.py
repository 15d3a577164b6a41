"""The configuration is read whole and right, or refused with every mistake named at its place."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.config import Config, load_config
from scanner.errors import ConfigError, Problem
from scanner.model import Severity
from scanner.policy.overrides import Overrides, Setting, Spot
from scanner.policy.profile import Layer
from scanner.tenant.break_glass.declared import BreakGlass, Drill

CONFIG = """\
# yaml-language-server: $schema=schemas/tenantlint.schema.json
breakGlass:
  accounts: [bg1@contoso.onmicrosoft.com, 11111111-2222-3333-4444-555555555555]
  groups: [Break-glass accounts]
  protectionPolicies: ["Emergency access: phishing-resistant sign-in"]
params:
  admins-few:
    maximum: 5
    departments: [IT]
severities: {admins-few: critical}
policies: [policies, ../shared]
failOn: high
"""


def put(folder: Path, text: str, name: str = "tenantlint.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(put(folder, text))
    return caught.value.problems


def test_a_configuration_is_loaded_with_all_its_parts(tmp_path: Path) -> None:
    path = put(tmp_path, CONFIG)

    def spot(line: int, column: int) -> Spot:
        return Spot(path, line, column)

    params = {
        "maximum": Setting(5, spot(8, 5), spot(8, 14)),
        "departments": Setting(["IT"], spot(9, 5), spot(9, 18)),
    }
    overrides = Overrides(
        params={"admins-few": Setting(params, spot(7, 3), spot(8, 5))},
        severities={"admins-few": Setting(Severity.CRITICAL, spot(10, 14), spot(10, 26))},
    )
    assert load_config(path) == Config(
        path=path,
        break_glass=BreakGlass(
            accounts=("bg1@contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555"),
            groups=("Break-glass accounts",),
            protection_policies=("Emergency access: phishing-resistant sign-in",),
        ),
        layers=(Layer(path, overrides=overrides),),
        policies=(tmp_path / "policies", tmp_path / "../shared"),
        fail_on=Severity.HIGH,
        files=(path,),
        waivers_file=tmp_path / "waivers.yaml",
    )


def test_without_a_file_nothing_is_configured(tmp_path: Path) -> None:
    assert load_config(folder=tmp_path) == Config(waivers_file=tmp_path / "waivers.yaml")
    assert (Config().fail_on, Config().policies, Config().path) == (Severity.LOW, (), None)


def test_the_file_of_the_working_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "failOn: info\n")
    monkeypatch.chdir(tmp_path)
    assert load_config().fail_on is Severity.INFO
    assert load_config().path == Path("tenantlint.yaml")


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"other\.yaml:1:1: The file cannot be read: No such file"):
        load_config(tmp_path / "other.yaml")


def test_a_file_with_the_other_ending_is_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path, CONFIG, "tenantlint.yml")
    with pytest.raises(ConfigError, match=r"Rename it to tenantlint\.yaml\."):
        load_config(folder=tmp_path)


BROKEN = [
    ("breakGlass:", "breakglass:", "breakglass", "Unknown key `breakglass`. Did you mean `breakGlass`?"),
    ("  accounts:", "  account:", "account:", "Did you mean `accounts`?"),
    ("failOn: high", "failon: high", "failon", "Did you mean `failOn`?"),
    ("failOn: high", "failOn: hihg", "hihg", "Did you mean `high`?"),
    ("failOn: high", "extends: base.yaml", "base.yaml", "There is no file"),
    ("failOn: high", "profile: zero-trsut", "zero-trsut", "There is no profile `zero-trsut`. Did you mean"),
    ("failOn: high", "profile: ./ours.profile.yaml", "./ours", "There is no file"),
    ("failOn: high", "select: []", "[]", "is empty"),
    ("failOn: high", "select: [a, tags:guests]", "tags:guests", "no kind of selector. Did you mean `tag`?"),
    ("failOn: high", "ignore: ['tag:']", "'tag:'", "Nothing follows"),
    ("failOn: high", "ignore: [severity:hihg+]", "severity:hihg", "There is no severity `hihg`. Did you mean `high`?"),
    ("failOn: high", "ignore: [control:scubba:MS.*]", "control:scubba", "no framework `scubba`. Did you mean `scuba`?"),
    ("failOn: high", "require: {admins-few: {mni: 2}}", "mni", "Known: `max` and `min`."),
    ("failOn: high", "require: {admins-few: {min: -2}}", "-2}", "must be 0 or more"),
    ("accounts: [bg1", "accounts: [17, bg1", "17", "must be text, not `17`. Put it in quotes."),
    ("accounts: [bg1", "accounts: [' bg1', bg1", "' bg1'", "without space around it"),
    ("accounts: [bg1@contoso.onmicrosoft.com,", "accounts: bg1 #", "bg1 #", "must be a list, not `bg1`"),
    ("    maximum: 5", "    maximum: {is: 5}", "{is: 5}", "must be true or false, a number, text or a list"),
    ("    maximum: 5", "    maximum:", "\n    departments", "not nothing"),
    ("departments: [IT]", "departments: [17]", "17]", "must be text"),
    ("{admins-few: critical}", "{admins-few: urgent}", "urgent", "must be critical, high"),
    ("policies: [policies, ../shared]", "policies: []", "[]", "is empty"),
    ("policies: [policies,", "policies: [policies, policies,", "[policies, policies", "names something twice"),
    ("failOn: high", "waivers: []", "[]", "must be text, not a list. Put them into a file waivers.yaml"),
    ("failOn: high", "attestations: []", "[]", "must be text, not a list. Put them into a file attestations.yaml"),
    ("failOn: high", "waivers: ours.yaml", "ours.yaml", "There is no file"),
    ("failOn: high", "failOn: high\nfailOn: low", "failOn: low", "given twice"),
    ("failOn: high", "failOn: &a high", "&a", "Anchors"),
]
"""What is replaced, by what, where the problem must point to, and what it must say."""


@pytest.mark.parametrize(("old", "new", "at", "fragment"), BROKEN)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, old: str, new: str, at: str, fragment: str) -> None:
    assert old in CONFIG
    text = CONFIG.replace(old, new, 1)
    before = text[: text.index(at)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = problems(tmp_path, text)
    said = [f"{problem.line}:{problem.column}: {problem.text} {problem.hint}" for problem in found]
    assert any(each.startswith(f"{line}:{column}:") and fragment in each for each in said), said


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = CONFIG.replace("failOn: high", "failon: hihg").replace("groups:", "group:")
    assert [problem.line for problem in problems(tmp_path, text)] == [4, 12]


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\x00", b"- a\n", b"text", b"\xff\xfe", b"null"])
def test_what_is_no_configuration_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tenantlint.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        load_config(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "")
    os.truncate(path, 100_000_000)
    with pytest.raises(ConfigError, match="larger than"):
        load_config(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_misspelt_key_is_never_accepted_in_silence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    fixed = re.compile(r"(?<![\w-])(maximum|departments|admins-few): ")  # names of others, which a policy decides on
    matches = [found for found in re.finditer(r"\b[a-zA-Z]+(?=:)", CONFIG) if not fixed.match(CONFIG, found.start())]
    key = data.draw(st.sampled_from([found for found in matches if found[0] not in ("server", "access", "few")]))
    position = data.draw(st.integers(key.start(), key.end() - 1))
    text = CONFIG[:position] + data.draw(st.sampled_from(["", "Q"])) + CONFIG[position + 1 :]
    with pytest.raises(ConfigError):
        load_config(put(tmp_path_factory.mktemp("config"), text))


# --- tests of break-glass accounts ------------------------------------------------------------------------------------

WINDOW = """\
breakGlass:
  accounts: [bg1@contoso.onmicrosoft.com]
  testWindows:
    - {from: 2026-09-14T09:00:00+02:00, to: "2026-09-14T11:00:00Z", reason: " half-yearly drill "}
"""


def test_times_of_tests_are_read_in_utc(tmp_path: Path) -> None:
    begin, end = datetime(2026, 9, 14, 7, tzinfo=UTC), datetime(2026, 9, 14, 11, tzinfo=UTC)
    found = load_config(put(tmp_path, WINDOW)).break_glass
    assert found.test_windows == (Drill(begin, end, "half-yearly drill"),)


def test_the_tests_of_all_files_count(tmp_path: Path) -> None:
    put(tmp_path, WINDOW, "base.yaml")
    text = f"extends: ./base.yaml\n{WINDOW.replace('09-14', '03-14')}"
    months = [one.begin.month for one in load_config(put(tmp_path, text)).break_glass.test_windows]
    assert months == [9, 3]


@pytest.mark.parametrize(
    ("right", "wrong", "column", "words"),
    [
        ('"2026-09-14T11:00:00Z"', '"2026-02-30T11:00:00Z"', 45, "There is no time 2026-02-30T11:00:00Z."),
        ("2026-09-14T09:00:00+02:00", "2026-09-14T24:30:00Z", 14, "There is no time 2026-09-14T24:30:00Z."),
        ('"2026-09-14T11:00:00Z"', "2026-09-14T06:00:00Z", 45, "The test ends before it begins."),
        ("2026-09-14T09:00:00+02:00", "2026-09-14", 14, "Write a time as 2026-06-30T12:00:00Z."),
        ("2026-09-14T09:00:00+02:00", "2026-09-14T09:00:00", 14, "Write a time as 2026-06-30T12:00:00Z."),
        ('" half-yearly drill "', '" "', 0, "Write a sentence."),
        ("reason:", "reasons:", 0, "reason"),
    ],
)
def test_a_test_that_cannot_have_been_is_refused(
    tmp_path: Path, right: str, wrong: str, column: int, words: str
) -> None:
    found = problems(tmp_path, WINDOW.replace(right, wrong))
    assert any(words in str(problem) and problem.line == 4 for problem in found)
    assert not column or column in {problem.column for problem in found}
