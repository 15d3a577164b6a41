"""A redacted report: the same verdicts, and no text of the tenant in any format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from scanner.demo.run import open_demo
from scanner.evaluate.engine import evaluate, info
from scanner.evaluate.judge import finding_id
from scanner.model import (
    Evidence,
    Finding,
    Missing,
    NearMiss,
    Note,
    NoteKind,
    Outcome,
    Record,
    Result,
    Scan,
    Status,
    Unjudged,
    Waived,
)
from scanner.policy.waivers import Declarations
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import GUID, Pseudonyms
from scanner.redact.report import REDACTED, WITHHELD, redact_scan
from scanner.redact.ticket import Source, for_ticket
from scanner.report import FORMATS
from scanner.snapshot import Snapshot
from scanner.workflow import Project, scan_snapshot
from tests.policies.conftest import DemoScan
from tests.realtenant import SOURCE, completed
from tests.report.samples import ACCEPTED, SAMPLE, finding, policy, result, scan
from tests.report.test_read_back import scans

KEY = b"a key for tests of reports"


@pytest.fixture(scope="module")
def project() -> Project:
    return open_demo()


def source(project: Project, folder: Path) -> Source:
    snapshot = Snapshot.open(folder, project.vocabulary.catalogue)
    return Source(snapshot, project.policies, project.vocabulary, project.declared)


@pytest.fixture(scope="module")
def redacted(demo: DemoScan, project: Project) -> Scan:
    return for_ticket(demo.scan, Pseudonyms(KEY), source(project, demo.snapshot))


def skeleton(found: Scan) -> list[tuple[object, ...]]:
    """All that a redacted report has to say as the report itself does."""
    return [
        (
            one.policy.id,
            one.status,
            one.policy.severity,
            one.considered,
            one.known,
            [(each.failed, each.waived is not None, [read.path for read in each.evidence]) for each in one.findings],
            [each.status for each in one.unjudged],
            [(each.resource, each.outcome) for each in one.missing],
            one.near_miss and (one.near_miss.met, one.near_miss.of, one.near_miss.failed),
            len(one.hints),
        )
        for one in found.results
    ]


def test_verdicts_counts_and_clauses_are_those_of_the_tenant(demo: DemoScan, redacted: Scan) -> None:
    assert skeleton(redacted) == skeleton(demo.scan)
    assert redacted.collected_at == demo.scan.collected_at


def test_policies_about_the_wording_of_names_keep_their_verdict_and_withhold_the_words(redacted: Scan) -> None:
    [one] = [one for one in redacted.results if one.policy.id == "break-glass-discreet-name"]
    assert one.status is Status.FAIL
    [found] = one.findings
    assert "withheld" in found.message
    assert {read.value for read in found.evidence} == {WITHHELD}
    assert one.summary == "1 of 3 records breaks the rule."


def test_nearly_every_finding_still_says_what_was_found(redacted: Scan) -> None:
    found = [one for result in redacted.results for one in result.findings]
    withheld = [one for one in found if "withheld" in one.message]
    assert len(withheld) < len(found) / 20


def texts(node: object) -> Iterator[str]:
    match node:
        case str():
            yield node
        case list():
            for item in node:
                yield from texts(item)
        case dict():
            for item in node.values():
                yield from texts(item)


NAMED = re.compile(
    "displayName|userPrincipalName|mail|mailNickname|givenName|surname|jobTitle|department|.*Name|proxyAddresses|"
    "otherMails|cidrAddress|redirectUris|identifierUris|description|subject|emailAddress|phoneNumber"
)


def secrets(demo: DemoScan) -> set[str]:
    """Names, addresses and ids of the tenant that mean nothing to Microsoft nor to tenantlint."""
    snapshot = Snapshot.open(demo.snapshot)
    forms = Forms(Pseudonyms(KEY), published())
    said = (demo.snapshot / "snapshot.json").read_text(encoding="utf-8")
    found = {demo.scan.tenant_id, demo.scan.tenant_name}
    for name in snapshot.manifest.resources:
        for line in snapshot.lines(name):
            for key, value in json.loads(line).items():
                for text in texts(value):
                    if GUID.fullmatch(text) or (NAMED.fullmatch(key) and len(text) > 8):
                        found.add(text)
    return {text for text in found if text and forms.identifier(text) != text and text not in said}


def ours(project: Project) -> str:
    """All that policies say themselves, in which a name of the tenant may be a word like any other."""
    files = [one.path.read_text(encoding="utf-8") for one in project.policies]
    known = Path(published.__code__.co_filename).with_name("known.json").read_text(encoding="utf-8")
    return " ".join(" ".join([*files, known]).lower().split())


@pytest.mark.parametrize("name", FORMATS)
def test_no_name_address_or_id_of_the_tenant_is_in_any_format(
    name: str, demo: DemoScan, redacted: Scan, project: Project
) -> None:
    report = FORMATS[name].render(redacted)
    lower, harmless = report.lower(), ours(project)
    products = {one.lower() for one in GUID.findall(harmless)}
    kept = Snapshot.open(demo.snapshot)
    microsoft = {
        text.lower()
        for resource in ("subscribedSkus", "roleDefinitions", "authenticationStrengthPolicies")
        for line in kept.lines(resource)
        for text in texts(json.loads(line))
    }
    for text in secrets(demo):
        small = text.lower()
        if small in products | microsoft or small in harmless or "microsoft" in small:
            continue
        assert small not in lower, text


def test_the_same_key_gives_the_same_report_and_another_key_another(
    demo: DemoScan, redacted: Scan, project: Project
) -> None:
    assert for_ticket(demo.scan, Pseudonyms(KEY), source(project, demo.snapshot)) == redacted
    other = for_ticket(demo.scan, Pseudonyms(KEY + b"!"), source(project, demo.snapshot))
    for before, after, differently in zip(*(one.results for one in (demo.scan, redacted, other)), strict=True):
        for one, hidden, again in zip(before.findings, after.findings, differently.findings, strict=True):
            assert (hidden.id == again.id) == (hidden.record.id == one.record.id)  # Microsoft's ids stay


def test_ids_of_findings_are_made_of_pseudonyms(demo: DemoScan, redacted: Scan) -> None:
    """From the real ones, who knows the ids of a tenant's records could tell which of them are meant."""
    for before, after in zip(demo.scan.results, redacted.results, strict=True):
        for one, other in zip(before.findings, after.findings, strict=True):
            assert other.id == finding_id(after.policy.id, other.record.resource, other.record.id)
            assert (other.id == one.id) == (one.record.id == other.record.id)


