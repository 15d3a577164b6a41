"""What ``tenantlint collect`` does: sign in, read what a selection of policies needs, write the snapshot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from scanner import __version__
from scanner.collect import clouds
from scanner.collect.active_directory import AdExport, write_ad_users
from scanner.collect.arm import ArmClient
from scanner.collect.auth import Credential
from scanner.collect.graph import GLOBAL, GraphClient
from scanner.collect.plan import Plan
from scanner.collect.progress import choose
from scanner.collect.retry import Clock
from scanner.collect.run import Options, collect
from scanner.collect.summary import summary
from scanner.snapshot import Manifest, Purpose, Resumable, Snapshot, SnapshotWriter, was_finished
from scanner.tenant.break_glass.declared import BreakGlass


@dataclass(frozen=True)
class Target:
    """Where the snapshot goes, and how much is told on the way."""

    output: Path
    force: bool = False
    quiet: bool = False
    resume: timedelta | None = None
    """Go on with a collection that was stopped and began at most so long ago; None: begin anew."""
    ad_users: Path | None = None
    """An export of the users of Active Directory, to be added to the snapshot."""
    command: str = ""
    """The command that goes on with this collection should it be stopped; empty: the plainest one."""

    @property
    def again(self) -> str:
        """The command that goes on with it."""
        return self.command or f"tenantlint collect --output {self.output} --resume"


@dataclass(frozen=True)
class Service:
    """Which services are asked, and by which clock."""

    endpoint: str = GLOBAL
    """Microsoft Graph."""
    azure: str = ""
    """Azure Resource Manager; empty: it is not asked."""
    cloud: str = clouds.GLOBAL.name
    clock: Clock = field(default_factory=Clock)


MICROSOFT = Service(azure=clouds.GLOBAL.arm)


def run_collect(
    plan: Plan, declared: BreakGlass, source: Credential, target: Target, service: Service = MICROSOFT
) -> Manifest:
    """Collect ``plan`` into ``target``, with what only the ``declared`` break-glass accounts and groups have.

    Raises ``DirectoryExportError`` before anyone has signed in, ``SignInError`` before anything is read,
    ``OutputError`` where the folder cannot be written, and what ``Unfinished.open`` raises. Whatever could not be read
    stands in the manifest that is returned.
    """
    export = AdExport(target.ad_users) if target.ad_users is not None else None
    options = Options(
        groups=declared.groups,
        accounts=declared.accounts,
        cloud=service.cloud,
        tenant_id=source.tenant_id,
        collected_by=source.client_id,
        last=partial(write_ad_users, export=export, now=service.clock.now()) if export is not None else None,
    )
    asked = plan.digest(declared.groups, declared.accounts)
    purpose = Purpose(asked, options.cloud, options.collected_by, __version__)
    resumable = Resumable(purpose, service.clock.now(), target.resume)
    if target.resume is not None and was_finished(target.output, resumable):
        return Snapshot.open(target.output).manifest
    writer = SnapshotWriter(target.output, force=target.force, resumable=resumable)
    began = service.clock.monotonic()

    async def read() -> Manifest:
        async with _connected(source, service) as (client, azure):
            with choose(quiet=target.quiet) as progress:
                for one in filter(None, (client, azure)):
                    one.waiting = progress.waiting
                if target.resume is not None and writer.unfinished is not None and not writer.unfinished.resumed:
                    progress.note("Nothing to go on with: it begins.")
                return await collect(client, plan, writer, replace(options, azure=azure), progress)

    try:
        # Around the event loop: when it ends, no thread of it writes any more.
        with writer:
            manifest = asyncio.run(read())
    finally:
        _say_what_is_left(writer, target)
    if not target.quiet:
        print(summary(manifest, service.clock.monotonic() - began), file=sys.stderr)
    return manifest


@asynccontextmanager
async def _connected(source: Credential, service: Service) -> AsyncIterator[tuple[GraphClient, ArmClient | None]]:
    """Signs in, and gives a client for each service that is asked. Raises ``SignInError``."""
    # Made first: a package that is missing is said before anyone has signed in.
    client = GraphClient(source, service.endpoint, clock=service.clock)
    azure = ArmClient(source, service.azure, clock=service.clock) if service.azure else None
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(source)
        await stack.enter_async_context(client)
        if azure is not None:
            await stack.enter_async_context(azure)
        # Before anything is drawn: a person may have to be told a code.
        await source.get_token(clouds.scope(service.endpoint), enable_cae=True)
        yield client, azure


def _say_what_is_left(writer: SnapshotWriter, target: Target) -> None:
    """Tells how to go on with a collection that did not come to its end."""
    left = writer.unfinished
    if left is not None and left.left:
        resources = f"{left.left} resource{'' if left.left == 1 else 's'}"
        print(f"Kept in {left.folder}: {resources}. Go on with: {target.again}", file=sys.stderr)
