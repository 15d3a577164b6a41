"""The profiles that come with tenantlint, on the shipped policies and on the demo tenant."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len

from scanner.demo.run import CONFIG
from scanner.frameworks import PRINCIPLES
from scanner.model import Status
from scanner.policy.model import Policy
from scanner.policy.profile import shipped_profiles
from scanner.report.text import render
from scanner.shipped import policies_folder
from scanner.workflow import Project, open_project, scan_snapshot
from tests.policies.conftest import DemoScan

SCUBA = Path(__file__).parents[3] / "shared" / "reference" / "controls" / "scuba.yaml"

NOT_CHECKED = {
    "MS.AAD.2.2v1": "no documented part of Graph has the recipients",
    "MS.AAD.3.1v1": "asked of administrators; for all users mfa-for-everybody stands in, as MS.AAD.3.2v2 allows",
    "MS.AAD.3.8v1": "registering methods is to be protected, but not by a managed device alone",
    "MS.AAD.5.6v1": "where secrets are blocked, as MS.AAD.5.5v1 asks, none has a life to limit",
    "MS.AAD.7.5v1": "what was assigned outside of PIM has no end, which privileged-roles-not-permanent finds",
    "MS.AAD.8.3v1": "only an undocumented endpoint has the list of domains",
    "MS.AAD.9.1v1": "Graph v1.0 has no agents' risk",
}
"""Controls of SCuBA that no shipped policy serves, and why."""


def opened(profile: str | None) -> Project:
    return open_project((), (), CONFIG, profile)


def ids(profile: str | None) -> set[str]:
    return {policy.id for policy in opened(profile).policies}


ALL = opened(None).policies


def served(policy: Policy, framework: str) -> tuple[str, ...]:
    return policy.controls.get(framework, ())


@pytest.mark.parametrize("profile", shipped_profiles())
def test_a_profile_is_a_part_of_the_shipped_policies(profile: str) -> None:
    assert 5 < len(ids(profile)) < len(ALL)


def test_the_baseline_is_what_is_severe() -> None:
    assert ids("baseline") == {policy.id for policy in ALL if policy.severity.rank <= 1}


def test_the_break_glass_profile_has_all_about_these_accounts() -> None:
    assert ids("break-glass") >= {policy.path.stem for policy in ALL if policy.path.parent.name == "break-glass"}


def test_the_zero_trust_profile_serves_a_principle_with_every_policy_and_all_three() -> None:
    policies = opened("zero-trust").policies
    assert all(set(PRINCIPLES) & set(served(policy, "zero-trust")) for policy in policies)
    assert {one for policy in policies for one in served(policy, "zero-trust")} >= set(PRINCIPLES)


def test_the_scuba_profile_has_what_serves_scuba_with_its_thresholds() -> None:
    policies = {policy.id: policy for policy in opened("scuba").policies}
    assert set(policies) == {policy.id for policy in ALL if served(policy, "scuba")}
    limits = policies["global-admins-limited"].params
    assert (limits["minimum"].value, limits["maximum"].value) == (2, 8)


@pytest.mark.skipif(not SCUBA.is_file(), reason="needs the catalogue of controls, which is not part of the project")
def test_the_controls_of_scuba_that_no_policy_serves_are_these() -> None:
    """A policy that closes a gap takes its line out of ``NOT_CHECKED``."""
    known = {control["id"] for control in yaml.safe_load(SCUBA.read_text(encoding="utf-8"))["controls"]}
    assert known - {one for policy in ALL for one in served(policy, "scuba")} == set(NOT_CHECKED)


@pytest.mark.parametrize("profile", shipped_profiles())
def test_a_profile_is_run_on_the_demo_tenant(demo: DemoScan, profile: str) -> None:
    scan = scan_snapshot(opened(profile), demo.snapshot)
    assert {result.policy.id for result in scan.results} == ids(profile)
    assert {result.policy.id: result.status for result in scan.results}.items() <= {
        result.policy.id: result.status for result in demo.scan.results
    }.items()
    assert [note for note in scan.notes if "are not selected by" in note.text and f"profile {profile}" in note.text]
    assert not [note for note in scan.notes if "does not exist" in note.text]


def test_the_demo_by_principle_tells_every_policy_once_in_80_columns(demo: DemoScan) -> None:
    scan = scan_snapshot(opened("zero-trust"), demo.snapshot)
    text = render(scan, group_by="zero-trust", verbose=True)
    headings = [text.index(f"\n{title}\n  ") for title in PRINCIPLES.values()]
    assert headings == sorted(headings)
    for result in scan.results:
        assert text.count(f"  {result.policy.id}\n") == 1, result.policy.id
    assert max(cell_len(line) for line in text.splitlines() if "https://" not in line) <= 80


def test_a_waiver_of_a_policy_that_is_not_selected_is_no_mistake(demo: DemoScan) -> None:
    project = open_project((), ["fido2-enabled"], CONFIG)
    assert project.config.waivers
    assert scan_snapshot(project, demo.snapshot).notes == ()


def test_shipped_profiles_are_described_and_are_no_policies() -> None:
    for name, path in shipped_profiles().items():
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../../schemas/profile.schema.json\n")
        assert len(yaml.safe_load(text)["description"]) > 100
        assert path == policies_folder() / "profiles" / f"{name}.profile.yaml"


def test_the_demo_meets_and_breaks_settings(demo: DemoScan) -> None:
    settings = [policy.id for policy in ALL if policy.path.parent.name == "settings"]
    found = {demo.status(policy) for policy in settings}
    assert found >= {Status.PASS, Status.FAIL}
