"""In an editor: keys and values are completed, each says what it means, mistakes are marked while they are typed.

Runs where yaml-language-server is installed (`npm install --global yaml-language-server`), or where
YAML_LANGUAGE_SERVER names its file `bin/yaml-language-server`; elsewhere it is skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder, schema
from tests.languageserver import CURSOR, Editor

NODE = shutil.which("node")
SERVER = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(not (NODE and SERVER), reason="needs Node.js and yaml-language-server")

POLICY = """\
id: guests-few
title: Few guests
severity: low
description: Each is a way in.
remediation: Delete some.
resource: users
assert: user.userType != "Guest"
"""
SETTINGS = {
    ".schemas/policy.schema.json": ["my-policies/**/*.yaml", "!**/*.test.yaml", "!**/*.profile.yaml"],
    ".schemas/policy-test.schema.json": "**/*.test.yaml",
}
"""As the README has them, for files without a first line of their own."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of one's own, with the schemas that an installed tenantlint writes."""
    root = tmp_path_factory.mktemp("repository")
    result = CliRunner().invoke(main, ["schemas", str(root / ".schemas")])
    assert result.exit_code == 0, result.output
    return root


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    with Editor([str(NODE), str(SERVER), "--stdio"], folder, SETTINGS) as opened:
        yield opened


def head(name: str, way: str = "..") -> str:
    return f"# yaml-language-server: $schema={way}/.schemas/{name}.schema.json\n"


def test_keys_of_a_policy_are_offered_with_what_they_mean(editor: Editor, folder: Path) -> None:
    offered = editor.completions(folder / "my-policies" / "keys.yaml", f"{head('policy')}id: guests-few\n{CURSOR}")
    described = {key: about["description"] for key, about in schema("policy")["properties"].items() if key != "id"}
    assert {key: offered.get(key) for key in described} == described


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("policy", f"severity: {CURSOR}", {"critical", "high", "medium", "low", "info"}),
        ("policy", f"require: {CURSOR}", {"all", "any", "none"}),
        ("policy", f"resource: {CURSOR}", set(vocabulary().subjects)),
        ("policy", f"controls:\n  {CURSOR}", {"scuba", "zero-trust", "cis"}),
        ("policy-test", f"cases:\n  - name: a\n    expect: {CURSOR}", {"pass", "fail", "unknown", "not_applicable"}),
        (
            "policy-test",
            f"cases:\n  - name: a\n    config:\n      breakGlass:\n        {CURSOR}",
            {"accounts", "groups"},
        ),
        ("tenantlint", CURSOR, {"breakGlass", "profile", "params", "waivers"}),
        ("profile", f"title: a\n{CURSOR}", {"description", "extends", "select"}),
        ("waivers", f"waivers:\n  - policy: a\n    {CURSOR}", {"record", "reason", "approver", "expires", "ticket"}),
        ("attestations", f"attestations:\n  - policy: a\n    {CURSOR}", {"person", "date", "reference"}),
    ],
)
def test_keys_and_values_of_every_file_are_offered(
    editor: Editor, folder: Path, name: str, text: str, values: set[str]
) -> None:
    path = folder / "my-policies" / f"{name}-{abs(hash(text))}.yaml"
    assert values <= set(editor.completions(path, head(name) + text))


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("policy", f"where{CURSOR}: user.isBreakGlass", "CEL expression: which records the policy is about."),
        ("policy", f"where{CURSOR}: user.isBreakGlass", "user.isBreakGlass"),
        ("waivers", f"waivers:\n  - expires{CURSOR}: 2026-12-31", "Last day on which the waiver counts."),
        ("tenantlint", f"failOn{CURSOR}: high", "Least severity that makes a scan fail."),
    ],
)
def test_a_key_shows_what_it_means(editor: Editor, folder: Path, name: str, text: str, shown: str) -> None:
    assert shown in editor.hover(folder / "my-policies" / f"hover-{name}.yaml", head(name) + text + "\n")


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("policy", POLICY.replace("severity: low", "severity: hgih"), 4, 'Valid values: "critical", "high"'),
        ("policy", POLICY.replace("remediation:", "remedation:"), 6, "Property remedation is not allowed"),
        ("policy", POLICY.replace("guests-few", "Guests few"), 2, "Write it in small letters"),
        ("tenantlint", "breakGlas: {}\n", 2, "Property breakGlas is not allowed"),
        ("policy-test", "cases:\n  - name: a\n    snapshot: {}\n    expect: pas\n", 5, 'Valid values: "pass"'),
        ("waivers", "waivers:\n  - {policy: a, record: b, reason: c, approver: d}\n", 3, 'Missing property "expires"'),
    ],
)
def test_a_mistake_is_marked_on_its_line(
    editor: Editor, folder: Path, name: str, text: str, line: int, message: str
) -> None:
    marks = editor.problems(folder / "my-policies" / f"wrong-{name}-{line}.yaml", head(name) + text)
    assert [number for number, said in marks if message in said] == [line], marks


def test_a_policy_in_order_has_no_mark(editor: Editor, folder: Path) -> None:
    assert editor.problems(folder / "my-policies" / "good.yaml", head("policy") + POLICY) == []


def test_settings_do_for_files_without_a_first_line(editor: Editor, folder: Path) -> None:
    wrong = POLICY.replace("severity: low", "severity: hgih")
    assert [line for line, _ in editor.problems(folder / "my-policies" / "plain.yaml", wrong)] == [3]
    test = "cases:\n  - name: a\n    snapshot: {}\n    expect: pas\n"
    assert [line for line, _ in editor.problems(folder / "my-policies" / "plain.test.yaml", test)] == [4]


@pytest.mark.parametrize("path", sorted(policies_folder().rglob("*.yaml"))[::20], ids=lambda path: path.name)
def test_shipped_files_have_no_mark(editor: Editor, path: Path) -> None:
    assert editor.problems(path, path.read_text(encoding="utf-8")) == []
