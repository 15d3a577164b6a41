"""OSCAL assessment results 1.2.1 as JSON, for governance tools: what was observed, and which objectives are satisfied.

Each policy is an objective. It has a finding (satisfied or not; what could not be decided is not) and an observation
for every record that breaks it, with the evidence. A policy that does not apply has an observation only. The reviewed
controls are those of the frameworks that the policies serve. Ids are made of the tenant's, the policy's and the
record's, so that they stay the same from run to run.
https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/json-reference/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from scanner.model import Finding, PolicyInfo, Result, Scan, Status
from scanner.report.safe import NAME, cut, printable, printable_lines, to_json
from scanner.report.words import MESSAGE, counted, evidence, label, message, missing, ordered, status_name, waiver

Node = dict[str, Any]

VERSION = "1.2.1"
NAMESPACE = "urn:tenantlint:oscal"
"""Of our own properties, as OSCAL asks for names that are not its own."""
_EPOCH = "1970-01-01T00:00:00Z"
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]")


def render(scan: Scan) -> str:
    """The scan as one ``assessment-results`` document."""
    scan = ordered(scan)
    time = _time(scan.collected_at)
    tool = _uuid(scan, "tool")
    result: Node = {
        "uuid": _uuid(scan, "result"),
        "title": _line(f"tenantlint {scan.tool_version}", "tenantlint"),
        "description": f"Policies checked on a snapshot of the tenant {_line(scan.tenant_name, 'without a name')}.",
        "start": time,
        "end": time,
        "local-definitions": {"components": [_component(tool, scan)]},
        "reviewed-controls": {"control-selections": [_selection(scan.results)]},
    }
    observations = [node for one in scan.results for node in _observations(one, scan, tool)]
    findings = [
        node for one in scan.results if one.status is not Status.NOT_APPLICABLE for node in _findings(one, scan)
    ]
    if observations:
        result["observations"] = observations
    if findings:
        result["findings"] = findings
    notes = [f"Could not be read: {missing(lack)}" for lack in scan.incomplete] + [
        printable(note.text) for note in scan.notes
    ]
    if notes:
        result["remarks"] = "\n\n".join(notes)
    document: Node = {
        "uuid": _uuid(scan, "document"),
        "metadata": {
            "title": _line(f"Assessment results of {scan.tenant_name or scan.tenant_id}", "Assessment results"),
            "last-modified": time,
            "version": _line(scan.collected_at, "0"),
            "oscal-version": VERSION,
        },
        "import-ap": {"href": "#", "remarks": "There is no assessment plan beside the policies."},
        "results": [result],
    }
    return to_json({"assessment-results": document})


def _component(tool: str, scan: Scan) -> Node:
    return {
        "uuid": tool,
        "type": "software",
        "title": "tenantlint",
        "description": "Policy-as-code compliance scanner for Microsoft Entra tenants.",
        "props": [{"name": "version", "value": _line(scan.tool_version, "0")}],
        "status": {"state": "operational"},
    }


def _selection(results: Sequence[Result]) -> Node:
    ids = {_token(f"{framework}_{one}") for result in results for framework, one in _controls(result.policy)}
    return {"include-controls": [{"control-id": one} for one in sorted(ids)]} if ids else {"include-all": {}}


def _controls(policy: PolicyInfo) -> Iterator[tuple[str, str]]:
    return ((framework, one) for framework, ids in policy.controls.items() for one in ids)


def _observations(result: Result, scan: Scan, tool: str) -> Iterator[Node]:
    for finding in result.findings:
        yield _observation(result, scan, tool, _of_finding(finding))
    if result.findings and result.unjudged:
        first = result.unjudged[0]
        number = counted(len(result.unjudged), "record")
        told = f"{number} could not be judged, the first {label(first.record)}: {cut(printable(first.reason), MESSAGE)}"
        yield _observation(result, scan, tool, {"key": "unjudged", "description": told})
    if not result.findings:
        lacks = "\n".join(missing(lack) for lack in result.missing)
        told = "\n\n".join(filter(None, (cut(printable(result.summary), MESSAGE), lacks)))
        yield _observation(result, scan, tool, {"key": "", "description": told or status_name(result.status)})


def _of_finding(finding: Finding) -> Node:
    remarks = {"remarks": waiver(finding.waived)} if finding.waived else {}
    found = [evidence(one) for one in finding.evidence]
    return {
        "key": finding.id,
        "description": f"{label(finding.record)}: {message(finding)}",
        "props": [
            _prop("resource", finding.record.resource),
            _prop("record-id", finding.record.id),
            *([_prop("waived", "true")] if finding.waived else []),
        ],
        **({"relevant-evidence": [{"description": one} for one in found]} if found else {}),
        **remarks,
    }


def _observation(result: Result, scan: Scan, tool: str, told: Node) -> Node:
    key = told.pop("key")
    return {
        "uuid": _uuid(scan, "observation", result.policy.id, key),
        "title": _line(cut(result.policy.title, NAME), result.policy.id),
        "methods": ["TEST"],
        "types": ["finding" if result.status in (Status.FAIL, Status.WAIVED) else "control-objective"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": tool}]}],
        **told,
        "collected": _time(scan.collected_at),
    }


def _findings(result: Result, scan: Scan) -> Iterator[Node]:
    policy = result.policy
    keys = [finding.id for finding in result.findings] or [""]
    keys += ["unjudged"] if result.findings and result.unjudged else []
    yield {
        "uuid": _uuid(scan, "finding", policy.id),
        "title": _line(cut(policy.title, NAME), policy.id),
        "description": printable_lines(policy.description) or policy.id,
        "props": [_prop("severity", policy.severity), _prop("status", result.status), _prop("policy", policy.id)],
        "target": {
            "type": "objective-id",
            "target-id": _token(policy.id),
            "status": {
                "state": "satisfied" if result.status is Status.PASS else "not-satisfied",
                "reason": {Status.PASS: "pass", Status.FAIL: "fail"}.get(result.status, "other"),
                "remarks": cut(printable(result.summary), MESSAGE) or status_name(result.status),
            },
        },
        "related-observations": [{"observation-uuid": _uuid(scan, "observation", policy.id, key)} for key in keys],
        **({"remarks": printable_lines(policy.remediation)} if policy.remediation else {}),
    }


def _prop(name: str, value: str) -> Node:
    return {"name": name, "ns": NAMESPACE, "value": _line(cut(value, MESSAGE), "none")}


def _line(text: str, otherwise: str) -> str:
    """Text on one line without white space around it, as OSCAL's strings are; never empty."""
    return " ".join(printable(text).split()) or otherwise


def _token(text: str) -> str:
    """An OSCAL token: it begins with a letter or an underscore."""
    return "_" * (not text[:1].isalpha()) + _NO_TOKEN.sub("_", text)


def _uuid(scan: Scan, *parts: str) -> str:
    name = "\0".join((NAMESPACE, scan.tenant_id, *parts))
    return str(uuid5(NAMESPACE_URL, name.encode("utf-8", "backslashreplace").decode()))


def _time(text: str) -> str:
    """UTC; the year 1970 for a snapshot that does not say when it was made."""
    try:
        return msgspec.convert(text, datetime).astimezone(UTC).isoformat()
    except (msgspec.ValidationError, OverflowError):
        return _EPOCH
