"""From a finding in a report to a waiver that counts; whatever cannot be accepted changes nothing."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.config import load_config
from scanner.evaluate.judge import EVERYTHING, finding_id
from scanner.policy.source import read

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=60)
"""Far enough from today that no time zone matters."""
HEAD = "id: {id}\ntitle: T\nseverity: high\ndescription: D.\nremediation: R.\nreferences: [https://contoso.example]\n"
RULE = "aliases: [former-id]\nresource: users\nassert: user.accountEnabled == true\nmessage: x\n"
FEW = "resource: groups\nrequire: {min: 1}\nassert: group.securityEnabled == true\nmessage: x\n"
USERS = [
    {"id": "a", "accountEnabled": False, "displayName": "Anna Berg"},
    {"id": "b", "accountEnabled": False, "displayName": "\u202eevil: #1\n- x"},
    {"id": "c", "accountEnabled": True, "displayName": "Carl"},
]
ANNA, EVIL = (finding_id("a-rule", "users", one) for one in "ab")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two policies of its own and a snapshot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    for id, body in {"a-rule": RULE, "few": FEW}.items():
        (tmp_path / "rules" / f"{id}.yaml").write_text(HEAD.format(id=id) + body, encoding="utf-8")
    (tmp_path / "tenantlint.yaml").write_text("policies: [rules]\n", encoding="utf-8")
    content = {"collectedAt": f"{TODAY}T00:00:00Z", "users": USERS, "groups": []}
    (tmp_path / "snap.json").write_bytes(msgspec.json.encode(content))
    return tmp_path


def waive(finding: str, *options: str, until: date = SOON, snapshot: str = "snap.json") -> Result:
    arguments = ["waive", finding, "--snapshot", snapshot, "--until", str(until), "--reason", "Known: soon gone"]
    return CliRunner().invoke(main, [*arguments, *options])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    assert result.exit_code == 2, result.output
    return " ".join(result.output.split())


def scanned(*options: str) -> tuple[int, dict[str, str]]:
    """Exit code of a scan, and who is waived until when."""
    result = CliRunner().invoke(main, ["scan", "snap.json", "--format", "json=out.json", *options])
    scan = msgspec.json.decode(Path("out.json").read_bytes())
    findings = [one for told in scan["results"] for one in told["findings"]]
    return result.exit_code, {one["record"]["id"]: one["waived"]["expires"] for one in findings if one["waived"]}


def test_a_finding_of_a_report_becomes_a_waiver_that_counts(folder: Path) -> None:
    report = CliRunner().invoke(main, ["scan", "snap.json"]).stdout
    assert f"finding {ANNA}" in report
    said = done(waive(ANNA, "--approver", "board", "--ticket", "SEC-1"))
    assert said == f"waivers.yaml: the waiver of a-rule for Anna Berg (a) was added. It counts until {SOON}.\n"
    assert scanned() == (1, {"a": str(SOON)})
    assert (folder / "waivers.yaml").read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=.schemas/waivers.schema.json\n\nwaivers:\n"
        "  - policy: a-rule\n    record: a\n    name: Anna Berg\n    reason: 'Known: soon gone'\n    approver: board\n"
        f"    expires: {SOON}\n    ticket: SEC-1\n"
    )


def test_the_first_line_leads_to_the_schema(folder: Path) -> None:
    done(waive(ANNA, "--approver", "board"))
    (link,) = (folder / "waivers.yaml").read_text(encoding="utf-8").splitlines()[:1]
    copy = folder / link.partition("$schema=")[2]
    assert "One accepted finding." in copy.read_text(encoding="utf-8")
    assert (copy.parent / "tenantlint.schema.json").is_file()


def test_a_json_report_will_do_in_place_of_the_snapshot(folder: Path) -> None:
    assert scanned() == (1, {})
    done(waive(ANNA, "--approver", "board", snapshot="out.json"))
    assert scanned() == (1, {"a": str(SOON)})


def test_a_hostile_name_is_written_so_that_it_shows(folder: Path) -> None:
    done(waive(EVIL, "--approver", "board"))
    text = (folder / "waivers.yaml").read_text(encoding="utf-8")
    assert '    name: "\\u202eevil: #1 - x"\n' in text
    assert scanned()[1] == {"b": str(SOON)}


def test_that_there_are_too_few_can_be_accepted(folder: Path) -> None:
    done(waive(finding_id("few", "groups", EVERYTHING), "--approver", "board"))
    assert "name:" not in (folder / "waivers.yaml").read_text(encoding="utf-8")
    assert scanned("--select", "few") == (0, {"*": str(SOON)})


def test_the_id_may_be_written_in_capitals(folder: Path) -> None:
    done(waive(f" {ANNA.upper()}", "--approver", "board"))


@pytest.mark.parametrize(
    ("options", "until", "said"),
    [
        ((), SOON, "Who accepts it? Name them with --approver."),
        (("--approver", "a"), TODAY - timedelta(days=2), "this day is over"),
        (
            ("--approver", "a"),
            TODAY + timedelta(days=368),
            "more than 366 days from now. Choose an earlier day, or say",
        ),
        (("--approver", "a\nb"), SOON, "`waivers[0].approver` cannot be"),
        (("--approver", "a", "--ticket", " "), SOON, "`waivers[0].ticket` cannot be"),
        (("--approver", "a", "--file", "nowhere/waivers.yaml"), SOON, "nowhere"),
    ],
)
def test_what_cannot_be_accepted_leaves_no_file(folder: Path, options: tuple[str, ...], until: date, said: str) -> None:
    assert said in refused(waive(ANNA, *options, until=until))
    assert not list(folder.glob("**/waivers.yaml"))


def test_it_may_last_long_where_that_is_meant(folder: Path) -> None:
    far = TODAY + timedelta(days=1000)
    done(waive(ANNA, "--approver", "board", "--long-lived", until=far))
    assert load_config().waivers[0].expires == far


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30", "", "31.12.2026"])
def test_what_is_no_date_is_refused(folder: Path, text: str) -> None:
    arguments = ["waive", ANNA, "--snapshot", "snap.json", "--reason", "r", "--until", text]
    assert "this is no date" in refused(CliRunner().invoke(main, arguments))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_waiver_without_a_reason_is_refused(folder: Path, reason: str) -> None:
    arguments = ["waive", ANNA, "--snapshot", "snap.json", "--until", str(SOON), "--approver", "board"]
    assert "Why is it accepted? Say so with --reason." in refused(
        CliRunner().invoke(main, [*arguments, "--reason", reason])
    )
    assert not list(folder.glob("**/waivers.yaml"))


@pytest.mark.parametrize("wanted", ["0" * 16, "a-rule", "", finding_id("a-rule", "users", "c")])
def test_a_finding_that_is_not_there_is_refused(folder: Path, wanted: str) -> None:
    assert "There is no finding" in refused(waive(wanted, "--approver", "board"))


# --- one that is there ------------------------------------------------------------------------------------------------

THERE = """\
waivers:
  # Anna
  - policy: {policy} # hers
    record: a
    reason: old
    approver: board
    expires: {expires} # for now
  # others
  - {{policy: few, record: x, reason: r, approver: a, expires: 2020-01-01}}
