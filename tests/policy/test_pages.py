"""The list of policies and the page of one: nothing lost, lines of the width asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.collect.catalogue import License
from scanner.model import Severity
from scanner.policy.load import load_policies
from scanner.policy.model import Attested, Between, Every, Never, Param, Policy, Requirement, Rule, Some
from scanner.policy.pages import WIDTH, listing, page
from scanner.policy.vocabulary import vocabulary
from scanner.resources import policies_folder
from tests.policy.examples import ATTESTED, NAME, POLICY, load, put

SHIPPED = load_policies([policies_folder()], vocabulary())


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, f"{NAME}.yaml", POLICY)
    (loaded,) = load(folder)
    return loaded


@pytest.fixture(scope="module")
def attested(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = tmp_path_factory.mktemp("policies")
    put(folder, "keys-in-a-safe.yaml", ATTESTED)
    (loaded,) = load(folder)
    return loaded


def prose(text: str) -> list[str]:
    """The lines of a page without its rule: expressions are shown as they are written."""
    before, _, after = text.partition("\nRule\n")
    return (before + after.partition("\nWhat to do\n")[2]).splitlines()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_page_of_a_rule(policy: Policy) -> None:
    assert (
        page(policy)
        == """\
Few accounts are enabled in a department
========================================

id            admins-few
severity      high
licence       P1
scuba         MS.AAD.1.1v1
zero-trust    least-privilege
tags          accounts
parameter     maximum = 4 (integer): Most accounts.
parameter     departments = IT, Security (strings): Departments that count.
parameter     age = 90 days, 0:00:00 (duration): Age from which they count.

Why
  Every account is a way in.

Rule
  1 to 4 of users
  where   user.accountEnabled && user.department in params.departments
  assert  user.createdDateTime < now - params.age && user.userPrincipalName.endsWith("@" + tenant.initialDomain)

What to do
  Disable the accounts that nobody uses.

References
  https://learn.microsoft.com/entra/fundamentals

Reads
  domains: id, isInitial
  subscribedSkus: id, prepaidUnits, servicePlans, skuId
  users: accountEnabled, createdDateTime, department, displayName,
    userPrincipalName"""
    )


def test_the_page_of_a_statement(attested: Policy) -> None:
    assert (
        page(attested)
        == """\
Keys are kept in a safe
=======================

id            keys-in-a-safe
severity      low

Why
  Somebody could take them.

Attestation
  All keys are in the safe. Valid for 183 days.

What to do
  Buy a safe."""
    )


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (Every(), "all of users"),
        (Some(), "any of users"),
        (Never(), "none of users"),
        (Between(2, None), "at least 2 of users"),
        (Between(0, 5), "0 to 5 of users"),
    ],
)
def test_requirement_in_words(policy: Policy, requirement: Requirement, words: str) -> None:
    assert isinstance(policy.body, Rule)
    assert f"\n  {words}\n" in page(replace(policy, body=replace(policy.body, require=requirement, where=None)))


def test_a_resource_that_is_only_counted_says_so(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY.split("license:")[0] + "resource: groups\nassert: 'true'\nmessage: x\n")
    (counted,) = load(tmp_path)
    assert page(counted).endswith("Reads\n  groups: (how many there are)")


@pytest.mark.parametrize("width", [WIDTH, 120])
@pytest.mark.parametrize("shipped", SHIPPED, ids=[policy.id for policy in SHIPPED])
def test_lines_are_of_the_width_but_for_what_must_stay_whole(shipped: Policy, width: int) -> None:
    text = page(shipped, width)
    assert [line for line in prose(text) if len(line) > width and len(line.split()) > 1] == []
    for part in (shipped.title, shipped.description, shipped.remediation, *shipped.references):
        assert flat(part) in flat(text)


def hostile(policy: Policy, description: str, value: str) -> Policy:
    return replace(policy, params={"p": Param("p", "strings", (value, value), description)})


def test_parameters_of_any_length_are_wrapped_and_whole(policy: Policy) -> None:
    text = page(hostile(policy, "word " * 60 + "\nand another\n\nparagraph", "x" * 200))
    assert flat("word " * 60 + "and another paragraph") in flat(text)
    assert text.count("x" * 200) == 2
    assert all(len(line) <= WIDTH or "x" * 200 in line for line in prose(text))


def test_a_parameter_with_nothing_in_it_is_still_a_line(policy: Policy) -> None:
    assert "parameter     p = ,  (strings):\n" in page(hostile(policy, "", ""))


def test_a_long_title_is_wrapped_and_underlined_no_further_than_the_page(policy: Policy) -> None:
    title = "A title that goes on and on " * 5
    lines = page(replace(policy, title=title)).splitlines()
    assert flat(" ".join(lines[:2])) == flat(title)
    assert lines[2] == "=" * WIDTH


def test_commands_in_the_advice_keep_their_lines_and_are_not_cut_at_hyphens(policy: Policy) -> None:
    advice = "Run:\n  Get-MgUser -All | Where-Object AccountEnabled\n" + "go-to-the-next-" * 20 + " end"
    text = page(replace(policy, remediation=advice))
    assert "\n    Get-MgUser -All | Where-Object AccountEnabled\n" in text
    assert "go-to-the-next-" * 20 in text


def test_what_a_policy_does_not_have_is_left_out(attested: Policy) -> None:
    bare = page(attested)
    full = page(replace(attested, license=License.P1, tags=("a",), references=("https://contoso.example",)))
    for word in ("licence", "tags", "References"):
        assert word not in bare
        assert word in full


def test_the_list_has_the_worst_first_and_every_title_whole() -> None:
    lines = listing(SHIPPED).splitlines()
    assert len(lines) == len(SHIPPED)
    ranks = [Severity(line.split()[0]).rank for line in lines]
    assert ranks == sorted(ranks)
    for shipped in SHIPPED:
        assert any(shipped.id in line.split() and line.endswith(shipped.title) for line in lines)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_for_a_terminal_the_list_is_wrapped(width: int) -> None:
    text = listing(SHIPPED, width)
    assert max(map(len, text.splitlines())) <= width
    for shipped in SHIPPED:
        assert shipped.title in flat(text)


def test_a_terminal_that_is_too_narrow_gets_lines_that_can_be_read() -> None:
    assert all(len(line) < 75 for line in listing(SHIPPED, 10).splitlines())


def test_the_list_of_nothing_is_empty() -> None:
    assert listing([]) == ""


def test_days_of_a_statement_are_days(attested: Policy) -> None:
    year = replace(attested, body=Attested("It is so.", timedelta(days=365)))
    assert "It is so. Valid for 365 days." in page(year)
