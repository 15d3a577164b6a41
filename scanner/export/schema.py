"""Makes ``schemas/export.schema.json``: ``python -m scanner.export.schema`` writes it.

``examples.json`` beside this module has an example for every column of every export, taken from the demo tenant.
"""

from __future__ import annotations

import json
from pathlib import Path

from scanner.export import EXPORTS
from scanner.model import Missing, Outcome
from scanner.report.example import SCAN
from scanner.schemas import DIALECT, FOLDER, Schema, definitions, illustrate, text

FILE = FOLDER / "export.schema.json"
EXAMPLES = Path(__file__).with_name("examples.json")


def schema() -> Schema:
    """The schema of an export in JSON: the same for all, with rows that ``export`` tells apart."""
    rows = {name: export.row.__name__ for name, export in EXPORTS.items()}
    defs = definitions((Missing, *(export.row for export in EXPORTS.values())))
    whole: Schema = {
        "$schema": DIALECT,
        "title": "tenantlint export",
        "description": "An inventory of a tenant, as `tenantlint export NAME SNAPSHOT --format json` writes it.",
        "type": "object",
        "properties": _frame(),
        "required": list(_frame()),
        "allOf": [
            {
                "if": {"properties": {"export": {"const": name}}, "required": ["export"]},
                "then": {"properties": {"rows": {"items": {"$ref": f"#/$defs/{row}"}}}},
            }
            for name, row in rows.items()
        ],
        "$defs": defs,
    }
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for name, row in rows.items():
        illustrate(defs[row], examples[name])
    lack = {"resource": "groupMembers", "outcome": Outcome.DENIED.value, "reason": "GroupMember.Read.All"}
    illustrate(whole, {"missing": [lack], "rows": [examples[next(iter(rows))]]})
    return whole


def _frame() -> Schema:
    return {
        "version": {
            "const": 1,
            "description": "Of this format. It changes when a key goes away or changes its meaning, not when one is "
            "added.",
            "examples": [1],
        },
        "export": {"enum": list(EXPORTS), "description": "Name of the export.", "examples": list(EXPORTS)[:1]},
        "tenant": {
            "description": "Whose tenant it is.",
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "Id of the tenant.", "examples": [SCAN.tenant_id]},
                "name": {
                    "type": "string",
                    "description": "Its display name. Untrusted text.",
                    "examples": [SCAN.tenant_name],
                },
            },
            "required": ["id", "name"],
            "examples": [{"id": SCAN.tenant_id, "name": SCAN.tenant_name}],
        },
        "collectedAt": {
            "type": "string",
            "description": "RFC 3339, the time of the snapshot.",
            "examples": [SCAN.collected_at],
        },
        "columns": {
            "type": "object",
            "additionalProperties": {"type": "string", "description": "What one column means."},
            "description": "What each key of a row means.",
            "examples": [{"role": "The role's display name."}],
        },
        "rows": {"type": "array", "items": {"type": "object"}, "description": "The rows, in a fixed order."},
        "missing": {
            "type": "array",
            "items": {"$ref": "#/$defs/Missing"},
            "description": "What was not collected, so that rows or values may be missing. Empty: the rows are all "
            "there are.",
        },
        "notes": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What a reader must know besides.",
            "examples": [["Names, addresses and ids are pseudonyms."]],
        },
    }


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
