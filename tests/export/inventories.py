"""Small exports for the tests of what all exports share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.export.base import Export, Legacy, LegacyColumn
from scanner.export.inventory import Inventory
from scanner.tenant.base import Reading, Row
from scanner.tenant.tenant import Tenant

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A row with a column of every type."""

    id: Annotated[str, Meta(description="Id of the user.")]
    displayName: Annotated[str | None, Meta(description="Name of the user.")] = None
    accountEnabled: Annotated[bool | None, Meta(description="Whether they can sign in.")] = None
    devices: Annotated[int, Meta(description="How many they have.")] = 0
    createdDateTime: Annotated[datetime | None, Meta(description="When.")] = None
    mails: Annotated[list[str], Meta(description="All addresses.")] = []


class UserView(Row):
    displayName: str | None = None
    accountEnabled: bool | None = None


def people(tenant: Tenant) -> Iterator[Person]:
    """The users; there may be more where the groups were not collected."""
    for row in tenant.rows("users", UserView):
        yield Person(id=row.id, displayName=row.displayName, accountEnabled=row.accountEnabled)
    lacks = []
    for resource in ("groups", "subscribedSkus"):
        try:
            tenant.snapshot.require(resource)
        except NotCollected as lack:
            lacks.append(lack)
    if lacks:
        raise NotCollected(lacks[0].resource, lacks[0].reason, lacks[1:])


LEGACY = Legacy(
    columns=(LegacyColumn("Name", lambda row: row.displayName or ""), LegacyColumn("Object Id", lambda row: row.id)),
    separator=";",
    includes=lambda row: row.accountEnabled is not False,
)
PEOPLE = Export(
    name="people",
    description="Everybody.",
    row=Person,
    rows=people,
    reads=(Reading("users", UserView),),
    uses=("user.isBreakGlass",),
    legacy=LEGACY,
)
PLAIN = replace(PEOPLE, name="people-plain", legacy=None)


def inventory(rows: Sequence[Person]) -> Inventory:
    return Inventory(PEOPLE, "a-tenant", "Contoso", "2026-11-01T06:00:00Z", tuple(rows))
