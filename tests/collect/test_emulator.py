"""The collector and the emulator over HTTP: the whole catalogue of the demo tenant, undisturbed and disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scanner.collect.arm import ArmClient
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import REQUESTED
from scanner.collect.graph import GraphClient
from scanner.collect.plan import make_plan
from scanner.collect.run import Options, collect
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Fault, Faults, denied, reset, status, throttle, token_expired, truncated, unlicensed
from scanner.demo.serve import running
from scanner.model import Outcome
from scanner.snapshot import Manifest, SnapshotWriter
from tests.collect.fake import FakeClock

TENANT = Path(__file__).parents[2] / "scanner" / "demo" / "tenant"
NEEDS = {
    **{resource.name: () for resource in REQUESTED},
    "users": ("accountEnabled", "signInActivity", "assignedPlans"),
    "cloudPcProvisioningPolicies": ("assignments",),
}


def gather(path: Path, faults: Mapping[str, Fault | Sequence[Fault]] | None = None) -> tuple[Manifest, FakeClock]:
    """Everything from the demo tenant in pages of seven, waiting for nobody."""
    clock = FakeClock()

    async def work(url: str) -> Manifest:
        token = StaticTokenCredential("t")
        async with (
            GraphClient(token, url, clock=clock.clock()) as client,
            ArmClient(token, url, clock=clock.clock()) as azure,
        ):
            with SnapshotWriter(path) as writer:
                options = Options(groups=("Break Glass Accounts",), azure=azure)
                return await collect(client, make_plan(NEEDS), writer, options)

    with running(Emulator.of(TENANT, Faults(faults), page_size=7)) as url:
        return asyncio.run(work(url)), clock


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir() if file.name != "snapshot.json"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    path = tmp_path_factory.mktemp("demo") / "snap"
    return path, gather(path)[0]


def test_the_whole_catalogue_is_collected(undisturbed: tuple[Path, Manifest]) -> None:
    _, manifest = undisturbed
    left_out = {name: entry for name, entry in manifest.resources.items() if entry.outcome is not Outcome.COLLECTED}
    assert left_out == {}
    assert set(manifest.resources) == {resource.name for resource in REQUESTED}
    assert manifest.resources["users"].records > 150
    assert manifest.resources["groupMembers"].records > 5
    assert manifest.tenant_name.startswith("Contoso")


@pytest.mark.parametrize(
    ("faults", "waited"),
    [
        (
            {
                "users": [throttle(times=3, retry_after=600), status(504), token_expired()],
                "groupMembers": throttle(times=5, retry_after=30),
                "groups": [status(503), status(502), status(500)],
                "roleDefinitions": reset(times=2),
                "servicePrincipals": truncated(times=2),
            },
            1800 + 30,
        ),
        (
            {
                "$batch": throttle(times=1, retry_after=45),
                "*": throttle(times=20, retry_after=None),
                "roleDefinitions": [truncated(times=2, after=3), reset(after=4)],
            },
            45,
        ),
    ],
    ids=["some", "every"],
)
def test_faults_that_pass_leave_no_trace(
    faults: dict[str, Fault | Sequence[Fault]], waited: float, undisturbed: tuple[Path, Manifest], tmp_path: Path
) -> None:
    manifest, clock = gather(tmp_path / "snap", faults)
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    assert clock.passed >= waited
    assert files(tmp_path / "snap") == files(undisturbed[0])


DENIED, UNLICENSED, FAILED = Outcome.DENIED, Outcome.UNLICENSED, Outcome.FAILED
STAYING: list[dict[str, tuple[Fault, Outcome]]] = [
    {
        "domains": (denied(), DENIED),
        "cloudPcProvisioningPolicies": (denied(), DENIED),
        "userRegistrationDetails": (unlicensed(), UNLICENSED),
        "roleManagementPolicyAssignments": (unlicensed(), UNLICENSED),
        "namedLocations": (status(500, None), FAILED),
        "roleDefinitions": (reset(None, after=2), FAILED),
        "groupMembers": (denied(), DENIED),
        "appRoleAssignedTo": (denied(after=1), DENIED),
    },
    {
        "conditionalAccessPolicies": (denied(), DENIED),
        "userRegistrationDetails": (denied(), DENIED),
        "roleEligibilityScheduleInstances": (unlicensed(), UNLICENSED),
        "roleDefinitions": (truncated(None), FAILED),
        "users": (status(404, None), FAILED),
    },
]


FOLLOWS = {"breakGlassMethods": ("users", "groupMembers"), "breakGlassSignIns": ("users", "groupMembers")}
"""What is asked about declared accounts only, and what tells who those are."""


@pytest.mark.parametrize("staying", STAYING)
def test_a_fault_that_stays_is_the_outcome_of_that_resource_alone(
    staying: dict[str, tuple[Fault, Outcome]], undisturbed: tuple[Path, Manifest], tmp_path: Path
) -> None:
    manifest, _ = gather(tmp_path / "snap", {name: fault for name, (fault, _) in staying.items()})
    for name, entry in manifest.resources.items():
        causes = [one for one in (name, *FOLLOWS.get(name, ())) if one in staying]
        expected = staying[causes[0]][1] if causes else Outcome.COLLECTED
        assert (name, entry.outcome) == (name, expected)
        assert entry.reason or entry.outcome is Outcome.COLLECTED
    whole, some = files(undisturbed[0]), files(tmp_path / "snap")
    for name, entry in manifest.resources.items():
        if any(entry.reason.startswith(f"without those that {one} names") for one in staying):
            del some[f"{name}.jsonl"]
    assert some.items() <= whole.items()


@pytest.mark.parametrize("fault", [denied(), unlicensed()])
def test_sign_in_activity_that_is_refused_leaves_the_users(fault: Fault, tmp_path: Path) -> None:
    entry = gather(tmp_path / "snap", {"users.signInActivity": fault})[0].resources["users"]
    assert (entry.outcome, entry.records > 150) == (Outcome.COLLECTED, True)
    assert entry.reason.startswith("left out: signInActivity")
    assert entry.properties is not None
    assert "signInActivity" not in entry.properties
    assert "accountEnabled" in entry.properties
