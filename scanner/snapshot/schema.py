"""Makes ``schemas/snapshot.schema.json``: ``python -m scanner.snapshot.schema`` writes it."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.schemas import DIALECT, FOLDER, Schema, definitions, illustrate, text
from scanner.snapshot.manifest import FORMAT, Manifest
from scanner.snapshot.single import Frame

FILE = FOLDER / "snapshot.schema.json"


def schema(catalogue: Mapping[str, Resource] = BY_NAME) -> Schema:
    """The schema of ``snapshot.json`` in a folder and of a snapshot in single-file form, told apart by ``format``."""
    defs = definitions((Manifest, Frame))
    frame = defs.pop("Frame")
    defs["SingleFile"] = {
        "title": "SingleFile",
        "description": "A whole snapshot in one file, written by hand. A resource that is absent was not collected.",
        "type": "object",
        "properties": {**frame["properties"], **{name: _records(catalogue[name]) for name in sorted(catalogue)}},
        "additionalProperties": False,
    }
    defs["Outcomes"] = {
        "description": "Resources that have no records here, and why.",
        "type": "object",
        "propertyNames": {"enum": sorted(catalogue)},
        "additionalProperties": {"$ref": "#/$defs/OutcomeOf"},
    }
    about = frame["properties"]["outcomes"]["description"]
    defs["SingleFile"]["properties"]["outcomes"] = {"$ref": "#/$defs/Outcomes", "description": about}
    defs["Manifest"]["properties"]["format"] = {"const": FORMAT, "description": "Version of this format."}
    defs["Manifest"]["required"] = ["format", *defs["Manifest"]["required"]]
    illustrate({**defs["Manifest"], "$defs": defs}, _MANIFEST)
    illustrate({**defs["SingleFile"], "$defs": defs}, _SINGLE_FILE)
    return {
        "$schema": DIALECT,
        "title": "tenantlint snapshot",
        "description": "The manifest snapshot.json of a snapshot folder, or a snapshot in single-file form.",
        "oneOf": [{"$ref": "#/$defs/Manifest"}, {"$ref": "#/$defs/SingleFile"}],
        "$defs": dict(sorted(defs.items())),
    }


_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_TENANT = "11111111-2222-3333-4444-555555555555"
_MANIFEST = {
    "format": FORMAT,
    "tenant_id": _TENANT,
    "tenant_name": "Contoso",
    "collected_at": "2026-11-01T06:00:00Z",
    "tool_version": "1.0.0",
    "cloud": "global",
    "collected_by": "6f1d3c7a-92b4-4e0d-8a55-c1e27f9b6d08",
    "resumed": ["2026-11-01T07:30:00Z"],
    "redacted": False,
    "resources": {
        "users": {
            "outcome": "collected",
            "reason": "signInActivity: AuditLog.Read.All",
            "requests": ["GET /v1.0/users?$select=id,displayName&$top=999"],
            "records": 2,
            "files": [{"name": "users.jsonl", "sha256": _HASH, "records": 2}],
            "seconds": 0.4,
            "sent": 1,
            "units": 2,
            "properties": ["displayName", "id"],
            "key": "id",
            "repeated": 0,
        },
        "adUsers": {
            "outcome": "collected",
            "imported": {"file": "ad-users.csv", "sha256": _HASH, "at": "2026-11-01T06:10:00Z"},
        },
    },
}
"""A manifest in which every field has a value."""
_SINGLE_FILE = {
    "tenant": {"id": _TENANT, "displayName": "Contoso"},
    "collectedAt": "2026-11-01T06:00:00Z",
    "outcomes": {"roleAssignments": {"outcome": "denied", "reason": "RoleManagement.Read.Directory"}},
}


def _records(resource: Resource) -> Schema:
    key = {"type": "string", "minLength": 1, "description": "What identifies the record.", "examples": [_TENANT]}
    record: Schema = {"type": "object", "properties": {resource.key: key}}
    example = {resource.key: _TENANT}
    about = f"Records of Graph type {resource.type}: {resource.documentation}."
    if resource.singleton:
        return {
            "description": about,
            "oneOf": [record, {"type": "array", "items": record, "maxItems": 1}],
            "examples": [example],
        }
    return {
        "description": about,
        "type": "array",
        "items": {**record, "required": [resource.key]},
        "examples": [[example]],
    }


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
