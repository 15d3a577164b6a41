"""The real collector against the emulator, over HTTP: what is in the files arrives in the snapshot, faults or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.cel.types import service_types
from scanner.collect.arm import ArmClient
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import BY_NAME, RESOURCES, License
from scanner.collect.graph import GraphClient
from scanner.collect.plan import make_plan
from scanner.collect.run import Options, collect
from scanner.collect.withhold import withhold
from scanner.config import load_config
from scanner.demo import faults, make
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Faults, unlicensed_without
from scanner.demo.serve import running
from scanner.model import Outcome
from scanner.snapshot import Manifest, Snapshot, SnapshotWriter
from scanner.tenant.break_glass.declared import BreakGlass
from tests.collect.fake import FakeClock
from tests.realtenant import SOURCE, convert

Json = dict[str, Any]


def everything() -> dict[str, frozenset[str]]:
    """All properties of all resources."""
    types = service_types()
    return {
        resource.name: frozenset(
            prop.name
            for prop in types[resource.fan_out.item if resource.fan_out else resource.type].properties
            if not prop.key
        )
        for resource in RESOURCES
    }


BREAK_GLASS = load_config(make.FOLDER / "tenantlint.yaml").break_glass


def read(emulator: Emulator, path: Path, declared: BreakGlass = BREAK_GLASS) -> Manifest:
    async def work(url: str) -> Manifest:
        token, clock = StaticTokenCredential("x"), replace(FakeClock().clock(), now=lambda: make.NOW)
        options = Options(groups=declared.groups, accounts=declared.accounts)
        async with GraphClient(token, url, clock=clock) as client, ArmClient(token, url, clock=clock) as azure:
            with SnapshotWriter(path) as writer:
                return await collect(client, make_plan(everything()), writer, replace(options, azure=azure))

    with running(emulator) as url:
        return asyncio.run(work(url))


def content(path: Path) -> Mapping[str, list[Json]]:
    snapshot = Snapshot.open(path)
    return {
        name: [json.loads(line) for line in snapshot.lines(name)]
        for name, entry in snapshot.manifest.resources.items()
        if entry.outcome is Outcome.COLLECTED
    }


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("collect") / "snapshot"
    manifest = read(Emulator.of(make.FOLDER), path)
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    return path


def test_every_record_of_the_demo_tenant_arrives_as_it_is(clean: Path) -> None:
    made = make.contoso()
    for name, records in content(clean).items():
        given, key = made[name], BY_NAME[name].key
        wanted = given if isinstance(given, list) else [{key: name, **given}]
        expected = {record[key]: _sorted(record, name) for record in wanted}
        assert all(record == expected[record[key]] for record in records), name
        if BY_NAME[name].fan_out is None:
            assert len(records) == len(expected), name


def _sorted(record: Json, name: str) -> Json:
    """The values of a fan-out stand in the order of their ids in a snapshot; keys in addresses are not there."""
    azure, fan_out = BY_NAME[name].azure, BY_NAME[name].fan_out
    if azure is not None:
        kept: Json = json.loads(withhold(json.dumps(record, separators=(",", ":")).encode(), azure.withheld))
        return kept
    if fan_out is None:
        return record
    values = sorted(record[fan_out.values], key=lambda value: str(value["id"]))
    if fan_out.days:
        since = (make.NOW - timedelta(days=fan_out.days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        values = [value for value in values if value["createdDateTime"] >= since]
    return {**record, fan_out.values: values}


def test_only_what_declared_accounts_have_is_asked_for(clean: Path) -> None:
    """Two are declared by name, and one more is a member of the declared group."""
    accounts = {user["id"]: user["displayName"] for user in content(clean)["users"]}
    for name in ("breakGlassMethods", "breakGlassSignIns"):
        found = {accounts[record["id"]] for record in content(clean)[name]}
        assert found == {"Orchid", "Juniper", "Emergency Admin (break-glass)"}
    days = [len(record["signIns"]) for record in content(clean)["breakGlassSignIns"]]
    assert sum(days) == 2, "an older sign-in is not asked for"


FAULTS: Mapping[str, faults.Fault | list[faults.Fault]] = {
    "users": [faults.throttle(3, 60), faults.reset(), faults.truncated(), faults.status(500, 2)],
    "groups": [faults.token_expired(), faults.throttle(2, None)],
    "groupMembers": [faults.throttle(5, 10), faults.status(503, 2)],
    "appRoleAssignedTo": faults.reset(),
    "userRegistrationDetails": [faults.status(504, 3), faults.throttle(1, 3600)],
    "authorizationPolicy": faults.truncated(2),
    "$batch": [faults.status(502), faults.truncated(), faults.reset()],
}


def test_passing_faults_leave_no_trace(clean: Path, tmp_path: Path) -> None:
    emulator = Emulator.of(make.FOLDER, Faults(FAULTS), page_size=7)
    manifest = read(emulator, tmp_path / "snapshot")
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    assert content(tmp_path / "snapshot") == content(clean)


def test_lasting_faults_become_outcomes(tmp_path: Path) -> None:
    injected = {
        **unlicensed_without({License.P1}),
        "cloudPcProvisioningPolicies": faults.denied(),
        "applications": faults.status(500, None),
        "userRegistrationDetails": faults.denied(after=1),
    }
    manifest = read(Emulator.of(make.FOLDER, Faults(injected), page_size=5), tmp_path / "snapshot")
    outcomes = {name: entry.outcome for name, entry in manifest.resources.items()}
    assert outcomes["roleEligibilityScheduleInstances"] is Outcome.UNLICENSED
    assert outcomes["cloudPcProvisioningPolicies"] is Outcome.DENIED
    assert outcomes["applications"] is Outcome.FAILED
    assert outcomes["userRegistrationDetails"] is Outcome.DENIED
    assert outcomes["users"] is Outcome.COLLECTED


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the responses of the real tenant are not here")
def test_the_real_tenant_can_be_served_and_collected(tmp_path: Path) -> None:
    names = convert(SOURCE, tmp_path / "tenant")
    manifest = read(Emulator.of(tmp_path / "tenant"), tmp_path / "snapshot", BreakGlass())
    assert manifest.resources["breakGlassMethods"].outcome is Outcome.SKIPPED
    collected = {name for name, entry in manifest.resources.items() if entry.outcome is Outcome.COLLECTED}
    assert collected == set(names)
    assert manifest.resources["roleAssignmentScheduleInstances"].records == 26
    assert manifest.resources["conditionalAccessPolicies"].records == 7
    policy = content(tmp_path / "snapshot")["authorizationPolicy"][0]
    assert policy["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"][0].endswith("default-low")
