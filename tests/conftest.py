"""For all tests: no deadline for property-based ones, since a busy machine is not a defect; and what tests have to say
beside passed and failed (the property ``summary`` of a test) stands below the results."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("tenantlint", deadline=None)
settings.load_profile("tenantlint")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed"))
        for name, value in report.user_properties
        if name == "summary" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("summary")
        for line in lines:
            terminalreporter.line(line)
