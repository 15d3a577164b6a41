"""Time and memory of every fact: ``python -m tests.benchmarks.facts [--users N] [--write]`` (100,000 unless given).

Each fact, and each derived resource, is asked of every record it belongs to, in a process of its own: once in a tenant
of a quarter of the size, once in half of it, once in the whole. Beside them stand all facts of one tenant together,
which share what they are made from, and ``msgspec.json.decode`` of every line that facts read.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scanner.cel.structs import Structs
from scanner.collect.catalogue import RESOURCES
from scanner.config import load_config
from scanner.demo.run import CONFIG
from scanner.errors import NotCollected
from scanner.policy.vocabulary import vocabulary
from scanner.snapshot import Snapshot
from scanner.tenant.facts import DERIVED, DERIVED_BY_NAME, FACTS
from scanner.tenant.tenant import Tenant
from tests.benchmarks import page
from tests.benchmarks.growth import Size
from tests.benchmarks.tenant import write_tenant

SHARES = (0.25, 0.5, 1.0)
ALL, READING = "all facts together", "reading all of it"
SHOWN = 0.5
"""Seconds in the whole tenant from which a fact has a line of its own."""


class Record(msgspec.Struct):
    """All that a fact asks of a record."""

    id: str


def names() -> tuple[str, ...]:
    """Every fact as policies write it, and every derived resource."""
    return (*(f"{fact.owner}.{fact.name}" for fact in FACTS), *(derived.name for derived in DERIVED))


def open_tenant(folder: Path) -> Tenant:
    """The tenant with its declared accounts, and records for the facts that return them."""
    snapshot = Snapshot.open(folder)
    types = vocabulary().types
    owners = {one.type for one in RESOURCES}
    structs = Structs(types, {(owner, "id") for owner in owners}, owners)
    return Tenant(snapshot, load_config(CONFIG).break_glass, lambda kind, line: structs.decoder(kind)(line)[0])


def ask(tenant: Tenant, name: str) -> int:
    """Asks one fact of all its records; gives how many answers were had. A fact that has none is no measurement."""
    owner, _, fact = name.partition(".")
    if not fact:
        return sum(1 for _ in tenant.derived(owner))
    function = tenant.fact(owner, fact)
    if owner == "tenant":
        function()
        return 1
    answers = 0
    for record in records(tenant, owner):
        try:
            function(record)
            answers += 1
        except NotCollected:
            continue
    return answers


def records(tenant: Tenant, owner: str) -> Iterator[Any]:
    """All records of a type, of the first resource that has it: ``users``, not ``deletedUsers``."""
    source = next(one.resource for one in vocabulary().subjects.values() if one.type == owner)
    if source in DERIVED_BY_NAME:
        return tenant.derived(source)
    return tenant.snapshot.rows(source, Record)


def one_fact(name: str) -> Callable[[Path], int]:
    return lambda folder: ask(open_tenant(folder), name)


def all_facts(folder: Path) -> int:
    tenant = open_tenant(folder)
    return sum(ask(tenant, name) for name in names())


def reading(folder: Path) -> int:
    snapshot = Snapshot.open(folder)
    return sum(1 for name in snapshot.manifest.resources for _ in map(msgspec.json.decode, snapshot.lines(name)))


def run(name: str, folder: Path) -> None:
    """In a process of its own: seconds of the processor, answers, and the memory peak in MB."""
    work = {ALL: all_facts, READING: reading}.get(name) or one_fact(name)
    vocabulary()  # made once by every command, whatever the tenant
    start = time.process_time()
    answers = work(folder)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "answers": answers, "megabytes": _peak()}))


def _peak() -> float:
    """The memory peak of this process in MB. What ``getrusage`` says begins on Linux with the peak of the parent, which
    has made the tenants. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""
    status = Path("/proc/self/status")
    if status.exists():
        (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text(encoding="utf-8"), re.MULTILINE)
        return int(kilobytes) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.facts", "--run", name, str(folder)]
    outcome: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if not outcome["answers"]:
        raise SystemExit(f"{name} has no answer in the benchmark's tenant: let tests/benchmarks/growth.py have it.")
    return outcome


def report(size: Size) -> Iterator[str]:
    """The table, line by line."""
    with tempfile.TemporaryDirectory() as folder:
        tenants = [Path(folder) / str(share) for share in SHARES]
        counts = [write_tenant(path, size.part(share)) for path, share in zip(tenants, SHARES, strict=True)]
        yield _described(size, counts[-1], sum(file.stat().st_size for file in tenants[-1].iterdir()))
        yield f"{'':44}{'seconds':^24}{'growth':>8}{'MB at peak':>12}"
        yield f"{'':44}{'a quarter':>8}{'half':>8}{'all':>8}"
        read = [measure(READING, path) for path in tenants]
        together = [measure(ALL, path) for path in tenants]
        yield _line(READING, read)
        yield _line(ALL, together)
        yield f"all facts take {together[-1]['seconds'] / read[-1]['seconds']:.1f} times reading"
        yield ""
        single = {name: [measure(name, path) for path in tenants] for name in names()}
    slow = sorted(single, key=lambda name: -single[name][-1]["seconds"])
    long = [name for name in slow if single[name][-1]["seconds"] >= SHOWN]
    yield from (_line(name, single[name]) for name in long)
    if rest := slow[len(long) :]:
        yield f"{len(rest)} others: each under {SHOWN} seconds"


def _described(size: Size, counts: Any, size_bytes: int) -> str:
    return (
        f"{size.users:,} users, {size.groups:,} groups ({size.rules} dynamic), {size.apps:,} service principals, "
        f"{size.policies} Conditional Access policies\n"
        f"{sum(counts.values()):,} records, {size_bytes / 1e6:.0f} MB; {len(names())} facts"
    )


def _line(name: str, outcomes: Sequence[dict[str, Any]]) -> str:
    """Growth is the time in the whole tenant by that in a quarter of it: 4 is linear."""
    seconds = [outcome["seconds"] for outcome in outcomes]
    figures = "".join(f"{one:>8.2f}" for one in seconds)
    return f"  {name:<42}{figures}{seconds[-1] / seconds[0]:>8.1f}{outcomes[-1]['megabytes']:>12.0f}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.facts", description=__doc__)
    parser.add_argument("--users", type=int, default=Size.users, help="Users; all but the policies in proportion.")
    parser.add_argument("--write", action="store_true", help="Put the table into README.md.")
    options = parser.parse_args(arguments)
    page.show("facts", ("msgspec",), report(Size().part(options.users / Size.users)), write=options.write)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
