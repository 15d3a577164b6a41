"""Makes an evidence pack: the same input gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanner.bundle.archive import write
from scanner.bundle.contents import (
    BASELINE,
    CONFIGURATION,
    ELSEWHERE,
    FORMAT,
    INDEX,
    LAYERS,
    MANIFEST,
    PAGE,
    POLICIES,
    README,
    RESULTS,
    WORDS,
    Index,
    listed,
)
from scanner.compare.read import scan_from
from scanner.config import Config, effective
from scanner.errors import OutputError, UsageError
from scanner.model import Scan
from scanner.policy.model import Policy
from scanner.report.html import render as to_html
from scanner.report.json import render as to_json
from scanner.report.safe import to_json as encode
from scanner.snapshot.manifest import MANIFEST as MANIFEST_FILE

_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Evaluated:
    """What a scan was made of."""

    policies: Sequence[Policy]
    config: Config
    elsewhere: Iterable[str]
    """Names of policies that were not evaluated and are no mistake where the configuration names them."""
    snapshot: Path
    baseline: Path | None = None
    """JSON report of the scan it was compared with."""


def pack(scan: Scan, made_of: Evaluated) -> bytes:
    """The pack of a scan. Raises ``UsageError`` for a snapshot that is one file written by hand: there is no manifest
    to show; and ``OutputError`` where a file cannot be read any more or the pack would be too large."""
    manifest = made_of.snapshot / MANIFEST_FILE
    if not manifest.is_file():
        raise UsageError(
            f"{made_of.snapshot}: an evidence pack is made of a collected snapshot, a folder with a manifest."
        )
    results = to_json(scan)
    files = {
        README: WORDS.encode(),
        RESULTS: results.encode(),
        # Of the results as they are read back, so that whoever verifies it makes the same page of them.
        PAGE: to_html(scan_from(results.encode())).encode(),
        MANIFEST: _content(manifest),
        **{f"{POLICIES}{policy.path.name}": _content(policy.path) for policy in made_of.policies},
        **dict(_configuration(made_of)),
    }
    if made_of.baseline is not None:
        files[BASELINE] = _content(made_of.baseline)
    index = Index(FORMAT, scan.tool_version, scan.tenant_id, scan.collected_at, listed(files))
    try:
        return write({INDEX: index_bytes(index), **files})
    except ValueError as error:
        raise OutputError(f"The evidence pack cannot be made: {error}.") from error


def index_bytes(index: Index) -> bytes:
    """``bundle.json``."""
    return encode(index).encode()


def _configuration(made_of: Evaluated) -> Iterator[tuple[str, bytes]]:
    config, policies = made_of.config, made_of.policies
    ids = {name: policy.id for policy in policies for name in policy.aliases}
    content = effective.effective(config, sorted(policy.id for policy in policies), ids)
    parts = {
        "tenantlint": content,
        "waivers": effective.waivers(config),
        "attestations": effective.attestations(config),
    }
    for name, part in parts.items():
        yield f"{CONFIGURATION}{name}.yaml", effective.as_yaml(part).encode()
    # A policy may replace one that is not here: its file and the configuration name it all the same.
    yield ELSEWHERE, msgspec.json.encode(sorted({*made_of.elsewhere, *ids})) + b"\n"
    for number, path in enumerate(config.files, 1):
        yield f"{LAYERS}{number:02d}-{_NO_NAME.sub('-', path.name)}", _content(path)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutputError(f"{path}: cannot be read for the evidence pack: {error.strerror or error}.") from error
