"""Policies and results that the tests of the workflow start from."""

from __future__ import annotations

from pathlib import Path

from scanner.model import Scan, Severity, Status
from scanner.workflow import Project, open_project
from tests.report.samples import policy, result, scan

HEAD = (
    "title: A rule\nseverity: low\ndescription: D.\nremediation: R.\nreferences: [https://learn.microsoft.com/entra/]\n"
)
RULE = "resource: users\nassert: user.accountEnabled == true\nmessage: x\n"


def project(folder: Path) -> Project:
    return open_project([folder / "rules"], (), None)


def outcome(*statuses: tuple[Severity, Status]) -> Scan:
    return scan(
        *(result(policy(f"p{number}", severity=severity), status) for number, (severity, status) in enumerate(statuses))
    )
