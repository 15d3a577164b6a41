"""Exports: inventories of a tenant as CSV or JSON.

Adding one is a module beside ``base`` and an entry in ``EXPORTS``.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.export.ad_matches import AD_MATCHES
from scanner.export.base import Export
from scanner.export.break_glass import BREAK_GLASS
from scanner.export.privileged_apps import PRIVILEGED_APPS
from scanner.export.role_assignments import ROLE_ASSIGNMENTS
from scanner.export.windows_365 import WINDOWS_365

_ALL: tuple[Export, ...] = (ROLE_ASSIGNMENTS, PRIVILEGED_APPS, BREAK_GLASS, AD_MATCHES, WINDOWS_365)

EXPORTS: Mapping[str, Export] = {export.name: export for export in _ALL}
"""By name, in the order that the help lists them."""

__all__ = ["EXPORTS", "Export"]
