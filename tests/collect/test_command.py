"""`tenantlint collect` beneath the command line: a snapshot whole or none, and who and whose it is."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import MICROSOFT, Service, Target, run_collect
from scanner.collect.graph import GLOBAL
from scanner.collect.retry import Clock
from scanner.demo import faults
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Faults
from scanner.demo.make import FOLDER, NOW
from scanner.demo.serve import running
from scanner.errors import OutputError, SignInError
from scanner.model import Outcome
from scanner.snapshot import Manifest, Snapshot

ROOT = Path(__file__).parents[2]
NEEDS = {"domains": frozenset({"isDefault"}), "groupMembers": frozenset({"members"})}
TENANT = "3f1e0000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running(Emulator.of(FOLDER)) as url:
        yield Service(url, Clock(now=lambda: NOW))


def run(service: Service, target: Target, groups: tuple[str, ...] = ()) -> Manifest:
    source = StaticTokenCredential("t", tenant_id=TENANT, client_id="the-app")
    return run_collect(NEEDS, groups, source, target, service)


def test_the_snapshot_says_whose_it_is_who_made_it_and_when(service: Service, tmp_path: Path) -> None:
    manifest = run(service, Target(tmp_path / "snap", quiet=True))
    assert manifest.tenant_name == "Contoso"
    assert (manifest.collected_by, manifest.cloud) == ("the-app", "global")
    assert manifest.collected_at == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert Snapshot.open(tmp_path / "snap").manifest == manifest
    assert {name: entry.outcome for name, entry in manifest.resources.items()} == {
        "organization": Outcome.COLLECTED,
        "domains": Outcome.COLLECTED,
        "groups": Outcome.COLLECTED,
        "groupMembers": Outcome.COLLECTED,
    }


def test_the_members_of_the_groups_that_the_configuration_names_are_read(service: Service, tmp_path: Path) -> None:
    without = run(service, Target(tmp_path / "without", quiet=True))
    named = run(service, Target(tmp_path / "named", quiet=True), ("Break glass",))
    assert without.resources["groupMembers"].records == 0
    assert named.resources["groupMembers"].records > 0


def test_progress_goes_to_stderr_unless_it_is_not_wanted(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(service, Target(tmp_path / "loud"))
    told = capsys.readouterr()
    assert told.out == ""
    assert re.search(r"^domains: 4 records$", told.err, re.MULTILINE)
    run(service, Target(tmp_path / "quiet", quiet=True))
    assert capsys.readouterr() == ("", "")


def test_a_snapshot_is_replaced_only_by_force(service: Service, tmp_path: Path) -> None:
    run(service, Target(tmp_path / "snap", quiet=True))
    with pytest.raises(OutputError, match="--force"):
        run(service, Target(tmp_path / "snap", quiet=True))
    run(service, Target(tmp_path / "snap", force=True, quiet=True))
    assert [path.name for path in tmp_path.iterdir()] == ["snap"]


def test_a_refused_sign_in_leaves_nothing(tmp_path: Path) -> None:
    refusing = Emulator.of(FOLDER, Faults({"*": faults.token_expired(99)}))
    with running(refusing) as url, pytest.raises(SignInError):
        run(Service(url), Target(tmp_path / "snap", quiet=True))
    assert list(tmp_path.iterdir()) == []


def test_the_service_is_microsofts_unless_another_is_given() -> None:
    assert MICROSOFT.endpoint == GLOBAL


STOPPED = """
import sys
from pathlib import Path
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.command import Service, Target, run_collect
target, service = Target(Path(sys.argv[1])), Service(sys.argv[2])
run_collect({"domains": frozenset({"isDefault"})}, (), StaticTokenCredential("t"), target, service)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    """While it waits for a service that asks for an hour of patience."""
    patient = Emulator.of(FOLDER, Faults({"domains": faults.throttle(9, 3600)}))
    with running(patient) as url:
        command = [sys.executable, "-c", STOPPED, str(tmp_path / "snap"), url]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("domains: waits 3,600 s"):
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
            process.wait(20)
    assert rest.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode == -signal.SIGINT
    assert list(tmp_path.iterdir()) == []
