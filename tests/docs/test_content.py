"""The page of one policy: complete, the same in Markdown and on a terminal, harmless whatever the policy says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scanner.collect.catalogue import BY_NAME
from scanner.config import load_config
from scanner.docs.content import content
from scanner.docs.markdown import to_markdown
from scanner.docs.text import to_text
from scanner.policy.load import load_policies
from scanner.policy.model import Attested, Between, Every, Never, Policy, Requirement, Rule, Some
from scanner.policy.needs import needs
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder
from tests.policy.examples import ATTESTED, NAME, POLICY, TEST, load, put

SHIPPED = load_policies([policies_folder()], vocabulary())
EACH = pytest.mark.parametrize("shipped", SHIPPED, ids=[policy.id for policy in SHIPPED])
WIDTH = 80
EVIL = (
    "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://evil.example/c.png) @all #1 ``` ` | "
    "www.evil.example"
)


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Policy:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, f"{NAME}.yaml", POLICY)
    put(tmp_path, f"{NAME}.test.yaml", TEST)
    (loaded,) = load(Path())
    return loaded


def text(policy: Policy, width: int = WIDTH) -> str:
    return to_text(content(policy, BY_NAME), width)


def markdown(policy: Policy) -> str:
    return to_markdown(content(policy, BY_NAME, policy.path.parent))


def flat(shown: str) -> str:
    return " ".join(shown.split())


def tokens(page: str) -> Iterator[Token]:
    """Everything that a renderer of Markdown sees in the page."""
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        yield token
        yield from token.children or ()


def seen(page: str) -> str:
    """The words that a reader sees."""
    return " ".join(token.content for token in tokens(page) if token.type in ("text", "code_inline", "fence"))


def test_the_page_of_a_rule(policy: Policy) -> None:
    assert (
        text(policy)
        == f"""\
Few accounts are enabled in a department
========================================

id           {NAME}
severity     high
licence      P1
tags         accounts
also called  administrators-few
file         {NAME}.yaml

Why
  Every account is a way in.

What is checked
  1 to 4 records of users for which where holds must meet assert.
  where:
    user.accountEnabled && user.department in params.departments
  assert:
    user.createdDateTime < now - params.age &&
    user.userPrincipalName.endsWith("@" + tenant.initialDomain)
  A finding says:
    {{user.displayName}} is one of {{size(params.departments)}} in braces: {{{{}}}}

Parameters
  PARAMETER    TYPE; VALUE; WHAT IT IS
  maximum      integer; 4; Most accounts.
  departments  strings; IT, Security; Departments that count.
  age          duration; 90d; Age from which they count.

What to do
  Disable the accounts that nobody uses.

What it reads
  RESOURCE        FROM; PROPERTIES
  domains         Microsoft Graph, GET /v1.0/domains; id, isInitial
  subscribedSkus  Microsoft Graph, GET /v1.0/subscribedSkus; id, prepaidUnits,
                  servicePlans, skuId
  users           Microsoft Graph, GET /v1.0/users; accountEnabled,
                  createdDateTime, department, displayName, userPrincipalName

  LEAST PERMISSION OF MICROSOFT GRAPH  TO READ
  Domain.Read.All                      domains
  Organization.Read.All                organization, subscribedSkus
  User.Read.All                        users

Controls
  FRAMEWORK   CONTROL
  CISA SCuBA  MS.AAD.1.1v1
  Zero Trust  Least privilege

Test cases
  VERDICT  CASE
  pass     one account
  fail     too many
  unknown  not collected
  In full: {NAME}.test.yaml.

Tailor it
  In tenantlint.yaml, all of it optional:
    params:
      admins-few:
        maximum: 4
        departments: ["IT", "Security"]
        age: 90d
    require:
      admins-few: {{min: 1}}
    severities:
      admins-few: medium
    ignore: [admins-few]
  A finding that is accepted, in waivers.yaml; tenantlint waive writes it:
    waivers:
      - policy: admins-few
        record: <id of the record, as the finding shows it>
        reason: <why it is accepted>
        approver: <who accepted it>
        expires: <last day, as 2026-12-31>

References
  https://learn.microsoft.com/entra/fundamentals"""
    )


def test_the_page_of_a_statement(tmp_path: Path) -> None:
    put(tmp_path, "keys-in-a-safe.yaml", ATTESTED)
    (attested,) = load(tmp_path)
    page = text(attested)
    assert "What is stated\n  All keys are in the safe.\n" in page
    assert "A statement holds for 183 days." in page
    assert "Stated in attestations.yaml:\n    attestations:\n      - policy: keys-in-a-safe\n" in page
    assert "There are none. tenantlint test would run those in" in flat(page)
    for absent in ("What is checked", "What it reads", "Parameters", "Controls", "References", "waivers"):
        assert absent not in page


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (Every(), "Every record of users must meet assert."),
        (Some(), "At least one record of users must meet assert."),
        (Never(), "No record of users may meet assert."),
        (Between(2, None), "At least 2 records of users must meet assert."),
        (Between(0, 5), "At most 5 records of users may meet assert."),
    ],
)
def test_requirement_in_words(policy: Policy, requirement: Requirement, words: str) -> None:
    assert isinstance(policy.body, Rule)
    assert f"\n  {words}\n" in text(replace(policy, body=replace(policy.body, require=requirement, where=None)))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("resource: tenant\nassert: tenant.initialDomain != ''", "The tenant must meet assert."),
        (
            "resource: authorizationPolicy\nwhere: authorizationPolicy.id != ''\nrequire: none\n"
            "assert: authorizationPolicy.allowedToUseSSPR",
            "The authorizationPolicy, where where holds, may not meet assert.",
        ),
    ],
)
def test_one_record_is_not_called_every_record(tmp_path: Path, rule: str, words: str) -> None:
    put(tmp_path, f"{NAME}.yaml", f"{POLICY.split('license:')[0]}{rule}\nmessage: x\n")
    (loaded,) = load(tmp_path)
    assert words in text(loaded)


