"""Exports: inventories of a tenant as CSV or JSON.

Adding one is a module beside ``base`` and an entry in ``EXPORTS``.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.export.base import Export

_ALL: tuple[Export, ...] = ()

EXPORTS: Mapping[str, Export] = {export.name: export for export in _ALL}
"""By name, in the order that the help lists them."""

__all__ = ["EXPORTS", "Export"]
