"""The SARIF report: valid by the standard's schema and by GitHub's stricter rules, alerts stable and never lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Finding, Missing, Outcome, Record, Scan, Severity, Status
from scanner.report.sarif import render
from scanner.report.sarif_rule import TEXT, sentence
from tests.report.samples import ACCEPTED, SAMPLE, TENANT, finding, hostile, policy, record, result, scan

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
SAMPLES = pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])


def run_of(sample: Scan, **options: int) -> Any:
    [run] = json.loads(render(sample, **options))["runs"]
    return run


def alerts(sample: Scan) -> set[tuple[str, str, str]]:
    """What GitHub matches alerts by."""
    return {
        (
            node["ruleId"],
            node["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            node["partialFingerprints"]["primaryLocationLineHash"],
        )
        for node in run_of(sample)["results"]
    }


@SAMPLES
def test_it_is_valid_sarif(sample: Scan) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(render(sample)))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"results": []}]})


@SAMPLES
def test_it_keeps_to_what_github_takes(sample: Scan) -> None:
    report = render(sample)
    log = json.loads(report)
    assert set(log) == {"$schema", "version", "runs"}
    assert len(log["runs"]) == 1
    assert len(gzip.compress(report.encode())) < 10 * 2**20
    run = log["runs"][0]
    assert run["tool"]["driver"]["name"] == "tenantlint"
    # Azure DevOps asks for it: rule GHAzDO1018 of Microsoft's SARIF multitool.
    assert run["tool"]["driver"]["fullName"].startswith("tenantlint")
    assert len(run["results"]) <= 25_000
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert 0 < len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 20
        assert 0 < float(rule["properties"].get("security-severity", "1")) <= 10
    for node in run["results"]:
        assert rules[node["ruleIndex"]]["id"] == node["ruleId"]
        assert 0 < len(node["message"]["text"]) <= 1024
        [location] = node["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri
        assert not uri.startswith(("/", ".", "http", "file"))
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert (region["startColumn"], region["endLine"]) == (1, region["startLine"])
        assert node["partialFingerprints"]["primaryLocationLineHash"]
        assert "suppressions" not in node
        assert "fixes" not in node
    assert run["invocations"][0]["executionSuccessful"] is True


def empty_strings(content: Any, path: str = "") -> list[str]:
    match content:
        case "":
            return [path]
        case dict():
            return [found for name, item in content.items() for found in empty_strings(item, f"{path}/{name}")]
        case list():
            return [found for place, item in enumerate(content) for found in empty_strings(item, f"{path}/{place}")]
    return []


@SAMPLES
def test_no_text_is_empty(sample: Scan) -> None:
    assert empty_strings(json.loads(render(sample))) == []


def test_no_text_is_empty_though_a_policy_has_none() -> None:
    bare = policy("bare", title="", description="", remediation="", references=(), controls={}, tags=(), source="")
    nameless = Finding("f", Record("users", "x", ""), "", (), ())
    sample = scan(
        result(bare, Status.FAIL, summary="", findings=(nameless,)),
        result(bare, Status.UNKNOWN, summary=""),
        tenant_id="",
        tenant_name="",
        collected_at="",
        tool_version="",
    )
    assert empty_strings(json.loads(render(sample))) == []
    assert run_of(sample)["automationDetails"]["id"] == "tenantlint/unknown/"


def test_a_finding_points_at_the_rule_and_names_the_record() -> None:
    node = next(node for node in run_of(SAMPLE)["results"] if node["ruleId"] == "accounts-enabled")
    assert node["level"] == "error"
    assert node["message"]["text"].splitlines() == [
        "person1@contoso.example (00000000-0000-4000-8000-000000000001): person1 is enabled",
        "user.accountEnabled = true",
        'user.otherMails = ["a@b.example"]',
        "not met: user.otherMails.size() == 0",
    ]
    [location] = node["locations"]
    assert location == {
        "physicalLocation": {
            "artifactLocation": {"uri": "policies/break-glass/accounts-enabled.yaml"},
            "region": {"startLine": 14, "startColumn": 1, "endLine": 14, "endColumn": 8},
        },
        "logicalLocations": [
            {
                "name": "person1@contoso.example",
                "fullyQualifiedName": "users/00000000-0000-4000-8000-000000000001",
                "kind": "object",
            }
        ],
    }


def test_the_worst_come_first() -> None:
    rules = [node["ruleId"] for node in run_of(SAMPLE)["results"]]
    assert list(dict.fromkeys(rules)) == [
        "block-legacy",
        "accounts-enabled",
        "password-in-safe",
        "needs-sign-ins",
        "breaks-at-run-time",
    ]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
        (Severity.INFO, "note", None),
    ],
)
def test_severity_is_a_level_and_a_score_in_githubs_range(severity: Severity, level: str, score: str | None) -> None:
    run = run_of(scan(result(policy("one", severity), Status.FAIL, findings=(finding("one", 1),))))
    [rule] = run["tool"]["driver"]["rules"]
    assert run["results"][0]["level"] == rule["defaultConfiguration"]["level"] == level
    assert rule["properties"].get("security-severity") == score


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.UNKNOWN, "open"), (Status.ERROR, "open"), (Status.MANUAL, "review")]
)
def test_what_is_not_decided_is_a_result_that_says_so(status: Status, kind: str) -> None:
    lack = Missing("users", Outcome.DENIED, "User.Read.All")
    [node] = run_of(scan(result(policy("one"), status, missing=(lack,))))["results"]
    assert (node["kind"], node["level"]) == (kind, "none")
    assert f"Title of one: {status}. This is {status}." in node["message"]["text"]
    assert "users: denied: User.Read.All" in node["message"]["text"]


@pytest.mark.parametrize("status", [Status.PASS, Status.NOT_APPLICABLE, Status.WAIVED])
def test_what_is_in_order_is_no_result(status: Status) -> None:
    sample = scan(result(policy("one"), status, findings=(finding("one", 1, ACCEPTED),)))
    assert run_of(sample)["results"] == []
    assert [rule["id"] for rule in run_of(sample)["tool"]["driver"]["rules"]] == ["one"]


def test_a_violation_without_a_record_is_a_result_of_the_policy() -> None:
    [node] = run_of(scan(result(policy("one"), Status.FAIL, summary="None is there.")))["results"]
    assert (node["kind"], node["message"]["text"]) == ("fail", "Title of one: None is there.")


def test_records_that_could_not_be_judged_beside_a_violation_are_told() -> None:
    nodes = [node for node in run_of(SAMPLE)["results"] if node["ruleId"] == "accounts-enabled"]
    assert [node["kind"] for node in nodes] == ["fail", "fail", "open"]
    assert "1 record could not be judged, the first person4@contoso.example" in nodes[-1]["message"]["text"]


def test_waived_findings_are_left_out_and_counted() -> None:
    run = run_of(SAMPLE)
    assert not [node for node in run["results"] if "person2@" in node["message"]["text"]]
    notices = [notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert "2 findings waived and left out; the JSON report has all." in notices


def test_a_degraded_run_can_be_told_from_a_clean_one() -> None:
    [notice, *_] = run_of(SAMPLE)["invocations"][0]["toolExecutionNotifications"]
    assert notice == {
        "level": "warning",
        "descriptor": {"id": "not-read"},
        "message": {"text": "Could not be read: roleAssignments: denied: RoleManagement.Read.Directory"},
    }
    clean = scan(result(policy("one"), Status.PASS))
    assert run_of(clean)["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_the_category_is_the_tenant_whatever_its_id_looks_like() -> None:
    assert run_of(SAMPLE)["automationDetails"]["id"] == f"tenantlint/{TENANT}/"
    assert run_of(scan(tenant_id="a/b c"))["automationDetails"]["id"] == "tenantlint/a%2Fb%20c/"


def one_finding(changed_policy: dict[str, Any], changed_record: dict[str, Any], message: str = "m") -> Scan:
    who = msgspec.structs.replace(record(1), **changed_record)
    found = Finding("f", who, message, (), ())
    return scan(result(policy("one", **changed_policy), Status.FAIL, findings=(found,)))


@pytest.mark.parametrize(
    ("changed_policy", "changed_record", "message"),
    [
        ({"line": 99}, {}, "m"),
        ({"title": "Another", "description": "Another", "severity": Severity.LOW}, {}, "m"),
        ({"source": "true"}, {}, "m"),
        ({}, {"name": "renamed"}, "m"),
        ({}, {}, "another message"),
    ],
)
def test_an_alert_stays_the_same_when_it_is_worded_or_placed_differently(
    changed_policy: dict[str, Any], changed_record: dict[str, Any], message: str
) -> None:
    assert alerts(one_finding(changed_policy, changed_record, message)) == alerts(one_finding({}, {}))


@pytest.mark.parametrize("changed_record", [{"id": "another"}, {"resource": "groups"}])
def test_another_record_is_another_alert(changed_record: dict[str, Any]) -> None:
    assert not alerts(one_finding({}, changed_record)) & alerts(one_finding({}, {}))


@SAMPLES
def test_no_two_results_share_a_fingerprint(sample: Scan) -> None:
    assert len(alerts(sample)) == len(run_of(sample)["results"])


def test_a_path_is_an_escaped_relative_uri() -> None:
    [(_, uri, _)] = alerts(one_finding({"path": "./my policies/ä#1.yaml"}, {}))
    assert uri == "my%20policies/%C3%A4%231.yaml"


def test_too_many_results_are_cut_worst_kept_and_counted() -> None:
    def failing(id: str, severity: Severity, number: int) -> Any:
        return result(policy(id, severity), Status.FAIL, findings=tuple(finding(id, n) for n in range(number)))

    sample = scan(
        failing("low", Severity.LOW, 30),
        failing("critical", Severity.CRITICAL, 10),
        failing("high", Severity.HIGH, 30),
        result(policy("undecided", Severity.INFO), Status.UNKNOWN),
    )
    run = run_of(sample, limit=30)
    rules = [node["ruleId"] for node in run["results"]]
    assert len(rules) <= 30
    assert [rules.count(id) for id in ("critical", "high", "low", "undecided")] == [10, 17, 1, 1]
    texts = [node["message"]["text"] for node in run["results"]]
    assert "14 more findings of this policy left out of this file; the JSON report has all." in texts
    assert "30 more findings of this policy left out of this file; the JSON report has all." in texts
    notices = [notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert notices == ["high: 14 findings left out.", "low: 30 findings left out."]


def test_more_results_than_github_shows_are_announced() -> None:
    findings = tuple(finding("many", n) for n in range(5_001))
    run = run_of(scan(result(policy("many"), Status.FAIL, findings=findings)))
    assert len(run["results"]) == 5_001
    [notice] = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("GitHub shows the 5,000 most severe of the 5,001 results")


@given(st.text(st.sampled_from("{}](x"), max_size=40), st.integers(24, 60))
def test_no_name_makes_a_placeholder_or_a_link(text: str, limit: int) -> None:
    shown = sentence(text, limit)
    assert len(shown) <= limit
    assert "](" not in shown
    assert "{" not in shown.replace("{{", "")
    assert "}" not in shown.replace("}}", "")


def test_a_text_of_braces_alone_fits_too() -> None:
    shown = sentence("{" * 2000)
    assert len(shown) <= TEXT
    left = int(shown.split("(+")[1].split()[0].replace(",", ""))
    assert shown.startswith("{{" * (2000 - left) + "…")


def test_long_texts_say_what_is_missing() -> None:
    found = Finding("f", record(1), "m" * 5000, (), ())
    long = policy("one", description="d" * 5000)
    run = run_of(scan(result(long, Status.FAIL, findings=(found,))))
    assert run["tool"]["driver"]["rules"][0]["fullDescription"]["text"].endswith(" characters)")
    assert " characters)" in run["results"][0]["message"]["text"]
    assert len(run["results"][0]["message"]["text"]) <= TEXT


def test_more_tags_than_github_takes_are_cut_to_the_first() -> None:
    [rule] = run_of(scan(result(policy("one", tags=tuple(f"t{n}" for n in range(30))), Status.PASS)))["tool"]["driver"][
        "rules"
    ]
    assert rule["properties"]["tags"] == ["security", *(f"t{n}" for n in range(19))]
