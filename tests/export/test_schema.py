"""An export in JSON fits its published schema, which has an example for every column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from scanner.config import load_config
from scanner.demo.run import CONFIG
from scanner.export import EXPORTS, Export
from scanner.export.columns import columns
from scanner.export.forms import to_json_document
from scanner.export.inventory import take
from scanner.export.schema import EXAMPLES, schema
from scanner.snapshot import Snapshot
from tests.policies.conftest import DemoScan

CHECK = Draft202012Validator(schema())
each_export = pytest.mark.parametrize("export", EXPORTS.values(), ids=list(EXPORTS))


def document(export: Export, path: Path) -> str:
    return to_json_document(take(export, Snapshot.open(path), load_config(CONFIG).break_glass))


@each_export
def test_every_column_has_an_example(export: Export) -> None:
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert list(examples) == list(EXPORTS)
    assert list(examples[export.name]) == [column.name for column in columns(export)]


@each_export
def test_what_is_written_fits(demo: DemoScan, export: Export) -> None:
    written = json.loads(document(export, demo.snapshot))
    CHECK.validate(written)
    column = columns(export)[0].name
    with pytest.raises(ValidationError):
        CHECK.validate({**written, "rows": [{**written["rows"][0], column: {"no": "cell"}}]})


def test_what_lacks_something_fits_too(tmp_path: Path) -> None:
    path = tmp_path / "snap.json"
    path.write_text('{"users": []}', encoding="utf-8")
    written = json.loads(document(EXPORTS["role-assignments"], path))
    assert written["missing"]
    CHECK.validate(written)


def test_an_export_that_there_is_not_does_not_fit() -> None:
    with pytest.raises(ValidationError):
        CHECK.validate({"export": "everything"})
