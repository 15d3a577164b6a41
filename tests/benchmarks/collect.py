"""Time and memory of a collection: ``python -m tests.benchmarks.collect [--users N] [--typed N] [--write]``.

Measured in one run, each in a process of its own, against the same service (``service.py``: Graph's paging, 50 ms a
request):

- tenantlint beside a bare ``httpx`` loop that reads the same pages one after another and writes them to disk;
- tenantlint beside the typed models of msgraph-sdk, with ``--typed``: that takes minutes;
- several resources at the same time beside each by itself.

Contenders take turns and the fastest run of each counts, as other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.benchmarks import page
from tests.benchmarks.service import PAGE, SERVICE_PLANS, running

LATENCY = 0.05
REPEATS = 3
USERS = 100_000
TYPED_USERS = 20_000
SELECT = (
    "accountEnabled", "assignedLicenses", "assignedPlans", "createdDateTime", "department", "displayName", "employeeId",
    "id", "mail", "onPremisesSyncEnabled", "proxyAddresses", "usageLocation", "userPrincipalName", "userType",
)  # fmt: skip
TOGETHER: Mapping[str, int] = {
    "users": 5_000,
    "groups": 30_000,
    "servicePrincipals": 20_000,
    "applications": 15_000,
    "oauth2PermissionGrants": 10_000,
}
PACKAGES = ("httpx", "msgspec", "msgraph-sdk", "uvicorn")


class _Link(msgspec.Struct):
    next: str | None = msgspec.field(default=None, name="@odata.nextLink")


def bare_loop(url: str, names: str, folder: Path) -> int:
    """The same pages one after another, written to disk as they come."""
    import httpx

    count = 0
    with httpx.Client(timeout=60) as client, (folder / "pages").open("wb") as file:
        link: str | None = f"{url}/v1.0/{names}?$select={','.join(SELECT)}&$top={PAGE}"
        while link is not None:
            body = client.get(link).content
            file.write(body)
            link = msgspec.json.decode(body, type=_Link).next
            count += 1
    return count


def tenantlint(url: str, names: str, folder: Path) -> int:
    """The collector as ``tenantlint collect`` runs it: snapshot sorted, hashed and in its place."""
    from scanner.collect.auth import StaticTokenCredential
    from scanner.collect.command import Service, Target, run_collect
    from scanner.collect.plan import make_plan
    from scanner.tenant.break_glass.declared import BreakGlass

    needs = {name: SELECT if name == "users" else ("id", "displayName") for name in names.split(",")}
    target = Target(folder / "snapshot", quiet=True)
    manifest = run_collect(make_plan(needs), BreakGlass(), StaticTokenCredential("benchmark"), target, Service(url))
    for name in needs:
        assert manifest.resources[name].outcome == "collected", manifest.resources[name]
    return sum(manifest.resources[name].records for name in needs)


def typed_models(url: str, names: str, folder: Path) -> int:
    """The SDK's own way: ``client.users.get()``, page after page, as objects of its classes; nothing is written."""
    return asyncio.run(_typed(url))


async def _typed(url: str) -> int:
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    from scanner.collect.auth import StaticTokenCredential

    async with StaticTokenCredential("benchmark") as credential:
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=[f"{url}/.default"], allowed_hosts=["127.0.0.1"]
        )
        adapter = GraphRequestAdapter(provider)
        adapter.base_url = f"{url}/v1.0"
        users = GraphServiceClient(request_adapter=adapter).users
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=list(SELECT), top=PAGE)
        answer = await users.get(UsersRequestBuilder.UsersRequestBuilderGetRequestConfiguration(query_parameters=query))
        count = 0
        while answer is not None:
            count += len(answer.value or [])
            link = answer.odata_next_link
            answer = await users.with_url(link).get() if link else None
    return count


CONTENDERS: Mapping[str, Callable[[str, str, Path], int]] = {
    "bare_loop": bare_loop,
    "tenantlint": tenantlint,
    "typed_models": typed_models,
}


@dataclass(frozen=True)
class Measured:
    """One run."""

    seconds: float
    processor: float
    """Seconds of computing."""
    megabytes: float
    """Memory at its peak, of the whole process."""
    count: int
    """Pages or records."""


def run(name: str, url: str, names: str) -> None:
    """A contender in this process: prints what it took, without the imports."""
    _warm()
    with tempfile.TemporaryDirectory() as folder:
        start, computed = time.perf_counter(), time.process_time()
        count = CONTENDERS[name](url, names, Path(folder))
        seconds, computed = time.perf_counter() - start, time.process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    print(json.dumps([seconds, computed, peak, count]))


