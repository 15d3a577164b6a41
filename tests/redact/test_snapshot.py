"""A redacted snapshot: nothing of the tenant is left in any byte of it, and a scan of it comes out as before."""

from __future__ import annotations

import json
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.active_directory import AdExport
from scanner.collect.catalogue import BY_NAME
from scanner.demo import make
from scanner.demo.run import AD_USERS, TENANT
from scanner.errors import OutputError, SnapshotError
from scanner.evaluate.engine import evaluate
from scanner.model import Outcome, Scan
from scanner.policy.waivers import Declarations
from scanner.redact.command import ABOUT_NAMES
from scanner.redact.declared import redacted
from scanner.redact.forms import Forms
from scanner.redact.pseudonyms import GUID, Pseudonyms
from scanner.redact.snapshot import forms_for, redact
from scanner.snapshot import Snapshot
from scanner.workflow import Project, open_project

KEY = b"a key for tests of snapshots"
TIME = "2026-11-01T06:00:00Z"
NAMES = re.compile(
    "displayName|userDisplayName|principalDisplayName|userPrincipalName|mail|mailNickname|givenName|surname|jobTitle|"
    "issuerAssignedId|proxyAddresses|otherMails|imAddresses|notificationRecipients|notificationEmailAddresses|"
    "onPremises.*Name|.*Identifier|employeeId|mobilePhone|businessPhones|cidrAddress|description|replyUrls|redirectUris|"
    "identifierUris|homepage|emailAddress|phoneNumber|issuer|publisherDomain|subject|notes|street.*|city|department"
)
"""Properties whose texts are looked for in the result, beside ids with a GUID in them."""
PRODUCTS = frozenset({"skuId", "servicePlanId", "disabledPlans", "templateId", "applicationTemplateId", "aaGuid"})
"""Ids that stay by their place."""
RULES = frozenset({"membershipRule", "rule", "query"})
"""Some name nothing but products."""


def texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in JSON with the key it stands under."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, key)
    elif isinstance(value, str) and value:
        yield key, value


@pytest.fixture(scope="module")
def contoso() -> Snapshot:
    """The demo tenant, with the users of its Active Directory."""
    there = [msgspec.to_builtins(user) for user in AdExport(AD_USERS).users()]
    return Snapshot.of({"collectedAt": TIME, **make.contoso(), "adUsers": there})


@pytest.fixture(scope="module")
def forms(contoso: Snapshot) -> Forms:
    return forms_for(contoso, Pseudonyms(KEY))


