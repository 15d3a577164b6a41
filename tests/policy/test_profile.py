"""Layers: files that build on files, a profile below them all, and which of them decided what."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.config import Config, load_config
from scanner.errors import ConfigError, UsageError
from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.profile import shipped_profiles
from scanner.policy.selection import decide
from scanner.policy.vocabulary import vocabulary
from scanner.policy.why import reasons
from scanner.workflow import open_decided, open_project
from tests.policy.examples import ATTESTED, put

PROFILE = "title: Ours\ndescription: For tests.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tenant's folder beside a team's, and four policies with tags a, b, c and d."""
    for name in "abcd":
        put(tmp_path / "rules", f"{name}.yaml", f"{ATTESTED}tags: [tag-{name}]\n".replace("keys-in-a-safe", name))
    put(tmp_path / "tenant", "tenantlint.yaml", "policies: [../rules]\n")
    monkeypatch.chdir(tmp_path / "tenant")
    return tmp_path


def selected(text: str, *, profile: str | None = None) -> str:
    put(Path(), "tenantlint.yaml", f"policies: [../rules]\n{text}")
    return "".join(policy.id for policy in open_project((), (), None, profile).policies)


def refused(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        selected(text)
    return str(caught.value).replace("\\", "/")


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ("", "", "abcd"),
        ("", "select: [a, tag-b]", "ab"),
        ("", "ignore: [a]", "bcd"),
        ("", "select: [a, b]\nignore: [a]", "b"),
        ("select: [a]", "select: [b]", "ab"),
        ("select: [a, b]", "ignore: [b]", "a"),
        ("ignore: [a]", "", "bcd"),
        ("ignore: [a]", "select: [a, b]", "ab"),
        ("ignore: [a]", "select: ['*']", "abcd"),
        ("select: [a]\nignore: ['*']", "select: [c]", "c"),
    ],
)
def test_the_last_selector_that_matches_decides(folder: Path, below: str, above: str, expected: str) -> None:
    put(folder / "team", "team.yaml", below or "failOn: low")
    assert selected(f"extends: ../team/team.yaml\n{above}") == expected


def test_the_profile_lies_below_all_files(folder: Path) -> None:
    put(folder / "team", "team.yaml", "profile: ../ours.profile.yaml\nignore: [b]\n")
    put(folder, "ours.profile.yaml", f"{PROFILE}select: [a, b]\n")
    assert selected("extends: ../team/team.yaml\nselect: [c]") == "ac"


def test_the_last_file_that_names_a_profile_decides_and_the_command_line_over_it(folder: Path) -> None:
    put(folder, "one.profile.yaml", f"{PROFILE}select: [a]\n")
    put(folder, "two.profile.yaml", f"{PROFILE}extends: ./one.profile.yaml\nselect: [b]\n")
    put(folder, "three.profile.yaml", f"{PROFILE}select: [c]\n")
    put(folder / "team", "team.yaml", "profile: ../one.profile.yaml\n")
    assert selected("extends: ../team/team.yaml\n") == "a"
    assert selected("extends: ../team/team.yaml\nprofile: ../two.profile.yaml") == "ab"
    assert selected("profile: ../two.profile.yaml", profile="../three.profile.yaml") == "c"


def test_other_keys_are_the_last_files_and_lists_of_decisions_add_up(folder: Path) -> None:
    put(
        folder / "team",
        "team.yaml",
        "failOn: high\npolicies: [../rules]\nbreakGlass: {accounts: [x], groups: [g]}\n",
    )
    put(
        folder / "team",
        "waivers.yaml",
        "waivers:\n"
        "  - {policy: a, record: '1', reason: r, approver: team, expires: 2026-12-01}\n"
        "  - {policy: a, record: '2', reason: r, approver: team, expires: 2026-12-01}\n",
    )
    put(
        Path(),
        "tenantlint.yaml",
        "extends: ../team/team.yaml\nbreakGlass: {accounts: [y]}\n",
    )
    put(
        Path(),
        "waivers.yaml",
        "waivers:\n  - {policy: a, record: '1', reason: r, approver: tenant, expires: 2026-12-01}\n",
    )
    config = load_config()
    assert (config.fail_on, config.path) == (Severity.HIGH, Path("tenantlint.yaml"))
    assert [path.resolve() for path in config.policies] == [(folder / "rules").resolve()]
    assert (config.break_glass.accounts, config.break_glass.groups) == (("y",), ("g",))
    assert {(one.record, one.approver) for one in config.waivers} == {("1", "tenant"), ("2", "team")}


