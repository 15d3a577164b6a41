"""What ``tenantlint collect`` asks for, says and leaves behind, against the emulator over HTTP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import BY_NAME
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import Plan, make_plan
from scanner.collect.retry import Clock
from scanner.demo import faults
from scanner.demo.bodies import Reply
from scanner.demo.emulator import Emulator, Request
from scanner.demo.folder import Table, read_folder
from scanner.demo.serve import running
from scanner.errors import OutputError, TenantlintError, UsageError
from scanner.model import Outcome
from scanner.snapshot import Manifest
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.workflow import needs_of, open_project

TENANT = Path(__file__).parents[2] / "scanner" / "demo" / "tenant"
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NEEDS: Mapping[str, tuple[str, ...]] = {"users": ("userType",), "groups": (), "domains": (), "namedLocations": ()}
NOBODY = BreakGlass()


class Blocking(Emulator):
    """An emulator beside which the disk goes bad: the file of one resource cannot be written."""

    def __init__(
        self, tables: Mapping[str, Table], snap: Path, name: str = "users", injected: faults.Faults | None = None
    ) -> None:
        super().__init__(tables, injected)
        self._path = f"/{BY_NAME[name].path.rpartition('/')[2]}?"
        self.in_the_way = snap.with_name("snap.partial") / "snapshot" / f"{name}-0001.jsonl"

    def answer(self, request: Request) -> Reply:
        if self._path in request.url:
            self.in_the_way.mkdir(exist_ok=True)
        return super().answer(request)


@pytest.fixture(scope="module")
def tables() -> Mapping[str, Table]:
    return read_folder(TENANT)


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    return tmp_path / "snap"


@pytest.fixture
def emulator(tables: Mapping[str, Table]) -> Iterator[tuple[Emulator, str]]:
    one = Emulator(tables)
    with running(one) as url:
        yield one, url


def collect(url: str, target: Target, plan: Plan | None = None, hours: int = 0) -> Manifest:
    clock = Clock(now=lambda: NOW + timedelta(hours=hours))
    plan = make_plan(NEEDS) if plan is None else plan
    return run_collect(plan, NOBODY, StaticTokenCredential("t"), target, Service(url, azure="", clock=clock))


def leave_half(
    tables: Mapping[str, Table],
    snap: Path,
    plan: Plan | None = None,
    command: str = "",
    injected: faults.Faults | None = None,
) -> None:
    """A collection that ends at the users, all else read."""
    spoilt = Blocking(tables, snap, injected=injected)
    with running(spoilt) as url, pytest.raises(OutputError, match="cannot be written"):
        collect(url, Target(snap, command=command), plan or users_last(NEEDS))
    spoilt.in_the_way.rmdir()


def users_last(needs: Mapping[str, tuple[str, ...]]) -> Plan:
    """A plan that reads the users when it has read all else."""
    plan = make_plan(needs)
    others = tuple(item for item in plan.items if item.resource.name != "users")
    after = tuple(item.resource.name for item in others)
    return Plan((*others, replace(plan["users"], after=after)))


def test_what_it_cost_is_told_at_the_end(
    emulator: tuple[Emulator, str], snap: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = collect(emulator[1], Target(snap))
    told = capsys.readouterr()
    assert told.out == ""
    assert re.search(r"^users +\d+ +1 +1 +\d+\.\d$", told.err, re.MULTILINE)
    assert re.search(r"^Contoso.*: \d+ records of 5 resources with 5 requests, 4 resource units, in", told.err, re.M)
    assert sum(entry.sent for entry in manifest.resources.values()) == len(emulator[0].seen)


def test_who_wants_quiet_has_it(emulator: tuple[Emulator, str], snap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collect(emulator[1], Target(snap, quiet=True))
    assert capsys.readouterr() == ("", "")


def test_a_failure_says_what_is_kept_and_the_next_one_reads_the_rest_only(
    tables: Mapping[str, Table], emulator: tuple[Emulator, str], snap: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_half(tables, snap, command="tenantlint collect -o snap --select x --resume")
    kept = "Go on with: tenantlint collect -o snap --select x --resume\n"
    assert capsys.readouterr().err.endswith(f"Kept in {snap}.partial: 3 resources. {kept}")
    one, url = emulator
    manifest = collect(url, Target(snap, resume=timedelta(hours=24)), users_last(NEEDS), hours=2)
    told = capsys.readouterr().err
    assert "Goes on with the collection that began 2026-03-01T08:00:00Z: 3 of 5 resources were read." in told
    assert "begun 2026-03-01T08:00:00Z and continued" in told
    assert [seen.partition("?")[0] for seen in one.seen] == ["GET /v1.0/organization", "GET /v1.0/users"]
    assert (manifest.collected_at, manifest.resumed) == ("2026-03-01T08:00:00Z", ("2026-03-01T10:00:00Z",))
    assert {entry.outcome for entry in manifest.resources.values()} == {Outcome.COLLECTED}
    assert list(snap.parent.iterdir()) == [snap]


NESTED = make_plan({"groupMembers": (), "conditionalAccessPolicies": ("conditions",), "roleAssignments": ()})


def test_whom_to_ask_is_known_from_what_was_read_before(
    tables: Mapping[str, Table], emulator: tuple[Emulator, str], snap: Path
) -> None:
    spoilt = Blocking(tables, snap, "groupMembers")
    with running(spoilt) as url, pytest.raises(OutputError, match="cannot be written"):
        collect(url, Target(snap), NESTED)
    one, url = emulator
    collect(url, Target(snap, resume=timedelta(hours=24)), NESTED)
    assert [seen.partition("?")[0] for seen in one.seen if not seen.endswith("/members?$select=id&$top=999")] == [
        "GET /v1.0/organization"
    ]
    collect(url, Target(snap.with_name("whole")), NESTED)
    for path in snap.glob("*.jsonl"):
        assert path.read_bytes() == snap.with_name("whole").joinpath(path.name).read_bytes()


def test_what_is_damaged_is_read_again_and_so_is_what_depends_on_it(
    tables: Mapping[str, Table], emulator: tuple[Emulator, str], snap: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = users_last({"users": (), "groupMembers": (), "roleAssignments": ("principalId",), "domains": ()})
    leave_half(tables, snap, plan)
    damaged = snap.with_name("snap.partial") / "snapshot" / "roleAssignments.jsonl"
    damaged.write_bytes(damaged.read_bytes()[1:])
    one, url = emulator
    collect(url, Target(snap, resume=timedelta(hours=24)), plan)
    assert "roleAssignments: what was on disk is not whole, it is read again\n" in capsys.readouterr().err
    asked = {seen.partition("?")[0].rpartition("/")[2] for seen in one.seen}
    assert asked == {"organization", "roleAssignments", "members", "users"}


def test_of_a_collection_that_was_stopped_while_clearing_up_nothing_is_read_again(
    emulator: tuple[Emulator, str], snap: Path
) -> None:
    one, url = emulator
    first = collect(url, Target(snap))
    snap.with_name("snap.partial").mkdir()
    (snap.with_name("snap.partial") / "lock").touch()
    asked = list(one.seen)
    assert collect(url, Target(snap, resume=timedelta(hours=24)), hours=1) == first
    assert (one.seen, list(snap.parent.iterdir())) == (asked, [snap])


def test_what_was_refused_is_asked_for_again(
    tables: Mapping[str, Table], emulator: tuple[Emulator, str], snap: Path
) -> None:
    leave_half(tables, snap, injected=faults.Faults({"domains": faults.denied()}))
    manifest = collect(emulator[1], Target(snap, resume=timedelta(hours=24)), users_last(NEEDS), hours=1)
    assert Counter(seen.partition("?")[0].rpartition("/")[2] for seen in emulator[0].seen) == Counter(
        ("organization", "domains", "users")
    )
    assert manifest.resources["domains"].outcome is Outcome.COLLECTED


def test_another_selection_is_not_mixed_in(
    tables: Mapping[str, Table], snap: Path, emulator: tuple[Emulator, str]
) -> None:
    leave_half(tables, snap)
    with pytest.raises(UsageError, match="for other policies"):
        collect(emulator[1], Target(snap, resume=timedelta(hours=24)), make_plan({**NEEDS, "applications": ()}))
    assert emulator[0].seen == []


def test_another_tenant_is_not_mixed_in(tables: Mapping[str, Table], snap: Path) -> None:
    leave_half(tables, snap)
    organization = Table(BY_NAME["organization"], [{"id": "other", "displayName": "Fabrikam"}])
    other = Emulator({**tables, "organization": organization})
    with running(other) as url, pytest.raises(UsageError, match="this sign-in leads to other"):
        collect(url, Target(snap, resume=timedelta(hours=24)), users_last(NEEDS))
    assert snap.with_name("snap.partial").is_dir()


def test_with_nothing_to_go_on_with_it_says_that_it_begins(
    emulator: tuple[Emulator, str], snap: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(emulator[1], Target(snap, resume=timedelta(hours=24)))
    assert "Nothing to go on with: it begins." in capsys.readouterr().err


def test_no_service_leaves_nothing_behind(snap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def no_wait(seconds: float) -> None:
        return None

    service = Service("http://127.0.0.1:9", azure="", clock=Clock(sleep=no_wait))
    with pytest.raises(TenantlintError, match="Check the network"):
        run_collect(make_plan(NEEDS), NOBODY, StaticTokenCredential("t"), Target(snap), service)
    assert list(snap.parent.iterdir()) == []
    assert "Go on with" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("policy", "requests"),
    [
        (
            "fido2-enabled",
            {"GET /v1.0/organization?$select=displayName,id", "GET /v1.0/policies/authenticationMethodsPolicy"},
        ),
        (
            "break-glass-initial-domain",
            {
                "GET /v1.0/organization?$select=displayName,id",
                "GET /v1.0/domains?$select=id,isInitial",
                "GET /v1.0/groups?$select=displayName,id&$top=999",
                "GET /v1.0/users?$select=displayName,id,userPrincipalName&$top=999",
            },
        ),
    ],
)
def test_nothing_is_asked_for_that_the_policies_do_not_read(
    policy: str, requests: set[str], emulator: tuple[Emulator, str], snap: Path, tmp_path: Path
) -> None:
    config = tmp_path / "tenantlint.yaml"
    config.write_text("breakGlass: {accounts: [bg1@contoso.com]}\n", encoding="utf-8")
    project = open_project((), (policy,), config)
    plan = make_plan(needs_of(project), project.vocabulary.catalogue)
    collect(emulator[1], Target(snap, quiet=True), plan)
    assert set(emulator[0].seen) == requests
