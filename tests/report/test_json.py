"""The JSON report and its published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from scanner.model import Result, Scan, Status
from scanner.report.json import Document, render
from scanner.report.schema import FILE, schema
from scanner.schemas import text
from tests.report.samples import SAMPLE, hostile, scan


def test_the_schema_file_is_in_step_with_the_structs() -> None:
    assert FILE.read_text(encoding="utf-8") == text(schema()), "run python -m scanner.report.schema"


@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_a_report_fits_the_schema(sample: Scan) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(json.loads(render(sample)))


@pytest.mark.parametrize("change", [{"version": 2}, {"results": {}}, {"counts": {"failed": 1}}])
def test_another_version_or_shape_does_not_fit(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(json.loads(render(SAMPLE)) | change)


def test_the_scan_can_be_read_back_whole() -> None:
    document = msgspec.json.decode(render(SAMPLE), type=Document)
    assert document.version == 1
    assert document.notes == SAMPLE.notes
    expected = sorted(SAMPLE.results, key=lambda one: one.policy.id)
    fields = [name for name in Result.__struct_fields__ if name not in ("findings", "missing")]
    for got, wanted in zip(document.results, expected, strict=True):
        assert [getattr(got, name) for name in fields] == [getattr(wanted, name) for name in fields]
        assert sorted(got.findings, key=lambda one: one.id) == sorted(wanted.findings, key=lambda one: one.id)
        assert set(got.missing) == set(wanted.missing)


def test_the_version_comes_first_and_every_status_is_counted() -> None:
    content = json.loads(render(SAMPLE))
    assert next(iter(content)) == "version"
    assert content["counts"] == {status.value: SAMPLE.count(status) for status in Status}