def test_files_that_extend_each_other_are_told_at_the_place_that_closes_the_circle(folder: Path) -> None:
    put(folder / "team", "team.yaml", "extends: ../team/base.yaml\n")
    put(folder / "team", "base.yaml", "failOn: low\nextends: ../tenant/tenantlint.yaml\n")
    said = refused("extends: ../team/team.yaml\n")
    assert "base.yaml:2:10: The files extend each other in a circle: tenantlint.yaml → team.yaml → base.yaml" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: ../nowhere.yaml", "tenantlint.yaml:2:10: There is no file `../nowhere.yaml`"),
        ("profile: zero-turst", "tenantlint.yaml:2:10: There is no profile `zero-turst`. Did you mean `zero-trust`?"),
        ("select: [a, tag:tag-e]", "tenantlint.yaml:2:13: No policy is matched by `tag:tag-e`."),
        ("ignore: [bb]", "tenantlint.yaml:2:10: No policy is matched by `bb`."),
        ("extends: ../odd.yaml", "odd.yaml:1:1: Unknown key `selct`. Did you mean `select`?"),
    ],
)
def test_mistakes_are_told_at_their_place(folder: Path, text: str, said: str) -> None:
    put(folder, "odd.yaml", "selct: [a]\n")
    assert said in refused(text)


def test_a_profile_that_the_command_line_misspells_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"--profile zero-turst: there is no such profile\. Did you mean `zero-trust`"):
        selected("", profile="zero-turst")


def test_selecting_nothing_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="No policy is selected"):
        selected("ignore: ['*']")


def test_the_command_line_narrows_what_the_files_select(folder: Path) -> None:
    put(Path(), "tenantlint.yaml", "policies: [../rules]\nignore: [a]\n")
    assert [policy.id for policy in open_project((), ["b"], None).policies] == ["b"]
    with pytest.raises(UsageError, match=r"--select a: a is ignored by a \(tenantlint\.yaml:2\)"):
        open_project((), ["a"], None)


def test_shipped_policies_stand_beside_own_ones_where_the_word_is_written(folder: Path) -> None:
    put(Path(), "tenantlint.yaml", "policies: [shipped, ../rules]\nprofile: break-glass\nselect: [a]\n")
    ids = {policy.id for policy in open_project((), (), None).policies}
    assert {"a", "break-glass-tested"} <= ids
    assert "b" not in ids


def test_why_names_file_and_line_of_every_decision(folder: Path) -> None:
    put(folder, "ours.profile.yaml", f"{PROFILE}select: [a, b]\nseverities: {{a: high}}\n")
    put(Path(), "tenantlint.yaml", "policies: [../rules]\nprofile: ../ours.profile.yaml\nignore: [b]\n")
    project = open_decided((), (), None)
    assert reasons(project.asked, project.config.layers).replace("\\", "/").splitlines() == [
        "1 of 4 policies are selected. Decided by: tenantlint.yaml over ../ours.profile.yaml.",
        "",
        "a  selected by a (../ours.profile.yaml:3)",
        "   severity = high, not low (../ours.profile.yaml:4)",
        "b  ignored by b (tenantlint.yaml:3)",
        "c  not selected: no selector of ../ours.profile.yaml matches",
        "d  not selected: no selector of ../ours.profile.yaml matches",
    ]


def test_why_without_any_file(folder: Path) -> None:
    policies = load_policies([folder / "rules"], vocabulary())
    said = reasons(decide(policies, Config().layers), Config().layers).splitlines()
    assert said[0] == "4 of 4 policies are selected. Decided by: no file."
    assert said[2] == "a  selected: no file says otherwise"


def test_four_profiles_come_with_tenantlint() -> None:
    assert list(shipped_profiles()) == ["baseline", "break-glass", "scuba", "zero-trust"]


RESOURCE = (
    "resources:\n  - name: {name}\n    singular: {singular}\n    path: admin/{name}\n"
    "    permission: ServiceHealth.Read.All\n"
    "    properties: {{id: string}}\n"
)


def test_resources_of_all_files_add_up_and_each_name_is_taken_once(folder: Path) -> None:
    put(folder / "team", "team.yaml", RESOURCE.format(name="serviceHealth", singular="health"))
    put(Path(), "tenantlint.yaml", "extends: ../team/team.yaml\n" + RESOURCE.format(name="things", singular="thing"))
    assert [one.resource.name for one in load_config().resources] == ["serviceHealth", "things"]
    put(Path(), "tenantlint.yaml", "extends: ../team/team.yaml\n" + RESOURCE.format(name="things", singular="health"))
    with pytest.raises(ConfigError, match=r"tenantlint\.yaml:4:15: .*health"):
        load_config()
