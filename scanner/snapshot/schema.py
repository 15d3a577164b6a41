"""Makes ``schemas/snapshot.schema.json``: ``python -m scanner.snapshot.schema`` writes it."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.catalogue import BY_NAME, Resource
from scanner.schemas import DIALECT, FOLDER, Schema, definitions, text
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
    defs["SingleFile"]["properties"]["outcomes"] = {"$ref": "#/$defs/Outcomes"}
    defs["Manifest"]["properties"]["format"] = {"const": FORMAT, "description": "Version of this format."}
    defs["Manifest"]["required"] = ["format", *defs["Manifest"]["required"]]
    return {
        "$schema": DIALECT,
        "title": "tenantlint snapshot",
        "description": "The manifest snapshot.json of a snapshot folder, or a snapshot in single-file form.",
        "oneOf": [{"$ref": "#/$defs/Manifest"}, {"$ref": "#/$defs/SingleFile"}],
        "$defs": dict(sorted(defs.items())),
    }


def _records(resource: Resource) -> Schema:
    record: Schema = {"type": "object", "properties": {resource.key: {"type": "string", "minLength": 1}}}
    about = f"Records of Graph type {resource.type}. {resource.documentation}".strip()
    if resource.singleton:
        return {"description": about, "oneOf": [record, {"type": "array", "items": record, "maxItems": 1}]}
    return {"description": about, "type": "array", "items": {**record, "required": [resource.key]}}


if __name__ == "__main__":
    FILE.write_text(text(schema()), encoding="utf-8", newline="\n")