def _warm() -> None:
    """Imports what every collection imports."""
    import azure.identity.aio
    import httpx
    import msgraph.graph_request_adapter  # noqa: F401

    _ = (azure.identity.aio, httpx)


def measure(name: str, url: str, names: str) -> Measured:
    """A contender in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.collect", "--run", name, url, names]
    return Measured(*json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def fastest(*turns: tuple[str, str, str]) -> list[Measured]:
    """The fastest run of each contender, which take turns."""
    runs = [[measure(*turn) for turn in turns] for _ in range(REPEATS)]
    return [min(column, key=lambda one: one.seconds) for column in zip(*runs, strict=True)]


def against_a_bare_loop(count: int) -> Iterator[str]:
    with running(LATENCY, {"users": count}) as url:
        bare, ours = fastest(("bare_loop", url, "users"), ("tenantlint", url, "users"))
    fewer = count // 5
    with running(LATENCY, {"users": fewer}) as url:
        small = measure("tenantlint", url, "users")
    assert (ours.count, small.count) == (count, fewer)
    yield f"{count:,} users with {SERVICE_PLANS} service plans, {bare.count} pages; fastest of {REPEATS} runs"
    yield f"{'':38}{'seconds':>10}{'computing':>12}{'MB at peak':>12}"
    yield _row("bare httpx loop, pages to disk", bare)
    yield _row("tenantlint, snapshot in place", ours)
    yield _row(f"tenantlint, {fewer:,} users, one run", small)
    yield f"  tenantlint takes {ours.seconds / bare.seconds:.2f} times the bare loop (to be at most 1.3)"


def against_typed_models(count: int) -> Iterator[str]:
    with running(LATENCY, {"users": count}) as url:
        typed = measure("typed_models", url, "users")
    with running(LATENCY, {"users": TYPED_USERS}) as url:
        [ours] = fastest(("tenantlint", url, "users"))
    assert (typed.count, ours.count) == (count, TYPED_USERS)
    scale = TYPED_USERS / count
    scaled = "" if scale == 1 else f"; models measured with {count:,} and multiplied"
    yield f"{TYPED_USERS:,} users with {SERVICE_PLANS} service plans{scaled}"
    yield f"{'':38}{'seconds':>10}{'computing':>12}{'MB at peak':>12}"
    yield _row("msgraph-sdk's typed models", typed, scale)
    yield _row("tenantlint", ours)
    yield f"  tenantlint is {typed.seconds * scale / ours.seconds:.0f} times as fast (to be at least 50)"


def resources_together() -> Iterator[str]:
    with running(LATENCY, TOGETHER) as url:
        turns = [("tenantlint", url, name) for name in TOGETHER]
        *alone, together = fastest(*turns, ("tenantlint", url, ",".join(TOGETHER)))
    yield f"{len(TOGETHER)} resources at the same time; fastest of {REPEATS} runs"
    yield f"{'':38}{'seconds':>10}{'pages':>12}{'records':>12}"
    for (name, count), one in zip(TOGETHER.items(), alone, strict=True):
        yield f"  {name:<36}{one.seconds:>10.2f}{-(-count // PAGE):>12}{one.count:>12,}"
    yield f"  {'all of them':<36}{together.seconds:>10.2f}{'':>12}{together.count:>12,}"
    slowest = max(one.seconds for one in alone)
    one_by_one = sum(one.seconds for one in alone)
    yield (
        f"  all take {together.seconds / slowest:.2f} times the slowest alone, "
        f"{together.seconds / one_by_one:.2f} times all one by one"
    )


def _row(label: str, one: Measured, scale: float = 1.0) -> str:
    return f"  {label:<36}{one.seconds * scale:>10.2f}{one.processor * scale:>12.2f}{one.megabytes:>12.0f}"


def report(count: int, typed: int) -> Iterator[str]:
    """All tables, line by line."""
    yield from against_a_bare_loop(count)
    if typed:
        yield ""
        yield from against_typed_models(typed)
    yield ""
    yield from resources_together()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.collect", description=__doc__)
    parser.add_argument("--users", type=int, default=USERS, help="Users of the collection beside a bare loop.")
    parser.add_argument("--typed", type=int, default=0, metavar="N", help="Also the typed models, with N users.")
    parser.add_argument("--write", action="store_true", help="Put the table into README.md.")
    options = parser.parse_args(arguments)
    page.show("collect", PACKAGES, report(options.users, options.typed), write=options.write)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(*sys.argv[2:])
    else:
        main(sys.argv[1:])
