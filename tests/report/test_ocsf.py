"""OCSF events: valid by the framework's own schema, one a finding, and nothing undecided passes for compliant."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from scanner.compare.baseline import against
from scanner.model import Scan, Status
from scanner.report.ocsf import VERSION, render
from tests.report.samples import SAMPLE, finding, hostile, policy, result, scan


@cache
def validator() -> Any:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(VERSION)).get_class_schema("compliance_finding")
    return jsonschema.Draft202012Validator(schema)


def events(sample: Scan) -> list[Any]:
    return [json.loads(line) for line in render(sample).splitlines()]


@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_every_event_fits_the_schema(sample: Scan) -> None:
    for event in events(sample):
        validator().validate(event)


def test_the_schema_refuses_what_is_no_finding() -> None:
    [event, *_] = events(SAMPLE)
    for broken in ({**event, "severity_id": "high"}, {key: event[key] for key in event if key != "finding_info"}):
        with pytest.raises(jsonschema.ValidationError):
            validator().validate(broken)


def test_there_is_an_event_for_each_finding_and_for_what_else_is_to_be_said_of_a_policy() -> None:
    expected = [found.id for one in SAMPLE.results for found in one.findings]
    found = [event["finding_info"]["uid"] for event in events(SAMPLE)]
    assert {*expected} <= {*found}
    others = sum(not one.findings or bool(one.unjudged) for one in SAMPLE.results)
    assert len(found) == len(set(found)) == len(expected) + others


def test_only_what_passes_is_compliant() -> None:
    status = {(event["compliance"]["control"], event["compliance"]["status_id"]) for event in events(SAMPLE)}
    assert {name for name, one in status if one == 1} == {"all-good"}
    assert {name for name, one in status if one == 0} == {"accounts-enabled", "breaks-at-run-time", "needs-sign-ins"}


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    [waived] = [event for event in events(SAMPLE) if event["compliance"]["control"] == "all-accepted"]
    assert waived["status_id"] == 3
    assert "Security board" in waived["status_detail"]


def test_time_is_the_snapshots_in_milliseconds() -> None:
    assert {event["time"] for event in events(SAMPLE)} == {1769846400000}
    assert {event["time"] for event in events(scan(result(policy("x"), Status.PASS), collected_at=""))} == {0}


def test_what_the_baseline_had_is_an_update() -> None:
    rule = policy("one")
    before = scan(result(rule, Status.FAIL, findings=(finding("one", 1),)))
    now = scan(result(rule, Status.FAIL, findings=(finding("one", 1), finding("one", 2))))
    assert [event["type_uid"] for event in events(against(now, before))] == [200302, 200301]
