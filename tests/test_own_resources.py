"""A resource that a configuration adds, all the way: lint, test, plan, permissions, collection, scan."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import make_plan
from scanner.demo.emulator import Emulator
from scanner.demo.folder import table_of
from scanner.demo.serve import running
from scanner.model import Outcome, Status
from scanner.snapshot import Snapshot
from scanner.workflow import needs_of, open_project, scan_snapshot

CONFIG = """\
policies: [policies]
resources:
  - name: serviceHealth
    singular: health
    path: admin/serviceAnnouncement/healthOverviews
    permission: ServiceHealth.Read.All
    select: false
    key: service
    properties: {service: string, status: string, issues: [{title: string, isResolved: boolean}]}
  - name: thisTenant
    singular: thisTenantRecord
    path: organization/this
    permission: Organization.Read.All
    type: organization
    singleton: true
"""
POLICY = """\
id: service-health
title: No service has an open issue
severity: low
description: Somebody should look.
remediation: Look.
references: [https://learn.microsoft.com/graph/api/resources/servicehealth]
resource: serviceHealth
where: tenant.thisTenant.countryLetterCode == "NL"
assert: health.issues.all(issue, issue.isResolved)
message: "{health.service} is {health.status}"
"""
TEST = """\
cases:
  - name: an open issue
    snapshot:
      thisTenant: {countryLetterCode: NL}
      serviceHealth:
        - {service: Exchange, status: degraded, issues: [{title: Slow, isResolved: false}]}
        - {service: Teams, status: operational, issues: []}
    expect: fail
    findings: [Exchange]
  - name: not read
    snapshot: {thisTenant: {countryLetterCode: NL}}
    expect: unknown
"""
ORGANIZATION = [{"id": "t", "displayName": "Contoso"}]
HEALTH = [
    {"service": "Exchange", "status": "degraded", "issues": [{"title": "Slow", "isResolved": False}]},
    {"service": "Teams", "status": "operational", "issues": []},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "tenantlint.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "policies" / "service-health.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "policies" / "service-health.test.yaml").write_text(TEST, encoding="utf-8")
    return tmp_path


def invoke(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*arguments, "--config", str(folder / "tenantlint.yaml")])
    return result.exit_code, result.output


def test_policies_about_it_and_their_tests_are_checked_and_run(folder: Path) -> None:
    assert invoke(folder, "lint") == (0, "1 policy and 1 test file: nothing is wrong.\n")
    assert invoke(folder, "test", "--require-tests")[0] == 0


def test_a_property_that_it_does_not_have_is_refused_with_the_nearest(folder: Path) -> None:
    path = folder / "policies" / "service-health.yaml"
    path.write_text(POLICY.replace("issue.isResolved", "issue.resolved"), encoding="utf-8")
    code, output = invoke(folder, "lint")
    assert code == 2
    assert "has no property `resolved`" in output


def test_an_unknown_property_in_a_test_is_refused(folder: Path) -> None:
    path = folder / "policies" / "service-health.test.yaml"
    path.write_text(TEST.replace("status: degraded", "state: degraded"), encoding="utf-8")
    assert "serviceHealth has no property `state`" in invoke(folder, "lint")[1]


def test_its_permission_its_request_and_what_is_read_of_it_are_shown(folder: Path) -> None:
    assert "ServiceHealth.Read.All" in invoke(folder, "permissions")[1]
    plan = invoke(folder, "collect", "--plan")[1]
    assert "GET /v1.0/admin/serviceAnnouncement/healthOverviews\n" in plan
    assert "GET /v1.0/organization/this?$select=countryLetterCode,displayName,id" in plan
    shown = " ".join(invoke(folder, "show", "service-health")[1].split())
    assert "GET /v1.0/admin/serviceAnnouncement/healthOverviews; issues, service, status" in shown


def test_it_is_collected_and_scanned(folder: Path) -> None:
    project = open_project((), (), folder / "tenantlint.yaml")
    catalogue = project.vocabulary.catalogue
    content = {
        "organization": ORGANIZATION,
        "serviceHealth": HEALTH,
        "thisTenant": {"displayName": "Contoso", "countryLetterCode": "NL"},
    }
    tables = {name: table_of(catalogue[name], records) for name, records in content.items()}
    target = Target(folder / "snap", quiet=True)
    with running(Emulator(tables)) as url:
        plan = make_plan(needs_of(project), catalogue)
        manifest = run_collect(plan, project.config.break_glass, StaticTokenCredential("t"), target, Service(url))
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    assert len(list(Snapshot.open(folder / "snap", catalogue).lines("serviceHealth"))) == 2
    (result,) = scan_snapshot(project, folder / "snap").results
    assert result.status is Status.FAIL
    assert [(finding.record.id, finding.message) for finding in result.findings] == [
        ("Exchange", "Exchange is degraded")
    ]
