"""The demo tenant, collected through the emulator and scanned with all shipped policies: once for all tests here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.demo.run import SNAPSHOT, collect_demo, open_demo
from scanner.model import Result, Scan, Status
from scanner.workflow import scan_snapshot


@dataclass(frozen=True)
class DemoScan:
    """What the shipped policies say about Contoso, told what ``scanner/demo/tenant/tenantlint.yaml`` tells."""

    scan: Scan
    snapshot: Path
    """The folder that was collected."""

    def result(self, policy: str) -> Result:
        """All of what a policy came to. Raises ``KeyError`` for an id that is not a shipped policy's."""
        return {result.policy.id: result for result in self.scan.results}[policy]

    def status(self, policy: str) -> Status:
        return self.result(policy).status

    def findings(self, policy: str) -> Mapping[str, str]:
        """Name of the record → message, in order of the records' ids, waived findings included.

        The name is the record's own (``printable`` makes of it what reports show); where several records with findings
        have the same name, each stands as reports have it: ``name (id)``.
        """
        found = self.result(policy).findings
        times = Counter(finding.record.name for finding in found)
        return {
            one.record.name if times[one.record.name] == 1 else f"{one.record.name} ({one.record.id})": one.message
            for one in found
        }


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoScan:
    folder = tmp_path_factory.mktemp("contoso") / SNAPSHOT
    project = open_demo()
    collect_demo(project, folder)
    return DemoScan(scan_snapshot(project, folder), folder)
