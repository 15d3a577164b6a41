"""JUnit XML for CI: one test case a policy.

fail → failure with every finding; unknown and error → error; waived, manual, not applicable and what was so in the
baseline → skipped with the reason. It is valid against the XSD of Jenkins' xUnit plugin, stricter than other readers:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd

The test case's name is the policy's id, as Azure Pipelines shows the name only and GitLab wants names unique; the class
name holds the tenant, so that histories of tenants stay apart. Neither changes when a title does. Elements are built by
junit-xml and serialized here: its own serialization writes attributes that the XSD refuses, and drops characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Result, Scan, Status
from scanner.report.safe import cut, printable
from scanner.report.words import Line, details, missing, ordered, remedy, status_name, waiver

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from junit_xml import TestCase

TOOL = "tenantlint"
NAME_LIMIT = 250
"""Characters. Azure Pipelines refuses to publish a file with longer names: https://github.com/dotnet/arcade/issues/9389"""
MESSAGE_LIMIT = 1000
TOTALS = ("tests", "failures", "errors")


def render(scan: Scan) -> str:
    """The scan as a JUnit XML document, UTF-8."""
    from xml.etree.ElementTree import Element, indent, tostring

    from junit_xml import TestSuite

    scan = ordered(scan)
    names = _unique([result.policy.id for result in scan.results])
    cases = [_case(result, name, scan) for result, name in zip(scan.results, names, strict=True)]
    suite: Element = TestSuite(
        printable(f"{TOOL} {scan.tenant_id}".strip()),
        cases,
        timestamp=_timestamp(scan.collected_at),
        properties=_properties(scan),
        stderr=_not_read(scan),
    ).build_xml_doc()
    suite.attrib.pop("disabled")
    root = Element("testsuites", {"name": TOOL, **{total: suite.attrib[total] for total in TOTALS}})
    root.append(suite)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(result: Result, name: str, scan: Scan) -> TestCase:
    from junit_xml import TestCase

    case = TestCase(name, classname=printable(f"{TOOL}.{scan.tenant_id or 'tenant'}"))
    summary = cut(printable(f"{result.policy.title}: {result.summary}"), MESSAGE_LIMIT)
    text = _text(result)
    match result.status:
        case Status.FAIL | Status.UNKNOWN | Status.ERROR if result.known:
            case.add_skipped_info(cut(f"as in the baseline: {summary}", MESSAGE_LIMIT), text)
        case Status.FAIL:
            case.add_failure_info(summary, text, failure_type=result.policy.severity.value)
        case Status.UNKNOWN | Status.ERROR:
            case.add_error_info(summary, text, error_type=result.status.value)
        case Status.WAIVED | Status.MANUAL | Status.NOT_APPLICABLE:
            case.add_skipped_info(cut(f"{status_name(result.status)}: {_reason(result, summary)}", MESSAGE_LIMIT), text)
        case _:
            case.stdout = summary
    return case


def _reason(result: Result, summary: str) -> str:
    waivers = sorted({waiver(finding.waived) for finding in result.findings if finding.waived is not None})
    return " ".join([summary, *waivers])


def _text(result: Result) -> str:
    lines: Sequence[Line] = (*details(result), *remedy(result))
    head = f"{printable(result.policy.title)} [{result.policy.severity}]\n{printable(result.summary)}"
    return "\n".join([head, *(" " * line.depth + line.text for line in lines)]) + "\n"


def _properties(scan: Scan) -> dict[str, str]:
    named = {"tenant": scan.tenant_name, "collectedAt": scan.collected_at, "toolVersion": scan.tool_version}
    return {name: cut(printable(text), NAME_LIMIT) for name, text in named.items()}


def _not_read(scan: Scan) -> str | None:
    lines = [f"Could not be read: {missing(lack)}" for lack in scan.incomplete]
    lines += [f"Note: {printable(note.text)}" for note in scan.notes]
    return "\n".join(lines) or None


def _timestamp(text: str) -> str | None:
    """UTC without an offset: the only form that the stricter schemas take. None where the snapshot has no time."""
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _unique(ids: Sequence[str]) -> list[str]:
    """The ids, printable; one that is too long is told apart by a hash of all of it."""
    return [name if len(name) <= NAME_LIMIT else f"{name[:230]}~{_hash(name)}" for name in map(printable, ids)]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
