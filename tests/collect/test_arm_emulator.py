"""Graph and Azure in one collection, over HTTP, against the emulator of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import AZURE
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import make_plan
from scanner.demo.contoso import azure as contoso
from scanner.demo.emulator import Emulator
from scanner.demo.faults import (
    Fault,
    Faults,
    denied,
    error_inside,
    gone,
    looping,
    page_expired,
    reset,
    short,
    status,
    throttle,
    token_expired,
    truncated,
)
from scanner.demo.make import FOLDER
from scanner.demo.serve import running
from scanner.model import Outcome
from scanner.snapshot import Manifest
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.workflow import open_project, scan_snapshot
from tests.collect.fake import FakeClock

NAMES = tuple(resource.name for resource in AZURE)
NEEDS: Mapping[str, tuple[str, ...]] = {**dict.fromkeys(NAMES, ()), "users": ("displayName",), "domains": ()}
PER_SUBSCRIPTION = tuple(resource.name for resource in AZURE if resource.parents)

Injected = Mapping[str, Fault | Sequence[Fault]]


def gather(path: Path, faults: Injected | None = None, *, page_size: int = 1, azure: bool = True) -> Manifest:
    """Part of Contoso in tiny pages, waiting for nobody."""
    with running(Emulator.of(FOLDER, Faults(faults), page_size=page_size)) as url:
        service = Service(url, url if azure else "", clock=FakeClock().clock())
        target = Target(path, quiet=True)
        return run_collect(make_plan(NEEDS), BreakGlass(), StaticTokenCredential("t"), target, service)


def outcomes(manifest: Manifest) -> dict[str, Outcome]:
    return {name: entry.outcome for name, entry in manifest.resources.items()}


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.glob("*.jsonl")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    path = tmp_path_factory.mktemp("azure") / "snap"
    return path, gather(path)


def test_both_services_are_collected_into_one_snapshot(whole: tuple[Path, Manifest]) -> None:
    path, manifest = whole
    assert set(outcomes(manifest).values()) == {Outcome.COLLECTED}
    counts = {name: manifest.resources[name].records for name in NAMES}
    assert counts == {
        "subscriptions": 3,
        "diagnosticSettings": 2,
        "scheduledQueryRules": 3,
        "actionGroups": 2,
        "workspaces": 2,
    }
    assert manifest.resources["users"].records > 150
    assert b"made-up" not in files(path)["actionGroups.jsonl"]


def test_properties_that_azure_leaves_out_are_known_to_be_absent(whole: tuple[Path, Manifest]) -> None:
    properties = whole[1].resources["workspaces"].properties
    assert properties is not None
    assert {"id", "name", "properties", "identity", "tags"} <= set(properties)


def test_the_size_of_pages_makes_no_difference(whole: tuple[Path, Manifest], tmp_path: Path) -> None:
    gather(tmp_path / "snap", page_size=100)
    assert files(tmp_path / "snap") == files(whole[0])


@pytest.mark.parametrize(
    "faults",
    [
        {"subscriptions": [throttle(3, 120), status(503), token_expired()], "workspaces": [reset(), truncated()]},
        {"scheduledQueryRules": [page_expired(), looping(), error_inside()], "actionGroups": short(None)},
        {"*": throttle(12, None), "diagnosticSettings": [status(500, 2), reset(after=1)]},
    ],
)
def test_faults_that_pass_leave_no_trace(faults: Injected, whole: tuple[Path, Manifest], tmp_path: Path) -> None:
    manifest = gather(tmp_path / "snap", faults, page_size=2)
    assert set(outcomes(manifest).values()) == {Outcome.COLLECTED}
    assert files(tmp_path / "snap") == files(whole[0])


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({f"actionGroups.{contoso.SANDBOX}": denied()}, {"actionGroups": Outcome.DENIED}),
        ({"workspaces": gone(1, after=1)}, {"workspaces": Outcome.FAILED}),
        ({"scheduledQueryRules": status(500, None)}, {"scheduledQueryRules": Outcome.FAILED}),
        ({"scheduledQueryRules": looping(None)}, {"scheduledQueryRules": Outcome.FAILED}),
        ({"diagnosticSettings": denied()}, {"diagnosticSettings": Outcome.DENIED}),
        (
            {"subscriptions": denied()},
            {"subscriptions": Outcome.DENIED, **dict.fromkeys(PER_SUBSCRIPTION, Outcome.DENIED)},
        ),
        (
            {"subscriptions": status(500, None)},
            {"subscriptions": Outcome.FAILED, **dict.fromkeys(PER_SUBSCRIPTION, Outcome.FAILED)},
        ),
    ],
    ids=["one denied", "one gone", "errors", "circle", "setting denied", "none visible", "list fails"],
)
def test_a_fault_that_stays_is_the_outcome_of_what_it_touches(
    faults: Injected, expected: Mapping[str, Outcome], whole: tuple[Path, Manifest], tmp_path: Path
) -> None:
    manifest = gather(tmp_path / "snap", faults, page_size=2)
    assert outcomes(manifest) == {name: expected.get(name, Outcome.COLLECTED) for name in manifest.resources}
    assert all(manifest.resources[name].reason for name in expected)
    assert files(tmp_path / "snap").items() <= files(whole[0]).items()


def test_a_denied_subscription_is_named_and_nothing_of_the_others_is_passed_off_as_all(tmp_path: Path) -> None:
    entry = gather(tmp_path / "snap", {f"scheduledQueryRules.{contoso.PRODUCTION}": denied()}).resources[
        "scheduledQueryRules"
    ]
    assert f"1 of 3 subscriptions could not be read, Contoso Production ({contoso.PRODUCTION}): " in entry.reason
    assert entry.reason.endswith("thrown away")
    assert (entry.records, entry.files) == (0, ())


def test_a_cloud_without_a_known_address_of_azure_leaves_it_out_and_says_so(tmp_path: Path) -> None:
    manifest = gather(tmp_path / "snap", azure=False)
    assert outcomes(manifest)["users"] is Outcome.COLLECTED
    assert {outcomes(manifest)[name] for name in ("subscriptions", "diagnosticSettings")} == {Outcome.SKIPPED}
    assert all("Azure Resource Manager was not asked" in manifest.resources[name].reason for name in NAMES)


@pytest.mark.parametrize(
    ("faults", "expected"), [({}, "pass"), ({"diagnosticSettings": denied()}, "unknown")], ids=["read", "denied"]
)
def test_a_policy_about_azure_is_decided_by_what_was_read(faults: Injected, expected: str, tmp_path: Path) -> None:
    gather(tmp_path / "snap", faults)
    project = open_project((), ["sign-in-logs-exported"], None)
    (result,) = scan_snapshot(project, tmp_path / "snap").results
    assert result.status == expected
