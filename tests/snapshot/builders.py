"""Snapshots for tests, written by the real writer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scanner.snapshot import Header, SnapshotWriter
from scanner.snapshot.writer import Limits

HEADER = Header(
    tenant_id="c8b1ff3e-0000-4000-8000-000000000001",
    tenant_name="Contoso",
    collected_at="2026-01-31T08:00:00Z",
    tool_version="0.1.0",
    cloud="global",
)
TINY = Limits(run_bytes=400, shard_records=3)
"""So small that a handful of records makes several runs and several files."""


def record(id: str, **properties: object) -> bytes:
    return json.dumps({"id": id, **properties}).encode()


def write(
    path: Path,
    resources: dict[str, Iterable[bytes]],
    *,
    limits: Limits | None = None,
    force: bool = False,
    requested: Iterable[str] | None = None,
) -> Path:
    with SnapshotWriter(path, limits=limits, force=force) as snapshot:
        for name, records in resources.items():
            writer = snapshot.resource(name, requested=requested)
            for line in records:
                writer.add(line)
            writer.close(requests=(f"GET /v1.0/{name}",), seconds=0.25)
        snapshot.finish(HEADER)
    return path


def manifest(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((path / "snapshot.json").read_text())
    return content


def set_manifest(path: Path, content: object) -> None:
    (path / "snapshot.json").write_text(json.dumps(content))


def set_file(path: Path, name: str, content: bytes) -> None:
    """Changes a file of one resource and its hash in the manifest with it, as a careful forger would."""
    (path / name).write_bytes(content)
    whole = manifest(path)
    for entry in whole["resources"].values():
        for file in entry["files"]:
            if file["name"] == name:
                file["sha256"] = hashlib.sha256(content).hexdigest()
    set_manifest(path, whole)