def test_notes_are_told_in_pseudonyms(demo: DemoScan, redacted: Scan) -> None:
    assert redacted.notes[0] == Note(REDACTED)
    kinds = [note.kind for note in demo.scan.notes]
    assert [note.kind for note in redacted.notes[1:]] == kinds
    assert NoteKind.WAIVER_EXPIRED in kinds
    assert all(note.record not in str(redacted.notes) for note in demo.scan.notes if note.record)


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the real tenant's data are not here")
def test_the_real_tenants_report_says_as_much_in_pseudonyms(project: Project) -> None:
    snapshot = Snapshot.of(completed(SOURCE), catalogue=project.vocabulary.catalogue)
    given = Source(snapshot, project.policies, project.vocabulary, Declarations())
    found = evaluate(project.policies, snapshot, project.vocabulary.types, Declarations())
    made = for_ticket(found, Pseudonyms(KEY), given)
    assert skeleton(made) == skeleton(found)
    findings = [one for result in made.results for one in result.findings]
    assert len(findings) > 40
    assert not [one for one in findings if "withheld" in one.message]
    whole = FORMATS["json"].render(made)
    users = [json.loads(line) for line in snapshot.lines("users")]
    assert users
    for one in users:
        assert not [text for text in (one["id"], one.get("userPrincipalName")) if text and text in whole]


def test_the_note_on_what_is_not_selected_names_no_file_and_no_other_is_taken_for_it() -> None:
    left_out = Note("4 of 9 policies are not selected by home/secret/tenantlint.yaml: see `tenantlint list --why`.")
    mistake = Note("There is no break-glass account Anna.")
    hidden = Note("There is no break-glass account kqbt.")
    made = redact_scan(
        scan(notes=(mistake, left_out)), Forms(Pseudonyms(KEY), published()), scan(notes=(hidden, Note("More."))), ()
    )
    assert made.notes == (Note(REDACTED), hidden, Note("4 of 9 policies are not selected."))


