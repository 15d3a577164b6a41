"""What ``tenantlint collect`` does: sign in, read what a selection of policies needs, write the snapshot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from scanner.collect.auth import Credential
from scanner.collect.graph import GLOBAL, GraphClient
from scanner.collect.plan import Needs, make_plan
from scanner.collect.progress import choose
from scanner.collect.retry import Clock
from scanner.collect.run import Options, collect
from scanner.snapshot import Manifest, SnapshotWriter


@dataclass(frozen=True)
class Target:
    """Where the snapshot goes, and how much is told on the way."""

    output: Path
    force: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Service:
    """Which service is asked, and by which clock."""

    endpoint: str = GLOBAL
    clock: Clock = field(default_factory=Clock)


MICROSOFT = Service()


def run_collect(
    needs: Needs, groups: tuple[str, ...], source: Credential, target: Target, service: Service = MICROSOFT
) -> Manifest:
    """Collect ``needs`` and the members of ``groups`` (ids or display names) into ``target``.

    Raises ``SignInError`` before anything is written, ``OutputError`` where the folder cannot be written. Whatever
    could not be read stands in the manifest that is returned.
    """
    plan = make_plan(needs)
    options = Options(groups=groups, tenant_id=source.tenant_id, collected_by=source.client_id)

    async def read() -> Manifest:
        async with source, GraphClient(source, service.endpoint, clock=service.clock) as client:
            with SnapshotWriter(target.output, force=target.force) as writer, choose(quiet=target.quiet) as progress:
                client.waiting = progress.waiting
                return await collect(client, plan, writer, options, progress)

    return asyncio.run(read())
