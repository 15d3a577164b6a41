"""Waivers and attestations stand in files beside the configuration: found, named, added up, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scanner.config import load_config
from scanner.errors import ConfigError, Problem
from scanner.policy.decisions import waivers
from scanner.policy.source import parse
from scanner.policy.waivers import Attestation, Waiver
from tests.policy.examples import put

WAIVERS = """\
# yaml-language-server: $schema=schemas/waivers.schema.json
waivers:
  - policy: admins-few
    record: 62e90394-69f5-4237-9190-012177145e10
    name: " Anna Berg "
    reason: >
      The vendor needs it
      until version 9.
    approver: security officer
    expires: 2026-12-31
    ticket: SEC-1
"""
ATTESTATIONS = """\
attestations:
  - {policy: keys-in-a-safe, person: duty manager, date: 2026-06-30, statement: Sealed., reference: SEC-2}
  - {policy: keys-in-a-safe, person: duty manager, date: 2026-07-30, validDays: 90}
"""
TODAY = datetime.now(UTC).date()


def one(record: str, approver: str = "board", expires: date = TODAY) -> str:
    return f"  - {{policy: p, record: {record}, reason: r, approver: {approver}, expires: {expires}}}\n"


def told(text: str, kind: str, folder: Path) -> list[str]:
    """What is wrong with a file, each with line and column."""
    put(folder, f"{kind}.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(folder=folder)
    return [f"{each.path.name}:{each.line}:{each.column}: {each.text} {each.hint}" for each in caught.value.problems]


@pytest.mark.parametrize("config", ["", "failOn: high\n"], ids=["without a configuration", "with one"])
def test_the_files_of_the_folder_are_found(tmp_path: Path, config: str) -> None:
    if config:
        put(tmp_path, "tenantlint.yaml", config)
    first, second = put(tmp_path, "waivers.yaml", WAIVERS), put(tmp_path, "attestations.yaml", ATTESTATIONS)
    loaded = load_config(folder=tmp_path)
    assert loaded.waivers == (
        Waiver(
            policy="admins-few",
            record="62e90394-69f5-4237-9190-012177145e10",
            name="Anna Berg",
            reason="The vendor needs it until version 9.",
            approver="security officer",
            expires=date(2026, 12, 31),
            ticket="SEC-1",
            path=first,
            line=3,
        ),
    )
    assert loaded.attestations == (
        Attestation("keys-in-a-safe", "duty manager", date(2026, 6, 30), "Sealed.", "SEC-2", path=second, line=2),
        Attestation("keys-in-a-safe", "duty manager", date(2026, 7, 30), valid_days=90, path=second, line=3),
    )
    assert loaded.files[-2:] == (first, second)


def test_a_configuration_can_name_others_instead(tmp_path: Path) -> None:
    put(tmp_path, "waivers.yaml", "waivers: {not read: at all}\n")
    put(tmp_path / "team", "ours.yaml", f"waivers:\n{one('named')}")
    config = put(tmp_path, "contoso.yaml", "waivers: team/ours.yaml\n")
    loaded = load_config(config)
    assert [waiver.record for waiver in loaded.waivers] == ["named"]
    assert loaded.waivers_file == tmp_path / "team/ours.yaml"
    assert loaded.files == (config, tmp_path / "team/ours.yaml")


def test_the_files_of_all_layers_count_and_each_once(tmp_path: Path) -> None:
    put(tmp_path / "team", "waivers.yaml", f"waivers:\n{one('both', 'team')}{one('lower')}")
    put(tmp_path / "team", "base.yaml", "failOn: high\n")
    put(tmp_path / "team", "team.yaml", "extends: base.yaml\n")
    put(tmp_path / "tenant", "waivers.yaml", f"waivers:\n{one('both', 'tenant')}{one('upper')}")
    config = put(tmp_path / "tenant", "tenantlint.yaml", "extends: ../team/team.yaml\n")
    loaded = load_config(config)
    assert {waiver.record: waiver.approver for waiver in loaded.waivers} == {
        "both": "tenant", "lower": "board", "upper": "board",
    }  # fmt: skip
    assert [path.parent.name for path in loaded.files if path.name == "waivers.yaml"] == ["team", "tenant"]
    assert loaded.waivers_file == tmp_path / "tenant/waivers.yaml"


@pytest.mark.parametrize("kind", ["waivers", "attestations"])
def test_a_file_with_the_other_ending_is_not_passed_over(tmp_path: Path, kind: str) -> None:
    put(tmp_path, f"{kind}.yml", f"{kind}: []\n")
    with pytest.raises(ConfigError, match=rf"Rename it to {kind}\.yaml\."):
        load_config(folder=tmp_path)


@pytest.mark.parametrize("kind", ["waivers", "attestations"])
def test_there_may_be_none(tmp_path: Path, kind: str) -> None:
    put(tmp_path, f"{kind}.yaml", f"{kind}: []\n")
    loaded = load_config(folder=tmp_path)
    assert (loaded.waivers, loaded.attestations) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    expires: 2026-12-31\n", "", "3:5: `waivers[0]` lacks the key `expires`."),
        ("    approver: security officer\n", "", "3:5: `waivers[0]` lacks the key `approver`."),
        ("2026-12-31", "31.12.2026", "10:14: `waivers[0].expires` cannot be `31.12.2026`. Write a date as 2026-12-31."),
        ("2026-12-31", "2026-11-31", "10:14: There is no day 2026-11-31. Write a date as 2026-12-31."),
        ("expires: 2026-12-31", "expires:", "10:13: `waivers[0].expires` must be text, not nothing."),
        ("policy: admins-few", "policy: |\n      admins-few", "3:13: `waivers[0].policy` cannot be"),
        ("    ticket", "    tikcet", "11:5: Unknown key `tikcet`. Did you mean `ticket`?"),
        ('" Anna Berg "', "' '", "5:11: `waivers[0].name` cannot be ` `. Write a sentence."),
        ("    ticket: SEC-1", "    longLived: yes", "11:16: `waivers[0].longLived` must be true or false"),
        ("waivers:", "waiver:", "2:1: Unknown key `waiver`. Did you mean `waivers`?"),
        ("ticket: SEC-1", "expires: 2026-12-30", "11:5: The key `expires` is given twice"),
    ],
)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WAIVERS
    found = told(WAIVERS.replace(old, new, 1), "waivers", tmp_path)
    assert any(each.startswith(f"waivers.yaml:{said}") for each in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-06-30", "2026-06-31", "2:58: There is no day 2026-06-31."),
        ("person: duty manager, ", "", "2:5: `attestations[0]` lacks the key `person`."),
        ("validDays: 90", "validDays: 0", "3:81: `attestations[1].validDays` must be 1 or more, not 0."),
        ("validDays: 90", "validFor: 90", "3:70: Unknown key `validFor`."),
    ],
)
def test_a_mistake_in_a_statement_is_named_at_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ATTESTATIONS
    found = told(ATTESTATIONS.replace(old, new, 1), "attestations", tmp_path)
    assert any(each.startswith(f"attestations.yaml:{said}") for each in found), found


def test_two_for_one_finding_are_a_mistake(tmp_path: Path) -> None:
    text = "waivers.yaml:3:5: The waiver in line 2 is for the same policy and record. Keep one of the two."
    assert told(f"waivers:\n{one('a')}{one('a')}", "waivers", tmp_path) == [text]


@pytest.mark.parametrize(
    ("days", "marked", "refused"), [(366, False, False), (367, False, True), (367, True, False), (20_000, True, False)]
)
def test_an_end_that_is_far_ahead_has_to_be_meant(days: int, marked: bool, refused: bool) -> None:
    today = date(2026, 3, 1)
    text = f"waivers:\n{one('a', expires=today + timedelta(days=days))}"
    document = parse(Path("waivers.yaml"), text.replace("}", ", longLived: true}") if marked else text)
    problems: list[Problem] = []
    found = list(waivers(document, ("waivers",), problems, today))
    assert (len(found), len(problems)) == (not refused, refused)
    if refused:
        end = "more than 366 days from now. Choose an earlier day, or add longLived: true to the waiver."
        assert str(problems[0]) == f"waivers.yaml:2:65: The waiver ends on 2027-03-03, {end}"


def test_the_calendar_has_an_end(tmp_path: Path) -> None:
    put(tmp_path, "waivers.yaml", f"waivers:\n{one('a', expires=date.max)}".replace("}", ", longLived: true}"))
    assert load_config(folder=tmp_path).waivers[0].expires == date.max