SECRET = "Näme of Somebody Secret"
ID = "6b6f1c9e-3c2b-4a57-9f0e-5d6c1a2b3c4d"
EVERYWHERE = Result(
    policy=policy("own", params={"ids": [ID], "who": f"bg@{SECRET.replace(' ', '')}.onmicrosoft.com", "days": 3},
                  source=f'user.id != "{ID}"', path="home/secret/own.yaml",
                  remediation=f"Ask bg@contoso.example about {ID}."),
    status=Status.FAIL,
    summary=f"1 record could not be judged; the first is {SECRET}: {SECRET}",
    resource="users",
    considered=2,
    findings=(
        Finding("x", Record("users", ID, SECRET), SECRET, (Evidence("user.x", [SECRET, {SECRET: ID}]),),
                (f'user.id != "{ID}"',), Waived(SECRET, SECRET, "2026-06-30", SECRET)),
    ),
    unjudged=(Unjudged(Record("users", ID, ID), Status.ERROR, SECRET, f'user.id != "{ID}"'),),
    missing=(Missing("users", Outcome.FAILED, f"failed: {SECRET} {ID}"),),
    near_miss=NearMiss(Record("users", SECRET, SECRET), 1, 2, (f'"{ID}"',), (Evidence("user.x", SECRET),)),
    hints=(f"Likely candidates: {SECRET}",),
)  # fmt: skip


def test_without_a_snapshot_every_text_is_withheld_wherever_it_stands() -> None:
    whole = scan(
        EVERYWHERE,
        tenant_id=ID,
        tenant_name=SECRET,
        incomplete=(Missing("groups", Outcome.FAILED, f"failed: {SECRET}"),),
        notes=(Note(f"The waiver of own for {SECRET} ({ID}) ended", NoteKind.WAIVER_EXPIRED, "own", ID), Note(SECRET)),
    )
    made = for_ticket(whole, Pseudonyms(KEY), None)
    encoded = msgspec.json.encode(made).decode()
    for word in (*SECRET.split(), ID, "bg@", "home/"):
        if word != "of":
            assert word not in encoded, word
    [found] = made.results
    assert found.policy.params["days"] == 3
    assert (found.status, len(found.findings), found.near_miss is None) == (Status.FAIL, 1, False)


def test_a_policy_as_it_is_shipped_keeps_its_text_and_one_that_was_changed_does_not(project: Project) -> None:
    shipped = [info(one) for one in project.policies]
    [mine] = [one for one in shipped if one.id == "mfa-for-everybody"]
    forms = Forms(Pseudonyms(KEY), published())
    as_it_is = redact_scan(scan(result(mine, Status.PASS)), forms, None, shipped).results[0].policy
    assert as_it_is == mine
    changed = msgspec.structs.replace(mine, remediation=f"Ask {ID}", path="a/b/mfa-for-everybody.yaml")
    other = redact_scan(scan(result(changed, Status.PASS)), forms, None, shipped).results[0].policy
    assert ID not in other.remediation
    assert other.path == "mfa-for-everybody.yaml"


@settings(max_examples=40)
@given(sample=scans())
def test_no_text_of_a_finding_is_kept_without_a_snapshot(sample: Scan) -> None:
    made = redact_scan(sample, Forms(Pseudonyms(KEY), published()), None)
    for one, other in zip(sample.results, made.results, strict=True):
        assert (one.status, len(one.unjudged)) == (other.status, len(other.unjudged))
        for before, after in zip(one.findings, other.findings, strict=True):
            assert after.record.id != before.record.id
            assert not before.record.name or after.record.name != before.record.name
            assert all(read.value == WITHHELD for read in after.evidence)
            assert "withheld" in after.message


def test_a_snapshot_that_cannot_be_redacted_withholds_the_texts(project: Project, tmp_path: Path) -> None:
    by_hand = tmp_path / "hand.json"  # it does not say when it was collected
    by_hand.write_text('{"users": [{"id": "a", "displayName": "Orchid"}]}', encoding="utf-8")
    found = scan_snapshot(project, by_hand)
    made = for_ticket(found, Pseudonyms(KEY), source(project, by_hand))
    assert [one.status for one in made.results] == [one.status for one in found.results]


def test_a_finding_for_all_records_keeps_its_name_and_id() -> None:
    made = redact_scan(SAMPLE, Forms(Pseudonyms(KEY), published()), None)
    [one] = [one for one in made.results if one.policy.id == "block-legacy"]
    assert one.findings[0].record == Record("conditionalAccessPolicies", "*", "conditionalAccessPolicies")
    assert finding("p", 1, ACCEPTED).waived != made.results[0].findings[1].waived
