"""The index of the shipped policies: complete, and every link leads to a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.docs.index import index
from scanner.export import EXPORTS
from scanner.frameworks import PRINCIPLES
from scanner.policy.find import find
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.recommendations import FRAMEWORK, RECOMMENDATIONS
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder
from tests.policy.examples import put

FILE = policies_folder() / "README.md"
TEXT = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
POLICIES = load_policies([policies_folder()], vocabulary())

RULE = """\
id: guests-few
title: Guests | few
severity: low
description: D.
remediation: R.
references: [https://learn.microsoft.com/entra/]
controls: {tenantlint: [S6, S2.10, S8], zero-trust: [assume-breach, verify-explicitly, ZT 21770]}
license: P2
resource: users
assert: user.userType != "Guest"
message: x
"""


def test_every_policy_stands_in_it_once_with_a_link_to_its_page() -> None:
    listed = re.findall(r"^\| \[`([a-z0-9-]+)`\]\(([^)]+)\) \|", TEXT, re.MULTILINE)
    assert sorted(name for name, _ in listed) == sorted(policy.id for policy in POLICIES)
    for name, link in re.findall(r"\[`([a-z0-9-]+)`\]\(([^)]+)\)", TEXT):
        path = policies_folder() / link
        assert path.is_file() and path.stem == name


@pytest.mark.parametrize("number", RECOMMENDATIONS)
def test_every_recommendation_is_served(number: str) -> None:
    served = any(number in policy.controls.get(FRAMEWORK, ()) for policy in POLICIES)
    parts = any(other.startswith(f"{number}.") for other in RECOMMENDATIONS)
    one = RECOMMENDATIONS[number]
    assert served or parts or one.exports or one.also


def test_every_recommendation_that_a_policy_names_exists() -> None:
    assert {name for policy in POLICIES for name in policy.controls.get(FRAMEWORK, ())} <= RECOMMENDATIONS.keys()


def test_every_export_named_exists_and_every_export_is_named() -> None:
    assert {name for one in RECOMMENDATIONS.values() for name in one.exports} == EXPORTS.keys()


def test_the_page_is_no_policy() -> None:
    assert FILE not in [*find([policies_folder()]).policies, *find([policies_folder()]).tests]


def in_people(policy: Policy) -> str:
    return f"people/{policy.id}.md"


def test_rows_say_what_a_reader_asks(tmp_path: Path) -> None:
    put(tmp_path / "people", "guests-few.yaml", RULE)
    text = index(load_policies([tmp_path], vocabulary()), in_people, shipped=True)
    link = "[`guests-few`](people/guests-few.md)"
    assert f"\n| S6 | Audit who holds which directory role | {link} | export `role-assignments` |\n" in text
    assert re.search(rf"^\| S2\.10 \| .* \| {re.escape(link)} \|  \|$", text, re.MULTILINE)
    assert (
        f"\n|  | Verify explicitly | {link} |  |\n|  | Least privilege |  |  |\n|  | Assume breach | {link} |  |\n"
        in text
    )
    heads = "| policy | severity | what it asks for | licence | Zero Trust |"
    assert f"### people\n\n{heads}\n|---|---|---|---|---|\n| {link}" in text
    assert f"| {link} | low | Guests \\| few | P2 | verify explicitly, assume breach |\n" in text


def test_the_principles_are_those_that_shipped_policies_name() -> None:
    named = {name for policy in POLICIES for name in policy.controls.get("zero-trust", ())}
    assert {name for name in named if "-" in name} == set(PRINCIPLES)


def test_the_index_of_ones_own_policies_says_nothing_of_recommendations(tmp_path: Path) -> None:
    put(tmp_path, "guests-few.yaml", RULE.replace("Guests | few", "'[Guests](https://evil.example) | <b>few</b>'"))
    text = index(load_policies([tmp_path], vocabulary()), lambda policy: f"{policy.id}.md")
    assert "1 policy with a page" in text
    assert "S6" not in text and "###" not in text
    assert (
        "| [`guests-few`](guests-few.md) | low | \\[Guests\\](https\\://evil.example) \\| \\<b>few\\</b> | P2 |" in text
    )
