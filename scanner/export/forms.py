"""The forms of an export: CSV for spreadsheets, JSON for programs, and the CSV of an older script.

The same snapshot gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.export.base import Legacy
from scanner.export.columns import attributes, columns
from scanner.export.inventory import Inventory
from scanner.report.cells import cell, harmless, table
from scanner.report.safe import to_json


def to_csv(inventory: Inventory) -> str:
    """Headings, then a line for each row, separated by commas."""
    heads = [column.name for column in columns(inventory.export)]
    names = attributes(inventory.export)
    return table(heads, ([cell(getattr(row, name)) for name in names] for row in inventory.rows))


def to_legacy_csv(inventory: Inventory, legacy: Legacy) -> str:
    """The columns of the script, in its order and with its separator; cells are made harmless all the same."""
    heads = [column.heading for column in legacy.columns]
    cells = ([harmless(column.cell(row)) for column in legacy.columns] for row in inventory.rows)
    return table(heads, cells, legacy.separator)


def to_json_document(inventory: Inventory) -> str:
    """The inventory for programs: texts are what the tenant has, with JSON's escapes for what steers a terminal."""
    return to_json(
        {
            "version": 1,
            "export": inventory.export.name,
            "tenant": {"id": inventory.tenant_id, "name": inventory.tenant_name},
            "collectedAt": inventory.collected_at,
            "columns": {column.name: column.description for column in columns(inventory.export)},
            "rows": inventory.rows,
            "missing": inventory.missing,
            "notes": inventory.notes,
        }
    )


FORMS: Mapping[str, Callable[[Inventory], str]] = {"csv": to_csv, "json": to_json_document}
"""By the name that the command line has."""
