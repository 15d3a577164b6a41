"""A large, deterministic tenant for the benchmarks: Contoso, grown; as the shipped policies and all facts need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scanner import __version__
from scanner.collect.catalogue import BY_NAME
from scanner.demo.make import NOW, contoso
from scanner.demo.run import open_demo
from scanner.model import Outcome
from scanner.policy.needs import Needs, combine
from scanner.snapshot import Header, SnapshotWriter
from scanner.tenant.facts import DERIVED, FACTS, requirements
from scanner.workflow import needs_of
from tests.benchmarks.growth import Growth, Size

REPLACED = {"appRoleAssignedTo"}
"""Resources of which growth gives Contoso's own records too, changed."""


def needed() -> Needs:
    """What is collected where all shipped policies are selected, and all facts are read."""
    facts = [requirements(fact.owner, fact.name) for fact in FACTS]
    return combine([needs_of(open_demo()), *facts, *(requirements(derived.name) for derived in DERIVED)])


def write_tenant(folder: Path, size: Size) -> Mapping[str, int]:
    """A snapshot folder; gives how many records of each resource it has."""
    small = contoso()
    large = Growth(small, size).resources()
    counts: dict[str, int] = {}
    with SnapshotWriter(folder) as writer:
        for name, properties in needed().items():
            key = BY_NAME[name].key
            resource = writer.resource(name, key, requested=properties)
            kept = {*properties, key, "@odata.type"}
            counts[name] = 0
            for record in _records(name, small, large):
                # As the collector does: a singleton without an id has that of its resource.
                resource.add(msgspec.json.encode({key: name} | {k: v for k, v in record.items() if k in kept}))
                counts[name] += 1
            resource.close(Outcome.COLLECTED)
        writer.finish(
            Header(
                tenant_id="00000000-0000-0000-0000-000000000000",
                tenant_name="Benchmark",
                collected_at=NOW.isoformat(),
                tool_version=__version__,
                cloud="global",
            )
        )
    return counts


def _records(name: str, small: Mapping[str, Any], large: Mapping[str, Iterator[Any]]) -> Iterator[dict[str, Any]]:
    own = small.get(name, [])
    if name not in REPLACED:
        yield from own if isinstance(own, list) else [own]
    yield from large.get(name, ())
