"""SARIF 2.1.0 for GitHub code scanning and Azure DevOps, keeping alerts stable from run to run.

What becomes a result, and so an alert:
- every finding that is not waived: its location is the policy's line, its record the logical location;
- every policy that is not decided: unknown and error as kind ``open`` (too little information to decide), manual as
  kind ``review``. GitHub marks an alert as fixed when its result is gone; without these a run that could not read the
  tenant would look like a clean one. By the specification their level is ``none``; the rule's severity still applies.
- Waived findings are left out, as GitHub shows suppressed results like any other; a notification counts them.

Alerts are matched by rule, path and ``primaryLocationLineHash``. Ours is made of the policy's id and the record's:
editing a policy's file, or renaming a record, does not close an alert and open another.
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from scanner.model import Finding, PolicyInfo, Result, Scan, Status
from scanner.report.safe import NAME, cut, printable, to_json
from scanner.report.sarif_rule import LEVELS, rule, sentence
from scanner.report.words import WHOLE, by_severity, clause, counted, evidence, label, message, missing, ordered

Node = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
"""GitHub refuses a run with more."""
SHOWN_RESULTS = 5_000
"""GitHub keeps so many of a run, the most severe."""
KEYWORD = len("assert:")
"""Columns of the region marked in a policy file: its line begins with ``assert:`` or a longer word."""
KINDS = {Status.UNKNOWN: "open", Status.ERROR: "open", Status.MANUAL: "review"}


def render(scan: Scan, limit: int = MAX_RESULTS) -> str:
    """The scan as a SARIF log with one run of at most ``limit`` results, worst first.

    A policy whose findings do not all fit says in a result of its own how many are left out.
    """
    scan = ordered(scan)
    policies = [result.policy for result in scan.results]
    places = {policy.id: place for place, policy in enumerate(policies)}
    ranked = by_severity(scan.results)
    written = _written(ranked, limit)
    results = [
        {**node, **({} if scan.baseline is None else _state(known)), "ruleIndex": places[result.policy.id]}
        for result in ranked
        for node, known in _nodes(result, written[result.policy.id])
    ]
    full_name = " ".join(filter(None, ("tenantlint", printable(scan.tool_version))))
    version = {"version": printable(scan.tool_version)} if scan.tool_version else {}
    driver = {"name": "tenantlint", "fullName": full_name, **version, "rules": [rule(policy) for policy in policies]}
    about = {"tenantName": scan.tenant_name, "collectedAt": scan.collected_at}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"tenantlint/{quote(scan.tenant_id or 'unknown', safe='')}/"},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": [*_notices(scan, written, len(results))]}
        ],
        "results": results,
        "properties": {name: printable(text) for name, text in about.items() if text},
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _written(ranked: Sequence[Result], limit: int) -> Mapping[str, int]:
    """How many findings of each policy are written: all, or where that is too many the worst policies' first."""
    numbers = {result.policy.id: len(_open(result)) for result in ranked}
    others = sum(1 for result in ranked for _ in _others(result))
    if others + sum(numbers.values()) <= limit:
        return numbers
    room = limit - others - sum(number > 0 for number in numbers.values())  # for what says how many are left out
    for id, number in numbers.items():
        numbers[id] = min(number, max(room, 0))
        room -= numbers[id]
    return numbers


def _nodes(result: Result, written: int) -> Iterator[tuple[Node, bool]]:
    """The results of one policy, each with whether it was in the baseline."""
    findings = _open(result)
    for finding in findings[:written]:
        yield _finding(result, finding), finding.known
    left = len(findings) - written
    if left:
        text = f"{counted(left, 'more finding')} of this policy left out of this file; the JSON report has all."
        yield _node(result.policy, "fail", text, "left-out"), result.known
    yield from ((node, result.known) for node in _others(result))


def _state(known: bool) -> Node:
    """For a run that was compared with a baseline, where every result has a state (SARIF 2.1.0, 3.27.24)."""
    return {"baselineState": "unchanged" if known else "new"}


def _others(result: Result) -> Iterator[Node]:
    """What is to be said of the policy as a whole rather than of a finding."""
    policy, status = result.policy, result.status
    title = policy.title.rstrip(".") or policy.id
    if status in KINDS:
        lacks = "; ".join(map(missing, result.missing))
        text = f"{title}: {status}. {result.summary}{f' Not collected: {lacks}.' if lacks else ''}"
        yield _node(policy, KINDS[status], text, status)
    elif status is Status.FAIL and not result.findings:
        yield _node(policy, "fail", f"{title}: {result.summary}", "whole")
    if status is Status.FAIL and result.unjudged:
        first = result.unjudged[0]
        number = counted(len(result.unjudged), "record")
        text = f"{title}: {number} could not be judged, the first {label(first.record)}: {first.reason}"
        yield _node(policy, "open", text, "unjudged")


def _finding(result: Result, finding: Finding) -> Node:
    record = finding.record
    lines = [f"{label(record)}: {message(finding)}", *map(evidence, finding.evidence)]
    lines += [f"not met: {clause(source)}" for source in finding.failed]
    node = _node(result.policy, "fail", "\n".join(lines), f"{record.resource}\0{record.id}")
    logical = {
        "name": cut(printable(record.name), NAME) or record.resource,
        "fullyQualifiedName": printable(f"{record.resource}/{record.id}"),
        "kind": "resource" if record.id == WHOLE else "object",
    }
    node["locations"][0]["logicalLocations"] = [logical]
    ids = {"recordId": printable(record.id), "findingId": printable(finding.id)}
    node["properties"] = {"resource": record.resource, **ids}
    return node


def _node(policy: PolicyInfo, kind: str, text: str, identity: str) -> Node:
    digest = sha256(f"{policy.id}\0{identity}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "ruleId": printable(policy.id),
        "kind": kind,
        "level": LEVELS[policy.severity] if kind == "fail" else "none",
        "message": {"text": sentence(text)},
        "locations": [{"physicalLocation": _place(policy)}],
        "partialFingerprints": {"primaryLocationLineHash": f"{digest[:16]}:1"},
    }


def _place(policy: PolicyInfo) -> Node:
    line = max(policy.line, 1)
    path = policy.path.replace("\\", "/").removeprefix("./") or f"{policy.id}.yaml"
    return {
        "artifactLocation": {"uri": quote(path.encode("utf-8", "replace"), safe="/")},
        "region": {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": KEYWORD + 1},
    }


def _notices(scan: Scan, written: Mapping[str, int], number: int) -> Iterator[Node]:
    """What a reader must know of the run: what could not be read, what is left out."""
    for lack in scan.incomplete:
        yield _notice("warning", "not-read", f"Could not be read: {missing(lack)}")
    for result in scan.results:
        left = len(_open(result)) - written[result.policy.id]
        if left:
            yield _notice("warning", "left-out", f"{result.policy.id}: {counted(left, 'finding')} left out.")
    if number > SHOWN_RESULTS:
        text = f"GitHub shows the {SHOWN_RESULTS:,} most severe of the {number:,} results; the JSON report has all."
        yield _notice("warning", "many-results", text)
    waived = sum(finding.waived is not None for result in scan.results for finding in result.findings)
    if waived:
        yield _notice("note", "waived", f"{counted(waived, 'finding')} waived and left out; the JSON report has all.")
    for note in scan.notes:
        if note.text:
            yield _notice("note", "note", note.text)


def _notice(level: str, id: str, text: str) -> Node:
    return {"level": level, "descriptor": {"id": id}, "message": {"text": sentence(text)}}


def _open(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.waived is None]
