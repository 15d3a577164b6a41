"""Reads reports back: what each machine format says, by the library that its consumers use or one as strict."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

from scanner.model import Finding, Scan, Status
from scanner.report.cells import harmless
from scanner.report.safe import NAME, cut, printable
from scanner.report.sarif_rule import sentence
from scanner.report.words import MESSAGE, WHOLE, clause, evidence, label, message


class Read(NamedTuple):
    """What a report says, in texts as it has them."""

    statuses: Mapping[str, str]
    """By policy, for those that the format tells of."""
    findings: set[tuple[str, str, str]]
    """Policy, record, message of every finding that is not waived."""
    waived: int | None = None
    """How many findings are waived; None where the format leaves them out."""


def read_json(report: str) -> Read:
    content = json.loads(report)
    return Read(
        {one["policy"]["id"]: one["status"] for one in content["results"]},
        {
            (one["policy"]["id"], found["record"]["id"], found["message"])
            for one in content["results"]
            for found in one["findings"]
            if found["waived"] is None
        },
        sum(found["waived"] is not None for one in content["results"] for found in one["findings"]),
    )


def read_csv(report: str) -> Read:
    rows = list(csv.DictReader(io.StringIO(report, newline=""), strict=True))
    statuses: dict[str, str] = {}
    for row in rows:  # of several statuses of one policy the first in the order of statuses is the policy's
        order = [status.value for status in Status]
        statuses[row["policy"]] = min(statuses.get(row["policy"], row["status"]), row["status"], key=order.index)
        json.loads(row["evidence"] or "{}")
    return Read(
        statuses,
        {
            (row["policy"], row["recordId"], row["message"])
            for row in rows
            if row["findingId"] and row["status"] == "fail"
        },
        sum(row["status"] == "waived" and row["findingId"] != "" for row in rows),
    )


def read_junit(report: str) -> Read:
    statuses, findings = {}, set()
    names = {"failure": "fail", "skipped": "skipped", "error": "error"}
    for case in ElementTree.fromstring(report).iter("testcase"):
        told = next((node for node in case if node.tag in names), None)
        name = case.get("name", "")
        statuses[name] = "pass" if told is None else names[told.tag]
        if told is not None and told.tag == "failure":
            findings |= {(name, who, said) for who, said, *rest in blocks(told.text or "") if not waives(rest)}
    return Read(statuses, findings)


def blocks(text: str) -> Iterator[list[str]]:
    """Each record of a failure's text with the lines about it."""
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if block and line.startswith("    "):
            block.append(line[4:])
            continue
        if len(block) > 1:
            yield block
        block = [line.removeprefix("  - ")] if line.startswith("  - ") else []


def waives(lines: Iterable[str]) -> bool:
    return any(line.startswith("waived by ") for line in lines)


def read_sarif(report: str) -> Read:
    [run] = json.loads(report)["runs"]
    kinds = {"fail": "fail", "open": "open", "review": "manual"}
    return Read(
        {one["ruleId"]: kinds[one["kind"]] for one in reversed(run["results"])},
        {
            (one["ruleId"], one["properties"]["recordId"], one["message"]["text"].split("\n")[0])
            for one in run["results"]
            if "recordId" in one.get("properties", {})
        },
    )


def read_oscal(report: str) -> Read:
    [result] = json.loads(report)["assessment-results"]["results"]
    seen = {one["uuid"]: one for one in result.get("observations", ())}
    statuses, findings, waived = {}, set(), 0
    for one in result.get("findings", ()):
        policy = properties(one)["policy"]
        statuses[policy] = properties(one)["status"]
        for link in one["related-observations"]:
            observation = seen[link["observation-uuid"]]
            about = properties(observation)
            if "waived" in about:
                waived += 1
            elif about:
                findings.add((policy, about["record-id"], observation["description"]))
    return Read(statuses, findings, waived)


def properties(node: Mapping[str, object]) -> Mapping[str, str]:
    """OSCAL's properties by name."""
    props = node.get("props", [])
    assert isinstance(props, list)
    return {one["name"]: one["value"] for one in props}


def read_ocsf(report: str) -> Read:
    events = [json.loads(line) for line in report.splitlines()]
    return Read(
        {one["finding_info"]["analytic"]["uid"]: one["compliance"]["status_code"] for one in events},
        {
            (one["finding_info"]["analytic"]["uid"], one["resources"][0]["uid"], one["message"])
            for one in events
            if "resources" in one and one["status"] != "Suppressed"
        },
        sum(one["status"] == "Suppressed" for one in events),
    )


