"""Makes ``schemas/result.schema.json``: ``python -m scanner.report.schema`` writes it."""

from __future__ import annotations

from scanner.model import Status
from scanner.report.json import Document
from scanner.schemas import DIALECT, FOLDER, Schema, definitions, text

FILE = FOLDER / "result.schema.json"


def schema() -> Schema:
    """The schema of the JSON report."""
    defs = definitions((Document,))
    document = defs.pop("Document")
    document["properties"]["counts"] |= {"propertyNames": {"enum": [status.value for status in Status]}}
    return {
        "$schema": DIALECT,
        **document,
        "title": "tenantlint result",
        "required": ["version", *document["required"]],
        "$defs": defs,
    }


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
