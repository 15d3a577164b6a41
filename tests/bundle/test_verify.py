"""An evidence pack: whole, the same every time, and whatever is changed in it is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.bundle import archive
from scanner.bundle import verify as verifying
from scanner.bundle.archive import read, write
from scanner.bundle.contents import INDEX, PAGE, RESULTS, Index, listed
from scanner.bundle.pack import index_bytes, pack
from scanner.bundle.verify import verify
from scanner.compare.baseline import against
from scanner.compare.read import scan_from
from scanner.errors import OutputError, UsageError
from scanner.model import Scan, Status
from scanner.report.html import render as to_html
from scanner.report.json import render as to_json
from tests.layered import Packed
from tests.snapshot.builders import record, set_file
from tests.snapshot.builders import write as write_snapshot

Files = dict[str, bytes]


def indexed(files: Mapping[str, bytes]) -> bytes:
    """A pack of ``files`` with an index that fits, as a careful forger makes it."""
    index = msgspec.json.decode(files[INDEX], type=Index)
    rest = {name: content for name, content in files.items() if name != INDEX}
    return write({INDEX: index_bytes(msgspec.structs.replace(index, files=listed(rest))), **rest})


def problems(packed: Packed, data: bytes, snapshot: bool = False) -> str:
    return "\n".join(verify(packed.put(data), packed.snapshot if snapshot else None).problems)


def test_a_pack_holds_with_and_without_its_snapshot(packed: Packed) -> None:
    path = packed.put(packed.data)
    alone, whole = verify(path), verify(path, packed.snapshot)
    assert (alone.problems, alone.evaluated) == ((), False)
    assert (whole.problems, whole.evaluated) == ((), True)
    assert whole.scan == scan_from(to_json(packed.scan).encode())


def test_what_is_packed_shows_every_part_of_the_configuration(packed: Packed) -> None:
    statuses = {result.policy.id: result.status for result in packed.scan.results}
    assert statuses == {
        "guest-access-ours": Status.PASS,
        "health-named": Status.PASS,
        "key-in-safe": Status.PASS,
        "names-long": Status.FAIL,
        "names-long-of-groups": Status.WAIVED,
    }
    severities = {result.policy.id: result.policy.severity for result in packed.scan.results}
    assert (severities["names-long"], severities["guest-access-ours"]) == ("high", "info")
    assert len(packed.scan.notes) >= 2


def test_a_pack_names_all_that_the_results_rest_on(packed: Packed) -> None:
    assert sorted(read(packed.data)) == [
        "README.txt", "bundle.json", "configuration/attestations.yaml", "configuration/tenantlint.yaml",
        "configuration/waivers.yaml", "elsewhere.json", "layers/01-tenantlint.yaml", "layers/02-tenantlint.yaml",
        "layers/03-waivers.yaml", "layers/04-attestations.yaml", "policies/guest-access-ours.yaml",
        "policies/health-named.yaml", "policies/key-in-safe.yaml", "policies/names-long-of-groups.yaml",
        "policies/names-long.yaml", "report.html", "results.json", "snapshot.json",
    ]  # fmt: skip


def test_the_same_input_gives_the_same_bytes(packed: Packed) -> None:
    again = replace(packed.made_of, policies=tuple(reversed(packed.project.policies)))
    assert pack(packed.scan, again) == packed.data


def test_a_pack_holds_where_its_folders_are_gone(packed: Packed, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("elsewhere") / "pack.zip"
    path.write_bytes(packed.data)
    snapshot = path.parent / "snapshot"
    shutil.move(packed.snapshot, snapshot)
    shutil.rmtree(packed.folder)
    assert verify(path, snapshot).problems == ()


def test_a_baseline_goes_along(packed: Packed) -> None:
    earlier = packed.folder / "earlier.json"
    earlier.write_text(to_json(packed.scan), encoding="utf-8")
    scan = against(packed.scan, packed.scan)
    data = pack(scan, replace(packed.made_of, baseline=earlier))
    assert problems(packed, data, snapshot=True) == ""
    files = dict(read(data))
    del files["baseline.json"]
    assert "baseline says something else" in problems(packed, indexed(files), snapshot=True)


@pytest.mark.parametrize(
    "name", ["README.txt", "results.json", "report.html", "snapshot.json", "policies/names-long.yaml"]
)
def test_a_changed_or_missing_file_is_named(packed: Packed, name: str) -> None:
    files = dict(read(packed.data))
    changed = write({**files, name: files[name] + b" "})
    assert f"{name} was changed" in problems(packed, changed)
    assert f"{name} is missing" in problems(packed, write({key: files[key] for key in files if key != name}))


def test_an_added_or_renamed_file_is_named(packed: Packed) -> None:
    files = dict(read(packed.data))
    assert problems(packed, write({**files, "policies/more.yaml": b"id: more\n"})) == (
        "policies/more.yaml is not in the list of files."
    )
    files["policies/other.yaml"] = files.pop("policies/names-long.yaml")
    assert "policies/names-long.yaml is missing" in problems(packed, write(files))


def test_every_byte_of_a_pack_counts(packed: Packed) -> None:
    data = packed.data
    path = packed.put(data)

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, len(data) - 1), st.integers(1, 255))
    def check(place: int, flip: int) -> None:
        changed = bytearray(data)
        changed[place] ^= flip
        path.write_bytes(bytes(changed))
        try:
            found = verify(path)
        except UsageError as error:
            assert place < 4, error  # what makes it a ZIP file
        else:
            assert found.problems

    check()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(choice=st.data())
def test_every_byte_of_every_file_counts_though_the_archive_is_made_anew(packed: Packed, choice: st.DataObject) -> None:
    files = dict(read(packed.data))
    name = choice.draw(st.sampled_from(sorted(name for name in files if files[name])))
    changed = bytearray(files[name])
    changed[choice.draw(st.integers(0, len(changed) - 1))] ^= choice.draw(st.integers(1, 255))
    files[name] = bytes(changed)
    try:
        assert problems(packed, write(files))
    except UsageError:
        assert name == INDEX


def results(files: Files, change: Callable[[dict[str, Any]], None]) -> Files:
    """The files with other results, written as we write them."""
    content = json.loads(files[RESULTS])
    change(content)
    scan = scan_from(json.dumps(content).encode())
    return {**files, RESULTS: to_json(scan).encode()}


def pass_all(content: dict[str, Any]) -> None:
    for one in content["results"]:
        one["status"] = "pass"
        one["findings"] = []


def other_name(content: dict[str, Any]) -> None:
    content["results"][3]["findings"][0]["record"]["name"] = "Anna"


def no_note(content: dict[str, Any]) -> None:
    content["notes"] = content["notes"][:1]


def no_policy(content: dict[str, Any]) -> None:
    del content["results"][3]


CHANGES = pytest.mark.parametrize("change", [pass_all, other_name, no_note, no_policy])


@CHANGES
def test_other_results_with_another_hash_do_not_fit_the_page(
    packed: Packed, change: Callable[[dict[str, Any]], None]
) -> None:
    forged = indexed(results(dict(read(packed.data)), change))
    assert problems(packed, forged) == f"{PAGE} does not show what {RESULTS} holds."


@CHANGES
def test_other_results_with_a_page_of_their_own_do_not_come_out_of_the_snapshot(
    packed: Packed, change: Callable[[dict[str, Any]], None]
) -> None:
    files = results(dict(read(packed.data)), change)
    files[PAGE] = to_html(scan_from(files[RESULTS])).encode()
    forged = indexed(files)
    assert problems(packed, forged) == ""  # nothing in the pack itself can tell
    assert "valuated again" in problems(packed, forged, snapshot=True) or "other policies" in problems(
        packed, forged, snapshot=True
    )


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("policies/names-long.yaml", b">= params.letters", b">= params.letters - 9"),
        ("configuration/tenantlint.yaml", b"letters: 5", b"letters: 1"),
        ("configuration/waivers.yaml", b"record: g1", b"record: u1"),
        ("configuration/attestations.yaml", b"2026-01-02", b"2020-01-02"),
    ],
)
def test_other_policies_or_declarations_do_not_give_the_results(
    packed: Packed, name: str, before: bytes, after: bytes
) -> None:
    files = dict(read(packed.data))
    assert before in files[name]
    files[name] = files[name].replace(before, after)
    forged = indexed(files)
    assert problems(packed, forged) == ""
    assert "Evaluated again" in problems(packed, forged, snapshot=True)


@pytest.mark.parametrize("text", [b"id: [", b"breakGlas: {}\n", b"extends: ../../../etc/passwd\n"])
def test_a_configuration_that_is_none_is_told_without_our_folders(packed: Packed, text: bytes) -> None:
    files = {**read(packed.data), "configuration/tenantlint.yaml": text}
    told = problems(packed, indexed(files), snapshot=True)
    assert told.startswith(f"The policies in the pack cannot be evaluated on {packed.snapshot}: the pack")


def test_results_written_in_another_way_are_told(packed: Packed) -> None:
    files = dict(read(packed.data))
    files[RESULTS] = json.dumps(json.loads(files[RESULTS])).encode()
    assert f"{RESULTS} was changed" in problems(packed, indexed(files))
    files = dict(read(packed.data))
    files[INDEX] = json.dumps(json.loads(files[INDEX])).encode()
    assert f"{INDEX} was changed" in problems(packed, write(files))


@pytest.mark.parametrize("field", ["tenant_id", "collected_at"])
def test_an_index_of_another_scan_is_told(packed: Packed, field: str) -> None:
    files = dict(read(packed.data))
    index = msgspec.json.decode(files[INDEX], type=Index)
    files[INDEX] = index_bytes(msgspec.structs.replace(index, **{field: "2020-01-01T00:00:00Z"}))
    assert "about different scans" in problems(packed, write(files))


def test_another_snapshot_is_told(packed: Packed) -> None:
    other = write_snapshot(packed.folder / "other", {"users": [record("u1", displayName="Ann")]})
    path = packed.put(packed.data)
    for snapshot in (other, packed.folder / "none", path):
        [problem] = verify(path, snapshot).problems
        assert "is not the snapshot that the pack was made of" in problem


def test_a_snapshot_whose_files_were_changed_is_told(packed: Packed) -> None:
    path = packed.put(packed.data)
    users = packed.snapshot / "users.jsonl"
    users.write_bytes(users.read_bytes().replace(b"Bartholomew", b"Bartholomev"))
    [problem] = verify(path, packed.snapshot).problems
    assert "cannot be evaluated" in problem
    set_file(packed.snapshot, "users.jsonl", users.read_bytes())
    [problem] = verify(path, packed.snapshot).problems
    assert "its manifest is another" in problem


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"tool_version": "9.9.9"}],
    ids=["format", "version"],
)
def test_a_pack_of_another_version_is_not_judged(packed: Packed, change: dict[str, Any]) -> None:
    files = dict(read(packed.data))
    index = msgspec.structs.replace(msgspec.json.decode(files[INDEX], type=Index), **change)
    with pytest.raises(UsageError, match=r"of format 2|was made by tenantlint 9\.9\.9"):
        verify(packed.put(write({**files, INDEX: index_bytes(index)})))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"{}", write({"a": b"b"}), write({INDEX: b"[" * 100_000})])
def test_what_is_no_pack_is_refused(packed: Packed, data: bytes) -> None:
    with pytest.raises(UsageError, match="is no evidence pack"):
        verify(packed.put(data))


def test_results_that_cannot_be_read_do_not_hold(packed: Packed) -> None:
    files = {**read(packed.data), RESULTS: b"[" * 100_000}
    assert problems(packed, indexed(files)).startswith(f"{RESULTS} cannot be read: ")


def test_a_pack_that_would_be_too_large_is_refused(packed: Packed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_FILES", 3)
    with pytest.raises(OutputError, match="larger than a pack can be"):
        pack(packed.scan, packed.made_of)


def test_a_file_that_is_not_there_or_too_large_is_refused(packed: Packed, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        verify(packed.folder / "none.zip")
    with pytest.raises(UsageError, match="cannot be read"):
        verify(packed.folder)
    path = packed.put(packed.data)
    monkeypatch.setattr(verifying, "MAX_BYTES", 100)
    with pytest.raises(UsageError, match="larger than any"):
        verify(path)


def test_a_snapshot_written_by_hand_cannot_be_packed(packed: Packed) -> None:
    by_hand = packed.folder / "hand.json"
    by_hand.write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="a folder with a manifest"):
        pack(packed.scan, replace(packed.made_of, snapshot=by_hand))


def test_a_file_that_is_gone_when_it_is_packed_is_told(packed: Packed) -> None:
    (packed.folder / "rules/users/names-long.yaml").unlink()
    with pytest.raises(OutputError, match=r"names-long\.yaml: cannot be read for the evidence pack"):
        pack(packed.scan, packed.made_of)


def test_a_pack_of_hostile_names_holds(packed: Packed, tmp_path: Path) -> None:
    from tests.report.samples import hostile

    sample: Scan = msgspec.structs.replace(hostile(), tool_version=packed.scan.tool_version)
    found = verify(packed.put(pack(sample, packed.made_of)))
    assert found.problems == ()
