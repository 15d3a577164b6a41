"""More than a hundred broken policy files, each made from a shipped one: all are refused or warned about at their line.

A change is given as text to replace in a shipped file; the line that is to be named is that of the change unless it
says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from scanner.errors import PolicyError
from scanner.lint.command import run_lint
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.shipped import policies_folder

GUEST = "guest-invitations-restricted"
QUOTA = "device-quota-limited"
CLOUD = "break-glass-cloud-only"
HOLDER = "role-holders-exist"
RECENT = "directory-sync-recent"
ATTESTED = "break-glass-drill"


@cache
def shipped(id: str) -> str:
    """The file of a shipped policy."""
    (path,) = policies_folder().rglob(f"{id}.yaml")
    return path.read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@dataclass(frozen=True)
class Broken:
    """A shipped policy with a mistake in it."""

    policy: str
    content: bytes
    line: int
    """0: any line of the file."""
    said: str = ""
    """What the message or its hint must contain."""


def swap(policy: str, old: str, new: str, said: str = "", line: int | None = None) -> Broken:
    """``old`` written as ``new``; the mistake stands where ``old`` did, or in ``line``."""
    text = shipped(policy)
    assert old in text, (policy, old)
    place = line_of(text, old) if line is None else line
    return Broken(policy, text.replace(old, new, 1).encode("utf-8", "surrogatepass"), place, said)


def block(text: str, key: str) -> tuple[str, str]:
    """A top-level key of a policy with all that is below it, as (text, last line)."""
    start = text.index(f"\n{key}:") + 1
    lines = text[start:].splitlines(keepends=True)
    size = next((number for number, one in enumerate(lines[1:], 1) if not one.startswith((" ", "\n"))), len(lines))
    return "".join(lines[:size]), lines[size - 1]


def dropped() -> Iterator[Broken]:
    """Required keys taken out: a key that is missing is told where the file begins."""
    for policy in (GUEST, CLOUD):
        for key in ("id", "title", "severity", "description", "remediation", "resource", "assert"):
            part, _ = block(shipped(policy), key)
            yield swap(policy, part, "", "lacks the key" if key != "resource" else "", line=0)
    for key in ("statement", "validDays"):
        text = shipped(ATTESTED)
        part = next(one for one in text.splitlines(keepends=True) if one.strip().startswith(f"{key}:"))
        if key == "validDays":
            yield swap(ATTESTED, part, "", "lacks the key `validDays`", line=line_of(text, "attestation:"))
    for key in ("type: strings", "description: Values of allowInvitesFrom"):
        part = next(one for one in shipped(GUEST).splitlines(keepends=True) if key in one)
        yield swap(GUEST, part, "", "lacks the key", line=line_of(shipped(GUEST), "  allowed:"))
    part = next(one for one in shipped(GUEST).splitlines(keepends=True) if "default: [" in one)
    yield swap(GUEST, part, "", "lacks the key `default`", line=line_of(shipped(GUEST), "  allowed:"))


def misspelt() -> Iterator[Broken]:
    """Keys and fixed words with a letter wrong: the nearest right one is proposed."""
    keys = {
        "title": "titel",
        "severity": "serverity",
        "description": "desciption",
        "remediation": "remediaton",
        "references": "refrences",
        "controls": "control",
        "tags": "tag",
        "params": "parms",
        "resource": "ressource",
        "assert": "asert",
        "message": "mesage",
    }
    for key, typo in keys.items():
        yield swap(
            GUEST, f"\n{key}:", f"\n{typo}:", f"Did you mean `{key}`?", line=line_of(shipped(GUEST), f"\n{key}:") + 1
        )
    yield swap(CLOUD, "\nwhere:", "\nwere:", "`where`", line=line_of(shipped(CLOUD), "\nwhere:") + 1)
    yield swap(GUEST, "severity: medium", "severity: meduim", "Did you mean `medium`?")
    yield swap(GUEST, "severity: medium", "severity: Medium", "Did you mean `medium`?")
    yield swap(GUEST, "  scuba:", "  scubba:", "Did you mean `scuba`?")
    yield swap(GUEST, "  zero-trust:", "  zerotrust:", "Did you mean `zero-trust`?")
    yield swap(GUEST, "    type: strings", "    type: string list", "must be boolean")
    yield swap(GUEST, "    type: strings", "    typ: strings", "Did you mean `type`?")
    yield swap(GUEST, "resource: authorizationPolicy", "resource: authorisationPolicy", "`authorizationPolicy`")
    yield swap(CLOUD, "resource: users", "resource: user", "Did you mean `users`?")
    yield swap(HOLDER, "resource: roleHoldings", "resource: roleHolding", "Did you mean `roleHoldings`?")


def mistyped() -> Iterator[Broken]:
    """Values of the wrong type, and values that cannot be."""
    for new in ("severity: 3", "severity: [medium]", "severity: true", "severity:", "severity: {is: medium}"):
        yield swap(GUEST, "severity: medium", new)
    for new in ("title:", "title: 12", "title: true", "title: ''", "title: [Only administrators]", "title: '   '"):
        yield swap(GUEST, "title: Only administrators and guest inviters can invite guests", new)
    yield swap(GUEST, "title: Only", f"title: {'very ' * 40}Only", "characters; 150 are allowed")
    for new in (
        "id: Guest-invitations-restricted",
        "id: guest_invitations_restricted",
        "id: guest-invitations",
        "id: 7",
    ):
        yield swap(GUEST, f"id: {GUEST}", new)
    for new in ("tags: settings", "tags: {a: b}", "tags: [Settings]", "tags: [settings, settings]", "tags: 5"):
        yield swap(GUEST, "tags: [settings, guests]", new)
    yield swap(GUEST, "  - https://learn.microsoft.com/graph", "  - learn.microsoft.com/graph", "https://")
    yield swap(GUEST, "  - https://learn.microsoft.com/graph", "  - http://learn.microsoft.com/graph", "https://")
    yield swap(GUEST, "  scuba: [MS.AAD.8.2v1]", "  scuba: []", "is empty")
    yield swap(GUEST, "  tenantlint: [S8]", "  tenantlint: [S11]", "S11")
    yield swap(GUEST, "default: [adminsAndGuestInviters, none]", "default: 5", "must be a list of texts")
    yield swap(QUOTA, "default: 10", "default: ten", "must be a whole number")
    yield swap(QUOTA, "default: 10", "default: 10.5", "must be a whole number")
    yield swap(ATTESTED, "validDays: ", "validDays: -", "must be 1 or more")
    for new in ("license: P3", "license: [P1, P9]", "license: []"):
        yield swap(GUEST, "resource: authorizationPolicy", f"{new}\nresource: authorizationPolicy")


def required() -> Iterator[Broken]:
    """Requirements that are none."""
    place = line_of(shipped(CLOUD), "assert:")
    for new in ("require: some", "require: 3", "require: {}", "require: {min: 3, max: 2}", "require: {mim: 2}"):
        yield swap(CLOUD, "assert:", f"{new}\nassert:", line=place)
    for new in ("require: {min: -1}", "require: {min: 0}", "require: {max: params.most}", "require: [all]", "require:"):
        yield swap(CLOUD, "assert:", f"{new}\nassert:", line=place)


def expressed() -> Iterator[Broken]:
    """Expressions with mistakes: names, values, functions, signs, types."""
    sync = "user.onPremisesSyncEnabled != true"
    for new, said in {
        "user.onPremisesSyncEnable != true": "Did you mean `onPremisesSyncEnabled`?",
        "user.onpremisessyncenabled != true": "Did you mean `onPremisesSyncEnabled`?",
        "usr.onPremisesSyncEnabled != true": "Did you mean `user`?",
        "user.onPremisesSyncEnabled != 'yes'": "",
        "user.onPremisesSyncEnabled != true && user.displayName": "yes",
        "user.onPremisesSyncEnabled = true": "",
        "user.onPremisesSyncEnabled and user.accountEnabled": "",
        "(user.onPremisesSyncEnabled != true": "",
        "user.onPremisesSyncEnabled != true)": "",
        "user.displayName.startWith('x')": "Did you mean `startsWith`?",
        "user.displayName.startsWith('x'": "",
        "user.displayName.startsWith(5)": "",
        "size(user.assignedLicenses)": "yes or no",
        "user.createdDateTime < duration('30 days')": "",
        "user.createdDateTime < timestamp('2026-13-01T00:00:00Z')": "is not a moment",
        "now - user.createdDateTime < duration('30d')": "is not a duration",
        "user.displayName.matches('(a')": "regular expression",
        "user.assignedPlans.exist(plan, plan.service == 'x')": "`exists`",
        "user.assignedPlans.exists(plan, plan.servce == 'x')": "Did you mean `service`?",
        "user.assignedPlans.service == 'x'": "",
        "user == null || user == user": "",
        "params.accounts == 1": "There is no `params` here",
        "tenant.initialDomian == 'x'": "Did you mean `initialDomain`?",
        "user.createdDateTime < null": "null",
        "user.onPremisesSyncEnabled != true && user.isBreakGlass": "stands",
    }.items():
        yield swap(CLOUD, f"assert: {sync}", f'assert: "{new}"', said)
    yield swap(CLOUD, f"assert: {sync}", "assert: ''", "")
    yield swap(CLOUD, f"assert: {sync}", "assert: {user: true}", "must be text")
    yield swap(CLOUD, "where: user.isBreakGlass", "where: user.isBreakglass", "Did you mean `isBreakGlass`?")
    yield swap(CLOUD, "where: user.isBreakGlass", "where: user.isBreakGlass &&", "")
    yield swap(HOLDER, "assert: holding.principalExists", "assert: holding.principalExist", "`principalExists`")
    yield swap(HOLDER, "assert: holding.principalExists", 'assert: holding.assignment == "forever"', "false for every")
    yield swap(GUEST, "in params.allowed", "in params.alowed", "Did you mean `params.allowed`?")
    yield swap(GUEST, "in params.allowed", "in ['none']", "never used", line=line_of(shipped(GUEST), "  allowed:"))
    yield swap(GUEST, "{authorizationPolicy.allowInvitesFrom}", "{authorizationPolicy.allowInviteFrom}", "Did you mean")
    yield swap(GUEST, "{authorizationPolicy.allowInvitesFrom}", "{authorizationPolicy.allowInvitesFrom", "not closed")
    yield swap(GUEST, "{authorizationPolicy.allowInvitesFrom}", "authorizationPolicy.allowInvitesFrom}", "not opened")
    yield swap(GUEST, "{authorizationPolicy.allowInvitesFrom}", "{}", "no expression")
    yield swap(GUEST, "{authorizationPolicy.allowInvitesFrom}", "{authorizationPolicy}", "cannot show")


def laid_out() -> Iterator[Broken]:
    """Indentation, tabs, quotes, brackets, and what YAML can do beyond plain values."""
    text = shipped(GUEST)
    yield swap(GUEST, "severity: medium", " severity: medium")
    yield swap(GUEST, "severity: medium", "\tseverity: medium", "tab")
    yield swap(GUEST, "severity: medium", "severity:\tmedium", "tab")
    yield swap(GUEST, "    type: strings", "\t\ttype: strings", "tab")
    yield swap(GUEST, "    type: strings", "   type: strings", line=0)
    yield swap(GUEST, "  scuba:", "   scuba:", line=0)
    yield swap(GUEST, "severity: medium", "severity: medium\nseverity: low", "twice", line_of(text, "severity:") + 1)
    yield swap(GUEST, "  scuba: [", "  tenantlint: [S1]\n  scuba: [", "twice")
    yield swap(GUEST, "severity: medium", "severity medium", line=0)
    yield swap(GUEST, "severity: medium", "severity:medium", line=0)
    yield swap(GUEST, "severity: medium", 'severity: "medium', "opened here and closed in line 11")
    yield swap(GUEST, "severity: medium", "severity: 'medium\"", line=0)
    yield swap(GUEST, "title: Only", 'title: "Only" the', "Put the whole text in quotes")
    yield swap(GUEST, "title: Only", "title: Only: really", "':'")
    yield swap(GUEST, "title: Only", "title: @Only")
    yield swap(GUEST, "title: Only", "title: *Only", "aliases")
    yield swap(GUEST, "title: Only", "title: &a Only", "Anchors")
    yield swap(GUEST, "title: Only", "title: !!binary Only", "tag")
    yield swap(GUEST, "title: Only", "title: !Ref Only", "tag")
    yield swap(GUEST, "severity: medium", "<<: {severity: medium}", "<<")
    yield swap(GUEST, "severity: medium", "<<: *defaults", "aliases")
    yield swap(GUEST, "tags: [settings, guests]", "tags: [settings, guests", "not closed")
    yield swap(GUEST, "tags: [settings, guests]", "tags: settings, guests]", "must be a list")
    yield swap(GUEST, "tags: [settings, guests]", "tags: [settings; guests]", "small letters and digits")
    yield swap(GUEST, "severity: medium", "---\nseverity: medium", "second document")
    yield swap(GUEST, "severity: medium", "%TAG ! x:\nseverity: medium", line=0)
    yield swap(GUEST, "severity: medium", "severity: medium # \x01", "U+0001")
    yield swap(GUEST, "title: Only", 'title: "\\ud800 Only"\n# ', "escape")
    yield swap(GUEST, "title: Only", 'title: "\\q Only"\n# ', "escape")
    yield swap(GUEST, "id: ", "- id: ", line=0)
    yield swap(GUEST, "assert: ", "assert: !authorizationPolicy.x ||\n  ", line=0)
    yield swap(CLOUD, "assert: user", "assert: [user", line=0)
    yield swap(
        GUEST, "severity: medium", "severity: medium\nowner: me", "Unknown key `owner`", line_of(text, "severity:") + 1
    )
    yield swap(GUEST, "severity: medium", "severity: medium\nattestation: {statement: x, validDays: 3}", line=0)
    yield swap(GUEST, "severity: medium", "? [a, b]\n: c\nseverity: medium", "plain text")


def encoded() -> Iterator[Broken]:
    """Files that are no text, and other content than a policy."""
    text = shipped(GUEST)
    yield Broken(GUEST, text.replace("Only", "Óñly", 1).encode("latin-1"), 3, "UTF-8")
    yield Broken(GUEST, text.encode("utf-16"), 1, "UTF-8")
    yield Broken(GUEST, text.encode("utf-16-le"), 1, "U+0000")
    yield Broken(GUEST, b"\xff\xfe\x00\x00", 1, "UTF-8")
    yield Broken(GUEST, b"", 1, "empty")
    yield Broken(GUEST, b"# nothing but a remark\n", 1, "empty")
    yield Broken(GUEST, b"just a text\n", 1, "must be a mapping")
    yield Broken(GUEST, b"- a\n- b\n", 1, "must be a mapping")
    yield Broken(GUEST, b"null\n", 1, "must be a mapping")
    yield Broken(GUEST, b"{}\n", 1, "lacks the key")
    yield Broken(GUEST, ("x" * 1_100_000).encode(), 1, "larger than")
    yield Broken(GUEST, (text + "\x00").encode(), text.count("\n") + 1, "U+0000")
    yield Broken(GUEST, b"[" * 5_000, 0, "")
    yield Broken(GUEST, text[: len(text) // 2].encode(), 0, "")


def suspicious() -> Iterator[Broken]:
    """What is allowed and warned about."""
    text = shipped(GUEST)
    references, _ = block(text, "references")
    yield swap(GUEST, references, "", "No page says", line=line_of(text, "id:"))
    yield swap(GUEST, "can invite guests\n", "can invite guests.\n", "full stop")
    yield swap(GUEST, "As delivered,", "A low severity setting:", "severity is medium")
    yield swap(CLOUD, "where: user.isBreakGlass", "where: user.isBreakGlass && user.userType == 'Robot'", "No record")
    yield swap(CLOUD, "user.onPremisesSyncEnabled != true", "user.onPremisesSyncEnabled != true || true", "is true for")
    yield swap(CLOUD, "user.onPremisesSyncEnabled != true", "user.displayName == 'Nobody at all'", "is false for")


CASES = [
    *dropped(),
    *misspelt(),
    *mistyped(),
    *required(),
    *expressed(),
    *laid_out(),
    *encoded(),
    *suspicious(),
]


def test_there_are_more_than_a_hundred_and_no_two_are_the_same() -> None:
    assert len({(one.policy, one.content) for one in CASES}) == len(CASES) > 100
    assert all(one.content != shipped(one.policy).encode() for one in CASES)


@pytest.mark.parametrize("broken", CASES, ids=lambda one: f"{one.policy}-{CASES.index(one)}")
def test_a_broken_policy_is_refused_or_warned_about_at_its_line(tmp_path: Path, broken: Broken) -> None:
    path = tmp_path / f"{broken.policy}.yaml"
    path.write_bytes(broken.content)
    (test,) = policies_folder().rglob(f"{broken.policy}.test.yaml")
    (tmp_path / test.name).write_bytes(test.read_bytes())
    try:
        found = run_lint([tmp_path], load_policies([tmp_path], vocabulary()), vocabulary())
    except PolicyError as error:
        problems = list(error.problems)
    else:
        problems = [one.problem for one in found.warnings]
    assert problems
    assert {one.path for one in problems} == {path}
    at = [one for one in problems if broken.line in (0, one.line)]
    assert at, problems
    assert any(broken.said in f"{one.text} {one.hint}" for one in at), at
    assert all(one.line <= max(broken.content.count(b"\n") + 1, 1) for one in problems)


@pytest.mark.parametrize("policy", [GUEST, QUOTA, CLOUD, HOLDER, RECENT, ATTESTED])
def test_the_policies_are_in_order_before_they_are_broken(tmp_path: Path, policy: str) -> None:
    (tmp_path / f"{policy}.yaml").write_text(shipped(policy), encoding="utf-8-sig")  # a byte order mark is no mistake
    assert [one.id for one in load_policies([tmp_path], vocabulary())] == [policy]
