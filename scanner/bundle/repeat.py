"""Evaluates a pack's policies and configuration again, and says where the results in it are others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from scanner.bundle.contents import BASELINE, CONFIGURATION, ELSEWHERE, POLICIES
from scanner.compare.baseline import against
from scanner.compare.read import scan_from
from scanner.config import NAME, load_config
from scanner.errors import TenantlintError
from scanner.evaluate.engine import evaluate
from scanner.model import Note, NoteKind, Outcome, Scan
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.report.json import render as to_json
from scanner.snapshot import Snapshot

NOT_SELECTED = re.compile(r"[\d,]+ of [\d,]+ policies are not selected by .*", re.DOTALL)
"""The note that a pack, which holds the selected policies alone, cannot give again."""


def differences(scan: Scan, files: Mapping[str, bytes], snapshot: Path, folder: Path) -> Iterator[str]:
    """What of ``scan`` is not what the files of its pack give on ``snapshot``, a sentence each.

    ``folder`` is an empty one, for the policies and the configuration.
    """
    try:
        again = _evaluated(files, snapshot, folder)
    except (TenantlintError, ValueError, RecursionError) as error:
        shown = str(error).replace(str(folder), "the pack")
        yield f"The policies in the pack cannot be evaluated on {snapshot}: {shown}"
        return
    yield from _other_results(scan, again)
    if scan.incomplete != again.incomplete or scan.baseline != again.baseline:
        yield "Evaluated again, something else could not be read, or the baseline says something else."
    if {note for note in scan.notes if not _only_here(note)} != set(again.notes):
        yield "Evaluated again, the notes about the scan are others."


def _only_here(note: Note) -> bool:
    """Whether a pack, which holds the selected policies and the waivers that counted, cannot give the note again."""
    return note.kind is NoteKind.WAIVERS_IGNORED or bool(NOT_SELECTED.fullmatch(note.text))


def _evaluated(files: Mapping[str, bytes], path: Path, folder: Path) -> Scan:
    """The scan as it comes out here and now, read back as a report is."""
    configuration = _unpacked(folder, files)
    elsewhere = msgspec.json.decode(files.get(ELSEWHERE, b"[]"), type=list[str])
    config = load_config(configuration)
    words = vocabulary(config.resources)
    policies = load_policies([folder / POLICIES], words, config.overrides, elsewhere)
    opened = Snapshot.open(path, words.catalogue)
    declared = Declarations(config.break_glass, config.waivers, config.attestations, frozenset(elsewhere))
    scan = evaluate(policies, opened, words.types, declared)
    _read_whole(opened)
    if BASELINE in files:
        scan = against(scan, scan_from(files[BASELINE]))
    return scan_from(to_json(scan).encode())


def _read_whole(snapshot: Snapshot) -> None:
    """Read every file to its end, where it proves to be the one in the manifest. Raises ``SnapshotError``."""
    for name, entry in snapshot.manifest.resources.items():
        if entry.outcome is Outcome.COLLECTED:
            snapshot.find(name, "")


def _unpacked(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Policies and configuration on disk; gives the path of the configuration."""
    for part in (POLICIES, CONFIGURATION):
        (folder / part).mkdir()
        for name, content in files.items():
            if name.startswith(part):
                (folder / part / PurePosixPath(name).name).write_bytes(content)
    return folder / CONFIGURATION / NAME


def _other_results(scan: Scan, again: Scan) -> Iterator[str]:
    before, now = _comparable(scan), _comparable(again)
    if before.keys() != now.keys():
        names = ", ".join(sorted(before.keys() ^ now.keys()))
        yield f"The pack holds other policies than its results are about: {names}."
    differ = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    if differ:
        yield f"Evaluated again, other results come out for: {', '.join(differ)}."


def _comparable(scan: Scan) -> dict[str, Any]:
    """Results by policy, without the place of the policy's file, which is another here."""
    plain = {}
    for result in scan.results:
        policy = msgspec.structs.replace(result.policy, path="")
        plain[policy.id] = msgspec.to_builtins(msgspec.structs.replace(result, policy=policy))
    return plain
