"""Random faults while a made-up tenant is collected: never is a part taken for the whole, never is the whole given up.

``TENANTLINT_SCHEDULES=5000`` tries more schedules than a usual run does; how many it were is in pytest's summary.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.graph import GraphClient
from scanner.collect.run import Options, collect
from scanner.demo import faults
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Fault, Faults
from scanner.demo.serve import running
from scanner.errors import SignInError, TenantlintError
from scanner.model import Outcome
from scanner.snapshot import Entry, Manifest, Snapshot, SnapshotWriter
from tests.collect.direct import DirectTransport
from tests.collect.fake import GRAPH, FakeClock, run
from tests.collect.schedules import (
    NAMED,
    NEEDS,
    PLAN,
    Schedule,
    cannot_be_whole,
    hits_of,
    must_be_whole,
    schedules,
    tenant,
)

EXAMPLES = int(os.environ.get("TENANTLINT_SCHEDULES", "300"))
TENANTS = 20
OPTIONS = Options(groups=(NAMED,), tenant_id="from the sign-in")


@dataclass(frozen=True)
class Collected:
    """What a collection left behind: nothing at all when the first request could not work."""

    manifest: Manifest | None
    records: Mapping[str, list[bytes]]
    hits: Sequence[tuple[str, Fault]]
    ended_with: TenantlintError | None = None

    def entry(self, name: str) -> Entry:
        assert self.manifest is not None
        return self.manifest.resources[name]


def gather(seed: int, schedule: Schedule, largest_page: int, *, http: bool = False) -> Collected:
    """The tenant of that seed, collected under a schedule of faults, waiting for nobody; in this process or over
    HTTP."""
    emulator = Emulator(tenant(seed), Faults(schedule), largest_page=largest_page)
    with tempfile.TemporaryDirectory() as folder, running(emulator) if http else nullcontext(GRAPH) as url:
        path = Path(folder) / "snap"
        try:
            manifest = run(_collect(path, url, None if http else DirectTransport(emulator)))
        except TenantlintError as error:
            assert list(path.parent.iterdir()) == []
            return Collected(None, {}, emulator.faults.hits, error)
        snapshot = Snapshot.open(path)
        stored = {name for name, entry in manifest.resources.items() if entry.outcome is Outcome.COLLECTED}
        records = {name: list(snapshot.lines(name)) for name in stored}
        files = {file.name for entry in manifest.resources.values() for file in entry.files}
        assert {file.name for file in path.iterdir()} == files | {"snapshot.json"}
        return Collected(manifest, records, emulator.faults.hits)


async def _collect(path: Path, url: str, transport: httpx.AsyncBaseTransport | None) -> Manifest:
    async with GraphClient(StaticTokenCredential("t"), url, transport=transport, clock=FakeClock().clock()) as client:
        with SnapshotWriter(path) as writer:
            return await collect(client, PLAN, writer, OPTIONS)


@cache
def undisturbed(seed: int) -> Collected:
    """The same without faults, in pages as large as Graph's."""
    return gather(seed, {}, 999)


def named(entry: Entry, whole: Entry) -> bool:
    """Whether the manifest says that the resource is not complete: by outcome, in words, or by its properties."""
    lacking = set(whole.properties or ()) - set(entry.properties or ()) if whole.records else set()
    return entry.outcome is not Outcome.COLLECTED or entry.reason != "" or bool(lacking)


def is_part_of(record: bytes, others: Mapping[str, Mapping[str, object]]) -> bool:
    fields = json.loads(record)
    whole = others.get(fields["id"], {})
    return all(name in whole and whole[name] == value for name, value in fields.items())


@pytest.mark.parametrize("seed", range(TENANTS))
def test_without_faults_a_made_up_tenant_is_collected_whole_in_pages_of_any_size(seed: int) -> None:
    whole = undisturbed(seed)
    assert {(entry.outcome, entry.reason) for entry in map(whole.entry, NEEDS)} == {(Outcome.COLLECTED, "")}
    for size in (1, 2, 3):
        assert gather(seed, {}, size).records == whole.records


