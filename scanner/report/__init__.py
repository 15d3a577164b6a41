"""Reports: a format is a function from a scan to text. Adding one is a module, an entry in ``FORMATS`` and a test.

Reports are the same for the same scan, byte for byte: sorted, and without any time but the snapshot's.
Libraries that take long to import are imported when a report is made, so that naming the formats costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.model import Scan
from scanner.report.csv import render as to_csv
from scanner.report.github import render as to_github
from scanner.report.html import render as to_html
from scanner.report.json import render as to_json
from scanner.report.junit import render as to_junit
from scanner.report.markdown import render as to_markdown
from scanner.report.ocsf import render as to_ocsf
from scanner.report.oscal import render as to_oscal
from scanner.report.sarif import render as to_sarif
from scanner.report.summary import render as to_summary
from scanner.report.text import render as to_text


@dataclass(frozen=True)
class Format:
    """One way to report a scan."""

    render: Callable[[Scan], str]
    suffix: str
    """Of a file with such a report, without a leading dot. GitHub takes SARIF from files named ``*.sarif`` only."""
    description: str


FORMATS: Mapping[str, Format] = {
    "text": Format(to_text, "txt", "for people, on a terminal"),
    "summary": Format(to_summary, "summary.txt", "one line a policy that fails or is not decided"),
    "html": Format(to_html, "html", "one page for people: search, filter, print, share"),
    "markdown": Format(to_markdown, "md", "for tickets and pull requests, below 60,000 characters"),
    "csv": Format(to_csv, "csv", "for spreadsheets: a row for each finding and all that is not decided"),
    "json": Format(to_json, "json", "everything, for programs; schemas/result.schema.json"),
    "junit": Format(to_junit, "xml", "for CI: one test case a policy"),
    "sarif": Format(to_sarif, "sarif", "for code scanning of GitHub and Azure DevOps"),
    "oscal": Format(to_oscal, "oscal.json", "for governance tools: OSCAL assessment results"),
    "ocsf": Format(to_ocsf, "ocsf.jsonl", "for SIEMs: OCSF compliance findings, one event a line"),
    "github": Format(to_github, "log", "annotations in the log of a GitHub Actions job"),
}

__all__ = ["FORMATS", "Format"]
