"""The tenant's own domain, ``….onmicrosoft.com``, which it keeps whatever else happens.

Source: https://learn.microsoft.com/graph/api/resources/domain
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class DomainRow(Row):
    """A domain; its id is its name."""

    isInitial: bool | None = None


DOMAIN_READS = (Reading("domains", DomainRow),)


def initial_domain(tenant: Tenant) -> Callable[[], str | None]:
    """``tenant.initialDomain``."""
    value = next((row.id for row in list(tenant.rows("domains", DomainRow)) if row.isInitial), None)
    return lambda: value
