"""OCSF compliance findings for SIEMs and data lakes: JSON Lines, one event a finding, and one a policy without any.

The class is Compliance Finding (2003) of the Open Cybersecurity Schema Framework 1.5.0. A finding's ``uid`` stays the
same from run to run; what a baseline already had comes as an update.
https://schema.ocsf.io/1.5.0/classes/compliance_finding
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from scanner.model import Finding, Result, Scan, Severity, Status
from scanner.report.safe import NAME, cut, printable, to_line
from scanner.report.words import (
    MESSAGE,
    WHOLE,
    counted,
    evidence,
    label,
    message,
    missing,
    ordered,
    status_name,
    waiver,
)

Node = dict[str, Any]

VERSION = "1.5.0"
CATEGORY, CLASS = 2, 2003
CREATE, UPDATE = 1, 2
SEVERITIES = {Severity.INFO: 1, Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
INFORMATIONAL = SEVERITIES[Severity.INFO]
NEW, SUPPRESSED, RESOLVED, OTHER = 1, 3, 4, 99
"""``status_id`` of a finding: what is being done about it."""
COMPLIANCE = {
    Status.PASS: (1, "Pass"),
    Status.FAIL: (3, "Fail"),
    Status.WAIVED: (3, "Fail"),
    Status.UNKNOWN: (0, "Unknown"),
    Status.ERROR: (0, "Unknown"),
    Status.MANUAL: (99, "Manual"),
    Status.NOT_APPLICABLE: (99, "Not applicable"),
}
"""``compliance.status_id`` and its name."""


def render(scan: Scan) -> str:
    """One event a line; empty for a scan without policies."""
    scan = ordered(scan)
    return "".join(to_line(event) for result in scan.results for event in _events(result, scan))


def _events(result: Result, scan: Scan) -> Iterator[Node]:
    for finding in result.findings:
        yield _finding(result, finding, scan)
    if not result.findings:
        yield _whole(result, scan)
    elif result.unjudged:
        yield _unjudged(result, scan)


def _finding(result: Result, finding: Finding, scan: Scan) -> Node:
    record = finding.record
    waived = finding.waived is not None
    event = _event(result, scan, UPDATE if finding.known else CREATE, printable(finding.id))
    event |= {
        "message": message(finding),
        "severity_id": SEVERITIES[result.policy.severity],
        "severity": result.policy.severity.value.capitalize(),
        "status_id": SUPPRESSED if waived else NEW,
        "status": "Suppressed" if waived else "New",
        "resources": [
            {
                "uid": printable(record.id),
                "name": cut(printable(record.name), NAME),
                "type": printable(record.resource),
            }
        ],
        "evidences": [{"name": printable(one.path), "data": {"value": one.value}} for one in finding.evidence],
    }
    event["compliance"]["status_details"] = [
        *(printable(source) for source in finding.failed),
        *(evidence(one) for one in finding.evidence),
    ]
    if finding.waived is not None:
        event["status_detail"] = waiver(finding.waived)
    return event


def _whole(result: Result, scan: Scan) -> Node:
    passed = result.status is Status.PASS
    event = _event(result, scan, UPDATE if result.known else CREATE, _digest(result, result.status))
    event |= {
        "message": cut(printable(result.summary), MESSAGE),
        "severity_id": INFORMATIONAL if passed else SEVERITIES[result.policy.severity],
        "severity": "Informational" if passed else result.policy.severity.value.capitalize(),
        "status_id": RESOLVED if passed else OTHER,
        "status": "Resolved" if passed else status_name(result.status).capitalize(),
    }
    event["compliance"]["status_details"] = [missing(lack) for lack in result.missing]
    return event


def _unjudged(result: Result, scan: Scan) -> Node:
    """That records beside the findings could not be judged."""
    first = result.unjudged[0]
    number, reason = counted(len(result.unjudged), "record"), cut(printable(first.reason), MESSAGE)
    event = _event(result, scan, CREATE, _digest(result, "unjudged"))
    event["compliance"] |= {"status_id": COMPLIANCE[Status.UNKNOWN][0], "status": COMPLIANCE[Status.UNKNOWN][1]}
    return event | {
        "message": f"{number} could not be judged, the first {label(first.record)}: {reason}",
        "severity_id": SEVERITIES[result.policy.severity],
        "severity": result.policy.severity.value.capitalize(),
        "status_id": OTHER,
        "status": "Unknown",
    }


def _digest(result: Result, what: str) -> str:
    return sha256(f"{result.policy.id}\0{WHOLE}\0{what}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _event(result: Result, scan: Scan, activity: int, uid: str) -> Node:
    """What every event has."""
    policy = result.policy
    status, name = COMPLIANCE[result.status]
    time = _milliseconds(scan.collected_at)
    return {
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "activity_id": activity,
        "activity_name": "Create" if activity == CREATE else "Update",
        "type_uid": CLASS * 100 + activity,
        "time": time,
        "metadata": {
            "version": VERSION,
            "tenant_uid": printable(scan.tenant_id),
            "product": {
                "name": "tenantlint",
                "vendor_name": "tenantlint",
                "version": printable(scan.tool_version),
            },
        },
        "finding_info": {
            "uid": uid,
            "title": printable(policy.title),
            "desc": printable(policy.description),
            "analytic": {"uid": printable(policy.id), "name": printable(policy.title), "type_id": 1, "type": "Rule"},
            "created_time": time,
        },
        "compliance": {
            "control": printable(policy.id),
            "standards": [printable(framework) for framework in policy.controls],
            "requirements": [printable(one) for ids in policy.controls.values() for one in ids],
            "status_id": status,
            "status": name,
            "status_code": result.status.value,
        },
        "remediation": {
            "desc": printable(policy.remediation),
            "references": [printable(one) for one in policy.references],
        },
    }


def _milliseconds(text: str) -> int:
    """Since 1970, UTC; 0 for a snapshot that does not say when it was made."""
    try:
        return round(msgspec.convert(text, datetime).timestamp() * 1000)
    except (msgspec.ValidationError, OverflowError):
        return 0
