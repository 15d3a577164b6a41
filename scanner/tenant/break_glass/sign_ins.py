"""Sign-ins of break-glass accounts, as far back as the log keeps them, each with whether a test explains it.

The log is interactive sign-ins, failed ones too, and keeps them for a month:
https://learn.microsoft.com/graph/api/resources/signin
https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class Status(msgspec.Struct, gc=False):
    """What became of a sign-in."""

    errorCode: int | None = None


class Entry(msgspec.Struct, gc=False):
    """One line of the log."""

    createdDateTime: datetime | None = None
    appDisplayName: str | None = None
    ipAddress: str | None = None
    status: Status | None = None


class EntriesRow(Row):
    """The log of the user whose id the row has."""

    signIns: list[Entry] | None = None


SIGN_IN_READS = (Reading("breakGlassSignIns", EntriesRow),)


class RecordedSignIn(msgspec.Struct, frozen=True):
    """One sign-in of a break-glass account."""

    createdDateTime: Annotated[datetime | None, Meta(description="When it was.")]
    successful: Annotated[bool, Meta(description="It succeeded; false for an attempt that failed.")]
    appDisplayName: Annotated[str | None, Meta(description="The application that was signed in to.")]
    ipAddress: Annotated[str | None, Meta(description="Where it came from.")]
    testReason: Annotated[
        str | None,
        Meta(description="The test that explains it, by its declared reason; null outside all test windows."),
    ]


def recorded_sign_ins(tenant: Tenant) -> Callable[[str], list[RecordedSignIn]]:
    """``user.recordedSignIns``; none for who is no break-glass account."""
    is_break_glass = tenant.fact("user", "isBreakGlass")

    def fact(user: str) -> list[RecordedSignIn]:
        if not is_break_glass(Row(user)):
            return []
        entries = tenant.once(_entries).get(user)
        if entries is None:
            raise NotCollected("breakGlassSignIns", f"the sign-ins of {user} were not collected")
        return [_recorded(tenant, entry) for entry in entries]

    return fact


def _entries(tenant: Tenant) -> dict[str, list[Entry]]:
    rows = tenant.rows("breakGlassSignIns", EntriesRow)
    return {row.id: row.signIns for row in rows if row.signIns is not None}


def _recorded(tenant: Tenant, entry: Entry) -> RecordedSignIn:
    """A sign-in whose result or time is not told counts as successful, and as outside all tests."""
    time = entry.createdDateTime
    tests = tenant.break_glass.test_windows if time and time.tzinfo else ()
    return RecordedSignIn(
        createdDateTime=time,
        successful=entry.status is None or entry.status.errorCode in (0, None),
        appDisplayName=entry.appDisplayName,
        ipAddress=entry.ipAddress,
        testReason=next((test.reason for test in tests if time and test.has(time)), None),
    )
