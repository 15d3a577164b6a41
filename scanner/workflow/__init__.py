"""What the commands do, without the command line.

project    a configuration and the policies that it selects
actions    a project evaluated, explained, exported, linted, tested; the exit code
reports    the formats that are asked for, written
publish    what becomes of results: baseline, redaction, reports, evidence pack
"""

from scanner.workflow.actions import (
    exit_code,
    explain_verdict,
    export_snapshot,
    lint_project,
    run_policy_tests,
    scan_of,
    scan_snapshot,
)
from scanner.workflow.project import Project, find_policy, needs_by_policy, needs_of, open_decided, open_project
from scanner.workflow.reports import parse_formats, write_reports

__all__ = [
    "Project", "exit_code", "explain_verdict", "export_snapshot", "find_policy", "lint_project", "needs_by_policy",
    "needs_of", "open_decided", "open_project", "parse_formats", "run_policy_tests", "scan_of", "scan_snapshot",
    "write_reports",
]  # fmt: skip