@pytest.fixture(scope="module")
def folder(contoso: Snapshot, forms: Forms, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo tenant, redacted."""
    path = tmp_path_factory.mktemp("redact") / "snapshot"
    redact(contoso, path, forms)
    return path


@pytest.fixture(scope="module")
def project() -> Project:
    return open_project((), (), TENANT / "tenantlint.yaml")


def scan(project: Project, snapshot: Snapshot, declared: Declarations) -> Scan:
    return evaluate(project.policies, snapshot, project.vocabulary.types, declared)


def verdicts(found: Scan) -> dict[str, tuple[Any, ...]]:
    return {
        result.policy.id: (
            result.status,
            result.considered,
            len(result.findings),
            len(result.unjudged),
            [finding.waived is not None for finding in result.findings].count(True),
        )
        for result in found.results
        if result.policy.id not in ABOUT_NAMES
    }


def test_policies_come_out_as_before(contoso: Snapshot, folder: Path, forms: Forms, project: Project) -> None:
    """A policy that comes out otherwise judges words: give its property a row in ``decisions.py``."""
    declared = project.declared
    again = scan(project, Snapshot.open(folder), redacted(declared, forms))
    assert verdicts(again) == verdicts(scan(project, contoso, declared))
    assert len(again.results) > 30


MADE_FROM_IDS = "signInCoverage"
"""Its records have ids that are digests of the ids of policies and groups, and so become others with these."""


def test_a_finding_is_about_the_same_record(contoso: Snapshot, folder: Path, forms: Forms, project: Project) -> None:
    before = scan(project, contoso, project.declared)
    after = scan(project, Snapshot.open(folder), redacted(project.declared, forms))
    for one, other in zip(before.results, after.results, strict=True):
        if one.resource == MADE_FROM_IDS:
            assert len(other.findings) == len(one.findings), one.policy.id
        elif one.policy.id not in ABOUT_NAMES:
            expected = {forms.identifier(finding.record.id) for finding in one.findings}
            assert {finding.record.id for finding in other.findings} == expected, one.policy.id


def test_a_scan_says_that_the_names_are_none(contoso: Snapshot, folder: Path, project: Project) -> None:
    assert any("redacted" in note.text for note in scan(project, Snapshot.open(folder), Declarations()).notes)
    assert not any("redacted" in note.text for note in scan(project, contoso, Declarations()).notes)


def test_no_name_address_or_id_of_the_tenant_is_left(contoso: Snapshot, folder: Path, forms: Forms) -> None:
    made = b"".join(path.read_bytes() for path in sorted(folder.iterdir())).decode()
    whole = set(texts([json.loads(line) for line in made.splitlines() if line.startswith('{"')]))
    count = 0
    for name in contoso.manifest.resources:
        for key, text in texts([json.loads(line) for line in contoso.lines(name)]):
            if (
                not (NAMES.fullmatch(key) or GUID.search(text))
                or forms.identifier(text) == text
                or key in PRODUCTS | RULES
            ):
                continue
            count += 1
            assert (key, text) not in whole, (name, key, text)
            short = len(text) < 9 or any(text in word for word in (*forms.known.words, "Heartbeat"))
            assert short or text not in made, (name, key, text)
    assert count > 2000


def test_no_id_of_the_tenant_is_left_anywhere(contoso: Snapshot, folder: Path, forms: Forms) -> None:
    made = b"".join(path.read_bytes() for path in folder.iterdir()).decode().lower()
    products = {
        text.lower()
        for name in contoso.manifest.resources
        for line in contoso.lines(name)
        for key, text in texts(json.loads(line))
        if key in PRODUCTS
    }
    for name in contoso.manifest.resources:
        for line in contoso.lines(name):
            for id in GUID.findall(line.decode()):
                if not forms.known.is_id(id) and id.lower() not in products:
                    assert id.lower() not in made, (name, id)


def test_ids_are_replaced_one_for_one_and_sorted_anew(contoso: Snapshot, folder: Path) -> None:
    again = Snapshot.open(folder)
    for name, entry in contoso.manifest.resources.items():
        key = entry.key
        before = [json.loads(line)[key] for line in contoso.lines(name)]
        after = [json.loads(line)[key] for line in again.lines(name)]
        assert after == sorted(after)
        assert len(set(after)) == len(set(before)) == len(before)


def test_joins_hold(contoso: Snapshot, folder: Path) -> None:
    def resolved(snapshot: Snapshot) -> list[int]:
        ids = {
            kind: {json.loads(line)["id"] for line in snapshot.lines(kind)}
            for kind in ("users", "groups", "servicePrincipals", "roleDefinitions")
        }
        everybody = ids["users"] | ids["groups"] | ids["servicePrincipals"]
        assignments = [json.loads(line) for line in snapshot.lines("roleAssignments")]
        members = [json.loads(line) for line in snapshot.lines("groupMembers")]
        return [
            sum(one["principalId"] in everybody for one in assignments),
            sum(one["roleDefinitionId"] in ids["roleDefinitions"] for one in assignments),
            sum(one["id"] in ids["groups"] for one in members),
            sum(member["id"] in everybody for one in members for member in one["members"]),
        ]

    assert resolved(Snapshot.open(folder)) == resolved(contoso)
    assert all(resolved(contoso))


def test_the_same_key_gives_the_same_bytes_and_another_key_others(
    contoso: Snapshot, folder: Path, tmp_path: Path
) -> None:
    redact(contoso, tmp_path / "same", forms_for(contoso, Pseudonyms(KEY)))
    redact(contoso, tmp_path / "other", forms_for(contoso, Pseudonyms(KEY + b"!")))
    users = "users.jsonl"
    assert (tmp_path / "same" / users).read_bytes() == (folder / users).read_bytes()
    assert (tmp_path / "other" / users).read_bytes() != (folder / users).read_bytes()


def test_a_folder_is_redacted_like_a_file(folder: Path, forms: Forms, project: Project, tmp_path: Path) -> None:
    once = Snapshot.open(folder)
    again = forms_for(once, Pseudonyms(b"another key altogether"))
    redact(once, tmp_path / "twice", again)
    declared = redacted(project.declared, forms)
    expected = verdicts(scan(project, once, declared))
    assert verdicts(scan(project, Snapshot.open(tmp_path / "twice"), redacted(declared, again))) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_only_the_owner_may_read_it(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_manifest_keeps_what_happened_and_not_to_whom(tmp_path: Path) -> None:
    source = Snapshot.of(
        {
            "tenant": {"id": "5d924175-df20-5d12-8edb-f47417b84bc8", "displayName": "Aiouea Ltd"},
            "collectedAt": TIME,
            "users": [{"id": "5d924175-df20-5d12-8edb-f47417b84bc9", "accountEnabled": True}],
            "outcomes": {"groups": {"outcome": "denied", "reason": "needs Group.Read.All, says Aiouea"}},
        }
    )
    manifest = redact(source, tmp_path / "out", forms_for(source, Pseudonyms(KEY)))
    assert manifest.collected_at == TIME
    assert manifest.resources["groups"].outcome is Outcome.DENIED
    assert manifest.resources["groups"].reason == "needs Group.Read.All, …"
    assert manifest.resources["users"].properties == source.entry("users").properties
    assert "iouea" not in (tmp_path / "out" / "snapshot.json").read_text(encoding="utf-8")
    assert Snapshot.open(tmp_path / "out").manifest == manifest


def test_a_resource_of_ones_own_is_replaced_whole(tmp_path: Path) -> None:
    catalogue = {"users": BY_NAME["users"]}
    source = Snapshot.of({"collectedAt": TIME, "users": [{"id": "a", "userType": "Member", "displayName": "Aiouea"}]})
    redact(source, tmp_path / "out", forms_for(source, Pseudonyms(KEY)), catalogue={})
    assert b"Member" not in (tmp_path / "out" / "users.jsonl").read_bytes()
    redact(source, tmp_path / "known", forms_for(source, Pseudonyms(KEY)), catalogue=catalogue)
    assert b"Member" in (tmp_path / "known" / "users.jsonl").read_bytes()


def test_a_snapshot_without_its_time_is_refused(tmp_path: Path) -> None:
    source = Snapshot.of({"users": []})
    with pytest.raises(SnapshotError, match="collectedAt"):
        redact(source, tmp_path / "out", forms_for(source, Pseudonyms(KEY)))
    assert not list(tmp_path.iterdir())


def test_a_damaged_snapshot_is_refused_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for path in folder.iterdir():
        (damaged / path.name).write_bytes(path.read_bytes())
    with (damaged / "users.jsonl").open("ab") as file:
        file.write(b'{"id":"zz"}\n')
    source = Snapshot.open(damaged)
    forms = forms_for(source, Pseudonyms(KEY))
    with pytest.raises(SnapshotError, match=r"users\.jsonl"):
        redact(source, tmp_path / "out", forms)
    assert list(tmp_path.iterdir()) == [damaged]


def test_what_is_there_is_replaced_by_force_only(folder: Path, forms: Forms) -> None:
    source = Snapshot.of({"collectedAt": TIME, "users": []})
    with pytest.raises(OutputError, match="--force"):
        redact(source, folder, forms)
    assert Snapshot.open(folder).entry("users").records


def test_a_record_nested_too_deeply_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    nested: list[Any] = []
    for _ in range(900):
        nested = [nested]
    source = Snapshot.of({"collectedAt": TIME, "users": [{"id": "a", "aNewProperty": nested}]})
    with pytest.raises(SnapshotError, match="users: a record cannot be redacted"):
        redact(source, tmp_path / "out", forms_for(source, Pseudonyms(KEY)))
    assert not list(tmp_path.iterdir())


class _Poor(Pseudonyms):
    """Has one pseudonym for everything."""

    def _word(self, text: str) -> str:
        return "same"


def test_no_record_is_lost_where_two_ids_get_one_pseudonym(tmp_path: Path) -> None:
    source = Snapshot.of({"collectedAt": TIME, "users": [{"id": "a"}, {"id": "b"}]})
    forms = forms_for(source, _Poor(KEY))
    with pytest.raises(SnapshotError, match="2 records and 1 pseudonyms"):
        redact(source, tmp_path / "out", forms)