class Page(HTMLParser):
    """A page as a browser builds it, as far as policies and findings go."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: dict[str, str] = {}
        self.findings: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._policy = ""
        self._place = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        kind = (given.get("class") or "").split()
        if tag == "details" and "policy" in kind:
            self._policy = (given.get("id") or "").removeprefix("policy-")
            self.statuses[self._policy] = given.get("data-status") or ""
        elif tag == "li" and "finding" in kind:
            self.findings.append([self._policy, kind[1], "", "", ""])
            self._place = "begun"
        elif self._place == "begun" and tag in ("bdi", "span", "a"):
            self._place = {"bdi": "name", "a": "rest"}.get(tag) or ("id" if "id" in kind else "begun")
        elif self._place == "told" and tag == "p":
            self._place = "message"

    def handle_data(self, data: str) -> None:
        places = {"name": 2, "id": 3, "message": 4}
        if self._place in places:
            self.findings[-1][places[self._place]] += data

    def handle_endtag(self, tag: str) -> None:
        if self._place in ("name", "id"):
            self._place = "begun"
        elif tag == "p" and self._place in ("rest", "message"):
            self._place = "told" if self._place == "rest" else ""


def read_html(report: str) -> Read:
    page = Page()
    page.feed(report)
    page.close()
    return Read(
        page.statuses,
        {(policy, id or name, told) for policy, state, name, id, told in page.findings if state != "waived"},
        sum(state == "waived" for _, state, *_ in page.findings),
    )


READERS: Mapping[str, Callable[[str], Read]] = {
    "json": read_json,
    "csv": read_csv,
    "junit": read_junit,
    "sarif": read_sarif,
    "oscal": read_oscal,
    "ocsf": read_ocsf,
    "html": read_html,
}


def expected(name: str, scan: Scan) -> Read:
    """What a report of ``scan`` in the format ``name`` has to say."""
    told = _STATUSES.get(name, {})
    left_out = _LEFT_OUT.get(name, ())
    return Read(
        {
            result.policy.id: told.get(result.status, result.status.value)
            for result in scan.results
            if result.status not in left_out
        },
        {
            (result.policy.id, *_SHOWN[name](found))
            for result in scan.results
            for found in result.findings
            if found.waived is None
        },
        None
        if name in ("junit", "sarif")
        else sum(found.waived is not None for result in scan.results for found in result.findings),
    )


def _surrogates(text: str) -> str:
    return "".join(printable(one) if "\ud800" <= one <= "\udfff" else one for one in text)


def _line(text: str) -> str:
    return " ".join(printable(cut(text, MESSAGE)).split()) or "none"


def _on_page(found: Finding) -> tuple[str, str]:
    record = found.record
    name = cut(printable(record.name), NAME) or printable(record.resource)
    id = "" if record.id in (WHOLE, record.name) else cut(printable(record.id), NAME)
    return id or name, message(found)


def _sentence(found: Finding) -> str:
    lines = [f"{label(found.record)}: {message(found)}", *map(evidence, found.evidence)]
    return sentence("\n".join([*lines, *(f"not met: {clause(source)}" for source in found.failed)])).split("\n")[0]


_UNDECIDED = {Status.UNKNOWN: "open", Status.ERROR: "open"}
_SKIPPED = {Status.WAIVED: "skipped", Status.MANUAL: "skipped", Status.NOT_APPLICABLE: "skipped"}
_QUIET = (Status.PASS, Status.NOT_APPLICABLE)
_STATUSES: Mapping[str, Mapping[Status, str]] = {"sarif": _UNDECIDED, "junit": {**_SKIPPED, Status.UNKNOWN: "error"}}
_LEFT_OUT: Mapping[str, tuple[Status, ...]] = {
    "csv": _QUIET,
    "sarif": (*_QUIET, Status.WAIVED),
    "oscal": (Status.NOT_APPLICABLE,),
}
_SHOWN: Mapping[str, Callable[[Finding], tuple[str, str]]] = {
    "json": lambda found: (_surrogates(found.record.id), _surrogates(found.message)),
    "csv": lambda found: (harmless(found.record.id), harmless(found.message or message(found))),
    "junit": lambda found: (label(found.record), message(found)),
    "sarif": lambda found: (printable(found.record.id), _sentence(found)),
    "oscal": lambda found: (_line(found.record.id), f"{label(found.record)}: {message(found)}"),
    "ocsf": lambda found: (printable(found.record.id), message(found)),
    "html": _on_page,
}
"""Record and message of a finding as the format has them."""
