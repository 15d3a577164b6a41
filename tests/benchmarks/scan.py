"""Time and memory of a scan: ``python -m tests.benchmarks.scan [USERS] [--write]`` (100,000 unless given).

A snapshot of users and ten policies on them, measured in one run beside the same ten rules written by hand in Python
(over typed structs, the fastest form we know), in Google's CEL runtime (over protobuf messages), and beside
``msgspec.json.decode`` of the same lines. Each contender runs in a process of its own and must find the same users.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanner.cel.structs import Structs
from scanner.evaluate.engine import evaluate
from scanner.evaluate.scope import CHUNK, Scope
from scanner.policy.load import load_policies
from scanner.policy.model import Policy, Rule
from scanner.policy.needs import reads
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from tests.benchmarks import page
from tests.benchmarks.rivals import BY_HAND, Google, User, by_hand
from tests.benchmarks.users import write_snapshot

POLICIES = Path(__file__).parent / "policies"
REPEATS = 3
GOOGLE_USERS = 10_000
"""The runtime takes so much longer that a part of the users is enough to know its time per user."""

T = TypeVar("T")


def fastest(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the fastest of a few runs, and what it gave."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def policies() -> tuple[Policy, ...]:
    return load_policies([POLICIES], vocabulary())


def whole_scan(folder: Path) -> dict[str, Any]:
    """Everything a scan does after its imports: open, load and check policies, read, judge, explain."""
    start = time.perf_counter()
    loaded = policies()
    load = time.perf_counter() - start
    seconds, scan = fastest(lambda: evaluate(loaded, Snapshot.open(folder), vocabulary().types, Declarations()))
    found = {result.policy.id: [finding.record.id for finding in result.findings] for result in scan.results}
    return {"seconds": seconds, "load": load, "found": found}


def rules_only(folder: Path) -> dict[str, Any]:
    """The ten policies on records that are decoded already; findings are counted but not explained."""
    loaded = policies()
    snapshot = Snapshot.open(folder)
    scope = Scope(snapshot, vocabulary().types, loaded, BreakGlass())
    decode = Structs(vocabulary().types, reads(loaded), ["user"]).decoder("user")
    records = [decode(line)[0] for line in snapshot.lines("users")]
    chunks = [records[start : start + CHUNK] for start in range(0, len(records), CHUNK)]

    def judge() -> None:
        judges = []
        for policy in loaded:
            assert isinstance(policy.body, Rule)
            judges.append(scope.judge(policy, policy.body))
        for judge in judges:
            judge.explainer = _Silent()
        for chunk in chunks:
            for judge in judges:
                judge.feed(chunk)

    return {"seconds": fastest(judge)[0]}


class _Silent:
    """Explains nothing, as the rivals do."""

    def evidence(self, record: Any) -> tuple[()]:
        return ()

    def message(self, record: Any) -> str:
        return ""

    def failed(self, record: Any) -> tuple[()]:
        return ()

    def clauses(self) -> int:
        return 1


def hand_written(folder: Path) -> dict[str, Any]:
    lines = list(Snapshot.open(folder).lines("users"))
    decoder = msgspec.json.Decoder(User)
    decoding, users = fastest(lambda: [decoder.decode(line) for line in lines])
    seconds, found = fastest(lambda: by_hand(users))
    return {"seconds": seconds, "decoding": decoding, "found": found}


def google(folder: Path) -> dict[str, Any]:
    lines = list(Snapshot.open(folder).lines("users"))[:GOOGLE_USERS]
    runtime = Google(vocabulary().types, policies())
    start = time.perf_counter()
    messages = [runtime.message(line) for line in lines]
    decoding = time.perf_counter() - start
    seconds, found = fastest(lambda: runtime.run(messages))
    return {"seconds": seconds, "decoding": decoding, "users": len(lines), "found": found}


def decoding_only(folder: Path) -> dict[str, Any]:
    lines = list(Snapshot.open(folder).lines("users"))

    def decode() -> None:
        for line in lines:
            msgspec.json.decode(line)

    return {"seconds": fastest(decode)[0]}


CONTENDERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "whole_scan": whole_scan,
    "rules_only": rules_only,
    "hand_written": hand_written,
    "google": google,
    "decoding_only": decoding_only,
}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """A contender in a process of its own: what it reports, and its memory peak in MB."""
    command = [sys.executable, "-m", "tests.benchmarks.scan", "--run", name, str(folder)]
    outcome: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return outcome


def run(name: str, folder: Path) -> None:
    outcome = CONTENDERS[name](folder)
    outcome["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(outcome))


def report(count: int) -> Iterator[str]:
    """The table, line by line."""
    rules = len(BY_HAND)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot"
        write_snapshot(snapshot, count)
        size = sum(file.stat().st_size for file in snapshot.iterdir())
        yield f"{count:,} users, {size / 1e6:.0f} MB, {rules} policies; fastest of {REPEATS} runs"
        got = {name: measure(name, snapshot) for name in CONTENDERS}
    _compare(got)
    each = 1e6 / (count * rules)
    hand, whole = got["hand_written"], got["whole_scan"]
    google_each = 1e6 / (got["google"]["users"] * rules)
    yield f"{'':34}{'µs per policy and record':>26}"
    for label, value in (
        ("tenantlint, whole scan", whole["seconds"] * each),
        ("tenantlint, rules on decoded records", got["rules_only"]["seconds"] * each),
        ("by hand, with decoding", (hand["seconds"] + hand["decoding"]) * each),
        ("by hand, rules on decoded records", hand["seconds"] * each),
        ("Google's runtime, rules only", got["google"]["seconds"] * google_each),
        ("Google's runtime, with decoding", (got["google"]["seconds"] + got["google"]["decoding"]) * google_each),
        ("msgspec.json.decode of the lines", got["decoding_only"]["seconds"] * each),
    ):
        yield f"  {label:<40}{value:>8.3f}"
    peak, load = f"{whole['megabytes']:.0f} MB at its peak", f"policies loaded in {whole['load']:.2f} s"
    yield f"whole scan: {whole['seconds']:.2f} s, {peak}; {load}"
    to_whole = whole["seconds"] / (hand["seconds"] + hand["decoding"])
    to_rules = got["rules_only"]["seconds"] / hand["seconds"]
    yield f"to hand-written: {to_whole:.2f} times (whole), {to_rules:.2f} times (rules)"


def _compare(got: dict[str, dict[str, Any]]) -> None:
    """All find the same users; Google's runtime among the first ones, which it saw."""
    expected = got["hand_written"]["found"]
    assert got["whole_scan"]["found"] == expected, "tenantlint and the rules by hand differ"
    for name, ids in got["google"]["found"].items():
        assert ids == expected[name][: len(ids)], f"Google's runtime and the rules by hand differ on {name}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scan", description=__doc__)
    parser.add_argument("users", type=int, nargs="?", default=100_000, help="Users of the snapshot.")
    parser.add_argument("--write", action="store_true", help="Put the table into README.md.")
    options = parser.parse_args(arguments)
    page.show("scan", ("msgspec", "cel-expr-python", "protobuf"), report(options.users), write=options.write)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
