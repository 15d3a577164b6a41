"""The scan of the demo tenant that the tests here share."""

from __future__ import annotations

import pytest

from scanner.model import Finding, PolicyInfo, Record, Result, Scan, Severity, Status
from scanner.policy.find import find
from scanner.shipped import policies_folder
from tests.policies.conftest import DemoScan


def test_it_has_a_result_for_every_shipped_policy(demo: DemoScan) -> None:
    shipped = {path.stem for path in find([policies_folder()]).policies}
    assert {result.policy.id for result in demo.scan.results} == shipped
    assert (demo.snapshot / "snapshot.json").is_file()


def test_its_findings_are_by_name(demo: DemoScan) -> None:
    assert demo.status("break-glass-cloud-only") is Status.FAIL
    assert list(demo.findings("break-glass-cloud-only")) == ["emergency-admin@contoso.example"]


def test_a_policy_that_does_not_exist_is_no_pass(demo: DemoScan) -> None:
    with pytest.raises(KeyError):
        demo.status("break-glass-cloud-onyl")


def test_records_of_the_same_name_are_told_apart_by_id(demo: DemoScan) -> None:
    info = PolicyInfo("p", "", Severity.LOW, "", "", (), {}, (), "", 1, "")
    records = [Record("users", "1", "ann"), Record("users", "2", "bob"), Record("users", "3", "ann")]
    found = tuple(Finding(f"f{one.id}", one, f"message {one.id}", (), ()) for one in records)
    scan = Scan("", "", "", "", (Result(info, Status.FAIL, "", "users", 3, found),))
    expected = {"ann (1)": "message 1", "bob": "message 2", "ann (3)": "message 3"}
    assert DemoScan(scan, demo.snapshot).findings("p") == expected
