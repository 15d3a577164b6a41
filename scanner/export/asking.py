"""Facts as exports ask for them: a cell that cannot be filled stays empty, and what it lacked is told at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from scanner.errors import NotCollected

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

T = TypeVar("T")


class _Record(NamedTuple):
    """What a fact is asked about."""

    id: str


@dataclass
class Facts:
    """Asks facts, and keeps in mind what they lack."""

    tenant: Tenant
    lacks: dict[str, NotCollected] = field(default_factory=dict)

    def ask(self, fact: str, record: str = "") -> Any:
        """The value of ``user.roles`` and the like for the record with this id, or None if it is not known."""
        owner, _, name = fact.partition(".")
        return self.read(lambda: self.tenant.fact(owner, name)(_Record(record)))

    def read(self, make: Callable[[], T]) -> T | None:
        """What ``make`` gives, or None if that was not collected."""
        try:
            return make()
        except NotCollected as lack:
            self.lack(lack)
            return None

    def lack(self, lack: NotCollected) -> None:
        """Keeps one in mind."""
        self.lacks.setdefault(lack.resource, lack)

    def close(self) -> None:
        """Raises ``NotCollected`` with all that was lacking."""
        if self.lacks:
            first, *others = self.lacks.values()
            raise NotCollected(first.resource, first.reason, (*first.others, *others))


def time_of(tenant: Tenant) -> datetime:
    """The snapshot's own time; that of the clock for one written by hand without."""
    text = tenant.snapshot.manifest.collected_at
    return msgspec.convert(text, datetime) if text else datetime.now(UTC)
