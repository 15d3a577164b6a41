"""Collections in processes of their own, which a test can kill at any moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import make_plan
from scanner.collect.retry import Clock
from scanner.demo import routes
from scanner.demo.bodies import Reply
from scanner.demo.emulator import Emulator, Request
from scanner.demo.folder import Table
from scanner.snapshot.journal import read as read_journal
from scanner.tenant.break_glass.declared import BreakGlass

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

NEEDS: Mapping[str, tuple[str, ...]] = {
    "users": ("accountEnabled", "assignedPlans"),
    "groups": ("groupTypes",),
    "groupMembers": ("members",),
    "conditionalAccessPolicies": ("state",),
    "servicePrincipals": ("appRoles",),
    "appRoleAssignedTo": ("assignments",),
    "roleAssignments": ("principalId",),
    "domains": (),
    "namedLocations": (),
    "authorizationPolicy": (),
}
DECLARED = BreakGlass(groups=("Break Glass Accounts",))
BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
"""Ends a process at once; Windows does so for any signal."""
INTERRUPTED = 130
PATIENCE = 20.0
"""Seconds that one collection may take."""

# A process that has imported everything already makes the others: each begins at once.
_processes: SpawnContext | ForkServerContext
if sys.platform == "win32":
    _processes = multiprocessing.get_context("spawn")
else:
    _processes = multiprocessing.get_context("forkserver")
    _processes.set_forkserver_preload([__name__])


class Watched(Emulator):
    """An emulator that tells when so many requests have come."""

    def __init__(self, tables: Mapping[str, Table], *, page_size: int) -> None:
        super().__init__(tables, page_size=page_size)
        self._told = threading.Event()
        self._after = 0

    def tell_after(self, requests: int) -> threading.Event:
        """An event that is set when ``requests`` more have come, before the last of them is answered."""
        self._told = threading.Event()
        self._after = len(self.seen) + requests
        return self._told

    def answer(self, request: Request) -> Reply:
        """As ever, in pages of ten at most where Graph would send up to 999 records."""
        reply = super().answer(replace(request, url=request.url.replace("$top=999", "$top=10")))
        if len(self.seen) == self._after:
            self._told.set()
        return reply


@dataclass(frozen=True)
class Kill:
    """When a process is killed: so many requests after it began, and then a moment."""

    requests: int
    seconds: float = 0.0


@dataclass
class Attempts:
    """One snapshot, collected in as many processes as it takes."""

    emulator: Watched
    url: str
    output: Path
    requests: list[list[str]] = field(default_factory=list)
    """Of each process, the resources it asked for, in order."""
    whole: list[set[str]] = field(default_factory=list)
    """Before each process, the resources that were whole on disk."""

    @property
    def partial(self) -> Path:
        return self.output.with_name(self.output.name + ".partial")

    def attempt(self, kill: Kill | None, signal_number: int = KILL) -> bool:
        """Collects, or goes on; False if the process was killed before it had nothing more to do."""
        self.whole.append(self._whole())
        before = len(self.emulator.seen)
        hours = len(self.whole) - 1
        child = _processes.Process(target=collect_into, args=(self.url, self.output, hours), daemon=True)
        told = self.emulator.tell_after(kill.requests) if kill is not None else None
        child.start()
        if kill is not None and told is not None:
            while child.is_alive() and not told.wait(0.01):
                pass
            child.join(kill.seconds)
            if child.is_alive() and child.pid is not None:
                os.kill(child.pid, signal_number)
        child.join(PATIENCE)
        assert child.exitcode in (0, -KILL, INTERRUPTED), "the collection failed, or did not end"
        self.requests.append([_resource(text) for text in self.emulator.seen[before:]])
        return self.output.exists() and not self.partial.exists()

    def _whole(self) -> set[str]:
        if self.output.exists():  # killed while it tidied up
            return set(NEEDS)
        left = read_journal(self.partial) if self.partial.exists() else None
        return set(left.resources) if left is not None else set()


def collect_into(url: str, output: Path, hours: int) -> None:
    """What the process does: collect, ``hours`` after the first one began; from the second on with ``--resume``."""
    clock = Clock(now=lambda: BEGIN + timedelta(hours=hours))
    resume = timedelta(hours=24) if hours else None
    service = Service(url, azure="", clock=clock)
    target = Target(output, quiet=True, resume=resume)
    try:
        with output.with_name("told").open("a") as told, redirect_stderr(told):
            run_collect(make_plan(NEEDS), DECLARED, StaticTokenCredential("t"), target, service)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _resource(text: str) -> str:
    found = routes.match(text.partition(" ")[2].partition("?")[0].strip("/"))
    assert found is not None, text
    return found.resource.name