"""


@pytest.mark.parametrize("policy", ["a-rule", "former-id"])
@pytest.mark.parametrize(
    ("expires", "state"), [(TODAY + timedelta(days=9), "is waived"), (date(2020, 1, 1), "was waived")]
)
def test_a_second_one_is_refused_unless_it_is_to_replace_the_first(
    folder: Path, policy: str, expires: date, state: str
) -> None:
    text = THERE.format(policy=policy, expires=expires)
    (folder / "waivers.yaml").write_text(text, encoding="utf-8")
    said = refused(waive(ANNA, "--approver", "me"))
    assert f"waivers.yaml:3: Anna Berg (a) {state} there until {expires}, approved by board. --replace" in said
    assert (folder / "waivers.yaml").read_text(encoding="utf-8") == text
    assert "was changed" in done(waive(ANNA, "--replace"))
    after = THERE.format(policy=policy, expires=SOON).replace("reason: old", "reason: 'Known: soon gone'")
    after = after.replace("# for now\n", "# for now\n    name: Anna Berg\n")
    assert (folder / "waivers.yaml").read_text(encoding="utf-8") == after
    assert scanned()[1] == {"a": str(SOON)}


def test_a_shorter_waiver_in_place_of_a_long_one_is_not_long_lived_any_more(folder: Path) -> None:
    done(waive(ANNA, "--approver", "board", "--long-lived", until=TODAY + timedelta(days=1000)))
    done(waive(ANNA, "--replace"))
    assert (load_config().waivers[0].long_lived, load_config().waivers[0].expires) == (False, SOON)


def test_one_of_a_lower_layer_is_not_doubled_by_chance(folder: Path) -> None:
    (folder / "team").mkdir()
    (folder / "team" / "waivers.yaml").write_text(THERE.format(policy="a-rule", expires=SOON), encoding="utf-8")
    (folder / "team" / "team.yaml").write_text("failOn: high\n", encoding="utf-8")
    (folder / "tenantlint.yaml").write_text("extends: team/team.yaml\npolicies: [rules]\n", encoding="utf-8")
    said = refused(waive(ANNA, "--approver", "me")).replace("\\", "/")
    assert "team/waivers.yaml:3: Anna Berg (a) is waived there" in said
    later = SOON + timedelta(days=1)
    assert "waivers.yaml: the waiver" in done(waive(ANNA, "--approver", "me", "--replace", until=later))
    assert scanned()[1]["a"] == str(later)


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["without a mark", "with one"])
def test_bytes_stay_as_they_are(folder: Path, start: bytes) -> None:
    before = (
        start + "waivers: # Zoë\r\n- {policy: few, record: x, reason: r, approver: a, expires: 2020-01-01}\r\n".encode()
    )
    (folder / "waivers.yaml").write_bytes(before)
    done(waive(ANNA, "--approver", "board"))
    after = (folder / "waivers.yaml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\r\n") == after.count(b"\n")


def test_a_file_that_is_wrong_is_not_touched(folder: Path) -> None:
    (folder / "waivers.yaml").write_text("waivers: [{policy: x}]\n", encoding="utf-8")
    assert "lacks the key `record`" in refused(waive(ANNA, "--approver", "board", snapshot="snap.json"))
    assert (folder / "waivers.yaml").read_text(encoding="utf-8") == "waivers: [{policy: x}]\n"


def test_the_files_permissions_stay(folder: Path) -> None:
    path = folder / "waivers.yaml"
    path.write_text("waivers: []\n", encoding="utf-8")
    path.chmod(0o640)
    before = stat.S_IMODE(path.stat().st_mode)
    done(waive(ANNA, "--approver", "board"))
    assert stat.S_IMODE(path.stat().st_mode) == before
    assert not list(folder.glob(".tenantlint-*"))


def test_another_file_is_written_and_that_it_is_not_read_is_said(folder: Path) -> None:
    said = done(waive(ANNA, "--approver", "board", "--file", "later.yaml"))
    assert "later.yaml is not read: name it in tenantlint.yaml under the key waivers." in said
    assert read(folder / "later.yaml").value(("waivers", 0, "record")) == "a"
    (folder / "tenantlint.yaml").write_text("policies: [rules]\nwaivers: later.yaml\n", encoding="utf-8")
    assert "not read" not in done(waive(EVIL, "--approver", "board", "--file", "later.yaml"))
    assert scanned()[1].keys() == {"a", "b"}


# --- scans ------------------------------------------------------------------------------------------------------------


def test_strict_about_waivers_and_blind_to_them(folder: Path) -> None:
    for finding in (ANNA, EVIL, finding_id("few", "groups", EVERYTHING)):
        done(waive(finding, "--approver", "board"))
    assert scanned()[0] == 0
    assert scanned("--strict-waivers")[0] == 0
    assert scanned("--ignore-waivers") == (1, {})
    notes = msgspec.json.decode(Path("out.json").read_bytes())["notes"]
    text = "3 waivers of the configuration did not count: --ignore-waivers was given."
    assert notes == [{"text": text, "kind": "waivers_ignored", "policy": "", "record": ""}]
    path = folder / "waivers.yaml"
    for old, new in (
        ("record: a", "record: c"),
        (f"expires: {SOON}", "expires: 2020-01-01"),
        ("Anna Berg", "Anna Holm"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert scanned("--strict-waivers")[0] == 1
        path.write_text(text, encoding="utf-8")
    both = CliRunner().invoke(main, ["scan", "snap.json", "--strict-waivers", "--ignore-waivers"])
    assert "do not go together" in refused(both)


def test_a_mistaken_waiver_fails_a_scan_only_where_that_is_asked_for(folder: Path) -> None:
    (folder / "waivers.yaml").write_text(THERE.format(policy="a-rule", expires=SOON), encoding="utf-8")
    assert scanned("--fail-on", "critical")[0] == 0
    assert scanned("--fail-on", "critical", "--strict-waivers")[0] == 1
