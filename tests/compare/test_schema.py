"""A comparison in JSON fits its published schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from scanner.compare.comparison import compare
from scanner.compare.report import render_json
from scanner.compare.schema import schema
from scanner.model import Scan
from tests.report.samples import SAMPLE, hostile, scan

CHECK = Draft202012Validator(schema())


@pytest.mark.parametrize(
    ("before", "after"),
    [(SAMPLE, scan()), (scan(), SAMPLE), (SAMPLE, SAMPLE), (hostile(), hostile()), (scan(), scan())],
)
def test_what_is_written_fits(before: Scan, after: Scan) -> None:
    CHECK.validate(json.loads(render_json(compare(before, after))))


@pytest.mark.parametrize("change", [{"version": 2}, {"findings": {}}, {"findings": [{"change": "newer"}]}])
def test_another_version_or_shape_does_not(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CHECK.validate(json.loads(render_json(compare(SAMPLE, SAMPLE))) | change)
