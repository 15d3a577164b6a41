"""OSCAL assessment results: accepted by models made from NIST's schema, stable, and undecided is not satisfied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from trestle.oscal.assessment_results import AssessmentResults

from scanner.model import Scan, Status
from scanner.report.oscal import render
from tests.report.samples import SAMPLE, finding, hostile, policy, result, scan


def document(sample: Scan) -> Any:
    return json.loads(render(sample))["assessment-results"]


@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_it_is_valid(sample: Scan) -> None:
    AssessmentResults.model_validate(document(sample))


@pytest.mark.parametrize(
    ("change", "value"), [("uuid", "x"), ("import-ap", {}), ("results", [{"uuid": "x"}]), ("unknown", 1)]
)
def test_the_models_refuse_what_is_not(change: str, value: object) -> None:
    with pytest.raises(ValidationError):
        AssessmentResults.model_validate({**document(SAMPLE), change: value})


def test_only_what_passes_is_satisfied() -> None:
    states = {
        one["target"]["target-id"]: one["target"]["status"]["state"]
        for one in document(SAMPLE)["results"][0]["findings"]
    }
    assert {name for name, state in states.items() if state == "satisfied"} == {"all-good"}
    assert set(states) == {one.policy.id for one in SAMPLE.results if one.status is not Status.NOT_APPLICABLE}


def test_every_finding_is_an_observation_that_its_objective_names() -> None:
    [told] = document(SAMPLE)["results"]
    observed = {one["uuid"] for one in told["observations"]}
    named = [one["observation-uuid"] for each in told["findings"] for one in each["related-observations"]]
    assert set(named) <= observed
    expected = sum((len(one.findings) or 1) + bool(one.findings and one.unjudged) for one in SAMPLE.results)
    assert len(observed) == len(told["observations"]) == expected


def test_ids_stay_the_same_when_a_record_is_renamed_and_differ_between_tenants() -> None:
    rule = policy("one")
    one = scan(result(rule, Status.FAIL, findings=(finding("one", 1),)))
    ids = [{node["uuid"] for node in document(sample)["results"][0]["observations"]} for sample in (one, one)]
    other = scan(result(rule, Status.FAIL, findings=(finding("one", 1),)), tenant_id="other")
    assert ids[0] == ids[1]
    assert not ids[0] & {node["uuid"] for node in document(other)["results"][0]["observations"]}


def test_controls_of_frameworks_are_the_reviewed_ones() -> None:
    [told] = document(SAMPLE)["results"]
    [selection] = told["reviewed-controls"]["control-selections"]
    assert {"control-id": "cisa-scuba_MS.AAD.3.1"} in selection["include-controls"]


def test_a_snapshot_without_a_time_has_one_all_the_same() -> None:
    AssessmentResults.model_validate(document(scan(result(policy("x"), Status.PASS), collected_at="", tenant_name="")))
