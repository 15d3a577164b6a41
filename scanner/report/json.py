"""JSON: the whole scan, for programs. The schema is ``schemas/result.schema.json``.

Nothing is cut and nothing left out; text is what the tenant has, with JSON's escapes for what a terminal must not see.
"""

from __future__ import annotations

from typing import Literal

from scanner.model import Scan, Status
from scanner.report.safe import to_json
from scanner.report.words import ordered


class Document(Scan, frozen=True, kw_only=True):
    """All results of one run over one snapshot, as tenantlint writes them for programs."""

    version: Literal[1] = 1
    """Of this format. It changes when a field goes away or changes its meaning, not when one is added."""
    counts: dict[str, int]
    """Number of policies for each status, zeros included."""


def render(scan: Scan) -> str:
    """The scan as indented JSON, policies and records in order of their ids."""
    scan = ordered(scan)
    fields = {name: getattr(scan, name) for name in scan.__struct_fields__}
    counts = {status.value: scan.count(status) for status in Status}
    return to_json({"version": 1, "counts": counts, **fields})
