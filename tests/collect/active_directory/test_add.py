"""An export on its way into a snapshot: while it is collected, and into one that is there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.collect.active_directory import add_ad_users
from scanner.collect.plan import make_plan, permissions
from scanner.collect.run import Options
from scanner.errors import DirectoryExportError, SnapshotError, UsageError
from scanner.model import Outcome
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.snapshot import forms_for, redact
from scanner.snapshot import Import, Snapshot, SnapshotWriter
from scanner.snapshot.place import put_back
from scanner.tenant.hybrid.immutable_id import immutable_id
from scanner.tenant.hybrid.matches import ad_matches
from scanner.tenant.tenant import Tenant
from tests.snapshot.builders import HEADER, record, write

ANN, BOB = "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "11111111-2222-4333-8444-555555555555"
COLUMNS = "ObjectGUID,UserPrincipalName,SamAccountName,mail,proxyAddresses,Enabled"
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


def exported(tmp_path: Path, *guids: str) -> Path:
    path = tmp_path / "ad.csv"
    rows = "".join(f"{guid},u{place}@contoso.com,u{place},,,True\n" for place, guid in enumerate(guids))
    path.write_text(f"{COLUMNS}\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return write(tmp_path / "snap", {"users": [record("a"), record("b")], "groups": []})


def files(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir()}


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in Snapshot.open(path).lines("adUsers")]


def test_users_are_added_and_nothing_else_changes(tmp_path: Path, snapshot: Path) -> None:
    before, manifest = files(snapshot), Snapshot.open(snapshot).manifest
    added = add_ad_users(snapshot, exported(tmp_path, ANN, BOB), NOW)
    after = Snapshot.open(snapshot)
    assert ids(snapshot) == [BOB, ANN]
    assert added == after.entry("adUsers")
    assert added.imported is not None
    assert (added.imported.file, added.imported.at, added.records) == ("ad.csv", "2026-11-02T06:00:00Z", 2)
    assert {**after.manifest.resources, "adUsers": None} == {**manifest.resources, "adUsers": None}
    assert after.manifest.collected_at == manifest.collected_at
    assert len(list(after.lines("users"))) == 2
    kept = before.keys() - {"snapshot.json"}
    assert {name: files(snapshot)[name] for name in kept} == {name: before[name] for name in kept}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ad.csv", "snap"]


def test_a_later_export_takes_the_place_of_the_earlier(tmp_path: Path, snapshot: Path) -> None:
    add_ad_users(snapshot, exported(tmp_path, ANN, BOB), NOW)
    add_ad_users(snapshot, exported(tmp_path, ANN), NOW)
    assert ids(snapshot) == [ANN]


def stopped_between_the_renames(path: Path) -> Path:
    """Where the snapshot is when a process was killed after it had put the old one aside."""
    aside = path.parent / f".{path.name}.abc123.old" / path.name
    aside.parent.mkdir()
    path.rename(aside)
    return aside


def test_what_a_killed_process_had_put_aside_gets_its_place_back(tmp_path: Path, snapshot: Path) -> None:
    before = len(list(Snapshot.open(snapshot).lines("users")))
    stopped_between_the_renames(snapshot)
    add_ad_users(snapshot, exported(tmp_path, ANN), NOW)
    assert ids(snapshot) == [ANN]
    assert len(list(Snapshot.open(snapshot).lines("users"))) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ad.csv", "snap"]


def test_until_then_it_is_said_where_it_is(snapshot: Path) -> None:
    aside = stopped_between_the_renames(snapshot)
    with pytest.raises(SnapshotError, match="It was being replaced") as caught:
        Snapshot.open(snapshot)
    assert str(aside) in str(caught.value)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends processes otherwise")
def test_killed_at_any_moment_it_leaves_the_old_snapshot_or_the_new_one(tmp_path: Path, snapshot: Path) -> None:
    file, old = exported(tmp_path, ANN), files(snapshot)
    seen: set[str] = set()
    for moment in range(1, 100):
        ended = subprocess.run([sys.executable, "-c", KILLED, str(snapshot), str(file), str(moment)], check=False)
        put_back(snapshot)
        manifest = Snapshot.open(snapshot).manifest
        seen.add("new" if "adUsers" in manifest.resources else "old")
        if "adUsers" not in manifest.resources:
            assert files(snapshot) == old
        elif ended.returncode == 0:
            break
        else:
            assert ids(snapshot) == [ANN]
            shutil.rmtree(snapshot)
            write(snapshot, {"users": [record("a"), record("b")], "groups": []})
            assert files(snapshot) == old
    assert ended.returncode == 0
    assert seen == {"old", "new"}


KILLED = """
import os, signal, sys
from pathlib import Path

from scanner.collect.active_directory import add_ad_users

