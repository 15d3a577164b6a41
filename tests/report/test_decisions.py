"""What was accepted and attested shows in every report, and every finding bears the id that `waive` takes."""

from __future__ import annotations

import re

import msgspec
import pytest

from scanner.model import Note, NoteKind
from scanner.report import FORMATS
from tests.report.samples import SAMPLE

WITH_NOTES = ("text", "html", "markdown", "json", "junit", "sarif", "oscal", "github")
"""Formats that have a place for what is about the scan as a whole; the others are tables and streams of findings."""
WITH_IDS = ("text", "html", "markdown", "json", "csv", "junit", "sarif", "ocsf", "github")
NOTES = (
    Note("Gamma.", NoteKind.ATTESTATION_ENDS_SOON, "a"),
    Note("Beta two.", NoteKind.WAIVER_EXPIRED, "b", "2"),
    Note("Beta one.", NoteKind.WAIVER_EXPIRED, "b", "1"),
    Note("Alpha.", NoteKind.WAIVER_MISTAKEN, "z"),
)


@pytest.mark.parametrize("name", WITH_NOTES)
def test_notes_are_told_by_kind_policy_and_record(name: str) -> None:
    report = FORMATS[name].render(msgspec.structs.replace(SAMPLE, notes=NOTES))
    shown = re.findall(r"Alpha|Beta one|Beta two|Gamma", report)
    assert shown == ["Alpha", "Beta one", "Beta two", "Gamma"]


@pytest.mark.parametrize("name", WITH_IDS)
def test_the_id_of_a_finding_can_be_copied(name: str) -> None:
    report = FORMATS[name].render(SAMPLE)
    assert re.search(r"accounts\\?-enabled\\?-1(?![0-9])", report)


def test_json_has_the_status_that_waivers_changed() -> None:
    (waived,) = (one for one in SAMPLE.results if one.policy.id == "all-accepted")
    scan = msgspec.structs.replace(SAMPLE, results=(msgspec.structs.replace(waived, unwaived="fail"),))
    (told,) = msgspec.json.decode(FORMATS["json"].render(scan))["results"]
    assert (told["status"], told["unwaived"]) == ("waived", "fail")