def test_a_resource_that_is_only_counted_says_so(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.yaml", POLICY.split("license:")[0] + "resource: groups\nassert: 'true'\nmessage: x\n")
    (counted,) = load(tmp_path)
    assert "(how many there are)" in flat(text(counted))


@pytest.mark.parametrize(
    "written",
    ["assert: >-\n  user.accountEnabled &&\n    user.id != ''", "assert: user.accountEnabled &&\n  user.id != ''"],
)
def test_an_expression_keeps_the_lines_of_its_file(tmp_path: Path, written: str) -> None:
    put(tmp_path, f"{NAME}.yaml", f"{POLICY.split('license:')[0]}resource: users\n{written}\nmessage: x\n")
    (loaded,) = load(tmp_path)
    lines = text(loaded).splitlines()
    assert lines[lines.index("    user.accountEnabled &&") + 1].strip() == "user.id != ''"


def test_a_test_file_that_is_broken_is_told(policy: Policy) -> None:
    put(policy.path.parent, f"{NAME}.test.yaml", "cases: [{name: x}]")
    assert "They are not in order; tenantlint lint tells why" in flat(text(policy))


@EACH
def test_both_forms_say_all_there_is(shipped: Policy) -> None:
    on_terminal, in_markdown = flat(text(shipped)), flat(seen(markdown(shipped)))
    for part in (shipped.title, shipped.description, *shipped.references, *needs(shipped), *shipped.params):
        assert flat(part) in on_terminal
        assert flat(part) in in_markdown
    # Code within a sentence is a token of its own, without backticks: without spaces the words are the same.
    for page in (on_terminal, in_markdown):
        assert "".join(shipped.remediation.replace("`", "").split()) in page.replace(" ", "")
        for ids in shipped.controls.values():
            assert all(one.replace("-", " ").casefold() in page.replace("-", " ").casefold() for one in ids)


@EACH
def test_lines_are_of_the_width_but_for_what_must_stay_whole(shipped: Policy) -> None:
    before, _, rest = text(shipped).partition("\nWhat is ")
    prose = [*before.splitlines(), *rest.partition("\nReferences\n")[0].partition("\nControls")[2].splitlines()]
    code = re.compile(r"^    |^\s*\S+$|  \S+$")
    assert [line for line in prose if len(line) > WIDTH and not code.search(line)] == []


@EACH
def test_links_lead_to_files_and_pages(shipped: Policy) -> None:
    links = [str(token.attrs["href"]) for token in tokens(markdown(shipped)) if token.type == "link_open"]
    files = [link for link in links if not link.startswith("https://")]
    assert sorted(files) == sorted([f"{shipped.id}.yaml", f"{shipped.id}.test.yaml"])
    assert all((shipped.path.parent / link).is_file() for link in files)
    assert set(shipped.references) <= set(links)


@EACH
def test_the_example_of_tailoring_can_be_copied(shipped: Policy, tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)\n```", markdown(shipped), re.DOTALL)
    put(tmp_path, "tenantlint.yaml", blocks[0])
    config = load_config(tmp_path / "tenantlint.yaml")
    (tailored,) = load_policies([shipped.path], vocabulary(), config.overrides)
    assert tailored.severity is not shipped.severity
    assert tailored.params == shipped.params
    key = "attestations" if isinstance(shipped.body, Attested) else "waivers"
    assert yaml.safe_load(blocks[1])[key][0]["policy"] == shipped.id


def test_text_of_a_policy_does_nothing_in_markdown(tmp_path: Path) -> None:
    quoted = "'" + EVIL.replace("'", "''") + "'"
    put(
        tmp_path,
        f"{NAME}.yaml",
        f"id: {NAME}\ntitle: {quoted}\nseverity: low\ndescription: {quoted}\nremediation: {quoted}\n"
        f"references: ['https://learn.microsoft.com/a)>[x](https://evil.example)\"']\ncontrols: {{cis: [{quoted}]}}\n"
        f"params: {{p: {{type: string, default: {quoted}, description: {quoted}}}}}\n"
        f"resource: users\nassert: user.id != params.p\nmessage: {quoted}\n",
    )
    put(tmp_path, f"{NAME}.test.yaml", f"cases:\n  - {{name: {quoted}, snapshot: {{}}, expect: unknown}}\n")
    (loaded,) = load(tmp_path)
    page = markdown(loaded)
    found = list(tokens(page))
    assert not [token for token in found if token.type in ("html_inline", "image")]
    assert [token.content for token in found if token.type == "html_block"] == [page.splitlines()[0] + "\n"]
    targets = {str(token.attrs["href"]).split("/")[2] for token in found if "//" in str(token.attrs.get("href", ""))}
    assert targets == {"learn.microsoft.com"}
    assert all(len(cells) == 2 for cells in rows(found, "framework"))
    assert flat(EVIL).replace(" ", "") in seen(page).replace(" ", "")


def rows(found: list[Token], head: str) -> list[list[Token]]:
    """The rows of the table whose first head this is."""
    start = next(index for index, token in enumerate(found) if token.type == "text" and token.content == head)
    table: list[list[Token]] = [[]]
    for token in found[start:]:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            table.append([])
        if token.type in ("td_open", "th_open"):
            table[-1].append(token)
    return table[1:]
