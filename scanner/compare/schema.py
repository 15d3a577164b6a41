"""Makes ``schemas/comparison.schema.json``: ``python -m scanner.compare.schema`` writes it."""

from __future__ import annotations

from typing import Literal

from scanner.compare.comparison import Change, ChangedValue, Comparison, FindingChange, PolicyChange, Side
from scanner.compare.report import render_json
from scanner.model import Status
from scanner.report.example import FINDING, POLICY, SCAN
from scanner.schemas import FOLDER, Schema, of_document, text

FILE = FOLDER / "comparison.schema.json"


class Document(Comparison, frozen=True, kw_only=True):
    """What changed from one scan to the next, as `tenantlint diff --format json` writes it."""

    version: Literal[1] = 1
    """Of this format. It changes when a field goes away or changes its meaning, not when one is added."""


def schema() -> Schema:
    """The schema of a comparison in JSON."""
    return of_document("tenantlint comparison", Document, render_json(_EXAMPLE))


_EXAMPLE = Comparison(
    tenant_id=SCAN.tenant_id,
    tenant_name=SCAN.tenant_name,
    before=Side("2026-10-01T06:00:00Z", "1.0.0", 120, 30),
    after=Side("2026-11-01T06:00:00Z", "1.1.0", 121, 27),
    findings=(
        FindingChange(
            change=Change.NEW,
            policy=POLICY,
            finding=FINDING,
            reason="It was waived until 2026-10-31.",
            values=(ChangedValue("size(user.assignedLicenses)", 1, 2),),
        ),
    ),
    policies=(PolicyChange(POLICY.id, POLICY.title, Status.PASS, Status.FAIL, ("severity",)),),
    notes=("They were made by different versions: 1.0.0 and 1.1.0.",),
)


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
