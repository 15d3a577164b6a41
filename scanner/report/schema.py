"""Makes ``schemas/result.schema.json``: ``python -m scanner.report.schema`` writes it."""

from __future__ import annotations

from scanner.model import Status
from scanner.report.example import SCAN
from scanner.report.json import Document, render
from scanner.schemas import FOLDER, Schema, of_document, text

FILE = FOLDER / "result.schema.json"


def schema() -> Schema:
    """The schema of the JSON report."""
    whole = of_document("tenantlint result", Document, render(SCAN))
    whole["properties"]["counts"] |= {"propertyNames": {"enum": [status.value for status in Status]}}
    return whole


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