SURVIVED: Schedule = {
    "users": [faults.throttle(2, 600), faults.page_expired(2, after=1), faults.reset(2), faults.short(2)],
    "groups": [faults.looping(after=1), faults.token_expired(after=1), faults.truncated(2)],
    "groupMembers": [faults.unanswered(), faults.error_inside(), faults.status(502), faults.near_limit(1.8, 2)],
    "servicePrincipals": [faults.error_inside(2), faults.throttle(2, 181, scope=faults.APPLICATION)],
    "roleDefinitions": [faults.status(500), faults.status(503), faults.status(504)],
    faults.BATCH: [faults.reset(), faults.truncated(), faults.token_expired()],
}
FATAL: Schedule = {
    "users": [faults.reset(None, after=2)],
    "groups": [faults.looping(None, after=1)],
    "servicePrincipals": [faults.truncated(None, after=1)],
    "roleDefinitions": [faults.page_expired(None)],
    "domains": [faults.error_inside(None)],
    "authorizationPolicy": [faults.unanswered(None)],
    "userRegistrationDetails": [faults.throttle(None, None)],
    "conditionalAccessPolicies.state": [faults.missing()],
}


@pytest.mark.parametrize("schedule", [{}, SURVIVED, FATAL], ids=["nothing", "survived", "fatal"])
def test_over_a_real_connection_all_is_as_it_is_in_this_process(schedule: Schedule) -> None:
    far, near = gather(3, schedule, 2, http=True), gather(3, schedule, 2)
    assert far.records == near.records
    for name in NEEDS:
        assert (name, far.entry(name).outcome, far.entry(name).files) == (
            name, near.entry(name).outcome, near.entry(name).files,
        )  # fmt: skip
    assert (far.records == undisturbed(3).records) == (schedule is not FATAL)


def test_whatever_goes_wrong_a_snapshot_is_the_true_one_or_names_what_is_not_complete(
    record_property: Callable[[str, object], None],
) -> None:
    seen = Counter[str]()

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.integers(0, TENANTS - 1), schedules(), st.integers(1, 4))
    def check(seed: int, schedule: Schedule, largest_page: int) -> None:
        found = gather(seed, schedule, largest_page)
        seen["schedules"] += 1
        seen["faults"] += len(found.hits)
        if found.manifest is None:
            seen["ended"] += 1
            check_end(found)
            return
        whole = undisturbed(seed)
        incomplete = {name for name in NEEDS if named(found.entry(name), whole.entry(name))}
        seen["complete" if not incomplete else "incomplete"] += 1
        for name in NEEDS:
            check_resource(name, found, whole)
        check_names(incomplete, found)

    check()
    record_property(
        "summary",
        f"{seen['schedules']:,} fault schedules, {seen['faults']:,} faults that hit: "
        f"{seen['complete']:,} snapshots equal to the undisturbed one, "
        f"{seen['incomplete']:,} that name what is not complete, "
        f"{seen['ended']:,} runs that ended at the first request",
    )


def check_end(found: Collected) -> None:
    """A run ends as a whole only where its first request could not work."""
    assert not must_be_whole(hits_of("organization", found.hits))
    if isinstance(found.ended_with, SignInError):
        assert any(fault.kind is faults.Kind.TOKEN_EXPIRED for _, fault in found.hits)


def check_resource(name: str, found: Collected, whole: Collected) -> None:
    """Nothing that is not complete goes for it, and nothing is made up."""
    entry = found.entry(name)
    if entry.outcome is not Outcome.COLLECTED:
        assert entry.reason
        assert entry.files == ()
    elif named(entry, whole.entry(name)):
        others = {record["id"]: record for record in map(json.loads, whole.records[name])}
        assert all(is_part_of(record, others) for record in found.records[name])
    else:
        assert found.records[name] == whole.records[name]
        assert [file.sha256 for file in entry.files] == [file.sha256 for file in whole.entry(name).files]


def check_names(incomplete: set[str], found: Collected) -> None:
    """Named is what cannot be complete, and not what a collector has no excuse for."""
    whole = set[str]()
    for item in PLAN.items:
        name = item.resource.name
        if must_be_whole(hits_of(name, found.hits)) and whole.issuperset(item.after):
            whole.add(name)
    assert not whole & incomplete
    assert incomplete >= {name for name in NEEDS if cannot_be_whole(name, found.hits)}