snapshot, file, moment = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
CHANGES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
seen = 0

def watch(event, args):
    global seen
    if event in CHANGES or event == "open" and isinstance(args[2], int) and args[2] & os.O_CREAT:
        seen += str(snapshot.parent) in str(args)
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
add_ad_users(snapshot, file)
"""
"""Adds the users, and is killed right before the change of files that has the number given."""


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_files_stay_the_owners_own(tmp_path: Path, snapshot: Path) -> None:
    add_ad_users(snapshot, exported(tmp_path, ANN), NOW)
    assert {stat.S_IMODE(path.stat().st_mode) for path in snapshot.iterdir()} == {0o600}


def test_a_file_system_without_links_gets_copies(
    tmp_path: Path, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_link)
    add_ad_users(snapshot, exported(tmp_path, ANN), NOW)
    assert len(list(Snapshot.open(snapshot).lines("users"))) == 2


def test_a_wrong_export_leaves_the_snapshot_as_it_was(tmp_path: Path, snapshot: Path) -> None:
    before = files(snapshot)
    with pytest.raises(DirectoryExportError):
        add_ad_users(snapshot, exported(tmp_path, "x"), NOW)
    assert files(snapshot) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ad.csv", "snap"]


def test_a_snapshot_in_one_file_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="as `adUsers`"):
        add_ad_users(path, exported(tmp_path, ANN), NOW)


def test_a_redacted_snapshot_is_not_added_to(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "snap") as writer:
        writer.finish(type(HEADER)(**{**{f: getattr(HEADER, f) for f in HEADER.__struct_fields__}, "redacted": True}))
    with pytest.raises(UsageError, match="is redacted"):
        add_ad_users(tmp_path / "snap", exported(tmp_path, ANN), NOW)


def test_redacted_it_keeps_no_name_of_the_file_and_still_matches(tmp_path: Path) -> None:
    addresses: dict[str, Any] = {"userPrincipalName": "u0@contoso.com", "mail": None, "proxyAddresses": []}
    person = record("a", **addresses, onPremisesImmutableId=immutable_id(ANN), onPremisesSyncEnabled=True)
    path = write(tmp_path / "snap", {"users": [person]})
    add_ad_users(path, exported(tmp_path, ANN), NOW)
    source = Snapshot.open(path)
    redact(source, tmp_path / "shared", forms_for(source, Pseudonyms(b"a key for this test")))
    shared = Snapshot.open(tmp_path / "shared")
    assert shared.entry("adUsers").imported == Import("", "", "2026-11-02T06:00:00Z")
    [match] = ad_matches(Tenant(shared))
    assert (match.state, match.matchedBy) == ("hardMatched", ["immutableId"])
    assert match.id != ANN
    assert match.userPrincipalName == match.cloudUserPrincipalName != "u0@contoso.com"


def test_there_has_to_be_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="does not exist"):
        add_ad_users(tmp_path / "snap", exported(tmp_path, ANN), NOW)


@pytest.mark.parametrize(("ids", "words"), [((ANN, BOB), "2 users"), ((ANN,), "1 user")])
def test_the_command_says_what_it_did(tmp_path: Path, snapshot: Path, ids: tuple[str, ...], words: str) -> None:
    file = exported(tmp_path, *ids)
    result = CliRunner().invoke(main, ["add-ad-users", str(snapshot), str(file)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{snapshot}: added {words} of Active Directory from {file}.\n"


def test_the_command_names_each_problem_with_its_place(tmp_path: Path, snapshot: Path) -> None:
    file = exported(tmp_path, ANN, "x")
    result = CliRunner().invoke(main, ["add-ad-users", str(snapshot), str(file)])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:3:1: The column ObjectGUID holds 'x', which is no GUID.")


def test_a_wrong_export_stops_a_collection_before_anyone_signs_in(tmp_path: Path) -> None:
    output, file = str(tmp_path / "snap"), exported(tmp_path, "x")
    env: dict[str, Any] = {"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s"}
    result = CliRunner().invoke(main, ["collect", "-o", output, "--ad-users", str(file)], env=env)
    assert result.exit_code == 2
    assert "which is no GUID" in result.stderr


def test_nothing_is_asked_of_a_service_and_no_permission_is_needed() -> None:
    plan = make_plan({"adUsers": ["userPrincipalName"]})
    assert [item.resource.name for item in plan.items] == ["organization"]
    assert [permission.name for permission in permissions({"adUsers": ["mail"]})] == ["Organization.Read.All"]
    assert Options().last is None


def test_a_snapshot_without_it_says_how_it_is_added(snapshot: Path) -> None:
    entry = Snapshot.open(snapshot).entry("adUsers")
    assert entry.outcome is Outcome.SKIPPED
    assert "add-ad-users SNAPSHOT FILE" in entry.reason
