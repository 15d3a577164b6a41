"""The word ``Export``: an inventory of the tenant as a table, for a spreadsheet or a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.tenant.base import Reading

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


@dataclass(frozen=True)
class LegacyColumn:
    """One column of the script that administrators used before."""

    heading: str
    cell: Callable[[Any], str]
    """From a row of the export to the text."""


@dataclass(frozen=True)
class Legacy:
    """The form that a script printed, for those who process its output: its columns, their order, its separator."""

    columns: tuple[LegacyColumn, ...]
    separator: str
    includes: Callable[[Any], bool] = lambda _: True
    """Which rows the script would have printed."""


@dataclass(frozen=True)
class Export:
    """One inventory."""

    name: str
    """As the command line has it: ``role-assignments``."""
    description: str
    row: type[msgspec.Struct]
    """A row; its fields are the columns in order, camelCase, each ``Annotated`` with a ``Meta`` description. Cells are
    texts, numbers, booleans, aware datetimes, lists of texts, or None."""
    rows: Callable[[Tenant], Iterator[msgspec.Struct]]
    """The rows that are certain, in an order that is the same for the same tenant; then raises ``NotCollected`` if
    there may be more or if a column could not be filled."""
    reads: tuple[Reading, ...] = ()
    """All it may read for itself; what the facts in ``uses`` read comes on top."""
    uses: tuple[str, ...] = ()
    """Facts and derived resources it is made from: ``servicePrincipal.grantedPermissions``, ``roleHoldings``."""
    legacy: Legacy | None = None
    if_empty: str = ""
    """A sentence for the reader of an export without rows: where rows come from."""
